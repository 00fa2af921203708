"""The screenwriter deployment: a book becomes a screenplay."""

from __future__ import annotations

import asyncio
from typing import Any

from bookfilm.engines.protocols import Adaptation, AdaptRequest, Screenwriter
from bookfilm.engines.registry import build_screenwriter
from bookfilm.logs import Fact, about
from bookfilm.records.book import Book
from bookfilm.tracing import span
from deployments.metering import Worked
from deployments.starting import Started


class ScreenwriterReplica:
    """Wraps the screenwriter `engine`."""

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._started: Started[Screenwriter] = Started(lambda: build_screenwriter(engine, settings))
        self._worked = Worked("screenwriter", engine)

    def check_health(self) -> None:
        self._worked.tell_gpus()
        self._started.check_health()

    async def facts(self) -> tuple[str, str]:
        """Return the engine's name and revision."""
        writer = self._started.engine()
        return writer.name, writer.revision

    async def adapt(
        self, book: Book, text: str, request: AdaptRequest, trace: str = "", told: dict[str, Fact] | None = None
    ) -> Adaptation:
        """Adapt `book`, whose text is `text`: minutes, or hours with a language model; within the span `trace`.

        Log lines say what is `told`.
        Raises EngineError.
        """
        engine = self._started.engine()
        with about(told), self._worked.at_work(), span("adapt", trace, "server"):
            return await asyncio.to_thread(engine.adapt, book, text, request)
