"""English text as it is said: abbreviations, numerals, money, times, dates and poets' contractions as words."""

from __future__ import annotations

import re
from collections.abc import Callable

from bookfilm.sound.numerals import LARGEST, english_cardinal, english_ordinal, english_year, roman_value

_ABBREVIATIONS = (
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
    (r"\bMaj\.(?=\s)", "Major"),
    (r"\bGen\.(?=\s)", "General"),
    (r"\bGov\.(?=\s)", "Governor"),
    (r"\bLt\.(?=\s)|\bLieut\.(?=\s)", "Lieutenant"),
    (r"\bSgt\.(?=\s)", "Sergeant"),
    (r"\bEsq\.", "Esquire"),
    (r"\bJr\.", "Junior"),
    (r"\bSr\.", "Senior"),
    (r"\bSt\.?(?=\s+[A-Z])", "Saint"),
    (r"(?<=[a-z] )St\.", "Street"),
    (r"(?<=[a-z] )Ave\.", "Avenue"),
    (r"(?<=[a-z] )Rd\.", "Road"),
    (r"\bMt\.(?=\s+[A-Z])", "Mount"),
    (r"\bBros\.", "Brothers"),
    (r"(?<=[\w&] )Co\.", "Company"),
    (r"\bNos?\.(?=\s*\d)", "number"),
    (r"\b[Vv]ol\.(?=\s*[\dIVXLC])", "volume"),
    (r"\bpp?\.(?=\s*\d)", "page"),
    (r"(?<=\d)\s?lbs?\b\.?", " pounds"),
    (r"(?<=\d)\s?oz\b\.?", " ounces"),
    (r"(?<=\d)\s?ft\b\.?", " feet"),
    (r"\b([Aa])\. ?[Mm]\.", "A M"),
    (r"\b([Pp])\. ?[Mm]\.", "P M"),
    (r"\be\. ?g\.", "for example,"),
    (r"\bi\. ?e\.", "that is,"),
    (r"\bviz\.", "namely"),
    (r"&c\.?|\betc\.", "et cetera"),
    (r"\bvs\.", "versus"),
    (r"\s&\s", " and "),
)
_MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "May": "May", "June": "June", "July": "July",
    "Aug": "August", "Sept": "September", "Sep": "September", "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip
_MONTH = rf"(?:{'|'.join(dict.fromkeys([*_MONTHS.values(), *_MONTHS]))})"
# Poets' and dialects' contractions that a voice would spell; left, the sign's letter stands for either apostrophe.
_OLD = (
    (r"\b([Oo])'er(?=\w|\b)", r"\1ver"),
    (r"\b([Nn])e'er\b", r"\1ever"),
    (r"\b([Ee])'er\b", r"\1ver"),
    (r"\b([Ee])'en\b", r"\1ven"),
    (r"(?<!\w)'([Tt])(is|was|were|will)\b", r"\1\2"),
    (r"(?<!\w)'(em|gainst|neath|mid|mongst|tween|cause)\b", r"\1"),
    (r"\b([Tt])h'(?=\s?\w)", r"\1he "),
    (r"\b([a-z]{2,})'(n|r|ry|ring|rous|ral)\b", r"\1e\2"),
    (r"\b(?!(?:he|she|it|we|you|they|who|that|there|where|how|what|this|one|here)'d)([a-z]{3,})'d\b", r"\1ed"),
    (r"\b([Ss])hew(?=(?:ed|n|ing|s)?\b)", r"\1how"),
)
_FRACTIONS = {"½": "half", "¼": "quarter", "¾": "three quarters", "⅓": "third", "⅔": "two thirds"}
_UNITS = {"$": ("dollar", "cent", "cents"), "£": ("pound", "penny", "pence"), "€": ("euro", "cent", "cents")}


def english_words(text: str) -> str:
    """Return `text`, in plain punctuation, with all that a voice would stumble over as words."""
    text = text.replace("’", "'").replace("ſ", "s")
    for pattern, words in _OLD:
        text = re.sub(pattern, words, text)
    text = _romans(text)
    for pattern, words in _ABBREVIATIONS:
        text = re.sub(pattern, words, text)
    text = _money(text)
    text = re.sub(r"(\d),(?=\d{3}\b)", r"\1", text)
    text = _dates(text)
    text = re.sub(r"(\d?)\s?([½¼¾⅓⅔])", _fraction, text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th|d)\b", lambda found: _spell(found[1], english_ordinal), text)
    text = re.sub(r"\b(\d{1,2})[:.](\d{2})(?=\s+(?:o'clock|[AP] M)\b)|\b(\d{1,2}):(\d{2})\b", _time, text)
    text = re.sub(r"(\d)\s?[–-]\s?(?=\d)", r"\1 to ", text)
    text = re.sub(r"\b(1[1-9]\d0)s\b", lambda found: re.sub(r"y$", "ie", english_year(int(found[1]))) + "s", text)
    text = re.sub(r"\b(1[1-9]\d\d|20\d\d)\b", lambda found: f" {english_year(int(found[1]))} ", text)
    text = re.sub(r"(\d)\s?%", r"\1 per cent", text)
    text = re.sub(r"(\d)\s?°", r"\1 degrees", text)
    text = re.sub(r"(\d+)\.(\d+)", _decimal, text)
    return re.sub(r"\d+", lambda found: f" {_spell(found[0], english_cardinal)} ", text)


