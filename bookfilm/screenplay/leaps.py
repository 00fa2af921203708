"""Leaps: where the author passes over years inside a chapter ("Ten years passed."), and looks may not be as before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.passages import Passage

_SENTENCE_END = re.compile(r"[.!?…]+[”’\"»]?\s+")


def find_leaps(passages: Iterable[Passage], language: Language) -> dict[int, int]:
    """Return by chapter where the sentence begins that first leaps over years, as an offset of book.txt.

    Only narration tells it."""
    phrases = load_lexicon(language, "looks").phrases("changes.leaps")
    pattern = re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)
    found: dict[int, int] = {}
    for passage in passages:
        if passage.kind != "text" or passage.chapter in found:
            continue
        for stretch in passage.told():
            match = pattern.search(passage.flat, stretch.start - passage.start, stretch.end - passage.start)
            if match is not None:
                ends = [stop.end() for stop in _SENTENCE_END.finditer(passage.flat, 0, match.start())]
                found[passage.chapter] = passage.start + (ends[-1] if ends else 0)
                break
    return found
