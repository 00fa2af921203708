"""The engine's contract: frames, sizes, progress, cancelling, determinism, refusals."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from bookfilm.engines.protocols import KeyframeEngine, KeyframeRequest, never_cancelled, no_progress
from bookfilm.errors import EngineError, RenderCancelled
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.shadow.backdrop import SET_CACHE_BYTES, SetCache
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.stylesheets import STYLE_NAMES
from bookfilm.records.styles import StyleSheet
from bookfilm.records.time import FrameRate
from tests.picture.shadow.shots_for_tests import GIRL, OFFICER, digest, frames_of, person, picture, request, spoken

TWO = (person("anna", mark=34), person("oleg", OFFICER, mark=66, facing="left"))


@pytest.fixture(scope="module")
def engine() -> ShadowEngine:
    return ShadowEngine()


@pytest.mark.parametrize(
    ("width", "height", "frames", "rate"),
    [(320, 180, 3, FrameRate(num=24)), (640, 360, 1, FrameRate(num=30000, den=1001)), (180, 320, 2, FrameRate(num=60))],
)
def test_yields_what_is_asked_for(engine: ShadowEngine, width: int, height: int, frames: int, rate: FrameRate) -> None:
    clip = engine.render(
        request(picture("street", "dusk", *TWO), width=width, height=height, frames=frames, rate=rate),
        no_progress, never_cancelled,
    )  # fmt: skip
    seen = [frame.copy() for frame in clip.pixels]
    assert (clip.width, clip.height, clip.frames, clip.rate) == (width, height, frames, rate)
    assert len(seen) == frames
    for frame in seen:
        assert frame.shape == (height, width, 4) and frame.dtype == np.uint8
        assert (frame[:, :, 3] == 255).all()


def test_progress_never_falls_and_ends_at_one(engine: ShadowEngine) -> None:
    told: list[Fraction] = []
    clip = engine.render(request(picture(), frames=5), told.append, never_cancelled)
    assert sum(1 for _ in clip.pixels) == 5
    assert told == sorted(told) and told[-1] == 1 and len(told) == 5


def test_cancelling_is_heard_before_every_frame(engine: ShadowEngine) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    seen = 0
    with pytest.raises(RenderCancelled):
        for _ in engine.render(request(picture(), frames=50), no_progress, cancelled).pixels:
            seen += 1
    assert seen == 3


@pytest.mark.parametrize("fields", [{"style": "oils"}, {"width": 8}, {"frames": 0}])
def test_refuses_what_it_cannot_draw(engine: ShadowEngine, fields: dict[str, object]) -> None:
    asked = request(picture(), frames=1).model_copy(update=fields)
    with pytest.raises(EngineError) as caught:
        engine.render(asked, no_progress, never_cancelled)
    if "style" in fields:
        assert "lantern" in str(caught.value) and "sepia" in str(caught.value)


def test_styles_differ(engine: ShadowEngine) -> None:
    drawn = [
        frames_of(engine, request(picture("forest", "noon", *TWO), frames=1, style=style))[0] for style in STYLE_NAMES
    ]
    for one, other in combinations(drawn, 2):
        assert np.abs(one.astype(int) - other).mean() > 3


def test_a_style_of_the_authors_own_is_drawn(engine: ShadowEngine) -> None:
    sheet = StyleSheet(colours=(("ink", "#c01010"), ("near", "#c01010")), keep=0.0)
    plain = request(picture("forest", "noon", *TWO), frames=1)
    red, grey = (frames_of(engine, plain.changed(sheet=s))[0] for s in (sheet, StyleSheet(keep=0.0)))
    assert (red[..., 0].astype(int) - red[..., 1] > 100).mean() > 0.02
    assert np.abs(grey[..., 0].astype(int) - grey[..., 2]).max() < 12


def test_the_same_request_gives_the_same_pixels_in_any_order() -> None:
    first = request(
        picture("street", "dusk", *TWO, weather="rain", crowd=4), frames=6, voices=(spoken("anna", *[200] * 6),)
    )
    second = request(picture("study", "night", *TWO, size="medium", camera="push"), frames=3)
    engine = ShadowEngine()
    before, _, after = frames_of(engine, first), frames_of(engine, second), frames_of(engine, first)
    assert digest(before) == digest(after)
    assert digest(frames_of(ShadowEngine(), first)) == digest(before)


def test_a_renderer_keeps_two_sets_of_the_default_size_and_not_all_that_a_long_film_has() -> None:
    cache, frame, style = SetCache(), Frame(1280, 720), StyleSheet()
    settings = [picture(kind).setting for kind in ("forest", "kitchen", "street", "harbour")]
    for setting in settings:
        scene = cache.get(setting, style, frame)
        assert cache.get(setting, style, frame) is scene
        assert cache.nbytes <= SET_CACHE_BYTES == 50 << 20
    kept = cache.get(settings[-2], style, frame)
    cache.get(settings[-1], style, frame)
    assert cache.get(settings[-2], style, frame) is kept, "an exchange between two places cuts each once"


def test_two_threads_draw_what_one_does(engine: ShadowEngine) -> None:
    asked = [request(picture(kind, "dusk", *TWO), frames=4) for kind in ("forest", "kitchen")]
    alone = [digest(frames_of(engine, one)) for one in asked]
    together: dict[int, str] = {}

    def draw(i: int) -> None:
        together[i] = digest(frames_of(ShadowEngine(), asked[i]))

    threads = [threading.Thread(target=draw, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[0], together[1]] == alone


_PROGRAM = """
from tests.picture.shadow.shots_for_tests import digest, frames_of, person, picture, request
from bookfilm.picture.shadow import ShadowEngine
asked = request(picture("garden", "morning", person("anna", mark=40), weather="wind"), frames=3)
print(digest(frames_of(ShadowEngine(), asked)))
"""


def test_another_process_draws_the_same(engine: ShadowEngine) -> None:
    asked = request(picture("garden", "morning", person("anna", mark=40), weather="wind"), frames=3)
    root = Path(__file__).resolve().parents[3]
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM], cwd=root, capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "77", "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert told.stdout.strip() == digest(frames_of(engine, asked))


def test_names_and_words_decide_no_pixels(engine: ShadowEngine) -> None:
    plain = picture("castle", "night", person("anna", GIRL, mark=40))
    worded = plain.changed(action="She waits.", setting=plain.setting.changed(name="Elsinore"))
    assert digest(frames_of(engine, request(plain, frames=2))) == digest(frames_of(engine, request(worded, frames=2)))


def test_fades_come_out_of_the_dark_and_go_into_it(engine: ShadowEngine) -> None:
    shown = frames_of(engine, request(picture("field", "noon", fade_in=True, fade_out=True), frames=48))
    light = [float(frame[:, :, :3].mean()) for frame in shown]
    assert light[0] < 0.1 * light[24] and light[-1] < 0.1 * light[24]
    assert all(a <= b + 1 for a, b in itertools.pairwise(light[:13]))
    assert abs(light[12] - light[35]) < 3


def test_a_keyframe_is_rgb_and_without_fade(engine: ShadowEngine) -> None:
    assert isinstance(engine, KeyframeEngine)
    shot = picture("field", "noon", *TWO, fade_in=True)
    first = engine.keyframe(KeyframeRequest(picture=shot, width=320, height=180, style="lantern"), never_cancelled)
    last = engine.keyframe(
        KeyframeRequest(picture=shot, width=320, height=180, style="lantern", at=Fraction(1)), never_cancelled
    )
    assert first.shape == last.shape == (180, 320, 3) and first.dtype == np.uint8
    assert first.mean() > 60 and (first != last).any()
    with pytest.raises(RenderCancelled):
        engine.keyframe(KeyframeRequest(picture=shot, width=320, height=180, style="lantern"), lambda: True)


def test_cameras_move_all_but_one(engine: ShadowEngine) -> None:
    still = frames_of(engine, request(picture("street", "noon"), frames=24))
    grain = np.abs(still[0].astype(int) - still[-1]).mean()
    for camera in ("push", "pull", "pan_left", "pan_right", "tilt_up", "tilt_down", "follow"):
        moved = frames_of(engine, request(picture("street", "noon", camera=camera), frames=24))
        assert np.abs(moved[0].astype(int) - moved[-1]).mean() > grain + 2, camera
        assert (moved[0][:, :, :3].reshape(-1, 3).max(axis=0) > 0).all()


@pytest.mark.parametrize(
    ("weather", "camera", "alike"), [("clear", "static", True), ("rain", "static", False), ("clear", "push", False)]
)
def test_figures_are_drawn_on_twos(engine: ShadowEngine, weather: str, camera: str, alike: bool) -> None:
    shot = picture("street", "noon", *TWO, weather=weather, camera=camera)
    first, second, third = frames_of(engine, request(shot, frames=3, voices=(spoken("anna", 0, 90, 255),)))
    assert (first == second).all() == alike
    assert (second != third).any()
