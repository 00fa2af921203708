"""Russian text as it is said: old spelling, abbreviations, numerals in their case and gender, money, times, dates."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import cast

from bookfilm.sound.english_words import spelled
from bookfilm.sound.numerals import (
    Case,
    Gender,
    counted,
    roman_value,
    russian_cardinal,
    russian_fraction,
    russian_ordinal,
)
from bookfilm.sound.russian_names import analyser, sir_or_town, with_yo

_ABBREVIATIONS = (
    (r"\bт\. ?е\.", "то есть"),
    (r"\b([Ии]) т\. ?д\.", r"\1 так далее"),
    (r"\b([Ии]) т\. ?п\.", r"\1 тому подобное"),
    (r"\b([Ии]) пр(?:оч)?\.", r"\1 прочее"),
    (r"\b([Ии]) др\.", r"\1 другие"),
    (r"\b([Вв]) т\. ?ч\.", r"\1 том числе"),
    (r"\bт\. ?к\.", "так как"),
    (r"\bт\. ?н\.", "так называемый"),
    (r"\bнапр\.", "например"),
    (r"\bсм\.(?=\s)", "смотри"),
    (r"\bг-н\b", "господин"),
    (r"\bг-на\b", "господина"),
    (r"\bг-ну\b", "господину"),
    (r"\bг-ном\b", "господином"),
    (r"\bг-жа\b", "госпожа"),
    (r"\bг-жи\b", "госпожи"),
    (r"\bг-же\b", "госпоже"),
    (r"\bг-жу\b", "госпожу"),
    (r"\bд-р\b", "доктор"),
    (r"\bд-ра\b", "доктора"),
    (r"\bпр-в([оау])\b", r"превосходительств\1"),
    (r"\bв-в([оау])\b", r"высочеств\1"),
    (r"\bгг\.", "господа"),
    (r"\bн\. ?э\.", "нашей эры"),
    (r"\b([Пп]о) Р\. ?Х\.", r"\1 Рождеству Христову"),
    (r"\b([Дд]о) Р\. ?Х\.", r"\1 Рождества Христова"),
    (r"(?<=\b[Нн]а )ул\.(?=\s+[А-ЯЁ])", "улице"),
    (r"\bул\.(?=\s+[А-ЯЁ])", "улица"),
    (r"\bгр\.(?=\s+[А-ЯЁ])", "граф"),
    (r"\bкн\.(?=\s+[А-ЯЁ])", "князь"),
    (r"\bпроф\.(?=\s+[А-ЯЁ])", "профессор"),
    (r"\bсв\.(?=\s+[А-ЯЁ])", "святой"),
    (r"\bим\.(?=\s+[А-ЯЁ])", "имени"),
    (r"\bстр\.(?=\s*\d)", "страница"),
    (r"\bС\.[- ]Петербург", "Санкт-Петербург"),
)
_COUNTED = (
    (r"(?:руб|р)\.", ("рубль", "рубля", "рублей"), "m"),
    (r"(?:коп|к)\.", ("копейка", "копейки", "копеек"), "f"),
    (r"№", ("номер", "номера", "номеров"), "m"),
    (r"тыс\.", ("тысяча", "тысячи", "тысяч"), "f"),
    (r"млн\b\.?", ("миллион", "миллиона", "миллионов"), "m"),
    (r"ч\.", ("час", "часа", "часов"), "m"),
    (r"мин\.", ("минута", "минуты", "минут"), "f"),
    (r"сек\.", ("секунда", "секунды", "секунд"), "f"),
    (r"км\b", ("километр", "километра", "километров"), "m"),
    (r"кг\b", ("килограмм", "килограмма", "килограммов"), "m"),
    (r"°", ("градус", "градуса", "градусов"), "m"),
    (r"%", ("процент", "процента", "процентов"), "m"),
)
_SIGNS = {
    "$": ("доллар", "доллара", "долларов"),
    "£": ("фунт", "фунта", "фунтов"),
    "€": ("евро", "евро", "евро"),
}
_DIVISIONS: dict[str, Gender] = {
    "глава": "f", "часть": "f", "книга": "f", "том": "m", "действие": "n", "явление": "n", "сцена": "f", "акт": "m",
    "картина": "f", "песнь": "f",
}  # fmt: skip
_MONTHS = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_CASE_OF_TAG: dict[str, Case] = {
    "nomn": "n", "gent": "g", "gen2": "g", "datv": "d", "accs": "a", "ablt": "i", "loct": "p", "loc2": "p",
}  # fmt: skip
_GENDER_OF_TAG: dict[str, Gender] = {"masc": "m", "femn": "f", "neut": "n"}
_GOVERNED: dict[str, Case] = {
    **dict.fromkeys(
        (
            "без",
            "для",
            "до",
            "из",
            "около",
            "от",
            "после",
            "против",
            "свыше",
            "более",
            "менее",
            "у",
            "ради",
            "вокруг",
            "кроме",
            "среди",
            "возле",
            "мимо",
            "вместо",
            "близ",
            "из-за",
            "из-под",
            "старше",
        ),
        "g",
    ),
    **dict.fromkeys(("к", "ко", "благодаря"), "d"),
    **dict.fromkeys(("перед", "над", "между"), "i"),
    **dict.fromkeys(("о", "об", "при"), "p"),
}
# An ordinal's ending as it is written after digits: its case, gender, and whether it is plural.
_ENDINGS: dict[str, tuple[Case, Gender, bool]] = {
    "й": ("n", "m", False), "ый": ("n", "m", False), "ой": ("n", "m", False), "го": ("g", "m", False),
    "ого": ("g", "m", False), "му": ("d", "m", False), "ому": ("d", "m", False), "м": ("p", "m", False),
    "ом": ("p", "m", False), "я": ("n", "f", False), "ая": ("n", "f", False), "ю": ("a", "f", False),
    "ую": ("a", "f", False), "е": ("n", "n", False), "ое": ("n", "n", False), "х": ("g", "m", True),
    "ых": ("g", "m", True), "ми": ("i", "m", True), "ые": ("n", "m", True), "ым": ("i", "m", False),
    "ыми": ("i", "m", True), "ья": ("n", "f", False), "ье": ("n", "n", False), "ьи": ("n", "m", True),
    "ей": ("g", "f", False), "ьей": ("g", "f", False), "их": ("g", "m", True), "ти": ("g", "m", True),
}  # fmt: skip
_ENDING = "|".join(sorted(_ENDINGS, key=len, reverse=True))
_ROMAN = r"(?<![\w.])([IVXLC]+)(?!\w)"


def russian_words(text: str) -> str:
    """Return `text`, in plain punctuation, with all that a voice would stumble over as words."""
    text = re.sub(r"\b([Гг])л\.(?=\s*[\dIVXLC])", r"\1лава", modern_spelling(text))
    divisions = "|".join(_DIVISIONS)
    text = re.sub(rf"\b({divisions})\s+([IVXLC]+|\d+)\b\.?", _division, text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=\d)[ ,](?=\d{3}\b)(?!\d{3} года?\b)", "", text)
    text = re.sub(rf"\b(\d{{1,2}})(?:-?го)? ({_MONTHS})\b", _date, text)
    text = re.sub(r"\b(\d{3,4})\s?[–-]\s?(\d{3,4})\s?гг\.", _years, text)
    text = re.sub(r"\b(\d+0-?(?:е|ые)) гг\.", r"\1 годы", text)
    text = re.sub(r"\b([ВвОо]) (\d+0-?(?:х|ых)) гг\.", r"\1 \2 годах", text)
    text = re.sub(r"\b(\d+0-?(?:х|ых)) гг\.", r"\1 годов", text)
    text = re.sub(r"\b(\d{3,4})\s?(годах|годы|года|году|годе|годом|год|гг\.|г\.)(?!\w)", _year, text)
    text = re.sub(r"\b(\d{1,2})\s?(г\.|году|годе)(?!\w)", _year, text)
    text = re.sub(rf"{_ROMAN}\s?в\.(?!\s?[А-ЯЁ]\.)", _century, text)
    text = re.sub(rf"{_ROMAN}\s?[–—-]\s?{_ROMAN}\s?вв\.", _centuries, text)
    text = re.sub(r"([$£€])\s?(\d+)|(\d+)\s?([$£€])", _sum, text)
    for pattern, forms, gender in _COUNTED:
        text = re.sub(rf"(?:\b([А-ЯЁа-яё-]+) )?(?<!\d)(\d+)\s*{pattern}", _count(forms, cast(Gender, gender)), text)
    text = re.sub(r"(градус\w*)\s?[CС]\b", r"\1 Цельсия", text)
    text = re.sub(r"(?:\b([А-ЯЁа-яё]+) )?\bг\.(?=\s+([А-ЯЁ][а-яё]+))", _sir_or_town, text)
    for pattern, words in _ABBREVIATIONS:
        text = re.sub(pattern, words, text)
    text = re.sub(r"^([IVXLC]+)(?:\.(?=\s|$)|(?=\s*$|\s+[А-ЯЁ]))", _lone_roman, text)
    text = re.sub(rf"\b([А-ЯЁ][а-яё]+)(\s+){_ROMAN}(?!\.\s?[A-ZА-ЯЁ]\.)", _regnal, text)
    text = re.sub(rf"{_ROMAN}(?:-?(?:й|го|му|м|я|е))?(\s+)([а-яё]+)", _agreeing, text)
    text = re.sub(r"\b([IVX]{2,}|[VX])\b(?!\.)", _numbered, text)
    text = re.sub(rf"\b(\d+)-?({_ENDING})\b(?=(?:\s+([а-яё]+))?(?:\s+([а-яё]+))?)", _ending, text)
    text = re.sub(r"\b(\d{1,2}):(\d{2})\b", _time, text)
    text = re.sub(r"№\s?(?=\d)", "номер ", text)
    text = re.sub(r"(\d*)\s?½", lambda found: f"{found[1]} с половиной" if found[1] else " половина", text)
    text = re.sub(r"\b(\d{1,9})[,.](\d{1,3})\b", lambda found: f" {russian_fraction(f'{found[1]}.{found[2]}')} ", text)
    text = re.sub(r"(?:\b(\w+)(\s+))?(?<!\d)(\d+)(?!\d)(?:\s+([а-яё]+))?", _cardinal, text)
    text = re.sub(r"−\s?(?=\w)", "минус ", text)
    text = re.sub(r"\d+", lambda found: f" {spelled(found[0], russian_cardinal)} ", text)
    return re.sub(r"[А-Яа-яЁё]+(?!\u0301)\b", lambda found: with_yo(found[0]), text)


# --- old spelling -----------------------------------------------------------------------------

_OLD_LETTERS = str.maketrans("ѣѢіІѳѲѵѴ", "еЕиИфФиИ")
_OLD = re.compile(r"[ѣѢіІѳѲѵѴ]|[бвгджзклмнпрстфхцчшщ]ъ(?!\w)", re.IGNORECASE)
_OLD_ENDINGS = (("аго", "ого"), ("яго", "его"), ("ыя", "ые"), ("ия", "ие"), ("ияся", "иеся"), ("ыяся", "ыеся"))
_OLD_BEGINNINGS = (("безс", "бесс"), ("разс", "расс"), ("возс", "восс"), ("изс", "исс"), ("низс", "нисс"))
_OLD_WORDS = {"ея": "её", "нея": "неё", "оне": "они", "одне": "одни", "однех": "одних", "однем": "одним"}


def modern_spelling(text: str) -> str:
    """Return `text`, if it is in the spelling from before 1918, in today's; any other as it is."""
    if _OLD.search(text) is None:
        return text
    text = re.sub(r"([б-джзк-нп-тф-щБ-ДЖЗК-НП-ТФ-Щ])[ъЪ](?!\w)", r"\1", text.translate(_OLD_LETTERS))
    return re.sub(r"[а-яёА-ЯЁ]+", lambda found: _modern_word(found[0]), text)


