"""Things: what the words of a shot put into its picture besides people."""

from __future__ import annotations

from bookfilm.records.bible import INDOORS
from bookfilm.records.book import Language
from bookfilm.records.shots import Setting
from bookfilm.shots.wordlists import load_words

_MOST_PROPS = 3
_BUSY = {"market": 6, "ballroom": 8, "railway": 4, "battlefield": 6}
_OUT_OF_DOORS = frozenset({"horse", "boat", "ship", "carriage", "train", "tree"})
_SUBJECT_CHARS = 48
_HELD_CHARS = 120


def find_props(text: str, language: Language) -> tuple[str, ...]:
    """Return English nouns of at most three things that `text` names, in its order."""
    return tuple(load_words(language).labels("props", text)[:_MOST_PROPS])


def props_in(setting: Setting, text: str, language: Language) -> tuple[str, ...]:
    """Return what `text` names and `setting` has room for: a boat that is spoken of in a kitchen is not in it."""
    found = find_props(text, language)
    return found if setting.kind not in INDOORS else tuple(thing for thing in found if thing not in _OUT_OF_DOORS)


def dwells_on(text: str, language: Language) -> str:
    """Return the one small thing that `text` dwells on, else "".

    It is the only one named, and hands are at it, or it comes early in few words, or again.
    """
    words = load_words(language)
    shown = set(words.text("insert", "things").split())
    named = [label for label in words.labels("props", text) if label in shown]
    if len(named) != 1:
        return ""
    if len(text) <= _HELD_CHARS and "hand" in words.labels("tells", text):
        return named[0]
    opening = named[0] in words.labels("props", text[:_SUBJECT_CHARS])
    again = named[0] in words.labels("props", text[len(text) // 2 :])
    return named[0] if opening and (again or len(text) < 2 * _SUBJECT_CHARS) else ""


def names_crowd(text: str, language: Language) -> bool:
    """Return whether `text` tells of many nameless people."""
    return bool(load_words(language).labels("crowd", text))


def count_crowd(text: str, setting: Setting, language: Language) -> int:
    """Return how many nameless people are about, 0 to 12: by the words, else by the place."""
    labels = load_words(language).labels("crowd", text)
    if "many" in labels:
        return 10
    if "few" in labels:
        return 4
    busy = _BUSY.get(setting.kind, 0)
    return busy // 2 if setting.hour == "night" and setting.kind not in ("ballroom", "tavern") else busy
