"""Which sounds a shot tells of, and when: steps, a knock, hooves, by the narrator's words and by what is seen.

The word lists lie in `words/`. What somebody says is left alone: a bell that is spoken of does not ring. The same
shot has the same effects, whatever stands before and after it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import cast, get_args

from bookfilm.records.base import content_key, seed_of
from bookfilm.records.bible import INDOORS
from bookfilm.records.book import Language
from bookfilm.records.shots import Picture, Shot
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Cue, Effect, EffectSound, Slot

REACH_WORDS = 8
"""How many words may stand between what is done and what it is done with."""
SEEN_AFTER_S = Fraction(3, 10)
"""What is seen is heard this long after the shot begins: a sound on the cut itself would be taken for a fault."""
APART_S = Fraction(6, 5)
MOST_A_SHOT = 3
SHORTEST_BEGINNING = 4
FEW = 4
"""From so many nameless people on, a shot's crowd is heard."""

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_CLAUSE_END = frozenset(".!?…,;:—–()")
_SOFT_GROUND = frozenset(
    {"road", "forest", "garden", "field", "mountain", "graveyard", "battlefield", "village", "river"}
)
_NO_GROUND = frozenset({"sea", "sky", "carriage"})


@dataclass(frozen=True)
class _Told:
    """Words that tell of a sound, and at which share of the text they stand."""

    sound: EffectSound
    share: Fraction
    words: str


def effects_of(shot: Shot, slot: Slot, rate: FrameRate, sample_rate: int, language: Language) -> tuple[Effect, ...]:
    """Return the effects of `shot`, whose place and cues `slot` gives, in the order in which they are heard.

    Each sound once at most, MOST_A_SHOT in all, APART_S apart; the words go before what is only seen.
    """
    coming = [*_of_words(slot.cues, shot, rate, sample_rate, language), *_of_picture(shot.picture, slot, rate)]
    kept: list[Effect] = []
    least = rate.nearest_frame(APART_S)
    for effect in coming:
        near = any(abs(effect.start_frame - other.start_frame) < least for other in kept)
        again = any(_family(effect.sound) == _family(other.sound) for other in kept)
        if len(kept) < MOST_A_SHOT and not near and not again and effect.start_frame < slot.start_frame + slot.frames:
            kept.append(effect)
    return tuple(sorted(kept, key=lambda effect: effect.start_frame))


def _family(sound: EffectSound) -> str:
    return sound.partition("_")[0]


def _of_words(
    cues: Sequence[Cue], shot: Shot, rate: FrameRate, sample_rate: int, language: Language
) -> Iterator[Effect]:
    for cue in cues:
        if cue.kind != "narration":
            continue
        for told in told_sounds(cue.text, language):
            sound = _grounded(told.sound, shot.picture) if told.sound == "steps" else told.sound
            if sound is None:
                continue
            at = cue.start_frame + rate.nearest_frame(told.share * Fraction(cue.samples, sample_rate))
            seed = seed_of(content_key("effect", {"sound": sound, "words": cue.text, "told": told.words}))
            yield Effect(sound=sound, start_frame=at, seed=seed, reason=f"the words “{told.words}”")


def _of_picture(picture: Picture, slot: Slot, rate: FrameRate) -> Iterator[Effect]:
    """Yield what is seen to sound: riders, people who walk, a clock shown close, a crowd."""
    if picture.kind != "scene":
        return
    stances = {person.stance for person in picture.cast if person.look.creature in ("human", "horse")}
    seen: list[tuple[EffectSound | None, str]] = []
    if "ride" in stances and picture.setting.kind != "carriage":
        seen.append(("hooves", "somebody is seen riding"))
    if stances & {"walk", "enter", "leave"} and picture.size in ("wide", "full", "medium"):
        seen.append((_grounded("steps", picture), "somebody is seen walking"))
    if picture.size in ("insert", "close_up") and {"clock", "watch"} & set(picture.props):
        seen.append(("clock", "a clock is shown close"))
    if picture.crowd >= FEW and picture.setting.kind != "battlefield":
        seen.append(("murmur", "a crowd is seen"))
    at = slot.start_frame + rate.nearest_frame(SEEN_AFTER_S)
    for sound, reason in seen:
        if sound is not None:
            seed = seed_of(content_key("effect", {"sound": sound, "picture": picture.model_dump(mode="json")}))
            yield Effect(sound=sound, start_frame=at, seed=seed, reason=reason)


