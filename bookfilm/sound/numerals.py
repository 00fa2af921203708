"""Numbers as words, in English and in the cases and genders of Russian, by num2words; what Roman numerals are worth."""

from __future__ import annotations

import re
from typing import Any, Literal

ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_WORTH = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
LARGEST = 10**15
"""From here on digits are read one by one."""

Case = Literal["n", "g", "d", "a", "i", "p"]
"""Nominative, genitive, dative, accusative, instrumental, prepositional."""
Gender = Literal["m", "f", "n"]


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
        return " ".join(_said(int(digit)) for digit in str(number))
    return _said(number).replace(",", "")


def english_ordinal(number: int) -> str:
    """Return a number's ordinal in words: 21 is twenty-first."""
    return _said(number, to="ordinal").replace(",", "") if number < LARGEST else english_cardinal(number) + "th"


def english_year(number: int) -> str:
    """Read a year in pairs: 1812 is eighteen twelve."""
    return _said(number, to="year").replace("oh-", "oh ").replace(",", "")


def russian_cardinal(number: int, case: Case = "n", gender: Gender = "m", animate: bool = True) -> str:
    """Return a number from 0 in words; from LARGEST on its digits one by one."""
    if number >= LARGEST:
        return " ".join(_said(int(digit), lang="ru") for digit in str(number))
    words = _said(number, lang="ru", case=case, gender=gender, animate=animate)
    # One thousand is said "тысяча", as a number's first word.
    return re.sub(r"^одн\w+ (?=тысяч)", "", words)


def russian_ordinal(
    number: int, case: Case = "n", gender: Gender = "m", plural: bool = False, animate: bool = True
) -> str:
    """Return a number's ordinal, as an adjective of that case, gender and number: (5, "g") is пятого."""
    if number >= LARGEST:
        return russian_cardinal(number)
    kind: dict[str, Any] = {"case": case, "plural": plural, "animate": animate, "gender": gender}
    return _said(number, lang="ru", to="ordinal", **kind)


def russian_fraction(digits: str) -> str:
    """Return a decimal fraction written with a point, 3.5 as три целых пять десятых."""
    from decimal import Decimal

    return _said(Decimal(digits), lang="ru")


def counted(number: int, forms: tuple[str, str, str]) -> str:
    """Return the form of a Russian noun after `number`: of (рубль, рубля, рублей)."""
    if number % 100 in range(11, 15):
        return forms[2]
    return forms[0] if number % 10 == 1 else forms[1] if number % 10 in (2, 3, 4) else forms[2]


def _said(number: Any, **how: Any) -> str:
    # It is loaded where numbers are read, not where the command line starts.
    from num2words import num2words

    return str(num2words(number, **how))
