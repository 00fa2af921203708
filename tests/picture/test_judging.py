"""Takes of an engine that can fail unknowingly: judged, made again, and flagged where nothing better was to be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.engines.protocols import (
    Cancelled,
    Clip,
    Progress,
    RenderRequest,
    VideoCapabilities,
    never_cancelled,
    no_progress,
)
from bookfilm.errors import TakeRejected, TakesSpent
from bookfilm.picture.identity import PortraitGiven
from bookfilm.picture.judging import Judge, Verdict, swings, with_likeness
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.takes import make_take
from bookfilm.records.bible import Look, Weather
from bookfilm.records.shots import InFrame, Picture, Setting, Shot, ShotKind
from bookfilm.records.takes import Likeness, Take
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.media import MediaStore, sha256_of

Frames = Iterator[NDArray[np.uint8]]
Draw = Callable[[RenderRequest], Frames]
SHAPE = (128, 192, 3)


def scene(kind: ShotKind = "scene") -> Shot:
    return Shot(id="c01-s01-h001", picture=Picture(kind=kind, setting=Setting(kind="harbour", hour="night")))


def an_order(shot: Shot | None = None) -> TakeOrder:
    facts = EngineFacts(name="dreams", revision="1", capabilities=VideoCapabilities(fallible=True))
    picture = PictureSettings(width=192, height=128)
    return order_take(shot or scene(), 24, (), facts, picture, Encoding(preset="ultrafast"))


def moving(request: RenderRequest) -> Frames:
    picture = np.random.default_rng(request.seed).integers(0, 200, (8, 12, 3), dtype=np.uint8)
    whole = np.repeat(np.repeat(picture, 16, axis=0), 16, axis=1)
    return (np.roll(whole, number, axis=1) for number in range(request.frames))


def black(request: RenderRequest) -> Frames:
    return (frame // np.uint8(16) for frame in moving(request))


def frozen(request: RenderRequest) -> Frames:
    first = next(iter(moving(request)))
    return (first for _ in range(request.frames))


def flickering(request: RenderRequest) -> Frames:
    return (frame + np.uint8(40 * (number % 2)) for number, frame in enumerate(moving(request)))


def stormy(request: RenderRequest) -> Frames:
    return (frame + np.uint8(50 * (number % 9 == 4)) for number, frame in enumerate(moving(request)))


def dusk(request: RenderRequest) -> Frames:
    return ((frame * (1 - number / 24)).astype(np.uint8) for number, frame in enumerate(moving(request)))


def shown(levels: Sequence[float], rate: int, seconds: float, model_rate: int) -> Verdict:
    """Return the verdict on frames of these levels as a model made them, shown at another rate, for so long."""
    frames = round(seconds * rate)
    request = an_order().request.changed(frames=frames, rate=FrameRate(num=rate))
    picture, judge = next(iter(moving(request))).astype(np.float64) / 4, Judge(request)
    times = np.arange(frames) * model_rate / rate
    for number, level in enumerate(np.interp(times, np.arange(len(levels)), levels)):
        judge.look(np.roll(picture + level, number, axis=1).round().astype(np.uint8))
    return judge.verdict()


@pytest.mark.parametrize("period", [2, 3, 4])
@pytest.mark.parametrize(("model_rate", "rate"), [(24, 24), (16, 24), (16, 25), (25, 25), (12, 24), (30, 24), (16, 60)])
def test_flicker_is_seen_at_any_rate(model_rate: int, rate: int, period: int) -> None:
    levels = [20.0 * (number % period == 0) for number in range(200)]
    (said,) = shown(levels, rate, 3, model_rate).faults
    assert said.startswith("flicker: ")


def test_flicker_of_a_model_of_four_frames_a_second_is_seen() -> None:
    (said,) = shown([20.0 * (number % 2) for number in range(30)], 24, 4, 4).faults
    assert said.startswith("flicker: its brightness jumps by 20 of 255")


def test_one_clip_of_four_that_flickers_is_seen() -> None:
    levels = [20.0 * (number % 2) * (72 <= number < 144) for number in range(300)]
    (said,) = shown(levels, 24, 12, 24).faults
    assert said.startswith("flicker: ")


@pytest.mark.parametrize(
    "levels",
    [
        pytest.param([3.0 * np.sin(2 * np.pi * 2 * n / 24) for n in range(300)], id="somebody walks"),
        pytest.param([1.4 * np.sin(2 * np.pi * 5 * n / 24) for n in range(300)], id="a fire flares a little"),
        pytest.param([60.0 * (n % 36 in (3, 5, 7)) for n in range(300)], id="lightning"),
        pytest.param([min(n, 100) * 0.5 for n in range(300)], id="dawn"),
        pytest.param([60.0 * (n >= 20) for n in range(300)], id="a lamp is lit"),
        pytest.param([0.5 * (n % 2) for n in range(300)], id="grain"),
    ],
)
def test_what_does_not_flicker_is_not_called_so(levels: list[float]) -> None:
    assert shown(levels, 24, 6, 24).faults == ()


@given(st.lists(st.integers(0, 255), min_size=2, max_size=60), st.integers(1, 50))
def test_swings_go_to_and_fro_by_so_much(levels: list[int], least: int) -> None:
    turns = swings([float(level) for level in levels], least)
    assert turns == sorted(set(turns))
    steps = [levels[after] - levels[before] for before, after in pairwise(turns)]
    assert all(abs(step) >= least for step in steps)
    assert all(one * other < 0 for one, other in pairwise(steps))
    assert bool(turns) == (max(levels) - min(levels) >= least)


def part(draw: Draw, begin: int, end: int) -> Draw:
    """Return what moves, but for the frames from `begin` to `end`, which are as `draw` has them."""

    def both(request: RenderRequest) -> Frames:
        for number, (right, wrong) in enumerate(zip(moving(request), draw(request), strict=True)):
            yield wrong if begin <= number < end else right

    return both


def on_twos(request: RenderRequest) -> Frames:
    frames = list(moving(request))
    return (frames[number - number % 2] for number in range(request.frames))


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (part(frozen, 120, 240), "frozen: 41% of its frames are the one before"),
        (part(frozen, 40, 66), ""),
        (part(black, 48, 90), "black: 15% of its frames"),
        (part(black, 0, 16), ""),
        (on_twos, ""),
    ],
)
def test_one_clip_of_several_that_is_bad_is_seen(draw: Draw, said: str) -> None:
    request = an_order().request.changed(frames=288)
    judge = Judge(request)
    for frame in draw(request):
        judge.look(frame)
    assert judge.verdict().faults == ((said,) if said else ())


@pytest.mark.parametrize("weather", ["storm", "clear"])
def test_what_the_shadow_theatre_draws_is_good(weather: Weather) -> None:
    """Its lightning strikes, its figures move every other frame, and much of it stands still."""
    setting = Setting(
        kind="mountain", hour="night", weather=weather, lights=("lightning",) if weather == "storm" else ()
    )
    figure = InFrame(name="anna", look=Look(sex="female", age="old", dress="bell_skirt"), stance="walk")
    picture = Picture(setting=setting, cast=(figure,), size="full")
    request = an_order().request.changed(picture=picture, frames=144, width=192, height=112, style="lantern")
    judge = Judge(request)
    for frame in ShadowEngine().render(request, no_progress, never_cancelled).pixels:
        judge.look(frame)
    assert judge.verdict().faults == ()


class Dreams:
    """Draws the first try as the first of `draws`, and so on."""

    name, revision = "dreams", "1"
    capabilities = VideoCapabilities(fallible=True)

    def __init__(self, *draws: Draw) -> None:
        self._draws, self.seeds = list(draws), list[int]()

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        self.seeds.append(request.seed)
        progress(Fraction(1, 2))
        draw = self._draws[min(len(self.seeds), len(self._draws)) - 1]
        return Clip(request.width, request.height, request.rate, request.frames, draw(request), ("a note",))


def no_numbers(_request: RenderRequest) -> Frames:
    raise TakeRejected("no numbers")
    yield


@pytest.fixture
def store(tmp_path: Path) -> MediaStore[Take]:
    return MediaStore(tmp_path / "takes", ".mp4", Take)


@pytest.mark.parametrize(
    ("draw", "fault"),
    [(moving, ""), (stormy, ""), (dusk, ""), (black, "black"), (frozen, "frozen"), (flickering, "flicker")],
)
def test_what_is_wrong_is_seen(draw: Draw, fault: str) -> None:
    request = an_order().request
    judge = Judge(request)
    for frame in draw(request):
        judge.look(frame)
    verdict = judge.verdict()
    assert [said.split(":")[0] for said in verdict.faults] == ([fault] if fault else [])
    assert (verdict.badness > 0) == bool(fault)


def test_a_good_take_is_made_once(store: MediaStore[Take]) -> None:
    engine, order = Dreams(moving), an_order()
    take = make_take(engine, order, store)
    assert (engine.seeds, take.tries, take.flags) == ([order.request.seed], 1, ("a note",))


def test_a_bad_take_is_made_again_with_the_next_seed(store: MediaStore[Take]) -> None:
    engine, order = Dreams(black, no_numbers, moving), an_order()
    shares: list[Fraction] = []
    take = make_take(engine, order, store, progress=shares.append)
    seed = order.request.seed
    assert engine.seeds == [seed, seed + 1, seed + 2]
    assert (take.seed, take.tries, take.flags) == (seed + 2, 3, ("a note",))
    assert store.verified(order.key) == take
    assert shares == sorted(shares)
    assert sorted(path.name for path in store.folder.iterdir()) == sorted(
        f"{order.key}{suffix}" for suffix in (".jpg", ".json", ".mp4")
    )


def test_the_best_of_three_bad_ones_is_kept_and_flagged(store: MediaStore[Take]) -> None:
    engine, order = Dreams(black, frozen, black), an_order()
    take = make_take(engine, order, store)
    assert (take.seed, take.tries) == (order.request.seed + 1, 3)
    assert take.flags[0].startswith("frozen: 100%")
    assert store.find(order.key) == take


def test_three_without_a_picture_are_enough(store: MediaStore[Take]) -> None:
    engine = Dreams(no_numbers)
    with pytest.raises(TakesSpent, match=r"^shot c01-s01-h001: no numbers, with each of 3 seeds"):
        make_take(engine, an_order(), store)
    assert len(engine.seeds) == 3
    assert list(store.folder.iterdir()) == []


def test_cards_may_stand_still(store: MediaStore[Take]) -> None:
    engine = Dreams(frozen)
    assert make_take(engine, an_order(scene("title")), store).flags == ("a note",)
    assert len(engine.seeds) == 1


def test_an_engine_that_knows_what_it_draws_is_not_judged(store: MediaStore[Take]) -> None:
    engine = Dreams(frozen)
    engine.capabilities = VideoCapabilities()
    assert make_take(engine, an_order(), store).tries == 1
    assert len(engine.seeds) == 1


class Knowing(Dreams):
    """Dreams that know how like a portrait each try is."""

    capabilities = VideoCapabilities(fallible=True, identity_floor=0.5)

    def __init__(self, draws: list[Draw], scores: list[float]) -> None:
        super().__init__(*draws)
        self._scores = scores

    def likeness(self, frames: Sequence[NDArray[np.uint8]], portrait: NDArray[np.uint8]) -> float:
        assert len(frames) == 5
        return self._scores[len(self.seeds) - 1]


def with_portrait(folder: Path) -> TakeOrder:
    path = folder / "anna.png"
    cv2.imwrite(str(path), np.zeros((16, 16, 3), np.uint8))
    return an_order().changed(portraits=(PortraitGiven(who="anna", path=str(path), sha256=sha256_of(path)),))


def test_who_is_not_who_was_meant_is_drawn_again(store: MediaStore[Take], tmp_path: Path) -> None:
    engine, order = Knowing([moving], [0.2, 0.7, 0.9]), with_portrait(tmp_path)
    take = make_take(engine, order, store)
    assert (len(engine.seeds), take.tries, take.flags) == (2, 2, ("a note",))
    assert [(one.who, one.score) for one in take.likeness] == [("anna", 0.7)]


def test_of_three_strangers_the_likest_is_kept_and_flagged(store: MediaStore[Take], tmp_path: Path) -> None:
    take = make_take(Knowing([moving], [0.2, 0.4, 0.3]), with_portrait(tmp_path), store)
    assert take.tries == 3
    assert take.flags[0] == "identity: anna is 0.40 like the portrait, 0.50 is the least"
    assert take.likeness[0].score == 0.4


def test_a_stranger_in_a_moving_picture_is_better_than_a_black_one(store: MediaStore[Take], tmp_path: Path) -> None:
    take = make_take(Knowing([black, moving, black], [0.2, 0.2, 0.2]), with_portrait(tmp_path), store)
    assert [flag.split(":")[0] for flag in take.flags] == ["identity", "a note"]


@given(score=st.floats(0, 1), floor=st.floats(0, 0.99))
def test_below_the_floor_is_worse_the_farther_below(score: float, floor: float) -> None:
    plain = Verdict((), 0.0)
    verdict = with_likeness(plain, [Likeness(who="anna", score=score)], floor)
    assert bool(verdict.faults) == (score < floor) == (verdict.badness > 0)
    lower = with_likeness(plain, [Likeness(who="anna", score=score / 2)], floor)
    assert lower.badness >= verdict.badness
