"""Mixes speech, score and ambience into one soundtrack at the loudness that players expect.

Two readings of the film, both block by block, so that memory does not grow with its length: the first lays
speech over score and effects, which are turned down beneath it, into a temporary file and measures it; the second
brings that to the target through the true-peak limiter. The same film gives the same bytes.
"""

from __future__ import annotations

import errno
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np

from bookfilm.errors import StoreError, StoreFull
from bookfilm.records.timeline import Timeline
from bookfilm.sound.buses import CHANNELS, Array, EffectsBus, SpeechBus
from bookfilm.sound.ducking import Ducker
from bookfilm.sound.limiter import REACH, limited, true_peaks
from bookfilm.sound.loudness import LoudnessMeter

MIXER = 4
"""Raised whenever the same inputs give another soundtrack: with it, what was mixed before is mixed anew."""
BLOCK = 48_000
CODEC_HEADROOM_DB = 1.5
"""Lossy coding raises peaks: the limiter stays this far under what was asked for, or farther where that is not enough.
With 1.0 two of four films had to be coded twice."""
CODED_MARGIN_DB = 0.1
"""Two meters of true peaks that both keep to BS.1770-5 differ by about so much."""
MOST_CODINGS = 4
MOST_GAIN_DB = 12.0
"""A film of nothing but distant wind stays quiet."""
CLOSE_ENOUGH_LU = 0.1
MOST_PASSES = 5


@dataclass(frozen=True)
class MixReport:
    """What the soundtrack came to. Loudness and peak are None for silence. Where the soundtrack was coded, the peak is
    that of what a player decodes."""

    samples: int
    sample_rate: int
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    gain_db: float
    passes: int


def mix_soundtrack(
    timeline: Timeline,
    recording_path: Callable[[str], Path],
    composer_blocks: Iterable[Array],
    out: Path,
    target_lufs: float = -16.0,
    true_peak_db: float = -1.0,
    coded: Callable[[Path], float] | None = None,
) -> MixReport:
    """Write the film's soundtrack: bare PCM, stereo, 16 bit little-endian, at the timeline's rate and length.

    No WAV header: that counts to 4 GB, which a novel that plays for six hours outgrows.

    `recording_path` finds a recording's WAV file by its key; `composer_blocks` are float32 of shape (n, 2). `coded`
    codes the PCM at a path and returns the true peak (dBTP; -inf of silence) of what comes back: how far a codec raises
    peaks is not known before, so while that passes `true_peak_db` the limiter is set lower and it is coded again.
    Raises TakeDamaged for a recording that cannot be read, StoreFull where no space is left.
    """
    total = timeline.rate.samples(timeline.frames, timeline.sample_rate)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".partial")
    try:
        with tempfile.TemporaryFile(dir=out.parent) as premix:
            loudness = _write_premix(premix, timeline, recording_path, composer_blocks, total)
            report = _master(premix, partial, total, timeline.sample_rate, loudness, target_lufs, true_peak_db, coded)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(out)
    except OSError as error:
        kind = StoreFull if error.errno == errno.ENOSPC else StoreError
        raise kind(error.strerror or str(error), subject=out) from error
    finally:
        partial.unlink(missing_ok=True)
    return report


# --- first reading: lay everything together ----------------------------------------------------


def _write_premix(
    premix: IO[bytes],
    timeline: Timeline,
    recording_path: Callable[[str], Path],
    composer_blocks: Iterable[Array],
    total: int,
) -> float:
    speech, effects = SpeechBus(timeline, recording_path), EffectsBus(timeline, total)
    ducker = Ducker(timeline, total)
    meter = LoudnessMeter(timeline.sample_rate)
    at = 0
    for score in evenly_blocked(composer_blocks, BLOCK, total):
        mixed = ducker.ducked(score, at) + ducker.ducked_effects(effects.block(at, len(score)), at)
        mixed += speech.block(at, len(score))[:, None]
        meter.add(mixed)
        premix.write(np.ascontiguousarray(mixed, np.float32).tobytes())
        at += len(score)
    return meter.integrated()


def speech_stem(timeline: Timeline, recording_path: Callable[[str], Path]) -> Iterator[Array]:
    """Yield the film's speech alone as stereo blocks, as it goes into the mix."""
    speech, total = SpeechBus(timeline, recording_path), timeline.rate.samples(timeline.frames, timeline.sample_rate)
    for at in range(0, total, BLOCK):
        yield np.repeat(speech.block(at, min(BLOCK, total - at))[:, None], CHANNELS, axis=1)


def ducked_stem(timeline: Timeline, composer_blocks: Iterable[Array]) -> Iterator[Array]:
    """Yield what lies under the speech, turned down beneath it as it goes into the mix."""
    total = timeline.rate.samples(timeline.frames, timeline.sample_rate)
    ducker, at = Ducker(timeline, total), 0
    for block in evenly_blocked(composer_blocks, BLOCK, total):
        yield ducker.ducked(block, at)
        at += len(block)


