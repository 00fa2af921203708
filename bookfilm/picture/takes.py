"""One take: ask the engine, encode what it gives, judge it, keep it under its key."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import (
    AdherenceEngine,
    Cancelled,
    Clip,
    ErrandEngine,
    IdentityEngine,
    Progress,
    RenderRequest,
    VideoEngine,
    never_cancelled,
    no_progress,
)
from bookfilm.errors import BookfilmError, EngineError, OtherEngine, TakeRejected, TakesSpent
from bookfilm.logs import making, note_found
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.identity import Pixels, judged_frames, read_portrait
from bookfilm.picture.judging import Judge, Verdict, with_adherence, with_likeness
from bookfilm.picture.requests import TakeOrder
from bookfilm.records.takes import Likeness, Take
from bookfilm.store.errands import errands_beside
from bookfilm.store.media import MediaStore, sha256_of

THUMBNAIL_WIDTH = 320
LOOKED_AT_PX = 720
"""The height of the frames in which people are looked for; smaller ones stay as they are."""
TRIES = 3
"""How often a fallible engine is asked for one take, each time with the next seed, before the best of them is kept."""


def make_take(
    engine: VideoEngine,
    order: TakeOrder,
    store: MediaStore[Take],
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Take:
    """Return the take of `order`, as `made_or_found` does."""
    return made_or_found(engine, order, store, progress, cancelled)[0]


def made_or_found(
    engine: VideoEngine,
    order: TakeOrder,
    store: MediaStore[Take],
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
    built_with: Mapping[str, Any] | None = None,
) -> tuple[Take, bool]:
    """Return the take of `order`: the one in `store` if it is there, else rendered, encoded and kept; and whether it
    was there.

    A fallible engine's takes are judged: one with a fault is made again with the next seed, three times at most; the
    best is kept, and its faults are its flags.
    `built_with` are the settings of `engine`, where it is known with which it was built.
    Raises EngineError that names the shot, OtherEngine, TakeRejected, RenderCancelled, StoreError or StoreFull.
    """
    found = store.find(order.key)
    if found is not None:
        note_found("take", order.key, shot=order.shot)
        return found, True
    _check_engine(engine, order, built_with)
    started = time.monotonic()
    try:
        with ExitStack() as tried:
            if isinstance(engine, ErrandEngine):
                tried.enter_context(errands_beside(store.folder).held(order.key, cancelled))
                # Whoever held it until now may have made this very take.
                found = store.find(order.key)
                if found is not None:
                    note_found("take", order.key, shot=order.shot)
                    return found, True
            tried.enter_context(making("take", order.key, shot=order.shot))
            best, tries = _best_try(engine, order, store, tried, _never_falling(progress), cancelled)
            take = _record(order, best, tries, started)
            store.put(take, best.path, best.thumbnail)
            if isinstance(engine, ErrandEngine):
                errands_beside(store.folder).drop_clips(order.key)
    except TakeRejected as error:
        raise type(error)(error.message, subject=f"shot {order.shot}") from error
    except BookfilmError:
        raise
    except Exception as error:
        raise EngineError(f"{type(error).__name__}: {error}", subject=f"shot {order.shot}") from error
    return take, False


@dataclass(frozen=True)
class _Try:
    """One rendering of a take, encoded."""

    path: Path
    seed: int
    thumbnail: bytes
    verdict: Verdict
    notes: tuple[str, ...]
    likeness: tuple[Likeness, ...]
    adherence: float | None
    batch: int


def _best_try(
    engine: VideoEngine,
    order: TakeOrder,
    store: MediaStore[Take],
    tried: ExitStack,
    progress: Progress,
    cancelled: Cancelled,
) -> tuple[_Try, int]:
    """Return the first try without a fault, else the best, and how many there were. Their files live as `tried`.

    An engine that says TakesSpent is not asked again.
    """
    fallible = engine.capabilities.fallible
    best: _Try | None = None
    for number in range(TRIES if fallible else 1):
        request = order.request.changed(seed=(order.request.seed + number) & 0x7FFFFFFF) if number else order.request
        path = tried.enter_context(store.making(order.key))
        try:
            clip = _asked(engine, order, request, number, store, progress, cancelled)
            made = _encoded(engine, order, request, clip, path)
        except TakeRejected as error:
            if not fallible or (isinstance(error, TakesSpent) and best is None):
                raise
            rejected = error
            if isinstance(error, TakesSpent):
                break
            continue
        if best is None or made.verdict.badness < best.verdict.badness:
            best = made
        if not made.verdict.faults:
            return made, number + 1
    if best is None:
        raise TakesSpent(f"{rejected.message}, with each of {TRIES} seeds", subject=order.shot)
    return best, number + 1


def _asked(
    engine: VideoEngine,
    order: TakeOrder,
    request: RenderRequest,
    number: int,
    store: MediaStore[Take],
    progress: Progress,
    cancelled: Cancelled,
) -> Clip:
    if isinstance(engine, ErrandEngine):
        errands = errands_beside(store.folder).of(order.key, number)
        return engine.render_errand(request, errands, progress, cancelled)
    return engine.render(request, progress, cancelled)


def _encoded(engine: VideoEngine, order: TakeOrder, request: RenderRequest, clip: Clip, path: Path) -> _Try:
    able = engine.capabilities
    judge = Judge(request) if able.fallible else None
    known = order.portraits if isinstance(engine, IdentityEngine) and able.identity_floor is not None else ()
    portraits = [(given.who, read_portrait(given)) for given in known]
    reads = able.adherence_floor is not None and request.picture.kind == "scene"
    stills = _Stills(request.frames, judge, judged_frames(request.frames) if portraits or reads else frozenset())
    encode_clip(replace(clip, pixels=stills.watch(clip)), path, order.encoding, order.key_frames)
    stills.check(order)
    likeness = _likeness(engine, stills.kept, portraits)
    verdict = with_likeness(judge.verdict() if judge else Verdict((), 0.0), likeness, able.identity_floor or 0.0)
    adherence = None
    if reads and isinstance(engine, AdherenceEngine):
        adherence = round(engine.adherence(stills.kept, request), 3)
        verdict = with_adherence(verdict, adherence, able.adherence_floor or 0.0)
    return _Try(path, request.seed, stills.thumbnail(), verdict, clip.notes, likeness, adherence, clip.batch())


def _likeness(
    engine: VideoEngine, frames: Sequence[Pixels], portraits: Sequence[tuple[str, Pixels]]
) -> tuple[Likeness, ...]:
    if not isinstance(engine, IdentityEngine):
        return ()
    scores = ((who, engine.likeness(frames, portrait)) for who, portrait in portraits)
    return tuple(Likeness(who=who, score=round(score, 3)) for who, score in scores)


def _never_falling(progress: Progress) -> Progress:
    """Return `progress` as one that a second try does not set back."""
    most = Fraction(0)

    def risen(share: Fraction) -> None:
        nonlocal most
        most = max(most, share)
        progress(most)

    return risen


def _check_engine(engine: VideoEngine, order: TakeOrder, built_with: Mapping[str, Any] | None) -> None:
    """A replica that lags behind the driver's version must not file its pixels under the new key."""
    apart = built_with is not None and not engine.capabilities.told_by_revision
    if apart and json.dumps(built_with, sort_keys=True) != json.dumps(order.engine.settings, sort_keys=True):
        raise OtherEngine(
            "this replica was built with other settings than the job means; redeploy it", subject=f"shot {order.shot}"
        )
    taught, meant = engine.capabilities.taught, order.engine.capabilities.taught
    seen = {one.name for one in order.request.picture.cast}
    if any(taught.get(who) != meant.get(who) for who in seen):
        raise OtherEngine(
            "this replica knows somebody in it by another LoRA than the job means; redeploy it",
            subject=f"shot {order.shot}",
        )
    if (engine.name, engine.revision) != (order.engine.name, order.engine.revision):
        raise OtherEngine(
            f"this replica runs {engine.name} {engine.revision}, the job asks for {order.engine.name} "
            f"{order.engine.revision}; redeploy it",
            subject=f"shot {order.shot}",
        )


