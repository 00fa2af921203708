"""The studio behind Serve, with a folder that is new: somebody comes in, and it is as its settings say."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from bookfilm.errors import SettingsError
from bookfilm.studio.people import FIRST_TOKEN, SCOPES
from deployments.studio import build_studio

SERVES = """
import sys, time
import cluster
import ray
from ray import serve
from deployments.studio import build_studio
ray.init(address="local", num_cpus=2, include_dashboard=False, configure_logging=False)
serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
serve.run(build_studio(dict(one.split("=", 1) for one in sys.argv[2:])))
print("up", flush=True)
sys.stdin.read()
"""
PATIENCE_S = 180


def asked(url: str, token: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
    content = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with urlopen(Request(url, content, headers, method=method), timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.film
def test_somebody_comes_in_where_nobody_could(tmp_path: Path) -> None:
    settings = tmp_path / "studio.toml"
    settings.write_text("drivers = 0\nusd_per_gpu_hour = 2.5\n[allowance]\nfilms = 7\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = tmp_path / "data"
    command = [sys.executable, "-c", SERVES, str(port), f"data={data}", f"settings={settings}"]
    environment = {name: value for name, value in os.environ.items() if name != FIRST_TOKEN}
    serving = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)
    assert serving.stdin is not None and serving.stdout is not None
    try:
        while (line := serving.stdout.readline()) and line != "up\n":
            pass
        assert line == "up\n", "it did not come up"
        laid = data / "first-token"
        token = laid.read_text(encoding="ascii").strip()
        assert laid.stat().st_mode & 0o077 == 0
        url, until = f"http://127.0.0.1:{port}/v1", time.monotonic() + PATIENCE_S
        while True:
            try:
                status, me = asked(f"{url}/me", token)
                break
            except URLError:
                assert time.monotonic() < until
                time.sleep(0.2)
        assert (status, set(me["scopes"]), me["allowance"]["films"]) == (200, set(SCOPES), 7)
        assert asked(f"{url}/teams", token, "POST", {"name": "Second unit"})[0] == 201
        assert asked(f"{url}/me", "bkf_0123456789abcdef_" + "t" * 43)[0] == 401
    finally:
        serving.stdin.close()
        serving.wait(timeout=60)
        serving.stdout.close()


def test_what_is_no_argument_or_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="host: no such argument; there are: data, settings"):
        build_studio({"host": "studio.example"})
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read"):
        build_studio({"settings": str(tmp_path / "none.toml")})
    wrong = tmp_path / "studio.toml"
    wrong.write_text("films = 3\n")
    with pytest.raises(SettingsError, match=r"studio\.toml: films"):
        build_studio({"settings": str(wrong)})
