from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.records.screenplay import Line
from bookfilm.shots.utterances import MAX_CHARS, split_line, split_words

WORDS = st.lists(st.text(alphabet="abcя.,;:!?…—’”", min_size=1, max_size=300), min_size=1, max_size=80).map(" ".join)


@given(WORDS)
def test_parts_hold_all_words_in_order(text: str) -> None:
    parts = split_words(text)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert all(0 < len(part) <= MAX_CHARS for part in parts)


def test_parts_end_where_sentences_end() -> None:
    text = " ".join(["The road was long and the night was cold, and nobody came."] * 8)
    assert all(part.endswith(".") for part in split_words(text))


def test_flags_say_where_a_line_begins_and_ends() -> None:
    line = Line(id="l", kind="narration", text="It rained, and it rained. " * 30, source=((0, 1),))
    parts = split_line(line, ends_paragraph=True)
    assert len(parts) > 2
    assert [part.begins_line for part in parts] == [True, *[False] * (len(parts) - 1)]
    assert [part.ends_line for part in parts] == [*[False] * (len(parts) - 1), True]


def test_pauses_follow_the_marks() -> None:
    def pause(text: str, *, ends_paragraph: bool) -> int:
        (part,) = split_line(Line(id="l", kind="dialogue", text=text, source=((0, 1),)), ends_paragraph=ends_paragraph)
        return part.pause_after_ms

    assert pause("Go on.", ends_paragraph=False) < pause("Go on…", ends_paragraph=False)
    assert pause("Go on…", ends_paragraph=False) < pause("Go on.", ends_paragraph=True)


def test_inner_speech_is_heard_as_a_thought() -> None:
    line = Line(id="l", kind="dialogue", inner=True, text="It is late.", source=((0, 1),))
    assert split_line(line, ends_paragraph=True)[0].kind == "thought"
