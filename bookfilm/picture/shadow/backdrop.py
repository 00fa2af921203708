"""The set as a shot sees it: sheets framed, grouped into layers that move as one, and laid down each frame."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import skia

from bookfilm.picture.shadow.camera import View, moves, zooms
from bookfilm.picture.shadow.colour import Colour
from bookfilm.picture.shadow.composition import Framing
from bookfilm.picture.shadow.light import lamp_glow
from bookfilm.picture.shadow.paper import (
    LINEAR,
    Frame,
    Pixels,
    Sheet,
    draw_sparse,
    image_of,
    ink_box,
    inked_cells,
    pieces_of,
    surface_on,
)
from bookfilm.picture.shadow.sets.index import build_set
from bookfilm.picture.shadow.sets.scenery import Scenery
from bookfilm.records.shots import Camera, Setting
from bookfilm.records.styles import StyleSheet

SET_CACHE_BYTES = 50 << 20
"""Two sets of 1280x720: shots come scene by scene, and a renderer seldom needs a third again.

Over the example films and two short stories 50 MiB cut as many sets as 400 would, and are full after two scenes."""


class SetCache:
    """The sets cut so far, by setting, style and size; the least lately used go once they take too many bytes."""

    def __init__(self, limit: int = SET_CACHE_BYTES) -> None:
        self.limit = limit
        self._sets: OrderedDict[tuple[str, StyleSheet, Frame], Scenery] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        return sum(map(_nbytes, self._sets.values()))

    def get(self, setting: Setting, style: StyleSheet, frame: Frame) -> Scenery:
        key = (setting.model_copy(update={"name": ""}).model_dump_json(), style, frame)
        with self._lock:
            if key in self._sets:
                self._sets.move_to_end(key)
                return self._sets[key]
            scene = build_set(setting, style, frame)
            self._sets[key] = scene
            while len(self._sets) > 1 and self.nbytes > self.limit:
                self._sets.popitem(last=False)
            return scene


def _nbytes(scene: Scenery) -> int:
    back = 0 if scene.backcloth is None else scene.backcloth.nbytes
    return int(back) + sum(sheet.nbytes for sheet in (*scene.sheets, *scene.near))


@dataclass(frozen=True)
class Glow:
    """A lamp as the shot sees it, in pixels of the frame."""

    x: float
    y: float
    size: float
    colour: Colour
    strength: float
    depth: float


_FLAT = 1.3
"""From this nearness on, the set behind is out of focus, and a push is too short to move its sheets apart."""


def _steps(camera: Camera, framing: Framing) -> tuple[float, ...]:
    """Return up to which depth the sheets of each layer go: those that do not move against each other are one."""
    if not moves(camera) or (zooms(camera) and framing.zoom >= _FLAT):
        return (9.0,)
    return (0.45, 9.0) if zooms(camera) else (0.1, 0.28, 0.55, 9.0)


class Backdrop:
    """What lies behind and before the figures of one shot.

    Sheets that do not move against each other are flattened: into one layer where the camera rests, into a few where it
    moves.
    """

    def __init__(self, scene: Scenery, framing: Framing, camera: Camera, aim: float = 0.5) -> None:
        """`aim`: about which point across the set the framing enlarges it, as a share of the width."""
        self.frame = scene.press.frame
        self.margin = scene.press.margin_px
        self.size = scene.press.size_px
        self.framing = framing
        self.pivot = (self.frame.width_px / 2, scene.floor * self.frame.scale)
        self.aim = (aim * self.frame.width_px, self.pivot[1])
        self.lower = round(framing.lower * self.frame.height_px)
        self.glows = [self._glow(lamp) for lamp in scene.lamps]
        steps = _steps(camera, framing)
        self.zooming = zooms(camera)
        self.layers = self._layers(scene, steps)
        self.pieces = [] if self.zooming else [pieces_of(layer) for layer in self.layers[1:]]
        near = self._flatten(scene.near, None) if framing.zoom < 1.5 else None
        self.near = near
        self.near_pieces = [] if self.zooming or near is None else pieces_of(near)
        self.cells = [inked_cells(layer.pixels) for layer in self.layers] if self.zooming else []
        self.near_cells = inked_cells(near.pixels) if self.zooming and near is not None else None

    def _zoom(self, depth: float) -> float:
        return 1 + (self.framing.zoom - 1) * (0.35 + 0.65 * min(depth, 1.2))

    def _glow(self, lamp: Any) -> Glow:
        z, s = self._zoom(lamp.depth), self.frame.scale
        x = self.aim[0] + (lamp.x * s - self.aim[0]) * z
        y = self.aim[1] + (lamp.y * s - self.aim[1]) * z + self.lower
        return Glow(x, y, lamp.size * s * z, lamp.colour, lamp.strength, lamp.depth)

    def _layers(self, scene: Scenery, steps: tuple[float, ...]) -> list[Sheet]:
        layers, last = [], -1.0
        for i, step in enumerate(steps):
            members = [sheet for sheet in scene.sheets if last < sheet.depth <= step]
            below = scene.backcloth if i == 0 else None
            glows = [glow for glow in self.glows if last < glow.depth <= step]
            layers.append(self._flatten(members, below, glows))
            last = step
        return layers

    def _flatten(self, sheets: list[Sheet], below: Pixels | None, glows: list[Glow] | None = None) -> Sheet:
        """Lay `sheets` over each other as this framing sees them, into one."""
        pixels = np.zeros((self.size[1], self.size[0], 4), np.uint8)
        surface = surface_on(pixels)
        canvas = surface.getCanvas()
        if below is not None:
            self._draw(canvas, Sheet(below, -self.margin[0], -self.margin[1], 0.0))
        for sheet in sheets:
            self._draw(canvas, sheet)
        canvas.resetMatrix()
        canvas.translate(*self.margin)
        for glow in glows or []:
            lamp_glow(canvas, glow.x, glow.y, glow.size, glow.colour, glow.strength)
        surface.flushAndSubmit()
        if self.framing.blur > 0:
            sigma = self.framing.blur * self.frame.scale
            cv2.GaussianBlur(pixels, (0, 0), sigma, dst=pixels, borderType=cv2.BORDER_REPLICATE)
        depth = sum(sheet.depth for sheet in sheets) / len(sheets) if sheets else 0.0
        if below is not None:
            return Sheet(pixels, -self.margin[0], -self.margin[1], depth * 0.6)
        left, top, right, bottom = ink_box(pixels, 1) or (0, 0, 1, 1)
        crop = np.ascontiguousarray(pixels[top:bottom, left:right])
        return Sheet(crop, left - self.margin[0], top - self.margin[1], depth)

    def _draw(self, canvas: Any, sheet: Sheet) -> None:
        z = self._zoom(sheet.depth)
        canvas.resetMatrix()
        canvas.translate(*self.margin)
        canvas.translate(self.aim[0], self.aim[1] + self.lower)
        canvas.scale(z, z)
        canvas.translate(-self.aim[0], -self.aim[1])
        sampling = LINEAR if z != 1 else skia.SamplingOptions()
        canvas.drawImage(image_of(sheet.pixels), sheet.x, sheet.y, sampling, None)

    def lay_behind(self, target: Pixels, canvas: Any, view: View) -> None:
        """Lay all layers behind the figures onto `target`, which `canvas` draws into."""
        if self.zooming:
            self._lay_zoomed(target, canvas, view)
            return
        first = self.layers[0]
        dx, dy = self._shift(first, view)
        mx, my = self.margin
        height, width = target.shape[:2]
        x, y = mx - dx, my - dy
        np.copyto(target, first.pixels[y : y + height, x : x + width])
        for layer, pieces in zip(self.layers[1:], self.pieces, strict=True):
            dx, dy = self._shift(layer, view)
            for image, x, y in pieces:
                canvas.drawImage(image, x + dx, y + dy)

    def _lay_zoomed(self, target: Pixels, canvas: Any, view: View) -> None:
        first = self.layers[0]
        z = 1 + (view.zoom - 1) * 0.45
        px, py = self.pivot
        height, width = target.shape[:2]
        ox, oy = px - px / z + self.margin[0], py - py / z + self.margin[1]
        matrix = np.array([[1 / z, 0, ox], [0, 1 / z, oy]], np.float64)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(first.pixels, matrix, (width, height), dst=target, flags=flags)
        for layer, cells in zip(self.layers[1:], self.cells[1:], strict=True):
            draw_sparse(canvas, layer, cells, view.zoom, self.pivot, (width, height))

    def _shift(self, layer: Sheet, view: View) -> tuple[int, int]:
        """Return a layer's offset in whole pixels, within the margin that it has."""
        mx, my = self.margin
        dx = round(-view.x * self.frame.width_px * layer.depth)
        dy = round(-view.y * self.frame.height_px * layer.depth)
        return min(max(dx, -mx), mx), min(max(dy, -my), my)

    def lay_before(self, canvas: Any, view: View) -> None:
        """Lay the near frame over the figures."""
        if self.near is None:
            return
        if self.near_cells is not None:
            size = (self.frame.width_px, self.frame.height_px)
            draw_sparse(canvas, self.near, self.near_cells, 1 + (view.zoom - 1) * 1.4, self.pivot, size)
            return
        dx, dy = self._shift(self.near, view)
        for image, x, y in self.near_pieces:
            canvas.drawImage(image, x + dx, y + dy)
