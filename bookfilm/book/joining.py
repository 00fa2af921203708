"""Lines become one paragraph's text: joined by a space, words mended at hyphens, marks of emphasis taken out."""

from __future__ import annotations

import re

_EMPHASIS = re.compile(r"(?<![^\W_])_(?=\S)([^_]+?)(?<=\S)_(?![^\W_])")
_REFERENCE = re.compile(r"(?<=\S)(?:\[(?:\d{1,3}|[*†‡])\]|\{\d{1,3}\})")
_TRAILING = re.compile(r"([^\W\d_]+)-$")
_LEADING = re.compile(r"[^\W\d_]+")
_SPACES = re.compile(r"[^\S ]+ *| {2,}|(?<= )[^\S ]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff]")


class WordsSeen:
    """Which words a text holds, counted only when first asked: few texts break words over lines."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: set[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._words is None:
            self._words = {found[0].lower() for found in _WORD.finditer(self._text)}
        return word.lower() in self._words


def joined(lines: list[str], seen: WordsSeen) -> str:
    """Return `lines` as one paragraph's text."""
    pieces = [lines[0]]
    for line in lines[1:]:
        kept, gap = _mended(pieces[-1], line, seen)
        pieces[-1] = kept + gap
        pieces.append(line)
    return without_marks(_SPACES.sub(" ", "".join(pieces)))


def _mended(before: str, line: str, seen: WordsSeen) -> tuple[str, str]:
    """Return what stays of the line `before`, and what stands between it and `line`."""
    if before.endswith("\u00ad"):
        return before[:-1], ""
    first, second = _TRAILING.search(before[-80:]), _LEADING.match(line)
    if not first or not second or not second[0][0].islower():
        return before, " "
    whole, compound = first[1] + second[0], f"{first[1]}-{second[0]}"
    if whole in seen and compound not in seen:
        return before[:-1], ""
    if compound in seen or (first[1] in seen and second[0] in seen):
        return before, ""
    return before[:-1], ""


def without_marks(text: str) -> str:
    """Return `text` without ``_emphasis_`` marks, note references, soft hyphens and control characters."""
    if "_" in text:
        text = _EMPHASIS.sub(r"\1", text)
    if "[" in text or "{" in text:
        text = _REFERENCE.sub("", text)
    return _CONTROL.sub("", text.replace("\u00ad", ""))
