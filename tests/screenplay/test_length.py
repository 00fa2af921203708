"""A book is read in time that grows with its length, the same each time, and a change stays where it is made."""

from __future__ import annotations

import time

import pytest

from bookfilm.records.book import Language
from bookfilm.records.screenplay import Screenplay
from tests.screenplay.books import adapt, long_book


def _seconds(text: str) -> float:
    began = time.process_time()
    adapt(text)
    return time.process_time() - began


def test_four_times_the_book_takes_about_four_times_as_long() -> None:
    short, long = long_book(30), long_book(120)
    _seconds(short)
    assert _seconds(long) < 8 * max(min(_seconds(short) for _ in range(3)), 0.05)


def _by_chapter(screenplay: Screenplay) -> dict[int, list[tuple[str, str | None, str]]]:
    chapters: dict[int, list[tuple[str, str | None, str]]] = {}
    for scene in screenplay.scenes:
        chapters.setdefault(scene.chapter, []).extend((line.kind, line.speaker, line.text) for line in scene.lines())
    return chapters


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_changed_word_changes_no_other_chapter(language: Language) -> None:
    text = long_book(12, language)
    at = text.index("moth", text.index("# Chapter 9"))
    before = _by_chapter(adapt(text, language).screenplay)
    after = _by_chapter(adapt(f"{text[:at]}wasp{text[at + 4 :]}", language).screenplay)
    assert {n for n in before if before[n] != after[n]} == {8}
