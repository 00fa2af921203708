"""Directing: the author's word (direction.toml) laid over what the rules found."""

from __future__ import annotations

from bookfilm.records.bible import Character
from bookfilm.records.book import Book, Span
from bookfilm.records.direction import Direction, SceneEdit
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.screenplay.lines import Draft
from bookfilm.screenplay.scenes import Stage, place_of
from bookfilm.screenplay.slugs import slug
from bookfilm.screenplay.weights import DraftBeat


def direct_passages(beats: list[DraftBeat], direction: Direction, book: Book) -> None:
    """Mark the beats that the direction keeps or cuts, by passage or by chapter title. Keeping wins."""
    for word, wanted in (("cut", direction.cut), ("keep", direction.keep)):
        spans = [span for item in wanted for span in _spans(item, book)]
        for beat in beats:
            if any(a < beat.passage.end and beat.passage.start < b for a, b in spans):
                beat.directed = word


def direct_cuts(beats: list[DraftBeat], direction: Direction) -> None:
    """Take out the lines that the direction cuts, before anything is weighed or fitted."""
    for edit in direction.line:
        if not edit.cut:
            continue
        near = edit.near
        found: list[tuple[DraftBeat, Draft]] = [
            (beat, draft) for beat in beats for draft in beat.drafts if _same(draft.text, edit.was)
        ]
        if found:
            beat, draft = min(found, key=lambda pair: 0 if near is None else abs(pair[1].source[0][0] - near))
            beat.drafts = [other for other in beat.drafts if other is not draft]
            beat.struck = (*beat.struck, draft)
            if not beat.drafts:
                beat.directed = "cut"


def _spans(item: Span | str, book: Book) -> list[Span]:
    if not isinstance(item, str):
        return [item]
    return [
        (chapter.paragraphs[0].source[0], chapter.paragraphs[-1].source[1])
        for chapter in book.chapters
        if chapter.title is not None and chapter.paragraphs and _same(chapter.title, item)
    ]


def direct_characters(characters: list[Character], direction: Direction) -> list[Character]:
    """Return the characters with the direction's casting: look, voice, sex and the name shown."""
    directed = list(characters)
    for casting in direction.character:
        for at, character in enumerate(directed):
            if not any(_same(name, casting.name) for name in (character.name, *character.aliases)):
                continue
            fields = casting.look_fields()
            look = character.look.changed(**fields)
            changes = tuple(c.changed(look=c.look.changed(**fields)) for c in character.changes)
            aliases = tuple(dict.fromkeys((*character.aliases, *([character.name] if casting.show_as else []))))
            directed[at] = character.changed(
                look=look,
                changes=changes,
                name=casting.show_as or character.name,
                aliases=aliases,
                voice=casting.voice or character.voice,
                sex=casting.sex or character.sex,
            )
            break
    return directed


def direct_stages(stages: list[Stage], words: list[list[str]], direction: Direction) -> None:
    """Change the settings of the scenes that the direction names by the first words of their first line.

    `words` are each scene's lines. Where no scene begins so (its first line was cut, or is not in this film), the
    one that holds such a line is meant.
    """
    for edit in direction.scene:
        for depth in (1, None):
            found = [n for n, lines in enumerate(words) if any(_begins(line, edit.begins) for line in lines[:depth])]
            if found:
                _set(stages[found[0]], edit)
                break


def _set(stage: Stage, edit: SceneEdit) -> None:
    if edit.place is not None:
        stage.place = place_of(edit.place, "")
    stage.hour = edit.hour or stage.hour
    stage.weather = edit.weather or stage.weather


def direct_lines(
    scenes: list[Scene], characters: list[Character], direction: Direction
) -> tuple[list[Scene], list[Character]]:
    """Return the scenes with the direction's words and speakers; a speaker nobody knows yet joins the cast."""
    for edit in direction.line:
        found = None if edit.cut else _nearest(scenes, edit.was, edit.near)
        changes: dict[str, object] = {"why": "direction"}
        if found is None or (edit.text, edit.speaker, edit.kind, edit.emotion) == (None, None, None, None):
            continue
        if edit.text is not None:
            changes["text"] = edit.text
        if edit.speaker is not None:
            speaker, characters = speaker_named(edit.speaker, characters)
            changes["speaker"] = speaker
            if speaker is not None and found.kind in ("narration", "quote"):
                changes["kind"] = "dialogue"
        changes |= {n: value for n in ("kind", "emotion") if (value := getattr(edit, n)) is not None}
        if edit.kind is not None:
            changes["inner"] = False
        line = found.changed(**changes)
        scenes = [_with_line(scene, found, line) for scene in scenes]
    return scenes, characters


def first_words(screenplay: Screenplay, direction: Direction) -> dict[str, str]:
    """Return the words that the directed lines of `screenplay` had in the book, by line id."""
    found: dict[str, str] = {}
    for edit in direction.line:
        if edit.text is not None and not edit.cut:
            line = _nearest(list(screenplay.scenes), edit.text, edit.near)
            if line is not None:
                found[line.id] = edit.was
    return found


def speaker_named(name: str, characters: list[Character]) -> tuple[str | None, list[Character]]:
    """Return the id of who answers to `name` (None for an empty one), and the cast, which a newcomer has joined."""
    if not name.strip():
        return None, characters
    for character in characters:
        if any(_same(known, name) for known in (character.name, *character.aliases)):
            return character.id, characters
    ident, number = slug(name), 1
    while any(character.id == ident for character in characters):
        number += 1
        ident = f"{slug(name)}-{number}"
    return ident, [*characters, Character(id=ident, name=name)]


def _nearest(scenes: list[Scene], words: str, near: int | None) -> Line | None:
    """Return the line whose words are `words`, the nearest to `near` in book.txt where there are several."""
    lines = [line for scene in scenes for line in scene.lines() if _same(line.text, words) and line.source]
    if near is None or not lines:
        return lines[0] if lines else None
    return min(lines, key=lambda line: abs(line.source[0][0] - near))


def _with_line(scene: Scene, old: Line, new: Line) -> Scene:
    if not any(line.id == old.id for line in scene.lines()):
        return scene
    beats = tuple(
        beat.changed(lines=tuple(new if line.id == old.id else line for line in beat.lines)) for beat in scene.beats
    )
    return scene.changed(beats=beats)


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _begins(words: str, wanted: str) -> bool:
    return " ".join(words.casefold().split()).startswith(" ".join(wanted.casefold().split()))
