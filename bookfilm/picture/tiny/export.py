"""A trained model, written as a pipeline of diffusers: half precision, a folder that from_pretrained loads."""

from __future__ import annotations

import shutil
from pathlib import Path

from diffusers import FlowMatchEulerDiscreteScheduler

from bookfilm.picture.tiny.codec import BlockCodec
from bookfilm.picture.tiny.denoiser import TinyDenoiser
from bookfilm.picture.tiny.pipeline import TinyPipeline
from bookfilm.picture.tiny.text import CaptionEncoder, caption_tokenizer

SHIFT = 2.0
"""Of the sampler's noise levels: more of its steps are spent where much is still undecided (Esser et al. 2024)."""


def build_pipeline(text: CaptionEncoder, denoiser: TinyDenoiser, codec: BlockCodec) -> TinyPipeline:
    """Return the pipeline of these parts."""
    return TinyPipeline(
        tokenizer=caption_tokenizer(),
        text_encoder=text.eval(),
        transformer=denoiser.eval(),
        vae=codec.eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=SHIFT),
    )


def export_pipeline(text: CaptionEncoder, denoiser: TinyDenoiser, codec: BlockCodec, folder: Path) -> int:
    """Write the pipeline into `folder`, over what it held but for its card, and return its bytes.

    The parts are half precision afterwards.
    """
    pipe = build_pipeline(text.half(), denoiser.half(), codec.half())
    for old in folder.iterdir() if folder.exists() else ():
        if old.is_dir():
            shutil.rmtree(old)
    pipe.save_pretrained(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        # Weights are written for their owner only; a package is read by everybody.
        path.chmod(0o644)
    return sum(path.stat().st_size for path in files)
