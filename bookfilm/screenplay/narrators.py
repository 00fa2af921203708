"""Narrators: whether an "I" of the story tells it, and by what name the others call this "I"."""

from __future__ import annotations

import re
from collections import Counter

from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.own_words import read_sexes
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply

_FEWEST_TIMES = 3
_SHARE_OF_WORDS = 0.004
_FEWEST_CALLS = 3
_CALLED_OVER_TOLD = 4
_BEFORE_NAME = 40
_NAME_ENDS = re.compile(r"\s*(?:[.,;!—–]|and\b|и\b|$)")

Named = dict[int, list[tuple[Mention, Person]]]


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


def find_told_name(passages: list[Passage], named: Named, language: Language) -> list[Person]:
    """Return the person as whom the narrator makes himself known in narration ("My name is Ann Orme."), if any."""
    phrases = load_lexicon(language, "speech").phrases("own_name_told")
    for index, people in named.items():
        passage = passages[index]
        for mention, person in people:
            begin, end = mention.start - passage.start, mention.end - passage.start
            end -= passage.flat[end - 1] == "."  # A name's words take in the stop that may belong to them ("J. Voss").
            before = passage.flat[max(0, begin - _BEFORE_NAME) : begin].lower().rstrip()
            said = next((phrase for phrase in phrases if before.endswith(phrase)), None)
            if said is None or person.noun or not _NAME_ENDS.match(passage.flat, end):
                continue
            if before[: -len(said)].rstrip()[-1:] in ("", *".!?…;,—"):
                return [person]
    return []


def vote_narrators_sex(narrator: Person, passages: list[Passage], replies: list[Reply], language: Language) -> None:
    """Count what shows the narrator's sex: Russian verbs beside the "I" of narration, and how he or she is called."""
    if language == "ru":
        for passage in passages:
            for stretch in passage.stretches:
                words = passage.words(stretch.start, stretch.end) if stretch.kind == "narration" else ""
                if words:
                    narrator.vote_sex(read_sexes(words, language)[0])
    for reply in replies:
        if reply.tag is not None and reply.tag.kind == "first" and reply.speaker is narrator:
            narrator.vote_sex(reply.tag.sex)
        if reply.addressee is narrator and reply.speaker is not narrator:
            narrator.vote_sex(reply.their_sex)


def find_narrators_name(replies: list[Reply], told: Counter[int], narrator: Person) -> list[Person]:
    """Return the persons of the roster who are the narrator by another name, most called first.

    Either this "I" says the name aloud, or they are called by it in speech, seldom by the narrator, and the narration
    never speaks of them: a narrator is "I" there. `told` counts each person's mentions in narration.
    """
    said = [p for r in replies if r.speaker is narrator and r.tag and r.tag.kind == "first" for p in r.own_names]
    said = [person for person in said if person is not narrator]  # Told already: the name is found.
    if said and not said[0].noun:
        return said[:1]
    called: Counter[int] = Counter()
    own: Counter[int] = Counter()
    people: dict[int, Person] = {}
    for reply in replies:
        for person in reply.addressed:
            if person is narrator:
                continue
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
