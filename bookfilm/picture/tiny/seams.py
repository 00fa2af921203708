"""The codec's second half is taught to close the seams between blocks, which the denoiser foretells one by one.

What it is shown is what the denoiser makes of real clips with some noise, and it is to give back the clips.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import torch

from bookfilm.picture.tiny.clips import Clips
from bookfilm.picture.tiny.codec import BlockCodec
from bookfilm.picture.tiny.corpus import Corpus, floats_of
from bookfilm.picture.tiny.denoiser import TinyDenoiser
from bookfilm.picture.tiny.stages import Stage
from bookfilm.picture.tiny.text import CaptionEncoder

SEED = 21
_BATCH, _RATE = 8, 1.5e-3
_LEAST, _MOST = 0.1, 0.6
"""How much noise the denoiser has to take away: about what is left of its doubts at the end of a clip."""
_GUIDANCE = 2.5
"""As clips are made: guidance makes the differences between blocks larger too."""


class SeamsStage(Stage):
    """The codec's `seams` under way; the text encoder and the denoiser are left as they are."""

    name = "seams"
    learnt_by = frozenset({"denoiser"})

    def __init__(self, text: CaptionEncoder, denoiser: TinyDenoiser, corpus: Corpus, clips: Clips, steps: int) -> None:
        self.text, self.denoiser, self.corpus, self.clips, self.steps = text, denoiser, corpus, clips, steps
        self.codec: BlockCodec = corpus.codec
        self.recipe = {"channels": self.codec.config.channels, "denoiser": _digest(text, denoiser)}
        self.optimiser = torch.optim.AdamW(self.codec.seams.parameters(), lr=_RATE, fused=True)

    def learn(self) -> float:
        """Make the next step and return its loss."""
        chance = torch.Generator().manual_seed(SEED * 1_000_003 + self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = _RATE * max(0.05, 1 - self.step / self.steps)
        chosen = torch.randint(len(self.clips), (_BATCH,), generator=chance)
        wanted = floats_of(self.clips[chosen.numpy()])
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            clip = self.corpus.latents[chosen].float()
            sigma = _LEAST + (_MOST - _LEAST) * torch.rand(_BATCH, generator=chance)
            at = sigma.view(-1, 1, 1, 1)
            noisy = (1 - at) * clip + at * torch.randn(clip.shape, generator=chance)
            words = self.text(self.corpus.tokens[chosen])
            told, bare = (self.denoiser.foretell(noisy, sigma, given).float() for given in (words, 0 * words))
            blocks = self.codec.decode_blocks(bare + _GUIDANCE * (told - bare))
        with torch.autocast("cpu", torch.bfloat16):
            loss = (self.codec.close_seams(blocks.float()).float() - wanted).abs().mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        """Return the seams' weights and the optimiser's state."""
        return {"seams": self.codec.seams.state_dict(), "optimiser": self.optimiser.state_dict()}

    def take_up(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        self.codec.seams.load_state_dict(state["seams"])
        self.optimiser.load_state_dict(state["optimiser"])


def _digest(*parts: torch.nn.Module) -> str:
    """Return what changes with any weight of `parts`: seams are closed for what this very denoiser foretells."""
    weights = sha256()
    for part in parts:
        for name, held in part.state_dict().items():
            weights.update(name.encode())
            weights.update(held.detach().contiguous().numpy().tobytes())
    return weights.hexdigest()[:16]