@functools.lru_cache(maxsize=50_000)
def _modern_word(word: str) -> str:
    small = word.lower()
    if small in _OLD_WORDS:
        return _cased(_OLD_WORDS[small], word)
    if analyser().word_is_known(small):
        return word
    for old, new in _OLD_BEGINNINGS:
        if small.startswith(old):
            small = new + small[len(old) :]
    for old, new in _OLD_ENDINGS:
        if small.endswith(old) and analyser().word_is_known(small[: -len(old)] + new):
            return _cased(small[: -len(old)] + new, word)
    return _cased(small, word) if analyser().word_is_known(small) else word


def _cased(small: str, like: str) -> str:
    return small.capitalize() if like[:1].isupper() else small


# --- in the case and gender of the words beside -----------------------------------------------


def _noun(word: str) -> tuple[Case, Gender, bool, bool] | None:
    """Return the case and gender of `word` as a noun, whether it is plural and animate; None if it is no noun."""
    return next(iter(_nouns(word)), None)


@functools.lru_cache(maxsize=10_000)
def _nouns(word: str) -> tuple[tuple[Case, Gender, bool, bool], ...]:
    """Return what `word` may be as a noun, the likeliest first."""
    tags = [parse.tag for parse in analyser().parse(word)]
    return tuple(
        (_CASE_OF_TAG[tag.case], _GENDER_OF_TAG.get(tag.gender, "m"), tag.number == "plur", tag.animacy == "anim")
        for tag in tags
        if tag.POS == "NOUN" and tag.case in _CASE_OF_TAG
    )


