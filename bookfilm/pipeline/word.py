"""The author's word: direction.toml, and how edits made elsewhere get into it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from bookfilm.errors import SettingsError
from bookfilm.records.base import first_fault
from bookfilm.records.book import Language
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Screenplay
from bookfilm.store.files import write_file, write_if_changed
from bookfilm.store.folder import FilmFolder

TEMPLATE = """\
# The author's word. It lies over every adaptation, and no run ever takes anything out of it.
# docs/film-folder.md shows all that can be said here.

[right]
# "public domain", "author", "licence" or "not stated"
basis = {basis}
holder = {holder}
"""

RIGHT_SAID: dict[Language, dict[str, str]] = {
    "en": {
        "not stated": "The right to film this book has not been stated. Not for release.",
        "public domain": "The book is in the public domain",
        "author": "By the author's own right",
        "licence": "Under licence",
    },
    "ru": {
        "not stated": "Право на экранизацию этой книги не заявлено. Не для показа.",
        "public domain": "Книга в общественном достоянии",
        "author": "По праву автора",
        "licence": "По лицензии",
    },
}

MAKER_SAID: dict[Language, dict[str, str]] = {
    "en": {"screenwriter": "Screenplay", "video": "Picture", "voice": "Voices", "score": "Score"},
    "ru": {"screenwriter": "Сценарий", "video": "Изображение", "voice": "Голоса", "score": "Музыка"},
}


def maker_lines(makers: Mapping[str, str], language: Language) -> tuple[str, ...]:
    """Return the engines' credit lines, in the film's language; `makers` gives each post's engine."""
    return tuple(f"{MAKER_SAID[language][post]}: {engine}" for post, engine in makers.items())


def read_direction(folder: FilmFolder) -> Direction:
    """Return the direction of `folder`; an absent file is an empty one. Raises SettingsError."""
    try:
        text = folder.direction.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Direction()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", subject=folder.direction) from None
    try:
        return Direction.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", subject=folder.direction) from None
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject=folder.direction) from None


def state_right(folder: FilmFolder, basis: str | None, holder: str | None) -> Direction:
    """Write the right to the book where it is not written yet, and return the direction.

    What a person has written stays; a stated right on the command line changes the two fields only.
    """
    if not folder.direction.exists():
        said = {"basis": basis or "not stated", "holder": holder or ""}
        write_file(folder.direction, TEMPLATE.format(**{k: tomlkit.item(v).as_string() for k, v in said.items()}))
        return read_direction(folder)
    direction = read_direction(folder)
    right = direction.right
    if (basis or right.basis, right.holder if holder is None else holder) != (right.basis, right.holder):
        document = _document(folder)
        table = document.setdefault("right", tomlkit.table())
        for name, value in (("basis", basis), ("holder", holder)):
            if value is not None:
                table[name] = value
        write_file(folder.direction, tomlkit.dumps(document))
    return read_direction(folder)


def right_line(direction: Direction, language: Language) -> str:
    """Return the line by which the film credits the right to the book, in the film's language."""
    right, said = direction.right, RIGHT_SAID[language]
    if right.basis == "not stated":
        return said["not stated"]
    parts = [said[right.basis], right.holder, right.territory, right.term]
    return ", ".join(part for part in parts if part) + "."


def lift_edits(folder: FilmFolder, written: Screenplay, edited: Screenplay) -> int:
    """Carry a person's changes to screenplay.json into direction.toml. Returns how many there were.

    Lines (words, speaker) and scenes (place, hour, weather) are carried, found by the words they had,
    so that they lie over the next adaptation too. Other changes live in screenplay.json alone.
    """
    lines, scenes = _line_edits(written, edited), _scene_edits(written, edited)
    if lines or scenes:
        document = _document(folder)
        for edit in scenes:
            _write_scene_edit(document, edit)
        for edit in lines:
            _write_line_edit(document.setdefault("line", tomlkit.aot()), edit)
        write_if_changed(folder.direction, tomlkit.dumps(document))
    return len(lines) + len(scenes)


def _document(folder: FilmFolder) -> Any:
    try:
        return tomlkit.parse(folder.direction.read_text(encoding="utf-8-sig") if folder.direction.exists() else "")
    except (TOMLKitError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be changed: {error}", subject=folder.direction) from None


def _write_line_edit(rows: Any, edit: dict[str, Any]) -> None:
    """Append `edit`, or change the earlier edit that it repeats or goes on from: what a line first was stays known."""
    for row in rows:
        if edit["was"] in (row.get("text"), row.get("was")) and row.get("near") == edit.get("near"):
            row.update({name: value for name, value in edit.items() if name not in ("was", "near")})
            return
    _append(rows, edit)


def _write_scene_edit(document: Any, edit: dict[str, Any]) -> None:
    """Append `edit`, or change the earlier one of the same scene, found by the book's own words."""
    first = (row["was"] for row in document.get("line", ()) if row.get("text") == edit["begins"])
    edit = {**edit, "begins": next(first, edit["begins"])}
    rows = document.setdefault("scene", tomlkit.aot())
    for row in rows:
        if row.get("begins") == edit["begins"]:
            row.update(edit)
            return
    _append(rows, edit)


def _append(rows: Any, edit: dict[str, Any]) -> None:
    table = tomlkit.table()
    table.update(edit)
    rows.append(table)


def _line_edits(written: Screenplay, edited: Screenplay) -> list[dict[str, Any]]:
    before = {line.id: line for line in written.lines()}
    names = {character.id: character.name for character in edited.characters}
    edits = []
    for line in edited.lines():
        was = before.get(line.id)
        if was is None or (was.text, was.speaker) == (line.text, line.speaker):
            continue
        edit: dict[str, Any] = {"was": was.text}
        if was.source:
            edit["near"] = was.source[0][0]
        if was.text != line.text:
            edit["text"] = line.text
        if was.speaker != line.speaker:
            edit["speaker"] = names.get(line.speaker or "", "")
        edits.append(edit)
    return edits


def _scene_edits(written: Screenplay, edited: Screenplay) -> list[dict[str, Any]]:
    before = {scene.id: scene for scene in written.scenes}
    edits = []
    for scene in edited.scenes:
        was = before.get(scene.id)
        if was is None or not was.lines():
            continue
        edit: dict[str, Any] = {}
        if was.place != scene.place:
            edit["place"] = edited.place(scene.place).kind
        for name in ("hour", "weather"):
            if getattr(was, name) != getattr(scene, name):
                edit[name] = getattr(scene, name)
        if edit:
            edits.append({"begins": was.lines()[0].text, **edit})
    return edits
