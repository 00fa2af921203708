"""Stress: how hard somebody's words strike, by what the text shows, and in words why."""

from __future__ import annotations

from dataclasses import dataclass

from bookfilm.records.book import Language
from bookfilm.shots.exchanges import Take
from bookfilm.shots.wordlists import load_words

STRONG = ("anger", "fear", "sorrow", "surprise", "tender", "whisper")
CLOSE = 3
"""From here on words are seen close wherever they stand; less, only where they strike harder than those about them."""
MATTERS = 2
NEAR_BY = 2
"""How many speeches to either side words are measured against."""
_SHORT_CHARS = 40
_CLOSING_MARKS = "”\"»’') "


@dataclass(frozen=True)
class Stress:
    """`value` counts what speaks for the words; `why` names it, the most telling first."""

    value: int
    why: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return ", ".join(self.why[:2])


def asks(take: Take) -> bool:
    """Return whether the last of what is said is a question."""
    return take.words.rstrip(_CLOSING_MARKS).endswith("?")


def stress_of(takes: list[Take], at: int, language: Language) -> Stress:
    """Return how hard the words of `takes[at]` strike: by themselves, what they answer and what follows them."""
    take, words = takes[at], takes[at].words
    before, after = (takes[at - 1] if at else None), (takes[at + 1] if at + 1 < len(takes) else None)
    emotion, ends = take.first.emotion, words.rstrip(_CLOSING_MARKS)
    found: list[tuple[int, str]] = []
    if emotion in STRONG:
        found.append((3, emotion))
    found += [(1, f"words of {label}") for label in load_words(language).labels("stress", words)[:2]]
    if ends.endswith("!"):
        found.append((1, "an exclamation"))
    if ends.endswith(("…", "...", "—", "–", "--")):
        found.append((1, "it breaks off"))
    if len(words) <= _SHORT_CHARS:
        found.append((1, "few words"))
    if before is not None and before.spoken and asks(before) and before.speakers[-1:] != take.speakers[:1]:
        found.append((1, "it answers a question"))
    if not any(later.spoken for later in takes[at + 1 :]):
        found.append((2, "the scene's last words"))
    elif after is not None and not after.spoken:
        found.append((1, "the last word before a silence"))
        if "face" in load_words(language).labels("tells", after.text):
            found.append((1, "a face answers it"))
    found.sort(key=lambda one: -one[0])
    return Stress(sum(value for value, _ in found), tuple(why for _, why in found))


def is_peak(stresses: list[Stress | None], at: int) -> bool:
    """Return whether the words at `at` matter, and more than the speeches near them."""
    own = stresses[at]
    if own is None or own.value < MATTERS:
        return False
    earlier = [one.value for one in stresses[:at] if one is not None][-NEAR_BY:]
    later = [one.value for one in stresses[at + 1 :] if one is not None][:NEAR_BY]
    return all(value < own.value for value in earlier) and all(value <= own.value for value in later)
