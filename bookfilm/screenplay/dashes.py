"""Dashes: replies that begin with a dash, and the author's words between dashes inside them.

The convention is the Russian one (Rosenthal, Spravochnik po pravopisaniyu, on direct speech): speech begins
after a dash, the author's words stand between dashes after a stop or a comma, and speech resumes after the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_LEAD = re.compile(r"\s*(?:—|–|--|―|-(?=\s|[А-ЯЁA-Z…]))\s*")
_INNER = re.compile(r"(?<=[,.!?…:;»\")\]])\s*(?:—|–|--|―|(?<=\s)-(?=[\s\w])|(?<=[,.!?…])-(?=\s))\s*")
_RESUMES = re.compile(r"[,.!?…:;]\s*$")
_STOP_CHARS = 8
_INTRODUCES = re.compile(r"(?<=[:.!?…])\s*(?:—|–|--|―)\s*(?=[«\"А-ЯЁA-Z…])")

Piece = tuple[bool, int, int]
"""Whether it is speech, and its [start, end) in characters of the paragraph."""


def begins_with_dash(flat: str) -> bool:
    """Tell whether a paragraph is a reply that a dash opens."""
    match = _LEAD.match(flat)
    return match is not None and bool(flat[match.end() :].strip())


def split_reply(flat: str, start: int, is_author: Callable[[str], bool]) -> list[Piece]:
    """Split `flat` from `start`, where speech begins, into speech and the author's words.

    `is_author` tells whether words after a dash are the author's ("сказал он") and not more of the speech.
    """
    lead = _LEAD.match(flat, start)
    begin = lead.end() if lead else start
    pieces: list[Piece] = []
    speech = True
    for dash in _INNER.finditer(flat, begin):
        after = flat[dash.end() : dash.end() + 160]
        if speech and not is_author(after):
            continue
        if not speech and not _RESUMES.search(flat[max(begin, dash.start() - _STOP_CHARS) : dash.start()]):
            continue
        pieces.append((speech, begin, dash.start()))
        speech, begin = not speech, dash.end()
    pieces.append((speech, begin, len(flat)))
    return [piece for piece in pieces if flat[piece[1] : piece[2]].strip()]


def speech_inside(flat: str) -> int | None:
    """Return where speech begins inside a paragraph of narration ("Он сказал: — Нет."), or None."""
    match = _INTRODUCES.search(flat)
    return match.start() if match else None
