"""From a shot list to recordings: what is to be spoken, under which key, and the WAV file with its record."""

from __future__ import annotations

import hashlib
import io
import time
import wave
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import Sound, SpeechRequest, Voice
from bookfilm.errors import EngineError, TakeDamaged
from bookfilm.records.base import Part, content_key, seed_of
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Shot, Utterance
from bookfilm.records.takes import Recording

LOUDNESS_PER_S = 24

UtteranceKeys = dict[tuple[str, int], str]
"""(shot id, place among what the shot hears) -> the key of its recording."""


class SpeechTask(Part):
    """One recording to be made. `key` addresses it in the store; its seed is `seed_of(key)`."""

    key: str
    request: SpeechRequest


class Named(Protocol):
    """What a key needs of a voice engine: a caller who only knows its name and revision has enough."""

    @property
    def name(self) -> str: ...

    @property
    def revision(self) -> str: ...


def speech_key(voice: Named, request: SpeechRequest) -> str:
    """Return the content key: the engine, its revision and all of the request."""
    made = {"engine": voice.name, "revision": voice.revision, "request": request.model_dump(mode="json")}
    return content_key("speech", made)


def speech_requests(
    shots: Iterable[Shot], screenplay: Screenplay, cast: Mapping[str | None, str], voice: Named
) -> list[SpeechTask]:
    """Return what must be spoken for `shots`, each recording once, in the order in which they are first heard."""
    tasks: dict[str, SpeechTask] = {}
    for shot in shots:
        for utterance in shot.heard:
            request = _request(utterance, screenplay, cast)
            key = speech_key(voice, request)
            tasks.setdefault(key, SpeechTask(key=key, request=request))
    return list(tasks.values())


def utterance_keys(
    shots: Iterable[Shot], screenplay: Screenplay, cast: Mapping[str | None, str], voice: Named
) -> UtteranceKeys:
    """Return the recording's key of every utterance of `shots`."""
    return {
        (shot.id, place): speech_key(voice, _request(utterance, screenplay, cast))
        for shot in shots
        for place, utterance in enumerate(shot.heard)
    }


def _request(utterance: Utterance, screenplay: Screenplay, cast: Mapping[str | None, str]) -> SpeechRequest:
    return SpeechRequest(
        text=utterance.text,
        language=screenplay.language,
        voice=cast.get(utterance.speaker, cast[None]),
        kind=utterance.kind,
        emotion=utterance.emotion,
    )


def record_speech(
    voice: Voice, request: SpeechRequest, key: str, created_at: str | None = None
) -> tuple[bytes, Recording]:
    """Speak `request` and return the WAV file's bytes with its record. Raises EngineError."""
    began = time.perf_counter()
    sound = voice.speak(request, seed_of(key))
    if sound.samples.ndim != 1 or not sound.samples.size or not np.isfinite(sound.samples).all():
        raise EngineError("the voice gave no usable sound", subject=repr(request.text[:60]))
    media = wav_bytes(sound)
    recording = Recording(
        key=key,
        engine=voice.name,
        revision=voice.revision,
        voice=request.voice,
        sample_rate=sound.sample_rate,
        samples=len(sound.samples),
        loudness=measure_loudness(sound.samples, sound.sample_rate),
        bytes=len(media),
        sha256=hashlib.sha256(media).hexdigest(),
        render_ms=round((time.perf_counter() - began) * 1000),
        created_at=created_at or datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return media, recording


def measure_loudness(samples: NDArray[np.float32], sample_rate: int) -> tuple[int, ...]:
    """Return LOUDNESS_PER_S values a second, 0-255: root mean square against the loudest of them."""
    count = -(-len(samples) * LOUDNESS_PER_S // sample_rate)
    edges = [min(len(samples), index * sample_rate // LOUDNESS_PER_S) for index in range(count + 1)]
    if not count:
        return ()
    edges[-1] = len(samples)
    squares = np.concatenate([[0.0], np.cumsum(np.asarray(samples, np.float64) ** 2)])
    lengths = np.maximum(1, np.diff(edges))
    levels = np.sqrt(np.maximum(0.0, np.diff(squares[edges])) / lengths)
    loudest = float(levels.max())
    if loudest < 1e-6:
        return (0,) * count
    return tuple(int(value) for value in np.rint(levels / loudest * 255))


def wav_bytes(sound: Sound) -> bytes:
    """Return `sound` as a WAV file: mono, 16 bit."""
    file = io.BytesIO()
    write_wav(file, sound.samples, sound.sample_rate)
    return file.getvalue()


def write_wav(path: Path | IO[bytes], samples: NDArray[np.float32], sample_rate: int) -> None:
    """Write mono `samples` (float32, -1..1) as a 16-bit WAV file."""
    pcm = np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2")
    with wave.open(str(path) if isinstance(path, Path) else path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(pcm.tobytes())


def read_wav(path: Path) -> Sound:
    """Read a mono 16-bit WAV file. Raises TakeDamaged that names it."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise TakeDamaged("not a mono 16-bit WAV file", subject=path)
            sample_rate, frames = file.getframerate(), file.getnframes()
            pcm = file.readframes(frames)
    except (OSError, EOFError, wave.Error) as error:
        raise TakeDamaged(f"cannot be read as WAV: {error}", subject=path) from error
    if len(pcm) != frames * 2:
        raise TakeDamaged("shorter than its header says", subject=path)
    return Sound(samples=np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32767), sample_rate=sample_rate)
