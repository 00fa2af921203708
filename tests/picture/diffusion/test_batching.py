"""Shots that are made in one call: who goes with whom, who stops alone, and what is as it would be one by one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bookfilm.engines.protocols import RenderRequest, never_cancelled, no_progress
from bookfilm.errors import EngineError, RenderCancelled, SettingsError, TakeRejected
from bookfilm.picture.diffusion import batching
from bookfilm.picture.diffusion.batching import Batches, ClipAsked, Made, NotTogether, Watching
from bookfilm.picture.diffusion.caches import SEES_THE_WHOLE_CALL
from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of
from bookfilm.picture.diffusion.joining import Pixels
from bookfilm.picture.diffusion.profile import load_profile, profile_names
from bookfilm.picture.diffusion.switches import check_switches
from bookfilm.records.shots import Picture
from tests.picture.diffusion.asking import QUAY, WOOD, asked, drawn
from tests.picture.diffusion.test_economies import Full
from tests.picture.diffusion.test_engine import CACHES

MakeEngine = Callable[..., DiffusersEngine]
STILL = np.zeros((8, 8, 3), np.uint8)


def wanted(seed: int, frames: int = 9, first: Pixels | None = None) -> ClipAsked:
    return ClipAsked(f"shot {seed}", 16, 16, frames, seed, first)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a call wait for the others, however slow this machine is."""
    monkeypatch.setattr(batching, "WAIT_S", 3.0)


