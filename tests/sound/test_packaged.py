"""The packaged voices' own promises: their measured rates hold, and a listener tells them apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Sound, SpeechRequest, VoiceSpec
from bookfilm.records.book import Language
from bookfilm.sound.espeak_client import espeak_installed
from bookfilm.sound.packaged import PackagedVoice

LANGUAGES: list[Language] = ["en", "ru"]
PROSE: dict[Language, str] = {
    "en": (
        "The old road wound down from the hill to the river, and along it came a single cart with a lantern "
        "swinging from its shaft. Nobody in the village had expected visitors so late in the year. The innkeeper "
        "put down his cup, wiped his hands, and went to the door to see who it might be. “Are you alone?” he "
        "called. Outside the rain had stopped, but the eaves were still dripping, and the horses steamed."
    ),
    "ru": (
        "Старая дорога спускалась с холма к реке, и по ней ехала одинокая телега с фонарём, который качался на "
        "оглобле. Никто в деревне не ждал гостей так поздно осенью. Хозяин постоялого двора поставил чашку, вытер "
        "руки и пошёл к двери посмотреть, кто это мог быть. — Вы один? — крикнул он. Дождь уже перестал, но с "
        "крыши всё ещё капало, и от лошадей шёл пар."
    ),
}


@pytest.fixture(scope="module")
def voice() -> Iterator[PackagedVoice]:
    if not espeak_installed():
        pytest.skip("espeak-ng is not installed")
    made = PackagedVoice()
    yield made
    made.close()


@pytest.fixture(scope="module")
def readings(voice: PackagedVoice) -> dict[Language, list[tuple[VoiceSpec, Sound]]]:
    return {
        language: [
            (spec, voice.speak(SpeechRequest(text=PROSE[language], language=language, voice=spec.id), seed=11))
            for spec in voice.voices(language)
        ]
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_measured_rates_hold(readings: dict[Language, list[tuple[VoiceSpec, Sound]]], language: Language) -> None:
    for spec, sound in readings[language]:
        rate = len(PROSE[language]) / (len(sound.samples) / sound.sample_rate)
        assert abs(rate / spec.chars_per_s - 1) < 0.08, f"{spec.id} speaks {rate:.1f} characters a second"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_voices_sound_alike(readings: dict[Language, list[tuple[VoiceSpec, Sound]]], language: Language) -> None:
    heard = [(spec.id, median_pitch(sound), colour(sound), len(sound.samples)) for spec, sound in readings[language]]
    for (one, pitch, tone, long), (other, pitch2, tone2, long2) in itertools.combinations(heard, 2):
        semitones = abs(12 * np.log2(pitch / pitch2))
        shape = float(np.sqrt(np.mean((tone - tone2) ** 2)))
        pace = abs(np.log(long / long2)) * 10
        assert semitones + shape + pace > 1.6, f"{one} and {other}: {semitones:.1f} st, {shape:.1f} dB, {pace:.1f}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_men_speak_lower_than_women_and_children_higher(
    readings: dict[Language, list[tuple[VoiceSpec, Sound]]], language: Language
) -> None:
    pitches = [(spec, median_pitch(sound)) for spec, sound in readings[language]]
    men = [pitch for spec, pitch in pitches if spec.sex == "male" and spec.age != "child"]
    women = [pitch for spec, pitch in pitches if spec.sex == "female" and spec.age != "child"]
    children = [pitch for spec, pitch in pitches if spec.age == "child"]
    assert max(men) < min(women)
    assert min(children) > float(np.median(women))


def median_pitch(sound: Sound) -> float:
    """Return the median fundamental in Hz by the normalised autocorrelation of the loud frames."""
    window = int(0.05 * sound.sample_rate)
    samples = sound.samples.astype(np.float64)
    pitches = []
    for start in range(0, len(samples) - window, window):
        frame = samples[start : start + window]
        if np.sqrt(np.mean(frame**2)) < 0.05:
            continue
        spectrum = np.abs(np.fft.rfft(frame * np.hanning(window), 4 * window)) ** 2
        correlation = (
            np.fft.irfft(spectrum)[:window] / np.correlate(np.ones(window), np.ones(window), "full")[window - 1 :]
        )
        low, high = sound.sample_rate // 450, sound.sample_rate // 65
        best = correlation[low:high].max()
        # The first peak nearly as high as the best: a multiple of the period is not the period.
        lag = low + int(np.flatnonzero(correlation[low:high] > 0.85 * best)[0])
        lag = max(range(max(low, lag - 12), min(high, lag + 13)), key=lambda at: correlation[at])
        if correlation[lag] > 0.5 * correlation[0]:
            pitches.append(sound.sample_rate / lag)
    return float(np.median(pitches))


def colour(sound: Sound) -> NDArray[np.float64]:
    """Return the long-time spectrum in eighteen bands, in dB about its mean: the vocal tract more than the words."""
    spectrum = np.abs(np.fft.rfft(sound.samples.astype(np.float64))) ** 2
    hertz = np.fft.rfftfreq(len(sound.samples), 1 / sound.sample_rate)
    edges = np.geomspace(150, 6500, 19)
    bands = [spectrum[(hertz >= low) & (hertz < high)].mean() for low, high in itertools.pairwise(edges)]
    level = 10 * np.log10(np.array(bands))
    return np.asarray(level - level.mean())
