"""Presence: who is on stage in a passage: who speaks there, and who is named as doing something."""

from __future__ import annotations

import re

from bookfilm.records.bible import Look
from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person
from bookfilm.screenplay.weights import DraftBeat

_LOOK_BACK = 10
_WORD = re.compile(r"[^\W\d_]+")


class Presence:
    """Tells who is seen in each passage of one book."""

    def __init__(
        self, conversation: Conversation, language: Language, links: dict[int, Person], looks: dict[str, Look]
    ) -> None:
        """`links`: the bearers of general words, by number. `looks`: by character's id."""
        self.named = conversation.named
        self.language = language
        self.links = links
        self.looks = looks
        people, speech = load_lexicon(language, "people"), load_lexicon(language, "speech")
        self.verbs = people.words("not_names.verbs") | speech.words("say")
        self.auxiliaries = people.words("not_names.auxiliaries")
        self.bodiless = people.words("nouns.bodiless")
        self.kin = people.words("nouns.kin")
        self.old, self.child = people.words("nouns.old"), people.words("nouns.child")
        self.doubtful = {
            person.number for person in conversation.roster.people if not person.spoken and self._is_doubtful(person)
        }

    def on_stage(self, beat: DraftBeat, ids: dict[int, str]) -> list[str]:
        """Return the ids of those on stage, speakers first."""
        speakers = [draft.speaker for draft in beat.played() if draft.speaker is not None]
        people = [person for person in speakers if not self._is_bodiless(person)]
        for mention, person in self.named.get(beat.passage.index, []):
            if not mention.subject or self._is_bodiless(person):
                continue
            bearer = self._bearer(person, mention, beat.passage, ids) if person.generic else person
            if bearer is person and self._is_relation(person, mention):
                continue
            if bearer.number not in self.doubtful or self._acts(beat.passage, mention):
                people.append(bearer)
        return list(dict.fromkeys(ids[person.number] for person in people if person.number in ids))

    def _is_doubtful(self, person: Person) -> bool:
        """Tell whether only their deeds show that this is somebody: a common noun, or a bare unknown name."""
        if person.noun or not person.met:
            return True
        return not (person.title or person.given or person.patronymic or person.narrator or len(person.forms) > 1)

    def _is_relation(self, person: Person, mention: Mention) -> bool:
        """Tell whether a word only says whose kin somebody is ("the sister"): a person of a name, not one more."""
        return person.generic and not person.spoken and not mention.fresh and mention.form.names[-1].lower() in self.kin

    def _is_bodiless(self, person: Person) -> bool:
        """Tell whether the word names nobody who could stand in a picture: a voice, the others, a crowd."""
        return person.noun and any(form.names[-1].lower() in self.bodiless for form in person.first_forms)

    def _bearer(self, person: Person, mention: Mention, passage: Passage, ids: dict[int, str]) -> Person:
        """Return whom a general word means here: who was named last in this chapter and fits it, else itself."""
        if person.number in self.links:
            return self.links[person.number]
        for index in range(passage.index, max(-1, passage.index - _LOOK_BACK), -1):
            for earlier, other in reversed(self.named.get(index, [])):
                if earlier.start < mention.start and not other.noun and self._fits(person, mention, other, ids):
                    return other
        return person

    def _fits(self, person: Person, mention: Mention, other: Person, ids: dict[int, str]) -> bool:
        look = self.looks.get(ids.get(other.number, ""))
        if look is None:
            return False
        if "unknown" not in (person.sex, look.sex) and person.sex != look.sex:
            return False
        words = {name.lower() for name in mention.form.names}
        wanted = "child" if words & self.child else "old" if words & (self.old | {"old"}) else ""
        return look.age == wanted if wanted else look.age != "child"

    def _acts(self, passage: Passage, mention: Mention) -> bool:
        """Tell whether the word is somebody here: a verb of doing stands beside it."""
        after = passage.flat[mention.end - passage.start :][:30]
        words = _WORD.findall(after.split(".")[0])[:2]
        if self.language == "en":
            doing = self.verbs if mention.form.noun else self.verbs - self.auxiliaries
            return any(word.lower() in doing or word.endswith("ed") for word in words)
        before = _WORD.findall(passage.flat[: mention.start - passage.start][-30:])[-1:]
        return any(morphology.finite_verb(word) is not None for word in (*before, *words))
