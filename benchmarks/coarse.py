"""A long scene filled from its keyframes against the chain of clip to clip, after NUWA-XL (arXiv:2303.12346).

Two things are measured. How long a scene of 4,096 frames takes in clips of 81: the keyframes first, all at once, then
the clips between them, all at once, on simulated GPUs (`benchmarks.simulated`) through the real farm; and as a chain,
in which each clip waits for the one before, whatever the number of GPUs. The times are the profile's, of which a second
here stands for many; a keyframe's, which no profile tells, is taken for granted and said. And with the tiny model, real
pixels: from frame to frame, no join of two clips may differ more than the frames inside them do on average.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.figures import Figure, Result
from benchmarks.simulated import Farm, drawn_seconds, run_apart
from bookfilm.engines.protocols import RenderRequest, never_cancelled, no_progress
from bookfilm.picture.tiny.clips import FRAMES, HEIGHT, RATE, STYLE, WIDTH, Clips
from bookfilm.picture.tiny.scenes import held_out, judged_scene
from bookfilm.records.shots import Picture
from bookfilm.records.time import FrameRate

PROFILE = "wan2.1-flf2v-14b"
SCENE_FRAMES = 4096
SIZES = (1, 2, 4, 8, 16, 32, 64)
SIZES_TOLD = "BOOKFILM_COARSE_SIZES"
"""Names other sizes, with commas. They are judged alike."""
CLIP_S = 4.0
"""What stands for a clip's time here."""
STILL_S = 40.0
"""Of a keyframe, on the same GPU: taken for granted, as long as an image model of that size may take. No profile tells
it, and it was not measured here."""
LEAST_SAVED = 0.96
SHOTS, SHOT_FRAMES = 4, 36
SEED = 5


@dataclass(frozen=True)
class Scene:
    """How long each keyframe and each clip of the scene takes, in seconds here."""

    stills: tuple[float, ...]
    clips: tuple[float, ...]


def coarse_to_fine() -> Result:
    """Measure the times and the joins."""
    return Result("coarse-to-fine", [*time_figures(scene_of(SCENE_FRAMES)), *join_figures()])


def scene_of(frames: int) -> Scene:
    """Return the scene of so many frames: clips that share their keyframes, and those."""
    from bookfilm.picture.diffusion.profile import load_profile

    profile = load_profile(PROFILE)
    clips = -(-(frames - 1) // (profile.clip.frames.most - 1))
    still_s = CLIP_S * STILL_S / profile.times.clip_s
    return Scene(drawn_seconds(clips + 1, still_s, SEED), drawn_seconds(clips, CLIP_S, SEED + 1))


def time_figures(scene: Scene) -> list[Figure]:
    """Return what filling saves of the chain's time, by the number of GPUs."""
    sizes = [int(size) for size in os.environ.get(SIZES_TOLD, "").split(",") if size] or list(SIZES)
    chain = run_apart(Farm(gpus=1, seconds=scene.clips)).wall_s
    figures = [
        Figure("a keyframe's time, taken for granted", STILL_S, "s"),
        Figure(f"chain of {len(scene.clips)} clips", chain / CLIP_S, "clips' time"),
    ]
    for gpus in sizes:
        whole = run_apart(Farm(gpus=gpus, seconds=scene.stills, then=scene.clips)).whole_s
        saved = 1 - whole / chain
        print(f"{gpus} GPUs: {saved:.4f} of the chain's time saved", file=sys.stderr, flush=True)
        judged = LEAST_SAVED if gpus == max(SIZES) else None
        figures.append(Figure(f"{gpus} GPUs, saved of the chain's time", saved, "share", judged, "least"))
    return figures


def join_figures(shots: int = SHOTS, frames: int = SHOT_FRAMES) -> list[Figure]:
    """Return how far frames differ where two clips of the tiny model meet, over how far inside the clips."""
    pictures = [judged_scene(number, held_out()) for number in range(shots)]
    filled, chained = ([joins_over_inside(clip) for clip in drawn(pictures, longer, frames)] for longer in _WAYS)
    return [
        Figure("filled, worst join over inside", max(joins.worst for joins in filled), "ratio", 1.0),
        Figure("filled, joins over inside, mean", float(np.mean([joins.mean for joins in filled])), "ratio", 1.0),
        Figure("chained, worst join over inside", max(joins.worst for joins in chained), "ratio"),
        Figure("chained, joins over inside, mean", float(np.mean([joins.mean for joins in chained])), "ratio"),
    ]


_WAYS = ("fill", "chain")


def drawn(pictures: Sequence[Picture], longer: str, frames: int) -> list[Clips]:
    """Return each picture as a shot of so many of the model's own frames, longer than its clip."""
    from bookfilm.picture.diffusion.engine import DiffusersEngine

    engine = DiffusersEngine(profile="tiny", device="cpu", threads=1, longer=longer)
    shots = []
    for seed, picture in enumerate(pictures):
        request = RenderRequest(
            picture=picture, width=WIDTH, height=HEIGHT, rate=FrameRate(num=RATE), frames=frames, style=STYLE, seed=seed
        )
        clip = engine.render(request, no_progress, never_cancelled)
        shots.append(np.stack([frame.copy() for frame in clip.pixels]))
    return shots


@dataclass(frozen=True)
class Joins:
    """How far frames differ at the joins of a shot's clips, over how far they do inside them, on average."""

    worst: float
    mean: float


def joins_over_inside(shot: Clips) -> Joins:
    """Return the differences of both steps at each frame that two clips share, over the mean of all others."""
    steps = np.abs(np.diff(shot.astype(np.int16), axis=0)).mean(axis=(1, 2, 3))
    shared = np.arange(FRAMES - 1, len(steps), FRAMES - 1)
    joins = np.zeros(len(steps), bool)
    joins[shared - 1] = joins[shared] = True
    inside = float(steps[~joins].mean())
    return Joins(float(steps[joins].max()) / inside, float(steps[joins].mean()) / inside)
