"""What holds for every file there is: it is read, with spans in order that hold their paragraphs, or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookfilm.book import read_book
from bookfilm.errors import BookRefused
from bookfilm.records.book import Book
from tests.book.making import epub, fb2, page

ROOT = Path(__file__).parents[2]
BOOKS = ROOT.parent / "shared" / "books"


def bare(text: str) -> str:
    """Return `text` without what reading it may take out: spaces, emphasis, hyphens, note marks."""
    return re.sub(r"[\s_\-\u00ad\u200b*=~#|+\ufeff\x00-\x1f\x7f]+|\[(?:\d{1,3}|[*†‡])\]|\{\d{1,3}\}", "", text)


def check(book: Book, text: str) -> None:
    position = 0
    for paragraph in book.paragraphs():
        start, end = paragraph.source
        assert position <= start < end <= len(text)
        assert bare(text[start:end]) == bare(paragraph.text)
        position = end
    assert all("\n" not in one.text or one.kind in ("verse", "epigraph", "note") for one in book.paragraphs())
    assert Book.from_json(book.to_json()) == book


@cache
def reading(path: Path) -> tuple[Book, str]:
    return read_book(path)


def files_shared() -> Iterator[Path]:
    yield from sorted(one for one in BOOKS.rglob("*") if one.is_file())


@pytest.mark.skipif(not BOOKS.is_dir(), reason="the shared books are not at hand")
def test_every_shared_book_is_read_or_refused() -> None:
    read = 0
    for path in files_shared():
        try:
            book, text = reading(path)
        except BookRefused as refusal:
            assert "\n" not in str(refusal) and path.name in str(refusal)
            continue
        check(book, text)
        read += 1
        if book.file_format == "txt" and path.parent.name in ("en", "ru"):
            assert text.encode() == path.read_bytes()
    assert read >= 40


CHAPTERS = {
    "11_alices": 12, "1342_pride": 61, "pg1342": 61, "120_treasure": 34, "1400_great": 59, "1661_the": 12,
    "2489_moby": 138, "2852_the": 15, "345_dracula": 27, "dracula": 27, "36_the_war": 27, "76_adventures": 43,
    "84_frank": 28, "1064": 1, "gift_of": 1, "chekhov_dama": 4, "chekhov_duel": 21, "chekhov_kham": 1,
    "chekhov_vanka": 1, "chekhov_vish": 4, "dostoevsky": 41, "gogol_mert": 15, "gogol_nos": 3, "pushkin": 15,
    "tolstoy": 239, "turgenev": 28,
}  # fmt: skip


@pytest.mark.skipif(not BOOKS.is_dir(), reason="the shared books are not at hand")
@pytest.mark.parametrize("stem", sorted(CHAPTERS))
def test_shared_books_have_their_chapters(stem: str) -> None:
    path = next(one for one in files_shared() if one.name.startswith(stem) and one.suffix == ".txt")
    book, _ = reading(path)
    assert len(book.chapters) == CHAPTERS[stem]


LINES = st.sampled_from(
    [
        *("CHAPTER I", "Chapter 2. The Key", "II", "3", "Глава первая", "ЧАСТЬ ВТОРАЯ", "CONTENTS", "NOTES", "THE END"),
        *("", "", "", "* * *", "— Кто там?", "    O wind that wakes", "[1] A note.", "_He_ was_ there_", "some won-"),
        *("derful thing", "It was late, and the man went to the old house.", "\tтекст", "[Illustration]", "Title: A"),
        *("Он вышел на крыльцо и долго смотрел на дорогу, и думал.", "\u00a0\u2028x\x0c"),
        "*** START OF THE PROJECT GUTENBERG EBOOK A ***",
        "*** END OF THE PROJECT GUTENBERG EBOOK A ***",
    ]
)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOW
@given(lines=st.lists(LINES | st.text(max_size=60), max_size=40))
def test_any_text_is_read_in_order_or_refused(tmp_path: Path, lines: list[str]) -> None:
    data = "\n".join(lines).encode("utf-8", errors="replace")
    path = tmp_path / "any.txt"
    path.write_bytes(data)
    try:
        book, text = read_book(path)
    except BookRefused:
        return
    check(book, text)
    if (
        book.encoding == "utf-8"
        and b"\r" not in data
        and not data.startswith(b"\xef\xbb\xbf")
        and book.file_format == "txt"
    ):
        assert text.encode() == data


@SLOW
@given(
    data=st.binary(max_size=400),
    start=st.sampled_from([b"", b"PK\x03\x04", b"<?xml version='1.0'?><FictionBook>", b"<html>", b"\xff\xfe"]),
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, start: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(start + data)
    try:
        check(*read_book(path))
    except BookRefused as refusal:
        assert "\n" not in str(refusal)


@SLOW
@given(at=st.integers(0, 2000), byte=st.integers(0, 255), packed=st.booleans())
def test_a_damaged_book_is_read_or_refused(tmp_path: Path, at: int, byte: int, packed: bool) -> None:
    whole = (
        epub([page("<h2>Chapter 1</h2><p>It was late, and the man went home.</p>")])
        if packed
        else fb2("<p>Он был там.</p>").encode()
    )
    damaged = bytearray(whole)
    damaged[at % len(damaged)] = byte
    path = tmp_path / "a.epub"
    path.write_bytes(bytes(damaged))
    try:
        check(*read_book(path))
    except BookRefused as refusal:
        assert "\n" not in str(refusal)
