"""LoRAs: small weights beside a model's own, loaded once and worn by the clips that they are for.

After Hu et al. 2021 (LoRA). One may make the model answer in few steps (`speed.lora`); others know a character or a
style (`loras`), as `bookfilm train` teaches them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_type_hints

from bookfilm.errors import EngineUnavailable
from bookfilm.picture.diffusion.caches import denoisers
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.tables import Worn
from bookfilm.picture.diffusion.weights import has_two_experts, place_of
from bookfilm.records.base import content_key
from bookfilm.store.media import sha256_of

WEIGHTS, WEIGHTS_2 = "pytorch_lora_weights.safetensors", "pytorch_lora_weights_2.safetensors"
"""The files of a LoRA, by the name that diffusers looks for; the second is that of a model's second expert."""
_SPEED = "speed"
_OF_ONE = "speed.lora: the model has two experts, and {} is of one: name the second's file as weight_name_2"
"""The other would be asked for as few steps without knowing how."""
_PREFIX = "transformer"


def load_loras(pipe: Any, profile: Profile) -> None:
    """Load every LoRA of `profile` into `pipe`, to be worn by name. Raises EngineUnavailable that names it."""
    if profile.speed.lora is not None:
        _load(pipe, profile.speed.lora, _SPEED, "speed.lora", profile)
        if not all(_SPEED in (getattr(part, "peft_config", None) or {}) for part in denoisers(pipe)):
            raise EngineUnavailable(_OF_ONE.format(profile.speed.lora.id), subject=f"profile {profile.name}")
    for number, lora in enumerate(profile.loras):
        _load(pipe, lora, _name(number), f"loras: {lora.character or 'in all shots'}", profile)
    wear_loras(pipe, profile, loras_of(profile, ()))


def _load(pipe: Any, lora: Worn, name: str, what: str, profile: Profile) -> None:
    place, told, second = lora.place, {"adapter_name": name} | lora.pinned, _second(lora)
    try:
        if not hasattr(pipe, "load_lora_weights"):
            # The parts can have one where the pipeline has no word for it.
            given = told | {"weight_name": lora.weight_name or WEIGHTS}
            pipe.transformer.load_lora_adapter(place, prefix=_PREFIX, **given)
            _check_fits(pipe, name)
            return
        # By name: what diffusers would take for it else is not what was looked for, and made the take's key.
        pipe.load_lora_weights(place, **told, weight_name=lora.weight_name or WEIGHTS)
        if second:
            pipe.load_lora_weights(place, **told, weight_name=second, load_into_transformer_2=True)
        _check_fits(pipe, name)
    except (OSError, ValueError, KeyError, RuntimeError, AttributeError, TypeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise EngineUnavailable(
            f"{what}: {lora.id} does not load: {said}", subject=f"profile {profile.name}"
        ) from error


def _second(lora: Worn) -> str:
    """Return the file for a model's second expert, or nothing."""
    here = lora.is_folder and (Path(lora.place) / WEIGHTS_2).exists()
    return lora.weight_name_2 or (WEIGHTS_2 if here else "")


def fault_of_speed(profile: Profile) -> str:
    """Return what is wrong with the few-step LoRA of `profile`, as far as the weights that lie here tell."""
    lora = profile.speed.lora
    if lora is None or _second(lora):
        return ""
    return _OF_ONE.format(lora.id) if has_two_experts(profile) else ""


def _check_fits(pipe: Any, name: str) -> None:
    """Raise ValueError where nothing of what was loaded is of this model: diffusers only writes a line to its log."""
    if not any(name in (getattr(part, "peft_config", None) or {}) for part in denoisers(pipe)):
        raise ValueError("nothing in it is of this model")


def _name(number: int) -> str:
    return f"taught_{number}"


def loras_of(profile: Profile, characters: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the LoRAs that are for a shot with `characters` (their ids) in it."""
    seen = set(characters)
    taught = (_name(n) for n, lora in enumerate(profile.loras) if not lora.character or lora.character in seen)
    return (*((_SPEED,) if profile.speed.lora else ()), *taught)


def wear_loras(pipe: Any, profile: Profile, names: Sequence[str]) -> None:
    """Have the model in `pipe` work with the LoRAs `names` and no other, each as strong as the profile says."""
    scales = {_name(number): lora.scale for number, lora in enumerate(profile.loras)}
    if profile.speed.lora is not None:
        scales[_SPEED] = profile.speed.lora.scale
    for denoiser in denoisers(pipe):
        held = getattr(denoiser, "peft_config", None)
        if not held:
            continue
        # Of two experts one may have been taught nothing.
        worn = [name for name in names if name in held]
        if worn:
            denoiser.enable_lora()
            denoiser.set_adapters(worn, [scales[name] for name in worn])
        else:
            denoiser.disable_lora()


def told_of_loras(profile: Profile) -> tuple[list[str], dict[str, str]]:
    """Return what of the LoRAs makes other takes: of those for all shots, and of each character's."""
    everywhere: list[str] = []
    theirs: dict[str, str] = {}
    if profile.speed.lora is not None:
        everywhere.append(_digest(profile.speed.lora))
    for lora in profile.loras:
        digest = _digest(lora)
        if lora.character:
            theirs[lora.character] = theirs.get(lora.character, "") + digest
        else:
            everywhere.append(digest)
    return everywhere, theirs


def _digest(lora: Worn) -> str:
    # The weights alone: how they were taught is told beside them, and changes no pixel.
    files = [path for path in files_of(lora) if path.is_file()]
    weights = [sha256_of(path) for path in files] if lora.is_folder else lora.id
    return content_key("lora", lora.model_dump(exclude={"id", "character"}) | {"weights": weights})[:8]


def files_of(lora: Worn) -> list[Path]:
    """Return the files of `lora`, where they would lie on this machine."""
    place = place_of(lora.id, lora.revision, lora.is_folder)
    return [place / name for name in (lora.weight_name or WEIGHTS, _second(lora)) if name]


def takes_loras(pipeline: type[Any]) -> bool:
    """Say whether a pipeline of this class can wear any: by itself, or by its transformer."""
    if hasattr(pipeline, "load_lora_weights"):
        return True
    return hasattr(get_type_hints(pipeline.__init__).get("transformer"), "load_lora_adapter")
