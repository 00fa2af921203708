"""The shots of a film as clients are told of them: read once, kept, and looked at anew where something has changed.

Of a novel there are thousands, and a page that follows a film asks again and again. What was read is known by its
files' stamps; each shot that is told otherwise than before gets the next number of its film, so that who has heard
all up to a number is told the rest alone.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from pydantic import Field

from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Choice, Cut
from bookfilm.records.shots import Shot
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import JobRow
from bookfilm.studio.films import Film, Films
from bookfilm.studio.problems import NOT_YET, Refusal
from bookfilm.studio.wire import Told
from bookfilm.studio.wording import Wording, wordings

MOST_KEPT = 20_000
"""So many shots are kept, of all films together: some sixty megabytes. The film that is asked for is, however many."""
LOOK_EVERY_S = 0.5
"""So often it is looked at most whether a job at work has more takes."""
SETTLED_NS = 100_000_000
"""A folder that changed less long ago may change once more under the same stamp."""
LIFE_BITS, NUMBER_BITS = 24, 40
"""A cursor of changes: of which list that was read anew, and up to which number."""


class HeardTold(Told):
    """What is heard in a shot."""

    line: str
    speaker: str | None
    text: str


class ShotTold(Told):
    """A shot: what is seen and heard, when, and with which take."""

    id: str
    scene: str | None
    kind: str
    size: str
    camera: str
    hold_ms: int
    reason: str
    reasons: list[Wording] = Field(description="`reason`, one by one, each with its code (docs/studio.md).")
    heard: list[HeardTold]
    start_s: float | None
    seconds: float | None
    take: str | None
    locked: bool
    slate: bool


class _Now(NamedTuple):
    """What of a shot changes while its plan does not."""

    start_s: float | None
    seconds: float | None
    take: str | None
    locked: bool
    slate: bool


Times = dict[str, tuple[float, float]]
"""Where each shot begins in the film and how long it is, in seconds."""


@dataclass
class _List:
    """The shots of one film, as they were read last. `at` has each shot's place, `number` when it changed last."""

    life: int = 0
    stamp: object = None
    shots: list[ShotTold] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)
    number: dict[str, int] = field(default_factory=dict)
    newest: int = 0
    planned: object = None
    plan: list[ShotTold] = field(default_factory=list)
    timed: object = None
    times: Times = field(default_factory=dict)
    listed: tuple[int, set[str]] = (0, set())
    under_way: tuple[float, dict[str, str]] = (0.0, {})
    guard: Lock = field(default_factory=Lock)


class ShotList(NamedTuple):
    """What there is now: the shots in the order of the film, and what who has read them has heard of changes."""

    shots: list[ShotTold]
    cursor: int
    numbers: Mapping[str, int]

    def since(self, cursor: int, limit: int, scene: str | None = None) -> tuple[list[ShotTold], int] | None:
        """Return up to `limit` shots (of `scene`) that changed after `cursor`, the longest ago first, and the cursor
        that stands for having heard of these; None where the list is another one than that of the cursor."""
        if cursor >> NUMBER_BITS != self.cursor >> NUMBER_BITS or cursor > self.cursor:
            return None
        after = cursor & ((1 << NUMBER_BITS) - 1)
        mine = ((at, shot) for at, shot in enumerate(self.shots) if scene in (None, shot.scene))
        numbered = ((self.numbers[shot.id], at) for at, shot in mine)
        changed = sorted(one for one in numbered if one[0] > after)
        told = changed[:limit]
        upto = told[-1][0] if len(changed) > limit else self.cursor & ((1 << NUMBER_BITS) - 1)
        return [self.shots[at] for _, at in told], (cursor >> NUMBER_BITS << NUMBER_BITS) | upto


