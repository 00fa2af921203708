"""Additions: what the author's direction adds to the book's words, lines of its own and what is seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bookfilm.records.bible import Character
from bookfilm.records.direction import Direction, NewLineEdit
from bookfilm.records.screenplay import Beat, Line, Scene, Screenplay
from bookfilm.screenplay.directing import speaker_named

Place = tuple[int, int, int]
"""Of a line: its scene's number, its beat's there, its own there."""


def direct_additions(screenplay: Screenplay, direction: Direction) -> Screenplay:
    """Return `screenplay` with what the direction says is seen, and with its new lines. It comes last of all."""
    if not direction.insert and not any(edit.seen is not None for edit in direction.line):
        return screenplay
    scenes, characters = list(screenplay.scenes), list(screenplay.characters)
    edited = {_flat(edit.was): _flat(edit.text) for edit in direction.line if edit.text is not None}
    for edit in direction.line:
        at = None if edit.seen is None else _find(scenes, edit.was, edit.near, edited)
        if at is not None:
            beat = scenes[at[0]].beats[at[1]].changed(action=edit.seen)
            scenes[at[0]] = _with_beats(scenes[at[0]], at[1], [beat])
    for new in direction.insert:
        at = None if new.cut else _stand(scenes, new, edited)
        if at is not None:
            speaker, characters = speaker_named(new.speaker, characters)
            scenes[at[0]] = insert_line(scenes[at[0]], at, _line(scenes, at, new, speaker), new.after is not None)
    return screenplay.changed(scenes=tuple(scenes), characters=tuple(_counted(characters, screenplay, scenes)))


def insert_line(scene: Scene, at: Place, line: Line, after: bool) -> Scene:
    """Return `scene` with `line` after, or before, the line at `at`; who speaks it is there to be seen.

    At the edge of a beat it is a beat of its own, so that no other shot changes with it.
    """
    _, number, place = at
    beat = scene.beats[number]
    speaker = (line.speaker,) if line.speaker is not None and line.kind in ("dialogue", "thought") else ()
    present = tuple(dict.fromkeys((*beat.present, *speaker)))
    if after and place == len(beat.lines) - 1:
        beats = [beat, Beat(lines=(line,), present=present)]
    elif not after and place == 0:
        beats = [Beat(lines=(line,), present=present), beat]
    else:
        cut = place + after
        beats = [beat.changed(lines=(*beat.lines[:cut], line, *beat.lines[cut:]), present=present)]
    scene = _with_beats(scene, number, beats)
    return scene.changed(cast=tuple(dict.fromkeys((*scene.cast, *speaker))))


def new_id(lines: Iterable[Line], beside: str) -> str:
    """Return an id for a new line beside line `beside`: c01-s02-l003+1, +2 and so on."""
    taken = {line.id for line in lines}
    number = 1
    while f"{beside}+{number}" in taken:
        number += 1
    return f"{beside}+{number}"


def _line(scenes: Sequence[Scene], at: Place, new: NewLineEdit, speaker: str | None) -> Line:
    beside = scenes[at[0]].beats[at[1]].lines[at[2]].id.partition("+")[0]
    ident = new_id((line for scene in scenes for line in scene.lines()), beside)
    return Line(
        id=ident, kind=new.kind, speaker=speaker, text=new.text, source=(), emotion=new.emotion, why="direction"
    )


def _stand(scenes: Sequence[Scene], new: NewLineEdit, edited: dict[str, str]) -> Place | None:
    """Return the line that a new one stands beside; where it is not in the film, the last before its place is."""
    beside = new.after if new.after is not None else new.before
    found = _find(scenes, beside, new.near, edited) if beside is not None else None
    if found is not None or new.near is None:
        return found
    best: Place | None = None
    for number, scene in enumerate(scenes):
        if scene.source[0] <= new.near < scene.source[1]:
            for b, beat in enumerate(scene.beats):
                for n, line in enumerate(beat.lines):
                    if best is None or (line.source and line.source[0][0] <= new.near):
                        best = (number, b, n)
    return best


def _find(scenes: Sequence[Scene], words: str, near: int | None, edited: dict[str, str]) -> Place | None:
    """Return the line that has `words`, or had them before it was edited: the nearest to `near` of several."""
    wanted = {_flat(words), edited.get(_flat(words), _flat(words))}
    found = [
        (abs((line.source[0][0] if line.source else near or 0) - (near or 0)), (s, b, n))
        for s, scene in enumerate(scenes)
        for b, beat in enumerate(scene.beats)
        for n, line in enumerate(beat.lines)
        if _flat(line.text) in wanted
    ]
    return min(found, key=lambda row: row[0] if near is not None else 0)[1] if found else None


def _with_beats(scene: Scene, number: int, beats: Sequence[Beat]) -> Scene:
    return scene.changed(beats=(*scene.beats[:number], *beats, *scene.beats[number + 1 :]))


def _counted(characters: list[Character], screenplay: Screenplay, scenes: Sequence[Scene]) -> list[Character]:
    """Return `characters` with the lines that were added to their count."""
    old = {line.id for line in screenplay.lines()}
    new = [line.speaker for scene in scenes for line in scene.lines() if line.id not in old]
    return [
        character.changed(line_count=character.line_count + new.count(character.id))
        if character.id in new
        else character
        for character in characters
    ]


def _flat(words: str) -> str:
    return " ".join(words.casefold().split())
