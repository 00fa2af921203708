"""The pipeline of a profile, loaded from a hub's cache or a folder, on its device, with its switches thrown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookfilm.errors import EngineUnavailable, SettingsError
from bookfilm.picture.diffusion.caches import AtWork, denoisers, enable_cache
from bookfilm.picture.diffusion.loras import load_loras
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.switches import pipeline_class
from bookfilm.picture.diffusion.tables import Weights

_STRETCHES, _STRETCH_BYTES = 64, 1 << 16


@dataclass(frozen=True)
class Loaded:
    """The pipeline that makes clips of words, the one that begins with a picture, and where they work.

    Both hold the very same weights. Where a model does only one of the two, it is the same pipeline.
    """

    of_text: Any
    of_picture: Any
    device: str
    at_work: AtWork = field(default_factory=AtWork)


def load_pipeline(profile: Profile, device: str) -> Loaded:
    """Load the weights of `profile` onto `device` ("cpu", "cuda", "cuda:1").

    Raises EngineUnavailable with what to type where the weights are not here, SettingsError that names the switch where
    this model cannot have it.
    """
    pipe = _from_pretrained(profile)
    pipe.set_progress_bar_config(disable=True)
    load_loras(pipe, profile)
    _place(pipe, profile, device)
    at_work = AtWork(pipe)
    _speed_up(pipe, profile, at_work)
    of_picture = _sharing(pipe, profile.model.image_pipeline) if profile.model.image_pipeline else pipe
    of_picture.set_progress_bar_config(disable=True)
    return Loaded(pipe, of_picture, device, at_work)


def _from_pretrained(profile: Profile) -> Any:
    import diffusers
    import torch
    import transformers

    diffusers.utils.logging.disable_progress_bar()
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = profile.model
    dtypes = {"default": getattr(torch, model.dtype)}
    dtypes |= {name: getattr(torch, dtype) for name, dtype in model.dtypes.items()}
    keywords: dict[str, Any] = {"dtype": dtypes}
    if not profile.is_folder:
        keywords["revision"] = model.revision
    if model.variant:
        keywords["variant"] = model.variant
    if profile.speed.quantisation in ("int8", "fp8"):
        keywords["quantization_config"] = _quantised(profile)
    place = str(Path(model.id).expanduser()) if profile.is_folder else model.id
    try:
        return pipeline_class(model.pipeline).from_pretrained(place, **keywords)
    except (OSError, ValueError, ImportError, KeyError, TypeError, RuntimeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        rather = f"; fetch it with: hf download {model.id} --revision {model.revision}" if not profile.is_folder else ""
        raise EngineUnavailable(f"{place} does not load: {said}{rather}", subject=f"profile {profile.name}") from error


def _quantised(profile: Profile) -> Any:
    import diffusers
    from torchao.quantization import Float8DynamicActivationFloat8WeightConfig, Int8WeightOnlyConfig

    kind = (
        Int8WeightOnlyConfig() if profile.speed.quantisation == "int8" else Float8DynamicActivationFloat8WeightConfig()
    )
    quantised = {"transformer": diffusers.TorchAoConfig(kind), "transformer_2": diffusers.TorchAoConfig(kind)}
    return diffusers.PipelineQuantizationConfig(quant_mapping=quantised)


def _place(pipe: Any, profile: Profile, device: str) -> None:
    """Move `pipe` to where it works. What is offloaded is moved by its hooks, step by step."""
    match profile.speed.offload:
        case "none":
            pipe.to(device)
        case "model":
            pipe.enable_model_cpu_offload(device=device)
        case "sequential":
            pipe.enable_sequential_cpu_offload(device=device)
        case "group":
            import torch

            pipe.enable_group_offload(
                onload_device=torch.device(device), offload_type="leaf_level", use_stream=device != "cpu"
            )


def _speed_up(pipe: Any, profile: Profile, at_work: AtWork) -> None:
    speed = profile.speed
    for wanted, method in ((speed.vae_tiling, "enable_tiling"), (speed.vae_slicing, "enable_slicing")):
        if wanted:
            _thrown(profile, method.replace("enable_", "speed.vae_"), getattr(pipe.vae, method, None))
    if speed.batch > 1 and hasattr(pipe.vae, "enable_slicing"):
        # Each clip of a call is decoded by itself, as if it were alone: that of HunyuanVideo 1.5 knows no other way.
        pipe.vae.enable_slicing()
    for denoiser in denoisers(pipe):
        if speed.quantisation == "fp8_storage":
            import torch

            casting = getattr(denoiser, "enable_layerwise_casting", None)
            kept = {"storage_dtype": torch.float8_e4m3fn, "compute_dtype": getattr(torch, profile.model.dtype)}
            _thrown(profile, "speed.quantisation", casting, **kept)
        # What is shared has to be told even what it would take by itself: diffusers keeps the last word for all models.
        if speed.attention != "native" or speed.together > 1:
            _thrown(profile, "speed.attention", getattr(denoiser, "set_attention_backend", None), speed.attention)
        if speed.together > 1:
            _parallelise(denoiser, profile)
    enable_cache(pipe, profile, at_work)
    if speed.compile:
        for denoiser in denoisers(pipe):
            _thrown(profile, "speed.compile", getattr(denoiser, "compile_repeated_blocks", None))


def _thrown(profile: Profile, switch: str, throw: Any, *args: Any, **keywords: Any) -> None:
    """Throw one switch of the pipeline. Raises SettingsError that names it where the model has none of the kind."""
    subject = f"profile {profile.name}"
    if throw is None:
        raise SettingsError(f"{switch}: {profile.model.pipeline} has no such thing", subject=subject)
    try:
        throw(*args, **keywords)
    except (ValueError, RuntimeError, NotImplementedError, AttributeError, ImportError) as error:
        raise SettingsError(f"{switch}: {error}", subject=subject) from error


def _parallelise(denoiser: Any, profile: Profile) -> None:
    import diffusers

    if getattr(denoiser, "_cp_plan", None) is None:
        kind = type(denoiser).__name__
        raise SettingsError(f"speed.ulysses, speed.ring: {kind} cannot be shared", subject=f"profile {profile.name}")
    heads = int(getattr(denoiser.config, "num_attention_heads", 0))
    if heads % profile.speed.ulysses:
        raise SettingsError(
            f"speed.ulysses: the model has {heads} heads, which {profile.speed.ulysses} cannot share evenly",
            subject=f"profile {profile.name}",
        )
    config = diffusers.ContextParallelConfig(ulysses_degree=profile.speed.ulysses, ring_degree=profile.speed.ring)
    _thrown(profile, "speed.ulysses, speed.ring", denoiser.enable_parallelism, config=config)


def _sharing(pipe: Any, name: str) -> Any:
    """Return a pipeline of class `name` on the parts of `pipe`.

    diffusers' own from_pipe casts what it shares to float32.
    """
    import inspect

    kind = pipeline_class(name)
    held = {**pipe.config, **pipe.components}
    wanted = [part for part in inspect.signature(kind.__init__).parameters if part != "self"]
    return kind(**{part: held.get(part) for part in wanted if part in held or part in kind._optional_components})


def seeing_model(weights: Weights, what: str, profile: str) -> tuple[Any, Any]:
    """Return the image processor and the model of transformers that `weights` are, on the CPU.

    Raises EngineUnavailable that names `what` of the profile, with what to type, where they are not here.
    """
    import transformers

    place, told = weights.place, weights.pinned
    try:
        processors: Any = transformers.AutoImageProcessor
        models: Any = transformers.AutoModel
        return processors.from_pretrained(place, **told), models.from_pretrained(place, **told).eval()
    except (OSError, ValueError, ImportError, KeyError, TypeError, RuntimeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        fetch = "" if weights.is_folder else f"; fetch it with: hf download {weights.id} --revision {weights.revision}"
        raise EngineUnavailable(
            f"{what}: {place} does not load: {said}{fetch}", subject=f"profile {profile}"
        ) from error


def folder_digest(folder: Path) -> str:
    """Return eight digits that change with the weights and configurations in `folder`, wherever it lies.

    Of a file of more than 4 MiB its length and 64 stretches are read, from its beginning to its end: a LoRA that was
    merged into it, or a block that was tuned, lies somewhere in between.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder)}\0{size}\0".encode())
        with path.open("rb") as file:
            if size <= _STRETCHES * _STRETCH_BYTES:
                digest.update(file.read())
                continue
            for number in range(_STRETCHES):
                file.seek((size - _STRETCH_BYTES) * number // (_STRETCHES - 1))
                digest.update(file.read(_STRETCH_BYTES))
    return digest.hexdigest()[:8]
