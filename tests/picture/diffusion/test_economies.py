"""A GPU whose memory does not suffice: what is tried, in which order, and that no pixel changes by it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from bookfilm.engines.protocols import never_cancelled
from bookfilm.errors import EngineError
from bookfilm.picture.diffusion.economies import economies
from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of
from bookfilm.picture.diffusion.loading import Loaded
from tests.picture.diffusion.asking import asked, drawn

MakeEngine = Callable[..., DiffusersEngine]
PROFILE = "wan2.2-t2v-a14b"


class Full:
    """Stands before a denoiser, and says `times` times that memory is full, first at the call `at`."""

    def __init__(self, engine: DiffusersEngine, at: int, times: int) -> None:
        self.calls, self._at, self._times = 0, at, times
        for denoiser in engine.denoisers:
            denoiser.register_forward_pre_hook(self)

    def __call__(self, *_: Any) -> None:
        self.calls += 1
        if self.calls >= self._at and self._times:
            self._times -= 1
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


class Pipe:
    """A pipeline on a GPU that is not there: notes which switches are thrown."""

    def __init__(self) -> None:
        self.vae, self.thrown = self, []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda **_told: self.thrown.append(name)


def test_a_clip_for_which_memory_does_not_suffice_is_made_again_and_is_the_same(engine_of: MakeEngine) -> None:
    whole = drawn(engine_of(PROFILE), asked())
    engine = engine_of(PROFILE)
    Full(engine, at=2, times=1)
    shares: list[Fraction] = []
    clip = engine.render(asked(), shares.append, never_cancelled)
    assert np.array_equal(np.stack([frame.copy() for frame in clip.pixels]), whole)
    assert shares[-1] == 1 and max(shares) == 1
    assert np.array_equal(drawn(engine, asked()), whole)


def test_where_nothing_is_left_to_spare_it_is_told(engine_of: MakeEngine) -> None:
    engine = engine_of(PROFILE)
    full = Full(engine, at=1, times=99)
    with pytest.raises(EngineError, match=r"OutOfMemoryError: CUDA out of memory") as fault:
        drawn(engine, asked())
    assert "\n" not in str(fault.value)
    assert full.calls == 2, "on a CPU slicing is all that there is"


@pytest.mark.parametrize(
    ("speed", "thrown"),
    [
        ({}, ["enable_slicing", "enable_model_cpu_offload", "remove_all_hooks", "enable_sequential_cpu_offload"]),
        ({"vae_slicing": True, "offload": "model"}, ["remove_all_hooks", "enable_sequential_cpu_offload"]),
        ({"vae_slicing": True, "offload": "sequential"}, []),
    ],
)
def test_on_a_gpu_weights_wait_in_main_memory(speed: dict[str, Any], thrown: list[str]) -> None:
    profile = profile_of({"profile": "wan2.2-ti2v-5b"})
    bare = profile.speed.changed(vae_slicing=False, offload="none")
    pipe: Any = Pipe()
    for _, throw in economies(Loaded(pipe, pipe, "cuda:0"), profile.changed(speed=bare.changed(**speed))):
        throw()
    assert pipe.thrown == thrown
