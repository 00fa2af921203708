"""Films through Ray: real clusters, real Serve, real Ray Data. Each run starts its own, as a user's does.

A run takes some ten seconds to start, so one film is made once and several tests go on with it, in order.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.kills import kill_at, stream_digest
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Screenplay

pytestmark = pytest.mark.film


def bookfilm(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bookfilm", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=300)


def takes_of(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / "takes").glob("*.json")}


@dataclass
class Made:
    """A film made by the stripes engine: nobody has disturbed it."""

    book: Path
    out: Path
    options: list[str]
    digest: str
    length_s: float


@pytest.fixture(scope="module")
def made(story: Path, stripes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("made") / "film"
    options = ["--preset", str(stripes(frame_ms=12)), "--right", "author"]
    done = bookfilm("make", story, "--out", out, *options, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["reached"] == "film" and said["slates"] == []
    assert "warning" not in done.stderr.lower() and "error" not in done.stderr.lower(), done.stderr
    stages = said["stage_s"]
    length_s = stages["start"] + stages["speech"] + stages["picture"]
    return Made(story, out, options, stream_digest(out / "film.mp4"), length_s)


@pytest.mark.parametrize("victim", ["driver", "replica", "worker"])
def test_a_kill_changes_nothing(victim, made: Made, tmp_path: Path) -> None:
    killing = kill_at(victim, 1, made.length_s, made.book, tmp_path / "disturbed", made.options, made.digest)
    assert killing.same
    assert killing.made_twice == []


def test_the_same_command_again_makes_nothing(made: Made) -> None:
    before = takes_of(made.out)
    again = bookfilm("make", made.book, "--out", made.out, *made.options, "--json")
    assert again.returncode == 0, again.stderr
    assert takes_of(made.out) == before
    assert stream_digest(made.out / "film.mp4") == made.digest


def test_an_edited_line_renders_its_own_shots_only(made: Made) -> None:
    out, before = made.out, takes_of(made.out)
    body = json.loads((out / "screenplay.json").read_text(encoding="utf8"))
    lines = [line for scene in body["scenes"] for beat in scene["beats"] for line in beat["lines"]]
    line = next(line for line in lines if line["kind"] == "dialogue")
    holding = _shots_that_hold(out, line["id"])
    line["text"] = "Which of these two is the older one, would you say, Mr. Pell?"
    (out / "screenplay.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf8")
    edited = bookfilm("make", made.book, "--out", out, *made.options, "--json")
    assert edited.returncode == 0, edited.stderr
    new = set(takes_of(out)) - set(before)
    shown = {choice.take: choice.shot for choice in Cut.read(out / "cut.json").choices}
    assert new and {shown[name.removesuffix(".json")] for name in new} <= holding
    assert {name: stamp for name, stamp in takes_of(out).items() if name in before} == before
    assert "the older one, would you say" in (out / "film.srt").read_text(encoding="utf8").replace("\n", " ")
    assert "would you say" in (out / "direction.toml").read_text(encoding="utf8")


def _shots_that_hold(out: Path, line_id: str) -> set[str]:
    shots = [json.loads(row) for row in (out / "shots.jsonl").read_text(encoding="utf8").splitlines()]
    return {shot["id"] for shot in shots if any(said["line"] == line_id for said in shot["heard"])}


def test_chosen_scenes_are_rendered_again_into_the_same_film(made: Made, stripes: Callable[..., Path]) -> None:
    before = takes_of(made.out)
    scenes = [scene.id for scene in Screenplay.read(made.out / "screenplay.json").scenes]
    done = bookfilm("render", made.out, "--scenes", "1", "--preset", stripes(frame_ms=0.1))
    assert done.returncode == 0, done.stderr
    locked = {choice.shot for choice in Cut.read(made.out / "cut.json").choices if choice.locked}
    assert locked and all(shot.startswith(scenes[0]) for shot in locked)
    assert len(set(takes_of(made.out)) - set(before)) == len(locked)


def test_a_shot_that_cannot_be_rendered_becomes_a_slate(story: Path, stripes, tmp_path: Path) -> None:
    out = tmp_path / "film"
    done = bookfilm("make", story, "--out", out, "--preset", stripes(fails_on="The Shop"), "--json")
    assert done.returncode == 3, done.stderr
    assert len(json.loads(done.stdout)["slates"]) == 1
    assert (out / "film.mp4").exists()
    told = json.loads(bookfilm("status", out, "--json").stdout)
    assert told["state"] == "slates" and "stripes will not draw this" in told["failures"][0]


@pytest.mark.parametrize(
    ("address", "said"),
    [("ray://127.0.0.1:10001", "Ray Client"), ("127.0.0.1:1", "no cluster can be joined")],
)
def test_addresses_that_cannot_be_joined_are_refused(address: str, said: str, story: Path, tmp_path: Path) -> None:
    done = bookfilm("make", story, "--out", tmp_path / "film", "--address", address)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr
