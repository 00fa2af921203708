"""Loudness of a stream of sound by ITU-R BS.1770-5 / EBU R 128, in memory that does not grow with the sound's
blocks, only by one number for every tenth of a second."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
OFFSET_LUFS = -0.691
STEPS_A_BLOCK = 4
"""A gating block is 400 ms and starts every 100 ms."""


def k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """Return the K-weighting filter as two second-order sections, shape (2, 6).

    The standard gives coefficients for 48 kHz alone; these are the analogue prototypes they come from, after
    De Man, "Evaluation of implementations of the EBU R128 loudness measurement" (2018).
    """
    gain, shelf_q, shelf_hz = 10 ** (3.999843853973347 / 20), 0.7071752369554196, 1681.974450955533
    k = math.tan(math.pi * shelf_hz / sample_rate)
    band = gain**0.4996667741545416
    a0 = 1 + k / shelf_q + k * k
    shelf = [
        (gain + band * k / shelf_q + k * k) / a0,
        2 * (k * k - gain) / a0,
        (gain - band * k / shelf_q + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - k / shelf_q + k * k) / a0,
    ]
    pass_q, pass_hz = 0.5003270373238773, 38.13547087602444
    k = math.tan(math.pi * pass_hz / sample_rate)
    a0 = 1 + k / pass_q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / pass_q + k * k) / a0]
    return np.array([shelf, high_pass])


class LoudnessMeter:
    """Feed it blocks of any length, shape (n, channels), with `add`; ask `integrated` at the end."""

    def __init__(self, sample_rate: int, channels: int = 2) -> None:
        self._filter = k_weighting(sample_rate)
        self._state = np.zeros((2, 2, channels))
        self._step = sample_rate // 10
        self._rest = np.zeros((0, channels))
        self._powers: list[NDArray[np.float64]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        from scipy.signal import sosfilt

        if not len(block):
            return
        weighted, self._state = sosfilt(self._filter, np.asarray(block, np.float64), axis=0, zi=self._state)
        waiting = np.concatenate([self._rest, weighted])
        steps = len(waiting) // self._step
        whole = waiting[: steps * self._step].reshape(steps, self._step, waiting.shape[1])
        self._powers.append(np.mean(whole**2, axis=1).sum(axis=1))
        self._rest = waiting[steps * self._step :]

    def integrated(self) -> float:
        """Return the gated loudness in LUFS; minus infinity for silence or less than 400 ms."""
        steps = np.concatenate(self._powers) if self._powers else np.zeros(0)
        if len(steps) < STEPS_A_BLOCK:
            return -math.inf
        sums = np.concatenate([[0.0], np.cumsum(steps)])
        blocks = np.maximum(0.0, sums[STEPS_A_BLOCK:] - sums[:-STEPS_A_BLOCK]) / STEPS_A_BLOCK
        heard = blocks[blocks > _power(ABSOLUTE_GATE_LUFS)]
        if not len(heard):
            return -math.inf
        gate = _power(_lufs(float(heard.mean())) + RELATIVE_GATE_LU)
        return _lufs(float(heard[heard > gate].mean()))


def _lufs(power: float) -> float:
    return OFFSET_LUFS + 10 * math.log10(power)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LUFS) / 10))
