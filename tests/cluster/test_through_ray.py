"""Films through Ray: real clusters, real Serve, real Ray Data. Each test starts its own, as a user does."""

from __future__ import annotations

import json
import subprocess
import sys
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


def test_a_film_is_made_gone_on_with_and_edited(story: Path, stripes, tmp_path: Path) -> None:
    out, preset = tmp_path / "film", stripes()
    first = bookfilm("make", story, "--out", out, "--preset", preset, "--json")
    assert first.returncode == 0, first.stderr
    made = json.loads(first.stdout)
    assert made["reached"] == "film" and made["slates"] == []
    before, digest = takes_of(out), stream_digest(out / "film.mp4")

    again = bookfilm("make", story, "--out", out, "--preset", preset, "--json")
    assert again.returncode == 0, again.stderr
    assert takes_of(out) == before
    assert stream_digest(out / "film.mp4") == digest

    body = json.loads((out / "screenplay.json").read_text(encoding="utf8"))
    lines = [line for scene in body["scenes"] for beat in scene["beats"] for line in beat["lines"]]
    line = next(line for line in lines if line["kind"] == "dialogue")
    holding = _shots_that_hold(out, line["id"])
    line["text"] = "Which of these two is the older one, would you say, Mr. Pell?"
    (out / "screenplay.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf8")
    edited = bookfilm("make", story, "--out", out, "--preset", preset, "--json")
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


def test_a_shot_that_cannot_be_rendered_becomes_a_slate(story: Path, stripes, tmp_path: Path) -> None:
    out = tmp_path / "film"
    done = bookfilm("make", story, "--out", out, "--preset", stripes(fails_on="The Shop"), "--json")
    assert done.returncode == 3, done.stderr
    made = json.loads(done.stdout)
    assert len(made["slates"]) == 1
    assert (out / "film.mp4").exists()
    told = json.loads(bookfilm("status", out, "--json").stdout)
    assert told["state"] == "slates" and "stripes will not draw this" in told["failures"][0]


@pytest.mark.parametrize("victim", ["driver", "replica", "worker"])
def test_a_kill_changes_nothing(victim, story: Path, stripes, tmp_path: Path) -> None:
    options = ["--preset", str(stripes(frame_ms=12)), "--right", "author"]
    whole = tmp_path / "undisturbed"
    done = bookfilm("make", story, "--out", whole, *options, "--json")
    assert done.returncode == 0, done.stderr
    stages = json.loads(done.stdout)["stage_s"]
    # Drawn from 15% to 90% of this: late enough that there is something to kill, early enough to matter.
    length_s = stages["start"] + stages["speech"] + stages["picture"]
    wanted = stream_digest(whole / "film.mp4")
    killing = kill_at(victim, 1, length_s, story, tmp_path / "disturbed", options, wanted)
    assert killing.same
    assert killing.made_twice == []


def test_chosen_scenes_are_rendered_again_into_the_same_film(story: Path, stripes, tmp_path: Path) -> None:
    out, preset = tmp_path / "film", stripes()
    assert bookfilm("make", story, "--out", out, "--preset", preset).returncode == 0
    before = takes_of(out)
    scenes = [scene.id for scene in Screenplay.read(out / "screenplay.json").scenes]
    done = bookfilm("render", out, "--scenes", "1", "--preset", stripes(frame_ms=0.1))
    assert done.returncode == 0, done.stderr
    cut = Cut.read(out / "cut.json")
    locked = {choice.shot for choice in cut.choices if choice.locked}
    assert locked and all(shot.startswith(scenes[0]) for shot in locked)
    assert len(set(takes_of(out)) - set(before)) == len(locked)


@pytest.mark.parametrize(
    ("address", "said"),
    [("ray://127.0.0.1:10001", "Ray Client"), ("127.0.0.1:1", "no cluster can be joined")],
)
def test_addresses_that_cannot_be_joined_are_refused(address: str, said: str, story: Path, tmp_path: Path) -> None:
    done = bookfilm("make", story, "--out", tmp_path / "film", "--address", address)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr
