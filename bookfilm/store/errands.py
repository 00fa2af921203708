"""Errands on disk: what was asked of a server is written down before anybody waits for it.

``errands/<take>/`` holds a file for each submission, and each clip that came back until the take is kept. Nothing is
overwritten by another submission: what was paid stays told.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bookfilm.errors import RecordError, RenderCancelled
from bookfilm.records.errands import PAST_MENDING, Errand
from bookfilm.store.files import PARTIAL_SUFFIX, passing_file, store_error, sweep_partials, write_file

HELD_AGAIN_S = 0.1
"""How long a worker waits before it looks again whether another one still has the take."""


@dataclass(frozen=True)
class ErrandStore:
    """All errands of one film, in `folder`."""

    folder: Path

    def of(self, take: str, attempt: int) -> Errands:
        """Return the errands of one try at one take."""
        return Errands(self, take, attempt)

    def place(self, take: str) -> Path:
        """Return the folder of one take's errands."""
        return self.folder / take

    def listed(self, take: str | None = None) -> list[Errand]:
        """Return the errands of `take`, or all, in order. A file that does not read is passed over."""
        found = []
        for path in sorted((self.place(take) if take else self.folder).glob("*.json" if take else "*/*.json")):
            with suppress(RecordError):
                found.append(Errand.read(path))
        return sorted(found, key=lambda errand: (errand.take, errand.attempt, errand.clip, errand.number))

    def write(self, errand: Errand) -> None:
        """Write `errand`, whole or not at all. Raises StoreError or StoreFull."""
        name = f"{errand.attempt}-{errand.clip}-{errand.number}.json"
        write_file(self.place(errand.take) / name, errand.to_json())

    def lay_aside(self, take: str) -> None:
        """Let what ended badly for `take` be asked for anew: it stays told, as past."""
        for errand in self.listed(take):
            if errand.state in PAST_MENDING and not errand.past:
                self.write(errand.changed(past=True))

    def drop_clips(self, take: str) -> None:
        """Remove the clips that came back for `take`, and what a killed worker left of one, once the take is kept."""
        sweep_partials(self.place(take))
        for path in self.place(take).glob("*.mp4"):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @contextmanager
    def held(self, take: str, cancelled: Callable[[], bool]) -> Iterator[None]:
        """Hold the errands of `take` for one worker: of two that make the same take, the second waits.

        The kernel's lock dies with its process. Raises RenderCancelled once `cancelled` says so, StoreError.
        """
        path = self.place(take) / ".lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            number = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise store_error(error, path) from error
        try:
            while not _locked(number, path):
                if cancelled():
                    raise RenderCancelled("asked to stop", subject=f"take {take}")
                time.sleep(HELD_AGAIN_S)
            yield
        finally:
            os.close(number)


@dataclass(frozen=True)
class Errands:
    """The errands of one try at one take: a clip has a number, counted from 0."""

    store: ErrandStore
    take: str
    attempt: int

    def last(self, clip: int) -> Errand | None:
        """Return the newest submission of `clip`."""
        found = [errand for errand in self.store.listed(self.take) if self._is_of(errand, clip)]
        return found[-1] if found else None

    def count(self, clip: int) -> int:
        """Return how many submissions of `clip` there were: the number of the next."""
        return sum(self._is_of(errand, clip) for errand in self.store.listed(self.take))

    def write(self, errand: Errand) -> Errand:
        """Write `errand` and return it. Raises StoreError or StoreFull."""
        self.store.write(errand)
        return errand

    def file(self, errand: Errand) -> Path:
        """Return where the clip of `errand` lies, once it is here."""
        name = f"{errand.attempt}-{errand.clip}-{errand.number}.mp4"
        return self.store.place(errand.take) / name

    @contextmanager
    def receiving(self, errand: Errand) -> Iterator[Path]:
        """Give a path for the clip to be written to, and leave nothing there; move it to `file` if it is good.

        Raises StoreError or StoreFull in place of an OSError.
        """
        whole = self.file(errand)
        with passing_file(whole.with_name(f".{whole.name}{PARTIAL_SUFFIX}")) as path:
            yield path

    def _is_of(self, errand: Errand, clip: int) -> bool:
        return (errand.attempt, errand.clip) == (self.attempt, clip)


def errands_beside(takes: Path) -> ErrandStore:
    """Return the errands of the film whose takes lie in the folder `takes`."""
    return ErrandStore(takes.parent / "errands")


def _locked(number: int, path: Path) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise store_error(error, path) from error
    return True
