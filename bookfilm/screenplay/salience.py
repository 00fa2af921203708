"""Salience: whom the story has in mind at a place, so that "he" and "she" can be understood.

Who is named as a sentence's subject stays in mind longest; a pronoun refreshes whom it means; everything fades
from sentence to sentence (after Grosz, Joshi and Weinstein's centering, 1995, and Lappin and Leass, 1994).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bookfilm.records.bible import Sex
from bookfilm.records.book import Language
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Mention
from bookfilm.screenplay.passages import Passage, Stretch
from bookfilm.screenplay.persons import Person

_FADES_BY_SENTENCE = 0.86
_FADES_BY_SPEECH = 0.94
_FORGOTTEN = 0.05
_MOST = 12
_SUBJECT, _OTHER, _OBJECT, _OWNER = 1.0, 0.7, 0.45, 0.35
_PRONOUN_SUBJECT, _PRONOUN_OBJECT = 0.55, 0.2
_NOT_IN_TOUCH = 0.6
_NOUN, _GENERAL = 0.8, 0.4
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|[.!?…]+(?=\s|$)")
_OPENS = re.compile(r"(?:^|[.!?…:;,—–”\"»]\s*|\b(?:and|when|but|as|while|then|that|и|но|а|когда)\s+)(?:[Tt]he\s+)?$")


class Salience:
    """Who is in mind, kept up as narration is read. Scores lie between 0 and about 2."""

    def __init__(self, language: Language) -> None:
        speech = load_lexicon(language, "speech")
        self.language = language
        self._subjects: dict[str, Sex] = dict.fromkeys(speech.words("pronouns.subjects_male"), "male")
        self._subjects |= dict.fromkeys(speech.words("pronouns.subjects_female"), "female")
        self._objects: dict[str, Sex] = dict.fromkeys(speech.words("pronouns.male"), "male")
        self._objects |= dict.fromkeys(speech.words("pronouns.female"), "female")
        self._before_object = speech.words("parting")
        self._scores: dict[Person, float] = {}
        self._chapter = -1

    def snapshot(self) -> list[tuple[Person, float]]:
        """Return who is in mind now, most first."""
        ranked = sorted(self._scores.items(), key=lambda item: (-item[1], item[0].number))
        return ranked[:_MOST]

    def enter(self, chapter: int) -> None:
        """Begin a passage: a new chapter leaves little of what was in mind."""
        if chapter != self._chapter:
            self._chapter = chapter
            self._fade(0.3)

    def hear(self) -> None:
        """Words were spoken: what was told before them fades a little."""
        self._fade(_FADES_BY_SPEECH)

    def tell(self, passage: Passage, stretch: Stretch, people: Iterable[tuple[Mention, Person]]) -> None:
        """Take in a stretch of narration with those named in it, in order."""
        named = {m.start: (m, person) for m, person in people if stretch.start <= m.start < stretch.end}
        flat, base = passage.flat, passage.start
        taken = stretch.start
        events = [(start, "") for start in named]
        events += [
            (match.start() + base, match.group())
            for match in _TOKEN.finditer(flat, stretch.start - base, stretch.end - base)
        ]
        for at, word in sorted(events):
            if at in named:
                if not word:
                    mention, person = named[at]
                    light = 1.0 if not person.noun else _NOUN if mention.fresh or not person.generic else _GENERAL
                    self._add(person, light * self._weight(flat, base, mention))
                    taken = mention.end
            elif at < taken:
                continue
            elif word[:1] in ".!?…":
                self._fade(_FADES_BY_SENTENCE)
            else:
                self._refer(word.lower())

    def _refer(self, word: str) -> None:
        subject, other = self._subjects.get(word), self._objects.get(word)
        sex = subject or other
        if sex is None:
            return
        person = self.meant(sex)
        if person is not None:
            self._add(person, _PRONOUN_SUBJECT if subject else _PRONOUN_OBJECT)

    def meant(self, sex: Sex) -> Person | None:
        """Return whom a pronoun of `sex` means most likely."""
        best, most = None, 0.0
        for person, score in self._scores.items():
            fit = 1.0 if person.sex == sex else _NOT_IN_TOUCH if person.sex == "unknown" else 0.0
            if person.narrator:
                fit = 0.0
            if score * fit > most:
                best, most = person, score * fit
        return best

    def _weight(self, flat: str, base: int, mention: Mention) -> float:
        after = flat[mention.end - base :][:2]
        if after in ("'s", "’s") or flat[mention.end - base - 2 : mention.end - base] in ("'s", "’s"):
            return _OWNER
        if self.language == "ru":
            return _SUBJECT if mention.subject else _OBJECT
        before = flat[: mention.start - base][-16:]
        word = before.split()[-1].lower() if before.split() else ""
        if word == "the" and len(before.split()) > 1:
            word = before.split()[-2].lower()
        if word in self._before_object:
            return _OBJECT
        return _SUBJECT if _OPENS.search(before) else _OTHER

    def _add(self, person: Person, weight: float) -> None:
        # What is said once more adds less: nobody grows beyond reach.
        score = self._scores.get(person, 0.0)
        self._scores[person] = max(score, weight) + 0.35 * min(score, weight)
        if self._scores[person] > 2.0:
            self._scores[person] = 2.0

    def _fade(self, by: float) -> None:
        self._scores = {p: s * by for p, s in self._scores.items() if s * by > _FORGOTTEN}
