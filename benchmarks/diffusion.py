"""What Ray Serve adds to a diffusion model at work, and what each step cache saves there and costs.

The tiny model makes the same takes through the real deployment and in a bare loop over its bare pipeline, with one
thread each, in pairs of which every other is turned round. The clips must be the same bytes. A take lasts a second at
least: the model is asked for as many steps as that needs on this machine.

The caches are measured at the profile's own steps, clip by clip beside the same clip without one. Each must save steps
and leave the clip what it is. Those that the tiny model cannot have are named, with what a user is told of them.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, get_args

import numpy as np

from benchmarks.figures import Figure, Result
from benchmarks.plain import RAY_NICENESS
from benchmarks.served import bare_takes, served_takes, video_app
from bookfilm.engines.protocols import RenderRequest
from bookfilm.picture.diffusion.tables import CacheKind
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.picture.tiny.clips import FRAMES, HEIGHT, RATE, STYLE, WIDTH, Clips, draw_clip
from bookfilm.picture.tiny.scenes import held_out, judged_scene
from bookfilm.records.base import content_key
from bookfilm.records.shots import Picture
from bookfilm.records.time import FrameRate
from bookfilm.settings import Encoding

PAIRS, TAKES = 5, 8
LEAST_TAKE_S = 1.0
SPARE = 1.3
"""A take is made so much longer than it must be: the machine is not always equally fast."""
MOST_OVER_REPLICAS = 1.03
CACHED_CLIPS = 3
LEAST_STEPS_SAVED = 3.0
"""Of sixteen: a cache that saves fewer is not worth its error."""
LEAST_PSNR_DB = 20.0
"""A clip that is farther from itself is another one."""
_LEAST_ERROR = 255 / 10**5
"""Root mean square, in levels: two clips of the same bytes are 100 dB apart, not infinitely many."""

CACHES: dict[str, dict[str, Any]] = {
    "first_block": {"threshold": 0.3},
    "taylor_seer": {"interval": 2, "warm_up": 3, "order": 0},
    "mag": {
        "threshold": 0.3,
        # As diffusers' calibration gives them for the tiny model.
        "ratios": [1.0, 1.057, 0.945, 0.936, 0.933, 0.887, 0.898, 0.864, 0.838, 0.84, 0.815, 0.718, 0.74, 0.678, 0.594,
                   0.752],
    },
    "sea": {"threshold": 0.3},
}  # fmt: skip


@dataclass
class Pairs:
    """What the pairs of runs came to, in seconds; `inside_s` is what the replica says that the takes took."""

    bare_s: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)
    inside_s: list[float] = field(default_factory=list)
    shortest_s: float = math.inf

    @property
    def over_replicas(self) -> float:
        return median(wall / inside for wall, inside in zip(self.wall_s, self.inside_s, strict=True))

    @property
    def over_bare(self) -> float:
        return median(wall / bare for wall, bare in zip(self.wall_s, self.bare_s, strict=True))


def diffusion() -> Result:
    """Measure Serve over a bare pipeline, and the step caches."""
    import torch

    torch.set_num_threads(1)
    # As nice as Ray's workers are: what else runs on the machine must not favour either way.
    os.nice(max(0, RAY_NICENESS - os.nice(0)))
    pairs = measured_pairs()
    figures = [
        Figure("shortest take", pairs.shortest_s, "s", LEAST_TAKE_S, "least"),
        Figure("Serve over time in replicas", pairs.over_replicas, "ratio", MOST_OVER_REPLICAS),
        Figure("Serve over a bare loop", pairs.over_bare, "ratio"),
    ]
    return Result("diffusion", [*figures, *cache_figures()])


def measured_pairs(pairs: int = PAIRS, takes: int = TAKES, least_s: float = LEAST_TAKE_S) -> Pairs:
    """Make the takes both ways, so many times. Ends with one line where the bytes differ."""
    from bookfilm.picture.diffusion.engine import DiffusersEngine

    steps = _steps_for(least_s * SPARE)
    settings = {"profile": "tiny", "device": "cpu", "threads": 1, "steps": steps}
    engine = DiffusersEngine(**settings)
    facts = EngineFacts(name=engine.name, revision=engine.revision, settings=settings, capabilities=engine.capabilities)
    orders = [take_order(judged_scene(number, held_out()), number, facts) for number in range(takes)]
    came = Pairs()
    with video_app(settings) as app, tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        served_takes(app, orders[:1], Path(scratch) / "warm")
        for pair in range(pairs):
            folder = Path(scratch) / f"pair{pair}"
            for way in ("bare", "served") if pair % 2 == 0 else ("served", "bare"):
                if way == "bare":
                    came.bare_s.append(bare_takes(orders, steps, folder / "bare"))
                    continue
                served = served_takes(app, orders, folder / "takes")
                came.wall_s.append(served.wall_s)
                came.inside_s.append(sum(served.takes_s))
                came.shortest_s = min(came.shortest_s, *served.takes_s)
            _check_bytes(orders, folder)
    return came


def take_order(picture: Picture, seed: int, facts: EngineFacts) -> TakeOrder:
    """Return the order of a clip as the model makes it: its size, rate and length, so that nothing is conformed."""
    rate = FrameRate(num=RATE)
    request = RenderRequest(
        picture=picture, width=WIDTH, height=HEIGHT, rate=rate, frames=FRAMES, style=STYLE, seed=seed
    )
    key = content_key("benchmark diffusion", {"seed": seed, "revision": facts.revision})
    return TakeOrder(key=key, shot=f"caption {seed}", engine=facts, request=request, encoding=Encoding())


def _steps_for(seconds: float) -> int:
    """Return how many steps a clip needs to take so long here; the profile's own at least."""
    engine, own = _tiny_engine({})
    picture = judged_scene(0, held_out())
    draw_clip(picture, engine)
    began = time.perf_counter()
    draw_clip(picture, engine)
    return max(own, math.ceil(own * seconds / (time.perf_counter() - began)))


