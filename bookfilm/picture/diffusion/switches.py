"""What of a profile can be had with the versions that are installed here: asked before any weights are loaded."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.caches import SEES_THE_WHOLE_CALL, TWO_EXPERTS, check_cache
from bookfilm.picture.diffusion.loras import fault_of_speed, takes_loras
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.weights import has_two_experts

EXTRA = "pip install 'bookfilm[diffusion]'"
TESTED_DIFFUSERS = "0.42"
SEES_WHOLE_CLIPS = ("first_block", "mag", "sea")
SHARED = ("Wan",)
"""Which pipelines' models several GPUs can share, by how their classes begin. diffusers has a plan for LTX-2 too, which
does not split the time that its pipeline tells of each place, and fails."""


_TINY = "bookfilm.picture.tiny.pipeline:TinyPipeline"
_CACHES: dict[str, tuple[str, ...]] = {
    "WanPipeline": ("first_block", "taylor_seer", "mag", "sea", "pyramid"),
    "WanImageToVideoPipeline": ("first_block", "taylor_seer", "mag", "pyramid"),
    "LTX2": ("taylor_seer",),
    "HunyuanVideo15": ("taylor_seer", "pyramid"),
    "CogVideoX": ("first_block", "taylor_seer", "mag", "pyramid", "faster"),
    _TINY: ("first_block", "taylor_seer", "mag", "sea"),
}
"""Which caches save something in the pipelines whose classes begin so; the others save nothing there, or fail."""
_WHY_NOT = {
    "first_block": "its blocks are not among those that diffusers knows",
    "mag": "its blocks are not among those that diffusers knows",
    "sea": "the pipeline does not tell it of its steps, so that it would save none",
    "pyramid": "it keeps one attention for the several passes of a step",
    "faster": "it needs both halves of guidance in one pass, and frames that are no tokens",
}
_HALVES_APART = ("Wan", "HunyuanVideo15")
"""Pipelines that ask the model twice a step where there is guidance."""
_MASKS = ("HunyuanVideo15", "LTX2")
"""Pipelines whose models mask words in attention."""
_OWN_ATTENTION = ("CogVideoX", _TINY)
"""Pipelines whose models keep to the attention that they have."""


def missing_packages() -> tuple[str, ...]:
    """Return what no profile can do without and is not installed."""
    return tuple(name for name in ("torch", "diffusers", "transformers", "accelerate", "ftfy") if not _there(name))


def check_switches(profile: Profile) -> list[str]:
    """Return all that the profile asks for and cannot have here, a line each: the switch, why, and what to do."""
    if not profile.model.pipeline:
        return ["model.pipeline: it names none: only a server has this model, which the engine remote asks"]
    missing = missing_packages()
    if missing:
        return [f"needs {', '.join(missing)}: {EXTRA}"]
    try:
        pipeline_class(profile.model.pipeline)
        if profile.model.image_pipeline:
            pipeline_class(profile.model.image_pipeline)
    except EngineUnavailable as error:
        return [error.message]
    faults = (
        check_cache(profile) or _cache(profile),
        _masked(profile) or _attention(profile.speed.attention),
        _quantisation(profile.speed.quantisation),
        _lora(profile),
        _offload(profile.speed.offload),
        _compiler(profile),
        _batch(profile),
        _parallel(profile),
    )
    return [fault for fault in faults if fault]


def require_switches(profile: Profile) -> None:
    """Raise EngineUnavailable that names the profile and the first switch that cannot be had here.

    SettingsError, where the profile contradicts itself.
    """
    faults = check_switches(profile)
    if not faults:
        return
    contradicts = faults[0].startswith(("speed.cache", "speed.batch", f"speed.attention: {profile.model.pipeline}"))
    kind = SettingsError if contradicts else EngineUnavailable
    raise kind(faults[0], subject=f"profile {profile.name}")


def pipeline_class(name: str) -> Any:
    """Return the pipeline `name`: of diffusers, or ``package.module:Class``. Raises EngineUnavailable."""
    module, _, kind = name.rpartition(":")
    try:
        return getattr(importlib.import_module(module or "diffusers"), kind)
    except (ImportError, AttributeError) as error:
        held = module or f"diffusers {_version('diffusers')}"
        raise EngineUnavailable(f"model.pipeline: {held} has no {kind} ({error})", subject=name) from error


def _cache(profile: Profile) -> str:
    """A cache that the pipeline cannot have is not found out shot by shot, after the weights were loaded."""
    kind, pipeline = profile.speed.cache.kind, profile.model.pipeline
    if kind == "none":
        return ""
    can = next((caches for name, caches in _CACHES.items() if pipeline.startswith(name)), None)
    if can is not None and kind not in can:
        return f"speed.cache.kind: {pipeline} cannot have {kind}: {_WHY_NOT[kind]}; it can have {', '.join(can)}"
    guided = float(profile.sampling.call.get("guidance_scale", profile.guidance)) > 1
    if kind == "pyramid" and guided and pipeline.startswith(_HALVES_APART):
        return f"speed.cache.kind: {pipeline} can have pyramid without guidance only: {_WHY_NOT[kind]}"
    if kind == "faster" and not guided:
        return "speed.cache.kind: faster halves guidance, and there is none"
    return f"speed.cache.kind: {TWO_EXPERTS}" if kind == "mag" and has_two_experts(profile) else ""


def _masked(profile: Profile) -> str:
    backend, pipeline = profile.speed.attention, profile.model.pipeline
    if backend == "native":
        return ""
    if pipeline.startswith(_OWN_ATTENTION):
        return f"speed.attention: {pipeline} has an attention of its own, which {backend} does not replace"
    knows_masks = "varlen" in backend or not any(name in backend for name in ("flash", "sage", "aiter", "xla"))
    if pipeline.startswith(_MASKS) and not knows_masks:
        return f"speed.attention: {pipeline} masks words, which {backend} cannot; xformers and the varlen kinds can"
    return ""


def _attention(backend: str) -> str:
    if backend == "native":
        return ""
    from diffusers.models import attention_dispatch

    known = [name.value for name in attention_dispatch.AttentionBackendName]
    if backend not in known:
        return f"speed.attention: diffusers {_version('diffusers')} has no {backend}; it has {', '.join(sorted(known))}"
    try:
        attention_dispatch._check_attention_backend_requirements(attention_dispatch.AttentionBackendName(backend))
    except (RuntimeError, ImportError, ValueError) as error:
        return f"speed.attention: {backend} does not work here: {_first_line(error)}"
    if backend.endswith("_hub") and not _there("kernels"):
        return f"speed.attention: {backend} needs pip install kernels"
    return ""


def _quantisation(kind: str) -> str:
    if kind in ("none", "fp8_storage"):
        return ""
    if not _there("torchao"):
        return f"speed.quantisation: {kind} needs pip install 'torchao>=0.15'; fp8_storage needs nothing"
    import torch

    if kind == "fp8" and (not torch.cuda.is_available() or torch.cuda.get_device_capability() < (8, 9)):
        return "speed.quantisation: fp8 needs a GPU of compute capability 8.9 (Ada, Hopper) or later"
    return ""


def _lora(profile: Profile) -> str:
    asked = "speed.lora" if profile.speed.lora else "loras" if profile.loras else ""
    if not asked:
        return ""
    if not takes_loras(pipeline_class(profile.model.pipeline)):
        return f"{asked}: {profile.model.pipeline} takes none"
    return fault_of_speed(profile) if _there("peft") else f"{asked}: needs pip install peft"


def _offload(kind: str) -> str:
    import torch

    if kind == "none" or torch.cuda.is_available():
        return ""
    return f'speed.offload: "{kind}" moves weights between a GPU and the CPU, and torch sees no GPU here'


def _compiler(profile: Profile) -> str:
    """Blocks are compiled when they are first used: without a compiler each shot would fail, after the load."""
    if not profile.speed.compile:
        return ""
    import torch

    on_gpu = torch.cuda.is_available()
    if on_gpu and not _there("triton"):
        return "speed.compile: needs pip install triton"
    variable, programs = ("CC", ("gcc", "clang", "cc")) if on_gpu else ("CXX", ("g++", "clang++", "c++"))
    told = os.environ.get(variable, "").strip()
    if any(shutil.which(program) for program in (told.split()[:1] or programs)):
        return ""
    what = f"{variable} names {told}, which is not here" if told else f"there is no {programs[0]}"
    return f"speed.compile: needs a compiler, and {what}: apt-get install {programs[0]}"


def _batch(profile: Profile) -> str:
    kind = profile.speed.cache.kind
    if profile.speed.batch == 1 or kind not in SEES_THE_WHOLE_CALL:
        return ""
    return (
        f"speed.batch: {kind} looks at all clips of a call together, so that a take would hang on those it is made "
        "with: batch = 1, or another cache"
    )


def _parallel(profile: Profile) -> str:
    """Context parallelism is for models that diffusers can share, and for a replica with a GPU for each process."""
    speed = profile.speed
    if speed.together == 1:
        return ""
    if not profile.model.pipeline.startswith(SHARED):
        return f"speed.ulysses, speed.ring: {profile.model.pipeline} cannot be shared; {', '.join(SHARED)}… can"
    if speed.batch > 1:
        return "speed.batch: clips that several GPUs make together are made one by one"
    if speed.cache.kind in SEES_WHOLE_CLIPS:
        return f"speed.cache: {speed.cache.kind} looks at a whole clip, of which each process has a part"
    if speed.ring > 1 and speed.attention == "native":
        return 'speed.ring: native attention cannot; attention = "_native_flash", or flash or sage where installed'
    import torch

    there = torch.cuda.device_count()
    if there and there < speed.together:
        return (
            f"speed.ulysses, speed.ring: {speed.together} GPUs are wanted, {there} seen: "
            f"num_gpus = {speed.together} in [video.replicas]"
        )
    return ""


def _there(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
