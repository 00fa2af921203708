"""Looks: how each person is seen, from the words near their mentions in the chapter where they first appear.

What the book leaves open is filled by sex, age and rank and by a seed from the name, so that the leading
characters differ at a glance. Only people met earlier are looked at, so later chapters change no look.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from typing import Any, cast

from bookfilm.records.bible import Age, Beard, Build, Creature, Dress, Hair, Hat, Look, Sex
from bookfilm.records.book import Language
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.morphology import lemma
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.roster import Person

_REACH = 90
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?]\s")
_FIELDS = ("age", "build", "hair", "beard", "hat", "dress", "carries")
_FEMALE_ONLY = {"bonnet", "tiara", "bun", "ringlets", "braids", "dome_skirt", "bell_skirt", "straight_skirt"}
_MALE_ONLY = {
    "moustache",
    "whiskers",
    "short",
    "full",
    "top",
    "bowler",
    "officer",
    "boy_cap",
    "tailcoat",
    "frock",
    "bald",
}
_HAIR: dict[str, tuple[Hair, ...]] = {
    "male": ("short", "tousled", "short", "bald"),
    "female": ("bun", "ringlets", "braids", "long"),
}
_DRESS: dict[str, tuple[Dress, ...]] = {
    "male": ("coat", "frock", "tailcoat", "shirt"),
    "female": ("bell_skirt", "dome_skirt", "straight_skirt"),
}
_HAT: dict[str, tuple[Hat, ...]] = {
    "male": ("none", "top", "soft", "bowler", "none"),
    "female": ("none", "bonnet", "none", "kerchief"),
}
_BEARD: tuple[Beard, ...] = ("none", "moustache", "whiskers", "short", "full", "none")
_BUILD: tuple[Build, ...] = ("plain", "slight", "broad", "stout")


def name_seed(name: str) -> int:
    """Return the seed that belongs to a name: 31 bits of its SHA-256."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) & 0x7FFFFFFF


