"""Windows: scenes cut into stretches of beats that fit one question, so that no book is too long for a model."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from bookfilm.records.book import Book, Span
from bookfilm.records.screenplay import Beat, Line, Scene, Screenplay
from bookfilm.screenplay.llm.settings import LlmSettings

_SOFT_BORDERS = ("place", "time", "")
_MOST_NAMED = 24
SPOKEN = ("dialogue", "thought")


@dataclass(frozen=True)
class WindowBeat:
    """A beat of the draft with the paragraph it comes from: `source` in book.txt, `text` as it is shown."""

    beat: Beat
    source: Span
    text: str

    def spoken(self) -> list[Line]:
        return [line for line in self.beat.lines if line.kind in SPOKEN]


@dataclass(frozen=True)
class Window:
    """A stretch of scene number `scene` of the draft, from its beat number `first`.

    `cast`: the ids that an answer may name. `may_go_on`: the scene before lies in the same chapter, and only the
    rules say that a new one begins here.
    """

    scene: int
    first: int
    beats: tuple[WindowBeat, ...]
    cast: tuple[str, ...]
    may_go_on: bool = False

    def spoken(self) -> list[tuple[int, Line]]:
        """Return each spoken line with the number of its beat in this window, from 0."""
        return [(number, line) for number, beat in enumerate(self.beats) for line in beat.spoken()]

    def doubtful(self) -> list[tuple[int, Line]]:
        """Return the lines of `spoken` whose speaker is nobody, or was only found by turns."""
        return [
            (number, line)
            for number, line in self.spoken()
            if line.kind == "dialogue" and line.why != "direction" and (line.speaker is None or line.why == "turn")
        ]


def cut_windows(draft: Screenplay, book: Book, text: str, settings: LlmSettings) -> list[Window]:
    """Return the windows of `draft`, in order; each beat is in one of them."""
    paragraphs = Paragraphs(book, text)
    names = {
        character.id: tuple(name.casefold() for name in (character.name, *character.aliases))
        for character in draft.characters
    }
    windows = []
    for number, scene in enumerate(draft.scenes):
        before = draft.scenes[number - 1] if number else None
        soft = before is not None and before.chapter == scene.chapter and scene.border in _SOFT_BORDERS
        for first, beats in _stretches(scene, paragraphs, settings):
            cast = _nameable(scene, beats, names)
            windows.append(Window(number, first, tuple(beats), cast, soft and first == 0))
    return windows


def _stretches(scene: Scene, paragraphs: Paragraphs, settings: LlmSettings) -> Iterator[tuple[int, list[WindowBeat]]]:
    first, held = 0, list[WindowBeat]()
    for number, beat in enumerate(scene.beats):
        source = paragraphs.around(beat)
        shown = WindowBeat(beat, source, " ".join(paragraphs.text[slice(*source)].split())[: settings.window_chars])
        full = sum(len(other.text) for other in held) + len(shown.text) > settings.window_chars
        if held and (full or len(held) >= settings.window_beats):
            yield first, held
            first, held = number, []
        held.append(shown)
    if held:
        yield first, held


def _nameable(scene: Scene, beats: list[WindowBeat], names: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return who may be on stage here: whom the rules see in these beats or the scene, and whom the words name."""
    words = " ".join(beat.text for beat in beats).casefold()
    here = [who for beat in beats for who in beat.beat.present]
    here += [line.speaker for beat in beats for line in beat.beat.lines if line.speaker is not None]
    named = [who for who, known in names.items() if any(name in words for name in known)]
    return tuple(dict.fromkeys(who for who in (*here, *scene.cast, *named) if who in names))[:_MOST_NAMED]


class Paragraphs:
    """Finds the paragraphs of a book by place. `text` is book.txt."""

    def __init__(self, book: Book, text: str) -> None:
        self.text = text
        self._spans = sorted(paragraph.source for paragraph in book.paragraphs())
        self._starts = [start for start, _ in self._spans]

    def around(self, beat: Beat) -> Span:
        """Return the span of the paragraphs that the lines of `beat` come from."""
        places = [span for line in beat.lines for span in line.source]
        if not places:
            return (0, 0)
        start, end = min(a for a, _ in places), max(b for _, b in places)
        first = self._at(start) or (start, end)
        last = self._at(max(start, end - 1)) or (start, end)
        return (min(start, first[0]), max(end, last[1]))

    def _at(self, place: int) -> Span | None:
        number = bisect_right(self._starts, place) - 1
        return self._spans[number] if number >= 0 and place < self._spans[number][1] else None