class Watched:
    """Counts steps, and says stop after so many."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.steps, self.clips, self._stop_after = 0, 0, stop_after

    def check(self) -> None:
        if self._stop_after is not None and self.steps >= self._stop_after:
            raise RenderCancelled("asked to stop", subject="test")

    def stepped(self) -> None:
        self.steps += 1
        self.check()

    def mark(self) -> Callable[[], None]:
        steps = self.steps
        return lambda: setattr(self, "steps", steps)

    def made_of(self, clips: int) -> None:
        self.clips = clips


class Maker:
    """Makes clips that show their seed, in so many steps, once it is let; `too_many` are not made together."""

    def __init__(self, steps: int = 4, too_many: int = 99, bad: int | None = None) -> None:
        self.calls = list[list[int]]()
        self.let = threading.Event()
        self._steps, self._too_many, self._bad = steps, too_many, bad

    def __call__(self, clips: Sequence[ClipAsked], watch: Watching) -> Sequence[Made]:
        back = watch.mark()
        self.calls.append([one.seed for one in clips])
        assert self.let.wait(20)
        for step in range(self._steps):
            if len(clips) >= self._too_many and step == 1:
                back()
                raise NotTogether
            watch.check()
            watch.stepped()
        return [
            TakeRejected("no numbers") if one.seed == self._bad else np.full((1, 2, 2, 3), one.seed, np.uint8)
            for one in clips
        ]


def together(maker: Maker, most: int, *clips: tuple[ClipAsked, Watched]) -> list[Future[Pixels]]:
    """Ask for all of `clips`, in this order, from a thread each; wait until each has its clip or its error."""
    batches = Batches(maker, most)
    with ThreadPoolExecutor(len(clips)) as threads:
        asked_for = []
        for number, (clip, watch) in enumerate(clips):
            asked_for.append(threads.submit(batches.clip, clip, watch))
            while not asked_for[-1].done() and len(batches._waiting) + sum(map(len, maker.calls)) <= number:
                time.sleep(0.002)
        maker.let.set()
    return asked_for


def seeds(made: Sequence[Future[Pixels]]) -> list[int]:
    return [int(one.result()[0, 0, 0, 0]) for one in made]


def test_clips_of_one_kind_share_a_call_and_each_has_its_own() -> None:
    maker, watches = Maker(), [Watched() for _ in range(5)]
    clips = [wanted(1), wanted(2), wanted(3, frames=17), wanted(4), wanted(5, first=STILL)]
    made = together(maker, 2, *zip(clips, watches, strict=True))
    assert seeds(made) == [1, 2, 3, 4, 5]
    assert sorted(map(sorted, maker.calls)) == [[1, 2], [3], [4], [5]]
    assert [one.clips for one in watches] == [2, 2, 1, 1, 1]
    assert {one.steps for one in watches} == {4}


def test_who_is_told_to_stop_leaves_at_once_and_the_other_stays() -> None:
    maker, stopped, other = Maker(steps=6), Watched(stop_after=2), Watched()
    first, second = together(maker, 2, (wanted(1), stopped), (wanted(2), other))
    with pytest.raises(RenderCancelled):
        first.result()
    assert seeds([second]) == [2]
    assert (stopped.steps, other.steps, maker.calls) == (2, 6, [[1, 2]])


def test_where_all_are_told_to_stop_the_call_ends() -> None:
    maker, watches = Maker(steps=50), [Watched(stop_after=2), Watched(stop_after=3)]
    made = together(maker, 2, *zip([wanted(1), wanted(2)], watches, strict=True))
    for one in made:
        with pytest.raises(RenderCancelled):
            one.result()
    assert [one.steps for one in watches] == [2, 3]


def test_who_waits_for_a_call_can_be_told_to_stop() -> None:
    maker, stopping = Maker(), threading.Event()
    batches = Batches(maker, 1)

    class Waiting(Watched):
        def check(self) -> None:
            if stopping.is_set():
                raise RenderCancelled("asked to stop", subject="test")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(batches.clip, wanted(1), Watched())
        while not maker.calls:
            time.sleep(0.002)
        second = threads.submit(batches.clip, wanted(2), Waiting())
        while not batches._waiting:
            time.sleep(0.002)
        stopping.set()
        with pytest.raises(RenderCancelled):
            second.result(5)
        maker.let.set()
        assert seeds([first]) == [1]
    assert maker.calls == [[1]]


def test_clips_that_do_not_go_together_are_made_in_fewer_and_stay_so() -> None:
    maker, watches = Maker(too_many=3), [Watched() for _ in range(8)]
    made = together(maker, 4, *((wanted(n), watch) for n, watch in enumerate(watches, 1)))
    assert seeds(made) == list(range(1, 9))
    assert maker.calls == [[1, 2, 3, 4], [1, 2], [3, 4], [5, 6], [7, 8]]
    assert {one.steps for one in watches} == {4}, "what was made twice is counted once"


def test_one_that_is_no_clip_is_that_ones_fault() -> None:
    first, second = together(Maker(bad=1), 2, (wanted(1), Watched()), (wanted(2), Watched()))
    with pytest.raises(TakeRejected):
        first.result()
    assert seeds([second]) == [2]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.tuples(st.sampled_from([9, 17]), st.booleans()), min_size=1, max_size=7), most=st.integers(2, 4)
)
def test_whatever_is_asked_for_each_gets_its_own(kinds: list[tuple[int, bool]], most: int) -> None:
    maker = Maker(steps=1)
    clips = [wanted(n, frames, STILL if begun else None) for n, (frames, begun) in enumerate(kinds, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batching, "WAIT_S", 0.01)
        made = together(maker, most, *((clip, Watched()) for clip in clips))
    assert seeds(made) == [clip.seed for clip in clips]
    by_seed = {clip.seed: clip for clip in clips}
    for call in maker.calls:
        assert len(call) <= most
        assert len(call) == 1 or all(by_seed[seed].goes_with(by_seed[call[0]]) for seed in call)


# --- real pipelines ---------------------------------------------------------------------------------------------------


def native(engine: DiffusersEngine, picture: Picture = QUAY, seed: int = 7) -> RenderRequest:
    """Return a request for a shot as the model makes it: nothing is conformed, which would magnify a last digit."""
    clip = engine._profile.clip
    (width, height), rate = clip.sizes[0], int(clip.rate.per_second)
    request = asked(picture, frames=clip.frames.least, seed=seed, rate=rate)
    return request.model_copy(update={"width": width, "height": height})


def check_alike(made: NDArray[np.uint8], alone: NDArray[np.uint8]) -> None:
    assert np.abs(made.astype(np.int16) - alone).max() <= 1
    assert (made != alone).mean() < 0.001


def drawn_together(engine: DiffusersEngine, *requests: RenderRequest) -> list[NDArray[np.uint8]]:
    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(lambda request: drawn(engine, request), requests))


BATCHED = [name for name in profile_names() if not load_profile(name).features.needs_first]


@pytest.mark.parametrize("profile", BATCHED)
def test_two_shots_in_a_call_are_what_they_are_alone_but_for_the_last_digit(
    profile: str, engine_of: MakeEngine
) -> None:
    engine, alone = engine_of(profile, speed={"batch": 2}), engine_of(profile)
    first, other = native(engine), native(engine, WOOD, 3)
    clips = [engine.render(request, no_progress, never_cancelled) for request in (first, other)]
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda clip: np.stack([frame.copy() for frame in clip.pixels]), clips))
    assert [clip.batch() for clip in clips] == [2, 2]
    for pixels, request in zip(made, (first, other), strict=True):
        check_alike(pixels, drawn(alone, request))
    assert not np.array_equal(*made)


@pytest.mark.parametrize(
    "cache", [name for name, (_, told) in CACHES.items() if told["kind"] not in SEES_THE_WHOLE_CALL]
)
def test_a_cache_keeps_nothing_for_the_next_call(cache: str, engine_of: MakeEngine) -> None:
    profile, told = CACHES[cache]
    engine = engine_of(profile, steps=8, speed={"cache": told, "batch": 2})
    # A shot beside itself: the last digit hangs on where in the call it stands, and who comes first is chance.
    first, other = asked(frames=6), asked(WOOD, frames=5, seed=3)
    before = drawn_together(engine, first, first)
    drawn_together(engine, other, other)
    drawn(engine, other)
    again = drawn_together(engine, first, first)
    assert sorted(map(np.ndarray.tobytes, again)) == sorted(map(np.ndarray.tobytes, before))


@pytest.mark.parametrize("kind", sorted(SEES_THE_WHOLE_CALL))
def test_a_cache_that_looks_at_the_whole_call_is_refused(kind: str) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    speed = {"batch": 2, "cache": {"kind": kind, "threshold": 0.1}}
    profile = profile_of({"profile": "tiny", "speed": speed})
    (said,) = check_switches(profile)
    assert said.startswith(f"speed.batch: {kind} looks at all clips of a call together")
    with pytest.raises(SettingsError, match=r"profile tiny: speed\.batch"):
        DiffusersEngine(profile="tiny", device="cpu", speed=speed)


@pytest.mark.parametrize("profile", ["wan2.2-t2v-a14b", "tiny"])
def test_one_of_two_stops_within_a_step(profile: str, engine_of: MakeEngine) -> None:
    engine = engine_of(profile, steps=6, speed={"batch": 2})
    shares: list[Fraction] = []

    def stopped() -> int:
        with pytest.raises(RenderCancelled):
            list(engine.render(native(engine, WOOD, 3), shares.append, lambda: len(shares) >= 2).pixels)
        return len(shares)

    with ThreadPoolExecutor(2) as threads:
        steps, kept = threads.submit(stopped), threads.submit(drawn, engine, native(engine))
        assert steps.result() == 2
        whole = kept.result()
    check_alike(whole, drawn(engine_of(profile, steps=6), native(engine)))


def test_memory_that_does_not_suffice_for_two_suffices_for_one(engine_of: MakeEngine) -> None:
    engine, alone = engine_of(speed={"batch": 2}), engine_of()
    full = Full(engine, at=2, times=1)
    made = drawn_together(engine, asked(), asked(WOOD, seed=3))
    for pixels, request in zip(made, (asked(), asked(WOOD, seed=3)), strict=True):
        assert np.array_equal(pixels, drawn(alone, request))
    assert full.calls == 2 + 2 * 6, "no switch was thrown: one clip a call is enough"


def test_a_pipeline_that_cannot_makes_them_one_by_one(engine_of: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, alone = engine_of(speed={"batch": 2}), engine_of()
    requests = (asked(), asked(WOOD, seed=3))
    whole = engine._sampler._called

    def for_one(clips: Sequence[ClipAsked], watch: Watching) -> list[Made]:
        if len(clips) > 1:
            raise EngineError("RuntimeError: output with shape [2, 1] doesn't match", subject="profile")
        return whole(clips, watch)

    monkeypatch.setattr(engine._sampler, "_called", for_one)
    for pixels, request in zip(drawn_together(engine, *requests), requests, strict=True):
        assert np.array_equal(pixels, drawn(alone, request))


def test_how_many_are_made_at_once_is_told_to_who_sends(engine_of: MakeEngine) -> None:
    assert engine_of().capabilities.at_once == 1
    engine = engine_of(speed={"batch": 3})
    assert engine.capabilities.at_once == 3
    assert not engine.capabilities.deterministic
    assert engine.revision != engine_of().revision
    assert engine_of(speed={"batch": 1}).revision == engine_of().revision
    card: dict[str, Any] = {"kind": "title", "card": ("THE TIDE TABLE",)}
    titles = [asked(QUAY.changed(**card), frames=2), asked(QUAY.changed(**card), frames=3)]
    assert [len(pixels) for pixels in drawn_together(engine, *titles)] == [2, 3]
