"""Staging: who stands where in a scene, whom they look at, and how they hold themselves.

The line of action (the 180-degree rule) holds through a scene: who stands left of another stays left.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from bookfilm.records.bible import Character, Look
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Emotion, Scene
from bookfilm.records.shots import InFrame, ShotSize, Stance
from bookfilm.shots.wordlists import load_words

MOST_IN_FRAME = 4
_MARKS = {1: (50,), 2: (32, 68), 3: (22, 50, 78), 4: (16, 38, 62, 84)}
_ALONE_MARKS: dict[ShotSize, dict[str, int]] = {
    "wide": {"left": 36, "right": 64},
    "full": {"left": 38, "right": 62},
    "medium": {"left": 40, "right": 60},
    "close_up": {"left": 42, "right": 58},
}
"""Who is alone stands on their own side, with room to look into."""
_ACROSS_MARKS = {"left": (11, 66), "right": (34, 89)}
"""Over the shoulder: the near one's edge by the side on which they stand, and the other across."""
_SENTENCE = re.compile(r"(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bCapt)(?<!\bCol)[.!?…]+\s+")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_CLAUSE = re.compile(r"[,;:—–(]\s*(?:and|but|while|а|но|и|пока)?\b")
_PAST = re.compile(r"[а-яё]+(?:л|(?P<female>ла)|(?P<neuter>ло))(?:ся|сь)?(?![а-яё])", re.IGNORECASE)
"""The past tense of one; that of many ends in "ли"."""
_GOES_ON = 1
"""So many words at most stand between a clause's beginning and a verb that goes on with the subject before."""
_SOON = 4
"""Among so many words after its verb somebody's name stands in "there sat old Anna"."""


