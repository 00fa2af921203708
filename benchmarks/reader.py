"""A reader of clips: says place, hour and number of people of what it is shown. Trained on the shadow theatre alone.

A small convolutional network with three answers, over two frames of a clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as nnf
from torch import nn

from benchmarks.answers import ASKED, Answers, names_of
from bookfilm.picture.tiny.clips import Clips

_SEEN = (1, 6)
"""The frames of a clip that are looked at."""
_GRID = (4, 6)
_EPOCHS, _BATCH, _RATE = 12, 50, 2e-3


@dataclass(frozen=True)
class Reader:
    """A trained network."""

    network: nn.Module

    def read(self, clips: Clips) -> Answers:
        """Return what is seen in `clips`."""
        self.network.eval()
        with torch.no_grad():
            parts = [self.network(_seen(clips[at : at + 100])) for at in range(0, len(clips), 100)]
        return np.concatenate([np.stack([answer.argmax(1).numpy() for answer in part], 1) for part in parts])


class _Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        widths = (3 * len(_SEEN), 32, 64, 96, 128)
        layers: list[nn.Module] = []
        for at, (taken, given) in enumerate(pairwise(widths)):
            layers += [nn.Conv2d(taken, given, 5 if at == 0 else 3, 2, 2 if at == 0 else 1), nn.BatchNorm2d(given)]
            layers += [nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(_GRID), nn.Flatten(), nn.Dropout(0.3))
        sizes = [len(names_of(asked)) for asked in ASKED]
        self.heads = nn.ModuleList(nn.Linear(widths[-1] * _GRID[0] * _GRID[1], size) for size in sizes)

    def forward(self, seen: torch.Tensor) -> list[torch.Tensor]:
        inner = self.body(seen)
        return [head(inner) for head in self.heads]


def _seen(clips: Clips) -> torch.Tensor:
    """Return the frames that are looked at, one behind the other in their channels."""
    frames = torch.from_numpy(np.ascontiguousarray(clips[:, _SEEN])).float() / 255 - 0.5
    return frames.permute(0, 1, 4, 2, 3).flatten(1, 2)


def train_reader(clips: Clips, right: Answers, seed: int = 1) -> Reader:
    """Return a reader that has learnt `right` from `clips`."""
    torch.manual_seed(seed)
    network, seen, wanted = _Network(), _seen(clips), torch.from_numpy(right)
    steps = _EPOCHS * (len(clips) // _BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=_RATE, total_steps=max(steps, 1))
    chance = torch.Generator().manual_seed(seed)
    network.train()
    for _ in range(_EPOCHS):
        order = torch.randperm(len(clips), generator=chance)
        for at in range(0, len(clips) - _BATCH + 1, _BATCH):
            chosen = order[at : at + _BATCH]
            shown = seen[chosen]
            if torch.rand((), generator=chance) < 0.5:
                shown = shown.flip(3)
            loss = torch.stack(
                [
                    nnf.cross_entropy(answer, wanted[chosen, number], label_smoothing=0.05)
                    for number, answer in enumerate(network(shown))
                ]
            ).sum()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            pace.step()
    return Reader(network)
