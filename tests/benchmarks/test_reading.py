"""Texts of growing length for the benchmark of reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.reading import cut_after, pieces_of


@given(st.lists(st.integers(1, 30), min_size=1), st.integers(1, 500))
def test_a_text_is_cut_after_the_paragraph_of_its_last_word(lengths: list[int], words: int) -> None:
    paragraphs = [" ".join(["word"] * length) for length in lengths]
    cut = cut_after("\n\n".join(paragraphs), words)
    taken = cut.strip().split("\n\n")
    assert taken == paragraphs[: len(taken)]
    assert sum(lengths[: len(taken) - 1]) < words
    assert len(cut.split()) >= min(words, sum(lengths))


@given(st.lists(st.integers(1, 30), min_size=1), st.integers(1, 50))
def test_pieces_hold_every_paragraph_once(lengths: list[int], words: int) -> None:
    text = "\n\n".join(" ".join(["word"] * length) for length in lengths)
    pieces = pieces_of(text, words)
    assert "\n\n".join(piece.strip() for piece in pieces) == text
