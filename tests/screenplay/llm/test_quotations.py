"""Quotations: the book's own words are found whatever their dress, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.screenplay.llm.quotations import find_words, words_at

TEXT = "He said: “I’ll not go\n   —not to-night.”  Then (slowly) the door\nopened. Ёлка горела."


def found(words: str, text: str = TEXT, within: tuple[int, int] | None = None) -> str | None:
    span = find_words(text, within or (0, len(text)), words)
    return None if span is None else words_at(text, span)


def test_marks_white_space_and_case_do_not_count() -> None:
    assert found('"i\'ll not go -not to–night."') == "I’ll not go —not to-night"
    assert found("THEN (slowly)   the door opened…") == "Then (slowly) the door opened"
    assert found("... ёлка горела") == "Ёлка горела"


def test_other_words_are_not_found() -> None:
    for words in (
        "",
        "door",
        "…",
        "Then (quickly) the door",
        "hen (slowly) the",
        "the door open",
        "He said I’ll",
        ".* .*",
    ):
        assert found(words) is None, words


def test_only_the_place_that_is_asked_about_counts() -> None:
    at = TEXT.index("Then")
    assert found("the door", within=(at, len(TEXT))) == "the door"
    assert found("the door", within=(0, at + 18)) is None


@given(st.text(alphabet="аб aB’'\"-—.\n", min_size=1, max_size=60), st.data())
def test_what_is_copied_is_found_and_what_is_found_is_the_books(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = find_words(text, (0, len(text)), text[start:end])
    if span is not None:
        copied = "".join(char for char in text[start:end].casefold() if char.isalnum())
        assert "".join(char for char in text[slice(*span)].casefold() if char.isalnum()) == copied


@given(st.lists(st.sampled_from(["wind", "sea", "don’t", "“oh”", "a-b"]), min_size=2, max_size=12), st.data())
def test_whole_words_of_a_text_are_always_found(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 2))
    last = data.draw(st.integers(first + 2, len(words)))
    quoted = " ".join(words[first:last]).replace("’", "'").replace("“", '"')
    assert found(quoted, "\n ".join(words)) is not None
