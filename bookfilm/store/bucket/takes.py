"""Takes in a bucket: the folder is its cache, and the rule of records holds in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bookfilm.errors import RecordError, TakeDamaged
from bookfilm.metrics import STORE_SECONDS
from bookfilm.records.takes import Take
from bookfilm.store.bucket.objects import Objects
from bookfilm.store.files import partial_file, write_file
from bookfilm.store.media import MediaStore

AT_ONCE = 16
LISTED_FROM = 16
"""From so many keys on, all objects are listed at once instead of asking for each."""
T = TypeVar("T")


@dataclass(frozen=True)
class BucketStore(MediaStore[Take]):
    """The takes in `objects`, of which those that were needed here lie in `folder` too.

    What is kept is kept here first, so that no bucket that is away can cost a take. Any method may raise BucketError.
    """

    objects: Objects

    def find(self, key: str) -> Take | None:
        """Return the record of `key` if its file is whole, here or in the bucket, else None."""
        return super().find(key) or self._remote(key)

    def find_many(self, keys: Iterable[str]) -> dict[str, Take]:
        here = super().find_many(keys := list(keys))
        away = [key for key in dict.fromkeys(keys) if key not in here]
        if len(away) >= LISTED_FROM:
            listed = self.objects.sizes()
            away = [key for key in away if f"{key}.json" in listed]
        found = zip(away, _each(self._remote, away), strict=True)
        return here | {key: record for key, record in found if record is not None}

    def verified(self, key: str) -> Take:
        """Return the record of `key` once its file here is checked; what is damaged here is fetched anew."""
        with suppress(TakeDamaged):
            return super().verified(key)
        self._fetch(key)
        return super().verified(key)

    def put(self, record: Take, made: Path, thumbnail: bytes | None = None) -> None:
        super().put(record, made, thumbnail)
        self._publish(record.key)

    def put_bytes(self, record: Take, content: bytes) -> None:
        super().put_bytes(record, content)
        self._publish(record.key)

    def fetch(self, keys: Iterable[str]) -> list[str]:
        missing = [key for key in dict.fromkeys(keys) if self.find_here(key) is None]
        return [key for key, came in zip(missing, _each(self._came, missing), strict=True) if not came]

    def publish(self, keys: Iterable[str]) -> None:
        here = super().find_many(keys)
        if not here:
            return
        listed = self.objects.sizes()
        lacking = [
            key for key, record in here.items()
            if f"{key}.json" not in listed or listed.get(f"{key}{self.suffix}") != record.bytes
        ]  # fmt: skip
        _each(self._publish, lacking)

    def discard(self, key: str) -> None:
        super().discard(key)
        self.objects.remove(self._names(key))

    def _names(self, key: str) -> list[str]:
        return [path.name for path in self._files(key)]

    def _remote(self, key: str) -> Take | None:
        """Return the record that the bucket has of `key`, if its object is there at its full size."""
        with STORE_SECONDS.timed(operation="ask"):
            content = self.objects.read(f"{key}.json")
            if content is None:
                return None
            try:
                record = self.record.from_json(content, subject=f"{self.objects.address.url}/{key}.json")
            except RecordError:
                return None
            whole = self.objects.size(f"{key}{self.suffix}") == record.bytes
        return record if whole and record.key == key else None

    def _publish(self, key: str) -> None:
        """Bring what lies here of `key` into the bucket, the record last; who was there before is left alone."""
        if self._remote(key) is not None:
            return
        with STORE_SECONDS.timed(operation="publish"):
            self.objects.upload(self.file(key), f"{key}{self.suffix}")
            if self.thumbnail(key).exists():
                self.objects.upload(self.thumbnail(key), f"{key}.jpg")
            self.objects.write(f"{key}.json", (self.folder / f"{key}.json").read_bytes())

    def _came(self, key: str) -> bool:
        try:
            self._fetch(key)
        except TakeDamaged:
            return False
        return True

    def _fetch(self, key: str) -> None:
        """Bring `key` here, whole or not at all. Raises TakeDamaged, and discards what the bucket has, if that is not
        what its record says, twice: another writer may just have been at work."""
        for _ in range(2):
            record = self._remote(key)
            if record is None:
                raise TakeDamaged("neither the folder nor the bucket has it whole", subject=self.file(key))
            with STORE_SECONDS.timed(operation="fetch"):
                # Without the old record, no moment shows it beside a file that is another's.
                (self.folder / f"{key}.json").unlink(missing_ok=True)
                try:
                    with partial_file(self.file(key)) as temporary:
                        if self.objects.download(f"{key}{self.suffix}", temporary) != record.sha256:
                            raise TakeDamaged("not what its record describes", subject=self.file(key))
                except TakeDamaged:
                    continue
                if (picture := self.objects.read(f"{key}.jpg")) is not None:
                    write_file(self.thumbnail(key), picture)
                write_file(self.folder / f"{key}.json", record.to_json())
            return
        self.discard(key)
        raise TakeDamaged("the bucket's was not what its record describes; it is discarded", subject=self.file(key))


def _each(ask: Callable[[str], T], keys: list[str]) -> list[T]:
    """Ask for all of `keys` at once, as many as a server is asked by one process."""
    if len(keys) < 2:
        return [ask(key) for key in keys]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, keys))
