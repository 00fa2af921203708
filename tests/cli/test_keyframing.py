"""`bookfilm keyframes`: a film's stills are listed, drawn anew, approved; nothing is changed by what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bookfilm.cli.commands import app
from bookfilm.errors import BookfilmError, FolderBusy, FolderError, RecordError, SettingsError
from bookfilm.records.storyboard import Storyboard
from bookfilm.store.folder import FilmFolder, held_folder
from tests.doubles import make_at_desk
from tests.pipeline.folders import edited
from tests.pipeline.test_portraits import Knowing
from tests.pipeline.test_storyboarding import crew

ENDS = {"first_frame": True, "last_frame": True}


def asked(*arguments: object) -> str:
    """Run the command and return what it prints. Raises what it refuses with."""
    done = CliRunner().invoke(app, ["keyframes", *map(str, arguments)])
    if isinstance(done.exception, BookfilmError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def boarded(film_copy: Path) -> Path:
    """A film up to its keyframes and portraits."""
    drawing = crew()
    drawing._engine = Knowing(**ENDS)
    make_at_desk(film_copy, None, drawing, until="keyframes", style="lantern")
    return film_copy


def storyboard(path: Path) -> Storyboard:
    return Storyboard.read(FilmFolder(path).storyboard)


def test_they_are_listed_with_their_files(boarded: Path) -> None:
    board, lines = storyboard(boarded), asked(boarded).splitlines()
    assert [line.split()[0] for line in lines] == [one.shot for one in board.boards] + [
        one.who for one in board.portraits
    ]
    assert board.portraits
    for line in lines:
        files = line.split()[1:]
        assert files and all((boarded / file).is_file() for file in files)
    said = json.loads(asked(boarded, board.boards[0].shot, "--json"))
    assert [one["shot"] for one in said["shots"]] == [board.boards[0].shot]
    assert said["portraits"] == []
    (boarded / said["shots"][0]["files"][0]).unlink()
    assert len(asked(boarded, board.boards[0].shot).split()) == 2


def test_some_are_drawn_anew_and_some_approved(boarded: Path) -> None:
    before = storyboard(boarded)
    first, second, third = (one.shot for one in before.boards[:3])
    who = before.portraits[0].who
    asked(boarded, first, second, who, "--lock")
    told = asked(boarded, second, third, who, "--redraw")
    assert told.splitlines()[-1].startswith("the next run draws them anew: bookfilm make")
    said = {one.shot: (one.locked, one.redraw) for one in storyboard(boarded).boards}
    assert [said[shot] for shot in (first, second, third)] == [(True, 0), (False, 1), (False, 1)]
    assert {(one.locked, one.redraw) for one in storyboard(boarded).portraits if one.who == who} == {(False, 1)}
    asked(boarded, first, "--unlock")
    assert not storyboard(boarded).boards[0].locked
    drawing = crew()
    drawing._engine = Knowing(**ENDS)
    make_at_desk(boarded, None, drawing, until="keyframes", style="lantern")
    assert {order.shot for order in drawing.drawn} == {second, third, who}


@pytest.mark.parametrize("flag", ["--redraw", "--lock", "--unlock"])
def test_one_unknown_name_changes_nothing(flag: str, boarded: Path) -> None:
    path = FilmFolder(boarded).storyboard
    before, known = path.read_bytes(), storyboard(boarded).boards[0].shot
    with pytest.raises(SettingsError, match=r"^c99-s09-h009: storyboard\.json has no such shot or character$"):
        asked(boarded, known, "c99-s09-h009", flag)
    assert path.read_bytes() == before
    with pytest.raises(SettingsError, match="c99-s09-h009"):
        asked(boarded, "c99-s09-h009")


def test_what_makes_no_sense_is_told(boarded: Path, film_made: Path) -> None:
    with pytest.raises(SettingsError, match="name the shots that are meant"):
        asked(boarded, "--redraw")
    with pytest.raises(SettingsError, match="say one of --redraw, --lock and --unlock"):
        asked(boarded, "c01", "--redraw", "--lock")
    with pytest.raises(FolderError, match="no keyframes were drawn here yet"):
        asked(film_made)
    with pytest.raises(FolderError, match="there is no such film folder"):
        asked(boarded / "elsewhere")
    edited(FilmFolder(boarded).storyboard, lambda body: body["boards"][0].update(redraw="often"))
    with pytest.raises(RecordError, match=r"storyboard\.json: boards\.0\.redraw"):
        asked(boarded)


def test_while_a_driver_is_at_work_it_is_refused(boarded: Path) -> None:
    shot = storyboard(boarded).boards[0].shot
    with held_folder(FilmFolder(boarded)):
        assert asked(boarded, shot)
        with pytest.raises(FolderBusy):
            asked(boarded, shot, "--redraw")
