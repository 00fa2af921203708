"""The weights that come with the package: small, loaded as any model's are, and of use."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from bookfilm.engines.protocols import VideoEngine
from bookfilm.picture.diffusion.engine import DiffusersEngine
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.tiny.captions import PLACE_GROUPS
from bookfilm.records.shots import Picture, Setting
from bookfilm.store.media import sha256_of
from tests.picture.diffusion.asking import asked, drawn

pytest.importorskip("torch", reason="the extra diffusion is not installed")
pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
FOLDER = Path(load_profile("tiny").model.id)


@pytest.fixture(scope="module")
def engine() -> DiffusersEngine:
    return DiffusersEngine(profile="tiny", device="cpu", threads=1, steps=12)


def test_they_are_small_and_have_their_card() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) < 25_000_000
    card = (FOLDER / "README.md").read_text(encoding="utf8")
    assert all(place in card for place in PLACE_GROUPS)


def shown(engine: VideoEngine, place: str, hour: str) -> np.ndarray:
    picture = Picture(setting=Setting.model_validate({"kind": place, "hour": hour}), size="wide")
    request = asked(picture, frames=4, width=192, height=108, style="lantern")
    return drawn(engine, request)[..., :3].astype(np.float64)


@pytest.mark.parametrize("place", ["forest", "street", "sea"])
def test_each_hour_has_the_colours_of_what_it_was_learnt_from(place: str, engine: DiffusersEngine) -> None:
    hours = ("noon", "night")
    learnt, drawn_by_hand = (
        {hour: shown(by, place, hour).mean((0, 1, 2)) for hour in hours} for by in (engine, ShadowEngine())
    )
    assert learnt["night"].mean() < learnt["noon"].mean()
    for hour, other in (hours, hours[::-1]):
        near, far = (np.abs(learnt[hour] - drawn_by_hand[which]).sum() for which in (hour, other))
        assert near < 0.75 * far, (hour, near, far)


def test_the_same_seed_gives_the_same_bytes(engine: DiffusersEngine) -> None:
    assert np.array_equal(shown(engine, "cave", "dusk"), shown(engine, "cave", "dusk"))


def test_a_clip_begins_and_ends_with_the_pictures_that_it_is_given(engine: DiffusersEngine, tmp_path: Path) -> None:
    """Though it was not trained to; and what is between is no mere cross-fade."""
    picture = Picture(setting=Setting(kind="forest", hour="night"), size="wide", camera="pan_right")
    own = drawn(engine, asked(picture, frames=8, width=96, height=56, rate=4, style="lantern", seed=1))[..., :3]
    ends = []
    for name, frame in (("first", own[0]), ("last", own[4])):
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.ascontiguousarray(frame[..., ::-1]))
        ends.append((str(tmp_path / f"{name}.png"), sha256_of(tmp_path / f"{name}.png")))
    request = asked(picture, frames=8, width=96, height=56, rate=4, style="lantern", seed=9)
    free = drawn(engine, request).astype(np.int16)
    held = drawn(engine, request.changed(first_frame=ends[0], last_frame=ends[1])).astype(np.int16)

    def apart(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.abs(a - b.astype(np.int16)).mean())

    # Another seed is another forest.
    assert apart(held[0], own[0]) < 0.3 * apart(free[0], own[0])
    assert apart(held[-1], own[4]) < 0.3 * apart(free[-1], own[4])
    steps = [apart(held[at], held[at + 1]) for at in range(7)]
    assert max(steps) < 3 * min(steps), steps


def test_a_filled_shot_has_no_larger_steps_at_its_joins() -> None:
    engine = DiffusersEngine(profile="tiny", device="cpu", threads=1, steps=8, longer="fill")
    picture = Picture(setting=Setting(kind="forest", hour="noon"), size="wide", camera="pan_left")
    shot = drawn(engine, asked(picture, frames=22, width=96, height=56, rate=4, style="lantern")).astype(np.int16)
    steps = np.abs(np.diff(shot, axis=0)).mean(axis=(1, 2, 3))
    joins = [6, 7, 13, 14]
    assert steps[joins].mean() <= np.delete(steps, joins).mean()
