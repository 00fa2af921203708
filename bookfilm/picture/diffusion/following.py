"""One of the other processes of a group (`bookfilm.picture.diffusion.group`): it makes what the first one makes.

``python -m bookfilm.picture.diffusion.following`` reads a line of JSON from standard input, and ends when that does.
"""

from __future__ import annotations

import json
import os
import sys
import threading

import torch

from bookfilm.picture.diffusion.embedding import TextKept
from bookfilm.picture.diffusion.group import device_of, join_group
from bookfilm.picture.diffusion.loading import load_pipeline
from bookfilm.picture.diffusion.profile import load_profile
from bookfilm.picture.diffusion.sampling import Sampler
from bookfilm.picture.diffusion.settings import DiffusionSettings


def main() -> None:
    """Follow the first process until it ends."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    settings = DiffusionSettings.model_validate(told["settings"])
    profile = settings.over(load_profile(settings.profile))
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    group = join_group(told)
    loaded = load_pipeline(profile, device_of(group.rank, told["device"]))
    group.loaded()
    Sampler(loaded, profile, TextKept(settings.text_cache_mib << 20), group).follow()


def _end_with_the_first() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
