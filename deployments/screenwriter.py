"""The screenwriter deployment: a book becomes a screenplay."""

from __future__ import annotations

import asyncio
from typing import Any

from bookfilm.engines.protocols import Adaptation, AdaptRequest, Screenwriter
from bookfilm.engines.registry import build_screenwriter
from bookfilm.errors import BookfilmError
from bookfilm.records.book import Book


class ScreenwriterReplica:
    """Wraps the screenwriter `engine`.

    An engine that cannot start here is told to whoever asks, in its own words: an error out of a constructor would
    reach nobody but Serve, which would try three times and then say only that the app has failed.
    """

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._failed: BookfilmError | None = None
        self._told = False
        try:
            self._writer: Screenwriter = build_screenwriter(engine, settings)
        except BookfilmError as error:
            self._failed = error

    def check_health(self) -> None:
        """Have Serve start a replica without an engine anew, once somebody was told: it may be installed by then.

        Not before: Serve asks this of a replica that is only starting, too.
        """
        if self._failed is not None and self._told:
            raise self._failed

    async def facts(self) -> tuple[str, str]:
        """Return the engine's name and revision."""
        self._check()
        return self._writer.name, self._writer.revision

    async def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        """Adapt `book`, whose text is `text`: minutes, or hours with a language model. Raises EngineError."""
        self._check()
        return await asyncio.to_thread(self._writer.adapt, book, text, request)

    def _check(self) -> None:
        if self._failed is not None:
            self._told = True
            raise self._failed
