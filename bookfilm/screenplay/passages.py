"""Passages: the book's paragraphs as the screenwriter reads them, every character at its place in book.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bookfilm.records.book import Book, ParagraphKind, Span
from bookfilm.records.screenplay import LineKind

_WHITE = re.compile(r"\s")


@dataclass
class Stretch:
    """Part of a passage that is one thing: somebody's words, or the author's. Offsets are of book.txt."""

    kind: LineKind
    start: int
    end: int


@dataclass
class Passage:
    """A paragraph. `flat` is its text with every white space character made one space: same length, same offsets.

    `runs_on` tells that its last words are speech that goes on in the next paragraph.
    """

    index: int
    chapter: int
    kind: ParagraphKind
    start: int
    end: int
    flat: str
    stretches: list[Stretch] = field(default_factory=list)
    runs_on: bool = False
    label: str = ""
    """In a play: the name that stands before the reply, which begins `label_end` characters in."""
    label_end: int = 0
    label_how: Span | None = None
    """Where the label's direction in brackets stands ("ANNA (rising)"), in characters of the paragraph."""

    @property
    def span(self) -> Span:
        return (self.start, self.end)

    def words(self, start: int, end: int) -> str:
        """Return the words at [start, end) of book.txt with white space joined."""
        return " ".join(self.flat[start - self.start : end - self.start].split())

    def spoken(self) -> list[Stretch]:
        return [stretch for stretch in self.stretches if stretch.kind in ("dialogue", "thought")]

    def told(self) -> list[Stretch]:
        return [stretch for stretch in self.stretches if stretch.kind not in ("dialogue", "thought")]


def read_passages(book: Book, text: str) -> list[Passage]:
    """Return the paragraphs of `book` in order, with their words taken from `text` (book.txt)."""
    passages: list[Passage] = []
    for number, chapter in enumerate(book.chapters):
        for paragraph in chapter.paragraphs:
            start, end = paragraph.source
            flat = _WHITE.sub(" ", text[start:end])
            passages.append(Passage(len(passages), number, paragraph.kind, start, end, flat))
    return passages
