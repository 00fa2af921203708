"""A LoRA that makes a model answer in few steps: worn by each expert, pinned, and known by what is in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of, revision_of
from bookfilm.picture.diffusion.loras import WEIGHTS, WEIGHTS_2
from bookfilm.picture.diffusion.switches import check_switches
from tests.picture.diffusion.asking import asked, drawn

pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
pytest.importorskip("peft", reason="the extra train is not installed")

MakeEngine = Callable[..., DiffusersEngine]


def written(path: Path, seed: int) -> Path:
    """Write a LoRA of the small Wan checkpoints, all of chance, and return its file."""
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    name = "transformer.blocks.0.attn1.to_q"
    save_file({f"{name}.lora_A.weight": torch.randn(4, 24), f"{name}.lora_B.weight": torch.randn(24, 4)}, path)
    return path


def few(folder: Path, **more: Any) -> dict[str, Any]:
    return {"speed": {"lora": {"id": str(folder), "steps": 2, **more}}}


def test_each_expert_wears_its_own(engine_of: MakeEngine, tmp_path: Path) -> None:
    written(tmp_path / WEIGHTS, 1)
    written(tmp_path / "low.safetensors", 2)
    engine = engine_of(**few(tmp_path, weight_name_2="low.safetensors"))
    assert all("speed" in part.peft_config for part in engine.denoisers)
    assert len(engine.denoisers) == 2
    fast = drawn(engine, asked())
    assert fast.std() > 1
    assert not np.array_equal(fast, drawn(engine_of(steps=2), asked()))
    written(tmp_path / WEIGHTS_2, 2)
    assert np.array_equal(drawn(engine_of(**few(tmp_path)), asked()), fast), "bookfilm train names it so"


def test_one_file_for_two_experts_is_refused_before_weights_are_loaded(
    engine_of: MakeEngine, checkpoint: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / WEIGHTS, 1)
    said = r"speed\.lora: the model has two experts, and .* is of one: name the second's file as weight_name_2"
    told = {"profile": "wan2.2-t2v-a14b", "model": str(checkpoint("wan2.2-t2v-a14b")), **few(tmp_path)}
    (fault,) = check_switches(profile_of(told))
    assert fault.startswith("speed.lora: the model has two experts")
    with pytest.raises(EngineUnavailable, match=said):
        engine_of(**few(tmp_path))
    # Where nobody could look, because the weights were not here yet, the model tells as soon as it is loaded.
    monkeypatch.setattr("bookfilm.picture.diffusion.loras.has_two_experts", lambda profile: False)
    with pytest.raises(EngineUnavailable, match=said):
        engine_of(**few(tmp_path))


def test_what_is_compiled_is_compiled_in_the_loras_that_shots_wear(
    engine_of: MakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import WanTransformer3DModel
    from peft.tuners.tuners_utils import BaseTunerLayer

    worn = list[bool]()

    def compiling(model: Any) -> None:
        layers = [part for part in model.modules() if isinstance(part, BaseTunerLayer)]
        model.register_forward_pre_hook(lambda *_: worn.append(any(part.disable_adapters for part in layers)))

    monkeypatch.setattr(WanTransformer3DModel, "compile_repeated_blocks", compiling)
    written(tmp_path / WEIGHTS, 1)
    speed = {"compile": True, **few(tmp_path)["speed"]}
    engine = engine_of("wan2.2-ti2v-5b", speed=speed)
    assert worn, "it was warmed up"
    drawn(engine, asked())
    assert not any(worn), "other adapters are another graph"


def test_a_model_of_one_expert_needs_one_file(engine_of: MakeEngine, tmp_path: Path) -> None:
    written(tmp_path / WEIGHTS, 1)
    assert drawn(engine_of("wan2.2-ti2v-5b", **few(tmp_path)), asked()).std() > 1


def test_it_is_known_by_what_is_in_it_and_not_by_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    weights = written(tmp_path / "a" / WEIGHTS, 1)
    told = {"profile": "wan2.2-ti2v-5b"}
    revision = revision_of(profile_of(told | few(tmp_path / "a")), "9")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert revision_of(profile_of(told | few(tmp_path / "b")), "9") == revision
    assert revision_of(profile_of(told | few(tmp_path / "a", scale=0.5)), "9") != revision
    assert revision_of(profile_of(told), "9") != revision
    written(weights, 2)
    assert revision_of(profile_of(told | few(tmp_path / "a")), "9") != revision


def test_one_of_a_hub_is_pinned() -> None:
    with pytest.raises(SettingsError, match=r"speed\.lora\.revision: weights of a hub are pinned"):
        profile_of({"profile": "wan2.2-ti2v-5b", "speed": {"lora": {"id": "o/fast", "steps": 4}}})
