"""A translated line, shared out among the shots that hold the original's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.shots.dubbing import share_out


@given(st.text(alphabet="аб, .!—", max_size=60), st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_the_parts_hold_all_words_in_order(text: str, weights: list[int]) -> None:
    parts = share_out(text, weights)
    assert len(parts) == len(weights)
    assert " ".join(part for part in parts if part).split() == text.split()


def test_parts_end_where_a_sentence_does() -> None:
    text = "Море пришло к ступеням. Никто его не звал, и никто не удивился."
    assert share_out(text, [20, 40]) == ["Море пришло к ступеням.", "Никто его не звал, и никто не удивился."]
    assert share_out(text, [40, 23])[1] == "и никто не удивился."


def test_too_few_words_leave_the_last_parts_empty() -> None:
    assert share_out("Да.", [30, 30, 30]) == ["Да.", "", ""]
