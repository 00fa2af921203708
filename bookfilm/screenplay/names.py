"""Names: how a person is named in one place of the text (a Form), in either language.

A form is a title, names and whether an article stands before it: "Mr. Bennet", "Anna Sergeyevna",
"the White Rabbit", "the old man".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from bookfilm.records.bible import Sex
from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import Lexicon, load_lexicon
from bookfilm.screenplay.nominatives import Nominatives, without_particle
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.tally import SENTENCE_START, WordTally

_CAPITAL_EN = r"[A-Z][a-zà-ÿ]+(?:[’'][A-Za-z]?[a-z]+)?(?:-[A-Z][a-zà-ÿ]+)*|O[’'][A-Z][a-z]+"
_CAPITAL_RU = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*"
_LINK_EN = r"(?:de|von|van|la|du|le|of the)\s+"
_LINKS = frozenset({"de", "von", "van", "la", "du", "le", "of", "the"})
_RUN_EN = re.compile(
    rf"(?P<det>\b[Tt]he\s+)?\b(?P<run>(?:{_CAPITAL_EN})\.?(?:\s+(?:{_LINK_EN})?(?:{_CAPITAL_EN})\.?)*)"
)
_RUN_RU = re.compile(rf"\b(?P<run>(?:{_CAPITAL_RU})(?:\s+(?:фон\s+|де\s+)?(?:{_CAPITAL_RU}))*)")


@dataclass(frozen=True)
class Form:
    """A way of naming somebody. `names` in the nominative; `noun` for "the landlord", "старик"."""

    title: str
    names: tuple[str, ...]
    sex: Sex = "unknown"
    noun: bool = False
    det: bool = False
    roles: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return " ".join([*([self.title] if self.title else []), *self.names])


@dataclass(frozen=True)
class Mention:
    """Somebody named at [start, end) of book.txt. `subject`: the form can be a sentence's subject.

    `fresh`: the article shows that somebody new is meant ("a girl").
    """

    start: int
    end: int
    form: Form
    subject: bool = True
    fresh: bool = False


class NameFinder:
    """Finds the forms by which people are named in a passage."""

    def __init__(self, language: Language, tally: WordTally) -> None:
        self.language = language
        self.tally = tally
        self.people: Lexicon = load_lexicon(language, "people")
        self.not_names = self.people.words("not_names.words")
        self.titles: dict[str, Sex] = dict.fromkeys(self.people.words("titles.any"), "unknown")
        self.titles |= dict.fromkeys(self.people.words("titles.female"), "female")
        self.titles |= dict.fromkeys(self.people.words("titles.male"), "male")
        self.own_titles = self.people.words("titles.abbreviated") & self.titles.keys() | {"miss", "sir", "lady"}
        self.saints, self.divine = frozenset({"st", "saint"}), self.people.words("titles.divine")
        self.endearments = self.people.words("titles.endearments")
        self.places = self.people.words("not_names.places")
        self.own_words = frozenset({"my", "your", "his", "her", "our", "their", "a", "this", "that"})
        self.generic = self.people.words("nouns.generic")
        self.idle = self.people.words("nouns.idle")
        self.given: dict[str, Sex] = dict.fromkeys(self.people.words("given.female"), "female")
        self.given |= dict.fromkeys(self.people.words("given.male"), "male")
        self.nicknames = self.people.mapping("nicknames")
        for short, full in self.nicknames.items():
            self.given.setdefault(short, self.given.get(full, "unknown"))
        self.nouns = _noun_sexes(self.people)
        self.ranks = self.people.words("titles.male") | self.people.words("nouns.male")
        self.nominatives = Nominatives(lambda word: tally.inside[word] + tally.initial[word])

    def find(self, passage: Passage) -> list[Mention]:
        """Return the names and nouns for people in `passage`, in order, without overlap."""
        named = self._english(passage) if self.language == "en" else self._russian(passage)
        nouns = self._english_nouns(passage) if self.language == "en" else self._russian_nouns(passage)
        free = [n for n in nouns if not _overlaps(n, named)]
        return sorted([*named, *free], key=lambda mention: mention.start)

    def read_label(self, label: str) -> Form:
        """Return the form in a play's label, whatever its letters ("ANNA", "The KING")."""
        words = tuple(word.capitalize() if word.isupper() and len(word) > 1 else word for word in label.split())
        if self.language == "ru":
            return self._russian_form(words)[0]
        return self._english_form(list(words), False) or Form("", words)

    def _english(self, passage: Passage) -> list[Mention]:
        found = []
        for match in _RUN_EN.finditer(passage.flat):
            words = [re.sub(r"[’']s?$", "", w) for w in match.group("run").split()]
            starts = SENTENCE_START.search(passage.flat[max(0, match.start() - 4) : match.start()]) is not None
            for a, b in self._named_runs(words, epithet=bool(match.group("det")), starts=starts):
                run = words[a:b]
                if self._is_place(match.group("run").split(), a, b) or self._is_prayer(passage, match, run):
                    continue
                det = bool(match.group("det")) and a == 0
                form = self._english_form(run, det)
                if form is not None:
                    start = passage.start + _nth_word(match.group("run"), a) + match.start("run")
                    end = passage.start + _nth_word(match.group("run"), b) + match.start("run")
                    found.append(Mention(start, end, form))
        return found

    def _named_runs(self, words: list[str], *, epithet: bool, starts: bool) -> list[tuple[int, int]]:
        """Return the [a, b) runs of words that can be names: cut at words that never are.

        `epithet`: an article stands before them, so that capitals make a name of common words ("the Red Knight").
        """
        whole = not any(word.endswith(".") or word == "The" for word in words[:-1])
        if epithet and len(words) > 1 and words[-1].rstrip(".").lower() in self.nouns and whole:
            return [(0, len(words))]
        runs, begin = [], None
        for at, word in enumerate([*words, ""]):
            bare = word.rstrip(".")
            low = bare.lower()
            titled = at > 0 and words[at - 1].rstrip(".").lower() in self.own_titles
            begins = starts and at == 0
            usable = bool(word) and (titled or low in self.titles or self._nameable(bare, begins=begins))
            connects = low in _LINKS and begin is not None
            if usable and begin is None:
                begin = at
            elif begin is not None and not usable and not connects:
                runs.append((begin, _without_links(words, begin, at)))
                begin = None
            if begin is not None and word.endswith(".") and low not in self.titles:
                runs.append((begin, at + 1))
                begin = None
        return runs

    def _is_place(self, words: list[str], a: int, b: int) -> bool:
        """Tell whether words[a:b] are a place's name: "Orme Street", and no "Orme's House" of somebody's."""
        after = words[b].rstrip(".").lower() if b < len(words) else ""
        last = words[b - 1]
        owned = last.endswith(("'s", "’s", "s'", "s’")) and words[a].rstrip(".").lower() not in self.saints
        return after in self.places and not owned and not last.endswith(".") and not self._titled(words[a])

    def _titled(self, word: str) -> bool:
        return word.rstrip(".").lower() in self.own_titles - self.saints

    def _is_prayer(self, passage: Passage, match: re.Match[str], run: list[str]) -> bool:
        """Tell whether heaven is called: a bare "Lord", which is neither "my lord" nor "the Lord"."""
        if len(run) != 1 or run[0].rstrip(".").lower() not in self.divine or match.group("det"):
            return False
        before = passage.flat[: match.start()][-12:].lower().split()
        return not before or before[-1] not in self.own_words

    def _nameable(self, word: str, *, begins: bool) -> bool:
        if not begins and self.tally.follows_title(word):
            return True  # "Hall", of whom the book says "Mr. Hall" elsewhere.
        if word.lower() in self.not_names:
            return False
        return self.tally.is_name(word, word.lower() in self.given or word.lower() in self.nouns)

    def _english_form(self, words: list[str], det: bool) -> Form | None:
        bare = [word.rstrip(".") for word in words]
        title = ""
        sex: Sex = "unknown"
        while len(bare) > 1 and bare[0].lower() in self.endearments:
            bare = bare[1:]
        while len(bare) > 1 and bare[0].lower() in self.titles:
            title = bare[0] if not title or bare[0].lower() in ("mr", "mrs", "miss") else title
            sex = self.titles[bare[0].lower()] if sex == "unknown" else sex
            bare = bare[1:]
        if not bare or not any(bare) or bare[0].lower() in self.own_titles:
            return None
        if sex == "unknown":
            sex = self.given.get(bare[0].lower(), self.nouns.get(bare[-1].lower(), "unknown"))
        noun = bare[-1].lower() in self.nouns or (bare[-1].lower() in self.titles and len(bare) == 1)
        if noun and not det and not title and self.tally.follows_title(bare[-1]):
            noun = False  # "Bull", of whom the book says "Dr. Bull" elsewhere.
        if noun and bare[-1].lower() in self.titles:
            sex = self.titles[bare[-1].lower()]
        dotted = title + "." if title.lower() in self.people.words("titles.abbreviated") else title
        return Form(dotted, tuple(bare), sex, noun=noun and not title, det=det)

    def _english_nouns(self, passage: Passage) -> list[Mention]:
        found = []
        for match in _NOUN_EN.finditer(passage.flat):
            words = match.group("words").lower().split()
            while len(words) > 1 and words[-1] not in self.nouns:
                words = words[:-1]
            if words[-1] not in self.nouns:
                continue
            kept = [word for word in words[:-1] if word not in self.idle] + words[-1:]
            end = passage.start + _nth_word(match.group("words"), len(words)) + match.start("words")
            form = Form("", tuple(kept), self.nouns[words[-1]], noun=True, det=True)
            fresh = match.group().split(" ", 1)[0].lower() in ("a", "an", "another", "one")
            found.append(Mention(passage.start + match.start(), end, form, fresh=fresh))
        return found

    def _russian(self, passage: Passage) -> list[Mention]:
        found = []
        for match in _RUN_RU.finditer(passage.flat):
            words = [without_particle(word) for word in match.group("run").split()]
            before = passage.flat[max(0, match.start() - 3) : match.start()]
            starts = SENTENCE_START.search(before) is not None
            first = 0
            while first < len(words) and not self._russian_nameable(words[first], starts and first == 0):
                first += 1
            for a, b in self._one_person_each(words, first):
                run = tuple(words[a : min(b, a + 4)])
                if len(run) > 1 and len(run[-1]) < 3:
                    run = run[:-1]  # A name that is stammered, or breaks off.
                if len(run[0]) < 2:
                    continue
                beside = self._sex_beside(passage.flat, match) if len(run) == 1 == len(words) else "unknown"
                form, subject = self._russian_form(run, beside)
                start = passage.start + match.start() + _nth_word(match.group("run"), a)
                if not subject and self._is_russian_place(passage, start):
                    continue
                rank = self._russian_rank(passage, start, form)
                if rank is not None:
                    form, start = rank
                end = passage.start + match.start() + _nth_word(match.group("run"), a + len(run))
                found.append(Mention(start, end, form, subject))
        return found

    def _is_russian_place(self, passage: Passage, start: int) -> bool:
        """Tell whether a name in another case stands behind a place's word ("улица Гоголя")."""
        before = _WORD_BEFORE.search(passage.flat[: start - passage.start][-24:])
        return before is not None and morphology.lemma(before.group("word")) in self.places

    def _russian_rank(self, passage: Passage, start: int, form: Form) -> tuple[Form, int] | None:
        """Return `form` with the rank or trade that stands, written small, before the name ("майор Дрозд")."""
        before = _WORD_BEFORE.search(passage.flat[: start - passage.start][-24:])
        if before is None or form.title or not form.names:
            return None
        word = morphology.lemma(before.group("word"))
        if word in self.titles and word in self.generic:
            return form, start - len(before.group())  # "господин Голядкин": no rank, and nobody else.
        if word in self.generic or word not in self.ranks:
            return None
        known = self.titles.get(word, self.nouns.get(word, "unknown"))
        if form.sex != "unknown" and known not in ("unknown", form.sex):
            return None
        sex = known if form.sex == "unknown" else form.sex
        return replace(form, title=word, sex=sex), start - (len(before.group()))

    def _one_person_each(self, words: list[str], first: int) -> list[tuple[int, int]]:
        """Return words[first:] cut before each second given name: two people side by side ("Егор Анне Ивановне")."""
        cuts = [first]
        for at in range(first + 1, len(words)):
            begun = any(self._is_given(word) for word in words[cuts[-1] : at])
            if begun and (self._is_given(words[at]) or morphology.is_anothers(words[at - 1], words[at])):
                cuts.append(at)
        return [(a, b) for a, b in zip(cuts, [*cuts[1:], len(words)], strict=True) if a < b]

    def _is_given(self, word: str) -> bool:
        return not self.given.keys().isdisjoint(morphology.lemmas(word))

    def _russian_nameable(self, word: str, starts: bool) -> bool:
        low = morphology.lemma(word)
        if low in self.not_names or word.lower() in self.not_names:
            return False
        if low in self.given or (not starts and self._is_given(word)):
            return True
        known = morphology.read_name((word,)).roles[0] != ""
        if known and (not starts or self.tally.inside[word] > 0):
            return True
        return self.tally.is_name(word, known=False) and (not starts or self.tally.inside[word] >= 2)

    def _sex_beside(self, flat: str, match: re.Match[str]) -> Sex:
        """Return the sex that a verb in the past shows right before or after a name ("сказала Одинцова")."""
        words = [
            flat[max(0, match.start() - 24) : match.start()].split(" ")[-2:-1],
            flat[match.end() :][:24].split()[:1],
        ]
        for word in (w.strip(",") for pair in words for w in pair):
            verb = morphology.finite_verb(word) if word.isalpha() else None
            if verb is not None and verb.past:
                return verb.sex
        return "unknown"

    def _russian_form(self, words: tuple[str, ...], beside: Sex = "unknown") -> tuple[Form, bool]:
        named = self.nominatives.read(words, beside)
        first = named.words[0].lower()
        title = ""
        names, roles = named.words, named.roles
        if len(names) > 1 and first in self.titles:
            title, names, roles = names[0], names[1:], roles[1:]
        sex = self.given.get(names[0].lower(), named.sex)
        return Form(title, names, sex, roles=roles), named.nominative

    def _russian_nouns(self, passage: Passage) -> list[Mention]:
        found = []
        for match in _WORD_RU.finditer(passage.flat):
            low = match.group().lower()
            noun = morphology.lemma(low)
            if noun in self.nouns:
                subject = morphology.nominative_noun(low) is not None
                form = Form("", (noun,), self.nouns[noun], noun=True)
                found.append(Mention(passage.start + match.start(), passage.start + match.end(), form, subject))
        return found


