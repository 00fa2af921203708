"""Chapter numbers as books write them: IV, 12, twenty-one, the Second, первая, двадцать второй, 3-я."""

from __future__ import annotations

import re

_ROMAN = re.compile(r"(?=[IVXLC])(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
# Cyrillic letters that stand for Roman digits in texts typed on one keyboard layout.
_LOOKALIKES = str.maketrans({"Х": "X", "І": "I", "С": "C", "х": "x", "і": "i", "с": "c", "Ⅰ": "I", "Ⅴ": "V", "Ⅹ": "X"})

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"]
_ORDINALS += ["twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"]
_ORDINALS += ["nineteenth"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

_RU_ORDINAL_STEMS = {
    "перв": 1, "втор": 2, "трет": 3, "четверт": 4, "четвёрт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8,
    "девят": 9, "десят": 10, "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14,
    "пятнадцат": 15, "шестнадцат": 16, "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20,
    "тридцат": 30, "сороков": 40, "пятидесят": 50, "шестидесят": 60, "семидесят": 70, "восьмидесят": 80,
    "девяност": 90, "сот": 100,
}  # fmt: skip
_RU_ORDINAL_ENDINGS = {"ая", "ый", "ой", "ое", "ий", "ья", "ье", "ої", "ыя", "ого"}
_RU_TENS = {
    "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70,
    "восемьдесят": 80, "девяносто": 90, "сто": 100,
}  # fmt: skip
_RU_CARDINALS = {
    "один": 1, "одна": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8,
    "девять": 9, "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14,
    "пятнадцать": 15, "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19, **_RU_TENS,
}  # fmt: skip


def _english_words() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_UNITS, 1)}
    words |= {word: value for value, word in enumerate(_ORDINALS, 1)}
    words |= {"last": 999, "hundred": 100, "hundredth": 100}
    for tens, word in enumerate(_TENS, 2):
        words[word] = tens * 10
        words[word[:-1] + "ieth"] = tens * 10
        for unit in range(9):
            words[f"{word}-{_UNITS[unit]}"] = words[f"{word} {_UNITS[unit]}"] = tens * 10 + unit + 1
            words[f"{word}-{_ORDINALS[unit]}"] = words[f"{word} {_ORDINALS[unit]}"] = tens * 10 + unit + 1
    return words


_ENGLISH = _english_words()


def roman_number(text: str) -> int | None:
    """Return the value of a well-formed Roman numeral of one case up to 399, or None."""
    text = text.translate(_LOOKALIKES)
    if not text or not (text.isupper() or text.islower()) or not _ROMAN.fullmatch(text):
        return None
    digits = [_ROMAN_VALUES[letter] for letter in text.upper()]
    return sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))


def _russian_ordinal(word: str) -> int | None:
    for cut in (2, 3):
        if word[-cut:] in _RU_ORDINAL_ENDINGS and word[:-cut] in _RU_ORDINAL_STEMS:
            return _RU_ORDINAL_STEMS[word[:-cut]]
    return None


def _russian_number(text: str) -> int | None:
    *tens, last = text.split()
    value = _russian_ordinal(last) or _RU_CARDINALS.get(last)
    if value is None or any(word not in _RU_TENS for word in tens):
        return None
    return sum(_RU_TENS[word] for word in tens) + value


def number_value(text: str) -> int | None:
    """Return the number that `text` writes in digits, Roman digits or words of either language, or None."""
    text = " ".join(text.split()).strip(" .")
    if re.fullmatch(r"\d{1,3}", text):
        return int(text)
    if suffixed := re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th|-?(?:ая|я|й|ый|ой|ое|е))", text, re.IGNORECASE):
        return int(suffixed[1])
    if (roman := roman_number(text)) is not None:
        return roman
    lowered = text.lower()
    if lowered.startswith("the "):
        lowered = lowered[4:]
    if not lowered:
        return None
    return _ENGLISH.get(lowered) or _russian_number(lowered)
