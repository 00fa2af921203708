"""The screenwriter deployment: a book becomes a screenplay."""

from __future__ import annotations

import asyncio
from typing import Any

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.engines.registry import build_screenwriter
from bookfilm.records.book import Book


class ScreenwriterReplica:
    """Wraps the screenwriter `engine`."""

    def __init__(self, engine: str, settings: dict[str, Any]) -> None:
        self._writer = build_screenwriter(engine, settings)

    async def facts(self) -> tuple[str, str]:
        """Return the engine's name and revision."""
        return self._writer.name, self._writer.revision

    async def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        """Adapt `book`, whose text is `text`. Raises EngineError."""
        return await asyncio.to_thread(self._writer.adapt, book, text, request)
