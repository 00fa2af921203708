"""Checks: what of an answer may stand. Names must be in the cast, words in the book, numbers in the window.

An answer that does not fit the schema is refused whole. In one that does, each value stands for itself: what
cannot be verified is left out, the rules' value stays in its place, and the fault is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError

from bookfilm.records.base import first_fault
from bookfilm.records.bible import Beard, Carries, Dress, Fact, Hair, Hat, Hour, PlaceKind, Weather
from bookfilm.records.book import Span
from bookfilm.records.screenplay import Emotion, Scene, Screenplay
from bookfilm.screenplay.llm.answers import NOBODY, SaidChange, SaidOfWindow, SaidSetting
from bookfilm.screenplay.llm.quotations import find_words, words_at
from bookfilm.screenplay.llm.windows import Window

CHANGEABLE: dict[str, tuple[str, ...]] = {
    "dress": get_args(Dress),
    "hat": get_args(Hat),
    "hair": get_args(Hair),
    "beard": get_args(Beard),
    "carries": get_args(Carries),
}
CHANGES = tuple(f"{field}:{value}" for field, values in CHANGEABLE.items() for value in values)
MOST_SETTINGS, MOST_CHANGES = 3, 3
_SHOWN_CHARS = 40


@dataclass(frozen=True)
class Setting:
    """Where and when it plays from beat number `begins` of the window on, counted from 0."""

    begins: int
    place: PlaceKind
    hour: Hour
    weather: Weather


@dataclass(frozen=True)
class Change:
    """A change of a look: `field` becomes `value`, as `why` tells."""

    who: str
    field: str
    value: str
    why: Fact


@dataclass(frozen=True)
class Revision:
    """What may stand of an answer. Tuples by beat or by line are as long as the window's; None leaves the draft's."""

    goes_on: bool
    settings: tuple[Setting, ...]
    seen: tuple[str | None, ...]
    present: tuple[tuple[str, ...] | None, ...]
    weights: tuple[int | None, ...]
    emotions: tuple[Emotion, ...]
    speakers: tuple[str | None, ...]
    """Of the doubtful lines; None leaves the draft's."""
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Judged:
    """A revision, or None where the answer is of no use, and the faults, each in a few words."""

    revision: Revision | None
    faults: tuple[str, ...] = ()


class Judge:
    """Judges the answers about one draft, whose records point into `text`."""

    def __init__(self, draft: Screenplay, text: str, quote_chars: int) -> None:
        self.draft = draft
        self.text = text
        self.quote_chars = quote_chars

    def judge(self, window: Window, said: str, cut_short: bool = False) -> Judged:
        """Return what of the answer `said` may stand for `window`."""
        if cut_short:
            return Judged(None, ("the answer was cut short",))
        try:
            answer = SaidOfWindow.model_validate_json(said)
        except ValidationError as error:
            kind = error.errors(include_url=False)[0]["type"]
            return Judged(None, ("not JSON" if kind == "json_invalid" else f"schema: {shown(first_fault(error), 90)}",))
        if fault := _length_fault(window, answer):
            return Judged(None, (fault,))
        faults: list[str] = []
        revision = Revision(
            goes_on=answer.goes_on and window.may_go_on,
            settings=tuple(self._settings(window, answer.settings, faults)),
            seen=tuple(self._seen(window, n, beat.seen, faults) for n, beat in enumerate(answer.beats)),
            present=tuple(_known(window, beat.present, faults) for beat in answer.beats),
            weights=tuple(beat.weight for beat in answer.beats),
            emotions=answer.emotions,
            speakers=tuple(_speaker(window, who, faults) for who in answer.speakers),
            changes=tuple(self._changes(window, answer.changes, faults)),
        )
        return Judged(revision, tuple(dict.fromkeys(faults)))

    def _settings(self, window: Window, said: tuple[SaidSetting, ...], faults: list[str]) -> Iterable[Setting]:
        """Yield the settings that differ from what was before them and stand on the book's words."""
        scene, last = self.draft.scenes[window.scene], -1
        known = self._as_drafted(scene)
        for setting in said:
            begins = setting.begins - 1
            if not last < begins < len(window.beats):
                faults.append("a setting begins outside the passage")
                continue
            last = begins
            told = (setting.place, setting.hour, setting.weather)
            if told == known:
                continue
            beats = window.beats if begins == 0 else window.beats[begins : begins + 1]
            if self._find(setting.words, [beat.source for beat in beats]) is None:
                faults.append(f"a setting's words are not in the book: {shown(setting.words)}")
                continue
            known = told
            yield Setting(begins, *told)

    def _as_drafted(self, scene: Scene) -> tuple[PlaceKind, Hour, Weather]:
        return self.draft.place(scene.place).kind, scene.hour, scene.weather

    def _seen(self, window: Window, number: int, words: str, faults: list[str]) -> str | None:
        if not words.strip():
            return None
        found = self._find(words, [window.beats[number].source])
        if found is None:
            faults.append(f"words not in the book: {shown(words)}")
            return None
        seen = words_at(self.text, found)
        return seen if len(seen) <= self.quote_chars else seen[: self.quote_chars].rsplit(" ", 1)[0]

    def _changes(self, window: Window, said: tuple[SaidChange, ...], faults: list[str]) -> Iterable[Change]:
        for change in said:
            field, _, value = change.what.partition(":")
            if change.who not in window.cast:
                faults.append(f"invented character {shown(change.who)}")
                continue
            if value not in CHANGEABLE.get(field, ()):
                faults.append(f"no such change: {shown(change.what)}")
                continue
            found = self._find(change.words, [beat.source for beat in window.beats])
            if found is None:
                faults.append(f"a change's words are not in the book: {shown(change.words)}")
                continue
            yield Change(change.who, field, value, Fact(text=words_at(self.text, found), source=(found,)))

    def _find(self, words: str, spans: Iterable[Span]) -> Span | None:
        return next((found for span in spans if (found := find_words(self.text, span, words))), None)


def _length_fault(window: Window, answer: SaidOfWindow) -> str:
    counts: dict[str, tuple[int, int]] = {
        "beats": (len(answer.beats), len(window.beats)),
        "emotions": (len(answer.emotions), len(window.spoken())),
        "speakers": (len(answer.speakers), len(window.doubtful())),
    }
    for name, (got, wanted) in counts.items():
        if got != wanted:
            return f"schema: {name}: {got} instead of {wanted}"
    for name, most in (("settings", MOST_SETTINGS), ("changes", MOST_CHANGES)):
        if len(getattr(answer, name)) > most:
            return f"schema: {name}: more than {most}"
    return ""


def _known(window: Window, present: tuple[str, ...], faults: list[str]) -> tuple[str, ...] | None:
    """Return those of `present` who are in the cast; None where an invented one makes the rest doubtful too."""
    invented = [who for who in present if who not in window.cast]
    faults += [f"invented character {shown(who)}" for who in invented]
    return None if invented else tuple(dict.fromkeys(present))


def _speaker(window: Window, who: str, faults: list[str]) -> str | None:
    if who == NOBODY:
        return None
    if who not in window.cast:
        faults.append(f"invented character {shown(who)}")
        return None
    return who


def shown(words: Any, most: int = _SHOWN_CHARS) -> str:
    """Return a model's words as a flag may show them: one short line of printable characters, in quotes."""
    line = " ".join("".join(char if char.isprintable() else " " for char in str(words)).split())
    return f"“{line if len(line) <= most else line[: most - 1] + '…'}”"
