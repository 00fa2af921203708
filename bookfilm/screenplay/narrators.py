"""Narrators: whether an "I" of the story tells it, and by what name the others call this "I"."""

from __future__ import annotations

import re
from collections import Counter

from bookfilm.records.book import Language
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply

_FEWEST_TIMES = 3
_SHARE_OF_WORDS = 0.004
_FEWEST_CALLS = 3
_CALLED_OVER_TOLD = 4


def told_in_first_person(passages: list[Passage], language: Language) -> bool:
    """Tell whether an "I" tells the book: by how often it stands in narration."""
    words = times = 0
    pattern = re.compile(r"\bI\b" if language == "en" else r"\b[Яя]\b")
    for passage in passages:
        if passage.kind != "text":
            continue
        for stretch in passage.stretches:
            if stretch.kind == "narration":
                told = passage.flat[stretch.start - passage.start : stretch.end - passage.start]
                words += told.count(" ") + 1
                times += len(pattern.findall(told))
    return times >= _FEWEST_TIMES and times > _SHARE_OF_WORDS * words


def find_narrators_name(replies: list[Reply], told: Counter[int], narrator: Person) -> list[Person]:
    """Return the persons of the roster who are the narrator by another name, most called first.

    They are called by name in speech, seldom by the narrator, and the narration never speaks of them:
    a narrator is "I" there. `told` counts each person's mentions in narration.
    """
    called: Counter[int] = Counter()
    own: Counter[int] = Counter()
    people: dict[int, Person] = {}
    for reply in replies:
        for person in reply.addressed:
            people[person.number] = person
            called[person.number] += 1
            own[person.number] += reply.speaker is narrator and reply.tag is not None and reply.tag.kind == "first"
    ranked = sorted(people.values(), key=lambda p: (-called[p.number], p.number))
    found = [
        person
        for person in ranked
        if called[person.number] >= _FEWEST_CALLS
        and called[person.number] >= _CALLED_OVER_TOLD * told[person.number]
        and own[person.number] * 4 <= called[person.number]
        and not person.noun
    ]
    return [p for p in found[:3] if p is found[0] or _could_be_one(p, found[0])]


def _could_be_one(person: Person, first: Person) -> bool:
    """Two names of one narrator do not contradict each other ("Watson", "Dr. Watson"; "Jim", "Hawkins")."""
    if "female" in (person.sex, first.sex) and "male" in (person.sex, first.sex):
        return False
    return all(
        not getattr(person, part) or not getattr(first, part) or getattr(person, part) == getattr(first, part)
        for part in ("given", "surname", "patronymic")
    )
