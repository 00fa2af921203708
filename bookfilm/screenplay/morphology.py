"""Russian words: lemma, case, sex and tense, through pymorphy3, each distinct word looked up once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from bookfilm.records.bible import Sex

_CYRILLIC = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
_SURNAME = re.compile(r"(?P<stem>[А-ЯЁ][а-яё]{2,}(?:ов|ев|ёв|ин|ын))(?P<case>а|у|ым|е)?$")
_PATRONYMIC = re.compile(
    r"(?P<stem>[А-ЯЁ][а-яё]+(?:(?:[оеь]в|ь)ич|ыч|(?P<hers>овн|евн|ичн)))(?(hers)(?:а|ы|е|у|ой|ою)|(?:а|у|ем|е)?)"
)
_ANY_SURNAME = re.compile(r"(?:ов|ев|ёв|ин|ын|ск)(?:а|у|ым|е|ой|ого|ому|ом|ую|ая|ий|им)?$")
_SEX: dict[str, Sex] = {"masc": "male", "femn": "female"}


@lru_cache(maxsize=1)
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=300_000)
def _parses(word: str) -> tuple[Any, ...]:
    # pymorphy3 fails on letters that Unicode gives no name; what is not Cyrillic has no Russian reading anyway.
    return tuple(_analyzer().parse(word if _CYRILLIC.fullmatch(word) else "—"))


@lru_cache(maxsize=300_000)
def lemma(word: str) -> str:
    """Return the dictionary form of `word` in its likeliest reading."""
    word = word.lower()
    return str(_parses(word)[0].normal_form) if _CYRILLIC.fullmatch(word) else word


@lru_cache(maxsize=300_000)
def lemmas(word: str) -> frozenset[str]:
    """Return the dictionary forms of all readings of `word`."""
    if not _CYRILLIC.fullmatch(word):
        return frozenset({word.lower()})
    return frozenset(str(parse.normal_form) for parse in _parses(word.lower()))


@dataclass(frozen=True)
class Verb:
    """A finite verb: its lemma, the sex that its past tense shows, and its person (0 where it has none)."""

    lemma: str
    sex: Sex
    person: int
    plural: bool
    past: bool


@lru_cache(maxsize=300_000)
def finite_verb(word: str) -> Verb | None:
    """Return `word` as a finite verb in the indicative, or None."""
    for parse in _parses(word.lower())[:3]:
        tag = parse.tag
        if "VERB" in tag and "impr" not in tag:
            person = {"1per": 1, "2per": 2, "3per": 3}.get(str(tag.person), 0)
            return Verb(
                str(parse.normal_form), _SEX.get(str(tag.gender), "unknown"), person, "plur" in tag, "past" in tag
            )
    return None


@lru_cache(maxsize=300_000)
def nominative_noun(word: str) -> str | None:
    """Return the lemma of `word` if it can be a noun in the nominative, else None."""
    for parse in _parses(word.lower()):
        if ("NOUN" in parse.tag or "Subx" in parse.tag) and parse.tag.case == "nomn":
            return str(parse.normal_form)
    return None


@dataclass(frozen=True)
class Named:
    """A run of capitalised words as a name: in the nominative, with its sex, and which part is what."""

    words: tuple[str, ...]
    roles: tuple[str, ...]
    """For each word "Name", "Patr", "Surn" or "" where the dictionary does not know it for a name."""
    sex: Sex
    nominative: bool


@lru_cache(maxsize=100_000)
def read_name(words: tuple[str, ...]) -> Named:
    """Read capitalised words that agree in case and sex ("Анну Сергеевну") as one name in the nominative."""
    readings = [_name_readings(word) for word in words]
    best: tuple[float, tuple[Any, ...]] | None = None
    for choice in product(*readings):
        cases = {parse.tag.case for parse in choice} - {None}
        sexes = {parse.tag.gender for parse in choice} - {None}
        score = sum(_weight(parse) for parse in choice) - 4.0 * (len(cases) - 1 + max(0, len(sexes) - 1))
        if best is None or score > best[0]:
            best = (score, choice)
    if best is None:
        return Named(words, ("",) * len(words), "unknown", True)
    chosen = best[1]
    shown = [_SEX[str(p.tag.gender)] for p in chosen if str(p.tag.gender) in _SEX]
    sex: Sex = shown[0] if shown else "unknown"
    if len(words) == 1 and (surname := _unknown_surname(words[0])) is not None:
        return surname
    case = next((str(p.tag.case) for p in chosen if "Patr" in p.tag), "")
    chosen_roles = [next((r for r in ("Name", "Patr", "Surn") if r in p.tag), "") for p in chosen]
    nominal = tuple(_in_nominative(parse, word) for parse, word in zip(chosen, words, strict=True))
    if chosen_roles[:2] == ["", "Patr"]:
        # A given name that the dictionary lacks: the patronymic beside it shows its case.
        nominal = (_without_case(words[0], case, sex), *nominal[1:])
        chosen_roles[0] = "Name"
    for at in range(1, len(words)):
        if chosen_roles[at] != "Patr" and (match := _PATRONYMIC.fullmatch(words[at])):
            # A short patronymic that the dictionary lacks: "Романыч", "Захарычу".
            chosen_roles[at] = "Patr"
            nominal = (*nominal[:at], match.group("stem") + ("а" if match.group("hers") else ""), *nominal[at + 1 :])
            sex = "female" if match.group("hers") else "male"
        elif not chosen_roles[at] and "Name" in chosen_roles[:at] and (ending := _SURNAME.match(words[at])):
            # A surname that the dictionary takes for a common noun's plural: "Луков" beside "Антип".
            chosen_roles[at] = "Surn"
            hers = sex == "female" and ending.group("case") is not None
            nominal = (*nominal[:at], ending.group("stem") + ("а" if hers else ""), *nominal[at + 1 :])
    roles = tuple(chosen_roles)
    return Named(nominal, roles, sex, any(_can_be_nominative(w, sex) for w in words[:1]))


def _without_case(word: str, case: str, sex: Sex) -> str:
    """Return an unknown man's name in the nominative: without the ending of `case` (Крестьяну, Крестьяном)."""
    endings = {"gent": ("а", "я"), "accs": ("а", "я"), "datv": ("у", "ю"), "ablt": ("ом", "ем"), "loct": ("е",)}
    if sex != "male":
        return word
    return next((word[: -len(end)] for end in endings.get(case, ()) if word.endswith(end) and len(word) > 4), word)


