"""What a person, or a log, sees of the work: a bar a stage on a terminal, a line a stage elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bookfilm.logs import is_json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from bookfilm.pipeline.crew import Reporter

TELL_EVERY_S = 60.0
log = logging.getLogger(__name__)


@contextmanager
def reporter() -> Iterator[Reporter]:
    """Give a Reporter that writes to standard error: live bars on a terminal, plain lines elsewhere, or log lines where
    those are JSON."""
    if is_json():
        yield LogReporter()
        return
    if not sys.stderr.isatty():
        yield PlainReporter()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description:12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield LiveReporter(bars)


class PlainReporter:
    """A line when a stage ends, for pipes; in a long one, a line now and then."""

    def __init__(self) -> None:
        self._stage, self._started = "", 0.0
        self._total, self._done, self._told = 0, 0, 0.0

    def begin(self, stage: str, total: int) -> None:
        self._stage, self._started = stage, time.monotonic()
        self._total, self._done, self._told = total, 0, self._started

    def advance(self, count: int = 1) -> None:
        self._done += count
        now = time.monotonic()
        if now - self._told >= TELL_EVERY_S and 0 < self._done < self._total:
            left_s = (now - self._started) * (self._total - self._done) / self._done
            self._tell(f"{self._done} of {self._total}, about {left_s:.0f} s left")
            self._told = now

    def end(self, note: str = "") -> None:
        self._tell(f"{time.monotonic() - self._started:7.1f} s  {note}")

    def warn(self, line: str) -> None:
        print(f"warning: {line}", file=sys.stderr, flush=True)

    def _tell(self, said: str) -> None:
        print(f"{self._stage:12} {said}", file=sys.stderr, flush=True)


class LogReporter(PlainReporter):
    """The same lines, through the log: with the job and all else that a line there says."""

    def warn(self, line: str) -> None:
        log.warning(line)

    def _tell(self, said: str) -> None:
        log.info("%s: %s", self._stage, said.strip(), extra={"stage": self._stage})


class LiveReporter:
    """A bar a stage, with the time that is left."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def begin(self, stage: str, total: int) -> None:
        self._task = self._bars.add_task(stage, total=total or None, note="")

    def advance(self, count: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, count)

    def end(self, note: str = "") -> None:
        if self._task is not None:
            total = self._bars.tasks[self._bars.task_ids.index(self._task)].total
            self._bars.update(self._task, note=note, completed=total or 1, total=total or 1)

    def warn(self, line: str) -> None:
        self._bars.console.print(f"warning: {line}", markup=False)
