"""Clips: a prompt is drawn as one shot by the preset's video engine, in a process of its own.

That process holds a lock in the clip's folder, and outlives a service that is killed: the next one waits for it.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bookfilm.store.files import write_file
from bookfilm.store.ledger.database import Database
from bookfilm.studio.drawing import FAULT, MOST_S, is_drawn
from bookfilm.studio.films import bytes_below
from bookfilm.studio.keeping import lookup_of, new_id
from bookfilm.studio.problems import Refusal
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.tables import videos

log = logging.getLogger("bookfilm.studio")


@dataclass(frozen=True)
class ClipRow:
    """A clip as its row has it. Times are seconds since 1970; `text` is all that is drawn, remixes included."""

    number: int
    lookup: str
    id: str
    tenant: str
    model: str
    prompt: str
    text: str
    seconds: int
    size: str
    remixed_from: str | None
    status: str
    progress: int
    error: str | None
    folder: Path
    created_at: float
    completed_at: float | None

    @property
    def video(self) -> Path:
        """The finished clip."""
        return self.folder / "clip.mp4"

    @property
    def thumbnail(self) -> Path:
        """A frame of it."""
        return self.folder / "clip.jpg"


class Clips:
    """The clips of every team."""

    def __init__(self, database: Database, settings: StudioSettings) -> None:
        self._db, self._settings = database, settings
        self._served: dict[str, float] = {}
        self._child: tuple[ClipRow, subprocess.Popen[bytes], float] | None = None

    def add(self, tenant: str, asked: dict[str, Any]) -> ClipRow:
        """Queue a clip. `asked` are columns: model, prompt, text, seconds, size, remixed_from."""
        ident = new_id("video")
        lookup = lookup_of(tenant, ident)
        folder = str(self._settings.data / "videos" / lookup[:32])
        row = {"lookup": lookup, "id": ident, "tenant": tenant, "folder": folder, "status": "queued", "progress": 0}
        row |= {"created_at": time.time(), **asked}
        self._db.write(lambda connection: connection.execute(insert(videos).values(row)))
        return self.find(tenant, ident)

    def find(self, tenant: str, ident: str) -> ClipRow:
        """Return a team's clip. Raises Refusal where there is none such."""
        found = self._all(select(videos).where(videos.c.lookup == lookup_of(tenant, ident)))
        if not found:
            raise Refusal("not-found", "there is no such video")
        return found[0]

    def page(self, tenant: str, beyond: int | None, limit: int, oldest_first: bool) -> list[ClipRow]:
        """Return a team's clips in order, beyond the one with the number `beyond`."""
        number = videos.c.number
        query = select(videos).where(videos.c.tenant == tenant)
        if beyond is not None:
            query = query.where(number > beyond if oldest_first else number < beyond)
        return self._all(query.order_by(number.asc() if oldest_first else number.desc()).limit(limit))

    def drop(self, clip: ClipRow) -> None:
        """Delete a clip. One that is being drawn is let go of."""
        self._db.write(lambda connection: connection.execute(delete(videos).where(videos.c.lookup == clip.lookup)))
        child = self._child
        if child is not None and child[0].lookup == clip.lookup:
            child[1].kill()
        shutil.rmtree(clip.folder, ignore_errors=True)

    def drop_all(self, tenant: str) -> None:
        """Delete all of a team's clips."""
        for clip in self._all(select(videos).where(videos.c.tenant == tenant)):
            self.drop(clip)

    def turn(self) -> None:
        """Look once: settle the clip that is done, begin the next."""
        if self._child is not None:
            clip, child, began = self._child
            code = child.poll()
            if code is None and time.monotonic() - began < MOST_S:
                return
            child.kill()
            child.wait()
            self._child = None
            # One that was begun by a service that was killed may have been quicker: that is waited for.
            if not is_drawn(clip.folder):
                self._settle(clip, code)
        if self._takes_over():
            return
        oldest = select(func.min(videos.c.number)).where(videos.c.status.in_(("queued", "in_progress")))
        waiting = self._all(select(videos).where(videos.c.number.in_(oldest.group_by(videos.c.tenant))))
        if waiting:
            # Of each team the oldest, and of the team that was not served for longest: one may have asked for hundreds.
            clip = min(waiting, key=lambda one: (self._served.get(one.tenant, 0.0), one.number))
            self._served[clip.tenant] = time.monotonic()
            # Deleted meanwhile, it is nobody's any more.
            if self._note(clip, status="in_progress", progress=1):
                self._child = (clip, self._begun(clip), time.monotonic())

    def _takes_over(self) -> bool:
        """Settle what a service that was killed had begun and that was drawn without it. Returns True while it is."""
        for clip in self._all(select(videos).where(videos.c.status == "in_progress")):
            if is_drawn(clip.folder):
                return True
            if clip.video.exists() or (clip.folder / FAULT).exists():
                self._settle(clip, 0 if clip.video.exists() else 1)
        return False

    def _begun(self, clip: ClipRow) -> subprocess.Popen[bytes]:
        width, _, height = clip.size.partition("x")
        asked = {"text": clip.text, "seconds": clip.seconds, "width": int(width), "height": int(height)}
        preset = self._settings.offered.get(clip.model, clip.model)
        clip.folder.mkdir(parents=True, exist_ok=True)
        write_file(clip.folder / "asked.json", json.dumps({**asked, "preset": preset}))
        (clip.folder / FAULT).unlink(missing_ok=True)
        command = [sys.executable, "-m", "bookfilm.studio.drawing", str(clip.folder)]
        with (clip.folder / "driver.log").open("ab") as said:
            return subprocess.Popen(
                ["nice", "-n", str(self._settings.niceness), *command],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, env=os.environ.copy(),
                start_new_session=True,
            )  # fmt: skip

    def _settle(self, clip: ClipRow, code: int | None) -> None:
        ended = {"completed_at": time.time(), "stored_bytes": bytes_below(clip.folder)}
        if code == 0 and clip.video.exists():
            there = self._note(clip, status="completed", progress=100, **ended)
        else:
            try:
                said = (clip.folder / FAULT).read_text(encoding="utf8").strip()
            except OSError:
                said = "it took too long" if code is None else "the engine ended without a word"
            there = self._note(clip, status="failed", error=said[:300], **ended)
        if not there:
            shutil.rmtree(clip.folder, ignore_errors=True)

    def _note(self, clip: ClipRow, **values: Any) -> bool:
        """Write down what has become of a clip. Returns False where it was deleted."""
        change = update(videos).where(videos.c.lookup == clip.lookup).values(**values)
        return bool(self._db.write(lambda connection: connection.execute(change).rowcount))

    def _all(self, query: Any) -> list[ClipRow]:
        def read(connection: Connection) -> list[ClipRow]:
            return [
                ClipRow(
                    **{name: row[name] for name in ClipRow.__annotations__ if name != "folder"},
                    folder=Path(row["folder"]),
                )
                for row in connection.execute(query).mappings()
            ]

        return self._db.read(read)
