"""Identity: two names that are one person's ("Fagin" and "the Jew"), told by how they behave in conversation.

Who is called by one name and answers under another is one person; two who talk to each other are not.
The evidence is counted over the whole book, and only a clear lead counts, so that a changed word changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply
from bookfilm.screenplay.roster import Roster

_SURE_TAG = 8
_NEAR_PASSAGES = 3
_FEWEST_ANSWERS = 3
_FEWEST_OF_KIN = 2
_FEWEST_OF_EPITHET = 2
"""For an epithet that is written like a name: it means one person."""
_SHARE_OF_LINES = 0.12
_SHARE_OF_ANSWERS = 0.6
_ANSWERS_OVER_TALKS = 8
_ANSWERS_OVER_TALKS_OF_KIN = 2
_LINES_OF_TWO = 3
_FEWEST_MENTIONS = 2
_MENTIONS_OF_MAN_OVER_WOMAN = 8
_MOST_NAMESAKES = 6
_ELDEST_OVER_SISTERS = Fraction(3, 2)
"""How much more is told of the one "Miss Hale" than of each sister who could be her."""

_FORMS_OF_ADDRESS = frozenset({"madame", "madam", "mademoiselle", "monsieur", "signor", "signora", "milady"})
_BEFORE_GIVEN = frozenset({"", "aunt", "uncle", "cousin", "old", "young", "little", "poor", "dear"})

_Pair = tuple[int, int]


@dataclass
class Dealings:
    """How often two persons, by their numbers, answered to each other's name, and how often they talked together."""

    answers: Counter[_Pair] = field(default_factory=Counter)
    talks: Counter[_Pair] = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)


def find_same_people(
    replies: list[Reply], roster: Roster, told: Counter[_Pair] | None = None
) -> list[tuple[Person, Person]]:
    """Return pairs (person, other) that are one person by two names, each `other` once. Linear but for the pairs.

    `told` counts by pair how often the author says outright that the two are one.
    """
    _mend_given_names(roster)
    dealings = count_dealings(replies)
    told = told or Counter()
    people = {person.number: person for person in roster.people}
    total: Counter[int] = Counter()
    for (a, b), count in dealings.answers.items():
        if count < _ANSWERS_OVER_TALKS * dealings.talks[a, b]:
            continue
        total[a] += count
        total[b] += count
    found: list[tuple[Person, Person]] = []
    roots: dict[int, Person] = {}
    namesakes, eldest = _namesakes(roster), _eldest(roster, dealings)
    told = told + _elders(roster)
    pairs = dealings.answers.keys() | namesakes | eldest | told.keys() | _surname_pairs(roster)
    for pair in sorted(pairs, key=lambda pair: (-dealings.answers[pair], pair)):
        if pair[0] == pair[1] or roots.keys() >= set(pair) or not people.keys() >= set(pair):
            continue
        one, other = people[pair[0]], people[pair[1]]
        known_so = pair in eldest or _are_told_same(one, other, dealings, told)
        if known_so or _are_same(one, other, dealings, total, namesakes):
            main, alias = _main_first(one, other, dealings)
            if roots.keys() & set(pair):
                # One of them is somebody else's other name already: then all three are one, or the third stays apart.
                main, alias = (roots[one.number], other) if one.number in roots else (roots[other.number], one)
                if main is alias or _sexes_differ(main, alias) or main.narrator:
                    continue
                if dealings.talks[_pair(main, alias)]:
                    continue
            found.append((main, alias))
            roots |= {number: main for number, root in roots.items() if root is alias} | {alias.number: main}
    return found


def _mend_given_names(roster: Roster) -> None:
    """Take a bare name for a given name where the whole book shows one person of that name with a surname."""
    named = [person for person in roster.people if not person.noun and person.mentions >= _FEWEST_MENTIONS]
    full: dict[str, list[Person]] = defaultdict(list)
    for person in named:
        if person.given and person.surname:
            full[person.given].append(person)
    surnamed = Counter(person.surname for person in named)
    for person in named:
        if person.patronymic and person.patronymic == f"{person.surname}ич":
            person.surname = ""  # "Лев Васильев" is the old form of Лев Васильевич, not a surname.
        name = person.surname
        bare = name and not (person.given or person.patronymic) and person.rank in _BEFORE_GIVEN
        if bare and len(full[name]) == 1 and surnamed[name] == 1 and all(len(f.names) == 1 for f in person.forms):
            person.given, person.surname = name, ""


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


