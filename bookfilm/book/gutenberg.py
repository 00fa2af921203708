"""What Project Gutenberg lays around a book: its header with title and author, its licence, its notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bookfilm.book.blocks import Block

_START = re.compile(
    r"^[ \t]*\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG E-?(?:BOOK|TEXT)\b[^\n]*(?:\n[^\n]+)?\*{3}[ \t]*$"
    r"|^[ \t]*\*END\*? ?THE SMALL PRINT[^\n]*$|^[ \t]*\*END THE SMALL PRINT[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(
    r"^[ \t]*(?:\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG E-?(?:BOOK|TEXT)\b[^\n]*"
    r"|End of (?:the |this )?Project Gutenberg(?:'s|’s)? [^\n]*|START: FULL LICENSE[^\n]*"
    r"|\*{3}START: FULL LICENSE[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(r"^(Title|Author|Language):[ \t]*(\S[^\n]*(?:\n[ \t]{3,}\S[^\n]*)*)", re.MULTILINE)
_CREDIT = re.compile(
    r"\s*(?:(?:This e-?(?:book|text) was |E-?(?:book|text) )?(?:produced|prepared|transcribed) by|Produced by"
    r"|E-text prepared by|\[?Transcriber.?s note)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"Project Gutenberg", re.IGNORECASE)


@dataclass(slots=True)
class Wrapping:
    """Where the book itself stands in text[start:end], and what the header says of it."""

    start: int
    end: int
    title: str | None = None
    author: str | None = None
    language: str | None = None


def unwrapped(text: str) -> Wrapping:
    """Return where the book stands in `text`, all of it where there is no header."""
    start, end = 0, len(text)
    if opening := _START.search(text):
        start = opening.end()
    if closing := _END.search(text, max(start, len(text) // 3)):
        end = closing.start()
    wrapping = Wrapping(start, end)
    if start and _MENTION.search(text, 0, start):
        for name, value in _FIELD.findall(text[:start]):
            setattr(wrapping, name.lower(), getattr(wrapping, name.lower()) or " ".join(value.split()))
    return wrapping


def unwrapped_blocks(blocks: list[Block]) -> list[Block]:
    """Return `blocks`, of a book in markup, without what stands before and behind the book itself."""
    first, end = 0, len(blocks)
    for index, block in enumerate(blocks):
        if len(block.text) > 400 or "gutenberg" not in block.text.lower():
            continue
        if _START.search(block.text):
            first = index + 1
        elif index > first and _END.search(block.text):
            end = index
            break
    return blocks[first:end]


def is_credit(text: str) -> bool:
    """Return whether a paragraph names those who made the electronic text, or is about the licence."""
    return bool(_CREDIT.match(text)) or (bool(_MENTION.search(text)) and len(text) < 2000)
