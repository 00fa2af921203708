"""What each profile needs, and whether this machine has it: for `bookfilm models` and `bookfilm doctor`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.switches import EXTRA, check_switches, missing_packages
from bookfilm.picture.diffusion.tables import Weights
from bookfilm.records.base import Part


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
    gpus: tuple[float, ...] = ()
    missing = missing_packages()
    if "torch" not in missing:
        import torch

        there = range(torch.cuda.device_count()) if torch.cuda.is_available() else range(0)
        gpus = tuple(round(torch.cuda.get_device_properties(n).total_memory / 2**30, 1) for n in there)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    place = next(parent for parent in (_hub(), *_hub().parents) if parent.exists())
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
    if machine.missing:
        return [f"needs {', '.join(machine.missing)}: {EXTRA}"]
    lacks, memory = check_switches(profile), profile.memory
    if not profile.model.pipeline:
        return lacks
    wanted = memory.offloaded_gib if profile.speed.offload != "none" else memory.gpu_gib
    largest = max(machine.gpus, default=0.0)
    if wanted and not machine.gpus:
        lacks.append(f"no GPU: needs one of {wanted:g} GiB")
    elif largest < wanted:
        rather = memory.offloaded_gib <= largest and profile.speed.offload == "none"
        with_offload = '; speed = { offload = "model" } in the preset makes it fit, slower' if rather else ""
        lacks.append(f"the largest GPU has {largest:g} GiB, needs {wanted:g}{with_offload}")
    if not weights_are_here(profile):
        fetch = f"hf download {profile.model.id} --revision {profile.model.revision}"
        room = "" if machine.disk_gib > memory.weights_gib else f", and {memory.weights_gib:g} GiB of disk for them"
        lacks.append(f"its weights are not here: {fetch}" if not profile.is_folder else f"no folder {profile.model.id}")
        lacks[-1] += room
    return lacks + _lacks_of_judges(profile)


def _lacks_of_judges(profile: Profile) -> list[str]:
    """Return what is missing of the models that tell who is in a take, and what."""
    judges = {"identity.id": profile.identity, "adherence.id": profile.adherence}
    return [f"{what}: {said}" for what, weights in judges.items() if (said := _lacks_of(weights))]


def _lacks_of(weights: Weights) -> str:
    if not weights.id or _lies_here(weights.id, weights.revision, weights.is_folder, "config.json"):
        return ""
    if weights.is_folder:
        return f"no folder {weights.id}"
    return f"its weights are not here: hf download {weights.id} --revision {weights.revision}"


def weights_are_here(profile: Profile) -> bool:
    """Say whether the weights lie on this machine: the folder, or the pinned commit in the hub's cache."""
    return _lies_here(profile.model.id, profile.model.revision, profile.is_folder, "model_index.json")


def _lies_here(name: str, revision: str, is_folder: bool, vouching: str) -> bool:
    """Say whether weights lie on this machine: `vouching` is the file that all of their form have."""
    if is_folder:
        return (Path(name).expanduser() / vouching).is_file()
    return (_hub() / f"models--{name.replace('/', '--')}" / "snapshots" / revision / vouching).is_file()


def _hub() -> Path:
    """Return where Hugging Face's libraries keep what they fetch, as their environment variables say."""
    told = os.environ.get("HF_HUB_CACHE")
    if told:
        return Path(told).expanduser()
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(home).expanduser() / "hub"
