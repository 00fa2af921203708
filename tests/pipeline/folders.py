"""What these tests share: how a film folder is edited as a person does, and what of it is compared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import av

from bookfilm.records.book import Book

Source = tuple[Book, str]
EVERYTHING = {
    "book.txt", "book.json", "direction.toml", "screenplay.json", "screenplay.fountain", "screenplay.fdx",
    "coverage.json", "shots.jsonl", "timeline.json", "cut.json", "speech", "takes", "soundtrack.m4a", "film.mp4",
    "film.srt", "film.vtt", "report.html", "ledger.sqlite", ".work", ".lock",
}  # fmt: skip


def streams_of(film: Path) -> list[str]:
    """Return a digest of each stream's packets, their times included."""
    with av.open(str(film)) as container:
        digests = {stream.index: hashlib.sha256() for stream in container.streams}
        for packet in container.demux():
            if packet.size:
                digests[packet.stream.index].update(f"{packet.pts} {packet.duration} ".encode() + bytes(packet))
    return [digest.hexdigest() for digest in digests.values()]


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return when each file was written; the lock and the ledger are each run's own."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("ledger.sqlite", ".lock"))
    }


def edited(path: Path, change: Any) -> None:
    """Read the JSON at `path`, let `change` change it, and write it as a person's editor would."""
    body = json.loads(path.read_text(encoding="utf8"))
    change(body)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=4), encoding="utf8")


def edited_rows(path: Path, change: Any) -> None:
    rows = [json.loads(row) for row in path.read_text(encoding="utf8").split("\n") if row.strip()]
    rows = change(rows) or rows
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")


def first_line(screenplay: dict[str, Any], words: str) -> dict[str, Any]:
    lines = (line for scene in screenplay["scenes"] for beat in scene["beats"] for line in beat["lines"])
    return next(line for line in lines if words in line["text"])


# --- a first run, and a second ----------------------------------------------------------------
