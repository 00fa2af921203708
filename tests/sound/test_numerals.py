from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.sound.numerals import (
    Case,
    Gender,
    counted,
    english_cardinal,
    english_ordinal,
    english_year,
    roman_value,
    russian_cardinal,
    russian_ordinal,
)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (21, "twenty-one"),
        (100, "one hundred"),
        (342, "three hundred and forty-two"),
        (1_000_005, "one million and five"),
        (12_345, "twelve thousand three hundred and forty-five"),
    ],
)
def test_english_cardinals(number: int, words: str) -> None:
    assert english_cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "first"), (12, "twelfth"), (20, "twentieth"), (33, "thirty-third"), (100, "one hundredth")],
)
def test_english_ordinals(number: int, words: str) -> None:
    assert english_ordinal(number) == words


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (1812, "eighteen twelve"),
        (1905, "nineteen oh five"),
        (1900, "nineteen hundred"),
        (2005, "two thousand and five"),
    ],
)
def test_english_years(year: int, words: str) -> None:
    assert english_year(year) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "ноль"),
        (21, "двадцать один"),
        (2000, "две тысячи"),
        (1812, "тысяча восемьсот двенадцать"),
        (1_005_000, "один миллион пять тысяч"),
        (22_000, "двадцать две тысячи"),
    ],
)
def test_russian_cardinals(number: int, words: str) -> None:
    assert russian_cardinal(number) == words


@pytest.mark.parametrize(
    ("number", "case", "gender", "words"),
    [
        (1, "n", "m", "первый"),
        (3, "n", "f", "третья"),
        (3, "g", "m", "третьего"),
        (40, "n", "m", "сороковой"),
        (12, "p", "m", "двенадцатом"),
        (1812, "p", "m", "тысяча восемьсот двенадцатом"),
        (1900, "n", "m", "тысяча девятисотый"),
        (2000, "n", "m", "двухтысячный"),
        (30, "n", "n", "тридцатое"),
    ],
)
def test_russian_ordinals(number: int, case: Case, gender: Gender, words: str) -> None:
    assert russian_ordinal(number, case, gender) == words


@pytest.mark.parametrize(
    ("number", "case", "gender", "words"),
    [(5, "i", "m", "пятью"), (2, "n", "f", "две"), (21, "g", "m", "двадцати одного"), (1000, "g", "m", "тысячи")],
)
def test_russian_cardinals_in_their_cases(number: int, case: Case, gender: Gender, words: str) -> None:
    assert russian_cardinal(number, case, gender) == words


@pytest.mark.parametrize(("number", "form"), [(1, "рубль"), (3, "рубля"), (5, "рублей"), (11, "рублей"), (21, "рубль")])
def test_russian_counted_nouns(number: int, form: str) -> None:
    assert counted(number, ("рубль", "рубля", "рублей")) == form


@pytest.mark.parametrize(
    ("numeral", "value"), [("IV", 4), ("xlix", 49), ("MCMXC", 1990), ("IIII", 0), ("", 0), ("MIX", 1009)]
)
def test_roman_numerals(numeral: str, value: int) -> None:
    assert roman_value(numeral) == value


@given(st.integers(0, 10**17))
def test_every_number_has_words_of_letters_alone(number: int) -> None:
    for words in (english_cardinal(number), russian_cardinal(number), english_ordinal(number), russian_ordinal(number)):
        assert words.replace("-", "").replace(" ", "").isalpha()


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_different_numbers_read_differently(one: int, other: int) -> None:
    for words in (english_cardinal, russian_cardinal, english_ordinal, russian_ordinal):
        assert (words(one) == words(other)) == (one == other)  # type: ignore[operator]  # functions with defaults
