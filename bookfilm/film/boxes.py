"""MP4 as far as streaming needs it: where the samples of a file's one track lie, and fragments that carry some.

After ISO/IEC 14496-12 (boxes, movie fragments) and RFC 8216, 3.3 (fragmented MPEG-4 as segments of HTTP live streams).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bookfilm.errors import FilmError

Numbers = NDArray[np.int64]
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_KEY_FRAME, _OTHER_FRAME = 0x02000000, 0x01010000
"""Sample flags: depends on no other; depends on others, and is no place to begin at."""


@dataclass(frozen=True)
class Track:
    """The one track of an MP4 file. `entry` is its sample entry: the codec, and what its decoder has to know."""

    path: Path
    timescale: int
    entry: bytes
    offsets: Numbers
    sizes: Numbers
    keys: frozenset[int] | None
    """Which samples can be begun at; None: all."""
    skipped: int
    """How much of its beginning is not shown, in units of `timescale`: what an encoder needed to begin."""

    @property
    def is_sound(self) -> bool:
        """Whether it is heard."""
        return self.entry[4:8] == b"mp4a"

    def can_begin(self, sample: int) -> bool:
        """Say whether a decoder can begin at `sample`."""
        return self.keys is None or sample in self.keys

    def samples(self, first: int, count: int) -> list[bytes]:
        """Return the samples from `first` on. Raises FilmError where the file has not as many."""
        if first < 0 or first + count > len(self.sizes):
            raise FilmError(f"it has {len(self.sizes)} samples, {first + count} are needed", subject=self.path)
        chosen = slice(first, first + count)
        try:
            with self.path.open("rb") as file:
                number = file.fileno()
                return [
                    os.pread(number, int(size), int(offset))
                    for offset, size in zip(self.offsets[chosen], self.sizes[chosen], strict=True)
                ]
        except OSError as error:
            raise FilmError(f"cannot be read: {error.strerror}", subject=self.path) from None


def read_track(path: Path) -> Track:
    """Return the first track of the MP4 file at `path`. Raises FilmError for what is none, or is cut short."""
    try:
        with path.open("rb") as file:
            movie = _movie(file.fileno(), os.fstat(file.fileno()).st_size)
        return _track(path, movie)
    except (OSError, struct.error, ValueError, IndexError, StopIteration, KeyError) as error:
        raise FilmError(f"is no MP4 file that can be streamed ({type(error).__name__})", subject=path) from None


def _movie(number: int, size: int) -> bytes:
    at = 0
    while at < size:
        length, kind = struct.unpack(">I4s", os.pread(number, 8, at))
        if length == 1:
            length = struct.unpack(">Q", os.pread(number, 8, at + 8))[0]
        if kind == b"moov":
            return os.pread(number, length - 8, at + 8)
        if length < 8:
            raise ValueError("a box without an end")
        at += length
    raise KeyError("moov")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        if length < 8:
            raise ValueError("a box without an end")
        yield kind, content[at + 8 : at + length]
        at += length


def _inside(content: bytes, *path: bytes) -> bytes:
    """Return what the box at `path` holds. Raises KeyError where there is none."""
    for name in path:
        found = next((body for kind, body in _boxes(content) if kind == name), None)
        if found is None:
            raise KeyError(name)
        content = found
    return content


def _track(path: Path, movie: bytes) -> Track:
    trak = _inside(movie, b"trak")
    header, table = _inside(trak, b"mdia", b"mdhd"), dict(_boxes(_inside(trak, b"mdia", b"minf", b"stbl")))
    if b"ctts" in table:
        raise ValueError("frames out of order")
    sizes = _sizes(table[b"stsz"])
    keys = frozenset((_numbers(table[b"stss"], 8, 1)[:, 0] - 1).tolist()) if b"stss" in table else None
    try:
        edit = _inside(trak, b"edts", b"elst")
        skipped = struct.unpack_from(">q" if edit[0] else ">i", edit, 16 if edit[0] else 12)[0]
    except KeyError:
        skipped = 0
    return Track(
        path=path,
        timescale=struct.unpack_from(">I", header, 20 if header[0] else 12)[0],
        entry=_plain_entry(table[b"stsd"][8:]),
        offsets=_offsets(table, sizes),
        sizes=sizes,
        keys=keys,
        skipped=max(0, skipped),
    )


def _plain_entry(entry: bytes) -> bytes:
    """Return a sample entry without its bit rate: clips that one decoder can play on say the same then."""
    size, kind = struct.unpack_from(">I4s", entry)
    header = 86 if kind == b"avc1" else size
    kept = b"".join(_box(name, body) for name, body in _boxes(entry[header:size]) if name != b"btrt")
    return struct.pack(">I", header + len(kept)) + entry[4:header] + kept


def _numbers(body: bytes, at: int, columns: int, kind: str = ">u4") -> Numbers:
    """Return a table's rows: its count stands before `at`."""
    count = struct.unpack_from(">I", body, at - 4)[0]
    return np.frombuffer(body, kind, count * columns, at).astype(np.int64).reshape(-1, columns)


