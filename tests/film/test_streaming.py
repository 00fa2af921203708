"""The film as a stream while it is made: every frame once, at its time, with the sound that belongs to it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.errors import FilmError
from bookfilm.film.boxes import read_track
from bookfilm.film.streaming import (
    Segment,
    beginnings,
    initial_bytes,
    longest_s,
    playlist,
    segment_bytes,
    segment_of,
)
from bookfilm.picture.requests import EngineFacts, order_take
from bookfilm.picture.takes import make_take
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.timeline import Timeline
from bookfilm.settings import Encoding, PictureSettings
from tests.doubles import StripesEngine
from tests.film.test_conform import LENGTHS, Reel


def segments_of(reel: Reel) -> list[Segment]:
    return [segment_of(reel.timeline, at, reel.store.file(take.key)) for at, take in enumerate(reel.takes)]


def streamed(reel: Reel, segments: list[Segment], chosen: slice = slice(None)) -> Path:
    """Write the stream, or some of it, as one file: what a player's buffer holds."""
    numbered = list(enumerate(segments))[chosen]
    content = initial_bytes(segments[0], reel.rate, reel.soundtrack)
    content += b"".join(segment_bytes(one, number, reel.rate, reel.soundtrack) for number, one in numbered)
    path = reel.folder / "stream.mp4"
    path.write_bytes(content)
    return path


def frames_of(path: Path) -> tuple[list[Fraction], list[NDArray[Any]]]:
    with av.open(str(path)) as film:
        frames = [(frame.pts * frame.time_base, frame.to_ndarray(format="rgb24")) for frame in film.decode(video=0)]
    return [at for at, _ in frames], [pixels for _, pixels in frames]


def packets_of(path: Path) -> list[tuple[int, bytes]]:
    with av.open(str(path)) as film:
        return [(packet.pts, bytes(packet)) for packet in film.demux(audio=0) if packet.size]


@pytest.mark.parametrize("rate", ["24", "30000/1001"])
def test_the_stream_has_what_the_film_has(tmp_path: Path, rate: str) -> None:
    reel = Reel(tmp_path, rate)
    times, pixels = frames_of(streamed(reel, segments_of(reel)))
    _, joined = frames_of(reel.conformed())
    assert len(pixels) == sum(LENGTHS)
    assert all(np.array_equal(one, other) for one, other in zip(pixels, joined, strict=True))
    assert times == [Fraction(reel.rate.seconds(frame)) for frame in range(sum(LENGTHS))]


@pytest.mark.parametrize("rate", ["24", "30000/1001"])
def test_each_packet_of_sound_is_in_one_segment(tmp_path: Path, rate: str) -> None:
    reel = Reel(tmp_path, rate)
    segments = segments_of(reel)
    heard = packets_of(streamed(reel, segments))
    assert [at for at, _ in heard] == [1024 * number for number in range(len(heard))]
    # The first one is the encoder's own: what it needed to begin. The rest is all there.
    whole = [content for _, content in packets_of(reel.soundtrack)][1:]
    assert [content for _, content in heard] == whole[: len(heard)]
    ends = reel.rate.samples(reel.timeline.frames, 48_000)
    assert ends - 1024 <= len(heard) * 1024 <= ends + 1024
    for number, segment in enumerate(segments):
        alone = packets_of(streamed(reel, segments, slice(number, number + 1)))
        begins = reel.rate.samples(segment.begins, 48_000)
        assert all(begins <= at < begins + reel.rate.samples(segment.piece.frames, 48_000) + 1024 for at, _ in alone)


