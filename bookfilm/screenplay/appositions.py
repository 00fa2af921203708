"""Appositions: where the author says outright that two namings mean one person ("Mr. Orme, the verger").

"X, the trade", "the trade, X", "X the trade", names put beside each other ("X, otherwise Y"), and what speakers
call themselves ("My name is X").
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from bookfilm.records.bible import Sex
from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply

Named = dict[int, list[tuple[Mention, Person]]]
Pair = tuple[int, int]

_JOINED = re.compile(r"(?:\s(?:наш|мой|ваш|твой))?,\s+")
_BESIDE = re.compile(r"\s+")
_CLOSED = re.compile(r"\s*(?:[.;:!?)—–”\"»]|,?$|,\s*[”\"»]|,\s+(?!(?:and|or|и|или|да)\b)[a-zа-яё]|(?:of|at|in)\s)")
_GOES_ON = re.compile(r"\s*(?:[.;:—]|,\s+(?!(?:and|or|then|an?|the)\b)|(?:in|with|of|who|named|called)\s)")
_LISTED = re.compile(r"\b(?:and|or|и|или|да)\s*$")


def count_appositions(passages: list[Passage], named: Named, language: Language) -> Counter[Pair]:
    """Return how often the narration says of two persons, by their numbers, smaller first, that they are one."""
    lexicon = load_lexicon(language, "people")
    aliases = "|".join(re.escape(phrase) for phrase in lexicon.phrases("titles.also_called"))
    alias = re.compile(rf"\s*[,(]\s*(?:{aliases})\s+[“\"«‘]?(?:the\s+)?", re.IGNORECASE)
    naming = re.compile(rf"\s*(?:{'|'.join(map(re.escape, lexicon.phrases('titles.naming')))})\s+")
    bare = _bare_nouns(named)
    found: Counter[Pair] = Counter()
    for index, people in named.items():
        passage = passages[index]
        for (first, one), (second, other) in pairwise(people):
            if one is other:
                continue
            gap = passage.flat[first.end - passage.start : second.start - passage.start]
            after = passage.flat[second.end - passage.start :][:12].removeprefix(" ")
            beside = one.noun != other.noun and not (one.generic or other.generic)
            if alias.fullmatch(gap) or (beside and _is_apposition(passage, first, second, gap, after, language)):
                numbers = [bare.get(p.first_head, p).number if p.noun else p.number for p in (one, other)]
                told = {(min(numbers), max(numbers))}
                if alias.fullmatch(gap):
                    told.add((min(one.number, other.number), max(one.number, other.number)))
                found.update(told)
        found.update(_count_named(passage, people, naming))
    return found


def _count_named(passage: Passage, people: list[tuple[Mention, Person]], naming: re.Pattern[str]) -> Counter[Pair]:
    """Count the namings in passing: "the verger, a stout man named Orme", "a verger called Orme"."""
    found: Counter[Pair] = Counter()
    gaps = [passage.flat[a.end - passage.start : b.start - passage.start] for (a, _), (b, _) in pairwise(people)]
    for at, gap in enumerate(gaps):
        (noun, one), (_, other) = people[at], people[at + 1]
        if not noun.fresh or other.noun or not naming.fullmatch(gap):
            continue
        if at and people[at - 1][1].noun and _JOINED.fullmatch(gaps[at - 1]):
            one = people[at - 1][1]
        found[(min(one.number, other.number), max(one.number, other.number))] += 1
    return found


def sex_beside(passage: Passage, mention: Mention, beside: Mention) -> Sex:
    """Return the sex that a general noun shows of whom it stands beside: "Ashdown, a young woman in a red hat"."""
    before, flat = passage.flat[: mention.start - passage.start].rstrip(), passage.flat
    gap, after = flat[mention.end - passage.start : beside.start - passage.start], flat[beside.end - passage.start :]
    if not beside.fresh or not beside.form.noun or not _JOINED.fullmatch(gap) or before.endswith(","):
        return "unknown"
    return beside.form.sex if _GOES_ON.match(after) and not _LISTED.search(before[-5:]) else "unknown"


def count_own_names(replies: list[Reply]) -> Counter[Pair]:
    """Return by pair how often the speaker of a reply makes himself known as somebody of another name."""
    found: Counter[Pair] = Counter()
    for reply in replies:
        speaker = reply.speaker
        if speaker is None or not (speaker.noun or speaker is reply.tagged):
            continue  # Who speaks must not be a guess.
        for person in reply.own_names:
            if person is not speaker and not person.noun and (speaker.noun or _may_be(speaker, person)):
                found[(min(person.number, speaker.number), max(person.number, speaker.number))] += 1
    return found


def _may_be(one: Person, other: Person) -> bool:
    """Tell whether two names differ in no part: who says that she is somebody else plays or dreams."""
    parts = ("given", "surname", "patronymic")
    return all(getattr(one, part) in ("", getattr(other, part)) or not getattr(other, part) for part in parts)


def _bare_nouns(named: Named) -> dict[str, Person]:
    """Return by trade whom it names alone: "the parish verger" is "the verger"."""
    people = {person.number: person for members in named.values() for _, person in members if person.noun}
    return {
        form.names[0].lower(): person
        for _, person in sorted(people.items(), reverse=True)
        for form in person.forms
        if len(form.names) == 1 and not person.generic
    }


def _is_apposition(passage: Passage, first: Mention, second: Mention, gap: str, after: str, language: Language) -> bool:
    noun = first if first.form.noun else second
    if language == "en" and passage.flat[noun.start - passage.start :][:4].lower() != "the ":
        return False  # "Mr. Orme, a verger" tells his trade, not that "the verger" is he.
    if language == "ru" and not (first.subject and second.subject):
        return False
    if _BESIDE.fullmatch(gap):
        return language == "en" and second is noun and _CLOSED.match(after) is not None
    if not _JOINED.fullmatch(gap) or not _CLOSED.match(after):
        return False
    before = passage.flat[: first.start - passage.start].rstrip()
    return not before.endswith(",") and not _LISTED.search(before[-5:])