def _sizes(body: bytes) -> Numbers:
    same, count = struct.unpack_from(">2I", body, 4)
    return np.full(count, same, np.int64) if same else _numbers(body, 12, 1)[:, 0]


def _offsets(table: dict[bytes, bytes], sizes: Numbers) -> Numbers:
    """Return where each sample begins: samples lie one after another in chunks, chunks anywhere."""
    wide = b"co64" in table
    chunks = _numbers(table[b"co64" if wide else b"stco"], 8, 1, ">u8" if wide else ">u4")[:, 0]
    runs = _numbers(table[b"stsc"], 8, 3)
    lengths = np.diff(np.append(runs[:, 0], len(chunks) + 1))
    each = np.repeat(runs[:, 1], lengths)
    chunk_of = np.repeat(np.arange(len(chunks)), each)
    before = np.cumsum(sizes) - sizes
    firsts = np.cumsum(each) - each
    found: Numbers = chunks[chunk_of] + before - before[firsts[chunk_of]]
    return found


# --- writing -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Samples of one track in a fragment: `begins` in units of its time scale, each `lasts` long."""

    begins: int
    lasts: int
    samples: Sequence[bytes]
    keys: Sequence[bool]


def initial_segment(tracks: Sequence[tuple[Track, int]]) -> bytes:
    """Return what comes before all fragments of `tracks`, each with the time scale that its fragments count in."""
    numbered = [(number, track, scale) for number, (track, scale) in enumerate(tracks, start=1)]
    movie = _full(b"mvhd", 0, 0, struct.pack(">4I", 0, 0, 1000, 0), struct.pack(">IH10x", 0x10000, 0x100), _MATRIX,
                  bytes(24), struct.pack(">I", len(numbered) + 1))  # fmt: skip
    extends = [_full(b"trex", 0, 0, struct.pack(">5I", number, 1, 0, 0, 0)) for number, _, _ in numbered]
    described = [_described(number, track, scale) for number, track, scale in numbered]
    return _box(b"ftyp", b"iso6", bytes(4), b"iso6mp41") + _box(
        b"moov", movie, *described, _box(b"mvex", *extends)
    )  # fmt: skip


def fragment(number: int, stretches: Sequence[Stretch]) -> bytes:
    """Return the fragment `number` (from 0), with a stretch of each track in their order."""
    size = len(_moof(number, stretches, 0))
    content = [sample for stretch in stretches for sample in stretch.samples]
    return b"".join((_moof(number, stretches, size + 8), _box(b"mdat", *content)))


def _moof(number: int, stretches: Sequence[Stretch], data: int) -> bytes:
    tracks = []
    for track, stretch in enumerate(stretches, start=1):
        # 0x020000: data lies after this moof; 0x08: all samples last alike.
        header = _full(b"tfhd", 0, 0x020008, struct.pack(">2I", track, stretch.lasts))
        time = _full(b"tfdt", 1, 0, struct.pack(">Q", stretch.begins))
        rows = b"".join(
            struct.pack(">2I", len(sample), _KEY_FRAME if key else _OTHER_FRAME)
            for sample, key in zip(stretch.samples, stretch.keys, strict=True)
        )
        run = _full(b"trun", 0, 0x000601, struct.pack(">Ii", len(stretch.samples), data), rows)
        tracks.append(_box(b"traf", header, time, run))
        data += sum(map(len, stretch.samples))
    return _box(b"moof", _full(b"mfhd", 0, 0, struct.pack(">I", number + 1)), *tracks)


def _described(number: int, track: Track, timescale: int) -> bytes:
    sound = track.is_sound
    width, height = (0, 0) if sound else struct.unpack_from(">2H", track.entry, 32)
    header = _full(
        b"tkhd", 0, 3, struct.pack(">5I8x", 0, 0, number, 0, 0), struct.pack(">4H", 0, 0, 0x100 if sound else 0, 0),
        _MATRIX, struct.pack(">2I", width << 16, height << 16),
    )  # fmt: skip
    media = _full(b"mdhd", 0, 0, struct.pack(">4I2H", 0, 0, timescale, 0, 0x55C4, 0))
    handler = _full(b"hdlr", 0, 0, bytes(4), b"soun" if sound else b"vide", bytes(12), b"\0")
    kind = _full(b"smhd", 0, 0, bytes(4)) if sound else _full(b"vmhd", 0, 1, bytes(8))
    data = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    # The samples are in the fragments: the tables here are empty.
    empty = [_full(name, 0, 0, bytes(4)) for name in (b"stts", b"stsc", b"stco")]
    table = _box(
        b"stbl", _full(b"stsd", 0, 0, struct.pack(">I", 1), track.entry), *empty, _full(b"stsz", 0, 0, bytes(8))
    )
    return _box(b"trak", header, _box(b"mdia", media, handler, _box(b"minf", kind, data, table)))


def _box(kind: bytes, *parts: bytes) -> bytes:
    return b"".join((struct.pack(">I4s", 8 + sum(map(len, parts)), kind), *parts))


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)