def _record(order: TakeOrder, made: _Try, tries: int, started: float) -> Take:
    request, path = order.request, made.path
    return Take(
        key=order.key,
        engine=order.engine.name,
        revision=order.engine.revision,
        width=request.width,
        height=request.height,
        rate=request.rate,
        frames=request.frames,
        key_frames=order.key_frames,
        seed=made.seed,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        render_ms=round((time.monotonic() - started) * 1000),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        flags=(*made.verdict.faults, *made.notes),
        tries=tries,
        batch=made.batch,
        likeness=made.likeness,
        adherence=made.adherence,
    )


class _Stills:
    """Watches frames go by: keeps one for the thumbnail and those `looked_at`, and shows each to the judge, where there
    is one."""

    def __init__(self, frames: int, judge: Judge | None, looked_at: frozenset[int] = frozenset()) -> None:
        self._middle, self._judge, self._looked_at = frames // 2, judge, looked_at
        self.kept: list[Pixels] = []
        self._still: NDArray[np.uint8] | None = None

    def watch(self, clip: Clip) -> Iterator[NDArray[np.uint8]]:
        for number, pixels in enumerate(clip.pixels):
            if number == self._middle:
                height = round(THUMBNAIL_WIDTH * clip.height / clip.width)
                small = cv2.resize(pixels[..., :3], (THUMBNAIL_WIDTH, height), interpolation=cv2.INTER_AREA)
                self._still = np.asarray(small, dtype=np.uint8)
            if self._judge is not None:
                self._judge.look(pixels)
            if number in self._looked_at:
                self.kept.append(_lessened(pixels))
            yield pixels

    def check(self, order: TakeOrder) -> None:
        """Raise TakeRejected for a picture of one single colour: no engine is asked for that."""
        if self._still is None or float(self._still.std()) < 0.5:
            raise TakeRejected("the engine's picture is of one colour", subject=f"shot {order.shot}")

    def thumbnail(self) -> bytes:
        assert self._still is not None
        _, encoded = cv2.imencode(".jpg", self._still[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 82])
        return encoded.tobytes()


def _lessened(pixels: Pixels) -> Pixels:
    """Return a copy of the frame in RGB, no higher than LOOKED_AT_PX."""
    height, width = pixels.shape[:2]
    if height <= LOOKED_AT_PX:
        return np.ascontiguousarray(pixels[..., :3]).copy()
    size = (round(width * LOOKED_AT_PX / height), LOOKED_AT_PX)
    return np.asarray(cv2.resize(pixels[..., :3], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
