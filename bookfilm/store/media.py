"""Content-addressed media: a file under its key, and a record beside it that is written last.

Where the record stands, the file is whole: that is the one rule everything else rests on. Two
workers that make the same key at once both succeed, and what they made is the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from bookfilm.errors import RecordError, TakeDamaged
from bookfilm.metrics import STORE_SECONDS
from bookfilm.records.takes import Keyframe, Recording, Take
from bookfilm.store.files import PARTIAL_SUFFIX, partial_file, passing_file, write_file

MediaRecord = TypeVar("MediaRecord", Take, Keyframe, Recording)
_KEY = re.compile(r"[0-9a-f]{40}")
"""A content address; whatever else lies in the folder is somebody else's."""


@dataclass(frozen=True)
class MediaStore(Generic[MediaRecord]):
    """The media of one kind in `folder`: ``<key><suffix>`` with ``<key>.json`` beside it."""

    folder: Path
    suffix: str
    record: type[MediaRecord]

    def file(self, key: str) -> Path:
        return self.folder / f"{key}{self.suffix}"

    def thumbnail(self, key: str) -> Path:
        return self.folder / f"{key}.jpg"

    def find(self, key: str) -> MediaRecord | None:
        """Return the record of `key` if its file is there at its full size, else None."""
        return self.find_here(key)

    def find_here(self, key: str) -> MediaRecord | None:
        """Return the record of `key` if its file lies in this folder at its full size, else None."""
        with STORE_SECONDS.timed(operation="find"):
            try:
                record = self.record.read(self.folder / f"{key}.json")
                whole = self.file(key).stat().st_size == record.bytes
            except (RecordError, OSError):
                return None
        return record if whole and record.key == key else None

    def find_many(self, keys: Iterable[str]) -> dict[str, MediaRecord]:
        """Return the records of those of `keys` that are there."""
        found = ((key, self.find_here(key)) for key in keys)
        return {key: record for key, record in found if record is not None}

    def fetch(self, keys: Iterable[str]) -> list[str]:
        """Have the files of `keys` lie in this folder; return those that could not be had whole. On disk they do lie
        here, or nowhere: nothing is asked."""
        return []

    def publish(self, keys: Iterable[str]) -> None:
        """Have all of `keys` that lie in this folder kept wherever else they belong. On disk that is nowhere."""

    def verified(self, key: str) -> MediaRecord:
        """Return the record of `key` once its file's SHA-256 is checked. Raises TakeDamaged."""
        record = self.find_here(key)
        if record is None:
            raise TakeDamaged("the record or its file is missing or cut short", subject=self.file(key))
        if sha256_of(self.file(key)) != record.sha256:
            raise TakeDamaged("the file is not the one its record describes", subject=self.file(key))
        return record

    @contextmanager
    def making(self, key: str) -> Iterator[Path]:
        """Give a path inside this store for the file of `key` to be made at, and leave nothing of it behind.

        Raises StoreError or StoreFull in place of an OSError.
        """
        with passing_file(self.folder / f".{key}.{os.getpid()}.{time.monotonic_ns()}{PARTIAL_SUFFIX}") as path:
            yield path

    def put(self, record: MediaRecord, made: Path, thumbnail: bytes | None = None) -> None:
        """Keep the file `made` (inside this store's folder) and its record. Raises StoreError or StoreFull."""
        with STORE_SECONDS.timed(operation="keep"):
            with partial_file(self.file(record.key)) as temporary:
                made.replace(temporary)
            if thumbnail is not None:
                write_file(self.thumbnail(record.key), thumbnail)
            write_file(self.folder / f"{record.key}.json", record.to_json())

    def put_bytes(self, record: MediaRecord, content: bytes) -> None:
        """Keep `content` as the file of `record`. Raises StoreError or StoreFull."""
        with STORE_SECONDS.timed(operation="keep"):
            write_file(self.file(record.key), content)
            write_file(self.folder / f"{record.key}.json", record.to_json())

    def discard(self, key: str) -> None:
        """Forget `key`, wherever it is kept. The record goes first: no moment shows one without its file."""
        self.forget(key)

    def forget(self, key: str) -> None:
        """Remove from this folder what lies here of `key`."""
        for path in self._files(key):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _files(self, key: str) -> tuple[Path, ...]:
        return self.folder / f"{key}.json", self.file(key), self.thumbnail(key)

    def stems(self) -> set[str]:
        """Return every key of which anything lies here: its record, or a file that a killed worker left without one."""
        return {path.stem for path in self.folder.glob("*") if _KEY.fullmatch(path.stem)}

    def size(self, key: str) -> int:
        """Return how many bytes lie here of `key`, in all its files."""
        return sum(path.stat().st_size for path in self._files(key) if path.exists())

    def keys(self) -> Iterator[str]:
        """Yield every key that has a record."""
        yield from sorted(path.stem for path in self.folder.glob("*.json") if not path.name.startswith("."))

    def count(self) -> int:
        """Return how many keys have a record."""
        return len(list(self.keys()))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file at `path` in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
