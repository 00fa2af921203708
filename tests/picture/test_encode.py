"""Clips: H.264 that joins by stream copy, with every frame, and colours that are those of the engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from bookfilm.engines.protocols import Clip
from bookfilm.errors import FilmError, StoreFull, TakeRejected
from bookfilm.picture import encode
from bookfilm.picture.encode import encode_clip
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding

QUICK = Encoding(crf=18, preset="ultrafast")
Frames = Iterator[NDArray[np.uint8]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The ffmpeg processes that were started."""
    processes: list[Any] = []
    start = encode._started

    def noted(*asked: Any) -> Any:
        processes.append(start(*asked))
        return processes[-1]

    monkeypatch.setattr(encode, "_started", noted)
    return processes


def drawn(frames: int, width: int = 192, height: int = 128, channels: int = 3) -> Frames:
    """Yield a picture that moves, each time in the same array, as an engine may."""
    frame = np.full((height, width, channels), 255, np.uint8)
    for number in range(frames):
        frame[..., :3] = (np.arange(width)[None, :, None] * 2 + number * 5 + np.array([0, 60, 120])) % 256
        yield frame


def a_clip(frames: int, rate: str = "24", pixels: Frames | None = None, **size: int) -> Clip:
    width, height = size.get("width", 192), size.get("height", 128)
    given = drawn(frames, width, height) if pixels is None else pixels
    return Clip(width, height, FrameRate.parse(rate), frames, given)


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001", "60", "12"])
@pytest.mark.parametrize("frames", [1, 31])
def test_every_frame_is_there_at_its_time(rate: str, frames: int, tmp_path: Path) -> None:
    encode_clip(a_clip(frames, rate), tmp_path / "a.mp4", QUICK)
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == FrameRate.parse(rate).per_second
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert stream.time_base is not None
        times = [packet.pts * stream.time_base for packet in packets if packet.pts is not None]
    assert times == [Fraction(number) / FrameRate.parse(rate).per_second for number in range(frames)]
    assert [packet.dts for packet in packets] == [packet.pts for packet in packets]
    assert packets[0].is_keyframe
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert len(list(container.decode(video=0))) == frames


def test_it_is_what_players_and_televisions_expect(tmp_path: Path) -> None:
    encode_clip(a_clip(3), tmp_path / "a.mp4", Encoding())
    with av.open(str(tmp_path / "a.mp4")) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.width, context.height) == (192, 128)
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == ColorRange.MPEG
        assert not context.has_b_frames


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        encode_clip(a_clip(12), tmp_path / f"{name}.mp4", QUICK)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_clips_of_one_encoding_share_their_parameter_sets(tmp_path: Path) -> None:
    still = (np.full((128, 192, 3), 90, np.uint8) for _ in range(60))
    encode_clip(a_clip(5), tmp_path / "a.mp4", QUICK)
    encode_clip(a_clip(60, pixels=still), tmp_path / "b.mp4", QUICK)
    found = []
    for name in ("a", "b"):
        with av.open(str(tmp_path / f"{name}.mp4")) as container:
            found.append(container.streams.video[0].codec_context.extradata)
    assert found[0]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "colour",
    [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (0, 0, 0), (255, 255, 255), (240, 176, 92), (20, 30, 60)],
)
@pytest.mark.parametrize("channels", [3, 4])
def test_colours_come_back(colour: tuple[int, int, int], channels: int, tmp_path: Path) -> None:
    flat = np.empty((128, 192, channels), np.uint8)
    flat[:] = (*colour, 255)[:channels]
    encode_clip(a_clip(2, pixels=iter([flat, flat])), tmp_path / "a.mp4", QUICK)
    with av.open(str(tmp_path / "a.mp4")) as container:
        frame = next(container.decode(video=0))
        shown = frame.reformat(
            format="rgb24", src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        ).to_ndarray()  # fmt: skip
    assert np.abs(shown.reshape(-1, 3).astype(int) - colour).max() <= 4


@pytest.mark.parametrize("given", [0, 1, 4, 6, 40])
def test_another_number_of_frames_is_rejected(given: int, tmp_path: Path) -> None:
    with pytest.raises(TakeRejected, match=f"gave {given} frames, 5 were asked for"):
        encode_clip(a_clip(5, pixels=drawn(given)), tmp_path / "a.mp4", QUICK)


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((128, 190, 3), np.uint8),
        np.zeros((192, 128, 3), np.uint8),
        np.zeros((128, 192, 1), np.uint8),
        np.zeros((128, 192), np.uint8),
        np.zeros((128, 192, 3), np.float32),
    ],
    ids=lambda frame: f"{frame.shape} {frame.dtype}",
)
@pytest.mark.parametrize("before", [0, 2])
def test_another_shape_of_frames_is_rejected(frame: Any, before: int, tmp_path: Path) -> None:
    def pixels() -> Frames:
        yield from drawn(before)
        while True:
            yield frame

    with pytest.raises(TakeRejected, match=f"frame {before} has shape"):
        encode_clip(a_clip(5, pixels=pixels()), tmp_path / "a.mp4", QUICK)


def test_channels_may_not_change_in_the_middle(tmp_path: Path) -> None:
    def pixels() -> Frames:
        yield from drawn(2)
        yield from drawn(3, channels=4)

    with pytest.raises(TakeRejected, match="frame 2 has shape"):
        encode_clip(a_clip(5, pixels=pixels()), tmp_path / "a.mp4", QUICK)


def test_ffmpeg_killed_in_the_middle_is_an_error(tmp_path: Path, started: list[Any]) -> None:

    def pixels() -> Frames:
        yield from drawn(5)
        os.kill(started[0].pid, signal.SIGKILL)
        yield from drawn(400)

    with pytest.raises(FilmError, match="ffmpeg could not make the clip") as fault:
        encode_clip(a_clip(405, pixels=pixels()), tmp_path / "a.mp4", QUICK)
    assert "\n" not in str(fault.value)
    assert started[0].poll() == -signal.SIGKILL


def test_an_engine_that_fails_leaves_no_process(tmp_path: Path, started: list[Any]) -> None:

    def pixels() -> Frames:
        yield from drawn(5)
        raise ValueError("out of memory")

    with pytest.raises(ValueError, match="out of memory"):
        encode_clip(a_clip(99, pixels=pixels()), tmp_path / "a.mp4", QUICK)
    assert started[0].poll() is not None
    assert started[0].stdin.closed
    assert started[0].stderr.closed


def test_ffmpegs_own_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(FilmError, match="No such file") as fault:
        encode_clip(a_clip(400), tmp_path / "nowhere" / "a.mp4", QUICK)
    assert "\n" not in str(fault.value)


def test_a_full_disk_is_told_from_other_faults(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(1_000_000))
    noise = np.random.default_rng(1)
    pixels = (noise.integers(0, 255, (256, 256, 3), dtype=np.uint8) for _ in range(60))
    with pytest.raises(StoreFull, match="no space is left"):
        encode_clip(a_clip(60, pixels=pixels, width=256, height=256), small_disk / "a.mp4", QUICK)