_NOUN_EN = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Mm]y|[Tt]hat|[Tt]his|[Aa]nother|[Oo]ne)\s+(?P<words>(?:[a-z][\w’'-]*)(?:\s+[a-z][\w’'-]*){0,2})"
)
_WORD_BEFORE = re.compile(r"(?<![\w-])(?P<word>[а-яё]+(?:-[а-яё]+)*)\s+$")
_WORD_RU = re.compile(r"\b[А-ЯЁа-яё][а-яё]+(?:-[а-яё]+)*\b")


def _overlaps(noun: Mention, named: list[Mention]) -> bool:
    """Tell whether a noun lies over one of `named`, which stand in order and apart."""
    at = bisect_left(named, noun.end, key=lambda mention: mention.start)
    return at > 0 and named[at - 1].end > noun.start


def _noun_sexes(people: Lexicon) -> dict[str, Sex]:
    sexes: dict[str, Sex] = {}
    for table in people.raw("creatures").values():
        sexes |= dict.fromkeys(table.split(), "unknown")
    sexes |= dict.fromkeys(people.words("nouns.any"), "unknown")
    sexes |= dict.fromkeys(people.words("nouns.female"), "female")
    return sexes | dict.fromkeys(people.words("nouns.male"), "male")


def _without_links(words: list[str], begin: int, end: int) -> int:
    """Return where the name that begins at `begin` ends: no later than `end`, and with no "of the" left over."""
    while end > begin + 1 and words[end - 1].lower() in _LINKS:
        end -= 1
    return end


def _nth_word(run: str, n: int) -> int:
    """Return where the n-th word of `run` begins; for the end of word n - 1 where there are only n words."""
    spans = [match.span() for match in re.finditer(r"\S+", run)]
    return spans[n][0] if n < len(spans) else len(run)
