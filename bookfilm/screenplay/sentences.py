"""Sentences: where they end, and stretches of narration short enough to be told in one breath."""

from __future__ import annotations

import re

from bookfilm.records.book import Language, Span
from bookfilm.screenplay.lexicon import load_lexicon

_END = re.compile(r"[.!?…]+[”’\"»)\]_]*(?=\s+[^\sa-zа-яё])")
_CLAUSE = re.compile(r"[,;:—–][”’\"»]?\s+|--")
_SPACE = re.compile(r"\s+")
_LAST_WORD = re.compile(r"([^\W\d_]+)$")
MAX_CHARS = 260


def split_sentences(flat: str, start: int, end: int, language: Language) -> list[Span]:
    """Return the sentences of flat[start:end] as spans of `flat`, without the white space between them."""
    abbreviated = load_lexicon(language, "people").words("titles.abbreviated")
    spans, begin = [], start
    for match in _END.finditer(flat, start, end):
        word = _LAST_WORD.search(flat[max(begin, match.start() - 20) : match.start()])
        stop = match.group().rstrip('”’"»)]_')
        short = word is not None and (
            word.group(1).lower() in abbreviated or (len(word.group(1)) == 1 and word.group(1).isupper())
        )
        if stop == "." and short and word is not None and word.group(1) != "I":
            continue
        spans.append((begin, match.end()))
        begin = match.end()
    spans.append((begin, end))
    return [(a, b) for a, b in (_trim(flat, a, b) for a, b in spans) if a < b]


def breathe(flat: str, start: int, end: int, language: Language, max_chars: int = MAX_CHARS) -> list[Span]:
    """Return flat[start:end] as stretches of whole sentences of at most `max_chars`; longer ones break at clauses."""
    spans: list[Span] = []
    for a, b in split_sentences(flat, start, end, language):
        for c, d in _broken(flat, a, b, max_chars):
            if spans and d - spans[-1][0] <= max_chars:
                spans[-1] = (spans[-1][0], d)
            else:
                spans.append((c, d))
    return spans


def _broken(flat: str, start: int, end: int, max_chars: int) -> list[Span]:
    spans: list[Span] = []
    while end - start > max_chars:
        cuts = [m.end() for m in _CLAUSE.finditer(flat, start + max_chars // 3, start + max_chars)]
        if not cuts:
            cuts = [m.end() for m in _SPACE.finditer(flat, start + max_chars // 3 + 1, start + max_chars)]
        cut = cuts[-1] if cuts else start + max_chars
        spans.append(_trim(flat, start, cut))
        start = _trim(flat, cut, end)[0]
    spans.append(_trim(flat, start, end))
    return [span for span in spans if span[0] < span[1]]


def _trim(flat: str, start: int, end: int) -> Span:
    words = flat[start:end]
    left = len(words) - len(words.lstrip())
    return (start + min(left, len(words)), max(start + left, start + len(words.rstrip())))
