"""What every format is turned into: the text of book.txt, and blocks that point into it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bookfilm.records.book import ParagraphKind


@dataclass(slots=True)
class Block:
    """A paragraph before it is known which chapter it belongs to.

    `start` and `end` are code points of book.txt. `gap` counts the blank lines before it, `lines` the lines it
    stands on. `level` is the depth of a heading that the format itself names (1 is outermost); `mark` is the title
    under which a table of contents points here.
    """

    start: int
    end: int
    text: str
    kind: ParagraphKind = "text"
    gap: int = 1
    lines: int = 1
    level: int | None = None
    mark: str | None = None


@dataclass(slots=True)
class Manuscript:
    """A book file as its format gives it: the text, its blocks in order, and what the metadata says."""

    text: str
    blocks: list[Block]
    title: str | None = None
    author: str | None = None
    language: str | None = None
    encoding: str | None = None
    layered: bool = field(default=False)
    """True where the format names its headings, so that fewer of them need to be guessed."""
