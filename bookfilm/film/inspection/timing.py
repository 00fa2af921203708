"""When everything is shown and heard: no packet missing, picture and sound of one length, clips that join."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from bookfilm.film.inspection.mp4 import SAMPLE_RATE, Mp4, Packet, Stream
from bookfilm.film.inspection.sections import Bounds, Figure, Section, clock, missing, none_of

LONGEST_GROUP_S = 11
"""Clips are encoded with a key frame every ten seconds at least: a player that seeks waits no longer."""


@dataclass
class _Run:
    """A stream's packets, followed from first to last."""

    count: int = 0
    start: Fraction = Fraction(0)
    end: Fraction = Fraction(0)
    step: Fraction = Fraction(0)
    gaps: list[str] = field(default_factory=list)
    keys: int = 0
    begins_with_key: bool = False
    longest_group: Fraction = Fraction(0)
    _last_key: Fraction = Fraction(0)
    _next: Fraction | None = None

    def follow(self, packet: Packet) -> None:
        if self._next is None:
            self.start, self.step, self.begins_with_key = packet.pts, packet.duration, packet.key
        elif packet.dts != self._next:
            self.gaps.append(f"{clock(float(packet.dts))}: {float(packet.dts - self._next) * 1000:+.1f} ms")
        if packet.key:
            self.keys += 1
            self._last_key = packet.pts
        self.longest_group = max(self.longest_group, packet.pts - self._last_key)
        # A file tells a gap as a frame that lasts too long: what counts is the step of the first.
        self._next = packet.dts + self.step
        self.end = max(self.end, packet.pts + packet.duration)
        self.count += 1


def inspect_timing(mp4: Mp4, _bounds: Bounds) -> Section:
    """Return how the packets lie in time, and whether picture and sound begin and end together."""
    picture, sound = mp4.first("picture"), mp4.first("sound")
    shown = _followed(mp4, picture) if picture else None
    heard = _followed(mp4, sound) if sound else None
    figures: list[Figure] = []
    if shown is not None:
        rate = 1 / shown.step if shown.step else Fraction(0)
        figures += [
            Figure(name="rate, frames a second", value=str(rate), limit="1 to 240, constant", ok=1 <= rate <= 240),
            none_of("gaps between frames", shown.gaps, f"{shown.count} frames"),
            Figure(
                name="first frame", value="key" if shown.begins_with_key else "no key frame", limit="key",
                ok=shown.begins_with_key,
            ),
            Figure(
                name="seconds between key frames, most",
                value=round(float(shown.longest_group), 2),
                limit=f"{LONGEST_GROUP_S}",
                ok=shown.longest_group <= LONGEST_GROUP_S,
            ),
        ]  # fmt: skip
    if heard is not None:
        figures.append(none_of("gaps between sounds", heard.gaps, f"{heard.count} packets"))
    if shown is None or heard is None:
        figures.append(missing("picture and sound", "one of them is missing"))
    else:
        figures += _together(mp4, shown, heard)
    return Section(title="Timing", figures=tuple(figures))


def _followed(mp4: Mp4, stream: Stream) -> _Run:
    run = _Run()
    for packet in mp4.packets(stream):
        run.follow(packet)
    return run


def _together(mp4: Mp4, shown: _Run, heard: _Run) -> list[Figure]:
    """An AAC stream begins with a packet before time zero that a player leaves out; what is decoded counts."""
    samples = sum(len(block) for block in mp4.sound())
    frame = shown.step
    begins = max(Fraction(0), heard.start) - shown.start
    ends = max(Fraction(0), heard.start) + Fraction(samples, SAMPLE_RATE) - shown.end
    return [
        _within_a_frame("sound begins after the picture, ms", begins, frame),
        _within_a_frame("sound ends after the picture, ms", ends, frame),
    ]


def _within_a_frame(name: str, difference: Fraction, frame: Fraction) -> Figure:
    limit = f"within a frame, {float(frame) * 1000:.1f}"
    return Figure(name=name, value=round(float(difference) * 1000, 1), limit=limit, ok=abs(difference) <= frame)
