"""Subtitles: every word, in order, in pieces that can be read, at the frame where the voice begins."""

from __future__ import annotations

import re
from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookfilm.film.subtitles import LINE_CHARS, LINES, break_text, lay_subtitles, webvtt
from bookfilm.records.screenplay import LineKind
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Cue, Slot, Timeline

LETTERS = st.characters(categories=["L", "N", "P"], exclude_characters="{}\\<>&")
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=60)
PROSE = st.lists(st.from_regex(r"[A-Za-zа-яё'-]{1,12}[.,;:!?…]?", fullmatch=True), min_size=1, max_size=80)
RATES = st.sampled_from(["24", "25", "30000/1001", "12"]).map(FrameRate.parse)


@given(WORDS | PROSE)
def test_all_words_are_kept_in_order_and_lines_are_short(words: list[str]) -> None:
    pieces = break_text(" ".join(words))
    assert [word for piece in pieces for line in piece for word in line.split()] == " ".join(words).split()
    for piece in pieces:
        assert 1 <= len(piece) <= LINES
        for line in piece:
            assert len(line) <= LINE_CHARS or any(len(word) > LINE_CHARS for word in line.split())


def test_pieces_end_at_phrases_where_they_can() -> None:
    text = "The sea wall was older than the church, and it was colder. Every evening he walked along it with a lantern."
    assert [" ".join(piece) for piece in break_text(text)] == [
        "The sea wall was older than the church, and it was colder.",
        "Every evening he walked along it with a lantern.",
    ]


def test_no_words_are_no_pieces() -> None:
    assert break_text("  \n ") == []


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    rate = draw(RATES)
    slots, at = [], 0
    for number in range(draw(st.integers(1, 6))):
        start, cues = at, []
        for place in range(draw(st.integers(0, 3))):
            at += draw(st.integers(0, 30))
            samples = draw(st.integers(2000, 400_000))
            text = " ".join(draw(PROSE))
            kind: LineKind = draw(st.sampled_from(["dialogue", "narration", "thought"]))
            cues.append(
                Cue(line=f"l{number}-{place}", kind=kind, speaker="anna", text=text, speech="k",
                    start_frame=at, samples=samples, begins_line=draw(st.booleans()))
            )  # fmt: skip
            at += rate.frames_to_hold(samples / 48_000)
        at += draw(st.integers(1, 50))
        slots.append(Slot(shot=f"s{number}", start_frame=start, frames=at - start, cues=tuple(cues)))
    return Timeline(rate=rate, slots=tuple(slots))


@given(timelines())
def test_subtitles_begin_with_their_voice_and_never_overlap(timeline: Timeline) -> None:
    events = lay_subtitles(timeline, {"anna": "Anna"}).events
    for one, following in pairwise(events):
        assert one.start <= one.end <= following.start
    starts = {event.start for event in events}
    for cue in timeline.cues():
        assert round(timeline.rate.seconds(cue.start_frame) * 1000) in starts
    for event in events:
        assert event.end > event.start
    film_ms = float(timeline.rate.seconds(timeline.frames)) * 1000
    assert all(event.end <= film_ms + 1 for event in events)
    shown = " ".join(re.sub(r"\{.*?\}|\\N", " ", event.text) for event in events).replace("ANNA: ", "")
    assert shown.split() == [word for cue in timeline.cues() for word in said_in(cue).split()]


def said_in(cue: Cue) -> str:
    """A reply whose "he said" is not heard ends as a sentence."""
    text = cue.text.rstrip()
    return text[:-1] + "." if cue.kind == "dialogue" and cue.ends_line and text.endswith(",") else text


def test_a_reply_without_its_tag_ends_as_a_sentence() -> None:
    assert "For whoever is late.\n" in lay_subtitles(one_cue("For whoever is late,", "dialogue"), {}).to_string("srt")
    going_on = lay_subtitles(one_cue("For whoever is late,", "dialogue", ends_line=False), {})
    assert "For whoever is late,\n" in going_on.to_string("srt")


def one_cue(text: str, kind: LineKind = "narration", **fields: object) -> Timeline:
    cue = Cue(line="l", kind=kind, text=text, speech="k", start_frame=30, samples=96_000).changed(**fields)
    return Timeline(rate=FrameRate(), slots=(Slot(shot="s", start_frame=0, frames=100, cues=(cue,)),))


def test_a_speaker_is_named_where_a_line_begins() -> None:
    names = {"anna": "Anna Pell"}
    said = lay_subtitles(one_cue("You are late.", "dialogue", speaker="anna"), names).to_string("srt")
    assert "ANNA PELL: You are late." in said
    assert "00:00:01,250 --> 00:00:03,250" in said
    for changes in ({"begins_line": False}, {"speaker": None}, {"speaker": "stranger"}):
        plain = lay_subtitles(one_cue("You are late.", "dialogue", **{"speaker": "anna", **changes}), names)
        assert plain.to_string("srt").splitlines()[2] == "You are late."


def test_thoughts_and_letters_lean() -> None:
    assert "<i>I am late.</i>" in lay_subtitles(one_cue("I am late.", "thought"), {}).to_string("srt")


@pytest.mark.parametrize(
    ("text", "srt", "vtt"),
    [
        ("Fish & chips, 3 < 4 > 2", "Fish & chips, 3 < 4 > 2", "Fish &amp; chips, 3 &lt; 4 &gt; 2"),
        ("a --> b", "a --> b", "a --&gt; b"),
        ("{\\b1}bold{", "(\\b1)bold(", "(\\b1)bold("),
        ("C:\\Nile and \\N and \\h", "C:\\Nile and \\N and \\h", "C:\\Nile and \\N and \\h"),
        ("<i>not a tag</i>", None, "&lt;i&gt;not a tag&lt;/i&gt;"),
    ],
)
def test_the_books_own_signs_are_shown_as_they_are(text: str, srt: str | None, vtt: str) -> None:
    file = lay_subtitles(one_cue(text), {})
    if srt is not None:
        assert file.to_string("srt").splitlines()[2].replace("\u2060", "") == srt
    assert vtt in webvtt(file).replace("\u2060", "")


@given(timelines())
def test_the_files_read_back(timeline: Timeline) -> None:
    file = lay_subtitles(timeline, {})
    for kind, text in (("srt", file.to_string("srt")), ("vtt", webvtt(file))):
        again = pysubs2.SSAFile.from_string(text, format_=kind)
        assert [(e.start, e.end) for e in again] == [(e.start, e.end) for e in file]