class Blocking:
    """Where everybody of one scene stands, from left to right."""

    def __init__(
        self, scene: Scene, characters: dict[str, Character], language: Language, *, at_home: bool = False
    ) -> None:
        """`at_home` tells that the scene plays where outdoor things are laid aside."""
        self.characters = characters
        self.at_home = at_home
        self.words = load_words(language)
        kinds = ("female", "male", "many", "first")
        self._subjects = {word: kind for kind in kinds for word in self.words.text("subject", kind).split()}
        known = [who for who in scene.cast if who in characters]
        order = sorted(range(len(known)), key=lambda n: n if n % 2 == 0 else 10_000 - n)
        self.rank = {known[n]: place for place, n in enumerate(order)}
        self.human = {who for who in known if characters[who].look.creature == "human"}
        self._bearers: dict[str, set[str]] = {}
        for character in characters.values():
            for name in filter(None, (character.name, *character.aliases)):
                self._bearers.setdefault(name, set()).add(character.id)
        self._names = _any_name(tuple(sorted(self._bearers, key=lambda name: (-len(name), name))), language)
        self.side: dict[str, Literal["left", "right"]] = {
            who: "left" if n % 2 == 0 else "right" for n, who in enumerate(known)
        }

    def frame(
        self,
        people: list[str],
        size: ShotSize,
        *,
        at: int,
        speaker: str | None = None,
        emotion: Emotion = "neutral",
        stances: dict[str, Stance] | None = None,
        near: str | None = None,
        toward: str | None = None,
    ) -> tuple[InFrame, ...]:
        """Return `people` (at most four) in the frame: marks spaced, speaker and listeners facing each other.

        They look as they do at `at`, an offset of book.txt. Who is alone looks at `toward`, wherever that one stands.
        """
        chosen = list(dict.fromkeys(who for who in people if who in self.rank))[:MOST_IN_FRAME]
        chosen.sort(key=lambda who: self.rank[who])
        marks = _MARKS.get(len(chosen), ())
        if len(chosen) == 1 and size in _ALONE_MARKS:
            marks = (_ALONE_MARKS[size][self.side_of(chosen[0], toward)],)
        across = near in chosen and len(chosen) == 2
        if across:
            marks = _ACROSS_MARKS["left" if chosen[0] == near else "right"]
        framed = []
        for place, who in enumerate(chosen):
            framed.append(
                InFrame(
                    name=who,
                    look=self.look_of(who, at),
                    mark=marks[place],
                    facing="left" if self._faces_left(chosen, place, speaker, toward) else "right",
                    stance="stand" if across else (stances or {}).get(who, "stand"),
                    emotion=emotion if who == speaker else "neutral",
                    near=across and who == near,
                )
            )
        return tuple(framed)

    def look_of(self, who: str, at: int) -> Look:
        """Return how `who` looks at `at`, an offset of book.txt. A bonnet is laid aside at home, unless the book has
        just put it on."""
        character = self.characters[who]
        look = character.look_at(at)
        worn = look.hat == "bonnet" and character.look.hat == "bonnet"
        return look.changed(hat="none", words=look.words.replace(", bonnet", "")) if worn and self.at_home else look

    def side_of(self, who: str, toward: str | None) -> Literal["left", "right"]:
        """Return on which side of `toward` somebody stands; of nobody in particular, their side in the scene."""
        if toward not in self.rank or toward == who:
            return self.side[who]
        return "left" if self.rank[who] < self.rank[toward] else "right"

    def _faces_left(self, chosen: list[str], place: int, speaker: str | None, toward: str | None) -> bool:
        """Who is alone looks across the line of action; listeners look at the speaker, the speaker at the most."""
        if len(chosen) == 1:
            return self.side_of(chosen[0], toward) == "right"
        if speaker in chosen and chosen[place] != speaker:
            return chosen.index(speaker) < place
        return place >= len(chosen) / 2

    def stances(self, action: str, present: tuple[str, ...]) -> dict[str, Stance]:
        """Return how those present hold themselves, by the verbs of the sentences in which they do something."""
        found: dict[str, Stance] = {}
        for sentence in _SENTENCE.split(action):
            words = list(_WORD.finditer(sentence))
            for place, word in enumerate(words):
                label = self.words.label("stance", word.group().lower())
                if label is None:
                    continue
                soon = words[min(place + _SOON, len(words) - 1)].end()
                who = self._subject(sentence, word.start(), soon, present)
                if who is not None:
                    found[who] = _stance(label)
                break
        return found

    def _subject(self, sentence: str, at: int, soon: int, present: tuple[str, ...]) -> str | None:
        """Return whose verb stands at `at`: who is named or meant by a pronoun last before it, or named by `soon`.

        None where it is nobody's: a letter lies on a table. Who is named in an earlier clause is meant only where the
        verb begins its own ("laughed, and sat down").
        """
        begun = max((match.end() for match in _CLAUSE.finditer(sentence[:at])), default=0)
        own = len(_WORD.findall(sentence[begun:at])) > _GOES_ON
        fitting = [who for who in present if self._agrees(who, sentence[at:])]
        before = {who: self._last_named(who, sentence[:at]) for who in fitting}
        for match in _WORD.finditer(sentence[:at]):
            label = self._subjects.get(match.group().lower(), "")
            meant = [who for who in fitting if label in ("many", *self._kinds(who))] if label else []
            if meant:
                before[meant[0]] = max(before[meant[0]], match.start())
        who = max(fitting, key=lambda one: before[one], default=None)
        if who is not None and before[who] >= (begun if own else 0):
            return who
        return next((who for who in fitting if self._last_named(who, sentence[at:soon]) >= 0), None)

    def _agrees(self, who: str, verb: str) -> bool:
        """Tell whether `who` can do what the Russian past tense at the start of `verb` says: it shows the sex."""
        past = _PAST.match(verb)
        if past is None or who not in self.human:
            return True
        return (past["female"] is not None) == ("female" in self._kinds(who)) and past["neuter"] is None

    def _last_named(self, who: str, text: str) -> int:
        """Return where `who` is named last in `text`, -1 for nowhere: whole words, and the longest name that fits.

        "Mrs. Reed" names nobody who goes by "Reed".
        """
        if self._names is None:
            return -1
        found = (match.start() for match in self._names.finditer(text) if who in self._bearers[match["name"]])
        return max(found, default=-1)

    def _kinds(self, who: str) -> tuple[str, ...]:
        """Return which pronouns may mean `who`."""
        character = self.characters.get(who)
        if character is None:
            return ()
        sex = character.sex if character.sex != "unknown" else character.look.sex
        return (sex, "first") if character.narrator else (sex,)

    def named(self, text: str, present: tuple[str, ...]) -> tuple[str, ...]:
        """Return whom of those present `text` names, in the order in which they are present."""
        return tuple(who for who in present if self._is_named(who, text))

    def _is_named(self, who: str, sentence: str) -> bool:
        return self._last_named(who, sentence) >= 0


@lru_cache(maxsize=4)
def _any_name(names: tuple[str, ...], language: Language) -> re.Pattern[str] | None:
    """Return the pattern of any of `names`, which stand longest first. Russian names change at their ends."""
    ending = r"[а-яё]{0,3}" if language == "ru" else ""
    words = "|".join(map(re.escape, names))
    return re.compile(rf"(?<!\w)(?P<name>{words}){ending}(?!\w)") if names else None


def _stance(label: str) -> Stance:
    known: dict[str, Stance] = {
        "sit": "sit", "kneel": "kneel", "lie": "lie", "ride": "ride", "walk": "walk", "enter": "enter", "leave": "leave"
    }  # fmt: skip
    return known[label]
