"""What a run counts of its takes and recordings, for whoever watches the farm."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bookfilm.metrics import FILM_SECONDS, GPU_SECONDS, QUEUE, QUEUE_MOVED, RETRIES, TAKE_SECONDS, TAKES
from bookfilm.pipeline.crew import Done
from bookfilm.store import timing

assert timing  # From here on the ledger's statements are timed.


@dataclass
class Waiting:
    """What of one stage waits to be made: `count` things, by `engine`.

    Its counters stand at 0 from now on: of one that is first seen at 1 nobody could tell that it grew.
    """

    stage: str
    count: int
    engine: str = ""

    def __post_init__(self) -> None:
        self._say()
        if self.engine and self.stage == "picture":
            for outcome in ("made", "lost"):
                TAKES.begin(engine=self.engine, outcome=outcome)
            FILM_SECONDS.begin(engine=self.engine)
        if self.engine and self.stage != "speech":
            GPU_SECONDS.begin(engine=self.engine)

    def one_left(self) -> None:
        """One thing is made, or given up."""
        self.count -= 1
        self._say()

    def over(self) -> None:
        """Nothing waits any more: all is made, or the run ends."""
        self.count = 0
        self._say()

    def _say(self) -> None:
        QUEUE.set(self.count, stage=self.stage)
        QUEUE_MOVED.set(time.time(), stage=self.stage)


def count_take(done: Done, engine: str, film_s: Mapping[str, float], gpus: float) -> None:
    """Count what came of one take: `film_s` is how long each key's clip is, `gpus` what a replica holds."""
    if done.found:
        # Counted when it was made.
        return
    TAKES.inc(engine=engine, outcome="made" if done.made else "lost")
    if done.made:
        TAKE_SECONDS.observe(done.ms / 1000, engine=engine)
        FILM_SECONDS.inc(film_s.get(done.key, 0.0), engine=engine)
    count_gpus(done, engine, gpus)


def count_gpus(done: Done, engine: str, gpus: float) -> None:
    """Count how long one thing kept GPUs busy, of which a replica holds `gpus`; attempts that failed count too."""
    GPU_SECONDS.inc(done.busy_ms() / 1000 * gpus, engine=engine)


def count_failures(done: Done, engine: str) -> None:
    """Count each attempt that failed, by the kind of its error."""
    for error in done.errors:
        RETRIES.inc(engine=engine, error=kind_of_error(error))


def kind_of_error(line: str) -> str:
    """Return the error's class that `line` begins with, else "other": words of users must not become labels."""
    found = re.match(r"([A-Za-z][A-Za-z0-9]{2,40}): ", line)
    return found[1] if found else "other"
