"""What each profile needs, and whether this machine has it: for `bookfilm models` and `bookfilm doctor`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bookfilm.picture.diffusion.loras import files_of
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.switches import EXTRA, check_switches, missing_packages
from bookfilm.picture.diffusion.tables import Weights
from bookfilm.picture.diffusion.weights import (
    CONFIG,
    INDEX,
    hub_folder,
    missing_of_model,
    missing_of_pipeline,
    place_of,
)
from bookfilm.records.base import Part

_TOLD = 2
"""So many missing files are named, and the rest counted."""


class Machine(Part):
    """What is here. Sizes are in GiB; a GPU's is its whole memory."""

    missing: tuple[str, ...]
    """Packages that every profile needs and nobody has installed."""
    gpus: tuple[float, ...] = ()
    memory_gib: float
    disk_gib: float
    """Free where weights are kept."""


class Need(Part):
    """One profile, what it needs, and what of that is missing here: nothing, where it can run."""

    profile: str
    about: str
    model: str
    licence: str
    limits: str
    gpu_gib: float
    offloaded_gib: float
    weights_gib: float
    clip: str
    """Its longest clip in words: size, seconds, frames a second."""
    starts_from: str
    lacks: tuple[str, ...]

    @property
    def can_run(self) -> bool:
        return not self.lacks


def see_machine() -> Machine:
    """Return what this machine has."""
    missing = missing_packages()
    if "torch" in missing:
        gpus = _gpus_of_driver()
    else:
        import torch

        there = range(torch.cuda.device_count()) if torch.cuda.is_available() else range(0)
        gpus = tuple(round(torch.cuda.get_device_properties(n).total_memory / 2**30, 1) for n in there)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    place = next(parent for parent in (hub_folder(), *hub_folder().parents) if parent.exists())
    return Machine(
        missing=missing,
        gpus=gpus,
        memory_gib=round(memory, 1),
        disk_gib=round(shutil.disk_usage(place).free / 2**30, 1),
    )


def need_of(profile: Profile, machine: Machine) -> Need:
    """Return what `profile` needs, and what of that `machine` lacks."""
    clip, features, memory = profile.clip, profile.features, profile.memory
    width, height = clip.sizes[0]
    starts = [name for name, has in (("text", features.text), ("first frame", features.first_frame)) if has]
    starts += ["last frame"] if features.last_frame else []
    return Need(
        profile=profile.name,
        about=profile.about,
        model=profile.model.id if profile.is_folder else f"{profile.model.id}@{profile.model.revision[:8]}",
        licence=profile.model.licence,
        limits=profile.model.limits,
        gpu_gib=memory.gpu_gib,
        offloaded_gib=memory.offloaded_gib,
        weights_gib=memory.weights_gib,
        clip=f"{width}x{height}, {float(profile.clip_s()):.1f} s at {float(clip.rate.per_second):g}",
        starts_from=" + ".join(starts),
        lacks=tuple(_lacks(profile, machine)),
    )


def _lacks(profile: Profile, machine: Machine) -> list[str]:
    if not profile.model.pipeline:
        return check_switches(profile)
    lacks = [f"needs {', '.join(machine.missing)}: {EXTRA}"] if machine.missing else check_switches(profile)
    return [
        *lacks,
        *_lacks_of_memory(profile, machine),
        *_lacks_of_model(profile, machine),
        *_lacks_of_loras(profile),
        *lacks_of_judges(profile),
    ]


def _lacks_of_memory(profile: Profile, machine: Machine) -> list[str]:
    lacks, memory, offloads = [], profile.memory, profile.speed.offload != "none"
    wanted = memory.offloaded_gib if offloads else memory.gpu_gib
    largest = max(machine.gpus, default=0.0)
    if wanted and not machine.gpus:
        lacks.append(f"no GPU: needs one of {wanted:g} GiB")
    elif largest < wanted:
        rather = memory.offloaded_gib <= largest and not offloads
        with_offload = '; speed = { offload = "model" } in the preset makes it fit, slower' if rather else ""
        lacks.append(f"the largest GPU has {largest:g} GiB, needs {wanted:g}{with_offload}")
    if offloads and machine.memory_gib < memory.weights_gib:
        here = f"{machine.memory_gib:g} GiB of memory here"
        lacks.append(f"speed.offload: {memory.weights_gib:g} GiB of weights lie in main memory, {here}")
    return lacks


def _lacks_of_model(profile: Profile, machine: Machine) -> list[str]:
    model, wanted = profile.model, profile.memory.weights_gib
    missing = missing_of_pipeline(place_of(model.id, model.revision, profile.is_folder))
    if not missing:
        return []
    room = "" if machine.disk_gib > wanted else f", and {wanted:g} GiB of disk for them"
    return [_told_missing(model.id, model.revision, profile.is_folder, missing, INDEX) + room]


def _told_missing(name: str, revision: str, is_folder: bool, missing: Sequence[str], first: str) -> str:
    """Return what is said of weights of which files are `missing`; where that is the `first`, there are none."""
    none, few = first in missing, ", ".join(missing[:_TOLD])
    few += f" and {len(missing) - _TOLD} more" if len(missing) > _TOLD else ""
    if is_folder:
        return f"no folder {name}" if not Path(name).expanduser().is_dir() else f"{name} is not whole: it lacks {few}"
    state = "not here" if none else f"not whole, they lack {few}"
    return f"its weights are {state}: hf download {name} --revision {revision}"


def _lacks_of_loras(profile: Profile) -> list[str]:
    worn = [("speed.lora", profile.speed.lora)] if profile.speed.lora else []
    lacks = []
    for what, lora in (*worn, *(("loras", lora) for lora in profile.loras)):
        missing = [path for path in files_of(lora) if not path.is_file()]
        if missing and lora.is_folder:
            lacks.append(f"{what}: no file {missing[0]}")
        elif missing:
            names = " ".join(path.relative_to(place_of(lora.id, lora.revision, False)).as_posix() for path in missing)
            lacks.append(f"{what}: it is not here: hf download {lora.id} {names} --revision {lora.revision}")
    return lacks


def lacks_of_judges(profile: Profile) -> list[str]:
    """Return what is missing of the models that tell who is in a take, and what."""
    judges = {"identity.id": profile.identity, "adherence.id": profile.adherence}
    return [f"{what}: {said}" for what, weights in judges.items() if (said := _lacks_of(weights))]


def _lacks_of(weights: Weights) -> str:
    if not weights.id:
        return ""
    missing = missing_of_model(place_of(weights.id, weights.revision, weights.is_folder))
    return _told_missing(weights.id, weights.revision, weights.is_folder, missing, CONFIG) if missing else ""


def _gpus_of_driver() -> tuple[float, ...]:
    """Return how much memory each GPU has, in GiB, as NVIDIA's driver tells it: where torch is not there to ask."""
    asked = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(round(int(line) / 1024, 1) for line in map(str.strip, told.splitlines()) if line.isdigit())
