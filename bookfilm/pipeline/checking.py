"""What a person wrote, held against the book and against itself: a slip is named, an edit is in the coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bookfilm.errors import RecordError
from bookfilm.records.book import Book, Span
from bookfilm.records.direction import Direction, NewLineEdit
from bookfilm.records.screenplay import Coverage, ParagraphCoverage, ParagraphStatus, Screenplay

_SHOWN = 40
"""How much of a person's words a warning repeats, in characters."""
_TAKEN_OUT = "taken out of screenplay.json by hand"


def check_screenplay(edited: Screenplay, path: Path, chapters: int | None = None) -> None:
    """Raise RecordError where a person's screenplay contradicts itself, or its book of so many `chapters`."""
    _check_ids(edited, path)
    places = {place.id for place in edited.places}
    characters = {character.id for character in edited.characters}
    for scene in edited.scenes:
        if scene.place not in places:
            raise RecordError(f"scene {scene.id} plays in {scene.place!r}, which is not among its places", subject=path)
        if scene.chapter < 0 or (chapters is not None and scene.chapter >= chapters):
            raise RecordError(f"scene {scene.id} is of chapter {scene.chapter}, which the book lacks", subject=path)
        named = {name for line in scene.lines() for name in (line.speaker, line.addressee) if name is not None}
        named |= set(scene.cast) | {name for beat in scene.beats for name in beat.present}
        if unknown := sorted(named - characters):
            raise RecordError(f"scene {scene.id} names {unknown[0]!r}, who is not among its characters", subject=path)
        if empty := next((line.id for line in scene.lines() if not line.text.strip()), None):
            raise RecordError(f"line {empty} has no words; take the line out instead", subject=path)


def _check_ids(edited: Screenplay, path: Path) -> None:
    kinds: dict[str, Iterable[str]] = {
        "scenes": (scene.id for scene in edited.scenes),
        "lines": (line.id for line in edited.lines()),
        "characters": (character.id for character in edited.characters),
        "places": (place.id for place in edited.places),
    }
    for kind, ids in kinds.items():
        twice = next((ident for ident, count in Counter(ids).items() if count > 1), None)
        if twice is not None:
            raise RecordError(f"two {kind} have the id {twice!r}", subject=path)


def cover_edit(coverage: Coverage, before: Screenplay, edited: Screenplay) -> Coverage:
    """Return `coverage` after a person's edit: paragraphs whose lines went are cut, those whose lines came are not."""
    entries = []
    spoken = [(span, line.kind) for line in edited.lines() for span in line.source]
    earlier = [span for line in before.lines() for span in line.source]
    for entry in coverage.paragraphs:
        kinds = {kind for span, kind in spoken if _meets(span, entry.source)}
        had = any(_meets(span, entry.source) for span in earlier)
        if had and not kinds:
            entry = ParagraphCoverage(source=entry.source, status="cut", why=_TAKEN_OUT)
        elif kinds and entry.status == "cut" and entry.why == _TAKEN_OUT:
            status: ParagraphStatus = "played" if kinds - {"narration"} else "narrated"
            entry = ParagraphCoverage(source=entry.source, status=status, why="put back by hand")
        entries.append(entry)
    return coverage.changed(paragraphs=tuple(entries))


def _meets(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def unheeded(direction: Direction, book: Book, text: str, screenplay: Screenplay) -> Iterator[str]:
    """Yield, for each thing that direction.toml names and neither book nor screenplay has, a line that says so."""
    said = _flat(text)
    lines = [_flat(line.text) for line in screenplay.lines()]
    names = {_flat(name) for one in screenplay.characters for name in (one.name, *one.aliases)}
    titles = {_flat(chapter.title) for chapter in book.chapters if chapter.title is not None}
    for casting in direction.character:
        if _flat(casting.name) not in names:
            yield f"nobody is called {casting.name!r} ([[character]] name)"
    for edit in direction.line:
        # With `near` it was written here, after an edit elsewhere, and holds.
        if edit.near is None and not _is_there(edit.was, said, lines) and _flat(edit.text or "") not in lines:
            yield f"no line reads {_shown(edit.was)} ([[line]] was)"
    for scene in direction.scene:
        begins = _flat(scene.begins)
        if not any(line.startswith(begins) for line in lines) and begins not in said:
            yield f"no scene begins with {_shown(scene.begins)} ([[scene]] begins)"
    yield from _unheeded_inserts(direction.insert, said, lines)
    for word, wanted in (("cut", direction.cut), ("keep", direction.keep)):
        for item in wanted:
            if isinstance(item, str) and _flat(item) not in titles:
                yield f"no chapter is called {_shown(item)} ({word})"
            elif not isinstance(item, str) and item[0] >= len(text):
                yield f"the book has no [{item[0]}, {item[1]}): it ends at {len(text)} ({word})"


def _unheeded_inserts(inserts: Iterable[NewLineEdit], said: str, lines: list[str]) -> Iterator[str]:
    new = [_flat(insert.text) for insert in inserts]
    for insert in inserts:
        beside = insert.after if insert.after is not None else insert.before
        if beside is None and insert.near is None:
            yield f"it is not said where {_shown(insert.text)} stands: after or before which line ([[insert]])"
        elif beside is not None and insert.near is None and not _is_there(beside, said, [*lines, *new]):
            yield f"no line reads {_shown(beside)} ([[insert]])"


def _is_there(words: str, said: str, lines: list[str]) -> bool:
    """Tell whether a line of the film, or the book itself, has these words. A line may be joined of several places."""
    flat = _flat(words)
    return flat in lines or flat.partition(". ")[0] in said


def _shown(words: str) -> str:
    return repr(words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…")


def _flat(words: str) -> str:
    return " ".join(words.casefold().split())
