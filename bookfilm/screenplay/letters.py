"""Letters: paragraphs that are a letter's own words, from its salutation to its signature."""

from __future__ import annotations

import re

from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.passages import Passage

_LONGEST_PASSAGES = 40
_SALUTATION_CHARS = 70
_SIGNATURE_CHARS = 220


def mark_letters(passages: list[Passage], language: Language) -> None:
    """Make narration inside a letter "letter": it begins with a salutation on its own or before a comma or dash.

    A letter without a signature within reach is its first paragraph only.
    """
    lexicon = load_lexicon(language, "speech")
    openings = "|".join(re.escape(opening) for opening in lexicon.phrases("letter_openings"))
    opens = re.compile(rf"[\s_“\"«]*(?:{openings})\b[^.!?]{{0,{_SALUTATION_CHARS}}}?[,!:—–-]", re.IGNORECASE)
    closings = "|".join(re.escape(word) for word in lexicon.phrases("letter_closings"))
    closes = re.compile(rf"\b(?:{closings})", re.IGNORECASE)
    at = 0
    while at < len(passages):
        if not _is_told(passages[at]) or not opens.match(passages[at].flat):
            at += 1
            continue
        end = _signature(passages, at, closes)
        for passage in passages[at : end + 1]:
            for stretch in passage.stretches:
                if stretch.kind == "narration":
                    stretch.kind = "letter"
        at = end + 1


def _is_told(passage: Passage) -> bool:
    return passage.kind == "text" and [s.kind for s in passage.stretches][:1] == ["narration"]


def _signature(passages: list[Passage], first: int, closes: re.Pattern[str]) -> int:
    """Return the index of the passage that signs the letter begun at `first`; `first` itself where none does."""
    for at in range(first, min(len(passages), first + _LONGEST_PASSAGES)):
        if passages[at].kind == "heading" or passages[at].chapter != passages[first].chapter:
            break
        if closes.search(passages[at].flat[-_SIGNATURE_CHARS:]):
            signed = at + 1
            follows = signed < len(passages) and passages[signed].kind == "text" and len(passages[signed].flat) < 40
            return signed if follows and _is_told(passages[signed]) else at
    return first
