"""Makes the author's text readable aloud: marks of print go, numbers and abbreviations become words.

`readable` prepares a text, `spoken_parts` cuts it into what is said in one breath, each with the pause
that follows. Nothing speakable gives no parts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bookfilm.records.book import Language
from bookfilm.sound.numerals import (
    LARGEST,
    counted,
    english_cardinal,
    english_ordinal,
    english_year,
    roman_value,
    russian_cardinal,
    russian_ordinal,
)

LONGEST_PART = 260
SENTENCE_PAUSE_S, CLAUSE_PAUSE_S, BREAK_PAUSE_S = 0.30, 0.10, 0.55

_LETTERS = re.compile(r"[^\W\d_]")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=\S)")
_CLAUSE_END = re.compile(r"(?<=[,;:—])\s+")

_EN_ABBREVIATIONS = (
    (r"\bMrs\.?(?=\s)", "Missis"),
    (r"\bMr\.?(?=\s)", "Mister"),
    (r"\bMessrs\.?(?=\s)", "Messieurs"),
    (r"\bMdlle\.|\bMlle\.", "Mademoiselle"),
    (r"\bMme\.", "Madame"),
    (r"\bMs\.(?=\s)", "Miz"),
    (r"\bDr\.?(?=\s)", "Doctor"),
    (r"\bProf\.(?=\s)", "Professor"),
    (r"\bRev\.(?=\s)", "Reverend"),
    (r"\bHon\.(?=\s)", "Honourable"),
    (r"\bCapt\.(?=\s)", "Captain"),
    (r"\bCol\.(?=\s)", "Colonel"),
    (r"\bGen\.(?=\s)", "General"),
    (r"\bLt\.(?=\s)|\bLieut\.(?=\s)", "Lieutenant"),
    (r"\bSgt\.(?=\s)", "Sergeant"),
    (r"\bEsq\.", "Esquire"),
    (r"\bJr\.", "Junior"),
    (r"\bSt\.?(?=\s+[A-Z])", "Saint"),
    (r"(?<=[a-z] )St\.", "Street"),
    (r"\bNo\.(?=\s*\d)", "number"),
    (r"\b[Vv]ol\.(?=\s*[\dIVXLC])", "volume"),
    (r"\be\. ?g\.", "for example,"),
    (r"\bi\. ?e\.", "that is,"),
    (r"\bviz\.", "namely"),
    (r"&c\.?|\betc\.", "et cetera"),
    (r"\bvs\.", "versus"),
    (r"\s&\s", " and "),
)
_RU_ABBREVIATIONS = (
    (r"\bт\. ?е\.", "то есть"),
    (r"\b[Ии] т\. ?д\.", "и так далее"),
    (r"\b[Ии] т\. ?п\.", "и тому подобное"),
    (r"\b[Ии] пр\.", "и прочее"),
    (r"\b[Ии] др\.", "и другие"),
    (r"\bт\. ?к\.", "так как"),
    (r"\bт\. ?н\.", "так называемый"),
    (r"\bг-н\b", "господин"),
    (r"\bг-на\b", "господина"),
    (r"\bг-ну\b", "господину"),
    (r"\bг-жа\b", "госпожа"),
    (r"\bг-жи\b", "госпожи"),
    (r"\bг-же\b", "госпоже"),
    (r"\bгг\.", "господа"),
    (r"(?<=\b[Вв] )г\.(?=\s+[А-ЯЁ])", "городе"),
    (r"(?<=\b[Ии]з )г\.(?=\s+[А-ЯЁ])", "города"),
    (r"\bг\.(?=\s+[А-ЯЁ])", "город"),
    (r"(?<=\b[Нн]а )ул\.(?=\s+[А-ЯЁ])", "улице"),
    (r"\bул\.(?=\s+[А-ЯЁ])", "улица"),
    (r"\bгр\.(?=\s+[А-ЯЁ])", "граф"),
    (r"\bкн\.(?=\s+[А-ЯЁ])", "князь"),
    (r"\bсв\.(?=\s+[А-ЯЁ])", "святой"),
    (r"\bим\.(?=\s+[А-ЯЁ])", "имени"),
    (r"\bстр\.(?=\s*\d)", "страница"),
    (r"\bС\.[- ]Петербург", "Санкт-Петербург"),
)
_RU_COUNTED = (
    (r"(\d+)\s*(?:руб\.|р\.)", ("рубль", "рубля", "рублей"), False),
    (r"(\d+)\s*(?:коп\.|к\.)", ("копейка", "копейки", "копеек"), True),
    (r"(\d+)\s*№", ("номер", "номера", "номеров"), False),
)
_RU_DIVISIONS = {"глава": "я", "часть": "я", "книга": "я", "том": "й", "действие": "е", "явление": "е", "сцена": "я"}
_RU_CENTURY = {"век": "й", "века": "го", "веке": "м", "веку": "му", "столетие": "е", "столетия": "го"}
_RU_YEAR = {"год": "й", "года": "го", "году": "м", "г.": "й"}


def readable(text: str, language: Language) -> str:
    """Return `text` in words and plain punctuation; an empty string if there is nothing to say."""
    text = unicodedata.normalize("NFC", text).translate(_LIGATURES)
    text = "".join(" " if unicodedata.category(letter) in _UNSPOKEN else letter for letter in text)
    text = _plain_punctuation(text)
    text = _english(text) if language == "en" else _russian(text)
    text = re.sub(r"\s+([,.;:!?…])", r"\1", _SPACES.sub(" ", text)).strip()
    return text if any(letter.isalpha() for letter in text) else ""


_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
# Controls, private use, unassigned, and pictures: an engine would spell them or stumble.
_UNSPOKEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "So", "Sk"})


def _plain_punctuation(text: str) -> str:
    text = re.sub(r"(?<!\w)[_*]+|[_*]+(?!\w)", "", text.replace("_", " _ ") if text.count("_") == 1 else text)
    text = re.sub(r"[_*~^|\\#<>{}=]+", " ", text)
    text = re.sub(r"(?<=\w)-{2,}|\s-{2,}|-{2,}|\s[-–]\s|―|–(?!\d)", " — ", text)
    text = re.sub(r"\.{2,}|(?:\.\s){2,}\.?", "… ", text)
    text = re.sub(r"…(?=[\w])", "… ", text)
    return re.sub(r"^[\s—–-]+", "", text)


def _english(text: str) -> str:
    text = re.sub(
        r"\b(chapter|book|part|volume|vol\.|act|scene|canto|section|letter|stave)\s+([IVXLC]+)\b\.?",
        _english_division,
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^([IVXLC]+)\.?(?=\s|$)", _english_lone_roman, text)
    text = re.sub(r"(?<=[a-z] )([IVX]{2,})\b(?:\.(?=\s[a-z]))?", _english_regnal, text)
    for pattern, words in _EN_ABBREVIATIONS:
        text = re.sub(pattern, words, text)
    text = re.sub(r"[$£€]\s?(\d[\d,]*)", _english_money, text)
    text = re.sub(r"(\d),(?=\d{3}\b)", r"\1", text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th)\b", lambda found: _spell(found[1], english_ordinal), text)
    text = re.sub(r"\b(\d{1,2}):(\d{2})\b", _english_time, text)
    text = re.sub(r"\b(1[1-9]\d\d|20\d\d)s?\b", lambda found: f" {english_year(int(found[1]))} ", text)
    text = re.sub(r"(\d)\s?%", r"\1 per cent", text)
    text = re.sub(r"\d+", lambda found: f" {_spell(found[0], english_cardinal)} ", text)
    return _without_capitals(text)


def _english_division(found: re.Match[str]) -> str:
    value = roman_value(found[2])
    return f"{found[1].capitalize()} {english_cardinal(value)}." if value else found[0]


def _english_lone_roman(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    # "I" begins a sentence far more often than it numbers one.
    alone = found.string.strip(". ") == found[1]
    return f"{english_cardinal(value)}." if value and (alone or len(found[1]) > 1) else found[0]


def _english_regnal(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    return f"the {english_ordinal(value)}" if value else found[0]


def _english_money(found: re.Match[str]) -> str:
    unit = {"$": "dollar", "£": "pound", "€": "euro"}[found[0][0]]
    digits = found[1].replace(",", "")
    return f"{_spell(digits, english_cardinal)} {unit}{'' if digits == '1' else 's'}" + (
        "," if found[1][-1] == "," else ""
    )


def _english_time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59:
        return found[0]
    after = "o'clock" if minute == 0 else f"{'oh ' if minute < 10 else ''}{english_cardinal(minute)}"
    return f"{english_cardinal(hour)} {after}"


def _russian(text: str) -> str:
    divisions = "|".join(_RU_DIVISIONS)
    text = re.sub(rf"\b({divisions})\s+([IVXLC]+|\d+)\b\.?", _russian_division, text, flags=re.IGNORECASE)
    text = re.sub(rf"\b([IVXLC]+|\d+)\s+({'|'.join(_RU_CENTURY)})\b", _russian_century, text)
    text = re.sub(r"\b(\d{3,4})\s?(год|года|году|г\.)(?!\w)", _russian_year, text)
    for pattern, forms, feminine in _RU_COUNTED:
        text = re.sub(pattern, _russian_count(forms, feminine), text)
    for pattern, words in _RU_ABBREVIATIONS:
        text = re.sub(pattern, words, text)
    text = re.sub(r"^([IVXLC]+)\.?(?=\s|$)", _russian_lone_roman, text)
    text = re.sub(r"\b([IVX]{2,}|[IVX])\b(?!\.)", _russian_regnal, text)
    text = re.sub(r"\b(\d+)-?(й|го|му|м|я|ю|е|х|ый|ой|ого|ому|ая|ое)\b", _russian_ordinal_digits, text)
    text = re.sub(r"№\s?(?=\d)", "номер ", text)
    text = re.sub(r"(\d)\s?%", r"\1 процентов", text)
    text = re.sub(r"(?<=\d)[\s,](?=\d{3}\b)", "", text)
    text = re.sub(r"\d+", lambda found: f" {_spell(found[0], russian_cardinal)} ", text)
    return _without_capitals(text)


def _russian_division(found: re.Match[str]) -> str:
    value = int(found[2]) if found[2].isdecimal() else roman_value(found[2])
    if not 0 < value < 1000:
        return found[0]
    return f"{found[1].capitalize()} {russian_ordinal(value, _RU_DIVISIONS[found[1].lower()])}."


def _russian_century(found: re.Match[str]) -> str:
    value = int(found[1]) if found[1].isdecimal() else roman_value(found[1])
    return f"{russian_ordinal(value, _RU_CENTURY[found[2]])} {found[2]}" if 0 < value < 40 else found[0]


def _russian_year(found: re.Match[str]) -> str:
    before = found.string[: found.start()].rstrip().lower()
    ending, word = _RU_YEAR[found[2]], found[2]
    if word == "г.":
        # "в 1812 г." is read "в ... году", "с 1812 г." "года", alone "год".
        last = before.rpartition(" ")[2]
        ending, word = {"в": ("м", "году"), "во": ("м", "году")}.get(
            last, ("го", "года") if before and last[-1:].isalpha() else ("й", "год")
        )
    return f"{russian_ordinal(int(found[1]), ending)} {word}"


def _russian_count(forms: tuple[str, str, str], feminine: bool) -> Callable[[re.Match[str]], str]:
    def words(found: re.Match[str]) -> str:
        if len(found[1]) > 12:
            return found[0]
        number = int(found[1])
        return f"{russian_cardinal(number, feminine)} {counted(number, forms)}"

    return words


def _russian_lone_roman(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    return f"{russian_cardinal(value).capitalize()}." if value else found[0]


def _russian_regnal(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    return russian_ordinal(value) if value else found[0]


def _russian_ordinal_digits(found: re.Match[str]) -> str:
    ending = {"ый": "й", "ой": "й", "ого": "го", "ому": "му", "ая": "я", "ое": "е"}.get(found[2], found[2])
    return _spell(found[1], lambda number: russian_ordinal(number, ending))


def _spell(digits: str, words: Callable[[int], str]) -> str:
    # int() of thousands of digits is refused by Python itself: such a run is read digit by digit.
    if len(digits) >= len(str(LARGEST)):
        return " ".join(words(int(digit)) for digit in digits[:40])
    return words(int(digits))


def _without_capitals(text: str) -> str:
    """Lower words printed in capitals, which engines would spell; short ones stay, as they may be initials."""
    letters = [letter for letter in text if letter.isalpha()]
    shouted = bool(letters) and sum(letter.isupper() for letter in letters) > 0.7 * len(letters)
    shortest = 2 if shouted else 4

    def lowered(found: re.Match[str]) -> str:
        word = found[0]
        return word.capitalize() if word.isupper() and len(word) >= shortest else word

    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", lowered, text)


def spoken_parts(text: str) -> list[tuple[str, float]]:
    """Cut readable `text` into (part, pause in seconds after it), each at most LONGEST_PART characters."""
    parts: list[tuple[str, float]] = []
    for sentence in _SENTENCE_END.split(text):
        clauses = _clauses(sentence)
        parts += [(clause, CLAUSE_PAUSE_S) for clause in clauses[:-1]]
        pause_s = BREAK_PAUSE_S if sentence.rstrip('"”’»)').endswith("…") else SENTENCE_PAUSE_S
        parts += [(clauses[-1], pause_s)]
    return [(part, pause_s) for part, pause_s in parts if _LETTERS.search(part)]


def _clauses(sentence: str) -> list[str]:
    """Cut a long sentence at its commas, then at its spaces, then anywhere."""
    if len(sentence) <= LONGEST_PART:
        return [sentence]
    pieces = _CLAUSE_END.split(sentence)
    if len(pieces) == 1:
        pieces = sentence.split(" ")
    if len(pieces) == 1:
        return [sentence[at : at + LONGEST_PART] for at in range(0, len(sentence), LONGEST_PART)]
    packed: list[str] = [""]
    for piece in pieces:
        if packed[-1] and len(packed[-1]) + len(piece) + 1 > LONGEST_PART:
            packed.append(piece)
        else:
            packed[-1] = f"{packed[-1]} {piece}".strip()
    return [clause for piece in packed for clause in _clauses(piece)]
