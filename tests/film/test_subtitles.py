"""Subtitles: every word, in order, in pieces that can be read, at the frame where the voice begins."""

from __future__ import annotations

import re
from itertools import pairwise

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.film.phrases import LINE_CHARS, LINES, OPEN, break_text, parting
from bookfilm.film.subtitles import lay_subtitles, webvtt
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
            goes_on = bool(cues) and kind == cues[-1].kind and draw(st.booleans())
            line = cues[-1].line if goes_on else f"l{number}-{place}"
            cues.append(
                Cue(line=line, kind=kind, speaker="anna", text=text, speech="k",
                    start_frame=at, samples=samples, begins_line=not goes_on)
            )  # fmt: skip
            at += rate.frames_to_hold(samples / 48_000)
        at += draw(st.integers(1, 50))
        slots.append(Slot(shot=f"s{number}", start_frame=start, frames=at - start, cues=tuple(cues)))
    return Timeline(rate=rate, slots=tuple(slots))


@settings(deadline=None)
@given(timelines())
def test_subtitles_begin_with_their_voice_and_never_overlap(timeline: Timeline) -> None:
    events = lay_subtitles(timeline, {"anna": "Anna"}).events
    for one, following in pairwise(events):
        assert one.start <= one.end <= following.start
    starts = {event.start for event in events}
    for cue in timeline.cues():
        assert not cue.begins_line or round(timeline.rate.seconds(cue.start_frame) * 1000) in starts
    for event in events:
        assert event.end > event.start
    film_ms = float(timeline.rate.seconds(timeline.frames)) * 1000
    assert all(event.end <= film_ms + 1 for event in events)
    shown = re.sub(r"ANNA: |– ", "", " ".join(re.sub(r"\{.*?\}|\\N", " ", event.text) for event in events))
    assert shown.split() == [word for cue in timeline.cues() for word in said_in(cue).split()]


@settings(deadline=None)
@given(timelines())
def test_nobody_must_read_faster_than_17_characters_a_second_where_there_is_time(timeline: Timeline) -> None:
    film = lay_subtitles(timeline, {"anna": "Anna"})
    firsts = [cue for cue in timeline.cues() if cue.begins_line]
    starts = [round(timeline.rate.seconds(cue.start_frame) * 1000) for cue in firsts]
    limits = [*starts, round(timeline.rate.seconds(timeline.frames) * 1000)][1:]
    for cue, start, limit in zip(firsts, starts, limits, strict=True):
        spoken = [one for one in timeline.cues() if one.line == cue.line]
        pieces = [" ".join(piece) for one in spoken for piece in break_text(one.text)]
        least = sum(-(-1000 * len(piece) // 17) for piece in pieces)
        # A dash before the first words may make them break elsewhere: a few characters more.
        if start + least + 600 > limit:
            continue
        for event in film.events:
            if start <= event.start < limit:
                read = len(re.sub(r"\{.*?\}", "", event.text).replace("\\N", " "))
                assert read * 1000 <= 17 * (event.end - event.start), event


def test_a_fast_voice_is_read_into_the_pause_after_it() -> None:
    text = "He ran, and ran, and ran again along the sea wall."
    timeline = one_cue(text).changed(slots=(Slot(shot="s", start_frame=0, frames=200, cues=one_cue(text).cues()),))
    (event,) = lay_subtitles(timeline, {}).events
    assert (event.start, event.end) == (1250, 1250 + -(-1000 * len(text) // 17))


def test_a_name_gives_way_to_time() -> None:
    for frames, mark in ((100, "CAPTAIN VANE: "), (60, "VANE: "), (48, "– ")):
        cue = one_cue("Who is it for?", "dialogue", speaker="vane", samples=30_000).cues()[0]
        timeline = Timeline(rate=FrameRate(), slots=(Slot(shot="s", start_frame=0, frames=frames, cues=(cue,)),))
        (event,) = lay_subtitles(timeline, {"vane": "Captain Vane"}).events
        assert event.text == f"{mark}Who is it for?"


@settings(deadline=None)
@given(PROSE)
def test_lines_end_where_words_part_unless_there_is_no_other_place(words: list[str]) -> None:
    lines = [line.split() for piece in break_text(" ".join(words)) for line in piece]
    for one, two in pairwise(lines):
        # A word before that fits there would have been the better end.
        if parting(one[-1], two[0]) == OPEN and len(one) > 1 and parting(one[-2], one[-1]) != OPEN:
            assert len(" ".join([one[-1], *two])) > LINE_CHARS or len(" ".join(two)) > LINE_CHARS / 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "At dusk, in a thin cold rain, old Amos came down the quay with a ladder on his shoulder and a child.",
            [
                "At dusk, in a thin cold rain,",
                "old Amos came down the quay with a ladder",
                "on his shoulder and a child.",
            ],
        ),
        (
            "Он долго стоял на берегу и смотрел на далёкие огни за рекой.",
            ["Он долго стоял на берегу и смотрел", "на далёкие огни за рекой."],
        ),
    ],
)
def test_articles_and_prepositions_stay_with_their_nouns(text: str, lines: list[str]) -> None:
    assert [line for piece in break_text(text) for line in piece] == lines


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


LONG = "Rear-Admiral Sir Bartholomew Ptolemy Fortescue-Cholmondeley of the Farther Isles"


@pytest.mark.parametrize("name", ["Captain Zora Fenn", "Ann", "Бирюков", LONG, "X" * 60])
@pytest.mark.parametrize(
    "text", ["No.", "X" * 60, "A longer word, and more of them than one line holds. " * 3, "Of the"]
)
def test_a_name_is_never_shown_without_words(text: str, name: str) -> None:
    timeline = one_cue(text, "dialogue", speaker="who", samples=480_000)
    timeline = timeline.changed(slots=(timeline.slots[0].changed(frames=600),))
    shown = [event.text.replace("\\N", " ") for event in lay_subtitles(timeline, {"who": name}).events]
    label, _, words = shown[0].partition(": ")
    assert words
    assert len(label) <= 28
    assert label.removesuffix("…").split()[-1] in name.upper()
    assert " ".join([words, *shown[1:]]) == text.strip()


def test_the_first_words_stay_with_a_long_name() -> None:
    said = "Then we go now, before the tide has turned and the harbour lies dry again until the morning."
    timeline = one_cue(said, "dialogue", speaker="zora", samples=480_000)
    timeline = timeline.changed(slots=(timeline.slots[0].changed(frames=400),))
    first = lay_subtitles(timeline, {"zora": "Captain Zora Fenn"}).events[0]
    assert first.text.startswith("CAPTAIN ZORA FENN: Then") or first.text.startswith("CAPTAIN ZORA FENN:\\NThen")
    (first, *_) = lay_subtitles(timeline, {"zora": LONG}).events
    assert first.text.startswith("FORTESCUE") or first.text.startswith("ISLES") or first.text.startswith("REAR-ADMIRAL")
    assert len(first.text.partition(":")[0]) <= 28


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
