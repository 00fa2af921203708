"""Sheets of translucent paper: a mask is cut, tinted, given fibre, lit edges and a baked shadow.

A sheet is made once a scene and kept as premultiplied RGBA, cropped to its ink. Outlines are given in
design units, 720 to the height of a landscape frame; a sheet reaches past the frame by a margin on every side, so
that the camera may move.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import skia
from numpy.typing import NDArray

from bookfilm.picture.shadow.colour import Colour, argb

cv2.setNumThreads(1)
Pixels = NDArray[np.uint8]
Draw = Callable[[Any, Any], None]
"""Draws shapes on a canvas (in design units) with the paint it is given."""
LINEAR = skia.SamplingOptions(skia.FilterMode.kLinear)
MARGIN_X, MARGIN_Y = 0.075, 0.035
"""How far sheets reach past the frame, as a share of its width and height."""


@dataclass(frozen=True)
class Frame:
    """A frame's size in pixels, and in design units: 720 high, or wider than 620 where the frame is upright."""

    width_px: int
    height_px: int

    @property
    def scale(self) -> float:
        """Pixels in a design unit."""
        return min(self.height_px / 720, self.width_px / 620)

    @property
    def w(self) -> float:
        return self.width_px / self.scale

    @property
    def h(self) -> float:
        return self.height_px / self.scale

    @property
    def margins_px(self) -> tuple[int, int]:
        return math.ceil(self.width_px * MARGIN_X), math.ceil(self.height_px * MARGIN_Y)


@dataclass(frozen=True)
class Sheet:
    """A piece of paper in the picture: premultiplied RGBA and where its corner lies in the frame, in pixels.

    `depth` is its share of the camera's move: 0 the sky, 1 the figures' floor, over 1 nearer than they.
    """

    pixels: Pixels
    x: int
    y: int
    depth: float

    @property
    def nbytes(self) -> int:
        return int(self.pixels.nbytes)


@lru_cache(maxsize=1)
def fibre() -> Pixels:
    """Return the paper's fibre as factors about 128, (2200, 4200, 4), alpha 128: clouds, tooth, 1,400 curved hairs."""
    width, height = 1024, 768
    noise = np.random.RandomState(3)
    cloud = np.zeros((height, width), np.float32)
    for sigma, weight, shrink in ((90, 0.45, 16), (28, 0.30, 4), (7, 0.16, 1), (1.2, 0.16, 1)):
        small = noise.randn(height // shrink, width // shrink).astype(np.float32)
        soft = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
        soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)
        cloud += weight * soft / soft.std()
    hairs = np.zeros((height, width), np.uint8)
    for _ in range(1400):
        x, y, angle = noise.rand() * width, noise.rand() * height, noise.rand() * 2 * math.pi
        length, bend = noise.uniform(8, 40), noise.uniform(-0.06, 0.06)
        points = []
        for _ in range(8):
            points.append((x, y))
            x, y = x + math.cos(angle) * length / 8, y + math.sin(angle) * length / 8
            angle += bend * length / 8
        cv2.polylines(hairs, [np.array(points, np.int32)], False, int(noise.randint(40, 120)), 1, cv2.LINE_AA)
    lit = cv2.GaussianBlur(hairs, (0, 0), 0.7).astype(np.float32) / 255
    factor = np.clip(128 * (1 + 0.095 * (cloud * 0.5 + (lit - 0.03) * 1.6)), 64, 200).astype(np.uint8)
    tile = np.block([[factor, factor[:, ::-1]], [factor[::-1], factor[::-1, ::-1]]])
    tiled = cv2.cvtColor(np.tile(tile, (2, 3))[:2200, :4200], cv2.COLOR_GRAY2RGBA)
    tiled[:, :, 3] = 128
    return np.asarray(tiled, np.uint8)


