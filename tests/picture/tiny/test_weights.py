"""The weights that come with the package: small, loaded as any model's are, and of use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bookfilm.picture.diffusion.engine import DiffusersEngine
from bookfilm.picture.diffusion.profile import load_profile
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


def shown(engine: DiffusersEngine, place: str, hour: str) -> np.ndarray:
    picture = Picture(setting=Setting.model_validate({"kind": place, "hour": hour}), size="wide")
    return drawn(engine, asked(picture, frames=4, width=192, height=108)).astype(np.float64)


@pytest.mark.parametrize("place", ["forest", "street", "sea"])
def test_night_is_blue_and_has_lost_the_warm_light_of_noon(place: str, engine: DiffusersEngine) -> None:
    """The shadow theatre's own nights have 0.52 to 0.61 of their noons' red in these places, under a full moon."""
    noon, night = (shown(engine, place, hour).mean((0, 1, 2)) for hour in ("noon", "night"))
    assert night[0] < 0.7 * noon[0]
    assert night[2] > night[0]
    assert noon[0] > noon[2]


def test_the_same_seed_gives_the_same_bytes(engine: DiffusersEngine) -> None:
    assert np.array_equal(shown(engine, "cave", "dusk"), shown(engine, "cave", "dusk"))
