"""Persons: somebody of the story, as far as the reading has come."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bookfilm.records.bible import Sex
from bookfilm.screenplay.names import Form


@dataclass(eq=False)
class Person:
    """Somebody of the story, with every form they go by. `first` is the chapter of first appearance."""

    number: int
    first: int
    sex: Sex = "unknown"
    forms: Counter[Form] = field(default_factory=Counter)
    given: str = ""
    surname: str = ""
    patronymic: str = ""
    married: bool = False
    maiden: bool = False
    title: str = ""
    rank: str = ""
    nicknamed: bool = False
    noble: bool = False
    noun: bool = False
    capital: bool = False
    """A noun that this book writes like a name ("the White Rabbit")."""
    epithet: bool = False
    """A noun with an adjective, both written so ("the Grey Man"): nobody else is meant."""
    generic: bool = False
    """Known only by a general word ("the girl"), which may point to somebody else."""
    pointing: bool = False
    """Known only as the other one of two."""
    kin: bool = False
    fresh: int = -1000
    """The passage in which they last came in as somebody new ("a girl")."""
    narrator: bool = False
    met: bool = True
    """Named in narration, not only in what people say."""
    first_forms: list[Form] = field(default_factory=list)
    sex_votes: Counter[Sex] = field(default_factory=Counter)
    mentions: int = 0
    spoken: int = 0
    seen: int = -1
    """The chapter in which they were last named."""

    @property
    def name(self) -> str:
        """The fullest form by which they go in the chapter of first appearance: a name before a trade."""
        best = max(
            self.first_forms,
            key=lambda form: (not form.noun, len(form.names), bool(form.title) and len(form.names) == 1),
        )
        shown = f"The {best.shown}" if best.det and best.noun else best.shown
        return shown[:1].upper() + shown[1:]

    @property
    def first_head(self) -> str:
        """The noun of the first form ("verger" for "the parish verger")."""
        return next((form.names[-1].lower() for form in self.forms), "")

    def vote_sex(self, sex: Sex) -> None:
        """Count a pronoun or verb that shows the sex; the first clear lead decides and stays."""
        if self.sex == "unknown" and sex != "unknown":
            self.sex_votes[sex] += 1
            other: Sex = "female" if sex == "male" else "male"
            if self.sex_votes[sex] - self.sex_votes[other] >= 2:
                self.sex = sex

    @property
    def is_lady(self) -> bool:
        """Known by a lady's title and a surname alone ("Miss Hale")."""
        return self.sex == "female" and bool(self.title) and not self.given
