"""Zip archives, opened as if they were sent by an enemy: counted, bounded, never trusted about sizes."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from bookfilm.book.limits import (
    GREATEST_RATIO,
    LARGEST_CLAIM_BYTES,
    LARGEST_DIRECTORY_BYTES,
    LARGEST_INFLATED_BYTES,
    MOST_ENTRIES,
)

_END_RECORD = struct.Struct("<4s4H2LH")
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    struct.error,
)


class ArchiveRefused(ValueError):
    """The archive is broken, or made to do harm."""


class Archive:
    """The entries of a zip file in memory.

    Raises ArchiveRefused where the directory is damaged or too large, an entry climbs out of the archive, or an
    entry that is read inflates to more than it may.
    """

    def __init__(self, data: bytes) -> None:
        _check_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (*_FAULTS, KeyError, IndexError) as error:
            raise ArchiveRefused(f"the zip archive is broken: {error}") from None
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise ArchiveRefused(f"the archive has {len(entries):,} entries; a book may have {MOST_ENTRIES:,}")
        for entry in entries:
            _check_name(entry.filename)
        claimed = sum(entry.file_size for entry in entries)
        if claimed > LARGEST_CLAIM_BYTES and claimed > GREATEST_RATIO * len(data):
            raise ArchiveRefused(f"it is a zip bomb: {len(data):,} bytes claim to unpack to {claimed:,}")
        self._inflated = 0
        self.names = [entry.filename for entry in entries if not entry.is_dir()]

    def read(self, name: str, limit: int) -> bytes:
        """Return an entry's bytes. Raises KeyError where there is none, ArchiveRefused past `limit` bytes."""
        entry = self._zip.getinfo(name)
        if entry.flag_bits & 0x1:
            raise ArchiveRefused(f"{name} in it is locked with a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveRefused(f"{name} in it is packed in a way that books are not")
        pieces = []
        size = 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(1 << 16):
                    size += len(piece)
                    if size > limit or self._inflated + size > LARGEST_INFLATED_BYTES:
                        raise ArchiveRefused(f"{name} in it unpacks to more than a book may hold")
                    pieces.append(piece)
        except ArchiveRefused:
            raise
        except _FAULTS as error:
            raise ArchiveRefused(f"{name} in it is damaged: {error}") from None
        self._inflated += size
        return b"".join(pieces)


def _check_directory(data: bytes) -> None:
    """Look at the size of the directory before the directory is read."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if at < 0 or at + _END_RECORD.size > len(data):
        raise ArchiveRefused("the zip archive is broken: it has no end, as of a download cut short")
    _, _, _, _, entries, size, _, _ = _END_RECORD.unpack_from(data, at)
    if entries == 0:
        raise ArchiveRefused("the zip archive is empty")
    if size > LARGEST_DIRECTORY_BYTES:
        raise ArchiveRefused("the archive has more entries than a book may have")


def _check_name(name: str) -> None:
    parts = re.split(r"[/\\]", name)
    if ".." in parts or name[:1] in ("/", "\\") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise ArchiveRefused(f"an entry of the archive climbs out of it: {name[:80]!r}")
