"""A portrait: head and bust of one figure on a plain ground, looking to the right."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import PortraitRequest
from bookfilm.errors import EngineError
from bookfilm.picture.shadow.cast import Actor, build_cast
from bookfilm.picture.shadow.composition import FRAMINGS
from bookfilm.picture.shadow.palette import palettes_of
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.stylesheets import named_style
from bookfilm.records.shots import InFrame, Setting

ABOVE, BELOW = 2.0, 1.55
"""How much of head and bust is seen, in heads from the middle of the head: a top hat is a head and a half above it."""
_DAYLIGHT = Setting(kind="field", hour="noon")
_MOMENT_S, _SHOT_S = 1.0, 4.0


def draw_portrait(request: PortraitRequest) -> NDArray[np.uint8]:
    """Return the portrait of `request.look`, RGB, shape (height, width, 3): the same look gives the same pixels."""
    palette, _ = palettes_of(_DAYLIGHT, request.sheet or named_style(request.style))
    tall = request.height / (ABOVE + BELOW)
    # So large that it is hardly brought to another size, with room for what is worn.
    frame = Frame(round(8 * tall), round(6.8 * tall))
    person = InFrame(name="", look=request.look)
    (actor,) = build_cast((person,), FRAMINGS["medium"], frame, palette, [], (0.5, 0.2))
    sprite, (x, y, head) = actor.alone(_MOMENT_S, _SHOT_S) if isinstance(actor, Actor) else (None, (0.0, 0.0, 0.0))
    if sprite is None:
        raise EngineError("nothing of this look can be drawn", subject="portrait")
    scale = tall / head
    left, top = x - request.width / scale / 2 - sprite.x, y - ABOVE * head - sprite.y
    move = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    figure = cv2.warpAffine(sprite.pixels, move, (request.width, request.height), flags=cv2.INTER_LINEAR)
    ground = np.array([round(255 * part) for part in palette.horizon], np.float32)
    covered = figure[:, :, 3:].astype(np.float32) / 255
    # The sprite is premultiplied.
    return np.asarray((figure[:, :, :3] + ground * (1 - covered)).clip(0, 255).round(), np.uint8)
