"""Looks: how each person is seen, from the words near their mentions in the chapter where they first appear.

What the book leaves open is filled by sex, age and rank and by a seed from the name, so that the leading
characters differ at a glance. Only people met earlier are looked at, so later chapters change no look.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

from bookfilm.records.bible import Age, Beard, Build, Creature, Dress, Hair, Hat, Look, Sex
from bookfilm.records.book import Language
from bookfilm.screenplay.conversation import Conversation
from bookfilm.screenplay.descriptions import words_near
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.morphology import is_adjective, lemma, nominal
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.persons import Person

_ENDS = frozenset(".!?")
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

    def __init__(
        self, language: Language, passages: list[Passage], conversation: Conversation, links: dict[int, Person]
    ) -> None:
        self.language = language
        self.passages = passages
        lexicon = load_lexicon(language, "looks")
        people = load_lexicon(language, "people")
        self.labels = {field: lexicon.labels(field) for field in (*_FIELDS, "rank")}
        self.creatures = {w: kind for kind, words in people.raw("creatures").items() for w in words.split()}
        self.old, self.child = people.words("nouns.old"), people.words("nouns.child")
        self.carrying, self.being = lexicon.words("grammar.carrying"), lexicon.words("grammar.being")
        self.links_words, self.counts = lexicon.words("grammar.links"), lexicon.words("grammar.counts")
        self.he, self.she = lexicon.words("grammar.he"), lexicon.words("grammar.she")
        self.ages = people.words("nouns.child") | people.words("nouns.old")
        self.people_nouns = (
            people.words("nouns.male") | people.words("nouns.female") | people.words("nouns.any")
            | lexicon.words("grammar.bodies")
        )  # fmt: skip
        deeds, imagined = lexicon.words("changes.deeds"), lexicon.words("changes.imagined")
        near = words_near(passages, conversation, language, links)
        self.near = {number: self._without_deeds(self._told(words, imagined), deeds) for number, words in near.items()}
        self.seen: list[Look] = []

    def _told(self, words: list[str], imagined: frozenset[str]) -> list[str]:
        """Return `words` without the sentences that tell of what was not so: "would have plucked at his beard"."""
        kept: list[str] = []
        sentence: list[str] = []
        for word in (*words, "."):
            sentence.append(word)
            if word in _ENDS:
                kept += sentence if not self._pairs(sentence) & imagined else sentence[-1:]
                sentence = []
        return kept

    def _pairs(self, words: list[str]) -> set[str]:
        """Return the words' bases, and "a~b" for each with each that stands at most five words after it."""
        bases = [self._base(word) for word in words]
        return {f"{a}~{b}" for at, a in enumerate(bases) for b in bases[at + 1 : at + 6]} | set(bases)

    def _without_deeds(self, words: list[str], deeds: frozenset[str]) -> list[str]:
        """Return `words` without the clauses that tell of something put on or picked up: it was not there before."""
        kept: list[str] = []
        clause: list[str] = []
        for word in (*words, "."):
            clause.append(word)
            if not word[:1].isalpha():
                kept += clause if not self._pairs(clause) & deeds else clause[-1:]
                clause = []
        return kept

    def find(self, person: Person, name: str) -> Look:
        """Return the look of `person`. Ask in order of first appearance: each differs from those before."""
        seed = name_seed(name)
        words = self.near.get(person.number, [])
        said = [word for form in person.first_forms for word in (*form.title.split(), *form.names, ".")]
        own = [self._base(word) for word in said]
        creature = next((self.creatures[w] for w in own if w in self.creatures), "human")
        sex = person.sex if person.sex != "unknown" else self._sex_of(words, seed)
        found = self.fields_in([*said, *words], sex)
        if creature != "human":
            found = {key: value for key, value in found.items() if key in ("age", "build", "carries")}
        look = self._filled(found, cast(Sex, sex), seed, own, cast(Creature, creature))
        look = self._apart(look, found, seed)
        self.seen.append(look)
        return look

    def _base(self, word: str) -> str:
        if not word[:1].isalpha():
            return word
        return lemma(word) if self.language == "ru" else word.lower().strip(".").replace("’", "'")

    def fields_in(self, words: list[str], sex: str) -> dict[str, str]:
        """Return the fields that `words` (tokens with their stops) decide: for each the first label found."""
        bases = [self._base(word) for word in words]
        found: dict[str, str] = {}
        for field in _FIELDS:
            for at in range(len(words)):
                label = self._label(field, words, bases, at, sex)
                if label:
                    found[field] = label
                    break
        return found

    def worn_label(self, field: str, word: str, sex: Sex) -> str:
        """Return what `word` alone means as a hat or a dress of somebody of that sex; empty if nothing."""
        for label in self.labels[field].get(word, ()):
            if label == "boy_cap" and sex == "female":
                return "bonnet"
            if label not in (_FEMALE_ONLY if sex == "male" else _MALE_ONLY):
                return label
        return ""

    def _label(self, field: str, words: list[str], bases: list[str], at: int, sex: str) -> str:
        labels = self.labels[field]
        before = _within_clause(bases[max(0, at - 3) : at])
        choices = [f"{base}~{bases[at]}" for base in before] + ([f"{before[-1]}-{bases[at]}"] if before else [])
        known = next((key for key in (*choices, bases[at]) if key in labels), None)
        if known is None or not self._meant(field, words, bases, at):
            return ""
        for label in labels[known]:
            if field == "hat" and label == "boy_cap" and sex == "female":
                # A girl may wear a boy's cap; a woman's cap is a kind of bonnet.
                return "boy_cap" if known != bases[at] else "bonnet"
            if label not in (_FEMALE_ONLY if sex == "male" else _MALE_ONLY) or field in ("age", "build", "carries"):
                return label
        return ""

    def _meant(self, field: str, words: list[str], bases: list[str], at: int) -> bool:
        """Tell whether the word at `at` speaks of a person, not of a thing near them."""
        after = bases[at + 1 : at + 3]
        before = bases[max(0, at - 6) : at]
        if field == "carries":
            return bool(self.carrying & set(before))
        if field not in ("age", "build"):
            return True
        if field == "age" and self.language == "ru" and after and is_adjective(words[at]) and nominal(words[at + 1]):
            ages = self.labels["age"]
            return ages.get(after[0], ())[:1] == ages.get(bases[at], ())[:1]  # A small man is no child.
        if field == "age" and bases[at] in self.ages:
            opens = bool(before) and bool({",", "."} & set(before[-3:]) or self.being & set(before[-4:]))
            return at == 0 or opens or bool(after and after[0] in self.being) or words[at - 1][0].isupper()
        if before and before[-1] in self.counts:
            return bases[at] != "old"
        nouns = self.people_nouns
        if not after or not after[0][0].isalpha() or after[0] in self.links_words or words[at + 1][0].isupper():
            return True
        return after[0] in nouns or (len(after) > 1 and after[1] in nouns)

    def _sex_of(self, words: list[str], seed: int) -> str:
        """Return the sex that most pronouns near somebody's mentions show; where there are none, one by the seed."""
        male = sum(word.lower() in self.he for word in words)
        female = sum(word.lower() in self.she for word in words)
        return ("male", "female")[seed % 2] if male == female else "male" if male > female else "female"

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
        open_to_chance = _BEARD[seed // 29 % 6] if grown else "none"
        fields["beard"] = found.get("beard", open_to_chance) if sex == "male" and age != "child" else "none"
        fields["carries"] = found.get("carries", "nothing")
        fields["stature"] = 94 + seed // 101 % 13
        fields["words"] = look_in_words(fields)
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
            look = look.changed(words=look_in_words(dict(look)))
        return look


def _within_clause(before: list[str]) -> list[str]:
    """Return the words after the last stop in `before`."""
    for at in range(len(before) - 1, -1, -1):
        if not before[at][:1].isalpha():
            return before[at + 1 :]
    return before


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


def look_in_words(fields: dict[str, Any]) -> str:
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
