"""Bytes become text: which encoding a plain text file is in, told by its own letters.

A Russian text in a single-byte encoding is legible in one of them only: the others give capitals in the middle of
words, rare letters and box-drawing marks. Each candidate is scored by how ordinary its letters and pairs are.
"""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
          (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))  # fmt: skip
_CYRILLIC_ENCODINGS = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_COMMON = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")
_RANK = {letter: place for place, letter in enumerate("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")}
_COMMON_PAIRS = frozenset(
    [
        "ст",
        "но",
        "то",
        "на",
        "ен",
        "ов",
        "ни",
        "ра",
        "во",
        "ко",
        "го",
        "ро",
        "по",
        "не",
        "ре",
        "ал",
        "пр",
        "ка",
        "ла",
        "та",
        "ер",
        "от",
        "ос",
        "ор",
        "ти",
        "он",
        "ть",
        "ли",
        "ва",
        "ом",
        "ит",
        "ло",
        "де",
        "за",
        "ол",
        "ел",
        "ат",
        "ес",
        "ки",
        "ви",
        "же",
        "да",
        "ле",
        "ли",
        "ны",
        "мо",
        "ся",
        "бы",
        "ил",
        "ак",
        "ет",
        "ин",
        "до",
        "об",
        "ме",
        "ве",
        "те",
        "ри",
        "ас",
        "ег",
        "ог",
        "ой",
        "ый",
        "ая",
        "ое",
        "их",
        "им",
        "ее",
        "ие",
    ]
)
_NAMES = {"cp1251": "windows-1251", "cp1252": "windows-1252"}
_SAMPLE = 60_000


class Undecodable(ValueError):
    """The bytes are no text in any encoding that is known here."""


def decode(data: bytes) -> tuple[str, str]:
    """Return the text in `data`, without a byte order mark, and its encoding's name. Raises Undecodable."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], name), name
    if b"\0" in data[:4096] or _is_wide_cyrillic(data[:4096]):
        return _wide(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(data, error):
            return data.decode("utf-8", errors="replace"), "utf-8"
    return _single_byte(data)


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        text = data.decode(name, errors="replace")
        if text.count("\ufffd") * 1000 > len(text) + 2000:
            raise Undecodable(f"it is marked as {name} but is not") from error
        return text


def _wide(data: bytes) -> tuple[str, str]:
    """Tell UTF-16 without a mark by where its zero bytes stand."""
    best, best_share = "", 0.0
    for name in ("utf-16-le", "utf-16-be"):
        text = data[:_SAMPLE].decode(name, errors="replace")
        plain = sum((letter.isalpha() and (letter < "\u0530")) or letter in " \n\r.,-" for letter in text)
        share = plain / max(1, len(text))
        if share > best_share:
            best, best_share = name, share
    if best_share < 0.8:
        raise Undecodable("it is binary data, not a book")
    return _strictly(data, best), best


def _is_wide_cyrillic(head: bytes) -> bool:
    """Return whether every other byte is the upper half of a Cyrillic letter in UTF-16."""
    return len(head) % 2 == 0 and max(head[0::2].count(4), head[1::2].count(4)) > 0.4 * len(head) / 2


def _is_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """Return whether a text is UTF-8 but for a few broken bytes, as a file cut in the middle of a letter is."""
    letters = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", data))
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    # Of a short text, cut in the middle of a letter, the one broken letter is a larger share.
    return (letters >= 8 and broken * 50 <= letters) or (letters >= 4 * broken and broken == 1)


def _single_byte(data: bytes) -> tuple[str, str]:
    high = sum(byte >= 0x80 for byte in data[:_SAMPLE])
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13, 26, 27) for byte in data[:_SAMPLE])
    if controls * 100 > len(data[:_SAMPLE]):
        raise Undecodable("it is binary data, not a book")
    sample = data[:_SAMPLE]
    scores = {name: russian_score(sample.decode(name, errors="replace")) for name in _CYRILLIC_ENCODINGS}
    best = max(scores, key=lambda name: scores[name])
    ascii_letters = len(re.findall(rb"[A-Za-z]", sample))
    if high > ascii_letters or (scores[best] > 0.35 and high > 0.15 * ascii_letters and _is_in_words(sample)):
        if scores[best] < 0.3:
            raise Undecodable("its letters make no text in any encoding that is known here")
        return data.decode(best, errors="replace"), _NAMES.get(best, best)
    return data.decode("cp1252", errors="replace"), _NAMES["cp1252"]


def _is_in_words(sample: bytes) -> bool:
    """Return whether bytes above 127 stand together in words, and not as single accents or quotation marks."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
    return bool(runs) and sum(run for run in runs if run >= 3) >= 0.5 * sum(runs)


def russian_score(text: str) -> float:
    """Return how much `text` reads as Russian: about 1 for prose, near 0 or below for the wrong encoding."""
    foreign = [letter for letter in text if ord(letter) > 127]
    if not foreign:
        return 0.0
    good = sum(1.0 - _RANK[low] / 40 for letter in foreign if (low := letter.lower()) in _RANK)
    good += sum(letter in "«»—–…“”„№\u00a0’‘" for letter in foreign) * 0.6
    letters = sum(letter.lower() in _COMMON for letter in foreign)
    words = re.findall(r"[а-яёА-ЯЁ]+", text)
    odd = sum(not (word.islower() or word.isupper() or word.istitle()) for word in words)
    shouted = sum(len(word) > 1 and word.isupper() for word in words)
    pairs = sum(word[at : at + 2].lower() in _COMMON_PAIRS for word in words for at in range(len(word) - 1))
    possible = sum(max(0, len(word) - 1) for word in words)
    share = good / len(foreign) * letters / len(foreign)
    score: float = share + pairs / max(1, possible) - 2 * odd / max(1, len(words)) - 0.2 * shouted / max(1, len(words))
    return score
