"""A screenwriter that is long at it, as a language model is over a novel."""

from __future__ import annotations

import time
from pathlib import Path

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.records.book import Book
from bookfilm.screenplay.rules import RulesScreenwriter


class DawdlingScreenwriter:
    """Makes the file `mark` when it begins, and then takes `seconds`."""

    name = "dawdling"
    revision = "1"

    def __init__(self, mark: str, seconds: float) -> None:
        self._mark, self._seconds = Path(mark), seconds

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        self._mark.touch()
        time.sleep(self._seconds)
        return RulesScreenwriter().adapt(book, text, request)