def _regnal(found: re.Match[str]) -> str:
    """Александра II: the second, in the name's own case."""
    value, name = roman_value(found[3]), _noun(found[1])
    if not value or name is None:
        return found[0]
    case, gender, _, animate = name
    return f"{found[1]}{found[2]}{russian_ordinal(value, case, gender, animate=animate)}"


def _agreeing(found: re.Match[str]) -> str:
    """XX съезда: the twentieth, in the case of what follows."""
    value, noun = roman_value(found[1]), _noun(found[3])
    if not value or (noun is None and len(found[1]) == 1):
        return found[0]
    case, gender, plural, animate = noun or ("n", "m", False, True)
    return f"{russian_ordinal(value, case, gender, plural, animate)}{found[2]}{found[3]}"


def _numbered(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    return russian_ordinal(value) if value else found[0]


def _cardinal(found: re.Match[str]) -> str:
    """Say a number in the case that the words beside it ask for: с 5 солдатами, до 12 верст, 2 сестры."""
    before, digits, after = found[1] or "", found[3], found[4] or ""
    noun = _noun(after) if after else None
    case: Case = _GOVERNED.get(before.lower(), "n")
    if noun is not None and noun[0] in ("d", "i", "p"):
        case = noun[0]
    elif noun is not None and before.lower() in ("с", "со") and noun[0] == "g":
        case = "g"
    gender: Gender = noun[1] if noun is not None else "m"
    words = spelled(digits, lambda number: russian_cardinal(number, case, gender))
    return f"{before} {words} {after}"


def _division(found: re.Match[str]) -> str:
    value = int(found[2]) if found[2].isdecimal() and len(found[2]) < 4 else roman_value(found[2])
    if not 0 < value < 1000:
        return found[0]
    # A heading's number ends it, unless the sentence goes on.
    end = "" if re.match(r"[,;:)]| [а-яё]", found.string[found.end() :]) else "."
    return f"{found[1].capitalize()} {russian_ordinal(value, gender=_DIVISIONS[found[1].lower()])}{end}"


def _date(found: re.Match[str]) -> str:
    return f"{russian_ordinal(int(found[1]), 'g')} {found[2]}"


_YEAR_CASES: dict[str, Case] = {"год": "n", "года": "g", "году": "p", "годом": "i", "годы": "n", "годах": "p"}


def _year(found: re.Match[str]) -> str:
    number, word = int(found[1]), found[2].replace("годе", "году")
    last = found.string[: found.start()].rstrip().lower().rpartition(" ")[2]
    if word == "гг.":
        return f"{russian_ordinal(number)} годы"
    if word == "г.":
        # "в 1812 г." is read "в ... году", "с 1812 г." and "мая 1812 г." "года", alone "год".
        word = "году" if last in ("в", "во") else "года" if last[-1:].isalpha() else "год"
    case = "d" if word == "году" and last in ("к", "ко", "по") else _YEAR_CASES.get(word, "n")
    return f"{russian_ordinal(number, case, plural=word in ('годы', 'годах'))} {word}"


def _century(found: re.Match[str]) -> str:
    """XIX в.: after "в" it is said in the prepositional, after another word in the genitive, else as it is."""
    last = found.string[: found.start()].rstrip().lower().rpartition(" ")[2]
    word = "веке" if last in ("в", "во") else "века" if last[-1:].isalpha() else "век"
    return f"{found[1]} {word}" if roman_value(found[1]) else found[0]


def _centuries(found: re.Match[str]) -> str:
    first, last = roman_value(found[1]), roman_value(found[2])
    return f"{russian_ordinal(first)} — {russian_ordinal(last)} века" if first and last else found[0]


def _years(found: re.Match[str]) -> str:
    first, last = int(found[1]), int(found[2])
    return f"{russian_ordinal(first)} — {russian_ordinal(last)} годы"


def _sum(found: re.Match[str]) -> str:
    sign, digits = found[1] or found[4], found[2] or found[3]
    return _counting(digits, _SIGNS[sign], "m")


def _count(forms: tuple[str, str, str], gender: Gender) -> Callable[[re.Match[str]], str]:
    def said(found: re.Match[str]) -> str:
        before = found[1] or ""
        case = _GOVERNED.get(before.lower(), "n")
        if before.lower() in ("с", "со"):
            # From an hour, but with a sum or a measure.
            case = "g" if forms[0] == "час" else "i"
        return f"{before} {_counting(found[2], forms, gender, case)}".lstrip()

    return said


def _counting(digits: str, forms: tuple[str, str, str], gender: Gender, case: Case = "n") -> str:
    if len(digits) > 12:
        return f"{spelled(digits, russian_cardinal)} {forms[2]}"
    number = int(digits)
    noun = counted(number, forms) if case == "n" else _declined(forms, case, number % 10 == 1 and number % 100 != 11)
    return f"{russian_cardinal(number, case, gender)} {noun}"


def _declined(forms: tuple[str, str, str], case: Case, single: bool) -> str:
    """Return what is counted in `case`: до семи часов, к семи часам, около одного часа."""
    if case == "g":
        return forms[1] if single else forms[2]
    tag = {"d": "datv", "i": "ablt", "p": "loct", "a": "accs"}.get(case, "nomn")
    inflected = analyser().parse(forms[0])[0].inflect({"sing" if single else "plur", tag})
    return str(inflected.word) if inflected is not None else forms[2]


def _sir_or_town(found: re.Match[str]) -> str:
    return f"{found[1] + ' ' if found[1] else ''}{sir_or_town(found[1] or '', found[2])}"


def _lone_roman(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    return f"{russian_cardinal(value).capitalize()}." if value else found[0]


def _ending(found: re.Match[str]) -> str:
    """Say an ordinal as the noun after it asks, of the readings that its written ending leaves: 5-й роты is пятой."""
    digits, ending = found[1], found[2]
    number = int(digits) if len(digits) < 13 else -1
    if ending == "ти" or (ending == "ми" and number in (7, 8)) or (ending == "х" and number in (2, 3, 4)):
        return spelled(digits, lambda value: russian_cardinal(value, "g"))
    for word in filter(None, found.groups()[2:]):
        for case, gender, plural, animate in _nouns(word) if number >= 0 else ():
            said = russian_ordinal(number, case, gender, plural, animate)
            if said.endswith(ending):
                return said
    case, gender, plural = _ENDINGS[ending]
    # The sixties: a round number with -е is plural, unless a noun says otherwise.
    decades = ending == "е" and number > 0 and number % 10 == 0
    return spelled(digits, lambda value: russian_ordinal(value, case, gender, plural or decades))


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59:
        return found[0]
    hours = f"{russian_cardinal(hour)} {counted(hour, ('час', 'часа', 'часов'))}"
    if minute == 0:
        return hours
    return f"{russian_cardinal(hour)} {'ноль ' if minute < 10 else ''}{russian_cardinal(minute)}"
