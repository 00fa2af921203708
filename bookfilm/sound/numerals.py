"""Numbers as words, in English and Russian, and what Roman numerals are worth."""

from __future__ import annotations

import re

ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_WORTH = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
LARGEST = 10**15
"""From here on digits are read one by one."""

_EN_ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_EN_TENS = (
    "_",
    "_",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
)
_EN_SCALES = (
    (10**12, "trillion"),
    (10**9, "billion"),
    (10**6, "million"),
    (1000, "thousand"),
    (100, "hundred"),
)
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}

_RU_ONES = (
    "ноль",
    "один",
    "два",
    "три",
    "четыре",
    "пять",
    "шесть",
    "семь",
    "восемь",
    "девять",
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
)
_RU_TENS = (
    "_",
    "_",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяносто",
)
_RU_HUNDREDS = (
    "_",
    "сто",
    "двести",
    "триста",
    "четыреста",
    "пятьсот",
    "шестьсот",
    "семьсот",
    "восемьсот",
    "девятьсот",
)
_RU_SCALES = (
    (10**12, ("триллион", "триллиона", "триллионов")),
    (10**9, ("миллиард", "миллиарда", "миллиардов")),
    (10**6, ("миллион", "миллиона", "миллионов")),
    (1000, ("тысяча", "тысячи", "тысяч")),
)
# Stem and kind of ending: "h" hard with stress on the stem, "o" hard stressed on the ending, "s" soft (третий).
_RU_ORDINAL_STEMS = {
    "ноль": ("нулев", "o"),
    "один": ("перв", "h"),
    "два": ("втор", "o"),
    "три": ("трет", "s"),
    "четыре": ("четвёрт", "h"),
    "пять": ("пят", "h"),
    "шесть": ("шест", "o"),
    "семь": ("седьм", "o"),
    "восемь": ("восьм", "o"),
    "сорок": ("сороков", "o"),
    "пятьдесят": ("пятидесят", "h"),
    "шестьдесят": ("шестидесят", "h"),
    "семьдесят": ("семидесят", "h"),
    "восемьдесят": ("восьмидесят", "h"),
    "девяносто": ("девяност", "h"),
    "сто": ("сот", "h"),
    "двести": ("двухсот", "h"),
    "триста": ("трёхсот", "h"),
    "четыреста": ("четырёхсот", "h"),
    "пятьсот": ("пятисот", "h"),
    "шестьсот": ("шестисот", "h"),
    "семьсот": ("семисот", "h"),
    "восемьсот": ("восьмисот", "h"),
    "девятьсот": ("девятисот", "h"),
}
_RU_ENDINGS = {
    "h": {"й": "ый", "го": "ого", "му": "ому", "м": "ом", "я": "ая", "ю": "ую", "е": "ое", "х": "ых"},
    "o": {"й": "ой", "го": "ого", "му": "ому", "м": "ом", "я": "ая", "ю": "ую", "е": "ое", "х": "ых"},
    "s": {"й": "ий", "го": "ьего", "му": "ьему", "м": "ьем", "я": "ья", "ю": "ью", "е": "ье", "х": "ьих"},
}


def roman_value(numeral: str) -> int:
    """Return what a Roman numeral is worth, 0 if it is not a well-formed one."""
    text = numeral.upper()
    if not text or ROMAN.fullmatch(text) is None:
        return 0
    worth = [_ROMAN_WORTH[letter] for letter in text]
    pairs = zip(worth, [*worth[1:], 0], strict=True)
    return sum(-here if here < after else here for here, after in pairs)


def english_cardinal(number: int) -> str:
    """Return a number from 0 in words, 342 as three hundred and forty-two; from LARGEST on its digits one by one."""
    if number >= LARGEST:
        return " ".join(_EN_ONES[int(digit)] for digit in str(number))
    if number < 20:
        return _EN_ONES[number]
    if number < 100:
        tens = _EN_TENS[number // 10]
        return f"{tens}-{_EN_ONES[number % 10]}" if number % 10 else tens
    size, name = next(scale for scale in _EN_SCALES if number >= scale[0])
    words, rest = f"{english_cardinal(number // size)} {name}", number % size
    if not rest:
        return words
    return f"{words} {'and ' if rest < 100 else ''}{english_cardinal(rest)}"


def english_ordinal(number: int) -> str:
    """Return a number's ordinal in words: 21 is twenty-first."""
    words = english_cardinal(number)
    head, mark, last = words.rpartition("-") if words.rfind("-") > words.rfind(" ") else words.rpartition(" ")
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return head + mark + _EN_ORDINALS.get(last, regular)


def english_year(number: int) -> str:
    """Read a year from 1100 to 2099 in pairs: 1812 is eighteen twelve."""
    century, rest = divmod(number, 100)
    if century == 20 and rest < 10:
        return english_cardinal(number)
    if rest == 0:
        return f"{english_cardinal(century)} hundred"
    return f"{english_cardinal(century)} {'oh ' if rest < 10 else ''}{english_cardinal(rest)}"


def russian_cardinal(number: int, feminine: bool = False) -> str:
    """Return a number from 0 in words, in the nominative; `feminine` says одна, две. From LARGEST on its digits."""
    if number >= LARGEST:
        return " ".join(_RU_ONES[int(digit)] for digit in str(number))
    words: list[str] = []
    for size, forms in _RU_SCALES:
        count, number = divmod(number, size)
        if count:
            # One thousand is said "тысяча", as a number's first word.
            said = [] if count == 1 and size == 1000 and not words else [russian_cardinal(count, feminine=size == 1000)]
            words += [*said, counted(count, forms)]
    words += _russian_below_thousand(number, feminine)
    return " ".join(words) if words else _RU_ONES[0]


def _russian_below_thousand(number: int, feminine: bool) -> list[str]:
    words: list[str] = []
    if number >= 100:
        words.append(_RU_HUNDREDS[number // 100])
    number %= 100
    if number >= 20:
        words.append(_RU_TENS[number // 10])
        number %= 10
    if number:
        words.append({1: "одна", 2: "две"}.get(number, _RU_ONES[number]) if feminine else _RU_ONES[number])
    return words


def counted(number: int, forms: tuple[str, str, str]) -> str:
    """Return the form of a Russian noun after `number`: of (рубль, рубля, рублей)."""
    if number % 100 in range(11, 15):
        return forms[2]
    return forms[0] if number % 10 == 1 else forms[1] if number % 10 in (2, 3, 4) else forms[2]


def russian_ordinal(number: int, ending: str = "й") -> str:
    """Return the ordinal whose written ending is й, го, му, м, я, ю, е or х: (5, "го") is пятого."""
    if number >= LARGEST:
        return russian_cardinal(number)
    if number and number % 1000 == 0:
        size = 10**6 if number % 10**6 == 0 else 1000
        stem = {1000: "тысячн", 10**6: "миллионн"}[size]
        count = number // size
        said = {1: "", 2: "двух", 3: "трёх", 4: "четырёх", 5: "пяти"}.get(count, russian_cardinal(count) + " ")
        return said + stem + _RU_ENDINGS["h"][ending]
    head, space, last = russian_cardinal(number).rpartition(" ")
    default = (last[:-1] if last.endswith("ь") else re.sub("ать$", "ат", last), "h")
    stem, kind = _RU_ORDINAL_STEMS.get(last, default)
    return head + space + stem + _RU_ENDINGS[kind][ending]
