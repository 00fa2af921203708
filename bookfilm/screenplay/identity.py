"""Identity: two names that are one person's ("Fagin" and "the Jew"), told by how they behave in conversation.

Who is called by one name and answers under another is one person; two who talk to each other are not.
The evidence is counted over the whole book, and only a clear lead counts, so that a changed word changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations

from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply
from bookfilm.screenplay.roster import Roster

_SURE_TAG = 8
_NEAR_PASSAGES = 3
_FEWEST_ANSWERS = 3
_FEWEST_OF_KIN = 2
_SHARE_OF_LINES = 0.12
_SHARE_OF_ANSWERS = 0.6
_ANSWERS_OVER_TALKS = 8
_ANSWERS_OVER_TALKS_OF_KIN = 2
_LINES_OF_TWO = 3
_MOST_NAMESAKES = 6

_Pair = tuple[int, int]


@dataclass
class Dealings:
    """How often two persons, by their numbers, answered to each other's name, and how often they talked together."""

    answers: Counter[_Pair] = field(default_factory=Counter)
    talks: Counter[_Pair] = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)


def find_same_people(replies: list[Reply], roster: Roster) -> list[tuple[Person, Person]]:
    """Return pairs (person, other) that are one person by two names, each `other` once. Linear but for the pairs."""
    dealings = count_dealings(replies)
    people = {person.number: person for person in roster.people}
    total: Counter[int] = Counter()
    for (a, b), count in dealings.answers.items():
        if count < _ANSWERS_OVER_TALKS * dealings.talks[a, b]:
            continue
        total[a] += count
        total[b] += count
    found: list[tuple[Person, Person]] = []
    gone: set[int] = set()
    namesakes = _namesakes(roster)
    pairs = dealings.answers.keys() | namesakes
    for pair in sorted(pairs, key=lambda pair: (-dealings.answers[pair], pair)):
        if gone & set(pair) or not people.keys() >= set(pair):
            continue
        one, other = people[pair[0]], people[pair[1]]
        if _are_same(one, other, dealings, total, namesakes):
            main, alias = _main_first(one, other, dealings)
            found.append((main, alias))
            gone.add(alias.number)
    return found


def count_dealings(replies: list[Reply]) -> Dealings:
    """Count over all replies who answers to whose name and who talks with whom."""
    dealings = Dealings()
    for at, reply in enumerate(replies):
        speaker = _sure(reply)
        if speaker is not None:
            dealings.lines[speaker.number] += 1
            for called in reply.addressed:
                dealings.talks[_pair(speaker, called)] += 1
        if at + 1 == len(replies):
            continue
        after = replies[at + 1]
        apart = after.passage.index - reply.passage.index
        if not 0 < apart <= _NEAR_PASSAGES:
            continue
        answerer = _sure(after)
        if speaker is not None and answerer is not None and speaker is not answerer:
            dealings.talks[_pair(speaker, answerer)] += 1
        if answerer is not None:
            for called in reply.addressed:
                dealings.answers[_pair(called, answerer)] += called is not answerer
        if speaker is not None and apart < _NEAR_PASSAGES:
            for called in after.addressed:
                dealings.answers[_pair(called, speaker)] += called is not speaker and answerer is not called
    return dealings


def _sure(reply: Reply) -> Person | None:
    if reply.tag is None or reply.tag.strength < _SURE_TAG:
        return None
    return reply.tagged or reply.described


def _pair(one: Person, other: Person) -> _Pair:
    return (one.number, other.number) if one.number < other.number else (other.number, one.number)


