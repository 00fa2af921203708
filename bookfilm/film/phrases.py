"""Parts words into what is read at one glance.

Where words may be parted: after punctuation best, before a word that opens a phrase, never after one that leans
on the next, such as an article or a preposition."""

from __future__ import annotations

import re
from functools import lru_cache

LINE_CHARS, LINES = 42, 2
"""What a viewer reads in one glance (the BBC's and Netflix's guides agree within a few characters)."""

_LEANING = """
    a an the my your his her its our their this that these those some no every each
    of to in on at by for from with into onto upon over under about after before between through without within
    and or but nor so if as than when while because who whom whose which what
    is are was were be been am do does did has have had will would shall should can could may might must not very too
    mr mrs ms dr st sir miss captain
    и а но да или либо ни не что чтобы как если когда где куда чем хотя пока
    в во на с со к ко о об обо от до по за под над из изо у без для при про через перед между из-за из-под
    мой моя мое моё мои твой свой своя свое своё свои наш ваш его её ее их этот эта эти тот та те весь вся все
"""
LEANING = frozenset(_LEANING.split())
_PHRASE_END = re.compile(r"[.!?…,;:—–][\"'”’»)\]]*$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_BARE = re.compile(r"[^\w'’-]+")

OPEN, PLAIN, OPENING, PHRASE, SENTENCE = 0, 1, 2, 3, 4
"""How well words part: not at all, at a space, before a phrase's first word, at a phrase's end, at a sentence's end."""


def parting(word: str, following: str) -> int:
    """Return how well `word` and `following` are parted: from OPEN to SENTENCE."""
    bare = _BARE.sub("", word).lower()
    if _SENTENCE_END.search(word) and bare not in LEANING:
        return SENTENCE
    if _PHRASE_END.search(word):
        return PHRASE
    if bare in LEANING:
        return OPEN
    if following[:1] in "—–(«“":
        return PHRASE
    return OPENING if _BARE.sub("", following).lower() in LEANING else PLAIN


_COST = {OPEN: 6.0, PLAIN: 1.2, OPENING: 0.7, PHRASE: 0.2, SENTENCE: 0.0}
_PIECE_COST, _LINE_SHARE, _UNEVEN_COST, _SHORT, _SHORT_COST = 1.0, 0.6, 0.4, 14, 0.8


def break_text(text: str, label: str = "") -> list[list[str]]:
    """Break `text` into pieces of at most two lines of 42 characters, where phrases part if it can be done.

    The break is the cheapest of all: pieces cost, and so does each place where words that belong together are parted.
    A word longer than a line stays whole. The words, in order, are those of `text`. `label`, a speaker's name with its
    mark, of a line at most, stands whole before the first words, and never without them.
    """
    words = [label, *text.split()] if label and text.strip() else text.split()
    labelled = bool(label) and len(words) > 1
    lengths = [0]
    for word in words:
        lengths.append(lengths[-1] + len(word) + 1)
    best: list[tuple[float, int, int]] = [(0.0, 0, 0)] * (len(words) + 1)
    for first in range(len(words) - 1, -1, -1):
        choices = []
        for end in range(first + 1, len(words) + 1):
            cost, middle = _piece(words, lengths, first, end)
            if labelled and first == 0 and end == 1:
                continue
            if labelled and first == 0 and end == 2 and middle < 0:
                # A word longer than a line still has its speaker's name above it.
                cost, middle = _PIECE_COST, 1
            if middle < 0 and end > first + 1:
                break
            choices.append((cost + best[end][0], end, middle))
        best[first] = min(choices)
    pieces, at = [], 0
    while at < len(words):
        _, end, middle = best[at]
        pieces.append([" ".join(part) for part in (words[at:middle], words[middle:end]) if part])
        at = end
    return pieces


def _piece(words: list[str], lengths: list[int], first: int, end: int) -> tuple[float, int]:
    """Return what it costs to show words[first:end] at once, and where its second line begins; -1 where it is too long.

    The second line of a piece of one line begins at its end.
    """
    whole = lengths[end] - lengths[first] - 1
    cost = _PIECE_COST + (_parted(words[end - 1], words[end]) if end < len(words) else 0.0)
    cost += _SHORT_COST if whole < _SHORT else 0.0
    if whole <= LINE_CHARS or end == first + 1:
        return cost, end
    found = (float("inf"), -1)
    for middle in range(first + 1, end):
        upper, lower = lengths[middle] - lengths[first] - 1, lengths[end] - lengths[middle] - 1
        if upper <= LINE_CHARS and lower <= LINE_CHARS:
            uneven = _UNEVEN_COST * abs(upper - lower) / LINE_CHARS
            found = min(found, (_LINE_SHARE * _parted(words[middle - 1], words[middle]) + uneven, middle))
    return cost + found[0], found[1]


@lru_cache(maxsize=4096)
def _parted(word: str, following: str) -> float:
    return _COST[parting(word, following)]
