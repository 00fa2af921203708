"""The training data as the model sees it: latents and tokens, worked out once and kept beside the clips."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from bookfilm.picture.tiny.clips import FRAMES, Clips, captions_of, training_clips
from bookfilm.picture.tiny.codec import BlockCodec
from bookfilm.picture.tiny.text import caption_tokenizer, tokens_of
from bookfilm.store.files import write_file

_FITTED = 800
"""So many clips are enough to find the codec's axes."""
_AT_ONCE = 200


@dataclass(frozen=True)
class Corpus:
    """`latents` of shape (n, channels, rows, columns), float16, and `tokens` (n, words), int64."""

    latents: torch.Tensor
    tokens: torch.Tensor
    codec: BlockCodec


def load_corpus(folder: Path, clips: int, channels: int, told: Callable[[str], None]) -> Corpus:
    """Return the corpus of the first `clips` training clips, made in `folder` as far as it is not there yet."""
    codec, kept = BlockCodec(FRAMES, channels), folder / f"latents-{clips}-{channels}.pt"
    tokens = tokens_of(caption_tokenizer(), captions_of(clips))
    if kept.exists():
        held = torch.load(kept, weights_only=True)
        # Its seams are taught later, and kept elsewhere.
        codec.load_state_dict(held["codec"], strict=False)
        return Corpus(held["latents"], tokens, codec)
    drawn = training_clips(folder, clips, told)
    codec.fit(floats_of(drawn[:: max(1, clips // _FITTED)]))
    with torch.no_grad():
        parts = [codec.encode(floats_of(drawn[at : at + _AT_ONCE])).half() for at in range(0, clips, _AT_ONCE)]
    latents = torch.cat(parts)
    told(f"codec: {psnr_of(codec, drawn[:_AT_ONCE]):.1f} dB with {channels} numbers a block")
    packed = io.BytesIO()
    torch.save({"codec": codec.state_dict(), "latents": latents}, packed)
    write_file(kept, packed.getvalue())
    return Corpus(latents, tokens, codec)


def psnr_of(codec: BlockCodec, clips: Clips) -> float:
    """Return how near `clips` come back from the codec: peak signal over noise, in dB."""
    with torch.no_grad():
        whole = floats_of(clips)
        error = float((codec.decode(codec.encode(whole)).clamp(0, 1) - whole).pow(2).mean())
    return float(-10 * np.log10(error))


def floats_of(clips: Clips) -> torch.Tensor:
    """Return `clips` as float of 0 to 1."""
    return torch.from_numpy(np.ascontiguousarray(clips)).float() / 255
