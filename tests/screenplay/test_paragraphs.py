"""A paragraph may be as long as a chapter: reading it takes time in proportion to its length."""

from __future__ import annotations

import time

import pytest

from bookfilm.records.book import Language
from tests.screenplay.books import adapt

SHORT, LONG = 10_000, 40_000
# Time in proportion gives 4, in proportion to the square 16.
MOST = 8.0

ENGLISH, RUSSIAN = ("Ruth", "Edwin", "Martha", "Oswald"), ("Вера", "Егор", "Марфа", "Пётр")
KINDS: dict[str, tuple[Language, str]] = {
    "curly": ("en", "“Come here, {other}, and see,” said {who}."),
    "straight": ("en", '"Come here, {other}, and see," said {who}.'),
    "single": ("en", "‘Come here, {other}, and see the boys’ boat,’ said {who}."),
    "nothing but speech": ("en", "“Come here and see it.”"),
    "never closed": ("en", '" Come here and see " it is'),
    "narration": ("en", "{who} saw {other} and laughed."),
    "no full stop": ("en", "{who} saw {other} and laughed and"),
    "dashes": ("ru", "— Иди сюда, {other}, — крикнула {who}."),
    "guillemets": ("ru", "«Иди сюда, {other}», — крикнула {who}."),
}


def _paragraph(length: int, language: Language, pattern: str) -> str:
    """Return one paragraph of about `length` characters, `pattern` over and over with the names going round."""
    names = ENGLISH if language == "en" else RUSSIAN
    pieces, size = list[str](), 0
    while size < length:
        at = len(pieces)
        pieces.append(pattern.format(who=names[at % 4], other=names[(at + 1) % 4]))
        size += len(pieces[-1]) + 1
    return " ".join(pieces)


def _seconds(text: str, language: Language) -> float:
    """Return the CPU time that reading `text` takes, the least of three."""
    least = float("inf")
    for _ in range(3):
        began = time.process_time()
        adapt(text, language)
        least = min(least, time.process_time() - began)
    return least


@pytest.mark.parametrize("kind", KINDS)
def test_time_grows_with_a_paragraph_and_no_faster(kind: str) -> None:
    language, pattern = KINDS[kind]
    short = _seconds(_paragraph(SHORT, language, pattern), language)
    assert _seconds(_paragraph(LONG, language, pattern), language) < MOST * short
