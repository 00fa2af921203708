"""The author's word: direction.toml, and how edits made elsewhere get into it."""

from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from bookfilm.errors import SettingsError
from bookfilm.records.base import first_fault
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Screenplay
from bookfilm.store.files import write_file
from bookfilm.store.folder import FilmFolder

TEMPLATE = """\
# The author's word. It lies over every adaptation, and no run ever takes anything out of it.
# docs/film-folder.md shows all that can be said here.

[right]
# "public domain", "author", "licence" or "not stated"
basis = "{basis}"
holder = "{holder}"
"""


def read_direction(folder: FilmFolder) -> Direction:
    """Return the direction of `folder`; an absent file is an empty one. Raises SettingsError."""
    try:
        text = folder.direction.read_text(encoding="utf8")
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
        said = {"basis": basis or "not stated", "holder": (holder or "").replace("\\", "").replace('"', "'")}
        write_file(folder.direction, TEMPLATE.format(**said))
    elif basis is not None or holder is not None:
        document = _document(folder)
        right = document.setdefault("right", tomlkit.table())
        for name, value in (("basis", basis), ("holder", holder)):
            if value is not None:
                right[name] = value
        write_file(folder.direction, tomlkit.dumps(document))
    return read_direction(folder)


def right_line(direction: Direction) -> str:
    """Return the line by which the film credits the right to the book."""
    right = direction.right
    if right.basis == "not stated":
        return "The right to film this book has not been stated. Not for release."
    said = {
        "public domain": "The book is in the public domain",
        "author": "By the author's own right",
        "licence": "Under licence",
    }[right.basis]
    parts = [said, right.holder, right.territory, right.term]
    return ", ".join(part for part in parts if part) + "."


def lift_edits(folder: FilmFolder, written: Screenplay, edited: Screenplay) -> int:
    """Carry a person's changes to screenplay.json into direction.toml. Returns how many there were.

    Lines (words, speaker) and scenes (place, hour, weather) are carried, found by the words they had,
    so that they lie over the next adaptation too. Other changes live in screenplay.json alone.
    """
    tables = [("line", edit) for edit in _line_edits(written, edited)]
    tables += [("scene", edit) for edit in _scene_edits(written, edited)]
    if tables:
        document = _document(folder)
        for name, edit in tables:
            _write_edit(document.setdefault(name, tomlkit.aot()), edit)
        write_file(folder.direction, tomlkit.dumps(document))
    return len(tables)


def _document(folder: FilmFolder) -> Any:
    try:
        return tomlkit.parse(folder.direction.read_text(encoding="utf8") if folder.direction.exists() else "")
    except (TOMLKitError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be changed: {error}", subject=folder.direction) from None


def _write_edit(rows: Any, edit: dict[str, Any]) -> None:
    """Append `edit`, or change the earlier edit that it goes on from: what a line first was stays known."""
    for row in rows:
        if "was" in edit and row.get("text") == edit["was"] and row.get("near") == edit.get("near"):
            row.update({name: value for name, value in edit.items() if name not in ("was", "near")})
            return
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
