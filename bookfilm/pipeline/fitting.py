"""A runtime is met by asking again: voices speak a book's own words faster or slower than plain prose.

The screenwriter fits the lines to a pace. Once they are spoken it is known how long they really are; if pauses would
have to stretch or shrink too much, the pace is corrected and the book adapted again. The pace that a film was fitted
with is kept in the ledger, so that the next run begins where this one ended.
"""

from __future__ import annotations

from pydantic import ValidationError

from bookfilm.engines.protocols import Pace
from bookfilm.pipeline.asides import digest
from bookfilm.pipeline.crew import Credits
from bookfilm.records.book import Book
from bookfilm.records.time import FrameRate
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger, StageRow

ROUNDS = 4
"""How often a book is adapted at most."""
AT_EASE = 0.06
"""By which share of the runtime pauses may stand in for words, and the film still breathes as its scenes want."""


class Fitting:
    """The pace of one film with a runtime, corrected from round to round."""

    def __init__(
        self, base: Pace, book: Book, runtime_s: int | None, credits: tuple[Credits, ...], ledger: Ledger
    ) -> None:
        """`base` is the voices' pace on plain prose; `credits` are the writer's and the voices'."""
        self._ledger = ledger
        self._inputs = digest(
            {
                "book": book.text_sha256,
                "runtime": runtime_s,
                "by": [credit.model_dump() for credit in credits],
                "base": base.model_dump(),
            }
        )
        self.runtime_s = runtime_s
        self.pace = self._kept() or base

    def _kept(self) -> Pace | None:
        row = self._ledger.stage("pace")
        if row is None or row.inputs != self._inputs:
            return None
        try:
            return Pace.model_validate_json(row.body)
        except ValidationError:
            return None

    def holds(self, natural_frames: int, fitted_frames: int, rate: FrameRate) -> bool:
        """Tell whether a film is near enough that lasts `natural_frames` with its pauses as they come, and
        `fitted_frames` with as much taken out of them, or put in, as they bear: a book of few pauses bears little.
        """
        if self.runtime_s is None:
            return True
        wanted = rate.nearest_frame(self.runtime_s)
        return abs(natural_frames / wanted - 1) <= AT_EASE and fitted_frames == wanted

    def correct(self, natural_frames: int, rate: FrameRate) -> None:
        """Correct the pace by what the words that were fitted with it really took."""
        assert self.runtime_s is not None
        longer = natural_frames / rate.nearest_frame(self.runtime_s)
        self.pace = self.pace.changed(
            narrator_chars_per_s=round(self.pace.narrator_chars_per_s / longer, 4),
            dialogue_chars_per_s=round(self.pace.dialogue_chars_per_s / longer, 4),
            line_pause_ms=round(self.pace.line_pause_ms * longer),
        )
        body = self.pace.model_dump_json()
        self._ledger.write_stage("pace", StageRow(self._inputs, digest(body), body))


def is_as_written(folder: FilmFolder, ledger: Ledger) -> bool:
    """Tell whether screenplay and shot list are as the program wrote them: a person's are never fitted anew."""
    for name, path in (("screenplay.json", folder.screenplay), ("shots.jsonl", folder.shots)):
        row = ledger.stage(name)
        if row is None or digest(path.read_bytes()) != row.output:
            return False
    return True