def fibre_of(height: int, width: int, depth: float) -> Pixels:
    """Return fibre of this size, another piece of it for every depth."""
    whole = fibre()
    across, down = int(370 * depth) % 512, int(530 * depth) % 256
    if down + height > whole.shape[0] or across + width > whole.shape[1]:
        whole = np.tile(whole, (1 + (down + height) // whole.shape[0], 1 + (across + width) // whole.shape[1], 1))
    return whole[down : down + height, across : across + width]


def ink_box(pixels: Pixels, spare: int = 0) -> tuple[int, int, int, int] | None:
    """Return left, top, right, bottom of what is not clear in `pixels`; None where nothing is."""
    alpha = cv2.extractChannel(pixels, 3)
    rows, columns = np.flatnonzero(alpha.max(axis=1)), np.flatnonzero(alpha.max(axis=0))
    if rows.size == 0:
        return None
    height, width = alpha.shape
    return (
        max(int(columns[0]) - spare, 0),
        max(int(rows[0]) - spare, 0),
        min(int(columns[-1]) + 1 + spare, width),
        min(int(rows[-1]) + 1 + spare, height),
    )


def vertical(top: float, bottom: float, first: Colour, last: Colour) -> Any:
    """Return a shader that runs from `first` at `top` to `last` at `bottom`."""
    return skia.GradientShader.MakeLinear([skia.Point(0, top), skia.Point(0, bottom)], [argb(first), argb(last)])


def radial(x: float, y: float, radius: float, colours: list[int], stops: list[float]) -> Any:
    """Return a shader of ARGB `colours` about (x, y), each at its stop: 0 the middle, 1 at `radius`."""
    return skia.GradientShader.MakeRadial(skia.Point(x, y), radius, colours, stops)


@dataclass(frozen=True)
class LampLight:
    """Lamplight that falls on a sheet."""

    x: float
    y: float
    radius: float
    colour: Colour
    strength: float


@dataclass(frozen=True)
class Cut:
    """How a sheet is made. Lengths in design units.

    `top` and `foot` are its tints at `y0` and `y1`; `edge` the strength of the lit cut edge, which lies toward
    `edge_to`; `shadow` the alpha of what it throws on the sheets behind it.
    """

    depth: float
    top: Colour
    foot: Colour
    y0: float
    y1: float
    edge: float = 0.35
    edge_tint: Colour = (1.0, 1.0, 1.0)
    edge_to: tuple[float, float] = (0.3, -1.5)
    fibre: bool = True
    blur: float = 0.0
    shadow: float = 0.2
    shadow_to: tuple[float, float] = (0.0, 5.0)
    shadow_soft: float = 8.0
    lights: tuple[LampLight, ...] = ()
    reach: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom of what `over` paints beside the outline."""
    over: Callable[[Any], None] | None = None
    """Draws on the finished sheet (windows, lit glass), not clipped to it."""


def surface_on(pixels: Pixels) -> Any:
    """Return a skia surface that draws into `pixels`, which hold premultiplied RGBA."""
    height, width = pixels.shape[:2]
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    return skia.Surface.MakeRasterDirect(info, pixels, width * 4)


class _Held:
    """A surface kept alive with its canvas."""

    def __init__(self, surface: Any, canvas: Any) -> None:
        self.surface = surface
        self.canvas = canvas

    def flush(self) -> None:
        self.surface.flushAndSubmit()


class Press:
    """Makes the sheets of one scene at one frame size."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.margin_px = frame.margins_px
        self.size_px = (frame.width_px + 2 * self.margin_px[0], frame.height_px + 2 * self.margin_px[1])
        self.left, self.top = -self.margin_px[0] / frame.scale, -self.margin_px[1] / frame.scale
        self.right, self.bottom = frame.w - self.left, frame.h - self.top

    def surface(self) -> tuple[Pixels, _Held]:
        """Return an empty premultiplied buffer, margins included, and a canvas on it in design units."""
        pixels = np.zeros((self.size_px[1], self.size_px[0], 4), np.uint8)
        return pixels, self._held(pixels, 0, 0)

    def cut(self, draw: Draw, how: Cut) -> Sheet:
        """Cut a sheet whose outline is what `draw` covers."""
        mask, held = self.surface()
        draw(held.canvas, skia.Paint(Color=0xFFFFFFFF, AntiAlias=True))
        held.flush()
        reach = int((how.shadow_soft * 3 + 10) * self.frame.scale) if how.shadow > 0 else 4
        left, top, right, bottom = self._extent(mask, how)
        left, top = max(left - reach, 0), max(top - reach, 0)
        right, bottom = min(right + reach, mask.shape[1]), min(bottom + reach, mask.shape[0])
        mask = np.ascontiguousarray(mask[top:bottom, left:right])
        pixels = np.zeros_like(mask)
        held = self._held(pixels, left, top)
        self._tint(held, pixels, mask, how)
        if how.blur > 0:
            sigma = how.blur * self.frame.scale
            cv2.GaussianBlur(pixels, (0, 0), sigma, dst=pixels, borderType=cv2.BORDER_REPLICATE)
        if how.shadow > 0:
            self._lay_shadow(pixels, how)
        return Sheet(pixels, left - self.margin_px[0], top - self.margin_px[1], how.depth)

    def _extent(self, mask: Pixels, how: Cut) -> tuple[int, int, int, int]:
        """Return the box of the mask's ink and of what is painted over it, in pixels of the press."""
        ink = ink_box(mask, 0 if how.over is None else 4)
        if how.reach is None:
            return ink or (0, 0, 1, 1)
        scale, (mx, my) = self.frame.scale, self.margin_px
        left, top, right, bottom = how.reach
        over = (
            int(left * scale) + mx,
            int(top * scale) + my,
            int(right * scale) + mx + 1,
            int(bottom * scale) + my + 1,
        )
        boxes = [over] if ink is None else [over, ink]
        height, width = mask.shape[:2]
        left_px, top_px = max(min(b[0] for b in boxes), 0), max(min(b[1] for b in boxes), 0)
        return left_px, top_px, min(max(b[2] for b in boxes), width), min(max(b[3] for b in boxes), height)

    def _held(self, pixels: Pixels, left: int, top: int) -> _Held:
        surface = surface_on(pixels)
        canvas = surface.getCanvas()
        canvas.translate(self.margin_px[0] - left, self.margin_px[1] - top)
        canvas.scale(self.frame.scale, self.frame.scale)
        return _Held(surface, canvas)

    def _tint(self, held: _Held, pixels: Pixels, mask: Pixels, how: Cut) -> None:
        canvas = held.canvas
        tint = skia.Paint(Dither=True)
        tint.setShader(vertical(how.y0, how.y1, how.top, how.foot))
        canvas.drawPaint(tint)
        for light in how.lights:
            paint = skia.Paint(Dither=True)
            a = light.strength
            fall = [argb(light.colour, a), argb(light.colour, a * 0.35), argb(light.colour, 0)]
            paint.setShader(radial(light.x, light.y, light.radius, fall, [0, 0.4, 1]))
            reach = light.radius
            canvas.drawRect(
                skia.Rect.MakeLTRB(light.x - reach, light.y - reach, light.x + reach, light.y + reach), paint
            )
        held.flush()
        if how.fibre:
            cv2.multiply(pixels, fibre_of(mask.shape[0], mask.shape[1], how.depth), dst=pixels, scale=1 / 128)
        pixels[:, :, 3] = 255
        if how.edge > 0:
            cv2.add(pixels, self._cut_edge(mask, how, pixels), dst=pixels)
        cv2.multiply(pixels, mask, dst=pixels, scale=1 / 255)
        if how.over is not None:
            how.over(canvas)
            held.flush()

    def _cut_edge(self, mask: Pixels, how: Cut, pixels: Pixels) -> Pixels:
        """Return what the lit edge adds: the mask less itself moved away from the light, towards the edge's tint."""
        dx, dy = (part * self.frame.scale for part in how.edge_to)
        move = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
        size = (mask.shape[1], mask.shape[0])
        moved = cv2.warpAffine(mask, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        rim = cv2.subtract(mask, moved)
        tint = np.empty_like(pixels)
        tint[:] = [round(255 * value) for value in (*how.edge_tint, 1.0)]
        return np.asarray(cv2.multiply(cv2.subtract(tint, pixels), rim, scale=how.edge / 255), np.uint8)

    def _lay_shadow(self, pixels: Pixels, how: Cut) -> None:
        """Put the sheet's soft shadow beneath it, in place."""
        scale = self.frame.scale
        alpha = pixels[:, :, 3]
        height, width = alpha.shape
        small = cv2.resize(alpha, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(small, (0, 0), how.shadow_soft * scale / 4, borderType=cv2.BORDER_REPLICATE)
        dx, dy = how.shadow_to[0] * scale, how.shadow_to[1] * scale
        move = np.array([[4, 0, dx], [0, 4, dy]], np.float32)
        soft = cv2.warpAffine(soft, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        beneath = cv2.multiply(soft, cv2.bitwise_not(alpha), scale=how.shadow / 255)
        cv2.add(alpha, beneath, dst=beneath)
        pixels[:, :, 3] = beneath


def image_of(pixels: Any) -> Any:
    """Return premultiplied `pixels` as a skia image of its own: one that shares an array does not keep it alive."""
    return skia.Image.fromarray(
        pixels, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType, copy=True
    )


CELL = 64
"""A layer's ink is looked for in cells of so many pixels: what is clear is not enlarged."""


def inked_cells(pixels: Pixels) -> NDArray[np.bool_]:
    """Return which cells of `pixels`, CELL square from its corner, have ink."""
    alpha = cv2.extractChannel(pixels, 3)
    down, across = (-side % CELL for side in alpha.shape)
    cells = np.pad(alpha, ((0, down), (0, across))).reshape((alpha.shape[0] + down) // CELL, CELL, -1, CELL)
    return np.asarray(cells.max(axis=(1, 3)) > 0)


def pieces_of(sheet: Sheet) -> list[tuple[Any, int, int]]:
    """Return what has ink in `sheet` as images with their corners: laying down what is clear costs as much."""
    cells = inked_cells(sheet.pixels)
    runs: dict[tuple[int, int], list[list[int]]] = {}
    for row, line in enumerate(cells):
        for begin, end in np.flatnonzero(np.diff(line, prepend=False, append=False)).reshape(-1, 2).tolist():
            spans = runs.setdefault((begin, end), [])
            if spans and spans[-1][1] == row:
                spans[-1][1] = row + 1
            else:
                spans.append([row, row + 1])
    pieces = []
    for (begin, end), spans in runs.items():
        for first, last in spans:
            part = sheet.pixels[first * CELL : last * CELL, begin * CELL : end * CELL]
            pieces.append((image_of(np.ascontiguousarray(part)), sheet.x + begin * CELL, sheet.y + first * CELL))
    return pieces


def draw_sparse(
    canvas: Any, layer: Sheet, cells: NDArray[np.bool_], zoom: float, pivot: tuple[float, float], size: tuple[int, int]
) -> None:
    """Draw `layer` enlarged about `pivot` onto a canvas of `size`, in strips, leaving out what has no ink."""
    (px, py), (width, height) = pivot, size
    left, top = px + (layer.x - px) * zoom, py + (layer.y - py) * zoom
    bottom = min(math.ceil(top + layer.pixels.shape[0] * zoom), height)
    for y0 in range(max(math.floor(top), 0), bottom, CELL):
        y1 = min(y0 + CELL, bottom)
        first, last = (math.floor((y + spare - top) / zoom / CELL) for y, spare in ((y0, -2), (y1, 2)))
        inked = np.flatnonzero(np.diff(cells[max(first, 0) : last + 1].any(axis=0), prepend=False, append=False))
        for begin, end in inked.reshape(-1, 2):
            x0 = max(math.floor(left + begin * CELL * zoom) - 1, 0)
            x1 = min(math.ceil(left + end * CELL * zoom) + 1, width)
            if x1 > x0:
                _draw_part(canvas, layer.pixels, (x0, y0, x1, y1), (left, top), zoom)


def _draw_part(
    canvas: Any, pixels: Pixels, part: tuple[int, int, int, int], corner: tuple[float, float], zoom: float
) -> None:
    """Draw what falls into `part` (left, top, right, bottom) of `pixels` enlarged with its corner at `corner`."""
    x0, y0, x1, y1 = part
    matrix = np.array([[1 / zoom, 0, (x0 - corner[0]) / zoom], [0, 1 / zoom, (y0 - corner[1]) / zoom]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    grown = cv2.warpAffine(pixels, matrix, (x1 - x0, y1 - y0), flags=flags, borderMode=cv2.BORDER_CONSTANT)
    # The canvas draws at once, so the image may share the array, which lives until then.
    image = skia.Image.fromarray(grown, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType, copy=False)
    canvas.drawImage(image, x0, y0)


def draw_zoomed(
    canvas: Any, pixels: Pixels, x: float, y: float, zoom: float, pivot: tuple[float, float], size: tuple[int, int]
) -> None:
    """Draw `pixels`, whose corner is at (x, y), enlarged about `pivot` onto a canvas of `size` (width, height).

    OpenCV enlarges several times faster than skia does; what it makes is then laid down at whole pixels.
    """
    height, width = pixels.shape[:2]
    px, py = pivot
    left, top = px + (x - px) * zoom, py + (y - py) * zoom
    x0, y0 = max(math.floor(left), 0), max(math.floor(top), 0)
    x1, y1 = min(math.ceil(left + width * zoom), size[0]), min(math.ceil(top + height * zoom), size[1])
    if x1 <= x0 or y1 <= y0:
        return
    _draw_part(canvas, pixels, (x0, y0, x1, y1), (left, top), zoom)
