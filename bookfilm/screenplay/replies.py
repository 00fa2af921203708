"""Replies: what a passage says aloud by one mouth, with the evidence for its speaker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bookfilm.records.bible import Sex
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.tags import Tag


@dataclass
class Reply:
    """All that one passage says aloud by one mouth: its stretches by number, and the evidence for its speaker."""

    passage: Passage
    stretches: list[int]
    tag: Tag | None = None
    tagged: Person | None = None
    described: Person | None = None
    """The bearer of a general word in the tag ("the girl"): they, or somebody whom the word fits."""
    bearers: dict[Person, float] = field(default_factory=dict)
    """Who mostly speaks where that word is said to, with their share."""
    addressed: list[Person] = field(default_factory=list)
    named_before: list[Person] = field(default_factory=list)
    """Persons named in the narration of this passage before the words, last one last."""
    in_mind: list[tuple[Person, float]] = field(default_factory=list)
    """Whom the story has in mind where the words begin, with how much, most first."""
    continues: bool = False
    """The speech of the paragraph before runs on into this one."""
    inside: list[Person] = field(default_factory=list)
    """Persons spoken of inside the words: seldom the speaker."""
    own_names: list[Person] = field(default_factory=list)
    """Persons as whom the speaker makes himself known ("I am Ann Orme")."""
    own_sex: Sex = "unknown"
    """The sex of the speaker, as the words show it."""
    their_sex: Sex = "unknown"
    """The sex of who is spoken to, as the words show it."""
    asks: bool = False
    manner: Literal["", "answers", "goes on"] = ""
    """What the tag's verb says of the reply before."""
    speaker: Person | None = None
    why: str = ""
    addressee: Person | None = None

    def leave_out(self, nobody: set[Person]) -> None:
        """Leave out those who are nobody in particular, wherever they are noted."""
        self.addressed = [person for person in self.addressed if person not in nobody]
        self.inside = [person for person in self.inside if person not in nobody]
        self.own_names = [person for person in self.own_names if person not in nobody]
        self.named_before = [person for person in self.named_before if person not in nobody]
        self.in_mind = [(person, score) for person, score in self.in_mind if person not in nobody]

    def put_for(self, same: dict[Person, Person]) -> None:
        """Put one person for another, wherever they are noted."""
        self.tagged = same.get(self.tagged, self.tagged) if self.tagged else None
        if self.described in same:
            self.tagged, self.described = same[self.described], None
        self.addressed = [same.get(p, p) for p in self.addressed]
        self.inside = [same.get(p, p) for p in self.inside]
        self.own_names = [same.get(p, p) for p in self.own_names]
        self.named_before = [same.get(p, p) for p in self.named_before]
        mind: dict[Person, float] = {}
        for person, score in self.in_mind:
            person = same.get(person, person)
            mind[person] = max(score, mind.get(person, 0.0))
        self.in_mind = sorted(mind.items(), key=lambda item: (-item[1], item[0].number))


@dataclass(frozen=True)
class Sight:
    """Somebody named in narration, at a place in the reading order."""

    passage: int
    person: Person
