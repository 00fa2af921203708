"""Which weights lie here: whole ones, shards, and what may lie beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bookfilm.picture.diffusion.weights import missing_of_model, size_gib

SHARDS = [f"model-0000{n}-of-00002.safetensors" for n in (1, 2)]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model of two shards of one MiB, of which the first is here."""
    (tmp_path / "config.json").write_text("{}")
    index = {"weight_map": {f"layer{n}": shard for n, shard in enumerate(SHARDS)}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / SHARDS[0]).write_bytes(bytes(2**20))
    return tmp_path


@pytest.mark.parametrize("beside", ["training_args.bin", "optimizer.bin", "consolidated.safetensors"])
def test_what_lies_beside_shards_does_not_stand_for_those_that_are_missing(beside: str, model: Path) -> None:
    (model / beside).write_bytes(b"x")
    assert missing_of_model(model) == [SHARDS[1]]


@pytest.mark.parametrize(
    "whole", ["model.safetensors", "pytorch_model.bin", "diffusion_pytorch_model.fp16.safetensors"]
)
def test_one_whole_form_will_do(whole: str, model: Path) -> None:
    (model / whole).write_bytes(b"x")
    assert missing_of_model(model) == []


def test_the_same_weights_in_two_forms_are_as_large_as_one(model: Path) -> None:
    (model / SHARDS[1]).write_bytes(bytes(2**20))
    assert size_gib(model) * 2**30 == 2 * 2**20
    (model / "consolidated.safetensors").write_bytes(bytes(2 * 2**20))
    (model / "pytorch_model.bin").write_bytes(bytes(2 * 2**20))
    assert size_gib(model) * 2**30 == 2 * 2**20
