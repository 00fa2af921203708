"""Stripes of an engine that is given keyframes and portraits, and draws stripes all the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bookfilm_stripes import StripesEngine

from bookfilm.engines.protocols import VideoCapabilities


class ToldStripesEngine(StripesEngine):
    name = "told_stripes"

    @property
    def capabilities(self) -> VideoCapabilities:
        return VideoCapabilities(first_frame=True, last_frame=True, identity_floor=0.2)

    def likeness(self, frames: Sequence[np.ndarray], portrait: np.ndarray) -> float:
        return 0.5
