"""Portraits are drawn before the picture, once a character and state, and takes of those who are seen hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.picture.identity import judged_people
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.storyboard import Portrait, Storyboard
from bookfilm.store.folder import FilmFolder
from tests.doubles import DeskCrew, DeskRun, StripesEngine, make_at_desk
from tests.pipeline.folders import edited


class Knowing(StripesEngine):
    """Stripes that say how like a portrait they are: always as much."""

    def __init__(self, score: float = 0.8, floor: float = 0.5, **more: object) -> None:
        super().__init__()
        self.capabilities = VideoCapabilities.model_validate({"identity_floor": floor, "fallible": True, **more})
        self._score, self.looked = score, list[tuple[int, ...]]()

    def likeness(self, frames: Sequence[NDArray[np.uint8]], portrait: NDArray[np.uint8]) -> float:
        assert portrait.shape == (384, 384, 3)
        self.looked.append((len(frames), *frames[0].shape))
        return self._score


def run(path: Path, engine: StripesEngine, until: str = "film", **more: object) -> DeskRun:
    crew = DeskCrew(engine=engine, artist=ShadowEngine(), **more)  # type: ignore[arg-type]
    return make_at_desk(path, None, crew, until=until, style="lantern")


def portraits(path: Path) -> tuple[Portrait, ...]:
    return Storyboard.read(FilmFolder(path).storyboard).portraits


def test_each_state_has_one_and_each_take_is_held_to_those_in_it(film_copy: Path) -> None:
    engine, folder = Knowing(), FilmFolder(film_copy)
    made = run(film_copy, engine)
    shots = read_shots(folder.shots)
    seen = {(one.name, one.look) for shot in shots for one in judged_people(shot.picture)}
    assert seen
    drawn = portraits(film_copy)
    assert {(one.who, one.look) for one in drawn} == seen
    assert len(drawn) == len(seen) == len(made.crew.drawn)
    for one in drawn:
        assert one.key is not None
        assert folder.keyframes().verified(one.key).width == 384
    takes = {choice.shot: folder.takes().find(choice.take) for choice in Cut.read(folder.cut).choices}
    for shot in shots:
        take = takes[shot.id]
        assert take is not None
        people = [one.name for one in judged_people(shot.picture)]
        assert [(one.who, one.score) for one in take.likeness] == [(name, 0.8) for name in people]
    assert set(engine.looked) == {(5, 128, 128, 3)}
    assert "Who is who" in folder.report.read_text(encoding="utf8")
    again = run(film_copy, Knowing())
    assert (again.crew.drawn, again.crew.tally.rendered) == ([], [])


def test_a_take_below_the_floor_is_made_again_and_flagged(film_copy: Path) -> None:
    made = run(film_copy, Knowing(score=0.31))
    folder = FilmFolder(film_copy)
    held = {shot.id for shot in read_shots(folder.shots) if judged_people(shot.picture)}
    for choice in Cut.read(folder.cut).choices:
        take = folder.takes().find(choice.take)
        assert take is not None
        if choice.shot in held:
            assert take.tries == 3
            assert any(flag.startswith("identity: ") and "0.31" in flag and "0.50" in flag for flag in take.flags)
    assert any("identity: " in warning for warning in made.notes.warnings)


def test_another_portrait_makes_another_take_and_a_locked_one_stays(film_copy: Path) -> None:
    run(film_copy, Knowing())
    folder, before = FilmFolder(film_copy), portraits(film_copy)
    edited(folder.storyboard, lambda body: body["portraits"][0].update(redraw=1))
    made = run(film_copy, Knowing())
    after = portraits(film_copy)
    assert after[0].key != before[0].key and after[1:] == before[1:]
    # The shadow theatre draws the same from any seed: the very picture is the take's, and it stays.
    assert (len(made.crew.drawn), made.crew.tally.rendered) == (1, [])
    edited(folder.storyboard, lambda body: body["portraits"][0].update(locked=True, key=before[1].key))
    made = run(film_copy, Knowing())
    assert portraits(film_copy)[0].key == before[1].key
    who = before[0]
    shown = [
        shot.id
        for shot in read_shots(folder.shots)
        if any((one.name, one.look) == (who.who, who.look) for one in judged_people(shot.picture))
    ]
    assert sorted(made.crew.tally.rendered) == sorted(set(made.crew.tally.rendered) & set(shown)) != []


def test_what_cannot_be_drawn_is_told_and_nobody_is_held_to_it(film_copy: Path) -> None:
    run(film_copy, Knowing(), until="shots")
    people = {one.name for s in read_shots(FilmFolder(film_copy).shots) for one in judged_people(s.picture)}
    one = sorted(people)[0]
    made = run(film_copy, Knowing(), failing=[one])
    assert f"{one}: no portrait could be drawn: the ink is dry" in made.notes.warnings
    assert all(given.who != one for order in made.crew.orders for given in order.portraits)


@pytest.mark.parametrize("engine", [StripesEngine(), Knowing(identity_floor=None)])
def test_without_who_can_tell_no_portrait_is_drawn(engine: StripesEngine, film_copy: Path) -> None:
    made = run(film_copy, engine)
    assert made.crew.drawn == []
    assert not FilmFolder(film_copy).storyboard.exists()
    assert made.crew.tally.nothing, "their takes have the keys that they always had"
