"""States: what the book says of each person's look, sentence by sentence, and what of it changes when.

A sentence counts where it tells of one person: the only one named in it, or the pronoun that goes on from
the sentence before. What somebody puts on, takes off, picks up or lays down holds to the end of the
chapter, or to a leap over years in it; a beard grown or shaved, and years gone by, hold for good.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bookfilm.records.bible import Character, Fact, Look, LookChange, Sex
from bookfilm.records.book import Language, Span
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.leaps import find_leaps
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.looks import LookFinder, look_in_words
from bookfilm.screenplay.morphology import lemma
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage, Stretch
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.salience import Salience

_SENTENCE = re.compile(r"(?:[^.!?…]|(?<=\bMr)\.|(?<=\bMrs)\.|(?<=\bDr)\.)+[.!?…]*[”’\"»]?")
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[.,;:!?—()]")
_REACH = 6
"""How many words after a verb the thing may stand."""
_MOST_FACTS = 4
_BY_FAR = 2.0
_OPENING = 4
"""Among so many first words a sentence's subject stands."""
_GROWN = frozenset({"age", "build", "hair", "beard"})
_WORN = ("hat", "dress")


@dataclass
class _Told:
    """A sentence of the author's that tells of one person."""

    person: Person
    words: list[str]
    span: Span
    text: str
    chapter: int


@dataclass
class _State:
    """One person's look as the reading goes on: what holds for good, and what to the end of the chapter."""

    lasting: Look
    worn: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    until: int = 0
    begun: int = 0
    """Where the book first told of this person alone."""

    def shown(self) -> Look:
        look = self.lasting.changed(**self.worn)
        words = look_in_words(dict(look))
        return look.changed(words=f"{words}, {self.note}" if self.note else words)


class StateReader:
    """Reads the facts and changes of one book's persons."""

    def __init__(self, language: Language, finder: LookFinder) -> None:
        self.language = language
        self.finder = finder
        lexicon = load_lexicon(language, "looks")
        self.verbs = {kind: lexicon.words(f"changes.{kind}") for kind in ("on", "off", "take", "drop", "shave", "grow")}
        self.unreal = lexicon.words("changes.unreal")
        self.relative, self.joins = lexicon.words("changes.relative"), lexicon.words("changes.joins")
        self.crowds = load_lexicon(language, "people").words("nouns.bodiless")
        self.wounds = lexicon.mapping("changes.wounds")
        self.grown = {word: labels[0] for word, labels in lexicon.labels("changes.grown").items()}
        self.pronouns = {
            "male": lexicon.words("grammar.he_alone"),
            "female": lexicon.words("grammar.she_alone"),
        }

    def add_states(
        self,
        characters: list[Character],
        ids: dict[int, str],
        passages: list[Passage],
        conversation: Conversation,
        links: dict[int, Person],
    ) -> list[Character]:
        """Return `characters` with the sentences that describe them and the changes of their looks, in order."""
        by_id = {character.id: character for character in characters}
        leaps = find_leaps(passages, self.language)
        ends = {passage.chapter: passage.end for passage in passages}
        facts: dict[str, list[Fact]] = {}
        changes: dict[str, list[LookChange]] = {}
        states: dict[str, _State] = {}
        for told in _told(passages, conversation, links, self.language, self.pronouns):
            who = ids.get(told.person.number)
            if who is None or by_id[who].look.creature != "human" or self._is_crowd(told.person):
                continue
            look = by_id[who].look
            known = facts.setdefault(who, [])
            if told.chapter == told.person.first and len(known) < _MOST_FACTS and self._describes(told, look.sex):
                known.append(Fact(text=told.text, source=(told.span,)))
            state = states.setdefault(who, _State(look, begun=told.span[0]))
            leap, end = leaps.get(told.chapter, 0), ends[told.chapter]
            until = leap if told.span[0] < leap else end
            later = state.begun < leap <= told.span[0]
            changes.setdefault(who, []).extend(self._changes(told, state, until, later=later))
        return [c.changed(facts=tuple(facts.get(c.id, ())), changes=tuple(changes.get(c.id, ()))) for c in characters]

    def _is_crowd(self, person: Person) -> bool:
        return person.noun and any(form.names[-1].lower() in self.crowds for form in person.first_forms)

    def _describes(self, told: _Told, sex: Sex) -> bool:
        return bool(self.finder.fields_in(told.words, sex))

    def _changes(self, told: _Told, state: _State, until: int, *, later: bool) -> Iterator[LookChange]:
        """Yield what `told` changes of `state`, which is brought up to date. What is worn holds to `until`.

        `later`: years have gone by since this person came in, so that a description tells what is new.
        """
        if state.until and told.span[0] >= state.until:
            state.worn, state.note, state.until = {}, "", 0
        bases = [self._base(word) for word in told.words]
        if self.unreal & set(bases):
            return
        why = Fact(text=told.text, source=(told.span,))
        described = self.finder.fields_in(told.words, state.lasting.sex) if later else {}
        lasting = self._for_good(bases, state.lasting) | {k: v for k, v in described.items() if k in _GROWN}
        lasting = {k: v for k, v in lasting.items() if getattr(state.lasting, k) != v}
        if lasting:
            state.lasting = state.lasting.changed(**lasting)
            state.lasting = state.lasting.changed(words=look_in_words(dict(state.lasting)))
            yield LookChange(source=told.span, look=state.lasting, why=why)
        before = state.shown()
        worn, note = self._for_now(bases, before), self._wound(bases)
        worn = {k: v for k, v in described.items() if k not in _GROWN} | worn
        state.worn, state.note = {**state.worn, **worn}, note or state.note
        if state.shown() != before:
            state.until = until
            yield LookChange(source=told.span, look=state.shown(), why=why, until=until)

    def _base(self, word: str) -> str:
        if not word[:1].isalpha():
            return word
        return lemma(word) if self.language == "ru" else word.lower().replace("’", "'")

    def _for_good(self, bases: list[str], look: Look) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if look.sex == "male" and look.age != "child":
            beards = self.finder.labels["beard"]
            if any(beards.get(thing, ("none",))[0] != "none" for thing in self._things(bases, "shave")):
                found["beard"] = "none"
            grown = [beards[thing][0] for thing in self._things(bases, "grow") if thing in beards]
            found |= {"beard": grown[0]} if grown else {}
        age = next((self.grown[key] for key in _pairs(bases) if key in self.grown), None)
        return {**found, "age": age} if age else found

    def _for_now(self, bases: list[str], look: Look) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for thing in self._things(bases, "on"):
            for name in _WORN:
                label = self.finder.worn_label(name, thing, look.sex)
                if label:
                    found.setdefault(name, label)
        if any(self.finder.worn_label("hat", thing, look.sex) for thing in self._things(bases, "off")):
            found["hat"] = "none"
        carried = self.finder.labels["carries"]
        for thing in self._things(bases, "take"):
            if thing in carried:
                found.setdefault("carries", carried[thing][0])
        if any(
            carried.get(thing, ("",))[0] == found.get("carries", look.carries) for thing in self._things(bases, "drop")
        ):
            found["carries"] = "nothing"
        return found

    def _wound(self, bases: list[str]) -> str:
        triples = ["~".join(bases[at : at + 3]) for at in range(len(bases) - 2)]
        return next((self.wounds[key] for key in (*triples, *_pairs(bases), *bases) if key in self.wounds), "")

    def _things(self, bases: list[str], kind: str) -> list[str]:
        """Return the words that a verb of `kind` may govern: its clause's after it, or before a particle that ends it.

        "put his hat on" and "put on his hat" both put on a hat; "put his hat on the floor" does not.
        """
        found: list[str] = []
        for at, base in enumerate(bases):
            before = bases[at - 1] if at else ""
            if before in self.relative or before in self.finder.people_nouns:
                continue  # "the hand which held", "a man wrapped in": somebody else
            clause = self._clause(bases[at + 1 : at + 1 + _REACH])
            if base in self.verbs[kind]:
                found += clause
            for place, particle in enumerate(clause[:5]):
                if f"{base}~{particle}" in self.verbs[kind]:
                    found += clause[place + 1 :] or clause[:place]
                    break
        return found

    def _clause(self, words: list[str]) -> list[str]:
        for at, word in enumerate(words):
            if not word[:1].isalpha() or word in self.joins:
                return words[:at]
        return words


