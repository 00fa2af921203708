"""A chapter of three scenes: they dissolve into each other, and a changed take changes its own transitions only."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import av
import pytest

from bookfilm.book import read_book
from bookfilm.errors import FilmError
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.timeline import Timeline
from tests.doubles import make_at_desk
from tests.pipeline.folders import edited, first_line, stamps, streams_of
from tests.pipeline.test_stitching import stitched

STORY = """The Ferry

Chapter One. Over the Water

In the morning Ada Lorne sat in the kitchen and counted the coins. "It is enough," she said.

* * *

That evening she stood in the harbour, and it was raining. "Will you take me over?" she asked the ferryman.

"I will take you," said the ferryman.

* * *

The next morning the forest was white with snow, and Ada walked on alone between the trees.
"""


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = tmp_path_factory.mktemp("book") / "ferry.txt"
    book.write_text(STORY, encoding="utf8")
    out = tmp_path_factory.mktemp("film") / "ferry.film"
    make_at_desk(out, read_book(book))
    return out


@pytest.fixture
def copy(ferry: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ferry, tmp_path / "copy.film"))


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.json")}


def test_scenes_of_a_chapter_dissolve_and_no_frame_is_lost(ferry: Path) -> None:
    shots, cut = read_shots(ferry / "shots.jsonl"), Cut.read(ferry / "cut.json")
    timeline = Timeline.read(ferry / "timeline.json")
    joined = [at for at, shot in enumerate(shots) if shot.opens == "dissolve"]
    assert [shots[at].scene for at in joined] == ["c01-s02", "c01-s03"]
    assert all(shots[at - 1].scene != shots[at].scene for at in joined)
    assert [at for at, slot in enumerate(timeline.slots) if slot.handle] == joined
    assert [at for at, choice in enumerate(cut.choices) if choice.transition] == joined
    assert all("dissolves in" in shots[at].reason for at in joined)
    with av.open(str(ferry / "film.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == timeline.frames
    assert len(_names(ferry / "transitions")) == 2


def test_the_same_command_again_makes_no_transition(copy: Path) -> None:
    before = stamps(copy / "transitions")
    film = streams_of(copy / "film.mp4")
    make_at_desk(copy, None)
    assert stamps(copy / "transitions") == before
    shutil.rmtree(copy / "transitions")
    (copy / "film.mp4").unlink()
    make_at_desk(copy, None)
    assert streams_of(copy / "film.mp4") == film


def test_a_changed_line_makes_its_own_take_and_the_transition_beside_it(copy: Path) -> None:
    takes, transitions = _names(copy / "takes"), _names(copy / "transitions")
    last = Timeline.read(copy / "timeline.json").frames

    def change(screenplay: dict[str, Any]) -> None:
        line = first_line(screenplay, "I will take you")
        line["text"] = "I will take you over to the other side, but not back again."

    edited(copy / "screenplay.json", change)
    make_at_desk(copy, None)
    assert len(_names(copy / "takes") - takes) == 1
    assert len(_names(copy / "transitions") - transitions) == 1
    assert Timeline.read(copy / "timeline.json").frames > last
    with av.open(str(copy / "film.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == Timeline.read(copy / "timeline.json").frames


def test_a_transition_of_other_takes_is_not_shown(copy: Path) -> None:
    choices = Cut.read(copy / "cut.json").choices
    at = next(at for at, choice in enumerate(choices) if choice.transition)

    def change(cut: dict[str, Any]) -> None:
        cut["choices"][at]["transition"] = None

    edited(copy / "cut.json", change)
    with pytest.raises(FilmError, match=f"shot {choices[at].shot}: the transition that leads into it is missing"):
        stitched(copy)
    make_at_desk(copy, None)
    assert Cut.read(copy / "cut.json").choices[at].transition == choices[at].transition
