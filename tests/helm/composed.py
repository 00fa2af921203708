"""A compose file's services as plain processes: its commands, environment, order and health checks are read from it.

A service's name stands for this machine, a volume for a folder, its image for the programs that are installed here (see
`stand_ins` for those of others). Ports are the variables that the file has for them.
``python -m tests.helm.composed FOLDER`` runs the whole file.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.helm.charts import ROOT
from tests.helm.farms import BIN, ended_with_all_it_started
from tests.helm.stand_ins import stood_in
from tests.serving import free_port

COMPOSE = ROOT / "helm" / "compose" / "compose.yaml"
IMAGES = ROOT / "helm" / "images"
TOKEN = "bkf_0123456789abcdef_" + "c" * 43
SECRETS = {"RAY_TOKEN": "f" * 48, "LEDGER_PASSWORD": "laid", "BUCKET_KEY": "s" * 20, "STUDIO_TOKEN": TOKEN}


def read_compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the file's services with `variables` filled in, as Compose does it. Raises KeyError for one that lacks."""

    def filled(found: re.Match[str]) -> str:
        name, sign, otherwise = found[1], found[2], found[3]
        if name in variables:
            return variables[name]
        if sign == ":-":
            return otherwise
        raise KeyError(f"{name}: {otherwise}")

    text = COMPOSE.read_text(encoding="utf8")
    services: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{(\w+)(:[-?])([^}]*)\}", filled, text))["services"]
    return services


def ports() -> list[str]:
    """Return the variables of the file that are ports."""
    return sorted(set(re.findall(r"\$\{(\w+_PORT):-\d+\}", COMPOSE.read_text(encoding="utf8"))))


def words(said: str | list[str]) -> list[str]:
    return shlex.split(said) if isinstance(said, str) else list(said)


class Composition:
    """The services of the file on this machine; `folder` holds what stands for volumes, and the services' logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables = {name: str(free_port()) for name in ports()} | SECRETS
        self.services = read_compose(self.variables)
        # Pytest's folder is root's alone, and PostgreSQL is nobody's root.
        self.elsewhere = Path(tempfile.mkdtemp(prefix="bookfilm-compose-"))
        self.elsewhere.chmod(0o755)

    def command(self, name: str) -> list[str]:
        """Return what the service runs, on this machine."""
        service = self.services[name]
        said = [self._here(name, word) for word in words(service.get("entrypoint", [])) + words(service["command"])]
        return stood_in(service["image"], said, self.environment(name))

    def environment(self, name: str) -> dict[str, str]:
        """Return the service's environment, and what its image sets."""
        own = {key: self._here(name, str(value)) for key, value in self.services[name].get("environment", {}).items()}
        path = os.pathsep.join([str(IMAGES), str(BIN), os.environ["PATH"]])
        # Of several clusters on this machine a driver's "auto" means this one; in its container there is no other.
        return own | {"PATH": path, "RAY_ADDRESS": f"127.0.0.1:{self.variables['RAY_PORT']}"}

    def _here(self, name: str, word: str) -> str:
        for volume in self.services[name].get("volumes", []):
            source, target = volume.split(":")[:2]
            beside = self.folder if self.services[name]["image"].startswith("bookfilm:") else self.elsewhere
            place = (COMPOSE.parent if source.startswith(".") else beside) / source
            if word == target or word.startswith(f"{target}/"):
                return str(place) + word[len(target) :]
        for other in self.services:
            word = re.sub(rf"(^|=|//|@){other}(?=:\d)", r"\g<1>127.0.0.1", word)
        return word.replace("0.0.0.0", "127.0.0.1")

    @contextmanager
    def up(self) -> Iterator[None]:
        """Have all services without a profile run for the block, as `up --wait` does: each once those that it depends
        on are as it wants, and all that can say so are healthy."""
        with ExitStack() as running:
            running.callback(shutil.rmtree, self.elsewhere, ignore_errors=True)
            for name in self._in_order():
                if "profiles" not in self.services[name]:
                    self._begin(name, running)
            yield

    def run(self, name: str, timeout_s: float = 1000) -> tuple[int, str]:
        """Run the service to its end; return its exit code and what it said."""
        log = self.folder / f"{name}.log"
        with ended_with_all_it_started(self.command(name), log, self.environment(name)) as process:
            code = process.wait(timeout=timeout_s)
        return code, log.read_text(encoding="utf8")

    def _begin(self, name: str, running: ExitStack) -> None:
        log = self.folder / f"{name}.log"
        started = running.enter_context(ended_with_all_it_started(self.command(name), log, self.environment(name)))
        wanted = {
            of[name]["condition"] for other in self.services.values() if name in (of := other.get("depends_on", {}))
        }
        if "test" in self.services[name].get("healthcheck", {}):
            self._wait_until_healthy(name, started)
        if "service_completed_successfully" in wanted:
            assert started.wait(timeout=300) == 0, log.read_text(encoding="utf8")

    def _wait_until_healthy(self, name: str, started: subprocess.Popen[bytes]) -> None:
        check = self.services[name]["healthcheck"]
        asked = stood_in(self.services[name]["image"], [str(word) for word in check["test"][1:]], {})
        for _ in range(check["retries"]):
            assert started.poll() is None, (self.folder / f"{name}.log").read_text(encoding="utf8")
            done = subprocess.run(
                asked, env={**os.environ, **self.environment(name)}, capture_output=True, check=False, timeout=60
            )
            if done.returncode == 0:
                return
            time.sleep(int(check["interval"].removesuffix("s")))
        raise AssertionError(f"{name} did not become healthy: {done.stderr.decode()}")

    def _in_order(self) -> list[str]:
        order: list[str] = []

        def add(name: str) -> None:
            for before in self.services[name].get("depends_on", {}):
                add(before)
            if name not in order:
                order.append(name)

        for name in self.services:
            add(name)
        return order


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "films").mkdir(parents=True, exist_ok=True)
    composition = Composition(place)
    with composition.up():
        print(*composition.run("film"), sep="\n")
