"""The voice deployment: utterances become recordings in the store."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

from bookfilm.engines.protocols import VoiceSpec
from bookfilm.engines.registry import build_voice
from bookfilm.errors import BookfilmError
from bookfilm.records.book import Language
from bookfilm.records.takes import Recording
from bookfilm.sound.speech import SpeechTask, record_speech
from bookfilm.store.media import MediaStore
from deployments.replies import Reply, reply_done, reply_failed


class VoiceReplica:
    """Wraps the voice engine `engine`; speaks one utterance at a time."""

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._voice = build_voice(engine, settings)
        self._lock = asyncio.Lock()

    async def facts(self, language: Language) -> tuple[str, str, tuple[VoiceSpec, ...]]:
        """Return the engine's name, its revision and its voices for `language`."""
        voices = await asyncio.to_thread(self._voice.voices, language)
        return self._voice.name, self._voice.revision, voices

    async def speak(self, task: SpeechTask, speech: str) -> Reply:
        """Record `task` into the folder `speech`."""
        started = time.monotonic()
        try:
            async with self._lock:
                started = time.monotonic()
                await asyncio.to_thread(self._record, task, Path(speech))
        except BookfilmError as error:
            return reply_failed(task.key, started, error)
        return reply_done(task.key, started)

    def _record(self, task: SpeechTask, speech: Path) -> None:
        store = MediaStore(speech, ".wav", Recording)
        if store.find(task.key) is None:
            content, recording = record_speech(self._voice, task.request, task.key)
            store.put_bytes(recording, content)