def _romans(text: str) -> str:
    text = re.sub(
        r"\b(chapter|book|part|volume|vol\.|act|scene|canto|section|letter|stave|plate|figure)\s+([IVXLC]+)\b\.?",
        _division,
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^([IVXLC]+)\.?(?=\s|$)", _lone_roman, text)
    # "Charles I" is a king only where he is called one: elsewhere "I" is who speaks.
    text = re.sub(r"(?<=\b(?:King|Tsar|Czar|Pope) )([A-Z][a-z]+) (I)\b(?!')", _named, text)
    text = re.sub(
        r"\b(?!(?:Mr|Mrs|Miss|Dr|Mister|Madame|Lady|Lord|Count) )([A-Z][a-z]+) ([VX])\b(?!\.? ?[A-Z]\b)", _named, text
    )
    return re.sub(r"(?<=[a-z] )([IVX]{2,})\b(?:\.(?=\s[a-z]))?", _regnal, text)


def _division(found: re.Match[str]) -> str:
    value = roman_value(found[2])
    # A heading's number ends it, unless the sentence goes on.
    end = "" if re.match(r"[,;:)]| [a-z]", found.string[found.end() :]) else "."
    return f"{found[1].capitalize()} {english_cardinal(value)}{end}" if value else found[0]


def _lone_roman(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    # "I" begins a sentence far more often than it numbers one.
    alone = found.string.strip(". ") == found[1]
    return f"{english_cardinal(value)}." if value and (alone or len(found[1]) > 1) else found[0]


def _named(found: re.Match[str]) -> str:
    return f"{found[1]} the {english_ordinal(roman_value(found[2]))}"


def _regnal(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    return f"the {english_ordinal(value)}" if value else found[0]


def _money(text: str) -> str:
    text = re.sub(r"£\s?(\d[\d,]*)\s(\d{1,2})s\.(?:\s(\d{1,2})d\.)?", _old_money, text)
    text = re.sub(r"([$£€])\s?(\d+)\.(\d\d)\b", _change, text)
    return re.sub(r"([$£€])\s?(\d[\d,]*)", _sum, text)


def _old_money(found: re.Match[str]) -> str:
    parts = [_amount(found[1].replace(",", ""), "pound", "pounds"), _amount(found[2], "shilling", "shillings")]
    if found[3]:
        parts.append(_amount(found[3], "penny", "pence"))
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _change(found: re.Match[str]) -> str:
    unit, one, many = _UNITS[found[1]]
    parts = [_amount(found[2], unit, unit + "s")] if int(found[2]) else []
    parts += [_amount(found[3], one, many)] if int(found[3]) or not parts else []
    return " and ".join(parts)


def _sum(found: re.Match[str]) -> str:
    unit = _UNITS[found[1]][0]
    digits = found[2].replace(",", "")
    return _amount(digits, unit, unit + "s") + ("," if found[2][-1] == "," else "")


def _amount(digits: str, one: str, many: str) -> str:
    return f"{_spell(digits, english_cardinal)} {one if digits.lstrip('0') == '1' else many}"


def _dates(text: str) -> str:
    for short, month in _MONTHS.items():
        if short != month:
            text = re.sub(rf"\b{short}\.(?=\s*\d)|(?<=\d )\b{short}\.", month, text)
    text = re.sub(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th|d)?\b(?!:)", r"\1 the \2th", text)
    return re.sub(rf"\b(\d{{1,2}})(?:st|nd|rd|th|d)? (of )?({_MONTH})\b", r"the \1th of \3", text).replace(
        "the the ", "the "
    )


def _fraction(found: re.Match[str]) -> str:
    said = _FRACTIONS[found[2]]
    single = said in ("half", "quarter", "third")
    if found[1]:
        return f"{found[1]} and {'a ' if single else ''}{said} "
    return f" {'a ' if single else ''}{said} "


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4])
    if hour > 24 or minute > 59:
        return found[0]
    after = "o'clock" if minute == 0 else f"{'oh ' if minute < 10 else ''}{english_cardinal(minute)}"
    if minute == 0 and re.match(r"\s+(?:o'clock|[AP] M)", found.string[found.end() :]):
        return english_cardinal(hour)
    return f"{english_cardinal(hour)} {after}"


def _decimal(found: re.Match[str]) -> str:
    digits = " ".join(english_cardinal(int(digit)) for digit in found[2][:12])
    return f" {_spell(found[1], english_cardinal)} point {digits} "


def _spell(digits: str, words: Callable[[int], str]) -> str:
    return spelled(digits, words)


def spelled(digits: str, words: Callable[[int], str]) -> str:
    """Return `digits` as `words` says the number; digit by digit where it is too long for a number."""
    # int() of thousands of digits is refused by Python itself.
    if len(digits) >= len(str(LARGEST)):
        return " ".join(words(int(digit)) for digit in digits[:40])
    return words(int(digits))
