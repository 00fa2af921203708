"""The author's word: direction.toml, read and begun. How edits made elsewhere get into it is told in `lifting`."""

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
from bookfilm.store.files import write_file
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
        document = open_direction(folder)
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


def open_direction(folder: FilmFolder) -> Any:
    """Return direction.toml as a document that keeps its comments when it is written again. Raises SettingsError."""
    try:
        return tomlkit.parse(folder.direction.read_text(encoding="utf-8-sig") if folder.direction.exists() else "")
    except (TOMLKitError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be changed: {error}", subject=folder.direction) from None
