"""Utterances: lines cut at sentence or clause ends into stretches short enough for one shot."""

from __future__ import annotations

import re

from bookfilm.records.screenplay import Line
from bookfilm.records.shots import Utterance

MAX_CHARS = 220
_STOP = re.compile(r"[.!?…]+[”’\"»)\]]*\s+")
_CLAUSE = re.compile(r"[,;:][”’\"»]?\s+|\s[—–]\s|--")
_SPACE = re.compile(r"\s+")
_WITHIN_MS, _SENTENCE_MS, _OPEN_MS, _PARAGRAPH_MS = 100, 250, 340, 380


def split_line(line: Line, *, ends_paragraph: bool) -> list[Utterance]:
    """Return `line` as utterances of at most MAX_CHARS, which together hold its words in order."""
    parts = split_words(line.text)
    return [
        Utterance(
            line=line.id,
            kind=line.delivery,
            speaker=line.speaker,
            text=part,
            emotion=line.emotion,
            begins_line=at == 0,
            ends_line=at == len(parts) - 1,
            pause_after_ms=_pause_ms(part, at == len(parts) - 1, ends_paragraph),
        )
        for at, part in enumerate(parts)
    ]


def split_words(text: str, max_chars: int = MAX_CHARS) -> list[str]:
    """Return `text` in parts of at most `max_chars`, cut where a sentence, a clause or else a word ends."""
    parts = []
    rest = text.strip()
    while len(rest) > max_chars:
        cut = _cut(rest, max_chars)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _cut(rest: str, max_chars: int) -> int:
    for pattern, least in ((_STOP, max_chars // 4), (_CLAUSE, max_chars // 4), (_SPACE, 1)):
        ends = [
            match.end() for match in pattern.finditer(rest) if least <= match.start() and match.end() <= max_chars + 1
        ]
        if ends:
            return ends[-1]
    return max_chars


def _pause_ms(part: str, ends_line: bool, ends_paragraph: bool) -> int:
    if not ends_line:
        return _WITHIN_MS
    last = part.rstrip('”’"»)')[-1:]
    if ends_paragraph:
        return _PARAGRAPH_MS
    return _OPEN_MS if last in "…—-" else _SENTENCE_MS
