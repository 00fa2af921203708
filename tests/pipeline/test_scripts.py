"""screenplay.fountain and screenplay.fdx: what a person changes there is made again, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bookfilm.errors import RecordError
from bookfilm.pipeline.stages import check_edits, read_shots
from bookfilm.pipeline.word import read_direction
from bookfilm.records.book import Book
from bookfilm.records.screenplay import Line, Screenplay
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from tests.doubles import make_at_desk

Source = tuple[Book, str]
ASKED = "Will it come over the wall tonight?"


def rewrite(path: Path, *changes: tuple[str, str], after_s: float = 0) -> None:
    """Replace words in the file at `path` as a person would, `after_s` seconds from when it was last saved."""
    text = path.read_bytes().decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    saved = path.stat().st_mtime_ns + round(after_s * 1e9)
    path.write_bytes(text.encode())
    if after_s:
        os.utime(path, ns=(saved, saved))


def screenplay_of(path: Path) -> Screenplay:
    return Screenplay.read(path / "screenplay.json")


def line_of(path: Path, words: str) -> Line:
    return next(line for line in screenplay_of(path).lines() if words in line.text)


def holding(path: Path, *words: str) -> set[str]:
    shots = read_shots(path / "shots.jsonl")
    return {shot.id for shot in shots if any(word in u.text for u in shot.heard for word in words)}


def told(screenplay: Screenplay) -> list[tuple[str, ...]]:
    """Return what a screenplay tells, without the ids that an inserted line shifts."""
    names = {character.id: character.name for character in screenplay.characters}
    return [
        (screenplay.place(scene.place).kind, scene.hour, scene.weather, scene.heading, line.delivery, line.emotion,
         names.get(line.speaker or "", ""), line.text, beat.action if beat.lines[0].source else "")
        for scene in screenplay.scenes for beat in scene.beats for line in beat.lines
    ]  # fmt: skip


def adapted_anew(path: Path, story: Source) -> Screenplay:
    """Return the screenplay that the direction alone gives."""
    (path / "screenplay.json").unlink()
    make_at_desk(path, story, until="screenplay")
    return screenplay_of(path)


@pytest.mark.parametrize("name", ["screenplay.fountain", "screenplay.fdx"])
def test_one_changed_line_is_voiced_and_rendered_again_and_nothing_else(name: str, film_copy: Path) -> None:
    before = holding(film_copy, ASKED)
    rewrite(film_copy / name, (ASKED, "Will it come over the old grey wall before the morning?"))
    theirs = (film_copy / name).read_bytes()
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.spoken == ["Will it come over the old grey wall before the morning?"]
    assert set(run.crew.tally.rendered) == before
    assert (run.crew.tally.adapted, run.notes.warnings) == (0, [])
    edit = read_direction(FilmFolder(film_copy)).line[0]
    assert (edit.was, edit.text) == (ASKED, "Will it come over the old grey wall before the morning?")
    assert (film_copy / name).read_bytes() == theirs
    for other in ("screenplay.fountain", "screenplay.fdx", "screenplay.json"):
        assert "old grey wall" in (film_copy / other).read_text()
    assert make_at_desk(film_copy, None).crew.tally.nothing


def test_a_screenplay_edited_as_json_is_what_the_scripts_say(film_copy: Path) -> None:
    rewrite(film_copy / "screenplay.json", (ASKED, "Will it?"))
    make_at_desk(film_copy, None, until="screenplay")
    for name in ("screenplay.fountain", "screenplay.fdx"):
        assert "Will it?" in (film_copy / name).read_text()


@pytest.mark.parametrize(
    "saved",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "  \n") + "\n\n",
        lambda text: text.replace("#1#", "#1A#").replace("#2#", ""),
        lambda text: text.replace("lantern", "*lantern*").replace("NARRATOR (V.O.)", "NARRATOR (V.O.) (CONT'D)"),
        lambda text: text.replace("NARRATOR (V.O.)\n", "[[who is this?]]\n\n/* to do */\n\nNARRATOR (V.O.)\n", 1),
        lambda text: text.replace("ANNA PELL\n", "@Anna Pell\n"),
    ],
    ids=["windows", "bom", "blanks", "numbers", "marks", "notes", "capitals"],
)
def test_what_changes_no_words_is_no_edit(saved: Callable[[str], str], film_copy: Path) -> None:
    path, record = film_copy / "screenplay.fountain", (film_copy / "screenplay.json").read_bytes()
    direction = (film_copy / "direction.toml").read_bytes()
    path.write_bytes(saved(path.read_bytes().decode()).encode())
    theirs = path.read_bytes()
    for _ in range(2):
        run = make_at_desk(film_copy, None)
        assert run.crew.tally.nothing
        assert run.notes.warnings == []
    assert path.read_bytes() == theirs
    assert (film_copy / "screenplay.json").read_bytes() == record
    assert (film_copy / "direction.toml").read_bytes() == direction


EDITS: dict[str, tuple[tuple[tuple[str, str], ...], Callable[[Path], bool]]] = {
    "speaker": (
        (("ANNA PELL\nWill it", "MR. TOLLAND\nWill it"),),
        lambda path: "tolland" in (line_of(path, ASKED).speaker or ""),
    ),
    "stranger": (
        (("ANNA PELL\nWill it", "@Old Ketch\nWill it"),),
        lambda path: screenplay_of(path).character(line_of(path, ASKED).speaker or "").name == "Old Ketch",
    ),
    "thought": (
        (("ANNA PELL\nWill it", "ANNA PELL (V.O.)\nWill it"),),
        lambda path: line_of(path, ASKED).kind == "thought",
    ),
    "emotion": (
        (("ANNA PELL\nWill it", "ANNA PELL\n(whispers)\nWill it"),),
        lambda path: line_of(path, ASKED).emotion == "whisper",
    ),
    "name": (
        (("ANNA PELL\n", "BERTA PELL\n"),),
        lambda path: [c.name for c in screenplay_of(path).characters if "Anna Pell" in c.aliases] == ["Berta Pell"],
    ),
    "setting": (
        (("EXT. STREET - NIGHT - RAIN", "INT. TAVERN - DAWN - FOG"),),
        lambda path: (screenplay_of(path).scenes[1].heading, screenplay_of(path).scenes[1].weather)
        == ("INT. TAVERN - DAWN", "fog"),
    ),
    "cut line": (
        ((f"ANNA PELL\n{ASKED}\n\n", ""),),
        lambda path: ASKED not in (path / "screenplay.json").read_text(),
    ),
    "new line": (
        ((f"{ASKED}\n", f"{ASKED}\n\nMR. TOLLAND\n(tenderly)\nNot tonight.\n\nNARRATOR (V.O.)\nHe was wrong.\n"),),
        lambda path: (line_of(path, "Not tonight.").emotion, line_of(path, "He was wrong.").kind)
        == ("tender", "narration"),
    ),
    "new first line": (
        (("#2#\n", "#2#\n\nNARRATOR (V.O.)\nThat was the last of it.\n"),),
        lambda path: screenplay_of(path).scenes[1].lines()[0].text == "That was the last of it.",
    ),
    "seen": (
        ((f"ANNA PELL\n{ASKED}", f"She points at the sea.\n\nANNA PELL\n{ASKED}"),),
        lambda path: any(b.action == "She points at the sea." for s in screenplay_of(path).scenes for b in s.beats),
    ),
    "title": ((("Title: ", "Title: High Water "),), lambda path: "High Water" in screenplay_of(path).title),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_an_edit_is_carried_and_outlives_a_new_adaptation(what: str, film_copy: Path, story: Source) -> None:
    changes, holds = EDITS[what]
    theirs = (film_copy / "direction.toml").read_text()
    if what == "setting":
        fountain = (film_copy / "screenplay.fountain").read_text()
        old = next(row for row in fountain.splitlines() if row.endswith("#2#"))
        changes = ((old, "INT. TAVERN - DAWN - FOG #2#"),)
    rewrite(film_copy / "screenplay.fountain", *changes)
    run = make_at_desk(film_copy, None, until="screenplay")
    assert run.notes.warnings == []
    assert run.crew.tally.adapted == 0
    assert holds(film_copy)
    lifted = (film_copy / "direction.toml").read_text().splitlines()
    assert [row for row in theirs.splitlines() if row not in lifted] == []
    edited = screenplay_of(film_copy)
    assert make_at_desk(film_copy, None, until="screenplay").crew.tally.nothing
    anew = adapted_anew(film_copy, story)
    assert holds(film_copy)
    assert told(anew) == told(edited)
    assert {c.name for c in anew.characters} == {c.name for c in edited.characters}


def test_an_inserted_line_is_edited_and_cut_like_any_other(film_copy: Path, story: Source) -> None:
    script = film_copy / "screenplay.fountain"
    rewrite(script, (f"{ASKED}\n", f"{ASKED}\n\nMR. TOLLAND\nNot tonight.\n\nANNA PELL\nAnd tomorrow?\n"))
    make_at_desk(film_copy, None, until="screenplay")
    rewrite(script, ("Not tonight.", "Not this night."))
    make_at_desk(film_copy, None, until="screenplay")
    assert [new.text for new in read_direction(FilmFolder(film_copy)).insert] == ["Not this night.", "And tomorrow?"]
    texts = [line.text for line in adapted_anew(film_copy, story).lines()]
    at = texts.index(ASKED)
    assert texts[at : at + 3] == [ASKED, "Not this night.", "And tomorrow?"]
    rewrite(script, ("MR. TOLLAND\nNot this night.\n\n", ""))
    make_at_desk(film_copy, None, until="screenplay")
    assert "Not this night." not in [line.text for line in adapted_anew(film_copy, story).lines()]
    assert line_of(film_copy, "And tomorrow?")


def test_an_inserted_line_changes_no_other_shot(film_copy: Path) -> None:
    rewrite(film_copy / "screenplay.fountain", (f"{ASKED}\n", f"{ASKED}\n\nMR. TOLLAND\nNot if the wind stays.\n"))
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.spoken == ["Not if the wind stays."]
    assert set(run.crew.tally.rendered) <= holding(film_copy, ASKED, "Not if the wind stays.")
    assert set(run.crew.tally.rendered) >= holding(film_copy, "Not if the wind stays.")


def test_a_deleted_scene_is_cut_from_every_adaptation(film_copy: Path, story: Source) -> None:
    script = film_copy / "screenplay.fountain"
    text = script.read_text()
    second = text[text.index("# CHAPTER II") :]
    scene = screenplay_of(film_copy).scenes[1]
    rewrite(script, (second, ""))
    run = make_at_desk(film_copy, None, until="screenplay")
    assert run.notes.warnings == []
    assert len(screenplay_of(film_copy).scenes) == 1
    assert read_direction(FilmFolder(film_copy)).cut == (scene.source,)
    assert len(adapted_anew(film_copy, story).scenes) == 1
    coverage = json.loads((film_copy / "coverage.json").read_text())["paragraphs"]
    assert [row["why"] for row in coverage if row["source"][0] == scene.source[0]] == ["the author's direction"]


def test_what_cannot_be_carried_is_told_and_the_file_is_kept(film_copy: Path) -> None:
    script, record = film_copy / "screenplay.fountain", (film_copy / "screenplay.json").read_bytes()
    rewrite(script, ("#2#\n", "#2#\n\nNARRATOR (V.O.)\nMine.\n\nINT. LIGHTHOUSE - NIGHT\n"))
    theirs, at = script.read_bytes(), script.read_text().splitlines().index("INT. LIGHTHOUSE - NIGHT") + 1
    run = make_at_desk(film_copy, None, until="screenplay")
    assert len(run.notes.warnings) == 1
    assert run.notes.warnings[0].startswith(f"screenplay.fountain line {at}: INT. LIGHTHOUSE - NIGHT opens a scene")
    assert "screenplay.yours-1.fountain" in run.notes.warnings[0]
    assert (film_copy / "screenplay.yours-1.fountain").read_bytes() == theirs
    assert "LIGHTHOUSE" not in script.read_text()
    assert "Mine." in script.read_text()
    assert (film_copy / "screenplay.json").read_bytes() != record
    assert make_at_desk(film_copy, None, until="screenplay").notes.warnings == []


def test_scenes_in_another_order_are_neither_cut_nor_doubled(film_copy: Path) -> None:
    script, record = film_copy / "screenplay.fountain", (film_copy / "screenplay.json").read_bytes()
    text = script.read_text()
    first, second = text.index("# CHAPTER I."), text.index("# CHAPTER II")
    script.write_text(text[:first] + text[second:] + "\n" + text[first:second])
    run = make_at_desk(film_copy, None, until="screenplay")
    assert len(run.notes.warnings) == 1
    assert (film_copy / "screenplay.json").read_bytes() == record
    assert script.read_text() == text


def test_both_scripts_are_carried_and_on_one_line_the_last_one_saved_holds(film_copy: Path) -> None:
    rewrite(film_copy / "screenplay.fountain", (ASKED, "Will it rise?"), ("You are late,", "Late again,"), after_s=5)
    rewrite(film_copy / "screenplay.fdx", (ASKED, "Will it fall?"), ("Not without you!", "Never!"), after_s=9)
    rewrite(film_copy / "screenplay.json", ("The tide is late,", "The sea is late,"), after_s=7)
    run = make_at_desk(film_copy, None, until="screenplay")
    assert len(run.notes.warnings) == 1
    assert "screenplay.fdx was saved last and holds" in run.notes.warnings[0]
    texts = " ".join(line.text for line in screenplay_of(film_copy).lines())
    assert all(words in texts for words in ("Will it fall?", "Late again,", "Never!", "The sea is late,"))
    assert "Will it rise?" not in texts


@pytest.mark.parametrize("record_is_newer", [True, False])
def test_script_and_record_on_one_line(record_is_newer: bool, film_copy: Path) -> None:
    rewrite(film_copy / "screenplay.fountain", (ASKED, "Will it rise?"), after_s=5)
    rewrite(film_copy / "screenplay.json", (ASKED, "Will it fall?"), after_s=9 if record_is_newer else 1)
    run = make_at_desk(film_copy, None, until="screenplay")
    assert len(run.notes.warnings) == 1
    assert ("Will it fall?" if record_is_newer else "Will it rise?") in (film_copy / "screenplay.fdx").read_text()


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("screenplay.fountain", b"\xff\xfe\x00d", "not UTF-8"),
        ("screenplay.fountain", b"ANNA\nHello\n\n/* and then\n", "line 4: a passage is struck out"),
        ("screenplay.fountain", b"", "nothing is heard"),
        ("screenplay.fdx", b"<FinalDraft><Content>", "not XML"),
        ("screenplay.fdx", b"<html/>", "expected a FinalDraft"),
        ("screenplay.fdx", b'<!DOCTYPE a [<!ENTITY b "c">]><FinalDraft>&b;</FinalDraft>', "entities"),
    ],
)
def test_a_slip_is_one_line_before_anything_starts(name: str, content: bytes, fault: str, film_copy: Path) -> None:
    (film_copy / name).write_bytes(content)
    for check in (lambda: check_edits(FilmFolder(film_copy)), lambda: make_at_desk(film_copy, None)):
        with pytest.raises(RecordError, match=fault) as told:
            check()
        assert str(told.value).startswith(f"{film_copy / name}: ")
        assert "delete the file" in str(told.value)
    assert (film_copy / name).read_bytes() == content


def test_a_new_adaptation_is_no_edit_and_notes_are_kept_aside(film_copy: Path) -> None:
    script = film_copy / "screenplay.fountain"
    rewrite(script, (ASKED, f"{ASKED} [[too long?]]"))
    theirs = script.read_bytes()
    run = make_at_desk(film_copy, None, runtime_s=20, until="screenplay")
    assert (film_copy / "screenplay.yours-1.fountain").read_bytes() == theirs
    assert len(run.notes.warnings) == 1
    run = make_at_desk(film_copy, None, until="screenplay")
    assert run.notes.warnings == []
    assert "line" not in read_direction(FilmFolder(film_copy)).model_fields_set


def test_without_its_ledger_a_script_that_differs_is_set_aside(film_copy: Path) -> None:
    rewrite(film_copy / "screenplay.fountain", (ASKED, "Will it?"))
    for path in film_copy.glob("ledger.sqlite*"):
        path.unlink()
    run = make_at_desk(film_copy, None, until="screenplay")
    assert "Will it?" in (film_copy / "screenplay.yours-1.fountain").read_text()
    assert len(run.notes.warnings) == 1
    assert not (film_copy / "screenplay.yours-1.fdx").exists()


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_an_edit_is_carried_once_though_the_run_dies(
    dies_at: int, film_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(film_copy / "screenplay.fountain", (f"{ASKED}\n", f"{ASKED}\n\nMR. TOLLAND\nNot tonight.\n"))
    write_stage, calls = Ledger.write_stage, [0]

    def dies(self: Ledger, file: str, row: object) -> None:
        calls[0] += 1
        if calls[0] == dies_at:
            raise KeyboardInterrupt
        write_stage(self, file, row)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Ledger, "write_stage", dies)
        make_at_desk(film_copy, None, until="screenplay")
    run = make_at_desk(film_copy, None, until="screenplay")
    # Between direction.toml and the ledger the record itself was not yet noted as read.
    assert all("screenplay.yours-1.json" in line for line in run.notes.warnings)
    assert [line.text for line in screenplay_of(film_copy).lines()].count("Not tonight.") == 1
    assert len(read_direction(FilmFolder(film_copy)).insert) == 1
