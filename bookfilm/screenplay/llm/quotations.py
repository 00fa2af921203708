"""Quotations: words that a model gives for the book's are looked for there; what is kept is the book's own."""

from __future__ import annotations

import re

from bookfilm.records.book import Span

_ALIKE = ('"“”„‟«»', "'’‘‛`´", "-‐‑–—−")
_MARKS = {mark: f"[{re.escape(marks)}]" for marks in _ALIKE for mark in marks}
_ENDS = " \t\n.…,;:!?\"“”„«»'’‘-–—()[]"
_WORD = re.compile(r"[^\W_]+")


def find_words(text: str, within: Span, words: str) -> Span | None:
    """Return where `words` stand in `text`, inside `within`; None if they do not stand there word for word.

    Case, white space, and the shape of quotation marks and dashes do not count, nor does what stands around the
    first and the last word. Fewer than two words are nowhere: they would be found by chance.
    """
    wanted = words.strip(_ENDS)
    if len(_WORD.findall(wanted)) < 2:
        return None
    pattern = r"\s+".join("".join(_MARKS.get(char, re.escape(char)) for char in word) for word in wanted.split())
    found = re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE).search(text, *within)
    return found.span() if found is not None else None


def words_at(text: str, span: Span) -> str:
    """Return the words at `span` with white space joined."""
    return " ".join(text[slice(*span)].split())
