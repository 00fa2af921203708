"""What every screenplay must keep, whatever the text: places, words, order, coverage."""

from __future__ import annotations

import itertools
from bisect import bisect_right

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.errors import EngineError
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Screenplay
from bookfilm.screenplay.rules import RulesScreenwriter
from bookfilm.screenplay.sentences import breathe, split_sentences
from tests.screenplay.books import PACE, adapt, long_book, make_book

ALPHABET = "aA бБ.,!?…:;—–-«»“”‘’'\"()\n\n\r\t1é中 "
WORDS = st.lists(
    st.sampled_from(
        ["“", "”", "‘", "’", '"', "«", "»", "— ", " — ", ", ", ". ", "! ", "\n\n", "\n", "# ", "Anna", "said", "he",
         "The King", "Mr. ", "сказал", "Егор", "он", "thought", "(aside)", "ANNA. ", "it", "I", "***", "one two three"]
    ),
    max_size=40,
)  # fmt: skip


def _check(text: str, language: Language, adaptation: Adaptation) -> None:
    book = make_book(text, language)
    paragraphs = book.paragraphs()
    assert [row.source for row in adaptation.coverage.paragraphs] == [p.source for p in paragraphs]
    starts = [paragraph.source[0] for paragraph in paragraphs]
    taken: list[tuple[int, int]] = []
    for line in adaptation.screenplay.lines():
        assert line.text == " ".join(" ".join(text[a:b].split()) for a, b in line.source)
        for a, b in line.source:
            home = paragraphs[bisect_right(starts, a) - 1].source
            assert home[0] <= a < b <= home[1]
        taken += line.source
    taken.sort()
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(taken))
    identities = [line.id for line in adaptation.screenplay.lines()]
    assert len(identities) == len(set(identities))
    assert Screenplay.from_json(adaptation.screenplay.to_json()) == adaptation.screenplay


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(alphabet=ALPHABET, max_size=200), WORDS.map("".join), st.text(max_size=60)), st.booleans())
@example("“", False)
@example("— — —", True)
@example("I said I said I said I", False)
def test_any_text_keeps_its_words_and_places(text: str, russian: bool) -> None:
    language: Language = "ru" if russian else "en"
    if not text.strip():
        return
    try:
        adaptation = adapt(text, language)
    except EngineError as error:
        assert "no words" in error.message
        return
    _check(text, language, adaptation)


def test_a_book_without_words_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match=r"book\.txt"):
        adapt("***")


@given(st.text(alphabet="ab. ,!?A…—\n", max_size=400), st.integers(20, 80))
def test_breaths_are_short_and_whole(text: str, most: int) -> None:
    flat = text.replace("\n", " ")
    spans = breathe(flat, 0, len(flat), "en", most)
    assert all(0 < b - a <= most for a, b in spans)
    assert "".join(flat[a:b] for a, b in spans).replace(" ", "") == flat.replace(" ", "")


def test_sentences_do_not_end_after_titles() -> None:
    flat = "Mr. Harbottle rose. He left at 3 p.m. and Dr. J. Moss stayed. Why?"
    assert [flat[a:b] for a, b in split_sentences(flat, 0, len(flat), "en")] == [
        "Mr. Harbottle rose.", "He left at 3 p.m. and Dr. J. Moss stayed.", "Why?"
    ]  # fmt: skip


def test_a_bare_tag_is_not_heard_but_its_paragraph_is_played() -> None:
    adaptation = adapt("“Come in,” said Martha.\n\nThe rain fell on the roof and on the road.")
    assert [line.text for line in adaptation.screenplay.lines()] == [
        "Come in,", "The rain fell on the roof and on the road."
    ]  # fmt: skip
    assert [row.status for row in adaptation.coverage.paragraphs] == ["played", "narrated"]


TAGS: list[tuple[Language, str, bool]] = [
    ("en", "“Stand back!” he cried and fired.", True),
    ("en", "“Stand back!” he cried, and then fired.", True),
    ("en", "“Here!” He struck the gong.", True),
    ("en", "“Here!” he cried. Nobody came.", True),
    ("en", "“Stand back,” said Ruth and Edwin.", False),
    ("en", "“Stand back,” said father and mother.", False),
    ("en", "“Stand back,” he said, but softly.", False),
    ("en", "“And yet,” he went on, “I doubt it.”", False),
    ("ru", "— Прощайте, — прошептала Анна и умерла.", True),
    ("ru", "— Лови! — крикнул он, бросив.", False),
    ("ru", "— Стой! — крикнул он и выстрелил.", True),
    ("ru", "— Стойте, — сказали Анна и Егор.", False),
    ("ru", "— Стойте, — кричала и шептала Анна.", False),
    ("en", "“Stand back,” he cried and shouted.", False),
    ("ru", "— Лови, — тихо сказал он.", False),
]


@pytest.mark.parametrize(("language", "text", "heard"), TAGS)
def test_a_tag_that_holds_another_event_is_heard(language: Language, text: str, heard: bool) -> None:
    opening = "Martha came in, and Edwin saw her." if language == "en" else "Анна вошла, и Егор увидел её."
    lines = adapt(f"{opening}\n\n{text}", language).screenplay.lines()
    assert any(line.kind == "narration" and line.text != opening for line in lines) is heard


def test_a_long_tag_is_heard_after_its_line() -> None:
    adaptation = adapt("“I know,” said Martha, shutting the heavy door behind her, “that you came by sea.”")
    assert [(line.kind, line.text) for line in adaptation.screenplay.lines()] == [
        ("dialogue", "I know, that you came by sea."),
        ("narration", "said Martha, shutting the heavy door behind her,"),
    ]


def test_a_thought_is_inner_dialogue() -> None:
    adaptation = adapt("“It is late,” thought Martha.\n\n“Come in,” said Martha.")
    thought, spoken = (line for line in adaptation.screenplay.lines() if line.speaker)
    assert (thought.kind, thought.inner, thought.delivery) == ("dialogue", True, "thought")
    assert (spoken.kind, spoken.inner, spoken.delivery) == ("dialogue", False, "dialogue")


def test_thoughts_are_spoken_where_the_preset_says_so() -> None:
    text = "“It is late,” thought Martha.\n\n“Come in,” said Martha."
    screenwriter = RulesScreenwriter(inner_speech="dialogue")
    lines = screenwriter.adapt(make_book(text), text, AdaptRequest(pace=PACE)).screenplay.lines()
    assert [line.inner for line in lines] == [False, False]


def test_the_same_book_twice_gives_the_same_bytes() -> None:
    text = long_book(3)
    assert adapt(text).screenplay.to_json() == adapt(text).screenplay.to_json()
