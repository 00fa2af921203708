"""The voice deployment: utterances become recordings in the store."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from bookfilm.engines.protocols import Voice, VoiceSpec
from bookfilm.engines.registry import build_voice
from bookfilm.errors import BookfilmError
from bookfilm.logs import Fact, about, making, note_found
from bookfilm.records.book import Language
from bookfilm.records.takes import Recording
from bookfilm.sound.speech import SpeechTask, record_speech
from bookfilm.store.media import MediaStore
from bookfilm.tracing import span
from deployments.leaving import Leaving
from deployments.metering import Worked
from deployments.replies import Reply, reply_done, reply_failed
from deployments.starting import Started
from deployments.threads import WorkThreads


class VoiceReplica:
    """Wraps the voice engine `engine`; speaks one utterance at a time."""

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._started: Started[Voice] = Started(lambda: build_voice(engine, settings))
        self._worked = Worked("voice", engine)
        self._lock = asyncio.Lock()
        self._threads = WorkThreads()
        self._leaving = Leaving()

    def check_health(self) -> None:
        self._worked.tell_gpus()
        self._started.check_health()

    async def facts(self, language: Language) -> tuple[str, str, tuple[VoiceSpec, ...]]:
        """Return the engine's name, its revision and its voices for `language`."""
        voice = self._started.engine()
        return voice.name, voice.revision, await self._threads.run(voice.voices, language)

    async def speak(self, task: SpeechTask, speech: str, trace: str = "", told: dict[str, Fact] | None = None) -> Reply:
        """Record `task` into the folder `speech`, within the span `trace`; log lines say what is `told`."""
        started = time.monotonic()
        try:
            voice = self._started.engine()
            async with self._lock:
                await self._leaving.admitted()
                started = time.monotonic()
                with about(told), self._worked.at_work(), span("speak", trace, "server"):
                    await self._threads.run(_record, voice, task, Path(speech))
        except BookfilmError as error:
            return self._leaving.noted(reply_failed(task.key, started, error), error)
        return self._leaving.noted(reply_done(task.key, started))


def _record(voice: Voice, task: SpeechTask, speech: Path) -> None:
    store = MediaStore(speech, ".wav", Recording)
    if store.find(task.key) is not None:
        note_found("recording", task.key)
        return
    with making("recording", task.key):
        content, recording = record_speech(voice, task.request, task.key)
        store.put_bytes(recording, content)
