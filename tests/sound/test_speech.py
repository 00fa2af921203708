from __future__ import annotations

import hashlib
import io
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bookfilm.engines.protocols import Sound, SpeechRequest, VoiceSpec
from bookfilm.errors import EngineError, TakeDamaged
from bookfilm.records.bible import Place
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Picture, Setting, Shot, Utterance
from bookfilm.sound.speech import (
    measure_loudness,
    read_wav,
    record_speech,
    speech_requests,
    utterance_keys,
    wav_bytes,
    write_wav,
)

SCREENPLAY = Screenplay(title="T", language="en", writer="w", places=(Place(id="p", kind="room"),), scenes=())
CAST: dict[str | None, str] = {None: "narrator", "ada": "alto"}


class Hum:
    """A voice that hums as long as its text: what record_speech asks of any voice."""

    name = "hum"

    def __init__(self, revision: str = "1", gain: float = 0.5) -> None:
        self.revision, self.gain = revision, gain

    def voices(self, language: Language) -> tuple[VoiceSpec, ...]:
        return ()

    def speak(self, request: SpeechRequest, seed: int) -> Sound:
        time_s = np.arange(len(request.text) * 1000) / 24_000
        wave_form = np.cos(2 * np.pi * (200 + seed % 50) * time_s)
        return Sound(np.where(wave_form == 1.0, self.gain, 0.5 * wave_form).astype(np.float32), 24_000)


def shot(id: str, *heard: tuple[str | None, str]) -> Shot:
    utterances = tuple(
        Utterance(line="l", kind="dialogue" if who else "narration", speaker=who, text=text) for who, text in heard
    )
    return Shot(id=id, picture=Picture(setting=Setting(kind="room", hour="noon")), heard=utterances)


SHOTS = [shot("a", (None, "Dawn."), ("ada", "Who?")), shot("b", ("ada", "Who?"), ("stranger", "I."))]


def test_each_recording_is_asked_for_once_and_every_utterance_has_its_key() -> None:
    tasks = speech_requests(SHOTS, SCREENPLAY, CAST, Hum())
    assert [(task.request.text, task.request.voice) for task in tasks] == [
        ("Dawn.", "narrator"),
        ("Who?", "alto"),
        ("I.", "narrator"),
    ]
    keys = utterance_keys(SHOTS, SCREENPLAY, CAST, Hum())
    assert keys["a", 1] == keys["b", 0] == tasks[1].key
    assert set(keys.values()) == {task.key for task in tasks}


def test_the_key_is_all_that_decides_the_sound_and_nothing_else() -> None:
    key = speech_requests([shot("a", ("ada", "Who?"))], SCREENPLAY, CAST, Hum())[0].key
    assert speech_requests([shot("z", ("ada", "Who?"))], SCREENPLAY, CAST, Hum())[0].key == key
    assert speech_requests([shot("a", ("ada", "Who."))], SCREENPLAY, CAST, Hum())[0].key != key
    assert speech_requests([shot("a", ("ada", "Who?"))], SCREENPLAY, CAST, Hum("2"))[0].key != key
    assert speech_requests([shot("a", ("ada", "Who?"))], SCREENPLAY, {None: "x", "ada": "x"}, Hum())[0].key != key


def test_the_record_describes_the_file() -> None:
    task = speech_requests(SHOTS, SCREENPLAY, CAST, Hum())[0]
    media, recording = record_speech(Hum(), task.request, task.key, created_at="2020-01-01T00:00:00+00:00")
    assert recording.sha256 == hashlib.sha256(media).hexdigest()
    assert (recording.bytes, recording.key, recording.voice) == (len(media), task.key, "narrator")
    with wave.open(io.BytesIO(media)) as file:
        assert file.getparams()[:4] == (1, 2, recording.sample_rate, recording.samples)
    assert len(recording.loudness) == -(-recording.samples * 24 // recording.sample_rate)
    assert record_speech(Hum(), task.request, task.key)[0] == media


@pytest.mark.parametrize("gain", [float("nan"), float("inf")])
def test_unusable_sound_is_refused(gain: float) -> None:
    with pytest.raises(EngineError, match="Dawn"):
        record_speech(Hum(gain=gain), SpeechRequest(text="Dawn.", language="en", voice="x"), "0" * 40)


@given(
    arrays(np.float32, st.integers(1, 9000), elements=st.floats(-1, 1, width=32)),
    st.sampled_from([8000, 22_050, 24_000]),
)
def test_loudness_has_24_values_a_second_and_its_loudest_is_255(samples: np.ndarray, rate: int) -> None:
    loudness = measure_loudness(samples, rate)
    assert len(loudness) == -(-len(samples) * 24 // rate)
    assert all(0 <= value <= 255 for value in loudness)
    assert max(loudness) == (255 if np.abs(samples).max() > 1e-3 else max(loudness))


def test_loudness_follows_the_voice() -> None:
    samples = np.concatenate([np.zeros(24_000), np.full(24_000, 0.5), np.full(24_000, 0.25)]).astype(np.float32)
    assert measure_loudness(samples, 24_000) == (0,) * 24 + (255,) * 24 + (128,) * 24


@given(arrays(np.float32, st.integers(0, 500), elements=st.floats(-1, 1, width=32)))
def test_wav_is_read_back_as_it_was_written(samples: np.ndarray) -> None:
    media = wav_bytes(Sound(samples, 22_050))
    again = np.frombuffer(media[44:], "<i2") / 32767
    assert np.abs(again - samples).max(initial=0) < 1 / 32000


def test_damaged_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    write_wav(path, np.zeros(1000, np.float32), 24_000)
    assert read_wav(path).samples.shape == (1000,)
    path.write_bytes(path.read_bytes()[:-100])
    for content in (path.read_bytes(), b"RIFF", b""):
        path.write_bytes(content)
        with pytest.raises(TakeDamaged, match=r"speech\.wav"):
            read_wav(path)
    with pytest.raises(TakeDamaged, match="missing"):
        read_wav(tmp_path / "missing.wav")
