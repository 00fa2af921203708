"""Unmarked tags: English replies that a dash opens and nothing closes ("—Come in, said Ruth. It is late.").

The author's words stand between stops, without marks of their own; the speech resumes after their sentence.
"""

from __future__ import annotations

import re
from functools import cache

from bookfilm.screenplay.dashes import Piece
from bookfilm.screenplay.lexicon import load_lexicon

_NAME = r"(?:(?:Mr|Mrs|Dr)\.\s)?[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*){0,2}"
_SOMEBODY = r"(?:the|an?|his|her|my|another)\s(?:[\w’'-]+\s){0,2}?[\w’'-]+"
_STOP = re.compile(r"[.!?…]+(?=\s|$)|,(?=\s)")
_TELLS_ON = re.compile(r",\s(?:[a-z]+ing|and|with|as|while|in|his|her)\b")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Dr)$")


def split_unmarked(flat: str, start: int) -> list[Piece]:
    """Split a reply, whose words begin at flat[start], into speech and the author's words; one piece without these."""
    pieces: list[Piece] = []
    begin = start
    while (tag := _tags().search(flat, begin)) is not None:
        end = _end(flat, tag.end())
        pieces += [(True, begin, tag.start()), (False, tag.start(), end)]
        begin = end
    pieces.append((True, begin, len(flat)))
    return [piece for piece in pieces if any(char.isalnum() for char in flat[piece[1] : piece[2]])]


def _end(flat: str, at: int) -> int:
    """Return where the author's words end: at their sentence's end, or at a comma behind which nothing is told."""
    for stop in _STOP.finditer(flat, at):
        if _TITLE.search(flat, max(0, stop.start() - 4), stop.start()):
            continue
        if stop.group() != "," or not _TELLS_ON.match(flat, stop.start()):
            return stop.end()
        sentence = re.compile(r"[.!?…]+(?=\s|$)").search(flat, stop.end())
        return sentence.end() if sentence else len(flat)
    return len(flat)


@cache
def _tags() -> re.Pattern[str]:
    """Return the pattern of a tag behind a stop: "said Ruth", "said the porter", "she said quietly", "Ruth said"."""
    lexicon = load_lexicon("en", "speech")
    say = "|".join(sorted(lexicon.words("say") - lexicon.words("weak")))
    inverted = rf"(?:{say})\s(?:he|she|I|{_NAME}|{_SOMEBODY})\b"
    plain = rf"(?:he|she|I|He|She|{_NAME})\s(?:{say})(?=[.,;:]|\s*$|\s[a-z]+(?:ly|ing)\b|\s(?:to|in|with|again|then)\b)"
    return re.compile(rf"(?<=[,.!?…])\s+(?:{inverted}|{plain})")
