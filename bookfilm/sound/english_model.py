"""The English speech model: one clear voice (hibari-tts, Apache-2.0, 24 kHz), shaped into many by `vocoder`."""

from __future__ import annotations

import importlib
import threading
from typing import Any

import numpy as np

from bookfilm.engines.protocols import Sound
from bookfilm.errors import EngineUnavailable
from bookfilm.sound.vocoder import Spectra, Throat, reshape_voice

SAMPLE_RATE = 24_000


class EnglishModel:
    """Loads on first use (0.3 s). Safe to share by threads."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._model: Any = None
        self._dsp: Any = None

    def speak(self, text: str, tempo: float, throat: Throat, seed: int) -> Sound:
        """Speak one sentence or a few. A text without anything to say gives no samples."""
        with self._lock:
            self._load()
            rng = np.random.default_rng(seed)
            parts = [self._synthesise(phonemes, tempo, throat, rng) for phonemes in self._model.phonemize(text)]
        samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return Sound(samples=samples.astype(np.float32), sample_rate=SAMPLE_RATE)

    def _load(self) -> None:
        if self._model is not None:
            return
        try:
            hibari = importlib.import_module("hibari")
            self._dsp = importlib.import_module("hibari.dsp")
            self._model = hibari.Hibari(voice="heart", threads=self._threads)
        except (ImportError, OSError) as error:
            raise EngineUnavailable(
                f"the English voice does not load ({error}); run: pip install hibari-tts",
                subject="voice engine packaged",
            ) from error

    def _synthesise(self, phonemes: str, tempo: float, throat: Throat, rng: np.random.Generator) -> Any:
        ids = self._model.ids(phonemes)
        if len(ids) < 3:
            return np.zeros(0, np.float32)
        inputs = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([tempo], np.float32)}
        spectra = Spectra(*(output[0] for output in self._model.sess.run(None, inputs)))
        shaped = reshape_voice(spectra, throat, rng)
        return self._dsp.synth(*shaped, rng)
