"""Quotation marks: where a paragraph's quoted words stand, in every style of mark that books use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

QuoteStyle = Literal["double", "single"]
_OPENERS = {"“": "”", "«": "»", "„": "“”"}
_ENDS_SENTENCE = set(".,!?;:…—–-’”_*)»")
_SINGLE_OPEN = re.compile(r"(?:^|(?<=[\s(—–\-“\"]))[‘'](?=[’']?[\w“\"—…_])")
_INK = re.compile(r"\S")
_DOUBLE_OPEN = re.compile(r"[“\"«„]")


@dataclass(frozen=True)
class Quoted:
    """Quoted words: [start, end) without the marks, in characters of the paragraph.

    `closed` is False where the paragraph ends before the mark does: the speech runs on.
    """

    start: int
    end: int
    closed: bool
    mark: str


def outer_style(texts: Iterable[str]) -> QuoteStyle:
    """Return whether the book's speech stands in double or in single marks: what more paragraphs begin with."""
    single = double = 0
    for text in texts:
        head = text.lstrip()[:1]
        single += head in ("‘", "'")
        double += head in ("“", '"', "«", "„")
    return "single" if single > double else "double"


def find_quoted(flat: str, style: QuoteStyle) -> list[Quoted]:
    """Return the outermost quoted words of a paragraph, in order, without overlap."""
    found: list[Quoted] = []
    position = 0
    while (opening := _next_opening(flat, position, style)) is not None:
        mark = flat[opening]
        closing = _closing(flat, opening, mark)
        end = len(flat) if closing is None else closing
        if flat[opening + 1 : end].strip():
            found.append(Quoted(opening + 1, end, closing is not None, mark))
        position = end + 1
    return found


def _next_opening(flat: str, position: int, style: QuoteStyle) -> int | None:
    pattern = _SINGLE_OPEN if style == "single" else _DOUBLE_OPEN
    for match in pattern.finditer(flat, position):
        if match.group() != '"' or _may_open(flat, match.start()):
            return match.start()
    if style == "single":
        other = _DOUBLE_OPEN.search(flat, position)
        return other.start() if other else None
    return None


def _first_ink(flat: str) -> int:
    found = _INK.search(flat)
    return found.start() if found else len(flat)


def _may_open(flat: str, at: int) -> bool:
    """Tell whether a straight mark can open: words follow it, and no word stands right before it.

    One that begins the paragraph opens even before a space, where an edition has lost the inner mark.
    """
    if at == _first_ink(flat):
        return _INK.search(flat, at + 1) is not None
    after = flat[at + 1 : at + 2]
    before = flat[at - 1 : at]
    return bool(after.strip()) and not before.isalnum() and before not in (".", ",", "!", "?")


def _closing(flat: str, opening: int, mark: str) -> int | None:
    if mark in "‘'":
        return _single_closing(flat, opening)
    if mark == '"':
        return _straight_closing(flat, opening)
    depth = 0
    for at in range(opening + 1, len(flat)):
        if flat[at] == mark and mark != "„":
            if mark == "“":
                return _reopened(flat, at)
            depth += 1
        elif flat[at] in _OPENERS[mark]:
            if depth == 0:
                return at
            depth -= 1
    return None


def _reopened(flat: str, at: int) -> int | None:
    """A second opening curly mark: the first was never closed. It ends there, where the words before it end."""
    return at if flat[:at].rstrip()[-1:] in _ENDS_SENTENCE else flat.find("”", at) if "”" in flat[at:] else None


def _straight_closing(flat: str, opening: int) -> int | None:
    marks = 0
    at = flat.find('"', opening + 1)
    while at != -1:
        marks += 1
        before, after = flat[at - 1], flat[at + 1 : at + 2]
        reopens = before == " " and after.isalnum() and flat.find('"', at + 1) != -1
        if not reopens or marks % 2 == 1:
            return at
        at = flat.find('"', at + 1)
    return None


def _single_closing(flat: str, opening: int) -> int | None:
    """Return the mark that closes single quotes, told from apostrophes by what stands around it."""
    fallback: int | None = None
    for at in range(opening + 1, len(flat)):
        char = flat[at]
        if char == "‘" and fallback is not None:
            return fallback
        if char not in "’'":
            continue
        before, after = flat[at - 1], flat[at + 1 : at + 2]
        if after.isalnum():
            continue
        if before in _ENDS_SENTENCE:
            return at
        if fallback is None and before.isalnum() and not _in_possessive(flat, at):
            fallback = at
    return fallback


def _in_possessive(flat: str, at: int) -> bool:
    """Tell whether an apostrophe after a letter more likely ends a word (the boys' room, goin' home)."""
    following = _INK.search(flat, at + 1)
    return flat[at - 1] in "sn" and following is not None and following.group().islower()
