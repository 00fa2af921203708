"""Makes other speakers out of one: moves pitch and vocal tract of a spectral speech model's output.

The English model (hibari, Apache-2.0) predicts, for every 12.5 ms, the filter of the voiced source, the
spectrum of the noise and the pitch apart from each other (its README, "ONNX interface"). So a voice is
changed where it is made, as in a source-filter vocoder: the pitch curve is scaled about its mean, the
spectra are stretched along frequency (a shorter vocal tract has higher formants), and only then is sound
synthesised. Nothing is resampled or overlapped, so there is no flutter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

VOICED_HZ = 40.0
LOWEST_HZ = 48.0
BIN_HZ = 20.0
USUAL_HZ = 190.0
FORMANTS_ABOVE = 1.6
"""Times the mean pitch: from here on the spectrum is the vocal tract's rather than the vocal folds'."""
FRAMES_PER_S = 80.0
SILENT_LOG = np.float32(-18.0)
RESIDUE_BELOW_HZ = 1200.0
RESIDUE_CUT_LOG = np.float32(2.5)
WHISPER_LOG = np.float32(0.6)


@dataclass(frozen=True)
class Throat:
    """How a voice differs from the model's own.

    `pitch` and `formant` are factors; `liveliness` scales the swing of the pitch in log frequency;
    `breath_db` lifts the noise; `tremor` is the depth of an old voice's waver, as a share of the pitch.
    """

    pitch: float = 1.0
    formant: float = 1.0
    liveliness: float = 1.0
    breath_db: float = 0.0
    tremor: float = 0.0
    whispered: bool = False

    @property
    def unchanged(self) -> bool:
        return self == Throat()


class Spectra(NamedTuple):
    """The model's output: log magnitudes and phases of shape (601, frames), pitch in Hz of shape (frames,)."""

    voiced: Array
    turn: Array
    noise: Array
    free: Array
    phase: Array
    pitch_hz: Array


def reshape_voice(spectra: Spectra, throat: Throat, rng: np.random.Generator) -> Spectra:
    """Return `spectra` as `throat` would speak them."""
    if throat.unchanged:
        return spectra
    is_voiced = spectra.pitch_hz > VOICED_HZ
    mean_hz = float(np.exp(np.log(spectra.pitch_hz[is_voiced]).mean())) if is_voiced.any() else USUAL_HZ
    pitch = _moved_pitch(spectra.pitch_hz, is_voiced, mean_hz, throat)
    source = frequency_map(spectra.voiced.shape[0], mean_hz, throat)
    voiced, turn = stretched(spectra.voiced, source), stretched(spectra.turn, source, fill=0.0)
    noise, free = stretched(spectra.noise, source), stretched(spectra.free, source)
    phase = spectra.phase
    if throat.pitch != 1.0 or throat.formant != 1.0:
        # The free branch carries remains of the old harmonics low down; they would sound as a second voice.
        low = np.arange(free.shape[0]) * BIN_HZ < RESIDUE_BELOW_HZ
        free = free - RESIDUE_CUT_LOG * np.outer(low, is_voiced).astype(np.float32)
        phase = rng.uniform(-np.pi, np.pi, phase.shape).astype(np.float32)
    breath = np.float32(throat.breath_db / 20 * np.log(10))
    if throat.whispered:
        noise = np.logaddexp(noise, voiced - WHISPER_LOG).astype(np.float32)
        pitch = np.zeros_like(pitch)
    return Spectra(voiced, turn, noise + breath, free + breath, phase, pitch)


def stretched(spectrum: Array, source: NDArray[np.float64], fill: float = float(SILENT_LOG)) -> Array:
    """Return `spectrum`, shape (bins, frames), read at the bins `source`; beyond its last bin `fill`."""
    bins = spectrum.shape[0]
    below = np.minimum(source.astype(np.intp), bins - 2)
    share = (source - below).astype(np.float32)[:, None]
    moved = spectrum[below] * (1 - share) + spectrum[below + 1] * share
    moved[source > bins - 1] = fill
    return np.asarray(moved, np.float32)


def frequency_map(bins: int, mean_hz: float, throat: Throat) -> NDArray[np.float64]:
    """Return which old bin each new bin is read from.

    Formants move by `throat.formant`. Below them lies the swell that a voice has about its own fundamental, which
    belongs to the vocal folds: it goes where the fundamental goes, or a lowered voice would have none.
    """
    knee = mean_hz * FORMANTS_ABOVE
    new_hz = [0.0, mean_hz * throat.pitch, knee * throat.formant, bins * BIN_HZ * throat.formant]
    old_hz = [0.0, mean_hz, knee, bins * BIN_HZ]
    if not new_hz[1] < new_hz[2]:
        new_hz, old_hz = new_hz[::3], old_hz[::3]
    reached = np.arange(bins) * BIN_HZ
    beyond = np.where(reached > new_hz[-1], float(bins), 0.0)
    return np.asarray(np.maximum(beyond, np.interp(reached, new_hz, old_hz) / BIN_HZ))


def _moved_pitch(pitch_hz: Array, is_voiced: NDArray[np.bool_], mean_hz: float, throat: Throat) -> Array:
    swing = np.maximum(pitch_hz, VOICED_HZ) / mean_hz
    moved = mean_hz * throat.pitch * swing**throat.liveliness
    if throat.tremor:
        moved = moved * (1 + throat.tremor * np.sin(2 * np.pi * 5.3 / FRAMES_PER_S * np.arange(len(moved))))
    return np.asarray(np.where(is_voiced, np.maximum(moved, LOWEST_HZ), 0.0), np.float32)
