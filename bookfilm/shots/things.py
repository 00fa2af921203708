"""Things: what the words of a shot put into its picture besides people."""

from __future__ import annotations

from bookfilm.records.book import Language
from bookfilm.records.shots import Setting
from bookfilm.shots.wordlists import load_words

_MOST_PROPS = 3
_BUSY = {"market": 6, "ballroom": 8, "railway": 4, "battlefield": 6, "square": 3, "church": 3, "street": 2, "tavern": 3}


def find_props(text: str, language: Language) -> tuple[str, ...]:
    """Return English nouns of at most three things that `text` names, in its order."""
    return tuple(load_words(language).labels("props", text)[:_MOST_PROPS])


def count_crowd(text: str, setting: Setting, language: Language) -> int:
    """Return how many nameless people are about, 0 to 12: by the words, else by the place."""
    labels = load_words(language).labels("crowd", text)
    if "many" in labels:
        return 10
    if "few" in labels:
        return 4
    busy = _BUSY.get(setting.kind, 0)
    return busy // 2 if setting.hour == "night" and setting.kind not in ("ballroom", "tavern") else busy
