"""Roman numerals as they are said in English: of chapters, of kings, in a row, with an ordinal's ending."""

from __future__ import annotations

import re

from bookfilm.sound.numerals import english_cardinal, english_ordinal, roman_value

_DIVISIONS = "chapter|book|part|volume|vol\\.|act|scene|canto|section|letter|stave|plate|figure"
# Names that rulers have borne with a number, of any country: after these "I" may count, after others it speaks.
_RULERS = """
    Albert Alexander Alfonso Amadeus Andrew Anne Antiochus Artaxerxes Augustus Baldwin Basil Boniface Casimir
    Catherine Charles Christian Clement Conrad Constantine Darius Edward Eleanor Elizabeth Emmanuel Ferdinand
    Francis Franz Frederick Friedrich George Gregory Gustav Gustavus Harold Henry Innocent Isabella Ivan James Joan
    John Joseph Julius Karl Leo Leopold Louis Ludwig Malcolm Margaret Maria Mary Matilda Maximilian Mehmed Michael
    Murad Napoleon Nicholas Olaf Oscar Otto Paul Pedro Peter Philip Pius Ptolemy Rameses Richard Robert Rudolf
    Rupert Selim Sigismund Stephen Theodore Theodosius Umberto Urban Victor Victoria Vladimir Wilhelm William Xerxes
"""
_RULER = "|".join(_RULERS.split())
# What no "I" of a speaker stands before: a verb in the third person, or a mark that ends his clause.
_THIRD_PERSON = r"is|has|does|reigns|rules|reigned|ruled"
_TITLED = r"(?:King|Queen|Tsar|Czar|Pope|Emperor|Empress|Kaiser|Sultan|Shah)"
_ITEM = r"[IVXLC]+"
_LINK = r"(?:,? (?:and|or|to) |, |; |[–-])"


def romans_in_words(text: str) -> str:
    """Return English `text` with its Roman numerals in words; the speaker's own "I" stays."""
    text = re.sub(rf"\b([Cc]h(?:ap)?)s?\.\s*({_ITEM}|{_ITEM.lower()}|\d+)\b", r"chapter \2", text)
    text = re.sub(rf"\b({_DIVISIONS})\s+([IVXLC]+)\b\.?", _division, text, flags=re.IGNORECASE)
    text = re.sub(rf"^({_ITEM})\.?(?=\s|$)", _lone, text)
    text = re.sub(rf"\b({_ITEM})(st|nd|rd|th|d)\b", _with_ending, text)
    text = re.sub(rf"(?:\b(\w+) )?(?<![\w'-])({_ITEM}(?:{_LINK}{_ITEM})+)(?![\w'-])", _row, text)
    text = _kings(text)
    return re.sub(r"(?<=[a-z] )([IVX]{2,})\b(?:\.(?=\s[a-z]))?", _regnal, text)


def _division(found: re.Match[str]) -> str:
    word, numeral = found[1], found[2]
    value, rest = roman_value(numeral), found.string[found.end() :]
    if not value or (len(numeral) == 1 and not _numbers(word, numeral, found[0], rest)):
        return found[0]
    # A heading's number ends it, unless the sentence goes on.
    goes_on = re.match(r"[,;:)]| [a-z]", rest)
    at_start = found.start() == 0 or found.string[: found.start()].rstrip()[-1:] in tuple(".!?…")
    said = word.capitalize() if word[0].isupper() or at_start else word
    return f"{said} {english_cardinal(value)}{'' if goes_on else '.'}"


def _numbers(word: str, numeral: str, whole: str, rest: str) -> bool:
    """Tell whether a single letter counts: "Book I", not "the book I read", "the letter X" or "plate C"."""
    if numeral in "lLcC" or (word.lower() == "letter" and not whole.isupper() and not whole.istitle()):
        return word.lower() in ("chapter", "canto") or (whole.isupper() and numeral in "lL")
    if numeral not in "iI" or whole.endswith("."):
        return True
    if re.match(r"\s*$|[.:;)!?]|\s+(?:of (?!course\b)|is\b|has\b|[A-Z—])", rest):
        return True
    return (word[0].isupper() and rest[:1] == ",") or bool(re.match(rf", (?:{_DIVISIONS})\b", rest, re.IGNORECASE))


def _lone(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    # "I" begins a sentence far more often than it numbers one.
    alone = found.string.strip(". ") == found[1]
    listed = re.match(rf"{_LINK}{_ITEM}\b", found.string[found.end() :])
    return f"{english_cardinal(value)}." if value and not listed and (alone or len(found[1]) > 1) else found[0]


def _with_ending(found: re.Match[str]) -> str:
    """XIVth: the ending must be the number's own, or it is a word."""
    value = roman_value(found[1])
    said = english_ordinal(value) if value else ""
    fits = said.endswith(found[2]) or (found[2] == "d" and said.endswith(("nd", "rd")))
    return said if fits else found[0]


def _row(found: re.Match[str]) -> str:
    """I, II and III: numbers in a row, of which one at least cannot be the speaker's "I"."""
    before, row = found[1] or "", found[2]
    values = [roman_value(item) for item in re.findall(_ITEM, row)]
    pronoun = re.match(r"I\b", row) is not None and before in ("and", "or", "than", "said", "that")
    if pronoun or not all(values) or all(len(item) == 1 for item in re.findall(_ITEM, row)):
        return found[0]
    lead = f"{before} " if before else ""
    ruler = re.fullmatch(_RULER, before) is not None
    words = [f"the {english_ordinal(value)}" if ruler else english_cardinal(value) for value in values]
    links = [re.sub(r"^[–-]$", " to ", link) for link in re.split(_ITEM, row)[1:-1]]
    return lead + words[0] + "".join(link + word for link, word in zip(links, words[1:], strict=True))


def _kings(text: str) -> str:
    """ "Charles I" is a king where he is called one, or where no speaker could stand: elsewhere "I" is who speaks."""
    text = re.sub(rf"\b({_TITLED} [A-Z][a-z]+) (I)\b(?!')", _named, text)
    ends = rf"(?= of [A-Z]|'s\b|\s*[,.;:)!?…—]|\s*$| (?:{_THIRD_PERSON})\b)"
    text = re.sub(rf"\b({_RULER}) (I)\b{ends}", _named, text)
    # "was" suits both: a king where nothing stands before his name but what opens a clause.
    text = re.sub(
        rf"((?:^|[.!?…;] |\b[Ww]hen |\b[Aa]fter |\b[Bb]efore )(?:{_RULER})) (I)(?= (?:was|had|died)\b)", _named, text
    )
    text = re.sub(r"\b([A-Z][a-z]+) (I)\b(?= of [A-Z])", _named, text)
    text = re.sub(r"\b(War) (I{1,3})\b", lambda found: f"{found[1]} {english_cardinal(roman_value(found[2]))}", text)
    return re.sub(
        r"\b(?!(?:Mr|Mrs|Miss|Dr|Mister|Madame|Lady|Lord|Count) )([A-Z][a-z]+) ([VX])\b(?!\.? ?[A-Z]\b)", _named, text
    )


def _named(found: re.Match[str]) -> str:
    return f"{found[1]} the {english_ordinal(roman_value(found[2]))}"


def _regnal(found: re.Match[str]) -> str:
    value = roman_value(found[1])
    if not value:
        return found[0]
    article = "" if found.string[: found.start()].lower().endswith(" the ") else "the "
    return f"{article}{english_ordinal(value)}"
