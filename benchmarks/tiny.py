"""What a reader sees in the clips of the tiny model: place, hour and number of people, from captions never trained on.

The reader learns from the shadow theatre's own clips, and first shows on others of them that it can read. Then the
preset's engine makes a clip for each of 200 captions whose place, hour and number never stood together in training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.answers import ASKED, Answers, right_answers, share_right
from benchmarks.figures import Figure, Result
from bookfilm.engines.protocols import VideoEngine
from bookfilm.picture.tiny.clips import Clips, draw_clip, draw_clips
from bookfilm.picture.tiny.scenes import all_triples, held_out, judged_scene
from bookfilm.records.shots import Picture

if TYPE_CHECKING:
    from benchmarks.reader import Reader

CAPTIONS, LEARNT, UNSEEN = 200, 3600, 400
LIMITS = {"place": 70.0, "hour": 80.0, "figures": 80.0}
READS = 95.0
"""Percent of real frames that the reader must read right to be believed."""


@dataclass(frozen=True)
class Reading:
    """What was to be read, what was read of the model's clips, and what of real clips that the reader had not seen."""

    right: Answers
    read: Answers
    real_right: Answers
    real_read: Answers
    clips: Clips


def tiny() -> Result:
    """Read 200 held-out captions from the model's clips."""
    reading = read_tiny()
    figures = [
        Figure(f"reader, {asked} of real clips", 100 * share_right(reading.real_read, reading.real_right, asked), "%",
               READS, "least")
        for asked in ASKED
    ]  # fmt: skip
    figures += [
        Figure(f"{asked} of {CAPTIONS} held-out captions", 100 * share_right(reading.read, reading.right, asked), "%",
               LIMITS[asked], "least")
        for asked in ASKED
    ]  # fmt: skip
    return Result("tiny", figures)


def read_tiny() -> Reading:
    """Train a reader, have the model make its clips, and read them."""
    import torch

    from bookfilm.picture.diffusion.engine import DiffusersEngine

    torch.set_num_threads(1)
    reader = learnt_reader()
    unseen = [judged_scene(number, all_triples()) for number in range(UNSEEN)]
    asked = [judged_scene(100_000 + number, held_out()) for number in range(CAPTIONS)]
    clips = made_clips(DiffusersEngine(profile="tiny", device="cpu", threads=1), asked)
    return Reading(
        right=right_answers(asked),
        read=reader.read(clips),
        real_right=right_answers(unseen),
        real_read=reader.read(draw_clips(unseen)),
        clips=clips,
    )


def learnt_reader() -> Reader:
    """Return a reader that has seen LEARNT clips of the shadow theatre, of every place, hour and number alike."""
    from benchmarks.reader import train_reader

    learnt = [judged_scene(200_000 + number, all_triples()) for number in range(LEARNT)]
    return train_reader(draw_clips(learnt), right_answers(learnt))


def made_clips(engine: VideoEngine, pictures: Sequence[Picture]) -> Clips:
    """Return what `engine` makes of `pictures`, at the model's own size, length and rate."""
    return np.stack([draw_clip(picture, engine, seed) for seed, picture in enumerate(pictures)])
