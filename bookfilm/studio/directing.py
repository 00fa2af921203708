"""What a client says of a film goes where an author's word goes: into direction.toml, beside what stands there."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

import tomlkit

from bookfilm.pipeline.word import open_direction, read_direction
from bookfilm.records.direction import Direction, Right
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder, create_folder, held_folder


class Said(TypedDict, total=False):
    """What goes into direction.toml, if it is not None; `characters`: keys of `[[character]]` tables, by name."""

    right: Right | None
    title: str | None
    author: str | None
    style: str | None
    characters: dict[str, dict[str, Any]] | None


def direct(folder: FilmFolder, **said: Unpack[Said]) -> Direction:
    """Write what is `said` into direction.toml, and return all that stands there.

    Raises SettingsError for what the direction cannot say, and FolderBusy while a driver is at work.
    """
    create_folder(folder.path)
    with held_folder(folder, sweep=False):
        write_if_changed(folder.direction, directed(folder, **said))
    return read_direction(folder)


def directed(folder: FilmFolder, **said: Unpack[Said]) -> str:
    """Return what direction.toml would be, as `direct` has it, for who holds the folder and writes it."""
    document = open_direction(folder)
    for name in ("title", "author", "style"):
        if (value := said.get(name)) is not None:
            document[name] = value
    if (right := said.get("right")) is not None:
        document["right"] = {name: value for name, value in right.model_dump().items() if value}
    for name, fields in (said.get("characters") or {}).items():
        _cast(document, name, fields)
    text = tomlkit.dumps(document)
    # Checked before it is written: an order that is not understood would stop every later run.
    Direction.model_validate(tomlkit.parse(text).unwrap())
    return text


def _cast(document: Any, name: str, fields: dict[str, Any]) -> None:
    rows = document.setdefault("character", tomlkit.aot())
    row = next((row for row in rows if name in (row.get("name"), row.get("show_as"))), None)
    if row is None:
        row = tomlkit.table()
        row["name"] = name
        rows.append(row)
        row = rows[-1]
    for field, value in fields.items():
        row[field] = value
