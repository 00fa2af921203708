"""Is who is in a take who was meant? Those whose faces can be seen are held to their portraits.

A portrait (the reference sheet of one character in one state) has a plain ground, so that a descriptor knows what of
it is the figure. Which descriptor is used, and from where on a take is bad, is the video engine's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.errors import EngineError
from bookfilm.records.base import Part
from bookfilm.records.shots import InFrame, Picture, ShotSize
from bookfilm.store.media import sha256_of

Pixels = NDArray[np.uint8]

MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""When in a take it is looked at, in shares of its length."""
FACES: frozenset[ShotSize] = frozenset({"medium", "over_shoulder", "close_up"})
"""In which sizes a head is large enough to be told from another: in a wide shot it is a twentieth of the height."""
_SEARCHED_PX = 108
"""The height of a frame in which an outline is looked for."""
_LEAST, _MOST, _FINER = 0.3, 1.0, 1.12
"""How high head and bust may be in a frame, in shares of its height, and by which factor sizes are tried."""
_INKED = 40
"""A pixel of a portrait is the figure's where a channel differs from the ground by so much, of 255."""


class PortraitGiven(Part):
    """One who is in a shot, and where their portrait lies. `sha256` is what it shows."""

    who: str
    """The character's id."""
    path: str
    sha256: str


def judged_people(picture: Picture) -> tuple[InFrame, ...]:
    """Return who of `picture` is held to a portrait: those seen large, from before, and upright."""
    if picture.kind != "scene" or picture.size not in FACES:
        return ()
    return tuple(person for person in picture.cast if not person.near and person.stance != "lie")


def judged_frames(frames: int) -> frozenset[int]:
    """Return at which frames a take of `frames` is looked at."""
    return frozenset(min(frames - 1, round(share * frames)) for share in MOMENTS)


def read_portrait(given: PortraitGiven) -> Pixels:
    """Return the portrait, RGB, shape (height, width, 3). Raises EngineError that names the file."""
    path = Path(given.path)
    try:
        same = sha256_of(path) == given.sha256
    except OSError as error:
        raise EngineError(f"the portrait cannot be read: {error.strerror}", subject=path) from None
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR) if same else None
    if picture is None:
        raise EngineError("the portrait is no picture, or not the one that was asked for", subject=path)
    return np.ascontiguousarray(picture[..., ::-1], dtype=np.uint8)


def figure_of(portrait: Pixels) -> NDArray[np.bool_]:
    """Return which pixels of `portrait` are the figure's: those unlike the ground, whose colour its corners have."""
    height, width = portrait.shape[:2]
    edge = max(1, min(height, width) // 24)
    corners = np.concatenate([portrait[:edge, :edge].reshape(-1, 3), portrait[:edge, -edge:].reshape(-1, 3)])
    ground = np.median(corners, axis=0)
    return np.asarray(np.abs(portrait.astype(np.int16) - ground).max(axis=2) >= _INKED)


def outline_likeness(frames: Sequence[Pixels], portrait: Pixels) -> float:
    """Return how like the portrait's outline something dark in `frames` is, 0 to 1: for pictures in silhouette.

    Head and bust are looked for everywhere, at all sizes, looking to either side, by normalised cross-correlation. It
    needs no weights. It tells outlines apart, and nothing else: no face, no colour.
    """
    figure = figure_of(portrait)
    # The empty paper above a bare head tells nothing of who it is, and in a frame there is a place behind it.
    tops = np.flatnonzero(figure.any(axis=1))
    if not tops.size:
        return 0.0
    # A little of it, so that the top is an outline too. The figure is dark in the frames.
    mask = figure[max(0, int(tops[0]) - figure.shape[0] // 24) :].astype(np.uint8) * 255
    outline = np.ascontiguousarray(255 - mask)
    return float(np.median([_outline_in(frame, outline) for frame in frames]))


def _outline_in(frame: Pixels, outline: Pixels) -> float:
    width = max(16, round(_SEARCHED_PX * frame.shape[1] / frame.shape[0]))
    small = cv2.resize(frame, (width, _SEARCHED_PX), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    best, share = 0.0, _LEAST
    while share <= _MOST:
        tall = round(share * _SEARCHED_PX)
        wide = round(tall * outline.shape[1] / outline.shape[0])
        share *= _FINER
        if wide > width:
            continue
        sought = cv2.resize(outline, (wide, tall), interpolation=cv2.INTER_AREA)
        for turned in (sought, cv2.flip(sought, 1)):
            found = cv2.matchTemplate(grey, turned, cv2.TM_CCOEFF_NORMED)
            best = max(best, float(np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0).max()))
    return min(best, 1.0)
