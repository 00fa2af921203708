from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.screenplay.quotes import QuoteStyle, find_quoted, outer_style
from tests.screenplay.books import adapt, said

CASES: list[tuple[str, QuoteStyle, list[str]]] = [
    ("“Sit down,” said Ruth. “You look tired.”", "double", ["Sit down,", "You look tired."]),
    ('"Sit down," said Ruth. "You look tired."', "double", ["Sit down,", "You look tired."]),
    ('"Wait--" she began, and then: "No."', "double", ["Wait--", "No."]),
    ("«Садись», — сказала Вера. «Ты устал».", "double", ["Садись", "Ты устал"]),
    ("‘It’s the boys’ boat,’ he said. ‘Don’t touch it.’", "single", ["It’s the boys’ boat,", "Don’t touch it."]),
    ("'It isn't mine,' he said. 'Ask the Johnsons.'", "single", ["It isn't mine,", "Ask the Johnsons."]),
    ("‘She told me “never again”,’ he said.", "single", ["She told me “never again”,"]),
    ("“He called it ‘a pity’, and left.”", "double", ["He called it ‘a pity’, and left."]),
    ("“A long tale that goes on in the next paragraph.", "double", ["A long tale that goes on in the next paragraph."]),
    ("„Komm,“ said the old man.", "double", ["Komm,"]),
    ("Nobody spoke.", "double", []),
]


@pytest.mark.parametrize(("flat", "style", "expected"), CASES)
def test_quoted_words_are_found(flat: str, style: QuoteStyle, expected: list[str]) -> None:
    assert [flat[quote.start : quote.end] for quote in find_quoted(flat, style)] == expected


def test_an_open_quotation_is_not_closed() -> None:
    assert find_quoted("“It goes on", "double")[0].closed is False


def test_style_is_what_paragraphs_begin_with() -> None:
    assert outer_style(["‘Yes,’ he said.", "It rained.", "‘No.’"]) == "single"
    assert outer_style(["“Yes,” he said.", "‘twas late.", "“No.”"]) == "double"


@given(st.text(alphabet="ab ,.!?“”‘’'\"«»„—-\n", max_size=80), st.sampled_from(["double", "single"]))
def test_quotations_stand_in_order_and_apart(text: str, style: QuoteStyle) -> None:
    flat = text.replace("\n", " ")
    end = 0
    for quote in find_quoted(flat, style):
        assert end < quote.start <= quote.end <= len(flat)
        assert flat[quote.start - 1] == quote.mark
        end = quote.end


def test_a_paragraph_in_single_marks_speaks_in_a_book_of_double_ones() -> None:
    text = "“Well,” said Ruth.\n\n'No,' said Amos, 'it isn't.'\n\nThe boys' boat was Amos's, 'twas said."
    assert [words for _, words in said(adapt(text))] == ["Well,", "No, it isn't."]
