"""Conversation: the book's replies with all that is known about each, and the roster of persons behind them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field

from bookfilm.records.bible import Sex
from bookfilm.records.book import Language
from bookfilm.screenplay.addresses import is_address, is_own_name
from bookfilm.screenplay.appositions import count_appositions, count_own_names, sex_beside
from bookfilm.screenplay.bearers import note_bearers
from bookfilm.screenplay.evidence import Evidence
from bookfilm.screenplay.families import find_families
from bookfilm.screenplay.identity import find_same_people
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Form, Mention, NameFinder
from bookfilm.screenplay.narrators import (
    find_narrators_name,
    find_told_name,
    told_in_first_person,
    vote_narrators_sex,
)
from bookfilm.screenplay.own_words import read_sexes
from bookfilm.screenplay.passages import Passage, Stretch
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.replies import Reply, Sight
from bookfilm.screenplay.roster import Roster
from bookfilm.screenplay.salience import Salience
from bookfilm.screenplay.speakers import find_speakers
from bookfilm.screenplay.tags import Clause, Tag, TagReader, noun_in_tag
from bookfilm.screenplay.tally import tally_words

_OPENS_SENTENCE = re.compile(r"(?:^|[.!?…»”\"]\s)\s*(?:[Tt]he\s|[Aa]\s)?$")

_NAMED_BEFORE = 40
"""How many mentions before a reply are noted: enough for all who are about."""


@dataclass
class Conversation:
    """Who is in the book, who is named where, and every reply with its speaker."""

    roster: Roster
    replies: list[Reply]
    named: dict[int, list[tuple[Mention, Person]]] = field(default_factory=dict)
    """By passage index: the persons named in its narration."""

    def speakers(self) -> dict[tuple[int, int], Reply]:
        """Return the reply that each (passage index, stretch number) belongs to."""
        return {(r.passage.index, number): r for r in self.replies for number in r.stretches}


def read_conversation(passages: list[Passage], language: Language) -> Conversation:
    """Find the persons and the speaker of every reply. `passages` have their stretches."""
    return _Reading(passages, language).read()


class _Reading:
    """One reading of one book, from its first passage to its last."""

    def __init__(self, passages: list[Passage], language: Language) -> None:
        self.passages = passages
        self.language = language
        self.lexicon = load_lexicon(language, "speech")
        self.finder = NameFinder(language, tally_words(passages, language))
        self.answering, self.continuing = self.lexicon.words("answering"), self.lexicon.words("continuing")
        self.voiced = self.lexicon.words("voiced")
        self.own_male = self.lexicon.words("pronouns.own_male")
        self.own_female = self.lexicon.words("pronouns.own_female")
        self.things = self.lexicon.words("pronouns.things")
        self.own_name = self.lexicon.phrases("own_name")
        self.evidence = Evidence(passages, language)
        self.person_forms: dict[Form, bool] = {}
        self.tags = TagReader(language)
        self.roster = Roster(language)
        self.salience = Salience(language)
        self.replies: list[Reply] = []
        self.sights: list[Sight] = []
        self.named: dict[int, list[tuple[Mention, Person]]] = {}
        self.first_person = not any(passage.label for passage in passages) and told_in_first_person(passages, language)

    def read(self) -> Conversation:
        narrator = self.roster.narrate(self.lexicon.raw("narrator_name")) if self.first_person else None
        runs_on = False
        for passage in self.passages:
            if passage.kind != "text":
                continue
            self._read_passage(passage, runs_on)
            runs_on = passage.runs_on
        if narrator is not None:
            self._unite([(narrator, p) for p in find_told_name(self.passages, self.named, self.language)])
            find_speakers(self.replies, self.sights, narrator)
            seen = Counter(sight.person.number for sight in self.sights)
            self._unite([(narrator, p) for p in find_narrators_name(self.replies, seen, narrator)])
        else:
            find_speakers(self.replies, self.sights, None)
        if self.language == "en":
            self._forget(find_families(self.roster, self.replies))
        told = count_appositions(self.passages, self.named, self.language) + count_own_names(self.replies)
        self._unite(find_same_people(self.replies, self.roster, told))
        find_speakers(self.replies, self.sights, narrator)
        note_bearers(self.replies)
        find_speakers(self.replies, self.sights, narrator)
        if narrator is not None:
            # Only now: a tag's "he" or a verb without a subject means somebody else, whose sex it fits no better.
            vote_narrators_sex(narrator, self.passages, self.replies, self.language)
        for reply in self.replies:
            if reply.speaker is not None:
                reply.speaker.spoken += len(reply.stretches)
        self._forget_unmet()
        return Conversation(self.roster, self.replies, self.named)

    def _forget(self, nobody: set[Person]) -> None:
        """Leave out of all that was noted those who are nobody in particular."""
        self.roster.people = [person for person in self.roster.people if person not in nobody]
        self.sights = [sight for sight in self.sights if sight.person not in nobody]
        for index, people in self.named.items():
            self.named[index] = [(mention, person) for mention, person in people if person not in nobody]
        for reply in self.replies:
            reply.leave_out(nobody)

    def _forget_unmet(self) -> None:
        """Leave nobody addressed whom the story never shows: a pet name, or somebody who is only spoken of."""
        met = {person for people in self.named.values() for _, person in people}
        for reply in self.replies:
            if reply.addressee is not None and not reply.addressee.spoken and reply.addressee not in met:
                reply.addressee = None
        for person in self.roster.people:
            person.met = person in met

    def _read_passage(self, passage: Passage, runs_on: bool) -> None:
        mentions = self.finder.find(passage)
        mentions = self._with_tagged_nouns(passage, mentions)
        mentions = [mention for mention in mentions if self._is_person(mention)]
        told = [m for stretch in passage.told() for m in mentions[_within(mentions, stretch)]]
        spoken = [m for stretch in passage.spoken() for m in mentions[_within(mentions, stretch)]]
        people = [(m, self.roster.resolve(m.form, passage.chapter)) for m in told]
        self.named[passage.index] = people
        for mention, person in people:
            if mention.fresh:
                person.fresh = passage.index
        known = {m.start: person for m, person in people}
        self._vote_sexes(passage, people)
        if passage.label:
            self._add_labelled(passage)
            return
        self.salience.enter(passage.chapter)
        self._add_replies(passage, [m for m, _ in people], known, spoken, runs_on)
        self.sights += [Sight(passage.index, person) for _, person in people if not person.generic]

    def _unite(self, pairs: list[tuple[Person, Person]]) -> None:
        """Make each (person, other) one person, in all that was noted so far."""
        same: dict[Person, Person] = {}
        for person, other in pairs:
            person, other = same.get(person, person), same.get(other, other)
            if person is other:
                continue
            self.roster.unite(person, other)
            same = {known: person if main is other else main for known, main in same.items()} | {other: person}
        if not same:
            return
        for reply in self.replies:
            reply.put_for(same)
        self.sights = [Sight(s.passage, same.get(s.person, s.person)) for s in self.sights]
        for index, people in self.named.items():
            self.named[index] = [(mention, same.get(person, person)) for mention, person in people]

    def _is_person(self, mention: Mention) -> bool:
        known = self.person_forms.get(mention.form)
        if known is None:
            known = self.person_forms[mention.form] = self.evidence.is_person(mention.form, self.finder)
        return known

    def _with_tagged_nouns(self, passage: Passage, mentions: list[Mention]) -> list[Mention]:
        if self.language != "en":
            return mentions
        extra = []
        for number, stretch in enumerate(passage.stretches):
            if stretch.kind == "narration" and number > 0:
                noun = noun_in_tag(_text(passage, stretch), stretch.start)
                if noun is not None and not any(m.start < noun.end and noun.start < m.end for m in mentions):
                    extra.append(noun)
        return sorted([*mentions, *extra], key=lambda mention: mention.start) if extra else mentions

    def _vote_sexes(self, passage: Passage, people: list[tuple[Mention, Person]]) -> None:
        """The first pronoun after a name in its sentence, with nobody else named between, shows the sex."""
        for at, (mention, person) in enumerate(people):
            if person.sex == "unknown" and at + 1 < len(people):
                person.sex = sex_beside(passage, mention, people[at + 1][0])
            if person.sex != "unknown" or not mention.subject:
                continue
            stop = people[at + 1][0].start if at + 1 < len(people) else passage.end
            rest = passage.flat[mention.end - passage.start : min(stop, mention.end + 70) - passage.start]
            opens = _OPENS_SENTENCE.search(passage.flat[: mention.start - passage.start][-12:]) is not None
            for word in re.findall(r"[^\W\d_]+|[.!?;“”‘\"«»]", rest):
                if word in '.!?;“”‘"«»' or word.lower() in self.things:
                    break
                if not opens and word.lower() in self.tags.subjects:
                    break  # Another sentence's subject: "the Rabbit ran past, and she (Alice) followed".
                if word.lower() in self.lexicon.words("pronouns.shows_male"):
                    person.vote_sex("male")
                    break
                if word.lower() in self.lexicon.words("pronouns.shows_female"):
                    person.vote_sex("female")
                    break

    def _add_labelled(self, passage: Passage) -> None:
        """Add a reply of a play: its label names the speaker."""
        person = self.roster.resolve(self.finder.read_label(passage.label), passage.chapter)
        numbers = [number for number, s in enumerate(passage.stretches) if s.kind == "dialogue"]
        if numbers:
            tag = Tag("named", 10, passage.start, passage.start + passage.label_end)
            self.replies.append(Reply(passage, numbers, tag, person))

    def _add_replies(
        self, passage: Passage, told: list[Mention], known: dict[int, Person], spoken: list[Mention], runs_on: bool
    ) -> None:
        """Put the spoken stretches of a passage into replies: one mouth each, unless a second tag names another."""
        current: Reply | None = None
        begun_by: Person | None = None
        people = [(m, known[m.start]) for m in told]
        for number, stretch in enumerate(passage.stretches):
            if stretch.kind not in ("dialogue", "thought"):
                self.salience.tell(passage, stretch, people[_within(told, stretch)])
                continue
            in_mind = self.salience.snapshot()
            self.salience.hear()
            tag, tagged = self._tag_of(passage, number, told, known, first=current is None)
            if current is None or self._is_another(current, stretch, tag, tagged):
                begun_by = self._begun_by()
                # Russian books do not open the next paragraph of a quotation with a mark.
                goes_on = runs_on and not self._has_reply(passage) and (number == 0 or self.language == "ru")
                goes_on = goes_on and self._goes_on(tag, tagged)
                current = Reply(passage, [], continues=goes_on, in_mind=in_mind)
                last = bisect_right(told, stretch.start, key=lambda m: m.end)
                before = [known[m.start] for m in told[max(0, last - _NAMED_BEFORE) : last]]
                current.named_before = [person for person in before if not person.generic]
                self.replies.append(current)
            current.stretches.append(number)
            if tag is not None and (current.tag is None or tag.strength > current.tag.strength):
                general = tagged is not None and tagged.generic
                current.tag, current.tagged = tag, None if general else tagged
                current.in_mind = in_mind
                current.described = tagged if general else None
            self._note_inside(current, stretch, passage, spoken)
            if begun_by in current.addressed:
                current.continues = False  # Nobody calls himself by name: the mark before was lost.
        if current is not None:
            self._note_own_words(passage)

    def _is_another(self, current: Reply, stretch: Stretch, tag: Tag | None, tagged: Person | None) -> bool:
        """Tell whether a stretch after those of `current` is another's: its tag names somebody else, and surely so.

        A verb that mostly tells of deeds ("called") is sure behind words that stand after a whole sentence.
        """
        before = current.tagged or current.described
        if tag is None or tagged is None or before is None or tagged is before:
            return False
        if current.tagged is not None and tag.strength >= 8:
            return True
        own = tag.kind == "named" and tag.start >= stretch.end and not tagged.generic
        told = current.passage.flat[: stretch.start - current.passage.start].rstrip(' “"«‘')
        ended = told[-1:] in (".", "!", "?", "…")
        return own and ended and tag.verb in self.voiced | self.answering and tag.verb not in self.continuing

    def _has_reply(self, passage: Passage) -> bool:
        return bool(self.replies) and self.replies[-1].passage is passage

    def _goes_on(self, tag: Tag | None, tagged: Person | None) -> bool:
        """Tell whether a reply goes on with an open quotation: not where its own tag names somebody else.

        Then the edition has lost the mark that closed the one before.
        """
        before = self._begun_by()
        return before is None or tagged is None or tagged is before or tag is None or tag.strength < 8

    def _begun_by(self) -> Person | None:
        """Return who is named as the speaker where the speech began that the last reply goes on with."""
        for reply in reversed(self.replies):
            if reply.tagged is not None or not reply.continues:
                return reply.tagged
        return None

    def _note_own_words(self, passage: Passage) -> None:
        """Note for the replies of `passage` what their words show of speaker and hearer, and what their tags say."""
        for reply in reversed(self.replies):
            if reply.passage is not passage:
                break
            words = " ".join(_text(passage, passage.stretches[number]) for number in reply.stretches)
            reply.own_sex, reply.their_sex = read_sexes(words, self.language)
            reply.asks = words.rstrip(' _*”’"»')[-1:] == "?"
            if reply.tag is not None and reply.tag.verb in self.answering:
                reply.manner = "answers"
            elif reply.tag is not None and reply.tag.verb in self.continuing:
                reply.manner = "goes on"

    def _tag_of(
        self, passage: Passage, number: int, told: list[Mention], known: dict[int, Person], *, first: bool
    ) -> tuple[Tag | None, Person | None]:
        """Return the tag beside stretch `number`: after it, or before it where nothing after it says more."""
        tag: Tag | None = None
        stretches = passage.stretches
        if number + 1 < len(stretches) and stretches[number + 1].kind == "narration":
            tag = self.tags.after(self._clause(passage, stretches[number + 1], told))
        if number > 0 and stretches[number - 1].kind == "narration" and (tag is None or tag.strength < 8):
            earlier = self.tags.before(self._clause(passage, stretches[number - 1], told))
            if earlier is not None and (tag is None or earlier.strength > tag.strength):
                tag = earlier
        if tag is None and number == 0 and len(stretches) == 1:
            tag = self._lead_in(passage)
        person = known.get(tag.mention.start) if tag is not None and tag.mention is not None else None
        if person is None and tag is not None and tag.mention is not None:
            person = self.roster.resolve(tag.mention.form, passage.chapter)
        if person is not None and tag is not None and tag.kind == "named":
            person.vote_sex(tag.sex)
            person.vote_sex(self._sex_after_tag(passage, tag))
        return tag, person

    def _sex_after_tag(self, passage: Passage, tag: Tag) -> Sex:
        """Return the sex that the clause after a tag shows: in "said Ann, lifting her cup" she is Ann."""
        rest = re.split(r"[.!?;“”\"«»]", passage.flat[tag.end - passage.start :][:60])[0]
        for word in re.findall(r"[^\W\d_]+", rest):
            if word.lower() in self.own_male:
                return "male"
            if word.lower() in self.own_female:
                return "female"
        return "unknown"

    def _lead_in(self, passage: Passage) -> Tag | None:
        """A paragraph of narration that ends with a colon or comma names who speaks in the next one."""
        if passage.index == 0:
            return None
        earlier = self.passages[passage.index - 1]
        if earlier.kind != "text" or not earlier.stretches or earlier.stretches[-1].kind != "narration":
            return None
        if earlier.flat.rstrip()[-1:] not in ":,":
            return None
        told = [m for m, _ in self.named.get(earlier.index, [])]
        return self.tags.before(self._clause(earlier, earlier.stretches[-1], told))

    def _clause(self, passage: Passage, stretch: Stretch, told: list[Mention]) -> Clause:
        return Clause(_text(passage, stretch), stretch.start, tuple(told[_within(told, stretch)]))

    def _note_inside(self, reply: Reply, stretch: Stretch, passage: Passage, spoken: list[Mention]) -> None:
        """Note who is spoken to and who is spoken of inside a stretch of speech."""
        for mention in spoken[_within(spoken, stretch)]:
            person = self._already_met(mention.form, passage.chapter)
            if person is None or person.generic:
                continue
            if is_own_name(passage, stretch, mention, self.own_name):
                reply.own_names.append(person)
            elif is_address(passage, stretch, mention):
                reply.addressed.append(person)
            else:
                reply.inside.append(person)

    def _already_met(self, form: Form, chapter: int) -> Person | None:
        return self.roster.resolve(form, chapter) if not form.noun else self.roster.known(form)


def _text(passage: Passage, stretch: Stretch) -> str:
    return passage.flat[stretch.start - passage.start : stretch.end - passage.start]


def _within(mentions: list[Mention], stretch: Stretch) -> slice:
    """Return where in `mentions`, which stand in order, those stand that begin in `stretch`."""
    first = bisect_left(mentions, stretch.start, key=lambda m: m.start)
    return slice(first, bisect_left(mentions, stretch.end, first, key=lambda m: m.start))
