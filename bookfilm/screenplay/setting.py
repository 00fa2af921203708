"""Setting: where, when and in what weather a passage plays, as far as its words show it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from bookfilm.records.book import Language
from bookfilm.screenplay.clocks import ClockReader, ClockTime
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.morphology import finite_verb, is_adjective, lemma, lemmas, nominal
from bookfilm.screenplay.passages import Passage

# A title's full stop ends no sentence: "in Mrs. Orrin's kitchen".
_TOKEN = re.compile(r"(?:Mr|Mrs|Ms|Dr|St|Capt|Col|Prof|Rev)\.|[^\W\d_]+(?:[-’'][^\W\d_]+)*|[.;!?,:—–()“”«»\"]")
_SAME_DAY = re.compile(r"(?:that|the same|в тот же)\b", re.IGNORECASE)
_ENDS = frozenset(".;!?")
_SPOKEN_WEIGHT = 0.2
_QUOTED_WEIGHT = 0.3
_PART_WEIGHT = 0.5
_LOOSE_WEIGHT = 0.25
_REMEMBERED_WEIGHT = 0.1
_PERFECT_WEIGHT = 0.5
_INSIDE_WEIGHT = 2.0
_HEADING_WEIGHT = 1.5
_NAMED_IN_HEADING = 0.5
_MOMENT_WEIGHT = 3.0
_OPENING = 160
_OPENING_TOKENS, _OPENING_REACH, _OPENING_WORDS = 12, 30, 4
_TABLES = ("places", "hours", "weather", "seasons", "lights", "surroundings")

Tally = defaultdict[str, float]


def _tally() -> Tally:
    return defaultdict(float)


@dataclass
class Signs:
    """The signs of setting in one passage: labels with weights.

    `moved` is a place that somebody comes into, or that the passage opens in. `surroundings` weighs the
    things of a house against those under the sky ("indoors", "outdoors").
    """

    places: Tally = field(default_factory=_tally)
    place_words: dict[str, str] = field(default_factory=dict)
    hours: Tally = field(default_factory=_tally)
    weather: Tally = field(default_factory=_tally)
    seasons: Tally = field(default_factory=_tally)
    lights: Tally = field(default_factory=_tally)
    surroundings: Tally = field(default_factory=_tally)
    moved: str = ""
    moved_at: int = 0
    later: bool = False
    moment: str = ""
    """The hour that the passage opens with, where it is told from one time to another ("that evening")."""
    clock: ClockTime | None = None
    """The first clock time that the author tells."""
    struck: bool = False
    """Whether an hour of `hours` is one that the clock told."""

    def table(self, name: str) -> Tally:
        found: Tally = getattr(self, name)
        return found


class SettingReader:
    """Reads the signs of setting in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        lexicon = load_lexicon(language, "setting")
        self.labels = {table: lexicon.labels(table) for table in _TABLES}
        self.inside = lexicon.words("grammar.inside")
        self.moves = lexicon.words("grammar.moves")
        self.anywhere = lexicon.words("grammar.anywhere")
        self.not_here = lexicon.words("grammar.not_here")
        self.perfect = lexicon.words("grammar.perfect")
        self.loose = lexicon.words("grammar.loose")
        self.parts = lexicon.words("grammar.parts")
        self.verbs = load_lexicon(language, "people").words("not_names.verbs")
        self.after_nouns = lexicon.words("grammar.after_nouns") | self.verbs
        phrases = sorted(lexicon.phrases("grammar.later"), key=lambda phrase: (-len(phrase), phrase))
        self.clock = ClockReader(language)
        self.later = re.compile(r"\b(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")\b", re.IGNORECASE)

    def read(self, passage: Passage) -> Signs:
        """Return the signs in `passage`. What is only spoken of weighs a fifth, what is read aloud a third."""
        signs = Signs()
        if passage.kind == "heading":
            self._read_words(passage.flat.lower(), _HEADING_WEIGHT, signs, opens=False)
            for place in signs.places:
                signs.places[place] *= _NAMED_IN_HEADING
        for number, stretch in enumerate(passage.stretches):
            words = passage.words(stretch.start, stretch.end)
            told = stretch.kind not in ("dialogue", "thought")
            weight = 1.0 if stretch.kind == "narration" else _QUOTED_WEIGHT if told else _SPOKEN_WEIGHT
            self._read_words(words, weight, signs, opens=number == 0 and stretch.kind == "narration")
            if stretch.kind == "narration" and signs.clock is None:
                signs.clock = self.clock.read(words, stretch.start - passage.start)
            moment = self.later.search(words[:_OPENING]) if told else None
            if moment is not None:
                signs.later = True
                for word in _TOKEN.findall(moment.group()):
                    for hour in self.labels["hours"].get(self._base(word), ()):
                        signs.hours[hour] += _MOMENT_WEIGHT
                        signs.moment = hour if _SAME_DAY.match(moment.group()) else ""
        return signs

    def _read_words(self, words: str, weight: float, signs: Signs, *, opens: bool) -> None:
        tokens = _TOKEN.findall(words)
        bases = [self._base(token) for token in tokens]
        for at, base in enumerate(bases):
            if not base[0].isalpha():
                continue
            pair = f"{bases[at - 1]}-{base}" if at else ""
            for table in _TABLES:
                found = self.labels[table].get(pair) or self.labels[table].get(base)
                if not found:
                    continue
                share = weight * self._share(tokens, bases, at, table)
                for label in found:
                    signs.table(table)[label] += share / len(found)
                if table == "places" and share >= _INSIDE_WEIGHT:
                    self._note_place(tokens, bases, at, found[0], signs, opens=opens)

    def _share(self, tokens: list[str], bases: list[str], at: int, table: str) -> float:
        """Return how far the word at `at` says that this is so here and now: 0 to 2."""
        before = _within_sentence(bases[max(0, at - 5) : at])
        near = set(before[-3:])
        named = at > 0 and tokens[at][0].isupper() and tokens[at - 1] not in _ENDS
        weight = _REMEMBERED_WEIGHT if near & self.not_here or named else 1.0
        if table in ("places", "surroundings"):
            weight *= self._as_modifier(tokens, at)
        if set(before) & self.perfect:
            weight *= _PERFECT_WEIGHT
        if set(before[-4:]) & self.inside:
            return weight * _INSIDE_WEIGHT
        return weight * _LOOSE_WEIGHT if table == "places" and bases[at] in self.loose else weight

    def _as_modifier(self, tokens: list[str], at: int) -> float:
        """Return 0 for a noun that only says what kind of thing the next noun is ("a kitchen lamp").

        What is built in ("the kitchen window") is seen where the place is, so it counts in part.
        """
        after = tokens[at + 1] if at + 1 < len(tokens) else "."
        if self.language == "ru":
            return 0.0 if is_adjective(tokens[at]) and nominal(after) else 1.0
        if not after[0].isalpha() or after in self.after_nouns or not after.islower():
            return 1.0
        if after in self.parts:
            return _PART_WEIGHT
        return 1.0 if after.endswith(("ed", "ing", "ly")) else 0.0

    def _note_place(
        self, tokens: list[str], bases: list[str], at: int, label: str, signs: Signs, *, opens: bool
    ) -> None:
        signs.place_words.setdefault(label, tokens[at].lower() if self.language == "en" else bases[at])
        begun = len(_within_sentence(bases[:at]))
        # Who goes up the street and into the kitchen is in the kitchen: the sentence's last place counts.
        if signs.moved and signs.moved_at != at - begun:
            return
        opening = at < _OPENING_TOKENS or (at < _OPENING_REACH and begun < _OPENING_WORDS)
        if set(_within_sentence(bases[:at])) & self.moves or (opens and opening and self._is_told(tokens, at)):
            signs.moved, signs.moved_at = label, at - begun

    def _is_told(self, tokens: list[str], at: int) -> bool:
        """Tell whether something happens in the sentence around `at`: an address or a name alone moves nobody."""
        end = next((n for n in range(at, len(tokens)) if tokens[n] in _ENDS), len(tokens))
        sentence = [*_within_sentence(tokens[:at]), *tokens[at:end]]
        if self.language == "ru":
            return any(finite_verb(word) is not None for word in sentence)
        return any(word in self.verbs or word.endswith("ed") for word in sentence)

    def _base(self, token: str) -> str:
        if not token[0].isalpha():
            return token
        if self.language == "en":
            return token.lower().replace("’", "'")
        base = lemma(token)
        if base.endswith(("ый", "ий", "ой")):
            # Rooms are often named by adjectives ("гостиную"): their likeliest reading is not the noun.
            return min(lemmas(token) & self.labels["places"].keys(), default=base)
        return base


def _within_sentence(before: list[str]) -> list[str]:
    """Return the words after the last end of a sentence in `before`, without commas and quotation marks."""
    for at in range(len(before) - 1, -1, -1):
        if before[at] in _ENDS:
            before = before[at + 1 :]
            break
    return [word for word in before if word[0].isalpha()]
