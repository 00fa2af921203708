"""Staging: who stands where in a scene, whom they look at, and how they hold themselves.

The line of action (the 180-degree rule) holds through a scene: who stands left of another stays left.
"""

from __future__ import annotations

import re
from typing import Literal

from bookfilm.records.bible import Character
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
_SENTENCE = re.compile(r"[.!?…]+\s+")


class Blocking:
    """Where everybody of one scene stands, from left to right."""

    def __init__(self, scene: Scene, characters: dict[str, Character], language: Language) -> None:
        self.characters = characters
        self.words = load_words(language)
        known = [who for who in scene.cast if who in characters]
        order = sorted(range(len(known)), key=lambda n: n if n % 2 == 0 else 10_000 - n)
        self.rank = {known[n]: place for place, n in enumerate(order)}
        self.human = {who for who in known if characters[who].look.creature == "human"}
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
                    look=self.characters[who].look_at(at),
                    mark=marks[place],
                    facing="left" if self._faces_left(chosen, place, speaker, toward) else "right",
                    stance="stand" if across else (stances or {}).get(who, "stand"),
                    emotion=emotion if who == speaker else "neutral",
                    near=across and who == near,
                )
            )
        return tuple(framed)

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
        """Return how those present hold themselves: by the verbs in sentences that name them, or only a pronoun."""
        found: dict[str, Stance] = {}
        for sentence in _SENTENCE.split(action):
            labels = self.words.labels("stance", sentence)
            if not labels:
                continue
            named = [who for who in present if self._is_named(who, sentence)]
            for who in named[:1] or present[:1]:
                found[who] = _stance(labels[0])
        return found

    def named(self, text: str, present: tuple[str, ...]) -> tuple[str, ...]:
        """Return whom of those present `text` names, in the order in which they are present."""
        return tuple(who for who in present if self._is_named(who, text))

    def _is_named(self, who: str, sentence: str) -> bool:
        if who not in self.characters:
            return False
        character = self.characters[who]
        return any(name and name in sentence for name in (character.name, *character.aliases))


def _stance(label: str) -> Stance:
    known: dict[str, Stance] = {
        "sit": "sit", "kneel": "kneel", "lie": "lie", "ride": "ride", "walk": "walk", "enter": "enter", "leave": "leave"
    }  # fmt: skip
    return known[label]
