"""Lifting: a person's edit of the screenplay becomes their word in direction.toml, which outlives every adaptation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tomlkit

from bookfilm.pipeline.word import open_direction
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder

Edit = dict[str, Any]


def lift_edits(folder: FilmFolder, written: Screenplay, edited: Screenplay) -> int:
    """Carry a person's changes to the screenplay into direction.toml. Returns how many there were.

    Carried are the title and the author, names, lines (words, speaker, kind, emotion), what is seen, lines and
    scenes that are gone, lines that are new, and scenes' places, hours and weather: found by the words they had, so
    that they lie over the next adaptation too. Other changes live in screenplay.json alone.
    """
    document = open_direction(folder)
    count = _lift_titles(document, written, edited) + _lift_names(document, written, edited)
    scenes, lines = _scene_edits(written, edited), [*_line_edits(written, edited), *_seen_edits(written, edited)]
    for edit in scenes:
        _write_scene_edit(document, edit)
    cut = _scenes_cut(written, edited)
    for scene in cut:
        spans = document.setdefault("cut", [])
        if list(scene.source) not in [list(span) for span in spans if not isinstance(span, str)]:
            spans.append(list(scene.source))
    new = list(_new_lines(written, edited))
    gone = list(_lines_cut(written, edited, cut))
    for line in gone:
        _cut_line(document, line)
    for edit in lines:
        _write_line_edit(document, edit)
    for edit in new:
        _write_new_line(document, edit)
    count += len(scenes) + len(lines) + len(cut) + len(gone) + len(new)
    if count:
        write_if_changed(folder.direction, tomlkit.dumps(document))
    return count


def _lift_titles(document: Any, written: Screenplay, edited: Screenplay) -> int:
    count = 0
    for name in ("title", "author"):
        said = getattr(edited, name)
        if said and said != getattr(written, name):
            document[name] = said
            count += 1
    return count


def _lift_names(document: Any, written: Screenplay, edited: Screenplay) -> int:
    names = {character.id: character.name for character in written.characters}
    count = 0
    for character in edited.characters:
        was = names.get(character.id, character.name)
        if was == character.name:
            continue
        count += 1
        rows = document.setdefault("character", tomlkit.aot())
        row = next((row for row in rows if was in (row.get("show_as"), row.get("name"))), None)
        if row is None:
            _append(rows, {"name": was, "show_as": character.name})
        else:
            row["show_as"] = character.name
    return count


def _line_edits(written: Screenplay, edited: Screenplay) -> list[Edit]:
    before = {line.id: line for line in written.lines()}
    names = {character.id: character.name for character in edited.characters}
    edits = []
    for line in edited.lines():
        was = before.get(line.id)
        if was is None:
            continue
        edit = {name: getattr(line, name) for name in ("text", "emotion") if getattr(was, name) != getattr(line, name)}
        if was.delivery != line.delivery:
            edit["kind"] = line.delivery
        if was.speaker != line.speaker:
            edit["speaker"] = names.get(line.speaker or "", "")
        if edit:
            edits.append(_found_by(was) | edit)
    return edits


def _found_by(was: Line) -> Edit:
    """Return what finds a line: the words it had and where it stands; a line that the book does not have is `new`."""
    return {"was": was.text, "near": was.source[0][0]} if was.source else {"was": was.text, "new": True}


def _seen_edits(written: Screenplay, edited: Screenplay) -> Iterator[Edit]:
    """Yield what is seen otherwise, found by the first of the beat's lines that the book has."""
    before = {line.id: (beat.action, line) for scene in written.scenes for beat in scene.beats for line in beat.lines}
    for scene in edited.scenes:
        for beat in scene.beats:
            known = [before[line.id] for line in beat.lines if line.id in before and before[line.id][1].source]
            if known and known[0][0] != beat.action:
                yield _found_by(known[0][1]) | {"seen": beat.action}


def _scenes_cut(written: Screenplay, edited: Screenplay) -> list[Scene]:
    """Return the scenes of which no line is left, though the film goes on."""
    left = {line.id for line in edited.lines()}
    if not left:
        return []
    return [scene for scene in written.scenes if scene.lines() and not any(line.id in left for line in scene.lines())]


