"""A take: asked of the engine once, encoded, judged and kept under its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Cancelled, Clip, Progress, RenderRequest
from bookfilm.errors import BookfilmError, EngineError, RenderCancelled, StoreError, StoreFull, TakeRejected
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.takes import make_take
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.records.takes import Take
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.media import MediaStore
from tests.doubles import StripesEngine


class Engine(StripesEngine):
    """Stripes that count how often they were drawn and can be drawn otherwise."""

    def __init__(self, pixels: Callable[[RenderRequest], Iterator[NDArray[np.uint8]]] | None = None) -> None:
        super().__init__()
        self.asked = 0
        self._drawn = pixels

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        self.asked += 1
        if self._drawn is None:
            return super().render(request, progress, cancelled)
        return Clip(request.width, request.height, request.rate, request.frames, self._drawn(request))


def an_order(revision: str = "1", frames: int = 12, width: int = 192) -> TakeOrder:
    picture = PictureSettings(width=width, height=128)
    shot = Shot(id="c01-s01-h001", picture=Picture(setting=Setting(kind="harbour", hour="dusk")))
    facts = EngineFacts(name="stripes", revision=revision)
    return order_take(shot, frames, (), facts, picture, Encoding(preset="ultrafast"))


@pytest.fixture
def store(tmp_path: Path) -> MediaStore[Take]:
    return MediaStore(tmp_path / "takes", ".mp4", Take)


def names(store: MediaStore[Take]) -> list[str]:
    return sorted(path.name for path in store.folder.iterdir()) if store.folder.exists() else []


def test_a_take_is_made_once(store: MediaStore[Take]) -> None:
    engine, order = Engine(), an_order()
    take = make_take(engine, order, store)
    assert make_take(engine, order, store) == take
    assert engine.asked == 1
    assert store.verified(order.key) == take
    assert (take.key, take.engine, take.revision, take.seed) == (order.key, "stripes", "1", order.request.seed)
    assert (take.width, take.height, take.frames, take.rate) == (192, 128, 12, order.request.rate)
    assert names(store) == [f"{order.key}{suffix}" for suffix in (".jpg", ".json", ".mp4")]


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    order = an_order()
    made = []
    for name in ("one", "other"):
        store = MediaStore(tmp_path / name, ".mp4", Take)
        make_take(Engine(), order, store)
        made.append(store.file(order.key).read_bytes())
    assert made[0] == made[1]


def test_the_thumbnail_shows_the_picture(store: MediaStore[Take]) -> None:
    order = an_order()
    make_take(Engine(), order, store)
    small = cv2.imread(str(store.thumbnail(order.key)))
    assert small is not None
    assert small.shape == (213, 320, 3)
    colours = np.random.default_rng(order.request.seed).integers(40, 216, (7, 3), dtype=np.uint8)
    shifted = small[100, round((8 + 6) * 320 / 192)]
    assert np.abs(shifted[::-1].astype(int) - colours[0]).max() < 25


def test_a_picture_of_one_colour_is_rejected(store: MediaStore[Take]) -> None:
    engine = Engine(lambda request: (np.full((128, 192, 3), 9, np.uint8) for _ in range(request.frames)))
    with pytest.raises(TakeRejected, match=r"^shot c01-s01-h001: .*one colour"):
        make_take(engine, an_order(), store)
    assert names(store) == []


def test_too_few_frames_are_rejected_and_the_shot_is_named(store: MediaStore[Take]) -> None:
    def short(request: RenderRequest) -> Iterator[NDArray[np.uint8]]:
        for number in range(request.frames - 1):
            yield np.arange(128 * 192 * 3, dtype=np.uint8).reshape(128, 192, 3) + np.uint8(number)

    with pytest.raises(TakeRejected, match=r"^shot c01-s01-h001: the engine gave 11 frames, 12 were asked for"):
        make_take(Engine(short), an_order(), store)
    assert names(store) == []


def test_a_replica_of_another_revision_is_refused(store: MediaStore[Take]) -> None:
    engine = Engine()
    with pytest.raises(EngineError, match=r"runs stripes 1, the job asks for stripes 2; redeploy"):
        make_take(engine, an_order(revision="2"), store)
    assert engine.asked == 0


def test_a_take_that_is_there_needs_no_engine_of_its_revision(store: MediaStore[Take]) -> None:
    order = an_order()
    make_take(Engine(), order, store)
    late = Engine()
    late.revision = "0"
    assert make_take(late, order, store).key == order.key


@pytest.mark.parametrize("fault", [RuntimeError("CUDA out\nof memory"), KeyError("weights"), ZeroDivisionError()])
def test_whatever_an_engine_raises_names_the_shot_in_one_line(fault: Exception, store: MediaStore[Take]) -> None:
    def fails(_request: RenderRequest) -> Iterator[NDArray[np.uint8]]:
        raise fault
        yield

    with pytest.raises(EngineError, match=rf"^shot c01-s01-h001: {type(fault).__name__}") as told:
        make_take(Engine(fails), an_order(), store)
    assert "\n" not in str(told.value)
    assert names(store) == []


def test_a_cancelled_take_leaves_nothing(store: MediaStore[Take]) -> None:
    shares: list[Fraction] = []
    with pytest.raises(RenderCancelled):
        make_take(Engine(), an_order(), store, progress=shares.append, cancelled=lambda: len(shares) >= 5)
    assert len(shares) == 5
    assert names(store) == []


def test_progress_reaches_its_end(store: MediaStore[Take]) -> None:
    shares: list[float] = []
    make_take(Engine(), an_order(), store, progress=lambda share: shares.append(float(share)))
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_full_disk_leaves_no_half_take_and_passes(small_disk: Path) -> None:
    def noise(request: RenderRequest) -> Iterator[NDArray[np.uint8]]:
        chance = np.random.default_rng(1)
        for _ in range(request.frames):
            yield chance.integers(0, 255, (128, 192, 3), dtype=np.uint8)

    store = MediaStore(small_disk / "takes", ".mp4", Take)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(1_000_000))
    with pytest.raises(StoreFull):
        make_take(Engine(noise), an_order(), store)
    assert names(store) == []
    ballast.unlink()
    assert make_take(Engine(noise), an_order(), store) == store.verified(an_order().key)


def test_a_disk_that_cannot_be_written_to_is_told(locked_disk: Path) -> None:
    for folder in (locked_disk / "takes", locked_disk / "film"):
        with pytest.raises(BookfilmError) as fault:
            make_take(Engine(), an_order(), MediaStore(folder, ".mp4", Take))
        assert "Read-only" in str(fault.value)
        assert "\n" not in str(fault.value)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "takes").touch()
    with pytest.raises(StoreError):
        make_take(Engine(), an_order(), MediaStore(tmp_path / "takes", ".mp4", Take))