def _check_bytes(orders: Sequence[TakeOrder], folder: Path) -> None:
    for order in orders:
        name = f"{order.key}.mp4"
        if (folder / "takes" / name).read_bytes() != (folder / "bare" / name).read_bytes():
            raise SystemExit(f"{order.shot}: the take through Serve has other bytes than the bare pipeline's clip")


def cache_figures(clips: int = CACHED_CLIPS) -> list[Figure]:
    """Return what each cache saves of the steps and the seconds of a clip, and how far the clip is then from itself."""
    figures = [figure for kind, told in CACHES.items() for figure in cache_of(kind, told, clips)]
    return [*figures, *(_refused(kind) for kind in get_args(CacheKind) if kind not in ("none", *CACHES))]


def _refused(kind: str) -> Figure:
    """Return that the tiny model is refused this cache, as other models may have it: what is said goes to stderr."""
    from bookfilm.picture.diffusion.engine import profile_of
    from bookfilm.picture.diffusion.switches import check_switches

    said = check_switches(profile_of({"profile": "tiny", "speed": {"cache": {"kind": kind}}}))
    print(f"{kind}, not measured: {'; '.join(said)}", file=sys.stderr, flush=True)
    return Figure(f"{kind}, refused to the tiny model", float(len(said)), "lines", 1, "least")


def cache_of(kind: str, told: dict[str, Any], clips: int) -> list[Figure]:
    """Return what the cache `kind`, with the values `told`, saves of so many clips, and their error."""
    (plain, steps), (cached, _) = _tiny_engine({}), _tiny_engine({"kind": kind, **told})
    passes = _counted_passes(cached)
    plain_s, cached_s, errors = [], [], []
    for number in range(-1, clips):
        picture = judged_scene(max(0, number), held_out())
        began = time.perf_counter()
        right = draw_clip(picture, plain, number + 1)
        between = time.perf_counter()
        made = draw_clip(picture, cached, number + 1)
        if number >= 0:
            plain_s.append(between - began)
            cached_s.append(time.perf_counter() - between)
            errors.append(psnr_db(made, right))
        else:
            # The first clip of an engine takes longer.
            passes.clear()
    # With guidance each step asks the model twice.
    worked = len(passes) / 2 / clips
    return [
        Figure(f"{kind}, steps saved of {steps}", steps - worked, "steps", LEAST_STEPS_SAVED, "least"),
        Figure(f"{kind}, seconds saved", 1 - median(cached_s) / median(plain_s), "share of a clip"),
        Figure(f"{kind}, error", median(errors), "dB PSNR", LEAST_PSNR_DB, "least"),
    ]


def psnr_db(made: Clips, right: Clips) -> float:
    """Return the peak signal-to-noise ratio of `made` against `right`, in dB: 100 at most."""
    error = math.sqrt(float(np.square(made.astype(np.float64) - right).mean()))
    return 20 * math.log10(255 / max(error, _LEAST_ERROR))


def _tiny_engine(cache: dict[str, Any]) -> tuple[Any, int]:
    """Return the engine of the tiny model with such a cache, and its profile's steps."""
    from bookfilm.picture.diffusion.engine import DiffusersEngine, profile_of

    told = {"profile": "tiny", "device": "cpu", "threads": 1, "speed": {"cache": cache} if cache else {}}
    return DiffusersEngine(**told), profile_of(told).steps


def _counted_passes(engine: Any) -> list[int]:
    """Return a list that grows by one with each pass through the model's middle."""
    passes: list[int] = []
    block = engine.denoisers[0].blocks[3]
    block.wide.register_forward_hook(lambda *_: passes.append(1))
    return passes
