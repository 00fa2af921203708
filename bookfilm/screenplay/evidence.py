"""Evidence: whether a capitalised name is somebody's or a place's or a thing's, by what it does in the book."""

from __future__ import annotations

import re
from collections import Counter

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Form, NameFinder
from bookfilm.screenplay.passages import Passage

_AROUND = re.compile(
    r"(?:(?P<before>[^\W\d_]+)\s+)?(?P<name>[A-ZА-ЯЁ][^\W\d_]+(?:-[^\W\d_]+)*)(?P<own>[’']s)?(?:\s+(?P<after>[^\W\d_]+))?"
)

_CALLED = re.compile(
    r"(?:,\s(?P<last>[A-ZА-ЯЁ][^\W\d_]+)(?=[,.!?”\"’»]))|(?:[“\"‘«]\s?(?P<first>[A-ZА-ЯЁ][^\W\d_]+)(?=[,!]))"
)
_FEWEST_CALLS = 3


class Evidence:
    """How often each capitalised word acts, owns or speaks like a person, and how often somebody is in or at it."""

    def __init__(self, passages: list[Passage], language: Language) -> None:
        people, speech = load_lexicon(language, "people"), load_lexicon(language, "speech")
        self.language = language
        self.acts: Counter[str] = Counter()
        self.holds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._verbs = people.words("not_names.verbs") | speech.words("say")
        self._places = people.words("not_names.place_before")
        self._say = speech.words("say")
        self._houses = people.words("not_names.houses")
        for passage in passages:
            if passage.kind == "text":
                self._count(passage.flat)

    def is_person(self, form: Form, finder: NameFinder) -> bool:
        """Tell whether `form` names a person: by title, given name or noun, else by what the book shows."""
        if not form.title and form.names[-1].lower() in self._houses:
            return False  # "Moss Lodge"
        if form.title or form.noun or any(role in ("Name", "Patr") for role in form.roles):
            return True
        if any(name.lower() in finder.given for name in form.names):
            return True
        acts = sum(self.acts[self._key(name)] for name in form.names)
        holds = sum(self.holds[self._key(name)] for name in form.names)
        calls = sum(self.calls[self._key(name)] for name in form.names)
        return (acts > 0 and 2 * acts >= holds) or calls >= max(_FEWEST_CALLS, 2 * holds)

    def _key(self, word: str) -> str:
        return morphology.lemma(word) if self.language == "ru" else word

    def _count(self, flat: str) -> None:
        for match in _CALLED.finditer(flat):
            self.calls[self._key(match.group("last") or match.group("first"))] += 1
        position = 0
        while (found := _AROUND.search(flat, position)) is not None:
            position = found.end("name")
            key = self._key(found.group("name"))
            before, after = (found.group("before") or "").lower(), (found.group("after") or "").lower()
            if self._is_verb(after) or found.group("own") or self._speaks(before):
                self.acts[key] += 1
            elif before in self._places:
                self.holds[key] += 1

    def _is_verb(self, word: str) -> bool:
        if self.language == "ru":
            verb = morphology.finite_verb(word) if word else None
            return verb is not None and verb.person != 2
        return word in self._verbs

    def _speaks(self, word: str) -> bool:
        if self.language == "ru":
            verb = morphology.finite_verb(word) if word else None
            return verb is not None and (verb.lemma in self._say or verb.past)
        return word in self._say