def _lines_cut(written: Screenplay, edited: Screenplay, cut: list[Scene]) -> Iterator[Line]:
    left = {line.id for line in edited.lines()}
    gone = {scene.id for scene in cut}
    for scene in written.scenes:
        # The span of a scene that is cut takes the book's lines along, but not those that are new.
        yield from (line for line in scene.lines() if line.id not in left and (scene.id not in gone or not line.source))


def _cut_line(document: Any, line: Line) -> None:
    _write_line_edit(document, _found_by(line) | {"cut": True})


def _write_line_edit(document: Any, edit: Edit) -> None:
    """Append `edit`, or change the earlier edit that it repeats or goes on from: what a line first was stays known."""
    said = {name: value for name, value in edit.items() if name not in ("was", "near", "new")}
    if edit.get("new"):
        _change_new_line(document, edit["was"], said)
        return
    rows = document.setdefault("line", tomlkit.aot())
    for row in rows:
        if edit["was"] in (row.get("text"), row.get("was")) and row.get("near") == edit.get("near"):
            row.update(said)
            return
    _append(rows, edit)


def _change_new_line(document: Any, text: str, said: Edit) -> None:
    """Change the line that a person added earlier, and what is found by its words."""
    rows = document.get("insert", [])
    row = next((row for row in rows if row.get("text") == text), None)
    if row is None:
        return
    row.update(said)
    if "text" in said:
        for other in rows:
            for side in ("after", "before"):
                if other.get(side) == text:
                    other[side] = said["text"]


def _new_lines(written: Screenplay, edited: Screenplay) -> Iterator[Edit]:
    """Yield the lines that are only in `edited`, each by the line it stands beside."""
    before = {line.id: line for line in written.lines()}
    names = {character.id: character.name for character in edited.characters}
    for scene in edited.scenes:
        lines = scene.lines()
        for at, line in enumerate(lines):
            if line.id in before:
                continue
            edit: Edit = {}
            if at:
                edit["after"] = before.get(lines[at - 1].id, lines[at - 1]).text
            else:
                known = next((before[other.id] for other in lines if other.id in before), None)
                edit["before"] = known.text if known is not None else ""
            near = [other.source[0][0] for other in reversed(lines[:at]) if other.source]
            near += [other.source[0][0] for other in lines[at:] if other.source]
            if near:
                edit["near"] = near[0]
            edit |= {"text": line.text, "kind": line.kind, "speaker": names.get(line.speaker or "", "")}
            yield edit if line.emotion == "neutral" else edit | {"emotion": line.emotion}


def _write_new_line(document: Any, edit: Edit) -> None:
    for side in ("after", "before"):
        if side in edit:
            edit = {**edit, side: _first_words(document, edit[side])}
    rows = document.setdefault("insert", tomlkit.aot())
    for row in rows:
        if all(row.get(name) == edit.get(name) for name in ("after", "before", "near", "text")):
            row.update({**edit, "cut": False} if "cut" in row else edit)
            return
    _append(rows, edit)


def _first_words(document: Any, words: str) -> str:
    """Return the words that a line had before it was edited."""
    return next((str(row["was"]) for row in document.get("line", ()) if row.get("text") == words), words)


def _scene_edits(written: Screenplay, edited: Screenplay) -> list[Edit]:
    before = {scene.id: scene for scene in written.scenes}
    edits = []
    for scene in edited.scenes:
        was = before.get(scene.id)
        first = next((line for line in was.lines() if line.source), None) if was is not None else None
        if was is None or first is None:
            continue
        edit: Edit = {}
        if was.place != scene.place:
            edit["place"] = edited.place(scene.place).kind
        for name in ("hour", "weather"):
            if getattr(was, name) != getattr(scene, name):
                edit[name] = getattr(scene, name)
        if edit:
            edits.append({"begins": first.text, **edit})
    return edits


def _write_scene_edit(document: Any, edit: Edit) -> None:
    """Append `edit`, or change the earlier one of the same scene, found by the book's own words."""
    edit = {**edit, "begins": _first_words(document, edit["begins"])}
    rows = document.setdefault("scene", tomlkit.aot())
    for row in rows:
        if row.get("begins") == edit["begins"]:
            row.update(edit)
            return
    _append(rows, edit)


def _append(rows: Any, edit: Edit) -> None:
    table = tomlkit.table()
    table.update(edit)
    rows.append(table)
