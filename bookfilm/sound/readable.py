"""Makes the author's text readable aloud: marks of print go, numbers and abbreviations become words.

`readable` prepares a text, `spoken_parts` cuts it into what is said in one breath, each with the pause
that follows. Nothing speakable gives no parts.
"""

from __future__ import annotations

import re
import unicodedata

from bookfilm.records.book import Language
from bookfilm.sound.english_words import english_words
from bookfilm.sound.russian_words import russian_words

LONGEST_PART = 260
SENTENCE_PAUSE_S, CLAUSE_PAUSE_S, BREAK_PAUSE_S = 0.30, 0.10, 0.55
ASKED_PAUSE_S, HALF_PAUSE_S = 0.36, 0.22
"""After a question; at a semicolon, or a dash between two clauses."""
SHORTEST_HALF = 12
"""A stretch of fewer characters is not parted from its sentence: it would be said as one by itself."""

_LETTERS = re.compile(r"[^\W\d_]")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”'’»)\]]*\s+(?=\S)")
_HALF_END = re.compile(r"(?<=[;—])\s+")
_CLAUSE_END = re.compile(r"(?<=[,;:—])\s+")


def readable(text: str, language: Language) -> str:
    """Return `text` in words and plain punctuation; an empty string if there is nothing to say."""
    text = unicodedata.normalize("NFC", text).translate(_LIGATURES)
    text = "".join(" " if _is_unspoken(letter) else letter for letter in text)
    text = _plain_punctuation(text)
    text = _without_capitals(english_words(text) if language == "en" else russian_words(text))
    text = text.translate(dict.fromkeys(map(ord, _SPOKEN_SIGNS), " "))
    text = re.sub(r"\s+([,.;:!?…])", r"\1", _SPACES.sub(" ", text)).strip()
    return text if any(letter.isalpha() for letter in text) else ""


_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
# Controls, private use, unassigned, and pictures: an engine would spell them or stumble.
_UNSPOKEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "So", "Sk"})


_SPOKEN_SIGNS = "°№−"


def _is_unspoken(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSPOKEN and letter not in _SPOKEN_SIGNS


def _plain_punctuation(text: str) -> str:
    # A minus is told from a dash: before degrees, or between a space and a digit where no number stands before.
    text = re.sub(r"(?<!\w)[-–−](?=\d+(?:[.,]\d+)?\s?°)|(?<=[^\d\s—–-]\s)[-−](?=\d)", "−", text)
    text = re.sub(r"(?<!\w)[_*]+|[_*]+(?!\w)", "", text.replace("_", " _ ") if text.count("_") == 1 else text)
    text = re.sub(r"[_*~^|\\#<>{}=]+", " ", text)
    text = re.sub(r"(?<=\w)-{2,}|\s-{2,}|-{2,}|\s[-–]\s|―|–(?!\d)", " — ", text)
    text = re.sub(r"\.{2,}|(?:\.\s){2,}\.?", "… ", text)
    text = re.sub(r"…(?=[\w])", "… ", text)
    return re.sub(r"^[\s—–-]+", "", text)


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
        halves = _halves(sentence)
        for half in halves:
            clauses = _clauses(half)
            parts += [(clause, CLAUSE_PAUSE_S) for clause in clauses[:-1]]
            parts += [(clauses[-1], HALF_PAUSE_S if half is not halves[-1] else _pause_after(sentence))]
    return [(part, pause_s) for part, pause_s in parts if _LETTERS.search(part)]


def _pause_after(sentence: str) -> float:
    """Return how long a voice rests after a sentence, by the mark that ends it."""
    return {"…": BREAK_PAUSE_S, "?": ASKED_PAUSE_S}.get(sentence.rstrip("\"”'’»)")[-1:], SENTENCE_PAUSE_S)


def _halves(sentence: str) -> list[str]:
    """Cut a sentence at its semicolons and at dashes between words, where both sides are long enough to stand."""
    halves = [""]
    for piece in _HALF_END.split(sentence):
        if len(halves[-1]) < SHORTEST_HALF or len(piece) < SHORTEST_HALF:
            halves[-1] = f"{halves[-1]} {piece}".strip()
        else:
            halves.append(piece)
    return halves


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
