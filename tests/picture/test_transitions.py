"""Transitions: made of two takes' clips, as clips that join theirs."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bookfilm.engines.protocols import Clip
from bookfilm.errors import FilmError
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.transitions import TransitionOrder, make_transition
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding
from bookfilm.store.media import MediaStore, sha256_of

QUICK = Encoding(preset="ultrafast", crf=8)
DARK, BRIGHT = 40, 200


def _store(folder: Path) -> MediaStore[Take]:
    return MediaStore(folder, ".mp4", Take)


def _take(takes: MediaStore[Take], key: str, shade: int, rate: FrameRate) -> Take:
    """Keep a clip of 30 frames, each a little brighter than the one before."""
    takes.folder.mkdir(exist_ok=True)
    path = takes.folder / "made"
    frames = (np.full((64, 96, 3), shade + number, np.uint8) for number in range(30))
    encode_clip(Clip(96, 64, rate, 30, frames), path, QUICK)
    take = Take(
        key=key, engine="test", revision="1", width=96, height=64, rate=rate, frames=30, seed=1,
        bytes=path.stat().st_size, sha256=sha256_of(path), render_ms=1, created_at="",
    )  # fmt: skip
    takes.put(take, path)
    return take


def _order(takes: MediaStore[Take], rate: FrameRate) -> TransitionOrder:
    before, after = _take(takes, "a", DARK, rate), _take(takes, "b", BRIGHT, rate)
    return TransitionOrder(before=before, after=after, at=10, frames=20, encoding=QUICK)


def _shades(path: Path) -> list[float]:
    with av.open(str(path)) as clip:
        return [float(frame.to_ndarray(format="rgb24").mean()) for frame in clip.decode(video=0)]


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001"])
def test_a_dissolve_goes_from_the_end_of_one_clip_to_the_beginning_of_the_other(rate: str, tmp_path: Path) -> None:
    takes, store = _store(tmp_path / "takes"), _store(tmp_path / "transitions")
    order = _order(takes, FrameRate.parse(rate))
    take = make_transition(order, takes, store)
    shades = _shades(store.file(take.key))
    assert len(shades) == take.frames == 20
    assert abs(shades[0] - (DARK + 10)) < 3
    assert abs(shades[10] - (DARK + 20 + BRIGHT + 10) / 2) < 3
    assert abs(shades[-1] - (BRIGHT + 19 - (BRIGHT - DARK) / 20)) < 3
    assert all(later > earlier for earlier, later in pairwise(shades))
    assert take.of == ("a", "b") and store.find(order.key) == take
    assert not list(store.folder.glob("*.partial")) and not list(store.folder.glob(".*"))


def test_it_joins_its_neighbours_and_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    takes, store, again = (_store(tmp_path / name) for name in ("takes", "transitions", "again"))
    order = _order(takes, FrameRate.parse("24"))
    take = make_transition(order, takes, store)
    assert make_transition(order, takes, again).sha256 == take.sha256
    headers = set()
    for path in (store.file(take.key), takes.file("a"), takes.file("b")):
        with av.open(str(path)) as clip:
            headers.add((clip.streams.video[0].codec_context.extradata, clip.streams.video[0].time_base))
    assert len(headers) == 1


def test_its_key_follows_its_takes(tmp_path: Path) -> None:
    order = _order(_store(tmp_path / "takes"), FrameRate.parse("24"))
    assert order.changed(after=order.after.changed(key="c")).key != order.key
    assert order.changed(at=9).key != order.key
    assert order.changed(after=order.after.changed(render_ms=7, created_at="later")).key == order.key


def test_a_clip_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    takes = _store(tmp_path / "takes")
    order = _order(takes, FrameRate.parse("24"))
    takes.file("b").write_bytes(b"no film")
    with pytest.raises(FilmError, match="transition from a to b"):
        make_transition(order, takes, _store(tmp_path / "transitions"))
    assert not list((tmp_path / "transitions").iterdir())
