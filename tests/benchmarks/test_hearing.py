"""How recognised words are counted; the recogniser itself is the benchmark's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Result
from benchmarks.hearing import figures_of, plain_words, word_errors

words = st.lists(st.sampled_from("abcd"), max_size=8)


@pytest.mark.parametrize(
    ("said", "understood", "errors"),
    [
        ("the sea was still", "the sea was still", 0),
        ("the sea was still", "the see was still", 1),
        ("the sea was still", "sea was still", 1),
        ("the sea was still", "the sea it was so still", 2),
        ("the sea was still", "", 4),
        ("", "oh", 1),
    ],
)
def test_errors_are_words_put_in_left_out_or_exchanged(said: str, understood: str, errors: int) -> None:
    assert word_errors(said.split(), understood.split()) == errors


@given(words, words, words)
def test_errors_are_a_distance(one: list[str], other: list[str], third: list[str]) -> None:
    assert (word_errors(one, other) == 0) == (one == other)
    assert word_errors(one, other) == word_errors(other, one) <= max(len(one), len(other))
    assert word_errors(one, third) <= word_errors(one, other) + word_errors(other, third)


def test_marks_are_no_words() -> None:
    assert plain_words("“I’ll—no!” said Mister O'Hara, twenty-one.") == (
        ["i'll", "no", "said", "mister", "o'hara", "twenty", "one"]
    )


@pytest.mark.parametrize(("alone", "mixed", "ok"), [(30, 39, True), (30, 40, False), (36, 36, False), (0, 2, False)])
def test_the_limits(alone: int, mixed: int, ok: bool) -> None:
    assert Result("hearing", figures_of(100, alone, mixed)).ok is ok
