from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.records.book import Language
from bookfilm.sound.readable import LONGEST_PART, readable, spoken_parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CHAPTER IV. The Lantern", "Chapter four. The Lantern"),
        ("XII.", "twelve."),
        ("Mr. and Mrs. Gray, of St. Anne's", "Mister and Missis Gray, of Saint Anne's"),
        (
            "In 1812, he paid £1,250 on the 3rd.",
            "In eighteen twelve, he paid one thousand two hundred and fifty pounds on the third.",
        ),
        ("_Oh!_ said she -- no. . . never", "Oh! said she — no… never"),
        ("King Rufus II was at home", "King Rufus the second was at home"),
        ("I went home.", "I went home."),
        ("at 9:05", "at nine oh five"),
        ("I NEVER said so", "I Never said so"),
        ("— Yes", "Yes"),
    ],
)
def test_english(text: str, words: str) -> None:
    assert readable(text, "en") == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ГЛАВА IV", "Глава четвёртая."),
        ("Часть 2", "Часть вторая."),
        ("В 1845 г., т. е. давно", "В тысяча восемьсот сорок пятом году, то есть давно"),
        ("с 1860 года", "с тысяча восемьсот шестидесятого года"),
        ("начало XIX века", "начало девятнадцатого века"),
        ("21 руб. 40 коп.", "двадцать один рубль сорок копеек"),
        ("5-го числа, 3-я рота", "пятого числа, третья рота"),
        ("в г. Туле", "в городе Туле"),
        ("г-н Ежов и г-жа Ежова", "господин Ежов и госпожа Ежова"),
        ("— Что? — сказал он.", "Что? — сказал он."),
        ("Василий II", "Василий второй"),
        ("Ещё ёж", "Ещё ёж"),
    ],
)
def test_russian(text: str, words: str) -> None:
    assert readable(text, "ru") == words


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("text", ["", "...", "—", "😀", "?!", "* * *", "\x07", "***"])
def test_nothing_to_say(language: Language, text: str) -> None:
    assert readable(text, language) == ""
    assert spoken_parts(readable(text, language)) == []


def test_sentences_are_parted_and_paused() -> None:
    parts = spoken_parts("One came. “Two came!” Then three…  And four")
    assert [part for part, _ in parts] == ["One came.", "“Two came!", "Then three…", "And four"]
    assert parts[2][1] > parts[0][1] > 0


@given(st.text(max_size=400), st.sampled_from(["en", "ru"]))
def test_any_text_is_made_readable_in_short_parts(text: str, language: Language) -> None:
    said = readable(text, language)
    assert not any(digit in said for digit in "0123456789_\x00\n")
    assert all(0 < len(part) <= LONGEST_PART and pause_s > 0 for part, pause_s in spoken_parts(said))


@given(st.lists(st.text("абвгд", min_size=1, max_size=12), min_size=1, max_size=200))
def test_no_word_is_lost_or_changed(words: list[str]) -> None:
    parts = spoken_parts(readable(" ".join(words), "ru"))
    assert " ".join(part for part, _ in parts).split() == words