def effects_stem(timeline: Timeline) -> Iterator[Array]:
    """Yield the film's effects alone, turned down beneath speech as they go into the mix."""
    total = timeline.rate.samples(timeline.frames, timeline.sample_rate)
    effects, ducker = EffectsBus(timeline, total), Ducker(timeline, total)
    for at in range(0, total, BLOCK):
        yield ducker.ducked_effects(effects.block(at, min(BLOCK, total - at)), at)


def evenly_blocked(blocks: Iterable[Array], size: int, total: int) -> Iterator[Array]:
    """Yield `blocks` as new arrays of `size` samples, `total` in all: silence where they end early."""
    waiting = np.zeros((0, CHANNELS), np.float32)
    source = iter(blocks)
    given = 0
    while given < total:
        wanted = min(size, total - given)
        pieces, have = [waiting], len(waiting)
        while have < wanted:
            piece = next(source, None)
            if piece is None:
                piece = np.zeros((wanted - have, CHANNELS), np.float32)
            pieces.append(np.asarray(piece, np.float32))
            have += len(piece)
        joined = np.concatenate(pieces)
        yield joined[:wanted].copy()
        waiting = joined[wanted:].copy()
        given += wanted


# --- second reading: to the target -------------------------------------------------------------


def _master(
    premix: IO[bytes],
    partial: Path,
    total: int,
    sample_rate: int,
    loudness: float,
    target_lufs: float,
    true_peak_db: float,
    coded: Callable[[Path], float] | None,
) -> MixReport:
    ceiling_db = true_peak_db - CODEC_HEADROOM_DB
    gain_db = 0.0 if math.isinf(loudness) else min(MOST_GAIN_DB, target_lufs - loudness)
    for codings in range(1, MOST_CODINGS + 1):
        report = _at_target(premix, partial, total, sample_rate, gain_db, target_lufs, 10 ** (ceiling_db / 20))
        if coded is None:
            break
        peak_db = coded(partial)
        report = replace(report, true_peak_dbtp=None if math.isinf(peak_db) else round(peak_db, 2))
        over_db = peak_db + CODED_MARGIN_DB - true_peak_db
        if over_db <= 0 or codings == MOST_CODINGS:
            break
        ceiling_db, gain_db = ceiling_db - over_db, report.gain_db
    return report


def _at_target(
    premix: IO[bytes], partial: Path, total: int, sample_rate: int, gain_db: float, target_lufs: float, ceiling: float
) -> MixReport:
    """Write the soundtrack as loud as was asked for, beginning with `gain_db`, and none of it above `ceiling`."""
    for passes in range(1, MOST_PASSES + 1):
        reached, peak = _write_master(premix, partial, total, sample_rate, gain_db, ceiling)
        # Limiting takes a little loudness away; what it took is given back and limited again.
        missing = 0.0 if math.isinf(reached) else target_lufs - reached
        if abs(missing) <= CLOSE_ENOUGH_LU or passes == MOST_PASSES or gain_db + missing > MOST_GAIN_DB:
            break
        gain_db += missing
    return MixReport(
        samples=total,
        sample_rate=sample_rate,
        integrated_lufs=None if math.isinf(reached) else round(reached, 2),
        true_peak_dbtp=round(20 * math.log10(peak), 2) if peak > 0 else None,
        gain_db=round(gain_db, 2),
        passes=passes,
    )


def _write_master(
    premix: IO[bytes], partial: Path, total: int, sample_rate: int, gain_db: float, ceiling: float
) -> tuple[float, float]:
    """Write the soundtrack at `gain_db`; return its loudness in LUFS and its true peak (linear)."""
    meter, peak, gain = LoudnessMeter(sample_rate), 0.0, np.float32(10 ** (gain_db / 20))
    with partial.open("wb") as file:
        for at in range(0, total, BLOCK):
            count = min(BLOCK, total - at)
            first, last = max(0, at - REACH), min(total, at + count + REACH)
            block = limited(_read_premix(premix, first, last) * gain, ceiling)[at - first :][:count]
            pcm = np.rint(np.clip(block, -1.0, 1.0) * 32767).astype("<i2")
            file.write(pcm.tobytes())
            heard = pcm.astype(np.float32) / np.float32(32767)
            meter.add(heard)
            if float(np.abs(heard).max(initial=0.0)) > peak * 0.7:
                peak = max(peak, float(true_peaks(heard).max(initial=0.0)))
    return meter.integrated(), peak


def _read_premix(premix: IO[bytes], first: int, last: int) -> Array:
    size = CHANNELS * np.dtype(np.float32).itemsize
    premix.seek(first * size)
    return np.frombuffer(premix.read((last - first) * size), np.float32).reshape(-1, CHANNELS)