def _grounded(sound: EffectSound, picture: Picture) -> EffectSound | None:
    """Return how steps sound on the ground of this place; None where there is none to step on."""
    setting = picture.setting
    if setting.kind in _NO_GROUND:
        return None
    if setting.kind in INDOORS:
        return sound
    if setting.season == "winter" or setting.weather == "snow":
        return "steps_snow"
    soft = setting.kind in _SOFT_GROUND or setting.kind in ("shore", "desert")
    return "steps_soft" if soft else sound


# --- the words --------------------------------------------------------------------------------


def told_sounds(text: str, language: Language) -> list[_Told]:
    """Return what the narrator's `text` tells of, in the order of the words, each sound once."""
    words = _Words.of(text)
    found: dict[EffectSound, _Told] = {}
    for place in range(len(words.words)):
        for sound, lists in _lists(language).items():
            if sound not in found and (tells := _tells(words, place, lists, _unheard(language))):
                found[sound] = _Told(sound, Fraction(words.starts[place], len(text)), tells)
    return sorted(found.values(), key=lambda told: told.share)


def _tells(words: _Words, place: int, lists: _Lists, unheard: frozenset[str]) -> str:
    """Return the words by which `word` tells of a sound, empty if it does not."""
    word, (alone, does, what) = words.words[place], lists
    if alone.has(word):
        return "" if words.clause_before(place) & unheard else word
    other = next((one for one in words.near(place) if what.has(words.words[one])), None) if does.has(word) else None
    if other is None:
        return ""
    first, last = sorted((place, other))
    if words.clause_before(last) & unheard:
        return ""
    return (
        " ".join(words.words[first : last + 1]) if last - first <= 3 else f"{words.words[first]} … {words.words[last]}"
    )


@dataclass(frozen=True)
class _Words:
    """A text's words in lower case, where each begins, and which clause it is of."""

    words: list[str]
    starts: list[int]
    clause: list[int]

    @classmethod
    def of(cls, text: str) -> _Words:
        made, clause, at = cls([], [], []), 0, 0
        for found in _WORD.finditer(text):
            clause += bool(set(text[at : found.start()]) & _CLAUSE_END)
            at = found.end()
            made.words.append(found[0].lower().replace("’", "'"))
            made.starts.append(found.start())
            made.clause.append(clause)
        return made

    def near(self, place: int) -> list[int]:
        """Return the places in the same clause within REACH_WORDS of `place`, the nearest first."""
        reach = range(max(0, place - REACH_WORDS), min(len(self.words), place + REACH_WORDS + 1))
        same = [one for one in reach if one != place and self.clause[one] == self.clause[place]]
        return sorted(same, key=lambda one: abs(one - place))

    def clause_before(self, place: int) -> set[str]:
        """Return the words of the same clause before `place`."""
        return {self.words[one] for one in range(place) if self.clause[one] == self.clause[place]}


class _List:
    """Words of a list: whole ones in English, beginnings in Russian, but for those too short to be one."""

    def __init__(self, words: str, *, by_beginning: bool) -> None:
        self._words = frozenset(words.split())
        self._begins = tuple(word for word in self._words if by_beginning and len(word) >= SHORTEST_BEGINNING)

    def has(self, word: str) -> bool:
        return word in self._words or (bool(self._begins) and word.startswith(self._begins))


_Lists = tuple[_List, _List, _List]


@cache
def _tables(language: Language) -> dict[str, dict[str, str]]:
    path = files("bookfilm.sound") / "words" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _lists(language: Language) -> dict[EffectSound, _Lists]:
    by_beginning = language == "ru"
    made: dict[EffectSound, _Lists] = {}
    for name, table in _tables(language).items():
        if name in get_args(EffectSound):
            alone, does, what = (
                _List(table.get(key, ""), by_beginning=by_beginning) for key in ("alone", "does", "what")
            )
            made[cast(EffectSound, name)] = (alone, does, what)
    return made


@cache
def _unheard(language: Language) -> frozenset[str]:
    return frozenset(_tables(language)["unheard"]["words"].split())