def _is_general(person: Person) -> bool:
    """Tell whether somebody is known by a general word that the book does not mostly write like a name."""
    capitals = sum(count for form, count in person.forms.items() if form.shown[:1].isupper())
    return person.generic and 2 * capitals < person.mentions


def _lone_rank(person: Person) -> str:
    """Return the one noun by which somebody goes, at times with a word before it ("the French Colonel"), or ""."""
    heads = {form.names[-1].lower() for form in person.forms}
    bare = any(len(form.names) == 1 for form in person.forms)
    return heads.pop() if bare and len(heads) == 1 else ""


def _surname_pairs(roster: Roster) -> set[_Pair]:
    """Return the pairs of a man and a woman of whom nothing but one surname is known."""
    women: dict[str, list[Person]] = defaultdict(list)
    for person in roster.people:
        if person.sex == "female" and person.surname and not (person.given or person.title or person.noun):
            women[person.surname].append(person)
    return {
        _pair(woman, man)
        for man in roster.people
        if man.sex == "male" and not man.noun and man.surname in women
        for woman in women[man.surname]
    }


def _eldest(roster: Roster, dealings: Dealings) -> set[_Pair]:
    """Return the pairs of "Miss Hale" and the unmarried Ann Hale: the only one, or whom the book tells most of.

    A sister with whom Miss Hale talks is not she.
    """
    bare: dict[str, list[Person]] = defaultdict(list)
    named: dict[str, list[Person]] = defaultdict(list)
    for person in roster.people:
        if person.sex == "female" and person.surname and not (person.noun or person.married):
            if person.given:
                named[person.surname].append(person)
            elif person.maiden:
                bare[person.surname].append(person)
    found = set()
    for surname, misses in bare.items():
        apart = [sister for sister in named[surname] if dealings.talks[_pair(misses[0], sister)] <= 1]
        sisters = sorted(apart, key=lambda person: -person.mentions)
        least = _ELDEST_OVER_SISTERS * max((sister.mentions for sister in sisters[1:]), default=0)
        if len(misses) == 1 and sisters and sisters[0].mentions >= least:
            found.add(_pair(misses[0], sisters[0]))
    return found


def _elders(roster: Roster) -> Counter[_Pair]:
    """Pair "X-старший" with X where "X-младший" is about, too: who bears the name alone is the elder."""
    by_name = {
        form.names[0].lower(): person for person in roster.people for form in person.forms if len(form.names) == 1
    }
    found: Counter[_Pair] = Counter()
    for name, person in by_name.items():
        base = name.removesuffix("-старший")
        if base != name and f"{base}-младший" in by_name and base in by_name and by_name[base] is not person:
            found[_pair(by_name[base], person)] += 1
    return found


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
        elif not person.generic and (rank := _lone_rank(person)):
            ranks[rank].append(person)
        if person.rank and not person.noun and person.mentions >= _FEWEST_MENTIONS:
            ranked[person.rank].append(person)
    same_rank = {
        _pair(nouns[0], ranked[rank][0]) for rank, nouns in ranks.items() if len(nouns) == len(ranked[rank]) == 1
    }
    same_name = {
        _pair(one, other)
        for (part, _, _), every in bearers.items()
        for group in [every if len(every) == 2 else [p for p in every if p.mentions >= _FEWEST_MENTIONS]]
        if len(group) == 2 or (part == "surname" and len({p.given for p in group} - {""}) <= 1)
        for one, other in combinations(group[:_MOST_NAMESAKES], 2)
    }
    return same_name | same_rank


