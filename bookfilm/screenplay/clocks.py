"""Clock times: what hour of the day a passage tells that it has struck."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bookfilm.records.bible import Hour
from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon

_BEFORE_NOON: dict[int, Hour] = {
    **dict.fromkeys((12, 1, 2, 3, 4), "night"),
    **dict.fromkeys((5, 6), "dawn"),
    **dict.fromkeys((7, 8, 9, 10, 11), "morning"),
}
_AFTER_NOON: dict[int, Hour] = {
    12: "noon",
    **dict.fromkeys((1, 2, 3, 4, 5), "afternoon"),
    **dict.fromkeys((6, 7, 8), "dusk"),
    **dict.fromkeys((9, 10, 11), "night"),
}
_MORNING, _EVENING = frozenset({"dawn", "morning"}), frozenset({"noon", "afternoon", "dusk"})


@dataclass(frozen=True)
class ClockTime:
    """An hour as told: 1 to 12, the part of the day where that is told too ("before" or "after" noon, "night"),
    and the offset in its passage where it stands."""

    hour: int
    half: str
    at: int

    def hour_of_day(self, known: str, lit: bool) -> Hour | None:
        """Return what part of the day it is, told after the part `known` ("" for none); None where it may be either.

        `lit` tells that lamps burn. Of an hour that comes twice a day the next one after `known` is meant.
        """
        if self.half == "night":
            return "dusk" if self.hour in (6, 7, 8) else "night"
        if self.half:
            return (_BEFORE_NOON if self.half == "before" else _AFTER_NOON)[self.hour]
        if known in _MORNING:
            return _BEFORE_NOON[self.hour] if 7 <= self.hour <= 11 else _AFTER_NOON[self.hour]
        if known in _EVENING:
            return "night" if self.hour == 12 and known == "dusk" else _AFTER_NOON[self.hour]
        if known == "night":
            return "night" if self.hour in (9, 10, 11) else _BEFORE_NOON[self.hour]
        if lit and self.hour >= 5:
            return "night" if self.hour == 12 else _AFTER_NOON[self.hour] if self.hour > 5 else "dusk"
        if 6 <= self.hour <= 8:
            return None
        return _BEFORE_NOON[self.hour] if 9 <= self.hour <= 11 else _AFTER_NOON[self.hour]


class ClockReader:
    """Reads clock times in one language."""

    def __init__(self, language: Language) -> None:
        lexicon = load_lexicon(language, "setting")
        self.hours = {word: int(hour) for word, hour in lexicon.mapping("clock.hours").items()}
        self.halves = lexicon.mapping("clock.halves")
        at, strikes = (_any_of(lexicon.phrases(f"clock.{key}")) for key in ("at", "strikes"))
        hours, halves = _any_of((*self.hours, *map(str, range(1, 25)))), _any_of(tuple(self.halves))
        between = lexicon.raw("clock.between")
        self.told = re.compile(
            rf"\b{at}\s+(?:{between}\s+)?(?P<hour>{hours})\s+{strikes}(?:\s+(?P<half>{halves}))?(?!\w)", re.IGNORECASE
        )

    def read(self, words: str, offset: int = 0) -> ClockTime | None:
        """Return the first clock time in `words`, else None. `offset`: where the words stand in their passage."""
        found = self.told.search(words)
        if found is None:
            return None
        said = found["hour"].lower()
        hour = self.hours.get(said) or int(said)
        half = self.halves.get((found["half"] or "").lower(), "after" if hour > 12 else "")
        return ClockTime((hour - 1) % 12 + 1, half, offset + found.start())


def _any_of(words: tuple[str, ...]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(r"\s+".join(map(re.escape, word.split())) for word in longest_first) + ")"
