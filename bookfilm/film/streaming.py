"""A film as segments of HTTP Live Streaming (RFC 8216), while it is still being made: copied, never encoded again.

A segment is one shot: it begins at a key frame. Until the film is joined, shots are cut to where the film will have
transitions: the cut lies where the transition will end, the first place at which the next clip can be begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from pathlib import Path

from bookfilm.errors import FilmError
from bookfilm.film.boxes import Stretch, Track, fragment, initial_segment, read_track
from bookfilm.film.conform import Piece
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline

AAC_SAMPLES = 1024
"""So many samples of sound lie in one of the soundtrack's packets."""


@dataclass(frozen=True)
class Segment:
    """A shot in the stream: its clip's stretch, and at which frame of the film it begins."""

    shot: str
    piece: Piece
    begins: int


def segment_of(timeline: Timeline, at: int, clip: Path) -> Segment:
    """Return the segment of slot `at`, whose take is the file `clip`."""
    slot = timeline.slots[at]
    before, after = timeline.handles(at)
    return Segment(slot.shot, Piece(clip, 2 * before, slot.frames - before + after), slot.start_frame + before)


def longest_s(timeline: Timeline) -> int:
    """Return how long a segment of this film is at most, in whole seconds: known before any is there."""
    lengths = [segment_of(timeline, at, Path()).piece.frames for at in range(len(timeline.slots))]
    return max(1, ceil(timeline.rate.seconds(max(lengths, default=0))))


def playlist(timeline: Timeline, segments: Sequence[Segment], ended: bool, query: str = "") -> str:
    """Return the media playlist of the `segments` that there are so far; it only ever grows at its end.

    Each is named by its number, `0.m4s`, and `query` is put behind every name. Raises FilmError.
    """
    told = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{longest_s(timeline)}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:EVENT",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    beginning: int | None = None
    for number, (segment, initial) in enumerate(zip(segments, beginnings(segments), strict=True)):
        if initial != beginning:
            told += [] if beginning is None else ["#EXT-X-DISCONTINUITY"]
            told.append(f'#EXT-X-MAP:URI="init-{initial}.mp4{query}"')
            beginning = initial
        told += [f"#EXTINF:{float(timeline.rate.seconds(segment.piece.frames)):.6f},", f"{number}.m4s{query}"]
    return "\n".join([*told, *(["#EXT-X-ENDLIST"] if ended else [])]) + "\n"


def beginnings(segments: Sequence[Segment]) -> list[int]:
    """Return for each segment which initial segment it needs, by number in the order of their first use.

    There is one, unless a take that was made by other settings of the encoder is held in the film.
    """
    known: dict[bytes, int] = {}
    return [known.setdefault(_track(segment.piece.file, "the take").entry, len(known)) for segment in segments]


def initial_bytes(segment: Segment, rate: FrameRate, soundtrack: Path) -> bytes:
    """Return the initial segment that `segment` needs. Raises FilmError."""
    sound = _track(soundtrack, "the soundtrack")
    return initial_segment([(_track(segment.piece.file, "the take"), rate.num), (sound, sound.timescale)])


def segment_bytes(segment: Segment, number: int, rate: FrameRate, soundtrack: Path) -> bytes:
    """Return `segment`, the `number`th of its film, as a movie fragment: picture, and the sound of that stretch.

    Each packet of sound is in just one segment, the one in which it begins. Raises FilmError.
    """
    piece, clip, sound = segment.piece, _track(segment.piece.file, "the take"), _track(soundtrack, "the soundtrack")
    if not clip.can_begin(piece.start):
        raise FilmError(f"its take cannot be begun at frame {piece.start}", subject=f"shot {segment.shot}")
    frames = range(piece.start, piece.start + piece.frames)
    picture = Stretch(
        begins=segment.begins * rate.den,
        lasts=rate.den,
        samples=clip.samples(piece.start, piece.frames),
        keys=[clip.can_begin(frame) for frame in frames],
    )
    first, end = (
        _packet_at(rate.samples(frame, sound.timescale), sound)
        for frame in (segment.begins, segment.begins + piece.frames)
    )
    packets = sound.samples(first, max(0, min(end, len(sound.sizes)) - first))
    heard = Stretch(first * AAC_SAMPLES - sound.skipped, AAC_SAMPLES, packets, [True] * len(packets))
    return fragment(number, [picture, heard])


def _packet_at(sample: int, sound: Track) -> int:
    """Return the first packet that begins at `sample` of what is heard, or later."""
    return min(-(-(sample + sound.skipped) // AAC_SAMPLES), len(sound.sizes))


def _track(path: Path, what: str) -> Track:
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        raise FilmError(f"{what} is missing", subject=path) from None
    return _track_of(path, stamp)


@lru_cache(maxsize=2048)
def _track_of(path: Path, _stamp: int) -> Track:
    """Return where a file's samples lie, as long as it stays the same file."""
    return read_track(path)
