"""Blocks and their outline become the chapters of a Book."""

from __future__ import annotations

import re

from bookfilm.book.blocks import Block
from bookfilm.book.headings import Label, bare, is_capitals
from bookfilm.book.outline import Heading, Outline
from bookfilm.records.book import Chapter, Paragraph

_LINED = ("verse", "epigraph", "note")
"""Kinds whose text keeps the ends of its lines."""

_IMPRINT = re.compile(r"copyright|all rights reserved|printed in|published by|ISBN|©", re.IGNORECASE)
_SHORTEST_FRONT = 400
"""Running text before the first heading, in characters, that is worth a chapter of its own."""


def gather_chapters(blocks: list[Block], outline: Outline) -> tuple[Chapter, ...]:
    """Return the chapters. Part headings stand at the head of the chapter that follows them."""
    gathering = _Gathering(blocks)
    position = 0
    for heading in outline.headings:
        gathering.add(blocks[position : heading.first])
        gathering.open(heading)
        position = heading.after
    gathering.add(blocks[position:])
    return gathering.finished()


def heading_title(blocks: list[Block]) -> str:
    """Return a heading's lines as one."""
    title = ""
    for block in blocks:
        text = " ".join(bare(block.text).split())
        title = f"{title}{' ' if title[-1:] in '.:!?—-' else '. '}{text}" if title else text
    return title


class _Gathering:
    def __init__(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._chapters: list[Chapter] = []
        self._waiting: list[Paragraph] = []
        self._title: str | None = None
        self._parts: list[tuple[str, str]] = []
        self._between_parts = False
        self._running = 0
        """Characters of running text among the waiting paragraphs."""
        self._settled = 0
        """How many of the waiting paragraphs are known to be front matter."""

    def add(self, blocks: list[Block]) -> None:
        for block in blocks:
            if block.text:
                text = block.text if block.kind in _LINED else " ".join(block.text.split("\n"))
                self._waiting.append(Paragraph(kind=block.kind, source=(block.start, block.end), text=text))
                self._running += _weight(block)

    def open(self, heading: Heading) -> None:
        blocks = self._blocks[heading.first : heading.after]
        title = heading_title(blocks) or heading.label.title
        paragraphs = [
            Paragraph(kind="heading", source=(one.start, one.end), text=" ".join((bare(one.text) or one.text).split()))
            for one in blocks
        ]
        if heading.opens != "section":
            self._close()
        if heading.opens != "section":
            self._between_parts = heading.opens == "part"
        if heading.opens == "part":
            self._open_part(heading.label, title)
        elif heading.opens == "chapter":
            self._title = title
        self._waiting += paragraphs

    def _open_part(self, label: Label, title: str) -> None:
        kind = label.word or label.family
        kinds = [known for known, _ in self._parts]
        if label.family == "volume":
            self._parts = []
        elif kind in kinds:
            self._parts = self._parts[: kinds.index(kind)]
        elif label.family == "special":
            self._parts = [one for one in self._parts if one[0] in ("volume", "vol", "том")]
        elif (kind == "part" and "book" in kinds) or (kind == "часть" and "книга" in kinds):
            self._parts = self._parts[: kinds.index("book" if kind == "part" else "книга") + 1]
        self._parts.append((kind, title))
        self._title = title

    def _part_name(self) -> str | None:
        return ". ".join(name.rstrip(".") for _, name in self._parts) or None

    def _close(self) -> None:
        """End the chapter at hand, unless nothing but headings stands in it: then they belong to the next."""
        if not self._is_worth_a_chapter():
            self._waiting[self._settled :] = [self._as_front(one) for one in self._waiting[self._settled :]]
            self._settled, self._running = len(self._waiting), 0
            return
        self._chapters.append(Chapter(title=self._title, part=self._part_name(), paragraphs=tuple(self._waiting)))
        self._waiting, self._title, self._running, self._settled = [], None, 0, 0

    @staticmethod
    def _as_front(paragraph: Paragraph) -> Paragraph:
        """A few lines before the first chapter, or between a part's heading and its first, are no story."""
        if paragraph.kind not in ("text", "verse"):
            return paragraph
        if is_capitals(paragraph.text):
            return paragraph.changed(kind="heading", text=" ".join(paragraph.text.split("\n")))
        return paragraph.changed(kind="epigraph")

    def _is_worth_a_chapter(self) -> bool:
        if (self._title is None and not self._chapters) or self._between_parts:
            return self._running >= _SHORTEST_FRONT
        return self._running > 0

    def finished(self) -> tuple[Chapter, ...]:
        if (self._waiting and not self._chapters) or self._is_worth_a_chapter():
            self._chapters.append(Chapter(title=self._title, part=self._part_name(), paragraphs=tuple(self._waiting)))
        elif self._waiting:
            last = self._chapters[-1]
            self._chapters[-1] = last.changed(paragraphs=(*last.paragraphs, *self._waiting))
        return tuple(self._chapters)


def _weight(block: Block) -> int:
    """Return how much a block counts as running text; what printers put on a title page does not."""
    if block.kind not in ("text", "verse") or _IMPRINT.search(block.text):
        return 0
    return len(block.text)


def has_words(chapters: tuple[Chapter, ...]) -> bool:
    """Return whether there is anything to play."""
    return any(
        re.search(r"\w", paragraph.text)
        for chapter in chapters
        for paragraph in chapter.paragraphs
        if paragraph.kind in ("text", "verse")
    )
