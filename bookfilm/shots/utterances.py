"""Utterances: lines cut at sentence or clause ends into stretches short enough for one shot."""

from __future__ import annotations

import re

from bookfilm.records.screenplay import Line
from bookfilm.records.shots import Utterance

MAX_CHARS = 140
"""Some ten seconds of speech: films of this kind cut sooner."""
_STOP = re.compile(r"[.!?…]+[”’\"»)\]]*\s+")
_SHORTENED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Messrs|Mme|Mlle|Rev|Capt|Col|Gen|Lt|Prof|Jr|Sr|No|гг|гр|ст|св|ул|им|[A-HJ-ZА-Яa-zгдт])\.\s+$"
)
"""A point that ends no sentence: after a title, an initial, a shortened word."""
_ENDED = re.compile(r"[.!?…][”’\"»)\]]*$")
_CLAUSE = re.compile(r"[;:][”’\"»]?\s+|\s[—–]\s|--")
_COMMA = re.compile(r",[”’\"»]?\s+")
_SPACE = re.compile(r"\s+")
_CLAUSE_MS, _WITHIN_MS, _SENTENCE_MS, _OPEN_MS, _PARAGRAPH_MS = 0, 100, 250, 340, 380


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
    """Return where `rest` is cut: after its last whole sentence, else near its middle, at the strongest mark there."""
    quarter = max_chars // 4
    for pattern, least in ((_STOP, quarter), (_CLAUSE, quarter), (_COMMA, quarter), (_SPACE, 1)):
        found = [match for match in pattern.finditer(rest, 0, max_chars + 1) if match.start() >= least]
        ends = [match.end() for match in found if len(rest[: match.end()].rstrip()) <= max_chars]
        if pattern is _STOP:
            ends = [end for end in ends if not _SHORTENED.search(rest, 0, end)]
        if ends and pattern is _STOP:
            return ends[-1]
        if ends:
            middle = len(rest) / 2 if len(rest) < 2 * max_chars else max_chars
            return min(ends, key=lambda end: (abs(end - middle), end))
    return max_chars


def _pause_ms(part: str, ends_line: bool, ends_paragraph: bool) -> int:
    if not ends_line:
        return _WITHIN_MS if _ENDED.search(part) else _CLAUSE_MS
    last = part.rstrip('”’"»)')[-1:]
    if ends_paragraph:
        return _PARAGRAPH_MS
    return _OPEN_MS if last in "…—-" else _SENTENCE_MS
