"""Effects: every kind, from any seed, is bounded, still at its ends, and the same again."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.records.time import FILM_RATE
from bookfilm.records.timeline import Cue, Effect, EffectSound, Slot, Timeline
from bookfilm.sound.buses import EffectsBus
from bookfilm.sound.effects import LEVEL_DBFS, LONGEST_S, MOST_PEAK, effect_sound
from bookfilm.sound.finish import LEVEL_DBFS as VOICE_DBFS
from bookfilm.sound.loudness import LoudnessMeter
from bookfilm.sound.mix import effects_stem, mix_soundtrack, speech_stem
from bookfilm.sound.speech import write_wav

RATE = 48_000
every_sound = pytest.mark.parametrize("sound", get_args(EffectSound))


def loudest_dbfs(sound: NDArray[np.float32]) -> float:
    """Return the root mean square of the loudest 50 ms, over both channels, in dBFS."""
    window = RATE // 20
    power = np.concatenate([[0.0], np.cumsum(np.mean(sound.astype(np.float64) ** 2, axis=1))])
    return float(10 * np.log10((power[window:] - power[:-window]).max() / window + 1e-12))


def film(seconds: int, effects: tuple[Effect, ...], cues: tuple[Cue, ...] = ()) -> Timeline:
    slot = Slot(shot="s", start_frame=0, frames=24 * seconds, cues=cues, effects=effects)
    return Timeline(rate=FILM_RATE, slots=(slot,))


@every_sound
def test_an_effect_is_bounded_and_begins_and_ends_at_rest(sound: EffectSound) -> None:
    made = effect_sound(sound, 7, RATE)
    assert made.dtype == np.float32
    assert made.shape[1] == 2
    assert 0.3 * RATE < len(made) <= (LONGEST_S + 0.5) * RATE
    assert np.abs(made).max() <= MOST_PEAK + 1e-6
    assert LEVEL_DBFS - 8 < loudest_dbfs(made) <= LEVEL_DBFS + 0.01
    assert not made[[0, -1]].any()
    # At its ends a step from one sample to the next is nowhere near that of a jump to its level.
    steps = np.abs(np.diff(made, axis=0))
    assert steps[:24].max() < 0.01
    assert steps[-240:].max() < 0.001
    assert abs(float(made.mean())) < 1e-3


@every_sound
def test_an_effect_follows_from_its_seed(sound: EffectSound) -> None:
    made = effect_sound(sound, 7, RATE)
    assert np.array_equal(made, effect_sound(sound, 7, RATE))
    assert not np.array_equal(made[:4000], effect_sound(sound, 8, RATE)[:4000])


def test_an_effect_under_speech_stays_under_it(tmp_path: Path) -> None:
    time_s = np.arange(10 * RATE) / RATE
    write_wav(tmp_path / "k.wav", (np.sqrt(2) * 10 ** (VOICE_DBFS / 20) * np.sin(2 * np.pi * 300 * time_s)), RATE)
    cue = Cue(line="l", kind="narration", text="x", speech="k", start_frame=24, samples=10 * RATE)
    for sound in get_args(EffectSound):
        made = film(12, (Effect(sound=sound, start_frame=96, seed=1, reason="x"),), (cue,))
        voice = np.concatenate(list(speech_stem(made, lambda key: tmp_path / f"{key}.wav")))
        effect = np.concatenate(list(effects_stem(made)))
        assert loudest_dbfs(effect) < loudest_dbfs(voice) - 8, sound


def test_an_effect_begins_on_its_frame_whatever_the_blocks() -> None:
    timeline = film(8, (Effect(sound="bell", start_frame=30, seed=1, reason="x"),))
    whole = EffectsBus(timeline, 8 * RATE).block(0, 8 * RATE)
    bus = EffectsBus(timeline, 8 * RATE)
    parts = np.concatenate([bus.block(at, 12_345) for at in range(0, 8 * RATE, 12_345)])[: 8 * RATE]
    assert np.array_equal(whole, parts)
    assert not whole[: 30 * 2000].any()
    assert np.abs(whole[30 * 2000 : 30 * 2000 + 4800]).max() > 0.01


def test_an_effect_that_outlasts_the_film_fades_with_it() -> None:
    end = EffectsBus(film(2, (Effect(sound="bell", start_frame=24, seed=1, reason="x"),)), 2 * RATE).block(0, 2 * RATE)
    assert np.abs(end[-RATE // 2 :]).max() > 0.01
    assert np.abs(np.diff(end[-480:], axis=0)).max() < 0.002
    assert np.abs(end[-4:]).max() < 1e-4


def test_a_film_full_of_effects_is_as_loud_as_any(tmp_path: Path) -> None:
    time_s = np.arange(20 * RATE) / RATE
    voice = 0.12 * np.sin(2 * np.pi * 220 * time_s) * np.maximum(0.0, np.sin(2 * np.pi * 3 * time_s))
    write_wav(tmp_path / "k.wav", voice.astype(np.float32), RATE)
    cue = Cue(line="l", kind="narration", text="x", speech="k", start_frame=24, samples=20 * RATE)
    effects = tuple(
        Effect(sound=sound, start_frame=24 * at, seed=at, reason="x") for at, sound in enumerate(get_args(EffectSound))
    )
    out = tmp_path / "mix.pcm"
    report = mix_soundtrack(film(30, effects, (cue,)), lambda key: tmp_path / f"{key}.wav", iter(()), out)
    heard = (np.fromfile(out, "<i2").reshape(-1, 2) / 32767).astype(np.float32)
    meter = LoudnessMeter(RATE)
    meter.add(heard)
    assert abs(meter.integrated() + 16) < 0.5
    assert report.true_peak_dbtp is not None
    assert report.true_peak_dbtp <= -1.0
