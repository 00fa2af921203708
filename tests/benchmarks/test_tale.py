"""The tale that long films are measured on."""

from __future__ import annotations

from pathlib import Path

from benchmarks.speakers import PACE
from benchmarks.tale import write_tale
from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest
from bookfilm.screenplay.rules import RulesScreenwriter


def test_a_longer_tale_begins_with_the_shorter_one() -> None:
    short, long = write_tale(1_000), write_tale(3_000)
    assert long.startswith(short.rstrip("\n"))
    assert 1_000 <= len(short.split()) < 2_500
    assert 3_000 <= len(long.split()) < 4_500
    assert write_tale(1_000) == short
    assert write_tale(1_000, seed=2) != short


def test_hardly_a_paragraph_comes_twice() -> None:
    paragraphs = write_tale(20_000).split("\n\n")
    assert len(set(paragraphs)) > 0.98 * len(paragraphs)


def test_a_brief_one_gives_more_shots_a_word(tmp_path: Path) -> None:
    counts = []
    for brief in (False, True):
        path = tmp_path / f"{brief}.txt"
        path.write_text(write_tale(2_000, brief=brief), encoding="utf8")
        book, text = read_book(path)
        counts.append(sum(1 for _ in RulesScreenwriter().adapt(book, text, AdaptRequest(pace=PACE)).screenplay.lines()))
        assert len(text.split()) >= 2_000
    assert counts[1] > 2 * counts[0]


def test_it_is_read_as_a_novel_is(tmp_path: Path) -> None:
    path = tmp_path / "tale.txt"
    path.write_text(write_tale(3_000), encoding="utf8")
    book, text = read_book(path)
    screenplay = RulesScreenwriter().adapt(book, text, AdaptRequest(pace=PACE)).screenplay
    assert len(book.chapters) >= 4
    assert len(screenplay.scenes) >= 2 * len(book.chapters)
    assert len(screenplay.characters) >= 6
    spoken = [line for line in screenplay.lines() if line.kind == "dialogue"]
    assert len({line.text for line in spoken}) > 0.9 * len(spoken) > 40
