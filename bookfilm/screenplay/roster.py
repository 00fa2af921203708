"""The roster: forms of names put together into persons, in the order of reading.

Merging is conservative and looks only back: a form joins the one person it fits, or starts a new one.
So who somebody is at a place of the book does not depend on what comes later.
"""

from __future__ import annotations

from bookfilm.records.book import Language
from bookfilm.screenplay import morphology
from bookfilm.screenplay.lexicon import load_lexicon
from bookfilm.screenplay.names import Form
from bookfilm.screenplay.persons import Person

_RANKS = {
    "dr": "doctor", "prof": "professor", "capt": "captain", "col": "colonel", "gen": "general", "rev": "reverend"
}  # fmt: skip
_BEFORE_GIVEN = frozenset(
    {"miss", "lady", "sir", "aunt", "uncle", "cousin", "master", "old", "young", "little", "poor", "dear"}
)
_PASSING_MENTIONS = 3
_KIN = frozenset({"aunt", "uncle", "cousin"})
_PLAIN = frozenset({"mr", "m", "monsieur", "herr", "signor", "miss", "mademoiselle", "mlle", "fraulein", "signorina"})


class Roster:
    """Everybody met so far."""

    def __init__(self, language: Language) -> None:
        self.language = language
        people = load_lexicon(language, "people")
        self.people: list[Person] = []
        self._count = 0
        self._by_form: dict[tuple[str, tuple[str, ...], bool], Person] = {}
        self._by_word: dict[str, list[Person]] = {}
        self._nicknames = people.mapping("nicknames")
        self._given = people.words("given.male") | people.words("given.female") | frozenset(self._nicknames)
        self._commands = people.words("titles.command")
        self._men, self._women = people.words("given.male"), people.words("given.female")
        self._wife, self._maiden = people.words("titles.wife"), people.words("titles.maiden")
        self._generic = people.words("nouns.generic")
        self._pointing = people.words("nouns.pointing")
        self._elders = people.words("nouns.elders")
        self._noble = people.words("titles.noble")
        self._ranks = (
            people.words("titles.male")
            | people.words("titles.any")
            | people.words("nouns.male")
            | people.words("nouns.any")
        ) - people.words("nouns.elders")
        self.narrator: Person | None = None

    def resolve(self, form: Form, chapter: int) -> Person:
        """Return the person that `form` stands for, a new one if nobody fits."""
        key = _key(form)
        person = self._ranked(form, chapter) or self._by_form.get(key)
        if person is not None and person.is_lady and self._is_bare_surname(form):
            person = self._fitting(form, chapter) or person
            self._by_form[key] = person
        if person is None or not self._still_fits(person, form):
            person = self._fitting(form, chapter) or self._new(chapter)
            self._by_form[key] = person
            self._learn(person, form)
        if chapter == person.first and form not in person.first_forms:
            person.first_forms.append(form)
        person.seen = chapter
        person.forms[form] += 1
        person.mentions += 1
        return person

    def _ranked(self, form: Form, chapter: int) -> Person | None:
        """Return whom a rank means: "the captain" after "Captain Hale" is he, where no other captain is about."""
        words = [form.names[0].lower()] if form.noun and len(form.names) == 1 else []
        rank = words[0] if words else form.title.lower().rstrip(".")
        rank = _RANKS.get(rank, rank)
        if not rank or rank in self._generic or rank not in self._ranks:
            return None
        if form.noun:
            own = self._by_form.get(_key(form))
            titled = [p for p in self.people if p.rank == rank and not p.noun and p.surname]
            about = [p for p in titled if p.seen == chapter]
            here = about[0] if len(about) == 1 else None
            return here if own is None or own.seen < chapter or own is here else own
        if self._by_form.get(_key(form)) is not None or self._fitting(form, chapter) is not None:
            return None
        bare = self._by_form.get(("", (rank,), True))
        if bare is None or not bare.noun or bare.seen != chapter or len(bare.forms) > 1:
            return None
        # The rank was heard first, the name after it, in one chapter: one person, who has a name from now on.
        bare.noun = bare.generic = False
        self._by_form[_key(form)] = bare
        self._learn(bare, form)
        return bare

    def known(self, form: Form) -> Person | None:
        """Return the person who goes by exactly `form` already, or None."""
        return self._by_form.get(_key(form))

    def narrate(self, name: str) -> Person:
        """Return the first-person narrator, made on first call."""
        if self.narrator is None:
            self.narrator = self._new(0)
            self.narrator.narrator = True
            self.narrator.first_forms.append(Form("", (name,)))
        return self.narrator

    def unite(self, person: Person, other: Person) -> None:
        """Make `other` the same as `person`, who takes over the names and the sex."""
        person.forms += other.forms
        person.first_forms += other.first_forms
        person.mentions += other.mentions
        if person.sex == "unknown":
            person.sex = other.sex
        for part in ("title", "given", "surname", "patronymic", "rank"):
            setattr(person, part, getattr(person, part) or getattr(other, part))
        self.people.remove(other)
        self._by_form = {key: person if known is other else known for key, known in self._by_form.items()}
        self._by_word = {w: [person if p is other else p for p in known] for w, known in self._by_word.items()}

    def _new(self, chapter: int) -> Person:
        person = Person(self._count, chapter)
        self._count += 1
        self.people.append(person)
        return person

    def _still_fits(self, person: Person, form: Form) -> bool:
        return form.sex == "unknown" or person.sex in ("unknown", form.sex)

    def _fitting(self, form: Form, chapter: int) -> Person | None:
        """Return the one person so far that `form` can mean. None where nobody or several fit equally."""
        parts = self._parts(form)
        near: dict[int, Person] = {}
        for word in [w.lower().replace("ё", "е") for w in form.names] + [parts["given"], parts["surname"]]:
            for person in self._by_word.get(word, []):
                near[person.number] = person
        fits = [person for person in near.values() if self._fits(person, form, parts, chapter)]
        if not fits:
            return None
        if self._is_bare_surname(form):
            # A surname without a title is a man's, where one bears it.
            fits = [person for person in fits if not person.is_lady] or fits
        if len(fits) == 1:
            return fits[0]
        shared = {p.number: sum(bool(v) and v == getattr(p, k) for k, v in parts.items()) for p in fits}
        fits.sort(key=lambda person: (-shared[person.number], -person.mentions))
        first, second = fits[0], fits[1]
        clear = shared[first.number] > shared[second.number] or first.mentions > 2 * second.mentions
        return first if clear or not form.title or self._is_bare_surname(form) else None

    def _fits(self, person: Person, form: Form, parts: dict[str, str], chapter: int) -> bool:
        if form.sex != "unknown" and person.sex not in ("unknown", form.sex):
            return False
        if person.noun or form.noun:
            return person.noun and form.noun and self._same_noun(person, form)
        title = form.title.lower().rstrip(".")
        if title in self._wife and parts["given"] and parts["given"] not in self._women and self._is_first_wife(person):
            return False  # "Mrs. Edwin Hale" is not the Mrs. Hale whom the book has known without Edwin.
        if title in self._wife and (person.maiden or not person.married) and not parts["given"]:
            return bool(person.surname) and person.married and person.surname == parts["surname"]
        if self._is_nickname(form) and len(form.names) == 1 and not form.title and person.seen < chapter:
            return False  # Somebody else's pet name, more likely than of one who is not in this chapter.
        if self._was_passing(person, chapter) and not self._is_nickname(form):
            return False
        if self._is_given_alone(person, form) or self._was_given_alone(person, form, parts):
            return True
        if not self._surname_may_mean(person, form, parts):
            return False
        if person.married and (title in self._maiden or (title not in self._wife and parts["given"] != person.given)):
            return False
        if self._ranks_differ(person, title):
            return False
        if title in _KIN and person.nicknamed and not self._is_nickname(form):
            return False  # "Aunt Margaret" is not the girl Maggie.
        if (self._is_nickname(form) and person.title in self._noble) or (title in self._noble and person.nicknamed):
            return False
        for part in ("given", "surname", "patronymic"):
            mine = getattr(person, part)
            if mine and parts[part] and mine != parts[part]:
                return False
        shared = [p for p in ("given", "surname", "patronymic") if parts[p] and parts[p] == getattr(person, p)]
        return bool(shared) and shared != ["patronymic"]

    def _was_passing(self, person: Person, chapter: int) -> bool:
        """Tell whether somebody was heard of by a pet name alone, a few times, in an earlier chapter."""
        few = person.mentions <= _PASSING_MENTIONS and person.seen < chapter and not (person.title or person.surname)
        return few and all(len(form.names) == 1 and self._is_nickname(form) for form in person.forms)

    def _is_first_wife(self, person: Person) -> bool:
        """Tell whether somebody has been "Mrs. Hale" and nothing more."""
        return person.married and not person.given and bool(person.surname)

    def _ranks_differ(self, person: Person, title: str) -> bool:
        """Tell whether a title is another than somebody's own: a general is neither a captain nor "Mr."."""
        rank = _RANKS.get(title, title)
        differ = bool(rank and person.rank) and rank != person.rank
        return differ and not self._commands.isdisjoint((rank, person.rank))

    def _is_given_alone(self, person: Person, form: Form) -> bool:
        """Tell whether one bare name is the given name of somebody met with both names."""
        alone = len(form.names) == 1 and not form.title and not form.roles
        return alone and bool(person.surname) and person.given == form.names[0].lower() != person.surname

    def _was_given_alone(self, person: Person, form: Form, parts: dict[str, str]) -> bool:
        """Tell whether somebody known by one bare name bears it as a given name, which "X Y" now shows."""
        bare = bool(person.surname) and not (person.given or person.title or person.patronymic)
        return bare and len(form.names) == 2 and not form.roles and parts["given"] == person.surname

    def _is_bare_surname(self, form: Form) -> bool:
        return len(form.names) == 1 and not (form.title or form.roles or form.noun) and form.sex == "unknown"

    def _surname_may_mean(self, person: Person, form: Form, parts: dict[str, str]) -> bool:
        """Tell whether a surname alone can stand for `person`.

        Whether "Mr. Hale" is Giles Hale, or his father, is left to what they do (`identity`).
        """
        untold = not form.title or form.title.lower().rstrip(".") in self._maiden
        if len(form.names) == 2 and untold and not form.roles and not person.given:
            return not any(map(self._is_plain, person.forms))
        if len(form.names) != 1 or form.roles or not parts["surname"]:
            return True
        return not (self._is_plain(form) and person.given and not any(map(self._is_plain, person.forms)))

    def _is_plain(self, form: Form) -> bool:
        """Tell whether a form is a gentleman's or a girl's title before one name ("Mr. Hale", "Miss Hale")."""
        return form.title.lower().rstrip(".") in _PLAIN and not form.roles

    def _is_nickname(self, form: Form) -> bool:
        return any(name.lower() in self._nicknames for name in form.names[:1])

    def _same_noun(self, person: Person, form: Form) -> bool:
        mine = {tuple(n.lower() for n in known.names) for known in person.forms}
        names = tuple(n.lower() for n in form.names)
        capital = form.shown[:1].isupper()
        if not capital or not any(known.shown[:1].isupper() for known in person.forms):
            return names in mine
        if names[-1] in self._generic:
            return names in mine
        return any(names[-1] == other[-1] and (len(names) == 1 or len(other) == 1) for other in mine)

    def _parts(self, form: Form) -> dict[str, str]:
        """Return given name, patronymic and surname as far as the form shows them, in one spelling."""
        words = [name.lower().replace("ё", "е") for name in form.names]
        parts = {"given": "", "surname": "", "patronymic": ""}
        if form.roles:
            for word, role in zip(words, form.roles, strict=True):
                kind = {"Name": "given", "Patr": "patronymic", "Surn": "surname"}.get(role)
                kind = kind or ("given" if word in self._given else "surname")
                full = morphology.whole_patronymic(word) if kind == "patronymic" else self._full(word)
                parts[kind] = parts[kind] or full
            parts["surname"] = _surname_stem(parts["surname"])
            return parts
        if len(words) == 1:
            parts[self._kind_of(words[0], form)] = words[0]
            parts["given"] = self._full(parts["given"])
        else:
            parts["given"], parts["surname"] = self._full(words[0]), words[-1]
        return parts

    def _full(self, given: str) -> str:
        """Return the full given name of a short one (Lizzy, Родя); of a short one's short one, too."""
        full = self._nicknames.get(given, given)
        return self._nicknames.get(full, full)

    def _kind_of(self, word: str, form: Form) -> str:
        """Tell whether a single name is a given name or a surname: by its title, else by who is called so."""
        title = form.title.lower().rstrip(".")
        if word not in self._given:
            bearers = self._by_word.get(word, [])
            if any(person.surname == word for person in bearers):
                return "surname"
            # "Aunt Juley"; "Mr. Thaddeus", where the book has spoken of Thaddeus Sholto.
            before = title in self._wife | self._maiden | _PLAIN
            known = before and any(person.given == word and person.surname for person in bearers)
            return "given" if known or title in _KIN else "surname"
        if title in self._maiden and word in self._men and word not in self._women:
            return "surname"  # "Miss Thomas"
        if title in _BEFORE_GIVEN or (title in self._wife and form.sex == "female" and word in self._women):
            return "given"
        bearers = self._by_word.get(word, [])
        surnamed = any(person.surname == word and person.title for person in bearers)
        called = any(person.given in (word, self._full(word)) and person.surname for person in bearers)
        if title:
            return "given" if called and not surnamed else "surname"
        return "surname" if surnamed and not called else "given"

    def _learn(self, person: Person, form: Form) -> None:
        parts = self._parts(form)
        if form.noun:
            person.noun = True
            person.capital = person.capital or form.shown[:1].isupper()
            # "the Grey Man", which the book writes like a name, means nobody else.
            person.epithet = person.epithet or (len(form.names) > 1 and all(n[:1].isupper() for n in form.names))
            person.generic = form.names[-1] in self._generic and not person.epithet
            person.pointing = form.names[-1] in self._pointing
            person.kin = form.names[-1] in self._elders
        else:
            if self._was_given_alone(person, form, parts):
                person.surname = ""
            person.given = person.given or parts["given"]
            person.surname = person.surname or parts["surname"]
            rank = form.title.lower().rstrip(".")
            person.rank = person.rank or _RANKS.get(rank, rank)
            person.patronymic = person.patronymic or parts["patronymic"]
        title = form.title.lower().rstrip(".")
        person.married = person.married or title in self._wife
        person.maiden = person.maiden or title in self._maiden
        person.title = person.title or title
        person.noble = person.noble or title in self._noble
        person.nicknamed = person.nicknamed or self._is_nickname(form)
        if person.sex == "unknown":
            person.sex = form.sex
        for word in sorted(
            {*(w.lower().replace("ё", "е") for w in form.names), parts["given"], parts["surname"]} - {""}
        ):
            known = self._by_word.setdefault(word, [])
            if person not in known:
                known.append(person)


def _key(form: Form) -> tuple[str, tuple[str, ...], bool]:
    common = form.noun and not form.shown[:1].isupper()
    return (form.title.lower().rstrip("."), tuple(name.lower().replace("ё", "е") for name in form.names), common)


def _surname_stem(surname: str) -> str:
    """Return a Russian surname without the ending that shows the sex: Каренин and Каренина meet."""
    for ending in ("ая", "ий", "ый", "ой", "а"):
        if surname.endswith(ending) and len(surname) > len(ending) + 3:
            return surname[: -len(ending)]
    return surname
