"""What every VideoEngine must do, whichever engine it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import IdentityEngine, RenderRequest, VideoEngine, never_cancelled, no_progress
from bookfilm.errors import RenderCancelled
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.shots import Picture, Setting
from bookfilm.records.time import FrameRate
from tests.picture.diffusion.asking import QUAY, WOOD
from tests.picture.diffusion.conftest import checkpoint, engine_of
from tests.picture.remote.conftest import remote_of
from tests.picture.remote.video_server import VideosServer

__all__ = ["checkpoint", "engine_of", "remote_of"]
ENGINES = ("shadow", "diffusers", "diffusers, two in a call", "remote")
CARD = Picture(kind="chapter", setting=Setting(kind="sea", hour="night"), card=("CHAPTER I", "The Wall"))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[VideoEngine]:
    if request.param == "shadow":
        yield ShadowEngine()
    elif request.param.startswith("diffusers"):
        built: Callable[..., VideoEngine] = request.getfixturevalue("engine_of")
        yield built(speed={"batch": 2}) if "two" in request.param else built()
    else:
        with VideosServer() as server:
            yield request.getfixturevalue("remote_of")(server)


def asked(picture: Picture = QUAY, frames: int = 5, **more: object) -> RenderRequest:
    told = {"width": 160, "height": 128, "rate": FrameRate(), "style": "lantern", "seed": 5} | more
    return RenderRequest.model_validate({"picture": picture, "frames": frames, **told})


def drawn(engine: VideoEngine, request: RenderRequest) -> NDArray[np.uint8]:
    clip = engine.render(request, no_progress, never_cancelled)
    assert (clip.width, clip.height, clip.rate, clip.frames) == (
        request.width,
        request.height,
        request.rate,
        request.frames,
    )
    frames = [frame.copy() for frame in clip.pixels]
    assert len(frames) == request.frames
    for frame in frames:
        assert frame.dtype == np.uint8
        assert frame.shape in [(request.height, request.width, channels) for channels in (3, 4)]
    return np.stack(frames)


@pytest.mark.parametrize(
    ("width", "height", "rate", "frames"), [(160, 128, 24, 5), (128, 160, 25, 1), (192, 128, 8, 3)]
)
def test_it_gives_the_size_the_rate_and_the_frames_that_were_asked_for(
    engine: VideoEngine, width: int, height: int, rate: int, frames: int
) -> None:
    pixels = drawn(engine, asked(frames=frames, width=width, height=height, rate=FrameRate(num=rate)))
    assert pixels.std() > 1


def test_one_shot_leaves_nothing_for_the_next(engine: VideoEngine) -> None:
    first = drawn(engine, asked())
    assert not np.array_equal(drawn(engine, asked(WOOD)), first)
    assert np.array_equal(drawn(engine, asked()), first)


def test_as_many_as_it_says_can_be_asked_of_it_at_once(engine: VideoEngine) -> None:
    """Each is what it is alone, but for the last digit of a model that makes several in a call."""
    requests = [asked(), asked(WOOD)][: engine.capabilities.at_once]
    with ThreadPoolExecutor(len(requests)) as threads:
        made = list(threads.map(lambda request: drawn(engine, request), requests))
    for pixels, request in zip(made, requests, strict=True):
        assert np.abs(pixels.astype(np.int16) - drawn(engine, request)).mean() < 0.05


def test_who_names_a_floor_can_say_how_like_somebody_is(engine: VideoEngine) -> None:
    floor = engine.capabilities.identity_floor
    assert floor is None or (0 <= floor < 1 and isinstance(engine, IdentityEngine))
    if isinstance(engine, IdentityEngine):
        frame = np.full((128, 160, 3), 9, np.uint8)
        assert 0 <= engine.likeness([frame], frame) <= 1


def test_progress_never_falls_and_reaches_its_end(engine: VideoEngine) -> None:
    shares: list[Fraction] = []
    list(engine.render(asked(), shares.append, never_cancelled).pixels)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert shares[0] > 0


def test_it_stops_when_it_is_told_to(engine: VideoEngine) -> None:
    shares: list[Fraction] = []
    with pytest.raises(RenderCancelled):
        list(engine.render(asked(), shares.append, lambda: len(shares) >= 2).pixels)
    assert len(shares) == 2


def test_a_card_is_drawn(engine: VideoEngine) -> None:
    assert drawn(engine, asked(CARD, frames=2)).std() > 1


def test_its_name_and_revision_can_be_part_of_a_key(engine: VideoEngine) -> None:
    assert engine.name.isidentifier()
    assert engine.revision
    assert len(engine.revision) < 40
    assert engine.capabilities == engine.capabilities
