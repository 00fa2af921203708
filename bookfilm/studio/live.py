"""A film that can be watched while it is rendered: the scenes that are finished, in the film's order.

It is read from the ledger and the store, and copied out of them piece by piece: nothing is kept for it, and a service
that was killed goes on with it. Of one job it only ever grows.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from bookfilm.film.streaming import Segment, segment_of
from bookfilm.film.subtitles import lay_subtitles, webvtt
from bookfilm.pipeline.sounding import sound_is_there
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import LIVE, JobRow
from bookfilm.studio.films import Film, Films
from bookfilm.studio.problems import NOT_YET, Refusal

MOST_KNOWN = 64
"""Of so many films it is remembered what they are made of, and how far they were."""


@dataclass(frozen=True)
class Stream:
    """What of a film can be watched now. `ended`: nothing more comes."""

    timeline: Timeline
    soundtrack: Path
    segments: list[Segment]
    ended: bool

    @property
    def rate(self) -> FrameRate:
        """The film's frame rate."""
        return self.timeline.rate

    @property
    def seconds(self) -> float:
        """How much of the film, from its beginning."""
        if not self.segments:
            return 0.0
        last = self.segments[-1]
        return float(self.rate.seconds(last.begins + last.piece.frames))


@dataclass
class _Known:
    """What is known of a job: it is read once, and looked at from where it was."""

    timeline: Timeline
    scenes: list[list[int]]
    """The places of the slots, scene by scene: cards with the scene that they open."""
    segments: list[Segment] = field(default_factory=list)
    done: int = 0
    """How many of `scenes` can be watched."""
    sounds: bool = False


class Live:
    """Films on their way, as they can be watched."""

    def __init__(self, films: Films) -> None:
        self._films = films
        self._known: OrderedDict[tuple[str, int, int], _Known] = OrderedDict()
        self._guard = threading.Lock()

    def stream(self, film: Film, job: JobRow) -> Stream:
        """Return what of `film` can be watched that `job` makes, or has made. Raises Refusal where that is not known.

        A shot that could not be rendered holds back its scene, and what comes after, until the job has ended.
        """
        folder = self._folder(film, job)
        try:
            stamp = folder.timeline.stat().st_mtime_ns
        except OSError:
            raise Refusal("not-found", "nothing of the film can be watched yet", then=NOT_YET) from None
        states = self._films.ledger_of(film).shot_states(job.id)
        if not states:
            raise Refusal("not-found", "nothing of the film can be watched yet", then=NOT_YET)
        with self._guard:
            known = self._known.get((film.id, job.id, stamp))
            if known is None:
                known = _read(folder)
                self._known[film.id, job.id, stamp] = known
                while len(self._known) > MOST_KNOWN:
                    self._known.popitem(last=False)
            ended = job.state not in LIVE
            takes = {shot: key for shot, (state, key, _) in states.items() if state == "done"}
            if ended:
                takes |= _slates(folder, states.keys() - takes.keys())
            _advance(known, folder, takes)
            segments = list(known.segments)
        return Stream(known.timeline, folder.soundtrack, segments, ended)

    def subtitles(self, film: Film, job: JobRow) -> str:
        """Return the film's subtitles as WebVTT: they are known before any picture is."""
        folder = self._folder(film, job)
        if not (folder.timeline.exists() and folder.screenplay.exists()):
            raise Refusal("not-found", "the film has no subtitles yet", then=NOT_YET)
        names = {one.id: one.name for one in Screenplay.read(folder.screenplay).characters}
        return webvtt(lay_subtitles(Timeline.read(folder.timeline), names))

    def _folder(self, film: Film, job: JobRow) -> FilmFolder:
        order = self._films.order_of(film, job)
        return film.folder if order.dub is None else film.folder.dubbed(order.dub)


def _read(folder: FilmFolder) -> _Known:
    timeline = Timeline.read(folder.timeline)
    # Not as records: of a whole novel there are thousands, and only their scenes are asked for.
    lines = folder.shots.read_text(encoding="utf-8").split("\n")
    shots = (json.loads(line) for line in lines if line.strip())
    scene_of = {shot["id"]: shot.get("scene") for shot in shots}
    return _Known(timeline, _scenes(timeline, scene_of))


def _scenes(timeline: Timeline, scene_of: dict[str, str | None]) -> list[list[int]]:
    places = range(len(timeline.slots))
    groups = [
        (scene, list(those)) for scene, those in groupby(places, lambda at: scene_of.get(timeline.slots[at].shot))
    ]
    scenes: list[list[int]] = []
    cards: list[int] = []
    for scene, those in groups:
        if scene is None:
            cards += those
        else:
            scenes.append(cards + those)
            cards = []
    return [*scenes, cards] if cards else scenes


def _advance(known: _Known, folder: FilmFolder, takes: dict[str, str]) -> None:
    """Add the scenes that have become whole since, in their order."""
    known.sounds = known.sounds or sound_is_there(folder)
    store = folder.takes()
    while known.sounds and known.done < len(known.scenes):
        fresh = []
        for at in known.scenes[known.done]:
            key = takes.get(known.timeline.slots[at].shot)
            if key is None or store.find_here(key) is None:
                return
            fresh.append(segment_of(known.timeline, at, store.file(key)))
        known.segments += fresh
        known.done += 1


def _slates(folder: FilmFolder, shots: set[str]) -> dict[str, str]:
    """Return what stands in for `shots`, which have no take, once the job has ended."""
    if not shots or not folder.cut.exists():
        return {}
    return {
        choice.shot: choice.take for choice in Cut.read(folder.cut).choices if choice.slate and choice.shot in shots
    }
