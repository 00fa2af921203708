"""What the subtitles ask of their reader: few characters, long enough, parted where phrases part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pysubs2

from bookfilm.film.inspection.mp4 import Mp4
from bookfilm.film.inspection.sections import MOST_PLACES, Bounds, Figure, Section, clock, missing, none_of
from bookfilm.film.phrases import LINE_CHARS, LINES, OPEN, parting

MOST_BROKEN_PHRASES = 0.03
"""Some words leave no other place: a line of nothing but long ones."""
_NAME_ALONE = re.compile(r"[^\W\d_][^:!?]*:")
"""In capitals, up to its colon, with nothing said."""
_TAG = re.compile(r"\{[^}]*\}|<[^>]*>")


def inspect_subtitles(mp4: Mp4, bounds: Bounds) -> Section:
    """Return the subtitle rules and how each of the film's tracks keeps them."""
    if not mp4.subtitles:
        return Section(title="Subtitles", figures=(missing("subtitles", "the file has no subtitles"),))
    figures: list[Figure] = []
    for number, track in enumerate(mp4.subtitles, 1):
        of = f", track {number}" if number > 1 else ""
        figures += [figure.changed(name=figure.name + of) for figure in _kept(track.events, bounds)]
    return Section(title="Subtitles", figures=tuple(figures))


def _kept(events: Sequence[pysubs2.SSAEvent], bounds: Bounds) -> tuple[Figure, ...]:
    """Return how one track keeps the rules."""
    shown = [(event, [_TAG.sub("", line) for line in re.split(r"\\N|\n", event.text)]) for event in events]
    tall, wide, fast, alone, quickest = [], [], [], [], 0.0
    for event, lines in shown:
        at = clock(event.start / 1000)
        text = " ".join(lines)
        if len(lines) > LINES:
            tall.append(f"{at}: {len(lines)} lines")
        # A single word that is longer than a line cannot be parted.
        if any(len(line) > LINE_CHARS and " " in line.strip() for line in lines):
            wide.append(f"{at}: {max(len(line) for line in lines)} characters")
        if _NAME_ALONE.fullmatch(text.strip()) and text.upper() == text:
            alone.append(f"{at}: {text.strip()}")
        rate = len(text) / max(0.001, (event.end - event.start) / 1000)
        quickest = max(quickest, rate)
        # Times are kept in milliseconds: one of them may be missing.
        if len(text) > bounds.chars_per_s * ((event.end - event.start) / 1000 + 0.002):
            fast.append(f"{at}: {rate:.1f} a second")
    overlaps = [clock(two.start / 1000) for one, two in pairwise(events) if two.start < one.end]
    return (
        Figure(name="subtitles", value=len(events), limit="any number", ok=True),
        none_of(f"with more than {LINES} lines", tall),
        none_of(f"with a line of more than {LINE_CHARS} characters", wide),
        Figure(
            name="characters a second, most", value=round(quickest, 1), limit=f"at most {bounds.chars_per_s:g}",
            ok=not fast, where=tuple(fast[:MOST_PLACES]),
        ),
        none_of("of a speaker's name alone", alone),
        none_of("overlaps", overlaps),
        _phrases([lines for _, lines in shown]),
    )  # fmt: skip


def _phrases(shown: list[list[str]]) -> Figure:
    """Look at every place where a line ends and the words go on."""
    lines = [line.split() for event in shown for line in event if line.split()]
    broken = [f"…{' '.join(one[-2:])} / {two[0]}…" for one, two in pairwise(lines) if parting(one[-1], two[0]) == OPEN]
    share = len(broken) / max(1, len(lines) - 1)
    return Figure(
        name="line ends inside a phrase, share",
        value=round(share, 3),
        limit=f"at most {MOST_BROKEN_PHRASES:g}",
        ok=share <= MOST_BROKEN_PHRASES,
        where=tuple(broken[:MOST_PLACES]) if share > MOST_BROKEN_PHRASES else (),
    )
