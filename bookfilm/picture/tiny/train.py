"""Trains the tiny model: ``python -m bookfilm.picture.tiny.train --work FOLDER --out FOLDER``.

Draws the clips, fits the codec, trains the denoiser with its text encoder, teaches the codec to close its seams, and
writes the pipeline in diffusers' form. All of it goes on where it was broken off; one thread of a CPU is enough.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from bookfilm.errors import BookfilmError
from bookfilm.picture.tiny.clips import training_clips
from bookfilm.picture.tiny.corpus import load_corpus
from bookfilm.picture.tiny.denoising import SEED, DenoiserStage, Recipe
from bookfilm.picture.tiny.export import check_export, export_pipeline
from bookfilm.picture.tiny.seams import SeamsStage
from bookfilm.picture.tiny.stages import run_stage

_SEEN_FOR_SEAMS = 1000
"""So many clips are enough to close seams by."""


def train(work: Path, steps: int, seam_steps: int, recipe: Recipe) -> DenoiserStage:
    """Train in the folder `work` up to so many steps of each stage, from where it was, and return what was trained.

    The codec of its corpus has the seams taught. Raises ValueError where the folder's training is of another recipe.
    """
    torch.manual_seed(SEED)
    corpus = load_corpus(work, recipe.clips, recipe.channels, _tell)
    stage = DenoiserStage(recipe, corpus, steps)
    run_stage(stage, work, steps, _tell)
    if seam_steps:
        clips = training_clips(work, min(_SEEN_FOR_SEAMS, recipe.clips), _tell)
        average = stage.average
        run_stage(SeamsStage(average.text, average.denoiser, corpus, clips, seam_steps), work, seam_steps, _tell)
    return stage


def _tell(line: str) -> None:
    print(line, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Train, and write the pipeline. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bookfilm.picture.tiny.train", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="clips, latents and the state of the training")
    parser.add_argument("--out", type=Path, help="where the pipeline is written; nothing is, without it")
    parser.add_argument("--steps", type=int, default=12_000, help="of the denoiser; cooled down at their end")
    parser.add_argument("--seam-steps", type=int, default=1200, help="of the codec's seams")
    asked = parser.parse_args(arguments)
    try:
        if asked.out is not None:
            # Hours before anything is written there.
            check_export(asked.out)
        return _trained(asked)
    except BookfilmError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _trained(asked: argparse.Namespace) -> int:
    torch.set_num_threads(1)
    stage = train(asked.work, asked.steps, asked.seam_steps, Recipe())
    if asked.out is not None:
        average = stage.average
        size = export_pipeline(average.text, average.denoiser, stage.corpus.codec, asked.out)
        _tell(f"{asked.out}: {size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
