"""Setting: where, when and in what weather a passage plays, as far as its words show it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.morphology import lemma
from bookfilm.screenplay.passages import Passage

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[.;!?]")
_SPOKEN_WEIGHT = 0.2
_MOMENT_WEIGHT = 3.0
_OPENING = 160

Tally = defaultdict[str, float]


@dataclass
class Signs:
    """The signs of setting in one passage: labels with weights. `moved`: a place that somebody comes into here."""

    places: Tally = field(default_factory=lambda: defaultdict(float))
    place_words: dict[str, str] = field(default_factory=dict)
    hours: Tally = field(default_factory=lambda: defaultdict(float))
    weather: Tally = field(default_factory=lambda: defaultdict(float))
    seasons: Tally = field(default_factory=lambda: defaultdict(float))
    lights: Tally = field(default_factory=lambda: defaultdict(float))
    moved: str = ""
    later: bool = False


class SettingReader:
    """Reads the signs of setting in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        lexicon = load_lexicon(language, "setting")
        self.labels = {table: lexicon.labels(table) for table in ("places", "hours", "weather", "seasons", "lights")}
        self.inside = lexicon.words("grammar.inside")
        self.moves = lexicon.words("grammar.moves")
        self.not_here = lexicon.words("grammar.not_here")
        phrases = sorted(lexicon.phrases("grammar.later"), key=lambda phrase: (-len(phrase), phrase))
        self.later = re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")\b", re.IGNORECASE)

    def read(self, passage: Passage) -> Signs:
        """Return the signs in `passage`. What is only spoken of weighs a fifth."""
        signs = Signs()
        for stretch in passage.stretches:
            words = passage.words(stretch.start, stretch.end)
            told = stretch.kind not in ("dialogue", "thought")
            self._read_words(words, 1.0 if told else _SPOKEN_WEIGHT, signs)
            moment = self.later.search(words[:_OPENING]) if told else None
            if moment is not None:
                signs.later = True
                for word in _WORD.findall(moment.group()):
                    for hour in self.labels["hours"].get(self._base(word), ()):
                        signs.hours[hour] += _MOMENT_WEIGHT
        return signs

    def _read_words(self, words: str, weight: float, signs: Signs) -> None:
        tokens = [match.group() for match in _WORD.finditer(words)]
        bases = [self._base(token) for token in tokens]
        lowered = [token.lower() for token in tokens]
        for at, base in enumerate(bases):
            pair = f"{bases[at - 1]}-{base}" if at else ""
            for table, counter in (
                ("places", signs.places),
                ("hours", signs.hours),
                ("weather", signs.weather),
                ("seasons", signs.seasons),
                ("lights", signs.lights),
            ):
                found = self.labels[table].get(pair) or self.labels[table].get(base)
                if found:
                    self._count(table, found, tokens, bases, lowered, at, weight, counter, signs)

    def _count(
        self,
        table: str,
        found: tuple[str, ...],
        tokens: list[str],
        bases: list[str],
        lowered: list[str],
        at: int,
        weight: float,
        counter: Tally,
        signs: Signs,
    ) -> None:
        before = lowered[max(0, at - 4) : at]
        for stop in (".", ";", "!", "?"):
            if stop in before:
                before = before[len(before) - before[::-1].index(stop) :]
        if set(before[-3:]) & self.not_here or (at and tokens[at][0].isupper() and tokens[at - 1] not in ".;!?"):
            weight *= 0.1
        if set(before) & self.inside:
            weight *= 2.0
        for label in found:
            counter[label] += weight / len(found)
        if table == "places" and weight >= 2.0:
            signs.place_words.setdefault(found[0], lowered[at] if self.language == "en" else bases[at])
            reach = bases[max(0, at - 7) : at]
            if not signs.moved and set(reach) & self.moves:
                signs.moved = found[0]

    def _base(self, token: str) -> str:
        return lemma(token) if self.language == "ru" else token.lower()
