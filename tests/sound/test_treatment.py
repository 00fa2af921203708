"""Thoughts and letters are heard otherwise than speech and narration: measured on noise and on a spoken line."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import SpeechRequest
from bookfilm.records.screenplay import Emotion, LineKind
from bookfilm.sound.packaged import PackagedVoice
from bookfilm.sound.treatment import THOUGHT_ECHOES, treated

RATE = 24_000


def band_db(sound: NDArray[np.float32], low_hz: float, high_hz: float) -> float:
    """Return the share of the sound's power between two frequencies, in dB."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(10 * np.log10(power[(hertz >= low_hz) & (hertz < high_hz)].sum() / power.sum()))


def tilt_db(sound: NDArray[np.float32]) -> float:
    """Return how far the highest tones lie over the lowest, in dB."""
    return band_db(sound, 6000, 12_000) - band_db(sound, 0, 1000)


def noise() -> NDArray[np.float32]:
    return np.random.default_rng(1).standard_normal(RATE).astype(np.float32) * np.float32(0.1)


def test_a_thought_is_darker_and_a_letter_is_narrower() -> None:
    plain, thought, letter = noise(), treated(noise(), RATE, "thought"), treated(noise(), RATE, "letter")
    assert tilt_db(thought) < tilt_db(plain) - 4
    assert band_db(letter, 0, 120) < band_db(plain, 0, 120) - 8
    assert band_db(letter, 8000, 12_000) < band_db(plain, 8000, 12_000) - 6
    assert len(thought) == RATE + int(THOUGHT_ECHOES[-1][0] * RATE)


def test_what_is_said_aloud_is_left_as_it_is() -> None:
    for kind in set(get_args(LineKind)) - {"thought", "letter"}:
        assert np.array_equal(treated(noise(), RATE, kind), noise())


@pytest.mark.parametrize("kind", get_args(LineKind))
def test_nothing_stays_nothing(kind: LineKind) -> None:
    assert len(treated(np.zeros(0, np.float32), RATE, kind)) == 0


def test_a_line_sounds_by_its_kind_and_rests_by_its_emotion() -> None:
    voice = PackagedVoice()

    def spoken(kind: LineKind = "narration", emotion: Emotion = "neutral") -> NDArray[np.float32]:
        request = SpeechRequest(text="One lamp. One more.", language="en", voice="clara", kind=kind, emotion=emotion)
        return voice.speak(request, 1).samples

    aloud, thought, letter = spoken(), spoken("thought"), spoken("letter")
    assert tilt_db(thought) < tilt_db(aloud) - 3
    assert band_db(letter, 0, 150) < band_db(aloud, 0, 150) - 6
    longest = {emotion: longest_rest_s(spoken(emotion=emotion)) for emotion in ("neutral", "sorrow", "anger")}
    assert longest["sorrow"] > 1.2 * longest["neutral"] > 1.2 * longest["anger"]


def longest_rest_s(sound: NDArray[np.float32]) -> float:
    """Return the longest stretch that lies 40 dB below the peak."""
    loud = np.flatnonzero(np.abs(sound) > np.abs(sound).max() / 100)
    return float(np.diff(loud).max() / RATE)
