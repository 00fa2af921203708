"""Bearers: who a general word stands for ("the boy", "старик"), where the book makes it clear."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply

if TYPE_CHECKING:
    from bookfilm.screenplay.conversation import Conversation

_OPENING_PASSAGES = 2
_NAMED_WITHIN = 8
_FEWEST_VOTES = 3


def note_bearers(replies: list[Reply]) -> None:
    """Note for each reply that a general word tags what share of such replies each person was given so far."""
    votes: dict[Person, Counter[Person]] = defaultdict(Counter)
    for reply in replies:
        if reply.described is not None and reply.speaker is not None and reply.speaker is not reply.described:
            votes[reply.described][reply.speaker] += 1
    for reply in replies:
        if reply.described is not None and not reply.described.pointing:
            counts = votes[reply.described]
            total = counts.total()
            reply.bearers = {p: n / total for p, n in counts.items()} if total >= _FEWEST_VOTES else {}


def link_general_words(conversation: Conversation, passages: list[Passage]) -> dict[int, Person]:
    """Return, by the number of the person that a general word made, the one who bears it.

    Whoever mostly speaks where "the boy" is said to speak is the boy. And who is described before any name
    falls, as a chapter opens, is the one person of that sex who is named soon after.
    """
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for reply in conversation.replies:
        if reply.described is not None and reply.speaker is not None and not reply.speaker.noun:
            votes[reply.described.number][reply.speaker.number] += 1
    people = {person.number: person for person in conversation.roster.people}
    links: dict[int, Person] = {}
    for number in sorted(votes):
        bearer, most = max(votes[number].items(), key=lambda item: (item[1], -item[0]))
        if 2 * most > sum(votes[number].values()) and bearer in people:
            links[number] = people[bearer]
    _link_openings(conversation, passages, links)
    return links


def _link_openings(conversation: Conversation, passages: list[Passage], links: dict[int, Person]) -> None:
    first: dict[int, int] = {}
    for index in sorted(conversation.named):
        for _, person in conversation.named[index]:
            first.setdefault(person.number, index)
    opening: dict[int, int] = {}
    for passage in passages:
        if passage.kind == "text":
            opening.setdefault(passage.chapter, passage.index)
    people = {person.number: person for person in conversation.roster.people}
    for number, index in sorted(first.items(), key=lambda item: (item[1], item[0])):
        if number not in people or number in links:
            continue
        person = people[number]
        if not person.generic or person.spoken:
            continue
        if index >= opening[passages[index].chapter] + _OPENING_PASSAGES:
            continue
        taken = {bearer.number for bearer in links.values()}
        fitting = [
            people[n]
            for n, at in first.items()
            if n in people and n not in taken and index < at <= index + _NAMED_WITHIN
            and not people[n].noun and not people[n].narrator and people[n].sex == person.sex != "unknown"
            and passages[at].chapter == passages[index].chapter
        ]  # fmt: skip
        if len(fitting) == 1:
            links[number] = fitting[0]
