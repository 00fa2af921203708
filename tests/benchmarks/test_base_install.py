"""The benchmarks begin with what `make film` installs: without the extras of the tests and of the models."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
BLOCKED = """
import runpy, sys
sys.modules.update(dict.fromkeys(sys.argv.pop(1).split()))
runpy.run_module("benchmarks", run_name="__main__")
"""
BUNDLED = {"pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack"}


def installed_by(name: str, extras: tuple[str, ...]) -> set[str]:
    """Return the names of `name` and of all that it asks for with `extras`, and those for."""
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        wanted, with_extras = waiting.pop()
        plain = re.sub(r"[-_.]+", "-", wanted).lower()
        if plain in found and not with_extras:
            continue
        found.add(plain)
        try:
            asked = distribution(wanted).requires or []
        except PackageNotFoundError:
            continue
        for requirement in map(Requirement, asked):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *with_extras)):
                waiting.append((requirement.name, tuple(sorted(requirement.extras))))
    return found


def test_they_are_listed_without_the_extras() -> None:
    base = installed_by("bookfilm", ("voices",))
    assert "ray" in base
    assert "pytest" not in base
    others = {
        module
        for module, names in packages_distributions().items()
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in names} & base
    } - BUNDLED
    assert {"pytest", "torch"} <= others
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, " ".join(sorted(others)), "--list"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-600:]
    assert "film " in done.stdout
