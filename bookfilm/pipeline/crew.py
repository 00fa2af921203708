"""The crew: who does the work of a film. The pipeline asks it and does not know where it works.

`cluster.crew.RayCrew` is the one that makes films: Ray Data shards, Ray Serve's replicas do the work.
The benchmark of what Ray costs has another, a plain pool of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bookfilm.engines.protocols import Adaptation, AdaptRequest, ScoreRequest, VoiceSpec
from bookfilm.jobs.gate import Gate, OpenGate
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.pipeline.order import FilmOrder
from bookfilm.records.base import Part
from bookfilm.records.book import Book, Language
from bookfilm.records.takes import Take
from bookfilm.records.timeline import Timeline
from bookfilm.settings import Preset
from bookfilm.sound.mix import MixReport
from bookfilm.sound.soundtrack import DEFAULT_LUFS
from bookfilm.sound.speech import SpeechTask
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from bookfilm.store.media import MediaStore


class Done(Part):
    """One thing made, found in the store, or given up."""

    key: str
    worker: str
    ms: int
    errors: tuple[str, ...] = ()
    """What went wrong on the way, one line an attempt; the last is why it was given up, if it was."""
    made: bool = True
    stop: bool = False
    """True where the whole job must stop: the disk is full."""
    workers: tuple[str, ...] = ()
    """Who met each of `errors`, one name an error; a worker that died without a word is "lost"."""
    errors_ms: tuple[int | None, ...] = ()
    """How long each of `errors` took to come; None where nobody was left to tell."""
    skipped: bool = False
    """True where nobody wanted it any more."""
    found: bool = False
    """True where it lay in the store already: `ms` is how long it took when it was made."""

    def tries_ms(self) -> tuple[int, ...]:
        """Return how long each of `errors` took. One that nobody told of is held to be as long as the whole thing."""
        told = (*self.errors_ms, *(None for _ in self.errors[len(self.errors_ms) :]))
        return tuple(self.ms if ms is None else ms for ms in told)

    def busy_ms(self) -> int:
        """Return how long workers were busy with it in all."""
        return sum(self.tries_ms()) + (self.ms if self.made else 0)


class Credits(Part):
    """Name and revision of an engine, for records and the report."""

    name: str
    revision: str


class MixOrder(Part):
    """A soundtrack to be mixed into `out` from the recordings in `speech`; its parts into `stems`, if that is asked."""

    timeline: Timeline
    score: ScoreRequest
    speech: Path
    out: Path
    target_lufs: float = DEFAULT_LUFS
    stems: Path | None = None
    mark: Path | None = None
    """Where the timeline's digest is written as soon as `out` is there, long before the picture is."""


OnDone = Callable[[Done], None]


class Crew(Protocol):
    """Every method may be called again after a failure; what is in the store is not made twice."""

    def screenwriter(self) -> Credits: ...

    def voice(self, language: Language) -> tuple[Credits, tuple[VoiceSpec, ...]]: ...

    def video(self) -> EngineFacts: ...

    def keyframes(self) -> KeyframeFacts | None:
        """Return the facts of who draws keyframes; None where the preset names nobody."""
        ...

    def composer(self) -> Credits: ...

    def makers(self) -> dict[str, str]:
        """Return each post's engine by name, for the film's credits."""
        ...

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation: ...

    def record(self, tasks: Sequence[SpeechTask], speech: Path, on_done: OnDone, gate: Gate) -> None:
        """Speak `tasks` into the folder `speech`; `on_done` is called for each, in any order.

        What may be sent is what `gate` says; where it says that the job ends, this returns early.
        """
        ...

    def draw(self, orders: Sequence[KeyframeOrder], keyframes: Path, on_done: OnDone, gate: Gate) -> None:
        """Draw `orders` into the folder `keyframes`; `on_done` is called for each, in any order. `gate` is heeded."""
        ...

    def start_mix(self, order: MixOrder) -> Callable[[], MixReport]:
        """Begin to mix beside other work; the result is asked for by calling what is returned."""
        ...

    def shoot(self, orders: Sequence[TakeOrder], takes: MediaStore[Take], on_done: OnDone, gate: Gate) -> None:
        """Render `orders` into `takes`; `on_done` is called for each, in any order. `gate` is heeded too."""
        ...


class Reporter(Protocol):
    """Who tells a person, or a program, how the work goes."""

    def begin(self, stage: str, total: int) -> None: ...

    def advance(self, count: int = 1) -> None: ...

    def end(self, note: str = "") -> None: ...

    def warn(self, line: str) -> None: ...


@dataclass(frozen=True)
class Production:
    """What every stage of one run shares. The caller holds the folder."""

    order: FilmOrder
    preset: Preset
    folder: FilmFolder
    ledger: Ledger
    job: int
    crew: Crew
    reporter: Reporter
    gate: Gate = field(default_factory=OpenGate)