def _namesakes(roster: Roster) -> set[_Pair]:
    """Return the pairs of those who share a surname, or a given name, that nobody else of their sex has.

    Also a bare rank ("the colonel") with the only one in the book who bears it.
    """
    bearers: dict[tuple[str, str, str], list[Person]] = {}
    ranks: dict[str, list[Person]] = defaultdict(list)
    ranked: dict[str, list[Person]] = defaultdict(list)
    for person in roster.people:
        if not person.noun:
            for part in ("surname", "given"):
                for sex in ("female", "male") if person.sex == "unknown" else (person.sex,):
                    if getattr(person, part):
                        bearers.setdefault((part, getattr(person, part), sex), []).append(person)
        elif not person.generic and len(words := {name.lower() for form in person.forms for name in form.names}) == 1:
            ranks[words.pop()].append(person)
        if person.rank and not person.noun:
            ranked[person.rank].append(person)
    same_rank = {
        _pair(nouns[0], ranked[rank][0]) for rank, nouns in ranks.items() if len(nouns) == len(ranked[rank]) == 1
    }
    same_name = {
        _pair(one, other)
        for (part, _, _), group in bearers.items()
        if len(group) == 2 or (part == "surname" and len({p.given for p in group} - {""}) <= 1)
        for one, other in combinations(group[:_MOST_NAMESAKES], 2)
    }
    return same_name | same_rank


def _are_same(one: Person, other: Person, dealings: Dealings, total: Counter[int], namesakes: set[_Pair]) -> bool:
    pair = _pair(one, other)
    answers, talks = dealings.answers[pair], dealings.talks[pair]
    if {one.sex, other.sex} == {"female", "male"} or one.generic or other.generic:
        return False
    if one.noun or other.noun:
        return answers >= _ANSWERS_OVER_TALKS * talks and _is_epithet(one, other, dealings, total, pair in namesakes)
    if not agree(one, other):
        return False
    lines = min(dealings.lines[one.number], dealings.lines[other.number])
    if one.surname and one.surname == other.surname:
        if answers >= _FEWEST_OF_KIN:
            return answers >= _ANSWERS_OVER_TALKS_OF_KIN * talks
        return pair in namesakes and _are_one_namesake(one, other, answers, talks, lines)
    if answers < _ANSWERS_OVER_TALKS * talks:
        return False
    if one.given and one.given == other.given and pair in namesakes and _share_word(one, other):
        return True
    return answers >= _FEWEST_ANSWERS and answers >= _SHARE_OF_ANSWERS * min(total[one.number], total[other.number])


def _is_epithet(one: Person, other: Person, dealings: Dealings, total: Counter[int], only_rank: bool) -> bool:
    """Tell whether a noun is a way of naming somebody who has a name: who is called so answers under it."""
    if (one.noun and other.noun) or one.narrator or other.narrator:
        return False
    if only_rank:
        return True
    noun = one if one.noun else other
    answers, lines = dealings.answers[_pair(one, other)], dealings.lines[noun.number]
    enough = lines > 0 and answers >= max(_FEWEST_ANSWERS, _SHARE_OF_LINES * lines)
    return enough and answers >= _SHARE_OF_ANSWERS * total[noun.number]


def _are_one_namesake(one: Person, other: Person, answers: int, talks: int, lines: int) -> bool:
    """Tell whether the only two of a surname are one: a man with and without his given name, a woman who
    under both names speaks enough to have been told apart."""
    if "female" not in (one.sex, other.sex):
        return bool(one.given) != bool(other.given) and talks <= (lines < _LINES_OF_TWO)
    return talks == 0 and (answers > 0 or lines >= _LINES_OF_TWO)


def agree(one: Person, other: Person) -> bool:
    """Tell whether two persons' names could be one person's: nothing in them differs."""
    if (one.married and other.maiden) or (one.maiden and other.married):
        return False
    if (one.noble and other.nicknamed) or (one.nicknamed and other.noble):
        return False
    return all(
        not getattr(one, part) or not getattr(other, part) or getattr(one, part) == getattr(other, part)
        for part in ("given", "surname", "patronymic")
    )


def _share_word(one: Person, other: Person) -> bool:
    """Tell whether the same word of a name, as it is written, is in both their names."""
    words = {name.lower() for form in one.forms for name in form.names}
    return any(name.lower() in words for form in other.forms for name in form.names)


def _main_first(one: Person, other: Person, dealings: Dealings) -> tuple[Person, Person]:
    """Return the one who keeps the film's name first: who has a name, then who speaks more."""
    rank = sorted((one, other), key=lambda p: (p.narrator, not p.noun, dealings.lines[p.number], p.mentions, -p.number))
    return rank[1], rank[0]
