"""Transitions: short takes of their own, made of the two takes beside them, so that joining copies and never encodes.

Both neighbours are rendered with handles: their clips go on beyond their slots. The transition lies around the cut,
over the last handle of the one and the first of the other, and is kept under a key made of theirs.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import ffmpeg

from bookfilm.picture.encode import h264, tagged
from bookfilm.records.base import Part, content_key
from bookfilm.records.shots import Transition
from bookfilm.records.takes import Take
from bookfilm.settings import Encoding
from bookfilm.store.ffmpeg import QUIETLY, ffmpeg_fault, program
from bookfilm.store.media import MediaStore, sha256_of

REVISION = "1"
_XFADE: dict[Transition, str] = {"dissolve": "fade"}
"""The names of ffmpeg's xfade filter."""


class TransitionOrder(Part):
    """A transition to be made: `frames` of the clip of `before`, from `at` on, go over into the first of `after`."""

    before: Take
    after: Take
    at: int
    frames: int
    kind: Transition = "dissolve"
    encoding: Encoding

    @property
    def key(self) -> str:
        """What it is kept under: of two takes' content, so that a new take makes a new transition."""
        content = self.model_dump(mode="json", exclude={"before", "after"})
        return content_key("transition", {"revision": REVISION, "takes": [self.before.key, self.after.key], **content})


def make_transition(order: TransitionOrder, takes: MediaStore[Take], store: MediaStore[Take]) -> Take:
    """Return the transition of `order`, of clips that lie in `takes`: the one in `store`, else made and kept there.

    Raises FilmError that names both takes, StoreError or StoreFull.
    """
    found = store.find(order.key)
    if found is not None:
        return found
    started = time.monotonic()
    with store.making(order.key) as path:
        _run(order, takes, path)
        take = _record(order, path, started)
        store.put(take, path)
    return take


def _run(order: TransitionOrder, takes: MediaStore[Take], path: Path) -> None:
    rate = order.after.rate
    first, second = (
        ffmpeg.input(str(takes.file(take.key)))
        .video.filter("trim", start_frame=start, end_frame=start + order.frames)
        .filter("setpts", "PTS-STARTPTS")
        .filter("fps", str(rate))
        for take, start in ((order.before, order.at), (order.after, 0))
    )
    seconds = float(rate.seconds(order.frames))
    mixed = ffmpeg.filter([first, second], "xfade", transition=_XFADE[order.kind], duration=seconds, offset=0)
    wanted = tagged(mixed).output(str(path), format="mp4", **{"frames:v": order.frames}, **h264(rate, order.encoding))
    try:
        wanted.global_args(*QUIETLY, "-filter_threads", "1").run(
            cmd=program(), capture_stdout=True, capture_stderr=True
        )
    except ffmpeg.Error as error:
        subject = f"transition from {order.before.key} to {order.after.key}"
        raise ffmpeg_fault(error.stderr, "it", subject) from None


def _record(order: TransitionOrder, path: Path, started: float) -> Take:
    after = order.after
    return Take(
        key=order.key,
        engine=f"xfade {_XFADE[order.kind]}",
        revision=REVISION,
        width=after.width,
        height=after.height,
        rate=after.rate,
        frames=order.frames,
        seed=0,
        of=(order.before.key, after.key),
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        render_ms=round((time.monotonic() - started) * 1000),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
