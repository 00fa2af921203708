"""What a person made of a script, found by comparison, whatever their program does to the lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from bookfilm.records.bible import Character, Place
from bookfilm.records.screenplay import Beat, Line, LineKind, Scene, Screenplay
from bookfilm.script.changes import Changes, LineChange, NewLine, SceneChange, compare
from bookfilm.script.fountain import write_fountain
from bookfilm.script.fountain_reading import read_fountain
from bookfilm.script.layout import lay_out

TOLD = (
    "The wall was older than the church, and nobody knew who had built it.",
    "Every evening somebody walked along it with a lantern.",
    "Nobody asked why, for nobody else was up so late.",
)


def line(ident: str, text: str, speaker: str | None = None, kind: LineKind = "dialogue") -> Line:
    return Line(id=ident, kind=kind if speaker else "narration", speaker=speaker, text=text, source=((0, 1),))


def a_screenplay() -> Screenplay:
    first = (
        Beat(lines=tuple(line(f"a{n}", text) for n, text in enumerate(TOLD))),
        Beat(lines=(line("a3", "Yes.", "anna"), line("a4", "Yes.", "bert"))),
        Beat(lines=(line("a5", "Then we are two.", "anna"),), action="She takes the lantern."),
    )
    second = (Beat(lines=(line("b0", "The sea came in."), line("b1", "Run!", "bert"))),)
    scenes = tuple(
        Scene(
            id=ident, chapter=n, chapter_title=f"Chapter {n}", heading="", place="wall", hour="night",
            beats=beats, source=(0, 1),
        )
        for n, (ident, beats) in enumerate((("a", first), ("b", second)))
    )  # fmt: skip
    characters = (Character(id="anna", name="Anna Pell"), Character(id="bert", name="Bert", aliases=("Bertie",)))
    return Screenplay(
        title="T", language="en", writer="w/1", characters=characters, places=(Place(id="wall", kind="shore"),),
        scenes=scenes,
    )  # fmt: skip


def changed(change: Callable[[str], str]) -> Changes:
    screenplay = a_screenplay()
    text = write_fountain(lay_out(screenplay).script)
    edited = change(text)
    assert edited != text
    return compare(screenplay, read_fountain(edited))


def joined(text: str) -> str:
    """Return `text` as a program saves it that keeps a speech on one line."""
    blocks = (block.split("\n") for block in text.split("\n\n"))
    return "\n\n".join(
        f"{rows[0]}\n{' '.join(rows[1:])}" if "(V.O.)" in rows[0] else "\n".join(rows) for rows in blocks
    )


def wrapped(text: str) -> str:
    """Return `text` as a program saves it that breaks lines at a column."""
    rows = (row if row.isupper() else "\n".join(textwrap.wrap(row, 40)) for row in text.split("\n"))
    head, _, body = "\n".join(rows).partition("#1#")
    return text.partition("#1#")[0] + "#1#" + body if head else text


@pytest.mark.parametrize("broken", [joined, wrapped])
def test_lines_that_a_program_broke_anew_are_no_edit(broken: Callable[[str], str]) -> None:
    assert changed(broken) == Changes()


@pytest.mark.parametrize("broken", [joined, wrapped])
def test_a_word_is_found_among_lines_that_were_broken_anew(broken: Callable[[str], str]) -> None:
    changes = changed(lambda text: broken(text).replace("somebody", "somebody else"))
    assert changes == Changes(lines={"a1": LineChange(text=TOLD[1].replace("somebody", "somebody else"))})


def test_of_two_lines_with_the_same_words_the_one_that_is_gone_is_cut() -> None:
    assert changed(lambda text: text.replace("ANNA PELL\nYes.\n\n", "")) == Changes(lines={"a3": LineChange(cut=True)})
    assert changed(lambda text: text.replace("BERT\nYes.\n\n", "")) == Changes(lines={"a4": LineChange(cut=True)})


def test_a_speech_that_is_broken_by_another_keeps_its_lines() -> None:
    changes = changed(lambda text: text.replace(TOLD[1], f"\nBERTIE\nMe, too.\n\nNARRATOR (V.O.)\n{TOLD[1]}"))
    assert changes == Changes(new=[NewLine("Me, too.", "dialogue", "Bert", "neutral", after="a0")])


def test_a_name_that_somebody_else_has_is_no_new_name() -> None:
    changes = changed(lambda text: text.replace("BERT\n", "ANNA PELL\n"))
    assert changes.names == {}
    assert {ident: change.speaker for ident, change in changes.lines.items()} == {"a4": "Anna Pell", "b1": "Anna Pell"}


def test_a_name_that_is_changed_on_one_line_is_another_speaker() -> None:
    changes = changed(lambda text: text.replace("ANNA PELL\nYes.", "CARL O'NEIL\nYes."))
    assert changes == Changes(lines={"a3": LineChange(speaker="Carl O'Neil")})


def test_a_whole_scene_that_is_gone_is_cut_and_another_with_its_slug_line_is_not() -> None:
    changes = changed(lambda text: text[: text.index("# Chapter 1")])
    assert changes == Changes(lines={"b0": LineChange(cut=True), "b1": LineChange(cut=True)})


def test_what_is_seen_is_changed_added_and_taken_out() -> None:
    take = "She takes the lantern."
    assert changed(lambda text: text.replace(take, "She drops it.")).seen == {"a5": "She drops it."}
    assert changed(lambda text: text.replace(f"{take}\n\n", "")).seen == {"a5": ""}
    added = changed(lambda text: text.replace("BERT\nRun!", "Water everywhere.\n\nBERT\nRun!"))
    assert added.seen == {"b0": "Water everywhere."}


def test_a_slug_line_is_a_setting() -> None:
    changes = changed(lambda text: text.replace("EXT. SHORE - NIGHT #1#", "INT. CAVE - SUNRISE - STORM #1#"))
    assert changes == Changes(scenes={"a": SceneChange("cave", "dawn", "storm")})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("EXT. SHORE - NIGHT #1#", "EXT. MOON - NIGHT #1#", "'MOON' is no place"),
        ("# Chapter 1", "# Chapter Seven", "title"),
        ("# Chapter 1\n\nEXT. SHORE - NIGHT #2#\n\n", "", "scenes cannot be joined"),
        ("ANNA PELL\nThen", "ANNA PELL\n(to Bert)\nThen", "(to Bert) is no manner"),
        ("BERT\nRun!", "INT. CAVE - NIGHT\n\nBERT\nRun!", "opens a scene that is new"),
    ],
)
def test_what_cannot_be_carried_is_told_and_changes_nothing(old: str, new: str, told: str) -> None:
    changes = changed(lambda text: text.replace(old, new))
    assert [told in trouble.what and trouble.line > 0 for trouble in changes.troubles] == [True]
    changes.troubles = []
    assert changes == Changes()