class LookFinder:
    """Finds the looks of a book's persons."""

    def __init__(self, language: Language, passages: list[Passage], conversation: Conversation) -> None:
        self.language = language
        self.passages = passages
        lexicon = load_lexicon(language, "looks")
        people = load_lexicon(language, "people")
        self.labels = {field: lexicon.labels(field) for field in (*_FIELDS, "rank")}
        self.creatures = {w: kind for kind, words in people.raw("creatures").items() for w in words.split()}
        self.old, self.child = people.words("nouns.old"), people.words("nouns.child")
        self.near = self._words_near(conversation)
        self.seen: list[Look] = []

    def find(self, person: Person, name: str) -> Look:
        """Return the look of `person`. Ask in order of first appearance: each differs from those before."""
        seed = name_seed(name)
        words = self.near.get(person.number, [])
        own = [self._base(word) for form in person.first_forms for word in (*form.title.split(), *form.names)]
        creature = next((self.creatures[w] for w in own if w in self.creatures), "human")
        sex = person.sex if person.sex != "unknown" else ("male", "female")[seed % 2]
        found = self._from_words([*own, *words], sex)
        if creature != "human":
            found = {key: value for key, value in found.items() if key in ("age", "build", "carries")}
        look = self._filled(found, cast(Sex, sex), seed, own, cast(Creature, creature))
        look = self._apart(look, found, seed)
        self.seen.append(look)
        return look

    def _base(self, word: str) -> str:
        return lemma(word) if self.language == "ru" else word.lower().strip(".")

    def _words_near(self, conversation: Conversation) -> dict[int, list[str]]:
        """Return, by person, the words close to their mentions in the chapter of first appearance."""
        near: dict[int, list[str]] = {}
        for index, people in conversation.named.items():
            passage = self.passages[index]
            # A general word beside a name ("Edwin, an old man") mostly describes its bearer: it parts nothing.
            people = [(mention, person) for mention, person in people if not person.generic]
            for at, (mention, person) in enumerate(people):
                if passage.chapter != person.first or len(near.get(person.number, ())) > 400:
                    continue
                stop = people[at + 1][0].start if at + 1 < len(people) else passage.end
                start = people[at - 1][0].end if at else passage.start
                a = max(start, mention.start - _REACH // 2) - passage.start
                b = min(stop, mention.end + _REACH) - passage.start
                b = a + _first_sentence_end(passage.flat[a:b], mention.end - passage.start - a)
                near.setdefault(person.number, []).extend(self._base(w) for w in _WORD.findall(passage.flat[a:b]))
        return near

    def _from_words(self, words: list[str], sex: str) -> dict[str, str]:
        found: dict[str, str] = {}
        excluded = _FEMALE_ONLY if sex == "male" else _MALE_ONLY
        pairs = [f"{a}-{b}" for a, b in itertools.pairwise(words)]
        for field in _FIELDS:
            for word in [w for two in zip(["", *pairs], words, strict=False) for w in two]:
                for label in self.labels[field].get(word, ()):
                    if label not in excluded or field in ("age", "build", "carries"):
                        found.setdefault(field, label)
        return found

    def _filled(self, found: dict[str, str], sex: Sex, seed: int, own: list[str], creature: Creature) -> Look:
        rank = next((label for word in own for label in self.labels["rank"].get(word, ())), "")
        age = found.get("age") or ("old" if set(own) & self.old else "child" if set(own) & self.child else "adult")
        fields: dict[str, Any] = {"creature": creature, "sex": sex, "age": cast(Age, age), "features": seed}
        fields["build"] = found.get("build") or _BUILD[seed // 3 % 4]
        fields["hair"] = found.get("hair") or _HAIR[sex][seed // 11 % 4]
        if age == "child" and fields["hair"] == "bald":
            fields["hair"] = "tousled"
        fields["dress"] = found.get("dress") or _dress(sex, age, rank, seed)
        fields["hat"] = found.get("hat") or _hat(sex, age, rank, seed)
        grown = sex == "male" and age in ("adult", "old")
        fields["beard"] = (
            found.get("beard") if grown and "beard" in found else _BEARD[seed // 29 % 6] if grown else "none"
        )
        fields["carries"] = found.get("carries", "nothing")
        fields["stature"] = 94 + seed // 101 % 13
        fields["words"] = _in_words(fields)
        if creature != "human":
            fields |= {"hair": "short", "beard": "none", "hat": "none", "dress": "coat"}
        return Look(**fields)

    def _apart(self, look: Look, found: dict[str, str], seed: int) -> Look:
        """Change what the book leaves open until no earlier character has the same outline."""
        outlines = {_outline(seen) for seen in self.seen}
        if look.creature != "human":
            return look
        for step in range(24):
            if _outline(look) not in outlines:
                return look
            fields: dict[str, Any] = {}
            turn = seed + step
            if "hair" not in found:
                fields["hair"] = _HAIR[look.sex][turn % 4] if look.age != "child" else ("tousled", "short")[turn % 2]
            if "hat" not in found:
                fields["hat"] = _HAT[look.sex][turn // 2 % len(_HAT[look.sex])]
            if "beard" not in found and look.sex == "male" and look.age in ("adult", "old"):
                fields["beard"] = _BEARD[turn // 3 % 6]
            if "build" not in found:
                fields["build"] = _BUILD[turn // 4 % 4]
            look = look.changed(**fields)
            look = look.changed(words=_in_words(dict(look)))
        return look


def _first_sentence_end(words: str, after: int) -> int:
    match = _SENTENCE_END.search(words, after)
    return match.start() if match else len(words)


def _outline(look: Look) -> tuple[str, ...]:
    return (look.sex, look.age, look.build, look.hair, look.beard, look.hat, look.dress)


def _dress(sex: str, age: str, rank: str, seed: int) -> str:
    by_rank = {"officer": "uniform", "clergy": "robe", "labour": "shirt" if sex == "male" else "smock"}
    if rank == "servant":
        return "tailcoat" if sex == "male" else "smock"
    if rank == "crown":
        return "cloak" if sex == "male" else "dome_skirt"
    if rank in by_rank and (sex == "male" or rank != "officer"):
        return by_rank[rank]
    if age == "child":
        return "shirt" if sex == "male" else "straight_skirt"
    choices = _DRESS[sex]
    return choices[seed // 7 % len(choices)]


def _hat(sex: str, age: str, rank: str, seed: int) -> str:
    if rank == "crown":
        return "tiara"
    if rank == "officer" and sex == "male":
        return "officer"
    if age == "child":
        return ("none", "boy_cap")[seed // 13 % 2] if sex == "male" else "none"
    choices = _HAT[sex]
    return choices[seed // 13 % len(choices)]


def _in_words(fields: dict[str, Any]) -> str:
    """Return the look as a phrase for engines that read prompts."""
    who = {"female": "woman", "male": "man"}.get(fields["sex"], "person")
    if fields["age"] == "child":
        who = {"female": "girl", "male": "boy"}.get(fields["sex"], "child")
    if fields["creature"] != "human":
        return f"a {fields['creature']}"
    age = {"old": "old ", "young": "young "}.get(fields["age"], "")
    build = "" if fields["build"] == "plain" else f"{fields['build']} "
    parts = [f"a {build}{age}{who}", f"{fields['hair']} hair" if fields["hair"] != "bald" else "bald"]
    if fields["beard"] != "none":
        parts.append({"full": "a full beard", "short": "a short beard"}.get(fields["beard"], str(fields["beard"])))
    if fields["hat"] != "none":
        parts.append(
            f"{fields['hat'].replace('_', ' ')} hat"
            if fields["hat"] in ("top", "soft", "bowler", "fur", "officer")
            else fields["hat"].replace("_", " ")
        )
    parts.append(fields["dress"].replace("_", " "))
    if fields["carries"] != "nothing":
        parts.append(f"carrying a {fields['carries']}")
    return ", ".join(parts)
