"""Nominatives: the names that the Russian dictionary does not settle, read by the forms that the book itself uses.

The dictionary takes a surname for a plural ("Зверков" for some little beasts), a man's surname in the genitive
for his wife's ("Базарова"), and what it does not know for anything. Which other cases of a name stand in the
book shows which it is: somebody is called Зверков and Зверкова, nobody Зверок.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bookfilm.records.bible import Sex
from bookfilm.screenplay import morphology
from bookfilm.screenplay.morphology import Named

_SURNAME = re.compile(r"(?P<stem>[А-ЯЁ][а-яё]+(?:ов|ев|ёв|ин|ын))(?P<case>а|у|ым|е|ой|ою)?$")
_PARTICLE = re.compile(r"-(?:то|с|де|ка|тко|таки)$")
_FEWEST = 2
_WOMAN_OVER_MAN = 4
_CASES = {
    "ого": ("ий", "ый", "ой"), "его": ("ий",), "ому": ("ий", "ый", "ой"), "ему": ("ий",), "ом": ("",),
    "ем": ("ь", "й", ""), "ым": ("", "ый"), "им": ("ий",), "ой": ("а", "ая"), "ую": ("ая",), "ою": ("а",),
    "ей": ("я", "а", "ь"), "ею": ("я",), "а": ("",), "я": ("ь", "й"), "у": ("", "а"), "ю": ("ь", "й", "я"),
    "е": ("", "а", "я", "ь", "й"), "ы": ("а",),
    "и": ("а", "я", "ь", "ий"),
}  # fmt: skip
"""By ending: what may stand in its place in the nominative."""


def without_particle(word: str) -> str:
    """Return a name without the particle that speech hangs on it ("Соня-то")."""
    return _PARTICLE.sub("", word)


class Nominatives:
    """Reads single names of one book. `count` tells how often a capitalised word stands in it."""

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self._known: dict[tuple[str, Sex], Named] = {}

    def read(self, words: tuple[str, ...], beside: Sex = "unknown") -> Named:
        """Read `words` as one name. `beside`: the sex that a verb in the past shows beside it."""
        named = morphology.read_name(words)
        if len(words) > 1:
            return named
        key = (words[0], beside)
        if key not in self._known:
            self._known[key] = self._surname(words[0], beside, named) or self._by_use(words[0], named)
        return self._known[key]

    def _surname(self, word: str, beside: Sex, named: Named) -> Named | None:
        """Read a surname in -ов or -ин: a man's in any case, or a woman's where no such man is in the book."""
        match = _SURNAME.match(word)
        if match is None or (named.roles[0] in ("Name", "Patr") and (named.nominative and named.words[0] == word)):
            return None
        stem, case = match.group("stem"), match.group("case") or ""
        if named.roles[0] == "Name" and self._count(named.words[0]) >= _FEWEST > self._count(stem):
            return None  # "Павлов" of several Pavels, where nobody is called so.
        if not case:
            known = named.roles[0] == "Surn" or self._count(word) >= _FEWEST
            return Named((word,), ("Surn",), "male", True) if known else None
        man, woman = self._count(stem), self._count(stem + "а") + self._count(stem + "ой")
        hers = woman > _WOMAN_OVER_MAN * man
        if (
            case in ("ой", "ою")
            or (hers and case in ("а", "у"))
            or (case == "а" and beside == "female")
            or (case in ("а", "у") and man == 0)
        ):
            if max(man, woman) < _FEWEST and named.roles[0] != "Surn":
                return None
            return Named((stem + "а",), ("Surn",), "female", case == "а")
        return Named((stem,), ("Surn",), "male", False) if man >= _FEWEST else None

    def _by_use(self, word: str, named: Named) -> Named:
        """Return `named` if the book uses its nominative, else the one that it does use, else the word itself."""
        shown = named.words[0]
        if shown == word or self._count(shown) >= _FEWEST or named.roles[0] in ("Patr", "Surn"):
            return named
        best, most = word, 0
        for size in (3, 2, 1):
            for ending in _CASES.get(word[-size:], ()) if len(word) > size + 1 else ():
                wanted = word[:-size] + ending
                if self._count(wanted) > most and wanted != word:
                    best, most = wanted, self._count(wanted)
        if most >= max(_FEWEST, self._count(word) // 8):
            return replace(named, words=(best,), nominative=False)
        if named.roles[0] == "Name" or self._count(word) < _FEWEST:
            return named
        return replace(named, words=(word,), nominative=True)
