"""book.txt is put together from paragraphs, each behind a blank line, and the blocks that point into it."""

from __future__ import annotations

import re

from bookfilm.book.blocks import Block
from bookfilm.book.joining import without_marks
from bookfilm.book.limits import LARGEST_TEXT_BYTES, MOST_PARAGRAPHS, TooMuchText
from bookfilm.book.lines import is_break
from bookfilm.records.book import ParagraphKind

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff\u00ad\u200b]")


class Composer:
    """Gathers paragraphs in order. `finished()` gives book.txt's text and its blocks."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    def add(
        self, text: str, kind: ParagraphKind = "text", *, level: int | None = None, mark: str | None = None
    ) -> Block | None:
        """Add one paragraph; line feeds stay in verse, and are spaces in all else. None if nothing is left of it."""
        lines = [" ".join(_UNPRINTABLE.sub("", line).split()) for line in text.split("\n")]
        lines = [line for line in lines if line]
        if not lines:
            return None
        shown = ("\n" if kind == "verse" else " ").join(lines)
        if kind == "text" and level is None and is_break(shown):
            kind = "break"
        start = self._length + (2 if self._pieces else 0)
        self._length = start + len(shown)
        if self._length > LARGEST_TEXT_BYTES or len(self._pieces) >= MOST_PARAGRAPHS:
            raise TooMuchText("it holds more text than a book may")
        self._pieces.append(shown)
        read = "\n".join(without_marks(line) for line in shown.split("\n"))
        block = Block(
            start, self._length, read, kind, level=level, mark=mark, lines=len(lines) if kind == "verse" else 1
        )
        self.blocks.append(block)
        return block

    def text(self) -> str:
        return "\n\n".join(self._pieces) + "\n" if self._pieces else ""