class ShotLists:
    """The shot lists of the films that were asked for last."""

    def __init__(self, films: Films) -> None:
        self._films = films
        self._kept: OrderedDict[str, _List] = OrderedDict()
        self._guard = Lock()

    def of(self, film: Film) -> ShotList:
        """Return the film's shots. Raises Refusal where they are not planned yet."""
        if not film.folder.shots.exists():
            raise Refusal("not-found", "the film's shots are not planned yet", then=NOT_YET)
        kept = self._list(film)
        with kept.guard:
            self._bring_up(kept, film)
            return ShotList(kept.shots, kept.life << NUMBER_BITS | kept.newest, dict(kept.number))

    def one(self, film: Film, ident: str) -> ShotTold:
        """Return a shot of the film. Raises Refusal where there is none such."""
        found = next((shot for shot in self.of(film).shots if shot.id == ident), None)
        if found is None:
            raise Refusal("not-found", "the film has no such shot")
        return found

    def told(self, film: Film, shot: Shot) -> ShotTold:
        """Return what would be told of `shot`, which is one of the film's with something about it changed."""
        now = self.one(film, shot.id)
        return _planned(shot).model_copy(update={name: getattr(now, name) for name in _Now._fields})

    def _list(self, film: Film) -> _List:
        with self._guard:
            kept = self._kept.setdefault(film.id, _List())
            self._kept.move_to_end(film.id)
            while len(self._kept) > 1 and sum(len(one.shots) for one in self._kept.values()) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _bring_up(self, kept: _List, film: Film) -> None:
        folder, job = film.folder, self._films.last_job(film)
        planned, timed, cut = (_stamp(path) for path in (folder.shots, folder.timeline, folder.cut))
        fresh = self._under_way(kept, film, job)
        stamp = (planned, timed, cut, fresh)
        if stamp == kept.stamp:
            return
        if planned != kept.planned:
            kept.plan, kept.planned = [_planned(shot) for shot in read_shots(folder.shots)], planned
        if timed != kept.timed:
            kept.times, kept.timed = _times(folder), timed
        choices = {choice.shot: choice for choice in Cut.read(folder.cut).choices} if folder.cut.exists() else {}
        shots = [_laid(shot, _now(shot.id, kept.times, choices.get(shot.id), fresh.get(shot.id))) for shot in kept.plan]
        self._number(kept, shots)
        kept.stamp = stamp

    def _number(self, kept: _List, shots: list[ShotTold]) -> None:
        """Take `shots` for what there is now; what is told otherwise than before gets the next numbers."""
        if [shot.id for shot in shots] != [shot.id for shot in kept.shots]:
            kept.life, kept.newest = secrets.randbits(LIFE_BITS), 0
            kept.at = {shot.id: at for at, shot in enumerate(shots)}
            kept.number = dict.fromkeys(kept.at, 0)
        else:
            for before, shot in zip(kept.shots, shots, strict=True):
                if shot != before:
                    kept.newest += 1
                    kept.number[shot.id] = kept.newest
        kept.shots = shots

    def _under_way(self, kept: _List, film: Film, job: JobRow | None) -> dict[str, str]:
        """Return the takes that a job at work has already, by shot: the cut has them when it ends."""
        if job is None or job.state != "running":
            kept.under_way = 0.0, {}
            return {}
        if time.monotonic() - kept.under_way[0] > LOOK_EVERY_S:
            there = _takes_there(kept, film.folder.takes().folder)
            states = self._films.ledger_of(film).shot_states(job.id)
            kept.under_way = time.monotonic(), {shot: key for shot, (_, key, _) in states.items() if key in there}
        return kept.under_way[1]


def _takes_there(kept: _List, folder: Path) -> set[str]:
    """Return the keys of the takes that lie in `folder`: a take's record is written last."""
    try:
        changed = folder.stat().st_mtime_ns
        if changed != kept.listed[0]:
            with os.scandir(folder) as entries:
                there = {one.name.removesuffix(".json") for one in entries if one.name.endswith(".json")}
            settled = time.time_ns() - changed > SETTLED_NS
            kept.listed = changed if settled else 0, there
    except OSError:
        return set()
    return kept.listed[1]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what is another one where the file is: it is never written in place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _times(folder: FilmFolder) -> Times:
    if not folder.timeline.exists():
        return {}
    timeline = Timeline.read(folder.timeline)
    rate = timeline.rate
    return {
        slot.shot: (float(rate.seconds(slot.start_frame)), float(rate.seconds(slot.frames))) for slot in timeline.slots
    }


def _planned(shot: Shot) -> ShotTold:
    return ShotTold(
        id=shot.id, scene=shot.scene, kind=shot.picture.kind, size=shot.picture.size, camera=shot.picture.camera,
        hold_ms=shot.hold_ms, reason=shot.reason, reasons=wordings(shot.reason),
        heard=[HeardTold(line=said.line, speaker=said.speaker, text=said.text) for said in shot.heard],
        start_s=None, seconds=None, take=None, locked=False, slate=False,
    )  # fmt: skip


def _now(shot: str, times: Times, choice: Choice | None, fresh: str | None) -> _Now:
    start_s, seconds = times.get(shot, (None, None))
    if choice is None:
        return _Now(start_s, seconds, fresh, False, False)
    return _Now(start_s, seconds, choice.take if choice.locked else fresh or choice.take, choice.locked, choice.slate)


def _laid(shot: ShotTold, now: _Now) -> ShotTold:
    update: dict[str, Any] = now._asdict()
    return shot.model_copy(update=update)
