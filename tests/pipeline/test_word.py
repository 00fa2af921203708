"""direction.toml: a person's word is never lost, nor a comment of theirs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.errors import SettingsError
from bookfilm.pipeline.lifting import lift_edits
from bookfilm.pipeline.word import read_direction, right_line, state_right
from bookfilm.records.bible import Place
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Beat, Line, Scene, Screenplay
from bookfilm.store.folder import FilmFolder

THEIRS = """\
# My film. Hands off!
title = "The Tide"   # not the book's title

[right] # as agreed
basis = "licence" # signed in May
holder = "Anna"

# The captain is young.
[[character]]
name = "Vane" # not Wane
age = "young"

[[line]]
was = "I see you!"
text = "I see your light!" # better
# the end
"""


@pytest.fixture
def folder(tmp_path: Path) -> FilmFolder:
    return FilmFolder(tmp_path)


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]


def a_screenplay(*words: str, place: str = "quay") -> Screenplay:
    lines = tuple(
        Line(id=f"l{number}", kind="dialogue", text=text, source=((number * 100, number * 100 + 50),))
        for number, text in enumerate(words)
    )
    scene = Scene(
        id="s1",
        chapter=0,
        heading="EXT. QUAY - DAY",
        place=place,
        hour="noon",
        beats=(Beat(lines=lines),),
        source=(0, 999),
    )
    places = (Place(id="quay", kind="harbour"), Place(id="wood", kind="forest"))
    return Screenplay(title="T", language="en", writer="rules/1", places=places, scenes=(scene,))


def test_an_absent_direction_is_an_empty_one(folder: FilmFolder) -> None:
    assert read_direction(folder) == Direction()


def test_a_first_run_lays_a_template_that_parses(folder: FilmFolder) -> None:
    assert state_right(folder, None, None).right.basis == "not stated"
    assert comments(folder.direction.read_text())
    before = folder.direction.stat()
    state_right(folder, None, None)
    assert folder.direction.stat().st_mtime_ns == before.st_mtime_ns


def test_a_right_that_is_stated_changes_two_fields_and_no_comment(folder: FilmFolder) -> None:
    folder.direction.write_text(THEIRS)
    direction = state_right(folder, "author", "Berta")
    assert (direction.right.basis, direction.right.holder) == ("author", "Berta")
    assert direction.model_copy(update={"right": None}) == Direction.model_validate(tomllib.loads(THEIRS)).model_copy(
        update={"right": None}
    )
    assert comments(folder.direction.read_text()) == comments(THEIRS)


def test_stating_the_same_right_again_writes_nothing(folder: FilmFolder) -> None:
    state_right(folder, "public domain", "nobody")
    before = folder.direction.stat()
    state_right(folder, "public domain", "nobody")
    assert folder.direction.stat().st_mtime_ns == before.st_mtime_ns


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_any_holder_reads_back_as_it_was_said(
    tmp_path_factory: pytest.TempPathFactory, holder: str, there: bool
) -> None:
    folder = FilmFolder(tmp_path_factory.mktemp("right"))
    if there:
        folder.direction.write_text(THEIRS)
    if any("\ud800" <= letter <= "\udfff" for letter in holder):
        return
    assert state_right(folder, "licence", holder).right.holder == holder


def test_edits_are_added_and_no_comment_is_lost(folder: FilmFolder) -> None:
    folder.direction.write_text(THEIRS)
    written, edited = a_screenplay("One.", "Two."), a_screenplay("One.", "Twice.")
    assert lift_edits(folder, written, edited) == 1
    assert comments(folder.direction.read_text()) == comments(THEIRS)
    edits = read_direction(folder).line
    assert [(edit.was, edit.text, edit.near) for edit in edits] == [
        ("I see you!", "I see your light!", None),
        ("Two.", "Twice.", 100),
    ]


def test_an_edit_of_an_edit_goes_on_from_the_first_words(folder: FilmFolder) -> None:
    first, second, third = a_screenplay("One."), a_screenplay("Won."), a_screenplay("Gone.")
    lift_edits(folder, first, second)
    lift_edits(folder, second, third)
    assert [(edit.was, edit.text) for edit in read_direction(folder).line] == [("One.", "Gone.")]


def test_the_same_edit_lifted_twice_is_there_once(folder: FilmFolder) -> None:
    first, second = a_screenplay("One."), a_screenplay("Won.", place="wood")
    lift_edits(folder, first, second)
    before = folder.direction.read_text()
    lift_edits(folder, first, second)
    assert folder.direction.read_text() == before


def test_a_scene_edited_twice_is_as_it_was_last_said(folder: FilmFolder) -> None:
    first = a_screenplay("One.")
    dusk = first.changed(scenes=(first.scenes[0].changed(hour="dusk"),))
    night = first.changed(scenes=(first.scenes[0].changed(hour="night", weather="rain"),))
    lift_edits(folder, first, dusk)
    lift_edits(folder, dusk, night)
    assert [(edit.begins, edit.hour, edit.weather) for edit in read_direction(folder).scene] == [
        ("One.", "night", "rain")
    ]


def test_a_scene_is_found_by_the_books_words_though_its_line_was_edited(folder: FilmFolder) -> None:
    first, second = a_screenplay("One."), a_screenplay("Won.")
    lift_edits(folder, first, second)
    lift_edits(folder, second, a_screenplay("Won.", place="wood"))
    assert [(edit.begins, edit.place) for edit in read_direction(folder).scene] == [("One.", "forest")]


def test_without_a_change_nothing_is_written(folder: FilmFolder) -> None:
    assert lift_edits(folder, a_screenplay("One."), a_screenplay("One.")) == 0
    assert not folder.direction.exists()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("titel = 'x'", "titel"),
        ("[[character]]\nname = 'V'\nage = 'ancient'", r"character\.0\.age"),
        ("[right]\nbasis = 'mine'", r"right\.basis"),
        ("[[line]]\ntext = 'x'", r"line\.0\.was"),
        ("cut = [[5, 2]]", "cut"),
        ("[[[", "not TOML"),
        ("title = ", "not TOML"),
    ],
)
def test_a_mistake_is_named(folder: FilmFolder, text: str, named: str) -> None:
    folder.direction.write_text(text)
    for basis in (None, "author"):
        with pytest.raises(SettingsError, match=named) as fault:
            state_right(folder, basis, None)
        assert str(fault.value).startswith(f"{folder.direction}: ")
        assert "\n" not in str(fault.value)
        assert folder.direction.read_text() == text


def test_what_a_windows_editor_saved_is_read(folder: FilmFolder) -> None:
    folder.direction.write_bytes(b"\xef\xbb\xbf" + THEIRS.replace("\n", "\r\n").encode())
    assert read_direction(folder).title == "The Tide"
    state_right(folder, "author", None)
    assert read_direction(folder).right.basis == "author"
    assert comments(folder.direction.read_text()) == comments(THEIRS)


@pytest.mark.parametrize(
    ("right", "line"),
    [
        ({}, "The right to film this book has not been stated. Not for release."),
        ({"basis": "public domain"}, "The book is in the public domain."),
        ({"basis": "licence", "holder": "Anna", "term": "till 2030"}, "Under licence, Anna, till 2030."),
    ],
)
def test_the_right_is_credited(right: dict[str, str], line: str) -> None:
    assert right_line(Direction.model_validate({"right": right}), "en") == line
