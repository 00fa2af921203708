"""A PostgreSQL server of one's own, to be killed: Debian's programs, a folder of its own, a free port of 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

with suppress(ImportError):
    import psycopg

USER = "films"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def runs_as() -> str | None:
    """Return whom the server runs as: initdb refuses root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


class PostgresServer:
    """Made when it is built, up until `stop`. `kill` is kill -9 of all its processes."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None
        self._programs, self._owner = found, runs_as()
        # Not pytest's own folder, which is root's alone.
        self.folder = Path(tempfile.mkdtemp(prefix="bookfilm-postgres-"))
        if self._owner:
            shutil.chown(self.folder, self._owner)
        self._data, self._schemas = self.folder / "data", 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "-D", self._data, "-U", USER, "--auth=trust", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories="
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "180", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, connections or not."""
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")

    def kill(self) -> None:
        """Kill -9 the server and every process of it."""
        server = psutil.Process(self._pid())
        family = [server, *server.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)

    def remove(self) -> None:
        """End it and remove what it wrote."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """Return the URL of a place for a ledger that holds nothing yet: a schema, which is made in no time."""
        self._schemas += 1
        name, url = f"farm{self._schemas}", f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'CREATE SCHEMA "{name}"'.encode())
        return f"{url}?options=-csearch_path%3D{name}"

    def _pid(self) -> int:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with suppress(OSError, ValueError, IndexError):
                return int((self._data / "postmaster.pid").read_text().splitlines()[0])
            time.sleep(0.05)
        raise AssertionError("the server has no pid file")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        subprocess.run(
            command,
            check=True,
            user=self._owner,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else None,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