def test_a_segment_can_be_begun_at(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    segments = segments_of(reel)
    for number, frames in enumerate(LENGTHS):
        times, _ = frames_of(streamed(reel, segments, slice(number, number + 1)))
        assert len(times) == frames
        assert times[0] == reel.rate.seconds(segments[number].begins)


def test_a_transition_that_is_not_made_yet_is_a_cut(tmp_path: Path) -> None:
    """Before and after it the clips are seen as in the film; no frame is missing, and none is seen twice."""
    reel = Reel(tmp_path)
    slots = list(reel.timeline.slots)
    slots[3] = slots[3].changed(handle=3)
    reel.timeline = Timeline(rate=reel.rate, slots=tuple(slots))
    picture = PictureSettings(width=128, height=128, rate=reel.rate)
    for at, frames, keys in ((2, LENGTHS[2] + 3, ()), (3, LENGTHS[3] + 3, (6,))):
        shot = Shot(id=f"s{at}", picture=Picture(setting=Setting(kind="harbour", features=at, hour="noon")))
        facts = EngineFacts(name="stripes", revision="1")
        order = order_take(shot, frames, (), facts, picture, Encoding(preset="ultrafast"), keys)
        reel.takes[at] = make_take(StripesEngine(), order, reel.store)
    segments = segments_of(reel)
    assert [segment.begins for segment in segments] == [0, 7, 8, 35]
    assert [segment.piece.frames for segment in segments] == [7, 1, 27, 10]
    _, pixels = frames_of(streamed(reel, segments))
    _, last = frames_of(reel.store.file(reel.takes[3].key))
    assert len(pixels) == sum(LENGTHS)
    assert all(np.array_equal(one, other) for one, other in zip(pixels[35:], last[6:], strict=True))
    wrong = segments[3].piece
    unlucky = Segment("s3", type(wrong)(wrong.file, 5, 4), 34)
    with pytest.raises(FilmError, match="cannot be begun at frame 5"):
        segment_bytes(unlucky, 3, reel.rate, reel.soundtrack)


def test_the_playlist_grows_at_its_end(tmp_path: Path) -> None:
    reel = Reel(tmp_path)
    segments = segments_of(reel)
    lists = [playlist(reel.timeline, segments[:count], False, "?ticket=x") for count in range(len(segments) + 1)]
    for shorter, longer in pairwise(lists):
        assert longer.startswith(shorter)
    whole = playlist(reel.timeline, segments, True)
    assert whole.splitlines()[:8] == [
        "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1", "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-INDEPENDENT-SEGMENTS", '#EXT-X-MAP:URI="init-0.mp4"',
        "#EXTINF:0.291667,",
    ]  # fmt: skip
    assert whole.endswith("3.m4s\n#EXT-X-ENDLIST\n")
    assert longest_s(reel.timeline) == 1
    assert "#EXT-X-DISCONTINUITY" not in whole


def test_a_take_of_another_encoding_is_told(tmp_path: Path) -> None:
    reel, other = Reel(tmp_path / "one"), Reel(tmp_path / "other")
    picture = PictureSettings(width=128, height=128, rate=other.rate)
    shot = Shot(id="s1", picture=Picture(setting=Setting(kind="harbour", hour="noon")))
    facts = EngineFacts(name="stripes", revision="1")
    slow = make_take(StripesEngine(), order_take(shot, 1, (), facts, picture, Encoding(preset="slow")), other.store)
    segments = segments_of(reel)
    segments[1] = segment_of(reel.timeline, 1, other.store.file(slow.key))
    assert beginnings(segments) == [0, 1, 0, 0]
    told = playlist(reel.timeline, segments, True)
    assert told.count("#EXT-X-DISCONTINUITY\n") == 2
    assert [line for line in told.splitlines() if "MAP" in line] == [
        f'#EXT-X-MAP:URI="init-{number}.mp4"' for number in (0, 1, 0)
    ]
    assert initial_bytes(segments[0], reel.rate, reel.soundtrack) != initial_bytes(
        segments[1], reel.rate, reel.soundtrack
    )


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"\0\0\0\x10moov\0\0\0\x08trak", b"\0\0\0\x01moov", b"RIFF" * 9])
def test_what_is_no_film_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "take.mp4"
    path.write_bytes(content)
    with pytest.raises(FilmError, match="no MP4 file") as told:
        read_track(path)
    assert "take.mp4" in str(told.value)
