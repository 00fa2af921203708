"""The weights that come with the package: small, loaded as any model's are, and of use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bookfilm.engines.protocols import VideoEngine
from bookfilm.picture.diffusion.engine import DiffusersEngine
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.tiny.captions import PLACE_GROUPS
from bookfilm.records.shots import Picture, Setting
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
