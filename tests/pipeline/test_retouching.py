"""What a person has changed of planned shots outlives edits of the screenplay, or is set aside and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookfilm.pipeline.retouching import Plan, retouch
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.shots import Shot
from tests.doubles import DeskRun, make_at_desk
from tests.pipeline.folders import edited, edited_rows, first_line

LATE, TIDE, OVER = "You are late", "I only follow it", "over the wall"


def heard_in(folder: Path, words: str) -> Shot:
    return next(shot for shot in read_shots(folder / "shots.jsonl") if any(words in said.text for said in shot.heard))


def other(camera: str) -> str:
    return "pan_left" if camera != "pan_left" else "push"


def retouched(folder: Path, ident: str) -> str:
    """Have a shot seen otherwise, by hand, and return how."""
    camera = other(next(shot for shot in read_shots(folder / "shots.jsonl") if shot.id == ident).picture.camera)

    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["id"] == ident:
                row["picture"]["camera"] = camera
                row["hold_ms"] += 250

    edited_rows(folder / "shots.jsonl", change)
    return camera


def planned(folder: Path, **asked: Any) -> DeskRun:
    return make_at_desk(folder, None, until="shots", **asked)


@pytest.mark.parametrize("words", [OVER, LATE], ids=["another line", "its own line"])
@pytest.mark.parametrize("edit_first", [True, False], ids=["words first", "camera first"])
def test_a_changed_line_leaves_a_retouch_where_it_was(film_copy: Path, words: str, edit_first: bool) -> None:
    shot = heard_in(film_copy, LATE)

    def reword() -> None:
        edited(film_copy / "screenplay.json", lambda body: first_line(body, words).update(text="It will rain tonight."))

    if edit_first:
        reword()
    camera = retouched(film_copy, shot.id)
    if not edit_first:
        reword()
    run = planned(film_copy)
    after = {one.id: one for one in read_shots(film_copy / "shots.jsonl")}
    assert (after[shot.id].picture.camera, after[shot.id].hold_ms) == (camera, shot.hold_ms + 250)
    assert heard_in(film_copy, "It will rain tonight.").id in after
    assert run.notes.warnings == [] and not list(film_copy.glob("shots.yours*"))
    # And again, over a run that changed nothing, and one that changes another thing.
    planned(film_copy)
    edited(film_copy / "screenplay.json", lambda body: body.update(title="Another"))
    planned(film_copy)
    last = {one.id: one for one in read_shots(film_copy / "shots.jsonl")}
    assert (last[shot.id].picture.camera, last[shot.id].hold_ms) == (camera, shot.hold_ms + 250)
    assert "Another" in last["title"].picture.card
    assert not list(film_copy.glob("shots.yours*"))


def test_a_retouch_moves_with_its_shot(film_copy: Path) -> None:
    """A line before it is cut: the shots after that have other ids."""
    shot = heard_in(film_copy, TIDE)
    camera = retouched(film_copy, shot.id)

    def cut(body: dict[str, Any]) -> None:
        for scene in body["scenes"]:
            for beat in scene["beats"]:
                beat["lines"] = [line for line in beat["lines"] if LATE not in line["text"]]

    edited(film_copy / "screenplay.json", cut)
    planned(film_copy)
    assert heard_in(film_copy, TIDE).picture.camera == camera
    others = [one for one in read_shots(film_copy / "shots.jsonl") if not any(TIDE in said.text for said in one.heard)]
    assert all(one.picture.camera != camera or one.hold_ms != shot.hold_ms + 250 for one in others)


def test_what_does_not_go_with_an_edit_is_set_aside_and_named(film_copy: Path) -> None:
    shot, kept = heard_in(film_copy, LATE), heard_in(film_copy, OVER)
    retouched(film_copy, shot.id)
    camera = retouched(film_copy, kept.id)
    theirs = (film_copy / "shots.jsonl").read_bytes()

    def cut(body: dict[str, Any]) -> None:
        for scene in body["scenes"]:
            for beat in scene["beats"]:
                beat["lines"] = [line for line in beat["lines"] if LATE not in line["text"]]

    edited(film_copy / "screenplay.json", cut)
    run = planned(film_copy)
    assert (film_copy / "shots.yours-1.jsonl").read_bytes() == theirs
    assert [warning for warning in run.notes.warnings if shot.id in warning and "shots.yours-1.jsonl" in warning]
    assert not [warning for warning in run.notes.warnings if kept.id in warning]
    assert heard_in(film_copy, OVER).picture.camera == camera


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: [*rows[:2], {**rows[1], "id": "mine"}, *rows[2:]], lambda rows: [*rows[:2], *rows[3:]],
        lambda rows: [rows[0], rows[2], rows[1], *rows[3:]],
    ],
    ids=["added", "taken out", "moved"],
)  # fmt: skip
def test_shots_of_ones_own_stay_while_the_plan_does(film_copy: Path, change: Callable[[Any], Any]) -> None:
    edited_rows(film_copy / "shots.jsonl", change)
    theirs = read_shots(film_copy / "shots.jsonl")
    edited(film_copy / "screenplay.json", lambda body: body["characters"][0].update(aliases=["Nobody At All"]))
    run = planned(film_copy)
    assert read_shots(film_copy / "shots.jsonl") == theirs and run.notes.warnings == []
    edited(film_copy / "screenplay.json", lambda body: first_line(body, OVER).update(text="It will rain tonight."))
    run = planned(film_copy)
    assert len(list(film_copy.glob("shots.yours-1.jsonl"))) == 1 and len(run.notes.warnings) == 1
    assert [one.id for one in read_shots(film_copy / "shots.jsonl")] != [one.id for one in theirs]


def test_a_plan_is_kept_as_it_is(film_made: Path) -> None:
    plan = Plan(read_shots(film_made / "shots.jsonl"), {"c01-s01-l001": "«Да»\u2028\n"})
    assert Plan.from_text(plan.to_text()) == plan
    assert Plan.from_text("") is None


def test_what_the_program_has_changed_as_well_is_the_programs(film_made: Path) -> None:
    shots = read_shots(film_made / "shots.jsonl")
    at = next(at for at, shot in enumerate(shots) if shot.picture.kind == "scene")

    def having(**picture: Any) -> list[Shot]:
        shot = shots[at]
        return [*shots[:at], shot.changed(picture=shot.picture.changed(**picture)), *shots[at + 1 :]]

    done = retouch(Plan(having(crowd=2), {}), Plan(shots, {}), having(crowd=5))
    assert (done.shots[at].picture.crowd, done.lost) == (2, [shots[at].id])
    done = retouch(Plan(having(crowd=2), {}), Plan(shots, {}), having(fade_out=True))
    assert (done.shots[at].picture.crowd, done.shots[at].picture.fade_out, done.lost) == (2, True, [])
    now, mine, *_ = (size for size in ("wide", "medium", "insert") if size != shots[at].picture.size)
    done = retouch(Plan(having(size=now), {}), Plan(shots, {}), having(size=mine))
    assert (done.shots[at].picture.size, done.lost) == (mine, []), "of this a person's word stands"
