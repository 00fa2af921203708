"""The key of a diffusion take: every setting that decides pixels is in it, by the revision, and no other is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bookfilm.picture.diffusion.engine import DiffusersEngine, capabilities_of, profile_of, revision_of
from bookfilm.picture.diffusion.loading import folder_digest
from bookfilm.picture.diffusion.settings import DiffusionSettings
from bookfilm.picture.requests import EngineFacts, order_take
from bookfilm.records.shots import Shot
from bookfilm.settings import Encoding, PictureSettings
from tests.picture.diffusion.asking import QUAY

MakeEngine = Callable[..., DiffusersEngine]
SHOT = Shot(id="c01-s01-h001", scene="c01-s01", chapter=0, picture=QUAY, hold_ms=500, reason="she walks")
DECIDES: dict[str, dict[str, Any]] = {
    "profile": {"profile": "wan2.2-t2v-a14b"},
    "size": {"size": "96x32"},
    "most_frames": {"most_frames": 13},
    "steps": {"steps": 4},
    "longer": {"longer": "loop"},
    "dtype": {"dtype": "bfloat16"},
    "call": {"call": {"max_sequence_length": 64}},
    "speed": {"speed": {"vae_tiling": True}},
    "identity": {"identity": {"descriptor": "outline"}},
    "adherence": {"adherence": {"id": "o/clip", "revision": "0" * 40}},
    "loras": {"loras": [{"id": "o/style", "revision": "0" * 40}]},
}
"""Of each setting that decides pixels, or which try is kept, another value than the small checkpoint has."""
NOT_OF_PIXELS: dict[str, dict[str, Any]] = {
    "device": {"device": "auto"},
    "threads": {"threads": 2},
    "text_cache_mib": {"text_cache_mib": 1},
}
SAME = {**NOT_OF_PIXELS, "slicing": {"speed": {"vae_slicing": True}}, "offload": {"speed": {"offload": "model"}}}


def key_of(told: dict[str, Any]) -> str:
    """Return the key of SHOT's take by an engine with the settings `told`: what it is asked of needs no weights."""
    capabilities = capabilities_of(profile_of(told), "cpu", {})
    revision = revision_of(profile_of(told), "9")
    facts = EngineFacts(name="diffusers", revision=revision, settings=told, capabilities=capabilities)
    return order_take(SHOT, 48, (), facts, PictureSettings(), Encoding()).key


@pytest.fixture
def told(checkpoint: Callable[[str], Path]) -> dict[str, Any]:
    folder = checkpoint("wan2.2-ti2v-5b")
    from tests.picture.diffusion.checkpoints import small

    return small("wan2.2-ti2v-5b", folder)


def test_there_is_no_setting_of_which_it_is_not_said_whether_it_decides_pixels() -> None:
    assert set(DiffusionSettings.model_fields) == set(DECIDES) | set(NOT_OF_PIXELS) | {"model"}


@pytest.mark.parametrize("change", DECIDES.values(), ids=DECIDES)
def test_what_decides_pixels_makes_another_take(change: dict[str, Any], told: dict[str, Any]) -> None:
    assert key_of(told | change) != key_of(told)


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_where_and_how_fast_it_is_made_makes_none(change: dict[str, Any], told: dict[str, Any]) -> None:
    assert key_of(told | change) == key_of(told)


def test_the_model_is_known_by_its_weights_wherever_they_lie(told: dict[str, Any], tmp_path: Path) -> None:
    moved = Path(shutil.copytree(told["model"], tmp_path / "elsewhere"))
    assert key_of(told | {"model": str(moved)}) == key_of(told)
    weights = next(moved.glob("transformer/*.safetensors"))
    weights.write_bytes(bytes(255 - byte for byte in weights.read_bytes()))
    assert key_of(told | {"model": str(moved)}) != key_of(told)


def test_a_lora_that_was_merged_into_a_large_file_makes_another_model(tmp_path: Path) -> None:
    """The largest file of a model is gigabytes: what lies between its ends is looked at too."""
    torch = pytest.importorskip("torch", reason="the extra diffusion is not installed")
    from safetensors.torch import save_file

    torch.manual_seed(1)
    blocks = {f"blocks.{number:02}.weight": torch.randn(256, 512) for number in range(32)}
    path = tmp_path / "diffusion_pytorch_model.safetensors"
    save_file(blocks, path)
    assert path.stat().st_size > 16 << 20
    plain = folder_digest(tmp_path)
    assert folder_digest(tmp_path) == plain
    for merged in (range(2, 30), (11,)):
        lora = {f"blocks.{n:02}.weight": 0.01 * torch.randn(256, 4) @ torch.randn(4, 512) for n in merged}
        save_file({name: block + lora.get(name, 0) for name, block in blocks.items()}, path)
        assert folder_digest(tmp_path) != plain


def test_a_built_engine_says_the_same(engine_of: MakeEngine) -> None:
    engine = engine_of("wan2.2-ti2v-5b")
    assert engine.capabilities == capabilities_of(engine._profile, "cpu", {})
    assert engine.capabilities.told_by_revision
