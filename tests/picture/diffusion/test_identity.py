"""Takes held to their portraits by a vision transformer: real ones, small and random, written to disk and loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import IdentityEngine, PortraitRequest, never_cancelled
from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of
from bookfilm.picture.diffusion.identity import PatchDescriptor, descriptor_of, squares_of
from bookfilm.picture.diffusion.needs import Machine, need_of
from bookfilm.picture.diffusion.tables import Identity
from bookfilm.picture.identity import outline_likeness
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.bible import Look

MakeEngine = Callable[..., DiffusersEngine]
GIRL = Look(sex="female", age="young", hair="long", dress="bell_skirt", features=9)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module", params=["dinov2", "clip", "siglip"])
def seer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small random model that sees, as its real ones are saved."""
    torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
    transformers = pytest.importorskip("transformers", reason="the extra diffusion is not installed")
    torch.manual_seed(4)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 56, "patch_size": 7}
    size: dict[str, Any] = {"size": {"height": 56, "width": 56}, "do_center_crop": False}
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "dinov2":
        model = transformers.Dinov2Model(transformers.Dinov2Config(**small, mlp_ratio=2))
        processor = transformers.BitImageProcessor(**size, do_resize=True, resample=3)
    elif request.param == "clip":
        vision = {**small, "intermediate_size": 48, "projection_dim": 16}
        text = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
        model = transformers.CLIPModel(transformers.CLIPConfig(vision_config=vision, text_config=text))
        processor = transformers.CLIPImageProcessor(**size)
    else:
        model = transformers.SiglipVisionModel(transformers.SiglipVisionConfig(**small, intermediate_size=48))
        processor = transformers.SiglipImageProcessor(**size)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def portrait() -> NDArray[np.uint8]:
    request = PortraitRequest(look=GIRL, width=56, height=56, style="lantern")
    return ShadowEngine().portrait(request, never_cancelled)


def test_who_is_in_the_frame_is_found_wherever_they_stand(seer: Path) -> None:
    descriptor = PatchDescriptor(Identity(descriptor="model", id=str(seer)), "mine", "cpu")
    noise = np.random.default_rng(1).integers(0, 255, (56, 168, 3), dtype=np.uint8)
    scores = []
    for at in (0, 56, 112):
        frame = noise.copy()
        frame[:, at : at + 56] = portrait()
        scores.append(descriptor.likeness([frame], portrait()))
    without = descriptor.likeness([noise], portrait())
    assert min(scores) == pytest.approx(1, abs=1e-3)
    assert 0 <= without < min(scores)
    # In the middle of the frames: one bad moment is no bad take.
    frame = noise.copy()
    frame[:, :56] = portrait()
    assert descriptor.likeness([frame, noise, frame], portrait()) == pytest.approx(1, abs=1e-3)
    assert descriptor.likeness([noise], portrait()) == without


@pytest.mark.parametrize("shape", [(90, 160), (160, 90), (64, 64), (50, 300)])
def test_squares_cover_the_frame(shape: tuple[int, int]) -> None:
    frame = np.random.default_rng(1).integers(0, 255, (*shape, 3), dtype=np.uint8)
    squares = squares_of(frame)
    assert {square.shape for square in squares} == {(min(shape), min(shape), 3)}
    assert np.array_equal(squares[0][0, 0], frame[0, 0])
    assert np.array_equal(squares[-1][-1, -1], frame[-1, -1])


def test_an_engine_says_so_and_can(engine_of: MakeEngine) -> None:
    plain, engine = engine_of(), engine_of(identity={"descriptor": "outline", "floor": 0.3})
    assert plain.capabilities.identity_floor is None
    assert engine.capabilities.identity_floor == 0.3
    assert plain.revision != engine.revision
    assert isinstance(engine, IdentityEngine)
    frames = [np.full((60, 100, 3), 200, np.uint8)]
    assert engine.likeness(frames, portrait()) == outline_likeness(frames, portrait())


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"descriptor": "model"}, r"identity\.id names the model"),
        ({"descriptor": "outline", "id": "org/seer"}, r"identity\.id names the model"),
        ({"descriptor": "model", "id": "org/seer"}, r"identity\.revision: weights of a hub are pinned"),
        ({"floor": 0.4}, r"identity\.floor: without a descriptor nothing is scored"),
        ({"descriptor": "outline", "floor": 1.0}, r"identity\.floor"),
        ({"descriptor": "nose"}, r"identity\.descriptor"),
    ],
)
def test_a_mistake_is_named(told: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        profile_of({"profile": "tiny", "identity": told})


def test_weights_that_are_not_here_are_named_with_what_to_type(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="the extra diffusion is not installed")
    machine = Machine(missing=(), gpus=(80.0,), memory_gib=200, disk_gib=500)
    told = {"descriptor": "model", "id": "no-such-org/seer", "revision": COMMIT}
    profile = profile_of({"profile": "tiny", "identity": told})
    fetch = f"hf download no-such-org/seer --revision {COMMIT}"
    assert any(fetch in lack for lack in need_of(profile, machine).lacks)
    empty = profile.changed(identity=Identity(descriptor="model", id=str(tmp_path)))
    with pytest.raises(EngineUnavailable, match=r"^profile tiny: identity\.id: .* does not load"):
        descriptor_of(empty, "cpu")


def test_a_profile_without_the_table_keeps_its_keys() -> None:
    assert profile_of({"profile": "tiny"}).digest() == profile_of({"profile": "tiny", "identity": {}}).digest()
