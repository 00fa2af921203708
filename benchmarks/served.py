"""Takes of a video engine through the real Serve app, one replica, and the same clips from a bare loop."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from bookfilm.engines.protocols import Clip
from bookfilm.jobs.gate import OpenGate
from bookfilm.picture.encode import encode_clip
from bookfilm.picture.requests import TakeOrder
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.records.takes import Take
from bookfilm.settings import EngineChoice, Preset, Replicas, load_preset
from bookfilm.store.media import MediaStore


@dataclass(frozen=True)
class Served:
    """How long a run took from the first take sent to the last one back, and each take inside its replica: seconds."""

    wall_s: float
    takes_s: tuple[float, ...]


@contextmanager
def video_app(settings: dict[str, Any]) -> Iterator[str]:
    """Start Ray and the app whose one video replica is `diffusers` with `settings`; give the app's name."""
    import ray
    from ray import serve

    from cluster.joining import HOUSEKEEPING
    from deployments.apps import app_name, app_of

    os.environ.update(HOUSEKEEPING)
    preset = _preset(settings)
    # Nobody asks the other posts for anything: they begin with no replica, where the preset lets them.
    ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False)
    try:
        serve.start(proxy_location="Disabled")
        serve.run(app_of(preset, at_once=0), name=app_name(preset), route_prefix=None)
        yield app_name(preset)
    finally:
        serve.shutdown()
        ray.shutdown()


def _preset(settings: dict[str, Any]) -> Preset:
    video = EngineChoice(engine="diffusers", settings=settings, replicas=Replicas(max_replicas=1))
    return load_preset("preview").model_copy(update={"name": "diffusion", "video": video})


def served_takes(app: str, orders: Sequence[TakeOrder], folder: Path) -> Served:
    """Send `orders` to the replica as a job does, and return once all lie in `folder`. Ends with a line where one does
    not."""
    from cluster.gating import GateTurnstile
    from cluster.sending import Work, sent_rows

    folder.mkdir(parents=True, exist_ok=True)
    takes = MediaStore(folder, ".mp4", Take)
    work = Work(app, "video", "render", TakeOrder.model_validate_json, takes, in_flight=Replicas().slots, at_work=1)
    rows = [(order.key, order.model_dump_json()) for order in orders]
    takes_s = []
    began = time.perf_counter()
    for done in chain.from_iterable(sent_rows(rows, len(rows), work, GateTurnstile(OpenGate()))):
        if not done.made:
            raise SystemExit(f"{done.key} was not made: {done.errors[-1] if done.errors else 'lost'}")
        takes_s.append(done.ms / 1000)
    return Served(time.perf_counter() - began, tuple(takes_s))


def bare_takes(orders: Sequence[TakeOrder], steps: int, folder: Path) -> float:
    """Make the clips of `orders` with the bare pipeline, one after the other, encoded; return the seconds it took."""
    pipe, guidance = _bare_pipeline()
    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    for order in orders:
        request = order.request
        clip = Clip(request.width, request.height, request.rate, request.frames, _frames(pipe, guidance, order, steps))
        encode_clip(clip, folder / f"{order.key}.mp4", order.encoding, order.key_frames)
    return time.perf_counter() - began


@cache
def _bare_pipeline() -> tuple[Any, float]:
    import torch

    from bookfilm.picture.diffusion.profile import load_profile
    from bookfilm.picture.tiny.pipeline import TinyPipeline

    profile = load_profile("tiny")
    pipe = TinyPipeline.from_pretrained(profile.model.id, dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    # The first call of a pipeline takes longer.
    pipe("", num_inference_steps=1)
    return pipe, profile.guidance


def _frames(pipe: Any, guidance: float, order: TakeOrder, steps: int) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    import torch

    made = pipe(
        write_caption(order.request.picture),
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=torch.Generator("cpu").manual_seed(order.request.seed),
    ).frames[0]
    for frame in made:
        yield (frame * 255).round().byte().permute(1, 2, 0).numpy()
