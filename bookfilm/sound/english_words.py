"""English text as it is said: abbreviations, numerals, money, times, dates and poets' contractions as words."""

from __future__ import annotations

import re
from collections.abc import Callable

from bookfilm.sound.english_romans import romans_in_words
from bookfilm.sound.numerals import LARGEST, english_cardinal, english_ordinal, english_year

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
    text = romans_in_words(text)
    for pattern, words in _ABBREVIATIONS:
        text = re.sub(pattern, words, text)
    text = _money(text)
    # A leading nought: from here on no rule takes a number that had a thousands comma for a year.
    text = re.sub(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!\d)", lambda found: "0" + found[0].replace(",", ""), text)
    text = _decades(_dates(text))
    text = re.sub(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", _ratio, text)
    text = re.sub(r"(\d?)\s?([½¼¾⅓⅔])(-?)(?:(\s?)([A-Za-z]+))?", _fraction, text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th|(?<=[23])d)\b", lambda found: _spell(found[1], english_ordinal), text)
    text = re.sub(r"\b(\d{1,2})[:.](\d{2})(?=\s+(?:o'clock|[AP] M)\b)|\b(\d{1,2}):(\d{2})\b", _time, text)
    text = re.sub(r"(\d)\s?[–-]\s?(?=\d)", r"\1 to ", text)
    text = re.sub(r"(?:\b(\w+)\.? )?(?<![\w.−])(1\d{3}|20\d\d)\b(?![.,:]\d)(?: ([a-z]+))?", _year, text)
    text = re.sub(r"(\d)\s?%", r"\1 per cent", text)
    text = re.sub(r"\b(\d+(?:\.\d+)?)\s?°\s?([CF]\b)?", _degrees, text)
    text = re.sub(r"−\s?(?=\d)", "minus ", text)
    text = re.sub(r"(\d+)\.(\d+)", _decimal, text)
    return re.sub(r"\d+", lambda found: f" {_spell(found[0], english_cardinal)} ", text)


def _words_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_YEAR_BEFORE = _words_of(
    "in of since by until till from to before after year years during about around between and the this that early late"
    " spring summer autumn winter christmas easter ad bc circa or"
) | {month.lower() for month in _MONTHS.values()}


def _year(found: re.Match[str]) -> str:
    """Say four digits in pairs, as a year is; before what can be counted, and not after "in" or "of", as a number."""
    before, digits, after = found[1] or "", found[2], found[3] or ""
    many = after in ("men", "women", "people", "children", "feet") or (
        after[-1:] == "s" and after[-2:] not in ("ss", "is")
    )
    counted = many and after not in _VERBS and before.lower() not in _YEAR_BEFORE
    said = english_cardinal(int(digits)) if counted and int(digits) % 100 else english_year(int(digits))
    return f"{before + ' ' if before else ''} {said} {' ' + after if after else ''}"


_VERBS = _words_of("was has does as sees brings begins ends marks perhaps its his us always")


def _decades(text: str) -> str:
    """The '90s, the 1840's, January of '09; then shillings and pence, which are written with the same letters."""
    text = re.sub(r"\b(1\d\d0|20\d0)'?s\b", lambda found: _many(english_year(int(found[1]))), text)
    text = re.sub(r"(?<!\w)'([1-9]0)'?s\b|\b([1-9]0)'?s\b(?!\.? ?\d+d\b)", _decade, text)
    text = re.sub(
        r"(?<!\w)['‘](\d)(\d)\b(?!')", lambda found: f"{'oh ' if found[1] == '0' else found[1]}{found[2]}", text
    )
    text = re.sub(r"\b(\d{1,3})s\.\s?(\d{1,2})d\b\.?", _shillings, text)
    text = re.sub(r"\b(\d{1,3})s\.(?=\s[a-z]|$)", lambda found: _amount(found[1], "shilling", "shillings"), text)
    return re.sub(r"(?<![Tt]he )\b(\d{1,2})d\.", lambda found: _amount(found[1], "penny", "pence"), text)


def _many(words: str) -> str:
    return re.sub(r"y$", "ie", words) + "s"


def _decade(found: re.Match[str]) -> str:
    return _many(english_cardinal(int(found[1] or found[2])))


def _shillings(found: re.Match[str]) -> str:
    return f"{_amount(found[1], 'shilling', 'shillings')} and {_amount(found[2], 'penny', 'pence')}"


def _degrees(found: re.Match[str]) -> str:
    scale = {"C": " Celsius", "F": " Fahrenheit"}.get(found[2] or "", "")
    return f"{found[1]} degree{'' if found[1] == '1' else 's'}{scale} "


def _money(text: str) -> str:
    text = re.sub(r"£\s?(\d[\d,]*)\s(\d{1,2})s\.(?:\s(\d{1,2})d\.)?", _old_money, text)
    text = re.sub(r"([$£€])\s?(\d[\d,]*)\.(\d\d)\b", _change, text)
    return re.sub(r"([$£€])\s?(\d[\d,]*)", _sum, text)


def _old_money(found: re.Match[str]) -> str:
    parts = [_amount(found[1].replace(",", ""), "pound", "pounds"), _amount(found[2], "shilling", "shillings")]
    if found[3]:
        parts.append(_amount(found[3], "penny", "pence"))
    return ", ".join(parts[:-1]) + f" and {parts[-1]}"


def _change(found: re.Match[str]) -> str:
    unit, one, many = _UNITS[found[1]]
    digits = found[2].replace(",", "")
    parts = [_amount(digits, unit, unit + "s")] if digits.strip("0") else []
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


_DENOMINATORS = (2, 3, 4, 5, 6, 8, 10, 12, 16)
_NOT_NAMED = _words_of("and or but to in on at was is were as for with by from than if when he she it they")
_OWN = _words_of("a an the of past my his her its our their your this that")


def _ratio(found: re.Match[str]) -> str:
    """1/2 as the sign for it; other common fractions in words: 5/8 is five eighths."""
    over, under = int(found[1]), int(found[2])
    sign = {(1, 2): "½", (1, 4): "¼", (3, 4): "¾", (1, 3): "⅓", (2, 3): "⅔"}.get((over, under))
    if sign is not None or under not in _DENOMINATORS or over >= under:
        return sign or found[0]
    whole = re.search(r"\d $", found.string[: found.start()])
    return f"{'and ' if whole else ''}{english_cardinal(over)} {english_ordinal(under)}{'s' if over > 1 else ''}"


def _fraction(found: re.Match[str]) -> str:
    whole, said, hyphen, word = found[1], _FRACTIONS[found[2]], found[3], found[5] or ""
    rest = f"{hyphen}{found[4] or ''}{word}"
    single = said in ("half", "quarter", "third")
    if whole:
        return f"{whole} and {'a ' if single else ''}{said}{rest or ' '}"
    if said != "half":
        return f" {'a ' if single and not hyphen else ''}{said}{rest or ' '}"
    if hyphen or word.lower() in _OWN or word.endswith("s"):
        return f" half{rest or ' '}"
    if not word or word.lower() in _NOT_NAMED:
        return f" a half{rest or ' '}"
    return f" half {'an' if re.match('[aeiou]|hour', word.lower()) else 'a'} {word}"


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
