"""What is seen: black and frozen stretches, and hard cuts, which must fall on key frames.

Frames are looked at in grey, 160 pixels wide. A hard cut is a frame that hardly correlates with the one before it
(0.5 at most), which a flash of lightning or a fade does not do; both must have something to see in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bookfilm.film.inspection.mp4 import Mp4
from bookfilm.film.inspection.sections import MOST_PLACES, Bounds, Figure, Section, clock, missing, none_of

WIDTH, HEIGHT = 160, 90
BLACK_MEAN, BLACK_MOST = 20, 40
STILL_MOST, STILL_MEAN = 6, 1.0
"""A key frame in the middle of a still picture shows it a little differently."""
CUT_CORRELATION, LEAST_CONTRAST, LEAST_CHANGE = 0.5, 4.0, 6.0


@dataclass
class _Stretch:
    """Counts how long something goes on, and remembers where it went on for longer than `most_s`."""

    most_s: float
    longest_s: float = 0.0
    places: list[str] = field(default_factory=list)
    _since: float | None = None

    def note(self, second: float, is_so: bool) -> None:
        if is_so:
            self._since = second if self._since is None else self._since
            return
        if self._since is not None:
            self._close(second)

    def figure(self, name: str, end_s: float) -> Figure:
        if self._since is not None:
            self._close(end_s)
        return Figure(
            name=name, value=round(self.longest_s, 2), limit=f"at most {self.most_s:g}", ok=not self.places,
            where=tuple(self.places[:MOST_PLACES]),
        )  # fmt: skip

    def _close(self, second: float) -> None:
        assert self._since is not None
        length_s = second - self._since
        self.longest_s = max(self.longest_s, length_s)
        if length_s > self.most_s:
            self.places.append(f"{clock(self._since)} for {length_s:.1f} s")
        self._since = None


def inspect_picture(mp4: Mp4, bounds: Bounds) -> Section:
    """Return how long the picture is black or still, whether cuts fall on key frames, and what cannot be decoded."""
    picture = mp4.first("picture")
    if picture is None:
        return Section(title="Picture", figures=(missing("picture", "the file has no picture"),))
    black, still = _Stretch(bounds.black_s), _Stretch(bounds.frozen_s)
    keys, off_key, cuts, end = np.array(mp4.key_times), [], 0, 0.0
    before: NDArray[np.float32] | None = None
    times = (packet for packet in mp4.packets(picture))
    # Films have no frames out of order: the packets' times are the frames' own.
    for packet, small in zip(times, mp4.frames(WIDTH, HEIGHT), strict=False):
        frame, second = small.astype(np.float32), float(packet.pts)
        end = second + float(packet.duration)
        black.note(second, _is_black(frame))
        if before is not None:
            still.note(second, _is_still(before, frame))
            if _is_cut(before, frame):
                cuts += 1
                if not len(keys) or np.abs(keys - second).min() > float(packet.duration) / 2:
                    off_key.append(clock(second))
        before = frame
    figures = (
        black.figure("black, longest, s", end),
        still.figure("frozen, longest, s", end),
        none_of("hard cuts that are no key frames", off_key, f"{cuts} cuts"),
        none_of("frames or sounds that cannot be decoded", mp4.decoding_errors),
    )
    return Section(title="Picture", figures=figures)


def _is_black(frame: NDArray[np.float32]) -> bool:
    return float(frame.mean()) <= BLACK_MEAN and float(np.percentile(frame, 99)) <= BLACK_MOST


def _is_still(before: NDArray[np.float32], frame: NDArray[np.float32]) -> bool:
    change = np.abs(frame - before)
    return float(change.max()) <= STILL_MOST and float(change.mean()) <= STILL_MEAN


def _is_cut(before: NDArray[np.float32], frame: NDArray[np.float32]) -> bool:
    if float(np.abs(frame - before).mean()) < LEAST_CHANGE:
        return False
    one, other = before - before.mean(), frame - frame.mean()
    spreads = float(one.std()), float(other.std())
    if min(spreads) < LEAST_CONTRAST:
        return False
    return float((one * other).mean()) / (spreads[0] * spreads[1]) < CUT_CORRELATION