def _pairs(bases: list[str]) -> list[str]:
    return [f"{a}~{b}" for a, b in pairwise(bases)]


def _told(
    passages: list[Passage],
    conversation: Conversation,
    links: dict[int, Person],
    language: Language,
    pronouns: dict[str, frozenset[str]],
) -> Iterator[_Told]:
    """Yield the author's sentences that tell of one person each, in order."""
    salience = Salience(language)
    for index, passage in enumerate(passages):
        if passage.kind != "text":
            continue
        salience.enter(passage.chapter)
        last: Person | None = None
        named = conversation.named.get(index, [])
        for start, end in _sentences(passage):
            text = passage.words(start, end)
            words = _TOKEN.findall(text)
            here = named[_first(named, start) : _first(named, end)]
            people = [links.get(person.number, person) if person.generic else person for _, person in here]
            owners = list(dict.fromkeys(person for person in people if not person.generic))
            if people:
                owner = last = owners[0] if len(owners) == 1 else None
            else:
                owner = _meant(words, last, salience, pronouns)
            salience.tell(passage, Stretch("narration", start, end), here)
            if owner is not None and not _other_sex(owner, words, pronouns):
                yield _Told(owner, words, (start, end), text, passage.chapter)


def _first(named: list[tuple[Mention, Person]], at: int) -> int:
    """Return the place in `named`, which stand in order, of the first who is named at `at` or later."""
    return bisect_left(named, at, key=lambda pair: pair[0].start)


def _meant(
    words: list[str], last: Person | None, salience: Salience, pronouns: dict[str, frozenset[str]]
) -> Person | None:
    """Return whom the sentence's first words mean by "he" or "she": who was named last in this passage, else who
    stands out in mind by far."""
    first = {word.lower() for word in words[:_OPENING]}
    sexes: list[Sex] = [sex for sex in ("male", "female") if first & pronouns[sex]]
    if len(sexes) != 1:
        return None
    if last is not None and last.sex == sexes[0]:
        return last
    fitting = [score for person, score in salience.snapshot() if person.sex in (sexes[0], "unknown")]
    clear = len(fitting) == 1 or (len(fitting) > 1 and fitting[0] > _BY_FAR * fitting[1])
    return salience.meant(sexes[0]) if clear else None


def _other_sex(person: Person, words: list[str], pronouns: dict[str, frozenset[str]]) -> bool:
    """Tell whether the sentence also tells of somebody of the other sex, whose hat it may be."""
    other = {"male": "female", "female": "male"}.get(person.sex, "")
    return bool(pronouns.get(other, frozenset()) & {word.lower() for word in words})


def _sentences(passage: Passage) -> Iterator[Span]:
    for stretch in passage.told():
        a, b = stretch.start - passage.start, stretch.end - passage.start
        for found in _SENTENCE.finditer(passage.flat, a, b):
            start, end = found.span()
            start += len(passage.flat[start:end]) - len(passage.flat[start:end].lstrip())
            if any(char.isalpha() for char in passage.flat[start:end]):
                yield passage.start + start, passage.start + end
