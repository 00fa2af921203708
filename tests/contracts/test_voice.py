"""What every Voice must do, whichever engine it is."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from bookfilm.engines.protocols import Sound, SpeechRequest, Voice
from bookfilm.errors import BookfilmError
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Emotion
from bookfilm.sound.espeak_client import espeak_installed
from bookfilm.sound.packaged import PackagedVoice

ENGINES = {"packaged": PackagedVoice}
TEXTS: dict[Language, str] = {
    "en": "“Who is there?” she asked. Nobody answered; only the 2 dogs barked.",
    "ru": "«Кто там?» — спросила она. Никто не ответил, только залаяли 2 собаки.",
}
LANGUAGES: list[Language] = ["en", "ru"]
ODD_TEXTS = [
    "",
    " \n\t ",
    "...",
    "—",
    "😀🎉",
    "?!",
    "\x00\x07",
    "日本語のテキスト",
    "Привет, world",
    "a",
    "_",
    "<speak>[[x]]</speak>",
    "9" * 400,
    "ы" * 700,
    "\u202eabc\u202c",
    "т. е.",
    "№ & % $ €",
]


@pytest.fixture(scope="module", params=sorted(ENGINES))
def voice(request: pytest.FixtureRequest) -> Iterator[Voice]:
    if not espeak_installed():
        pytest.skip("espeak-ng is not installed")
    engine = ENGINES[request.param]()
    yield engine
    engine.close()


def spoken(voice: Voice, language: Language, text: str | None = None, emotion: Emotion = "neutral") -> Sound:
    request = SpeechRequest(
        text=TEXTS[language] if text is None else text,
        language=language,
        voice=voice.voices(language)[0].id,
        emotion=emotion,
    )
    return voice.speak(request, seed=7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_voices_for_men_women_and_children(voice: Voice, language: Language) -> None:
    specs = voice.voices(language)
    assert len(specs) >= 8
    assert len({spec.id for spec in specs}) == len(specs)
    assert all(spec.language == language for spec in specs)
    assert specs[0].narrates
    assert {spec.sex for spec in specs} >= {"female", "male"}
    assert {spec.age for spec in specs} >= {"child", "adult", "old"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_speech_is_audible_and_within_bounds(voice: Voice, language: Language) -> None:
    sound = spoken(voice, language)
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert sound.sample_rate >= 16_000
    assert np.isfinite(sound.samples).all()
    assert 0.2 < np.abs(sound.samples).max() <= 1.0
    seconds = len(sound.samples) / sound.sample_rate
    assert 2.5 < seconds < 9


@pytest.mark.parametrize("language", LANGUAGES)
def test_speech_begins_and_ends_without_dead_air_or_a_click(voice: Voice, language: Language) -> None:
    sound = spoken(voice, language)
    loud = np.flatnonzero(np.abs(sound.samples) > 0.02)
    assert loud[0] < 0.12 * sound.sample_rate
    assert len(sound.samples) - loud[-1] < 0.2 * sound.sample_rate
    assert abs(float(sound.samples[0])) < 1e-3
    assert abs(float(sound.samples[-1])) < 1e-3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_request_gives_the_same_bytes_whatever_was_spoken_between(voice: Voice, language: Language) -> None:
    first = spoken(voice, language)
    for other in voice.voices(language)[1:4]:
        voice.speak(SpeechRequest(text="1, 2!", language=language, voice=other.id), seed=3)
    assert spoken(voice, language).samples.tobytes() == first.samples.tobytes()


@pytest.mark.parametrize("emotion", ["neutral", "whisper"])
def test_another_process_gives_the_same_bytes(voice: Voice, emotion: Emotion) -> None:
    script = (
        "import hashlib; from tests.contracts.test_voice import *\n"
        f"voice = ENGINES[{voice.name!r}]()\n"
        f"print(*[digest(voice, language, {emotion!r}) for language in LANGUAGES]); voice.close()"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.split() == [digest(voice, language, emotion) for language in LANGUAGES]


def digest(voice: Voice, language: Language, emotion: Emotion) -> str:
    """Digest three voices: engines have taken their noise from the clock in some voices and not in others."""
    digests = hashlib.sha256()
    for spec in voice.voices(language)[:3]:
        request = SpeechRequest(text=TEXTS[language], language=language, voice=spec.id, emotion=emotion)
        digests.update(voice.speak(request, seed=7).samples.tobytes())
    return digests.hexdigest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_texts_are_spoken_or_silent_but_never_crash(voice: Voice, language: Language) -> None:
    for text in ODD_TEXTS:
        sound = spoken(voice, language, text)
        assert 0 < len(sound.samples) < 300 * sound.sample_rate
        assert np.isfinite(sound.samples).all()
        assert np.abs(sound.samples).max() <= 1.0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "...", "—", "😀🎉"])
def test_what_cannot_be_said_is_a_short_silence(voice: Voice, language: Language, text: str) -> None:
    sound = spoken(voice, language, text)
    assert not sound.samples.any()
    assert len(sound.samples) < sound.sample_rate


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_very_long_text_is_spoken_whole(voice: Voice, language: Language) -> None:
    word = {"en": "lantern ", "ru": "фонарь "}[language]
    sound = spoken(voice, language, word * (5000 // len(word)))
    assert len(sound.samples) / sound.sample_rate > 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_emotion_is_heard(voice: Voice, language: Language) -> None:
    def level(emotion: Emotion) -> float:
        samples = spoken(voice, language, emotion=emotion).samples
        return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))

    assert level("shout") > 1.3 * level("neutral") > 1.3 * 1.3 * level("whisper")
    assert len(spoken(voice, language, emotion="sorrow").samples) > len(spoken(voice, language).samples)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_voice_is_refused_by_name(voice: Voice, language: Language) -> None:
    with pytest.raises(BookfilmError, match="nosuch"):
        voice.speak(SpeechRequest(text="x", language=language, voice="nosuch"), seed=1)
