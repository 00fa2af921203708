"""What is heard: loudness and peaks by ffmpeg's own meter, clipping, clicks, and voices in step with subtitles.

A click is a burst of a few milliseconds that stands alone: the second difference of the samples, which tells a jump
from a wave, is there at least eight times as great as its root mean square in the twenty milliseconds before and in
the twenty after. So most consonants (sound follows) and a note's stroke (it rings) are none. Many honest sounds are
bursts, though: a spark, a drop, a clock. So a burst counts as a click where it falls on a join (within 12 ms of a key
frame or of a subtitle's or chapter's beginning: voices begin later than that, but within a long line a subtitle may
begin on a "p" or a "t"), is shorter than any consonant (a third of it at most is left three to five milliseconds
away), and fewer than three half as strong are heard away from joins within three seconds; or anywhere where it is as
steep as no recorded sound is: a jump of 0.15 of full scale, twenty times its surroundings, three times what is two
milliseconds off. What coding has smeared into a loud sound around it is not found: tests put jumps of a tenth of full
scale into quiet and of a half under noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bookfilm.film.inspection.mp4 import SAMPLE_RATE, Mp4
from bookfilm.film.inspection.sections import Bounds, Figure, Section, clock, missing, none_of

Array = NDArray[np.float32]

CLIPPED_RUN, FULL_SCALE = 3, 0.9999
MS = SAMPLE_RATE // 1000
NEAR_MS, AROUND_MS = 3, 20
JOIN_JUMP, JOIN_RATIO, JOIN_S, NEIGHBOURS_S = 0.02, 8.0, 0.012, 3
MANY, SAME = 3, 0.5
STEEP_JUMP, STEEP_RATIO = 0.15, 20.0
LONELY_RATIO = 3.0
STEEP_BESIDE_MS, SHORT_BESIDE_MS = (-3, -2, 2, 3), (-5, -4, -3, 3, 4, 5)
QUIET = 1e-4

STEP_MS, REACH_S, RISE_S = 10, 2.0, 0.3
IN_STEP_S, LEAST_RISE_DB, LEAST_CUES = 0.1, 2.0, 3


def inspect_sound(mp4: Mp4, bounds: Bounds) -> Section:
    """Return loudness, peaks, clipping, clicks, and how far voices lie from their subtitles."""
    if mp4.first("sound") is None:
        return Section(title="Sound", figures=(missing("sound", "the file has no sound"),))
    clipping, bursts = _Clipping(), _Bursts()
    starts = sorted({event.start / 1000 for track in mp4.subtitles[:1] for event in track})
    voices = _Voices(starts)
    for block in mp4.sound():
        clipping.hear(block)
        bursts.hear(block)
        voices.hear(block)
    joins = sorted({*mp4.key_times, *starts, *(float(mark.start) for mark in mp4.chapters)})
    figures = [
        *_levels(mp4, bounds),
        none_of("clipped stretches", clipping.places),
        none_of("clicks at joins", bursts.at_joins(joins), f"{len(joins)} joins"),
        none_of("clicks elsewhere", bursts.steep(joins)),
        voices.figure(),
    ]
    return Section(title="Sound", figures=tuple(figures))


def _levels(mp4: Mp4, bounds: Bounds) -> list[Figure]:
    loudness, peak = float("-inf"), 0.0
    for name, value in mp4.metered():
        if name == "I":
            loudness = value
        elif name.startswith("true_peaks_ch"):
            peak = max(peak, value)
    wanted, within = bounds.loudness_lufs, bounds.loudness_within_lu
    peak_db = 20 * float(np.log10(max(peak, 1e-6)))
    return [
        Figure(
            name="integrated loudness, LUFS",
            value=round(loudness, 2),
            limit=f"{wanted:g} ±{within:g}",
            ok=abs(loudness - wanted) <= within,
        ),
        Figure(
            name="true peak, dBTP",
            value=round(peak_db, 2),
            limit=f"at most {bounds.true_peak_dbtp:g}",
            ok=peak_db <= bounds.true_peak_dbtp,
        ),
    ]


class _Clipping:
    """Counts stretches of samples that all lie at full scale."""

    def __init__(self) -> None:
        self.places: list[str] = []
        self._at, self._run = 0, 0

    def hear(self, block: Array) -> None:
        full = np.asarray(np.abs(block).max(axis=1) >= FULL_SCALE)
        if not full.any():
            self._run, self._at = 0, self._at + len(block)
            return
        for place, at_full in enumerate(list(full)):
            self._run = self._run + 1 if at_full else 0
            if self._run == CLIPPED_RUN:
                self.places.append(clock((self._at + place) / SAMPLE_RATE))
        self._at += len(block)


@dataclass(frozen=True)
class _Burst:
    second: float
    jump: float
    steep: bool
    short: bool


@dataclass
class _Bursts:
    """Finds lonely bursts."""

    found: list[_Burst] = field(default_factory=list)
    _at_ms: int = 0
    _rest: Array = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    _peaks: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    _powers: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def hear(self, block: Array) -> None:
        waiting = np.concatenate([self._rest, block])
        whole = max(0, len(waiting) - 2) // MS
        if not whole:
            self._rest = waiting
            return
        bend = np.abs(np.diff(waiting[: whole * MS + 2].astype(np.float64), 2, axis=0)).max(axis=1).reshape(whole, MS)
        self._rest = waiting[whole * MS :]
        self._peaks = np.concatenate([self._peaks, bend.max(axis=1)])
        self._powers = np.concatenate([self._powers, np.mean(bend**2, axis=1)])
        self._search()

    def _search(self) -> None:
        reach = NEAR_MS + AROUND_MS
        ready = len(self._peaks) - 2 * reach
        if ready <= 0:
            return
        sums = np.concatenate([[0.0], np.cumsum(self._powers)])
        middle = np.arange(reach, reach + ready)
        before = (sums[middle - NEAR_MS] - sums[middle - reach]) / AROUND_MS
        after = (sums[middle + reach + 1] - sums[middle + NEAR_MS + 1]) / AROUND_MS
        around = np.sqrt(np.maximum(0.0, np.maximum(before, after)))
        jumps = self._peaks[middle]
        ratios = jumps / np.maximum(around, QUIET)
        alone, short = (
            jumps >= LONELY_RATIO * np.max([self._peaks[middle + off] for off in offsets], axis=0)
            for offsets in (STEEP_BESIDE_MS, SHORT_BESIDE_MS)
        )
        steep = (ratios >= STEEP_RATIO) & (jumps >= STEEP_JUMP) & alone
        for place in np.flatnonzero((ratios >= JOIN_RATIO) & (jumps >= JOIN_JUMP)):
            second = (self._at_ms + int(middle[place])) / 1000
            self._keep(_Burst(second, float(jumps[place]), bool(steep[place]), bool(short[place])))
        self._at_ms += ready
        self._peaks, self._powers = self._peaks[ready:], self._powers[ready:]

    def _keep(self, burst: _Burst) -> None:
        if self.found and burst.second - self.found[-1].second < NEAR_MS / 1000:
            # One burst spans up to three windows: its strongest stands for it.
            if burst.jump > self.found[-1].jump:
                self.found[-1] = burst
            return
        self.found.append(burst)

    def at_joins(self, joins: list[float]) -> list[str]:
        """Return the clicks at `joins` (seconds, rising)."""
        elsewhere = [one for one in self.found if not _near(one.second, joins)]

        def alike(one: _Burst) -> int:
            near = (other for other in elsewhere if abs(other.second - one.second) <= NEIGHBOURS_S)
            return sum(other.jump >= SAME * one.jump for other in near)

        return [_told(one) for one in self.found if one.short and _near(one.second, joins) and alike(one) < MANY]

    def steep(self, joins: list[float]) -> list[str]:
        """Return the clicks away from `joins`."""
        return [_told(one) for one in self.found if one.steep and not _near(one.second, joins)]


def _told(burst: _Burst) -> str:
    return f"{clock(burst.second)}: a jump of {20 * np.log10(burst.jump):.0f} dBFS"


def _near(second: float, joins: list[float]) -> bool:
    place = int(np.searchsorted(joins, second))
    return any(abs(joins[n] - second) <= JOIN_S for n in (place - 1, place) if 0 <= n < len(joins))


class _Voices:
    """How far the voices lie from their subtitles: the mean level of the voice's band around all beginnings.

    Where subtitles are in step, it rises at zero. What is kept is one curve, however many there are.
    """

    def __init__(self, starts: list[float]) -> None:
        from scipy.signal import butter

        self._starts = np.array(starts)
        self._bins = int(REACH_S * 1000 / STEP_MS)
        self._curve = np.zeros(2 * self._bins + 1)
        self._weight = np.zeros(2 * self._bins + 1)
        self._filter = butter(2, (250, 3500), "bandpass", fs=SAMPLE_RATE, output="sos")
        self._state = np.zeros((self._filter.shape[0], 2))
        self._rest = np.zeros(0)
        self._at = 0

    def hear(self, block: Array) -> None:
        from scipy.signal import sosfilt

        voice, self._state = sosfilt(self._filter, block.mean(axis=1).astype(np.float64), zi=self._state)
        waiting = np.concatenate([self._rest, voice])
        hop = MS * STEP_MS
        count = len(waiting) // hop
        self._rest = waiting[count * hop :]
        levels = 10 * np.log10(np.mean(waiting[: count * hop].reshape(count, hop) ** 2, axis=1) + 1e-7)
        first = self._at * STEP_MS / 1000
        last = first + count * STEP_MS / 1000
        near = self._starts[(self._starts > first - REACH_S) & (self._starts < last + REACH_S)]
        for start in near:
            shift = self._at - round(start * 1000 / STEP_MS) + self._bins
            places = np.arange(count) + shift
            inside = (places >= 0) & (places < len(self._curve))
            self._curve[places[inside]] += levels[inside]
            self._weight[places[inside]] += 1
        self._at += count

    def figure(self) -> Figure:
        """Return by how much the voices are late (positive) or early, in seconds."""
        name, limit = "voices behind their subtitles, s", f"within {IN_STEP_S:g}"
        if len(self._starts) < LEAST_CUES:
            return Figure(name=name, value=None, limit=limit, ok=True, where=("too few subtitles to tell",))
        mean = self._curve / np.maximum(self._weight, 1)
        side = int(RISE_S * 1000 / STEP_MS)
        sums = np.concatenate([[0.0], np.cumsum(mean)])
        at = np.arange(side, len(mean) - side + 1)
        rises = (sums[at + side] - 2 * sums[at] + sums[at - side]) / side
        best = int(np.argmax(rises))
        behind = (int(at[best]) - self._bins) * STEP_MS / 1000
        ok = rises[best] < LEAST_RISE_DB or abs(behind) <= IN_STEP_S
        heard = f"the level rises by {rises[best]:.1f} dB there"
        return Figure(name=name, value=round(behind, 2), limit=limit, ok=bool(ok), where=() if ok else (heard,))
