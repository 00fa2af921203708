"""A runtime is met by asking again: voices speak a book's own words faster or slower than plain prose.

The screenwriter fits the lines to a pace. Once they are spoken it is known how long they really are; if pauses would
have to stretch or shrink too much, the pace is corrected and the book adapted again. The pace that a film was fitted
with is kept in the ledger, so that the next run begins where this one ended; so is what each shot's length came from,
so that an edit leaves all other shots as long as they were, and none of them is rendered again for a pause's sake.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from bookfilm.engines.protocols import Pace
from bookfilm.errors import RecordError
from bookfilm.pipeline.asides import digest
from bookfilm.pipeline.crew import Credits
from bookfilm.records.book import Book
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Recording
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Slot, Timeline
from bookfilm.sound.timeline import Earlier, build_timeline, missed_frames
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger, StageRow

ROUNDS = 4
"""How often a book is adapted at most."""
AT_EASE = 0.06
"""By which share of the runtime pauses may stand in for words, and the film still breathes as its scenes want."""
NEAR_ENOUGH = 0.01
"""By which share of the runtime an edited film may miss it, before all of its pauses are fitted anew."""

Keys = Mapping[tuple[str, int], str]
"""The recording's key for (shot id, place in shot.heard)."""


class Fitting:
    """The pace of one film with a runtime, corrected from round to round."""

    def __init__(
        self,
        base: Pace,
        book: Book,
        runtime_s: int | None,
        credits: tuple[Credits, ...],
        folder: FilmFolder,
        ledger: Ledger,
    ) -> None:
        """`base` is the voices' pace on plain prose; `credits` are the writer's and the voices'."""
        self._folder, self._ledger = folder, ledger
        self._natural = 0
        self.holds = True
        """Whether what was laid last is near enough to the runtime, with pauses that are near to what they are by
        nature."""
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

    def lay(
        self,
        shots: Sequence[Shot],
        recordings: Mapping[str, Recording],
        keys: Keys,
        rate: FrameRate,
        screenplay: Screenplay,
        titles: Sequence[str | None],
    ) -> Timeline:
        """Lay `shots` on frames. A film that was fitted before and edited since keeps what the edit left alone."""

        def build(runtime_s: int | None, earlier: Earlier | None = None) -> Timeline:
            return build_timeline(
                shots, recordings, keys, rate, runtime_s, titles, screenplay.title, screenplay.language, None, earlier
            )

        if self.runtime_s is None:
            return build(None)
        wanted = rate.nearest_frame(self.runtime_s)
        earlier = self._earlier(shots, keys, rate)
        if earlier is not None:
            timeline = build(self.runtime_s, earlier)
            self.holds = abs(missed_frames(timeline, self.runtime_s)) <= NEAR_ENOUGH * wanted
            if self.holds:
                return timeline
        timeline, self._natural = build(self.runtime_s), build(None).frames
        # A book of few pauses bears little: with them as they come it is near, and yet it cannot be fitted.
        self.holds = abs(self._natural / wanted - 1) <= AT_EASE and timeline.frames == wanted
        return timeline

    def correct(self, rate: FrameRate) -> None:
        """Correct the pace by what the words that were fitted with it, and laid on frames last, really took."""
        assert self.runtime_s is not None
        longer = self._natural / rate.nearest_frame(self.runtime_s)
        self.pace = self.pace.changed(
            narrator_chars_per_s=round(self.pace.narrator_chars_per_s / longer, 4),
            dialogue_chars_per_s=round(self.pace.dialogue_chars_per_s / longer, 4),
            line_pause_ms=round(self.pace.line_pause_ms * longer),
        )
        body = self.pace.model_dump_json()
        self._ledger.write_stage("pace", StageRow(self._inputs, digest(body), body))

    def settle(self, shots: Sequence[Shot], keys: Keys, timeline: Timeline) -> None:
        """Write timeline.json, and what each shot's length came from."""
        body = json.dumps(_lengths_come_from(shots, keys))
        self._ledger.write_stage(
            "timeline.json", StageRow(self._stamp(timeline.rate), digest(timeline.to_json()), body)
        )
        write_if_changed(self._folder.timeline, timeline.to_json())

    def _earlier(self, shots: Sequence[Shot], keys: Keys, rate: FrameRate) -> Earlier | None:
        """Return what of the folder's timeline `shots` leave as it is; None where it was made for another length."""
        row = self._ledger.stage("timeline.json")
        if row is None or row.inputs != self._stamp(rate):
            return None
        try:
            timeline = Timeline.read(self._folder.timeline)
        except RecordError:
            return None
        if digest(timeline.to_json()) != row.output:
            return None
        slots = _unchanged(shots, _lengths_come_from(shots, keys), json.loads(row.body), timeline)
        return Earlier(slots, timeline.stretch)

    def _stamp(self, rate: FrameRate) -> str:
        return digest({"runtime": self.runtime_s, "rate": rate.model_dump()})


def _unchanged(shots: Sequence[Shot], now: list[str], before: list[str], timeline: Timeline) -> dict[str, Slot]:
    """Return by its id the slot that each of `shots` had whose length comes from the same.

    Its own; or one of a shot that is gone, in order: where a line has become two, the ids after it have moved on.
    """
    by_id = {slot.shot: (of, slot) for of, slot in zip(before, timeline.slots, strict=True)}
    slots = {
        shot.id: by_id[shot.id][1] for shot, of in zip(shots, now, strict=True) if by_id.get(shot.id, [""])[0] == of
    }
    left: dict[str, deque[Slot]] = {}
    for of, slot in by_id.values():
        if slot.shot not in slots:
            left.setdefault(of, deque()).append(slot)
    for shot, of in zip(shots, now, strict=True):
        if shot.id not in slots and left.get(of):
            slots[shot.id] = left[of].popleft()
    return slots


def _lengths_come_from(shots: Sequence[Shot], keys: Keys) -> list[str]:
    """Return for each shot a digest of what its length comes from: what is heard, held, and how it is cut."""
    opens = [shot.opens for shot in shots]
    return [
        digest(
            {
                "heard": [(one.text, one.pause_after_ms) for one in shot.heard],
                "hold_ms": shot.hold_ms,
                "opens": opens[at : at + 2] if at else ["", *opens[1:2]],
                "speech": [keys.get((shot.id, place), "") for place in range(len(shot.heard))],
            }
        )
        for at, shot in enumerate(shots)
    ]


def is_as_written(folder: FilmFolder, ledger: Ledger) -> bool:
    """Tell whether screenplay and shot list are as the program wrote them: a person's are never fitted anew."""
    for name, path in (("screenplay.json", folder.screenplay), ("shots.jsonl", folder.shots)):
        row = ledger.stage(name)
        if row is None or digest(path.read_bytes()) != row.output:
            return False
    return True
