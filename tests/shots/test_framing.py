from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.records.screenplay import Beat, Emotion, Line
from bookfilm.records.shots import ShotSize, Utterance
from bookfilm.shots.exchanges import Take
from bookfilm.shots.framing import Frame, frame_speech, stir, vary


@pytest.mark.parametrize("size", ["wide", "full", "medium", "close_up"])
@pytest.mark.parametrize("people", [(), ("a",), ("a", "b")])
def test_the_same_framing_twice_is_varied(size: ShotSize, people: tuple[str, ...]) -> None:
    frame = Frame(size, "static", people, "why")
    varied = vary(frame, frame, "some words")
    assert (varied.size, varied.people, varied.camera) != (frame.size, frame.people, frame.camera)
    assert set(varied.people) <= set(people)


def test_another_framing_is_kept() -> None:
    frame = Frame("medium", "push", ("a",), "why")
    assert vary(frame, Frame("full", "push", ("a",), "why"), "some words") is frame
    assert vary(frame, None, "some words") is frame


def test_the_camera_is_not_the_same_twice_on_the_same_people() -> None:
    frame = Frame("medium", "push", ("a", "b"), "why")
    assert stir(frame, frame, "some words").camera != "push"
    assert stir(frame, Frame("medium", "static", ("a", "b"), "why"), "some words") is frame


def take(speaker: str, text: str, *present: str, emotion: Emotion = "neutral") -> Take:
    said = Utterance(line="l", kind="dialogue", speaker=speaker, text=text, emotion=emotion)
    line = Line(id="l", kind="dialogue", speaker=speaker, text=text, source=((0, len(text)),))
    return Take([said], Beat(lines=(line,), present=(speaker, *present)), spoken=True)


BEFORE = take("b", "And what of the boat?", "a")


@pytest.mark.parametrize(
    ("said", "before", "size", "people"),
    [
        (take("a", "It lies at the quay, where it always lay.", "b"), None, "medium", ("a", "b")),
        (take("a", "It lies at the quay, where it always lay.", "b", "c"), None, "full", ("a", "b", "c")),
        (take("a", "Have you not seen it lie at the quay?”", "b"), BEFORE, "over_shoulder", ("a", "b")),
        (take("a", "Gone.", "b"), BEFORE, "close_up", ("a",)),
        (take("a", "It lies at the quay, where it always lay.", "b"), BEFORE, "medium", ("a", "b")),
        (take("a", "It lies at the quay, " * 5, "b"), BEFORE, "over_shoulder", ("a", "b")),
        (take("a", "It lies at the quay, " * 8, "b"), BEFORE, "medium", ("a",)),
        (take("a", "It lies at the quay, where it always lay.", "b", "c"), BEFORE, "full", ("a", "b", "c")),
        (take("a", "It lies at the quay.", "b", emotion="fear"), BEFORE, "close_up", ("a",)),
        (take("a", "It lies at the quay, where it always lay."), None, "medium", ("a",)),
    ],
)
def test_an_exchange_is_covered_by_what_is_said_in_it(
    said: Take, before: Take | None, size: ShotSize, people: tuple[str, ...]
) -> None:
    frame = frame_speech(said, before, None)
    assert (frame.size, frame.people) == (size, people)
    assert frame.near == ("b" if size == "over_shoulder" else None)
    assert frame.reason


def test_the_scenes_last_words_are_close() -> None:
    said = take("a", "It lies at the quay, where it always lay.", "b")
    assert frame_speech(said, BEFORE, "b", last=True).size == "close_up"


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_a_changed_reply_changes_no_other(words: str, others: str) -> None:
    said = take("a", words, "b")
    assert frame_speech(said, BEFORE, None) == frame_speech(said, take("b", others, "a"), None)
