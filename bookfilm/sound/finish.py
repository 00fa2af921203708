"""Finishes a raw utterance: no rumble, no dead air at its ends, an even level, edges that do not click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LEVEL_DBFS = -21.0
"""Root mean square of the speech itself (pauses left out) that every neutral utterance is brought to."""
PEAK_CEILING = 0.89
TRIM_BELOW_PEAK_DB = -44.0
MARGIN_S = 0.025
FADE_IN_S, FADE_OUT_S = 0.004, 0.015
WINDOW_S = 0.010


def finished(samples: Array, sample_rate: int, gain_db: float = 0.0) -> Array:
    """Return `samples` trimmed, levelled to LEVEL_DBFS + `gain_db` and faded at both ends; empty if silent."""
    audible = trimmed(
        np.asarray(samples, np.float32) - np.float32(np.mean(samples) if samples.size else 0), sample_rate
    )
    if not audible.size:
        return audible
    wanted = 10 ** ((LEVEL_DBFS + gain_db) / 20)
    gain = wanted / speech_level(audible, sample_rate)
    peak = float(np.abs(audible).max())
    # A peaky voice is held below the ceiling softly rather than turned down as a whole.
    audible = soft_limited(audible * np.float32(gain)) if peak * gain > PEAK_CEILING else audible * np.float32(gain)
    return faded(audible, sample_rate)


def trimmed(samples: Array, sample_rate: int) -> Array:
    """Return `samples` without what lies below TRIM_BELOW_PEAK_DB of its peak at either end."""
    levels = windowed_level(samples, sample_rate)
    if not levels.size or levels.max() < 1e-5:
        return np.zeros(0, np.float32)
    loud = np.flatnonzero(levels > levels.max() * 10 ** (TRIM_BELOW_PEAK_DB / 20))
    window = max(1, int(sample_rate * WINDOW_S))
    margin = int(sample_rate * MARGIN_S)
    first = max(0, int(loud[0]) * window - margin)
    last = min(len(samples), (int(loud[-1]) + 1) * window + margin)
    return np.array(samples[first:last], np.float32)


def windowed_level(samples: Array, sample_rate: int) -> NDArray[np.float64]:
    """Return the root mean square of each WINDOW_S of `samples` (the last one padded with silence)."""
    window = max(1, int(sample_rate * WINDOW_S))
    padded = np.zeros(-(-len(samples) // window) * window, np.float64)
    padded[: len(samples)] = samples
    return np.asarray(np.sqrt(np.mean(padded.reshape(-1, window) ** 2, axis=1)))


def speech_level(samples: Array, sample_rate: int) -> float:
    """Return the root mean square over the windows within 30 dB of the loudest: pauses do not count."""
    levels = windowed_level(samples, sample_rate)
    heard = levels[levels > levels.max() * 10 ** (-30 / 20)]
    return float(np.sqrt(np.mean(heard**2)))


def soft_limited(samples: Array) -> Array:
    """Return `samples` bent smoothly towards PEAK_CEILING above two thirds of it."""
    knee = PEAK_CEILING * 0.66
    room = PEAK_CEILING - knee
    size = np.abs(samples)
    bent = knee + room * np.tanh((size - knee) / room)
    return np.where(size > knee, np.sign(samples) * bent, samples).astype(np.float32)


def faded(samples: Array, sample_rate: int) -> Array:
    """Return `samples` with short raised-cosine fades at both ends."""
    result = np.array(samples, np.float32)
    for length_s, side in ((FADE_IN_S, slice(None, None, 1)), (FADE_OUT_S, slice(None, None, -1))):
        count = min(int(sample_rate * length_s), len(result) // 2)
        if count:
            ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)
            result[side][:count] *= ramp.astype(np.float32)
    return result


def joined(parts: list[tuple[Array, float]], sample_rate: int) -> Array:
    """Join `parts`, each (samples, seconds of silence after it; the last one's is left out)."""
    pieces: list[Array] = []
    for index, (samples, pause_s) in enumerate(parts):
        pieces.append(samples)
        if index < len(parts) - 1:
            pieces.append(np.zeros(int(sample_rate * pause_s), np.float32))
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
