"""Plays: speaker labels before the words ("ANNA. Come in." / "АННА. Войдите.")."""

from __future__ import annotations

import re
from collections import Counter

from bookfilm.records.book import Language
from bookfilm.screenplay.passages import Passage

_LABEL = re.compile(
    r"\s*(?P<name>[A-ZА-ЯЁ][\w’'-]*(?:\s+[A-ZА-ЯЁ][\w’'-]*){0,3})(?:\s*\((?P<how>[^)]*)\))?\s*[.:]\s+(?=\S)"
)
_SHARE = 0.5
_FEWEST = 12


def mark_play(passages: list[Passage], language: Language) -> None:
    """Set `label` of each reply if the book is a play: most paragraphs begin with one of a few labels."""
    prose = [passage for passage in passages if passage.kind == "text"]
    labels = Counter(match.group("name") for passage in prose if (match := _LABEL.match(passage.flat)))
    common = {name for name, count in labels.items() if count >= 4}
    labelled = sum(count for name, count in labels.items() if name in common)
    if labelled < _FEWEST or labelled < _SHARE * len(prose):
        return
    for passage in prose:
        match = _LABEL.match(passage.flat)
        if match is not None and (match.group("name") in common or match.group("name") in labels):
            passage.label = match.group("name")
            passage.label_end = match.end()
