"""Where weights lie on this machine, and which of their files are missing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from bookfilm.picture.diffusion.profile import Profile

INDEX, CONFIG = "model_index.json", "config.json"
"""The file by which a folder is a pipeline: it names its parts. And that by which it is one model."""
_FORMS = (".safetensors", ".bin")
_WHOLE = ("model.", "diffusion_pytorch_model.", "pytorch_model.")
"""How a model's weights are named where they are one file."""


def hub_folder() -> Path:
    """Return where Hugging Face's libraries keep what they fetch, as their environment variables say."""
    told = os.environ.get("HF_HUB_CACHE")
    if told:
        return Path(told).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(home).expanduser() / "hub"


def place_of(name: str, revision: str, is_folder: bool) -> Path:
    """Return where weights lie, if they lie here: the folder, or that commit in the hub's cache."""
    if is_folder:
        return Path(name).expanduser()
    return hub_folder() / f"models--{name.replace('/', '--')}" / "snapshots" / revision


def parts_of(folder: Path) -> tuple[str, ...]:
    """Return the parts of the pipeline in `folder`, each a folder in it; none where no pipeline lies there."""
    told = _read(folder / INDEX)
    return tuple(name for name, kind in told.items() if isinstance(kind, list) and kind and kind[0] is not None)


def has_two_experts(profile: Profile) -> bool:
    """Say whether the model of `profile` is two, of which each makes a part of the steps, as far as its index, if it
    lies here, tells."""
    model = profile.model
    return "transformer_2" in parts_of(place_of(model.id, model.revision, profile.is_folder))


def missing_of_pipeline(folder: Path) -> list[str]:
    """Return which files of the pipeline in `folder` are not there, part by part; of an empty one its model_index."""
    parts = parts_of(folder)
    if not parts:
        return [INDEX]
    return [f"{part}/{lack}" for part in parts for lack in missing_of_part(folder / part)]


def missing_of_part(folder: Path) -> list[str]:
    """Return which files of one model, tokenizer or scheduler in `folder` are not there.

    Of weights in several forms one whole form will do. What has no config.json is no model, and has none.
    """
    if not (folder / CONFIG).is_file() and folder.is_dir() and any(folder.iterdir()) and not _weights_in(folder):
        return []
    return missing_of_model(folder)


def missing_of_model(folder: Path) -> list[str]:
    """Return which files of the model in `folder` are not there: shards that their index names, else any weights."""
    if not (folder / CONFIG).is_file():
        return [CONFIG]
    if any(name.startswith(_WHOLE) and "-of-" not in name for name in _weights_in(folder)):
        return []
    forms = []
    for index in sorted(folder.glob("*.index*.json")):
        shards = _read(index).get("weight_map")
        named = set(shards.values()) if isinstance(shards, dict) else set()
        forms.append(sorted(name for name in named if not (folder / name).is_file()) if named else [index.name])
    return min(forms, key=len) if forms else ["weights"]


def size_gib(folder: Path) -> float:
    """Return how large the weights right in `folder` are: of several forms of the same, the largest."""
    forms: dict[tuple[bool, str], int] = {}
    for name in _weights_in(folder):
        form = ("-of-" in name, Path(name).suffix)
        forms[form] = forms.get(form, 0) + (folder / name).stat().st_size
    return max(forms.values(), default=0) / 2**30


def _weights_in(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return [path.name for path in folder.iterdir() if path.suffix in _FORMS and path.is_file()]


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
