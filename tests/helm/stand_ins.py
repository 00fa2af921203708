"""What stands in for other projects' images, which cannot be pulled here.

PostgreSQL: Debian's, laid as the image's own entry point does it (a database of the names and the password that its
environment says), then run by the file's own command. The server of S3's language: moto's, on the port that the file's
command names; the rest of that command is for another program, and is not tried.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.postgres import programs, runs_as


def stood_in(image: str, command: list[str], environment: Mapping[str, str]) -> list[str]:
    """Return what runs here instead of `command` in a container of `image`: the very same where the image is ours."""
    if image.startswith("postgres:"):
        return _postgres(command, environment)
    if image.startswith("ghcr.io/versity/versitygw:"):
        (port,) = re.findall(r"--port :(\d+)", " ".join(command))
        return [str(Path(sys.executable).with_name("moto_server")), "--host", "127.0.0.1", "--port", port]
    return command


def _postgres(command: list[str], environment: Mapping[str, str]) -> list[str]:
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    said = [str(found / command[0]), *command[1:]]
    if command[0] != "postgres":
        return said
    data = Path(environment["PGDATA"])
    if not data.exists():
        _lay(data, found, environment)
    user = runs_as()
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    # In its container it listens to the compose network; here to this machine, and has no socket in a system's folder.
    return [*as_user, *said, "-D", str(data), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]


def _lay(data: Path, found: Path, environment: Mapping[str, str]) -> None:
    data.mkdir(parents=True)
    secret = data.parent / "secret"
    secret.write_text(environment["POSTGRES_PASSWORD"], encoding="utf8")
    owner = runs_as()
    if owner:
        for place in (data, secret):
            shutil.chown(place, owner)
    user, name = environment["POSTGRES_USER"], environment["POSTGRES_DB"]
    told = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    laid = [found / "initdb", "-D", data, "-U", user, "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
    subprocess.run(list(map(str, laid)), check=True, user=owner, env=told, cwd="/", stdout=subprocess.DEVNULL)
    single = [str(found / "postgres"), "--single", "-D", str(data), "postgres"]
    made = f'CREATE DATABASE "{name}"\n'
    subprocess.run(single, input=made, text=True, check=True, user=owner, env=told, cwd="/", stdout=subprocess.DEVNULL)
