"""The voices that come with the program: no weights to fetch, no key, no network.

English is spoken by a small neural model inside hibari-tts, Russian by espeak-ng in a process of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from bookfilm.engines.protocols import Sound, SpeechRequest, VoiceSpec
from bookfilm.errors import BookfilmError, EngineError, SettingsError
from bookfilm.records.book import Language
from bookfilm.sound.english_model import SAMPLE_RATE as ENGLISH_RATE
from bookfilm.sound.english_model import EnglishModel
from bookfilm.sound.espeak_client import EspeakClient, EspeakRequest
from bookfilm.sound.finish import Array, finished, joined, trimmed
from bookfilm.sound.readable import readable, spoken_parts
from bookfilm.sound.speakers import ENGLISH, KIND_TEMPO, MANNERS, RUSSIAN, SPEAKERS, Manner, Speaker
from bookfilm.sound.treatment import treated
from bookfilm.sound.vocoder import Throat

CRAFT = 3
"""Raised whenever the same request gives other sound: it is part of every recording's key."""
ESPEAK_RATE = 22_050
ESPEAK_WORDS_PER_MINUTE = 132
ENGLISH_TEMPO = 0.80
"""Both engines hurry by themselves; these make an audiobook's pace of about 15 characters a second."""
NOTHING_TO_SAY_S = 0.2
_HALF = re.compile(r"\s*[;—]$")


class PackagedVoice:
    """The Voice named "packaged". Safe to share by threads; `espeak_limit_s` is the most one part may take."""

    name = "packaged"

    def __init__(self, threads: int = 1, espeak_limit_s: float = 30.0) -> None:
        self.revision = f"{CRAFT} hibari-tts {_version('hibari-tts')} espeakng-loader {_version('espeakng-loader')}"
        self._english = EnglishModel(threads)
        self._espeak = EspeakClient()
        self._espeak_limit_s = espeak_limit_s

    def voices(self, language: Language) -> tuple[VoiceSpec, ...]:
        return tuple(speaker.spec for speaker in (ENGLISH if language == "en" else RUSSIAN))

    def speak(self, request: SpeechRequest, seed: int) -> Sound:
        """Speak `request`: at 24 kHz in English, 22.05 kHz in Russian; a short silence if nothing is to be said."""
        speaker = SPEAKERS.get(request.voice)
        if speaker is None or speaker.spec.language != request.language:
            known = ", ".join(spec.id for spec in self.voices(request.language))
            raise SettingsError(f"no such voice; for {request.language} there are: {known}", subject=request.voice)
        rate = ENGLISH_RATE if request.language == "en" else ESPEAK_RATE
        try:
            samples = self._spoken(request, speaker, seed, rate)
        except (BookfilmError, MemoryError):
            raise
        except Exception as error:
            # A speech model meets text that nobody foresaw; the shot must learn which, not a stack of its insides.
            raise EngineError(
                f"could not be spoken ({type(error).__name__}: {error})", subject=_cue(request)
            ) from error
        if not samples.size:
            samples = np.zeros(int(rate * NOTHING_TO_SAY_S), np.float32)
        return Sound(samples=samples, sample_rate=rate)

    def close(self) -> None:
        """End the child process, if one runs. The next request starts another."""
        self._espeak.close()

    def _spoken(self, request: SpeechRequest, speaker: Speaker, seed: int, rate: int) -> Array:
        manner = MANNERS[request.emotion]
        tempo = speaker.tempo * manner.tempo * KIND_TEMPO.get(request.kind, 1.0)
        parts: list[tuple[Array, float]] = []
        for index, (part, pause_s) in enumerate(spoken_parts(readable(request.text, request.language))):
            # Half a sentence is said as one that goes on: both engines fall at a dash as at a full stop.
            text = _HALF.sub(",", part)
            if speaker.throat is not None:
                throat = _moved(speaker.throat, manner, whispered=request.emotion == "whisper")
                sound = self._english.speak(text, ENGLISH_TEMPO * tempo, throat, seed + index)
            else:
                asked = _espeak_request(speaker, manner, tempo, request.emotion == "whisper", text)
                sound = self._espeak.speak(asked, self._espeak_limit_s)
            parts.append((trimmed(sound.samples, rate), pause_s * manner.pause / tempo))
        audible = [(samples, pause_s) for samples, pause_s in parts if samples.size]
        return finished(treated(joined(audible, rate), rate, request.kind), rate, manner.gain_db)


def _moved(throat: Throat, manner: Manner, whispered: bool) -> Throat:
    return replace(
        throat,
        pitch=throat.pitch * manner.pitch,
        liveliness=throat.liveliness * manner.swing,
        whispered=whispered,
    )


def _espeak_request(speaker: Speaker, manner: Manner, tempo: float, whispered: bool, text: str) -> EspeakRequest:
    variant = speaker.variant
    if whispered:
        variant = "whisperf" if speaker.spec.sex == "female" else "whisper"
    return EspeakRequest(
        voice=f"{speaker.spec.language}+{variant}" if variant else speaker.spec.language,
        rate=round(ESPEAK_WORDS_PER_MINUTE * tempo),
        # A step of espeak's pitch is about 1.2 percent near the middle of its scale.
        pitch=min(99, max(0, round(speaker.pitch + (manner.pitch - 1) * 85))),
        range=min(99, max(0, round(speaker.swing * manner.swing))),
        text=text,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _cue(request: SpeechRequest) -> str:
    return repr(request.text if len(request.text) <= 60 else request.text[:57] + "...")