def _unknown_surname(word: str) -> Named | None:
    """Read a surname that the dictionary lacks by its ending (Очумелов, Очумелову, Очумеловым)."""
    match = _SURNAME.match(word)
    if match is None or _analyzer().word_is_known(word.lower()):
        return None
    ending = match.group("case") or ""
    sex: Sex = "unknown" if ending == "а" else "male"
    return Named((match.group("stem"),), ("Surn",), sex, ending == "")


def _name_readings(word: str) -> list[Any]:
    known = [p for p in _parses(word) if p.tag.POS in ("NOUN", "ADJF", None) and "Fixd" not in p.tag]
    names = [p for p in known if any(role in p.tag for role in ("Name", "Patr", "Surn"))]
    singular = [p for p in names or known if p.tag.number != "plur"]
    return (singular or names or known or list(_parses(word)))[:6]


def _weight(parse: Any) -> float:
    named = 1.0 if any(role in parse.tag for role in ("Name", "Patr", "Surn")) else 0.0
    return named + float(parse.score) + (0.3 if parse.tag.case == "nomn" else 0.0)


def _in_nominative(parse: Any, word: str) -> str:
    wanted = {"nomn", "sing"} | ({parse.tag.gender} if parse.tag.gender in ("masc", "femn") else set())
    if parse.tag.case == "nomn" or parse.tag.POS is None:
        return word
    try:
        form = parse.inflect(wanted) or parse.inflect({"nomn"})
    except ValueError:
        form = None
    found = form.word if form is not None else word
    return "-".join(part.capitalize() for part in found.split("-"))


@lru_cache(maxsize=100_000)
def _can_be_nominative(word: str, sex: Sex) -> bool:
    wanted = {"male": "masc", "female": "femn"}.get(sex)
    for parse in _parses(word):
        if parse.tag.case in ("nomn", None) and (wanted is None or str(parse.tag.gender) in (wanted, "None")):
            return True
    return False


@lru_cache(maxsize=100_000)
def is_anothers(name: str, surname: str) -> bool:
    """Tell whether a surname after a name is somebody else's: no case has both ("ответила Марфа Роговой")."""
    if not _ANY_SURNAME.search(surname):
        return False
    one, other = ({p.tag.case for p in _name_readings(word)} - {None} for word in (name, surname))
    return bool(one and other) and one.isdisjoint(other)


@lru_cache(maxsize=300_000)
def is_adjective(word: str) -> bool:
    """Tell whether `word` is an adjective or participle in its likeliest reading."""
    if not _CYRILLIC.fullmatch(word):
        return False
    tag = _parses(word.lower())[0].tag
    return tag.POS in ("ADJF", "ADJS", "PRTF") and "Subx" not in tag


@lru_cache(maxsize=300_000)
def nominal(word: str) -> bool:
    """Tell whether `word`, written small, is a noun in its likeliest reading."""
    return word.islower() and _CYRILLIC.fullmatch(word) is not None and "NOUN" in _parses(word)[0].tag


@lru_cache(maxsize=100_000)
def animate(word: str) -> bool:
    """Tell whether `word` is a noun for a living being in its likeliest reading, and for no thing in another."""
    tags = [parse.tag for parse in _parses(word.lower()) if "NOUN" in parse.tag]
    return bool(tags) and "anim" in tags[0] and not any("inan" in tag for tag in tags)


@lru_cache(maxsize=100_000)
def living_subject(word: str) -> Sex | None:
    """Return the sex that a verb beside `word` shows where it is a living being's noun in the nominative, else None."""
    if not animate(word):
        return None
    for parse in _parses(word.lower()):
        if "NOUN" in parse.tag and parse.tag.case == "nomn" and parse.tag.number == "sing":
            return _SEX.get(str(parse.tag.gender), "unknown")
    return None


def whole_patronymic(word: str) -> str:
    """Return a patronymic in its full form: Романыч is Романович, Андревна is Андреевна."""
    if word.endswith("ыч"):
        return word[:-2] + "ович"
    if word.endswith("еич") or word.endswith("аич"):
        return word[:-2] + "евич"
    if word.endswith("ьич") and word not in ("ильич",):
        return word[:-2] + "евич"
    if word.endswith("вна") and not word.endswith(("овна", "евна")):
        return word[:-3] + "овна"
    return word[:-4] + "еевна" if word.endswith("ревна") and not word.endswith("еевна") else word
