"""How words are heard that nobody says aloud: thoughts inward and near, letters as from the page."""

from __future__ import annotations

import numpy as np

from bookfilm.records.screenplay import LineKind
from bookfilm.sound.finish import Array

THOUGHT_DARK_HZ, THOUGHT_DARK_DB = 3000.0, -6.0
THOUGHT_ECHOES = ((0.041, 0.20), (0.067, 0.14), (0.109, 0.10))
"""(seconds, level): too near to be heard as echoes, they make a voice sound as it does in one's own head."""
LETTER_BAND_HZ = (220.0, 5000.0)
LETTER_ECHOES = ((0.017, 0.16),)


def treated(samples: Array, sample_rate: int, kind: LineKind) -> Array:
    """Return `samples` as a line of `kind` is heard; speech and narration, quotes and verse as they are."""
    if not len(samples):
        return samples
    if kind == "thought":
        return _echoed(_darkened(samples, sample_rate), sample_rate, THOUGHT_ECHOES)
    if kind == "letter":
        return _echoed(_narrowed(samples, sample_rate), sample_rate, LETTER_ECHOES)
    return samples


def _darkened(samples: Array, sample_rate: int) -> Array:
    """Turn what lies above THOUGHT_DARK_HZ down by THOUGHT_DARK_DB: a smooth shelf."""
    from scipy.signal import butter, sosfilt

    low = sosfilt(butter(1, THOUGHT_DARK_HZ, fs=sample_rate, output="sos"), samples)
    share = 10 ** (THOUGHT_DARK_DB / 20)
    return np.asarray(low + share * (samples - low), np.float32)


def _narrowed(samples: Array, sample_rate: int) -> Array:
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(2, LETTER_BAND_HZ, "bandpass", fs=sample_rate, output="sos"), samples), np.float32)


def _echoed(samples: Array, sample_rate: int, echoes: tuple[tuple[float, float], ...]) -> Array:
    """Lay softer repetitions behind `samples`, which grow by the longest of them."""
    longest = int(max(seconds for seconds, _ in echoes) * sample_rate)
    result = np.pad(samples, (0, longest))
    for seconds, level in echoes:
        at = int(seconds * sample_rate)
        result[at : at + len(samples)] += samples * np.float32(level)
    return result