def _are_same(one: Person, other: Person, dealings: Dealings, total: Counter[int], namesakes: set[_Pair]) -> bool:
    pair = _pair(one, other)
    answers, talks = dealings.answers[pair], dealings.talks[pair]
    if _is_case_of(one, other, dealings):
        return True
    if _sexes_differ(one, other) or _is_general(one) or _is_general(other):
        return False
    if one.noun or other.noun:
        lone = pair in namesakes and talks <= 1
        return (lone or answers >= _ANSWERS_OVER_TALKS * talks) and _is_epithet(
            one, other, dealings, total, pair in namesakes
        )
    if not agree(one, other):
        return False
    if one.given and one.patronymic and (one.given, one.patronymic) == (other.given, other.patronymic):
        return True
    lines = min(dealings.lines[one.number], dealings.lines[other.number])
    if one.surname and one.surname == other.surname:
        if answers >= _FEWEST_OF_KIN:
            return answers >= _ANSWERS_OVER_TALKS_OF_KIN * talks
        return pair in namesakes and _are_one_namesake(one, other, answers, talks, lines)
    if answers < _ANSWERS_OVER_TALKS * talks:
        return False
    if one.given and one.given == other.given and pair in namesakes:
        # A short name and a long one ("Lizzy", "Elizabeth") are told by those who answer to both.
        grand = (one.noble and other.nicknamed) or (one.nicknamed and other.noble)
        return (_share_word(one, other) and not grand) or answers >= _FEWEST_ANSWERS
    return answers >= _FEWEST_ANSWERS and answers >= _SHARE_OF_ANSWERS * min(total[one.number], total[other.number])


def _sexes_differ(one: Person, other: Person) -> bool:
    """Tell whether two are of different sex; a rank alone ("the doctor") shows it only by pronouns, which may err."""
    sexes = {"unknown" if p.noun and all(f.sex == "unknown" for f in p.forms) else p.sex for p in (one, other)}
    return sexes == {"female", "male"}


def _is_case_of(one: Person, other: Person, dealings: Dealings) -> bool:
    """Tell whether a woman is but a case of a man's surname ("Орлова", of Орлов): she never speaks, and has no more."""
    woman, man = (one, other) if one.sex == "female" else (other, one)
    if (woman.sex, man.sex) != ("female", "male") or not woman.surname or woman.surname != man.surname:
        return False
    bare = all(len(form.names) == 1 and form.roles == ("Surn",) and not form.title for form in woman.forms)
    return bare and not dealings.lines[woman.number] and man.mentions >= _MENTIONS_OF_MAN_OVER_WOMAN * woman.mentions


def _are_told_same(one: Person, other: Person, dealings: Dealings, told: Counter[_Pair]) -> bool:
    """Tell whether the author says that two are one, says it of nobody else, and they do not talk to each other."""
    pair = _pair(one, other)
    if not told[pair] or _sexes_differ(one, other) or one.generic or other.generic:
        return False
    nouns = [person for person in (one, other) if person.noun]
    rivals = [count for rival, count in told.items() if rival != pair and any(n.number in rival for n in nouns)]
    return 2 * sum(rivals) < told[pair] and dealings.talks[pair] <= 1 + dealings.answers[pair]


def _is_epithet(one: Person, other: Person, dealings: Dealings, total: Counter[int], only_rank: bool) -> bool:
    """Tell whether a noun is a way of naming somebody who has a name: who is called so answers under it."""
    if one.narrator or other.narrator:
        return False
    if only_rank:
        return True
    noun = one if one.noun and not (other.noun and _lone_rank(other) in _FORMS_OF_ADDRESS) else other
    if one.noun and other.noun and _lone_rank(noun) not in _FORMS_OF_ADDRESS:
        return False
    answers, lines = dealings.answers[_pair(one, other)], dealings.lines[noun.number]
    named = other if noun is one else one
    # Where nobody else ever answers to either name, a long part need not be called by it often.
    only = answers == total[noun.number] == total[named.number]
    fewest = _FEWEST_OF_EPITHET if only and noun.epithet else _FEWEST_ANSWERS
    enough = lines > 0 and answers >= max(fewest, 0 if only else _SHARE_OF_LINES * lines)
    return enough and answers >= _SHARE_OF_ANSWERS * total[noun.number]


def _are_one_namesake(one: Person, other: Person, answers: int, talks: int, lines: int) -> bool:
    """Tell whether the only two of a surname are one: a man with and without his given name, a woman who
    under both names speaks enough to have been told apart."""
    if "female" not in (one.sex, other.sex):
        return bool(one.given) != bool(other.given) and talks <= (lines < _LINES_OF_TWO)
    if (
        not (one.married or other.married)
        and bool(one.given) != bool(other.given)
        and "" not in (one.title, other.title)
    ):
        return talks <= 1
    return talks == 0 and (answers > 0 or lines >= _LINES_OF_TWO)


def agree(one: Person, other: Person) -> bool:
    """Tell whether two persons' names could be one person's: nothing in them differs."""
    if (one.married and other.maiden) or (one.maiden and other.married):
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
