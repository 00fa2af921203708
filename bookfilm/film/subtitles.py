"""Cues become subtitles: .srt, .vtt and the film's soft track.

At most two lines of 42 characters, at most 17 characters a second, parted at phrases, no two at once. A line's first
subtitle begins at the very frame at which its voice begins; where the voice is faster than a reader, a subtitle stays
into the pause that follows, and those of the same line after it begin as much later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import pysubs2

from bookfilm.film.phrases import break_text
from bookfilm.records.timeline import READING_CHARS_PER_S, Cue, Timeline

LONGEST_NAME = 28
"""Characters of a speaker's name before it is shortened: a third of the line is left for what is said."""
SHORTEST_MS = 800
"""How long a subtitle stays at least, where nothing follows it."""


@dataclass(frozen=True)
class _Piece:
    """What is shown at once, and when its words are heard, in milliseconds."""

    lines: tuple[str, ...]
    heard_ms: int
    ends_ms: int

    @property
    def need_ms(self) -> int:
        """How long it takes to be read."""
        return -(-1000 * len(" ".join(self.lines)) // READING_CHARS_PER_S)


def lay_subtitles(timeline: Timeline, names: dict[str, str]) -> pysubs2.SSAFile:
    """Return the subtitles of `timeline`; `names` gives the speakers' names by id.

    Where there is no time for a speaker's whole name, its last word stands for it, or else a dash.
    """
    file = pysubs2.SSAFile()
    runs = list(_runs(timeline.cues()))
    starts = [_milliseconds(timeline, run[0]) for run in runs]
    film_ms = round(timeline.rate.seconds(timeline.frames) * 1000)
    for run, limit in zip(runs, [*starts, film_ms][1:], strict=True):
        file.events += _shown(run, limit, timeline, names)
    return file


def _runs(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    """Yield the cues line by line: a long line is spoken in several."""
    run: list[Cue] = []
    for cue in cues:
        if run and (cue.begins_line or cue.line != run[-1].line):
            yield run
            run = []
        run.append(cue)
    if run:
        yield run


def _milliseconds(timeline: Timeline, cue: Cue) -> int:
    return round(timeline.rate.seconds(cue.start_frame) * 1000)


def _shown(run: list[Cue], limit: int, timeline: Timeline, names: dict[str, str]) -> list[pysubs2.SSAEvent]:
    """Return the subtitles of one line, which must have ended at `limit`."""
    pieces: list[_Piece] = []
    for label in _labels(run[0], names):
        pieces = [piece for cue in run for piece in _pieces(cue, label if cue is run[0] else "", timeline)]
        if not pieces or pieces[0].heard_ms + sum(piece.need_ms for piece in pieces) <= limit:
            break
    leaning = run[0].kind in ("thought", "letter")
    events = []
    for piece, (start, end) in zip(pieces, _times(pieces, limit), strict=True):
        shown = "\\N".join(_plain(line) for line in piece.lines)
        event = pysubs2.SSAEvent(start=start, end=end)
        event.text = "{\\i1}" + shown + "{\\i0}" if leaning else shown
        events.append(event)
    return events


def _labels(cue: Cue, names: dict[str, str]) -> list[str]:
    """Return how the speaker may be marked, the clearest first."""
    if cue.kind != "dialogue" or not cue.begins_line or cue.speaker not in names:
        return [""]
    name = _shortened(names[cue.speaker].upper())
    return list(dict.fromkeys((f"{name}: ", f"{name.split()[-1]}: " if name.split() else "– ", "– ")))


def _shortened(name: str) -> str:
    """Return a name that leaves room for words beside it on a line: words before the last go, from the middle.

    The first word, often a title, stays as long as there is room; a last word that is too long by itself is cut.
    """
    words = name.split()
    while len(words) > 2 and len(" ".join(words)) > LONGEST_NAME:
        del words[-2]
    if len(" ".join(words)) > LONGEST_NAME:
        words = words[-1:]
    short = " ".join(words)
    return short if len(short) <= LONGEST_NAME else f"{short[: LONGEST_NAME - 1]}…"


def _pieces(cue: Cue, label: str, timeline: Timeline) -> Iterator[_Piece]:
    """Yield what is shown of one cue, each piece with its share of the time in which it is heard."""
    start = timeline.rate.seconds(cue.start_frame)
    length = Fraction(cue.samples, timeline.sample_rate)
    text = " ".join(cue.text.split())
    if cue.kind == "dialogue" and cue.ends_line and text.endswith(","):
        # What followed ("he said") is not heard: what is left is a sentence.
        text = text[:-1] + "."
    pieces = break_text(text, label.strip())
    whole = sum(len(" ".join(piece)) for piece in pieces) or 1
    said = 0
    for piece in pieces:
        begin = start + length * said / whole
        said += len(" ".join(piece))
        yield _Piece(tuple(piece), round(begin * 1000), round((start + length * said / whole) * 1000))


def _times(pieces: list[_Piece], limit: int) -> list[tuple[int, int]]:
    """Return when each piece is shown: from when it is heard, or as soon after as those before it have been read."""
    if not pieces:
        return []
    first, needs = pieces[0].heard_ms, [piece.need_ms for piece in pieces]
    limit = max(limit, first + len(pieces))
    if first + sum(needs) > limit:
        # Nobody can read it in this time: each piece gets its share.
        edges = [first + (limit - first) * sum(needs[:count]) // sum(needs) for count in range(len(pieces) + 1)]
        return [(start, max(end, start + 1)) for start, end in pairwise(edges)]
    starts = [first]
    for piece, need in zip(pieces[1:], needs, strict=False):
        starts.append(max(piece.heard_ms, starts[-1] + need))
    latest = limit
    for place in range(len(pieces) - 1, 0, -1):
        latest -= needs[place]
        starts[place] = min(starts[place], latest)
    ends = []
    for piece, start, need, following in zip(pieces, starts, needs, [*starts[1:], limit], strict=True):
        ends.append(min(following, max(piece.ends_ms, start + max(need, SHORTEST_MS))))
    return list(zip(starts, ends, strict=True))


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
