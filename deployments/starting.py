"""An engine in a replica: built when the replica starts, or else why it could not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from bookfilm.errors import BookfilmError
from deployments.lines import begin_lines

E = TypeVar("E")
A = TypeVar("A")


class Started(Generic[E]):
    """Holds the engine that `build` gave.

    One that cannot start here is told to whoever asks, in its own words: an error out of a replica's constructor would
    reach nobody but Serve, which would try three times and then say only that the app has failed.
    """

    def __init__(self, build: Callable[[], E]) -> None:
        begin_lines()
        self._failed: BookfilmError | None = None
        self._told = False
        try:
            self._engine = build()
        except BookfilmError as error:
            self._failed = error

    def engine(self) -> E:
        """Return the engine. Raises the BookfilmError with which it did not start."""
        if self._failed is not None:
            self._told = True
            raise self._failed
        return self._engine

    def ask(self, question: Callable[[E], A], otherwise: A) -> A:
        """Return what `question` gives of the engine, or `otherwise` where there is none."""
        return otherwise if self._failed is not None else question(self._engine)

    def check_health(self) -> None:
        """Have Serve start a replica without an engine anew, once somebody was told: it may be installed by then.

        Not before: Serve asks this of a replica that is only starting, too.
        """
        if self._failed is not None and self._told:
            raise self._failed
