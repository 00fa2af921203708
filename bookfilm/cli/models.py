"""`bookfilm models`: the video models that have a profile, and whether they can run here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookfilm.picture.diffusion.needs import Machine, Need, need_of, see_machine
from bookfilm.picture.diffusion.profile import load_profile, profile_names


def listed_models(name: str | None) -> tuple[list[Need], Machine]:
    """Return what the profile `name`, or each one that comes with bookfilm, needs; and what this machine has.

    Raises SettingsError for a profile that is not there, or wrong.
    """
    machine = see_machine()
    names = (name,) if name is not None else profile_names()
    return [need_of(load_profile(found), machine) for found in names], machine


def told_models(needs: Sequence[Need], machine: Machine) -> Iterator[str]:
    """Yield the listing, line by line."""
    gpus = ", ".join(f"{gib:g} GiB" for gib in machine.gpus) or "none"
    yield f"this machine: GPUs {gpus}; memory {machine.memory_gib:g} GiB; {machine.disk_gib:g} GiB free for weights"
    for need in needs:
        yield ""
        yield f"{need.profile}: {'can run here' if need.can_run else 'cannot run here'}"
        yield f"  {need.about}"
        yield f"  model    {need.model}"
        yield f"  licence  {need.licence}{'; ' + need.limits if need.limits else ''}"
        yield f"  makes    {need.clip}, from {need.starts_from}"
        gpu = f"a GPU of {need.gpu_gib:g} GiB, offloaded {need.offloaded_gib:g}" if need.gpu_gib else "no GPU"
        yield f"  needs    {gpu}; {need.weights_gib:g} GiB of weights"
        for lack in need.lacks:
            yield f"  lacks    {lack}"
