"""Cues become subtitles: .srt, .vtt and the film's soft track."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

import pysubs2

from bookfilm.records.timeline import Cue, Timeline

LINE_CHARS, LINES = 42, 2
"""What a viewer reads in one glance (the BBC's and Netflix's guides agree within a few characters)."""


def lay_subtitles(timeline: Timeline, names: dict[str, str]) -> pysubs2.SSAFile:
    """Return the subtitles of `timeline`; `names` gives the speakers' names by id.

    Each cue starts at the very frame at which its voice starts. A long one is shown in pieces of at
    most two lines, broken at phrases, each for its share of the time.
    """
    file = pysubs2.SSAFile()
    file.events = [event for cue in timeline.cues() for event in _shown(cue, timeline, names)]
    _close_overlaps(file.events)
    return file


def _shown(cue: Cue, timeline: Timeline, names: dict[str, str]) -> list[pysubs2.SSAEvent]:
    start = timeline.rate.seconds(cue.start_frame)
    length = Fraction(cue.samples, timeline.sample_rate)
    text = " ".join(cue.text.split())
    if cue.kind == "dialogue" and cue.ends_line and text.endswith(","):
        # What followed ("he said") is not heard: what is left is a sentence.
        text = text[:-1] + "."
    if cue.kind == "dialogue" and cue.begins_line and cue.speaker in names:
        text = f"{names[cue.speaker].upper()}: {text}"
    pieces = break_text(text)
    whole = sum(len(" ".join(piece)) for piece in pieces) or 1
    events, said = [], 0
    for piece in pieces:
        begin = start + length * said / whole
        said += len(" ".join(piece))
        end = start + length * said / whole
        shown = "\\N".join(_plain(line) for line in piece)
        if cue.kind in ("thought", "letter"):
            shown = "{\\i1}" + shown + "{\\i0}"
        event = pysubs2.SSAEvent(start=round(begin * 1000), end=max(round(end * 1000), round(begin * 1000) + 1))
        event.text = shown
        events.append(event)
    return events


def _plain(line: str) -> str:
    """Return `line` without what the subtitle library would read as styling or as a line's end."""
    line = line.replace("{", "(").replace("}", ")")
    return re.sub(r"\\(?=[nNh])", "\\\\\u2060", line)


def webvtt(file: pysubs2.SSAFile) -> str:
    """Return `file` as WebVTT, with the book's own ``<``, ``>`` and ``&`` as text (W3C WebVTT, section 3.3)."""
    escaped = pysubs2.SSAFile()
    for event in file.events:
        shown = event.copy()
        shown.text = shown.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        escaped.events.append(shown)
    return escaped.to_string("vtt")


def _close_overlaps(events: list[pysubs2.SSAEvent]) -> None:
    for event, following in pairwise(events):
        event.end = min(event.end, following.start)


def break_text(text: str) -> list[list[str]]:
    """Break `text` into pieces of at most two lines of 42 characters, at phrases where it can be done.

    A word longer than a line stays whole. The words, in order, are those of `text`.
    """
    pieces: list[list[str]] = []
    words = text.split()
    while words:
        count = _words_that_fit(words)
        pieces.append(_two_lines(words[:count]))
        words = words[count:]
    return pieces


def _words_that_fit(words: list[str]) -> int:
    """Return how many words the next piece takes: to the last phrase end that still leaves it half full."""
    most = _most_words(words)
    if most == len(words):
        return most
    for count in range(most, 0, -1):
        if len(" ".join(words[:count])) < LINE_CHARS * LINES * 0.45:
            break
        if re.search(r"[.!?…,;:—–][\"'”’»)]*$", words[count - 1]):
            return count
    return most


def _most_words(words: list[str]) -> int:
    lines, used, count = 1, 0, 0
    for word in words:
        grown = used + 1 + len(word) if used else len(word)
        if used and grown > LINE_CHARS:
            if lines == LINES:
                break
            lines, grown = lines + 1, len(word)
        used, count = grown, count + 1
    return max(count, 1)


def _two_lines(words: list[str]) -> list[str]:
    whole = " ".join(words)
    if len(whole) <= LINE_CHARS or len(words) == 1:
        return [whole]

    def unevenness(count: int) -> tuple[bool, int]:
        upper, lower = len(" ".join(words[:count])), len(" ".join(words[count:]))
        return max(upper, lower) > LINE_CHARS, abs(upper - lower)

    count = min(range(1, len(words)), key=unevenness)
    return [" ".join(words[:count]), " ".join(words[count:])]
