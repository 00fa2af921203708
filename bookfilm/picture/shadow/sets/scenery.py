"""What a set's builder works on: the press, the palette, the seed, and the sheets so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import skia

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.colour import Colour, argb, mix
from bookfilm.picture.shadow.light import cut_discs, halo, mist_sheet
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Cut, Draw, LampLight, Pixels, Press, Sheet
from bookfilm.picture.shadow.paths import spline
from bookfilm.records.shots import Setting
from bookfilm.records.styles import StyleSheet

FLOOR, FEET = 0.80, 0.868
"""Where the figures' ground begins and where their feet stand, as a share of the frame's height."""


@dataclass(frozen=True)
class Lamp:
    """A light in the set, in design units; it flickers, and figures take their rim from it."""

    x: float
    y: float
    size: float
    depth: float
    colour: Colour
    strength: float = 1.0
    flicker: float = 0.06


@dataclass
class Scenery:
    """A set in the making. `palette` lights the scene, `outside` is what a window shows."""

    press: Press
    palette: Palette
    outside: Palette
    setting: Setting
    style: StyleSheet = field(default_factory=StyleSheet)
    sheets: list[Sheet] = field(default_factory=list)
    near: list[Sheet] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    backcloth: Pixels | None = None
    bright: tuple[float, float] = (0.5, 0.6)
    """Where the light behind the figures is, in shares of the frame."""

    @property
    def w(self) -> float:
        return self.press.frame.w

    @property
    def h(self) -> float:
        return self.press.frame.h

    @property
    def left(self) -> float:
        return self.press.left - 10

    @property
    def right(self) -> float:
        return self.press.right + 10

    @property
    def base(self) -> float:
        """Below the picture's lower border, margin included."""
        return self.press.bottom + 12

    @property
    def floor(self) -> float:
        return self.h * FLOOR

    @property
    def bare(self) -> bool:
        """True where trees have lost their leaves."""
        if self.setting.season in ("winter", "autumn"):
            return True
        return self.setting.season == "unknown" and self.palette.dark > 0.6

    @property
    def snowy(self) -> bool:
        return self.setting.season == "winter" or self.setting.weather == "snow"

    def chance(self, *salt: int | str) -> Random:
        """Return a generator for this place: the same whenever it returns."""
        return sown(self.setting.kind, self.setting.features, *salt)

    def sky(self, draw: Callable[[Any], None] | None = None, palette: Palette | None = None) -> None:
        """Paint the backcloth: the sky's four tones, and what `draw` puts on it."""
        p = palette or self.palette
        pixels, held = self.press.surface()
        colours = [argb(tone) for tone in (p.top, p.mid, p.low, p.horizon)]
        paint = skia.Paint(Dither=True)
        ends = [skia.Point(0, self.press.top), skia.Point(0, self.floor + 0.02 * self.h)]
        paint.setShader(skia.GradientShader.MakeLinear(ends, colours, [0, 0.27, 0.60, 0.92]))
        held.canvas.drawPaint(paint)
        if draw is not None:
            draw(held.canvas)
        held.flush()
        self.backcloth = pixels

    def cut(
        self,
        draw: Draw,
        depth: float,
        share: float,
        *,
        y0: float | None = None,
        y1: float | None = None,
        foot_mist: float | None = None,
        tint: Colour | None = None,
        edge: float = 0.35,
        edge_to: tuple[float, float] = (0.4, -1.4),
        blur: float = 0.0,
        shadow: float | None = None,
        shadow_to: tuple[float, float] = (0.0, 5.0),
        lights: tuple[LampLight, ...] = (),
        over: Callable[[Any], None] | None = None,
        reach: tuple[float, float, float, float] | None = None,
        near: bool = False,
    ) -> None:
        """Add a sheet. `share` is its place on the ladder of tints, 0 far to 1 near; `tint` replaces that tint."""
        p = self.palette
        top = tint or p.tint(share)
        mist = foot_mist if foot_mist is not None else max(0.45 - 0.38 * share, 0.0)
        how = Cut(
            depth=depth,
            top=top,
            foot=mix(top, p.mist if mist >= 0 else p.ink, abs(mist)),
            y0=self.h * 0.2 if y0 is None else y0,
            y1=self.floor if y1 is None else y1,
            edge=edge,
            edge_tint=mix(p.glow, top, 0.25),
            edge_to=edge_to,
            blur=blur,
            shadow=0.10 + 0.25 * share if shadow is None else shadow,
            shadow_to=shadow_to,
            shadow_soft=6 + 5 * share,
            lights=lights,
            over=over,
            reach=reach,
        )
        (self.near if near else self.sheets).append(self.press.cut(draw, how))

    def paint(self, draw: Callable[[Any], None], reach: tuple[float, float, float, float], depth: float) -> None:
        """Add a sheet that is painted in its own colours instead of cut: `draw` stays within `reach`."""
        self.cut(lambda c, q: None, depth, 0.0, over=draw, reach=reach, edge=0, shadow=0)

    def mist(self, y: float, thick: float, strength: float, depth: float, colour: Colour | None = None) -> None:
        """Add a band of mist about height `y`."""
        seed = self.chance("mist", len(self.sheets)).randrange(1 << 30)
        fog = 1.35 if self.setting.weather == "fog" else 1.0
        tint = colour or self.palette.mist
        self.sheets.append(mist_sheet(self.press, y, thick * fog, tint, min(strength * fog, 0.95), depth, seed))

    def lamp(self, x: float, y: float, size: float, depth: float = 1.0, strength: float = 1.0) -> None:
        self.lamps.append(Lamp(x, y, size, depth, self.palette.warm, strength))

    def ground(self, y: float, roll: float, salt: str, pieces: int = 10) -> tuple[Any, Callable[[float], float]]:
        """Return the outline of rolling ground about height `y`, and its height at any x."""
        rng = self.chance("ground", salt)
        step = (self.right - self.left) / pieces
        heights = [y + roll * rng.uniform(-1, 1) for _ in range(pieces + 1)]
        points: list[tuple[float, ...]] = [(self.left + step * i, at) for i, at in enumerate(heights)]
        outline = [
            (self.left, self.base, 1),
            (*points[0], 1),
            *points[1:-1],
            (*points[-1], 1),
            (self.right, self.base, 1),
        ]
        path = spline(outline)
        xs = [point[0] for point in points]

        def height(x: float) -> float:
            return float(np.interp(x, xs, heights))

        return path, height


def paint_of(colour: Colour, alpha: float = 1.0) -> Any:
    """Return a paint that fills with `colour`."""
    return skia.Paint(Color=argb(colour, alpha), AntiAlias=True)


def line_of(colour: Colour, width: float, alpha: float = 1.0) -> Any:
    """Return a paint that draws a round-ended line."""
    return skia.Paint(
        Color=argb(colour, alpha),
        AntiAlias=True,
        Style=skia.Paint.kStroke_Style,
        StrokeWidth=width,
        StrokeCap=skia.Paint.kRound_Cap,
        StrokeJoin=skia.Paint.kRound_Join,
    )


def outlined(paint: Any, width: float) -> Any:
    """Return `paint` as a line `width` wide, for what is part of a sheet's mask."""
    line = skia.Paint(paint)
    line.setStyle(skia.Paint.kStroke_Style)
    line.setStrokeWidth(width)
    line.setStrokeCap(skia.Paint.kRound_Cap)
    return line


def filled(path: Any) -> Draw:
    """Return what cuts a sheet to `path`."""
    return lambda canvas, paint: canvas.drawPath(path, paint)


CLEAR = skia.Paint(BlendMode=skia.BlendMode.kClear, AntiAlias=True)
"""Cuts an opening out of a sheet's mask."""


def hang_sky(scene: Scenery, palette: Palette | None = None) -> None:
    """Paint the sky with its sun or moon, stars, clouds and birds, after the hour and the weather."""
    p = palette or scene.palette
    rng = scene.chance("sky")
    hour = scene.setting.hour
    hidden = scene.setting.weather in ("rain", "snow", "fog", "storm")
    across = rng.uniform(0.3, 0.46) if rng.random() < 0.6 else rng.uniform(0.56, 0.7)
    height = {"dawn": 0.62, "morning": 0.30, "noon": 0.16, "afternoon": 0.34, "dusk": 0.64, "night": 0.27}[hour]
    radius = {"night": 0.115, "noon": 0.075, "morning": 0.085, "afternoon": 0.095}.get(hour, 0.13) * scene.h * 0.9
    x, y = across * scene.w, height * scene.h
    scene.bright = (across, 0.6)

    def draw(canvas: Any) -> None:
        halo(canvas, x, max(y, scene.h * 0.4), scene.h * 0.95, p.glow, 0.55 + 0.2 * p.dark)
        if p.dark > 0.6 and not hidden:
            _stars(canvas, scene, p)
        if not hidden:
            disc = mix(p.glow, (1.0, 1.0, 0.95), 0.35)
            cut_discs(canvas, x, y, radius, p, disc)
            if hour == "night":
                for dx, dy, size in ((-0.3, -0.3, 0.24), (0.32, -0.1, 0.18), (0.06, 0.4, 0.3), (-0.48, 0.28, 0.13)):
                    spot = paint_of(mix(disc, p.low, 0.4), 0.35)
                    canvas.drawCircle(x + dx * radius, y + dy * radius, size * radius, spot)
        halo(canvas, scene.w * across, scene.floor, scene.h * 0.8, p.horizon, 0.35)
        # Heads are read against this: the sky is palest where people stand.
        halo(canvas, scene.w * 0.5, scene.h * 0.44, scene.w * 0.72, mix(p.low, p.horizon, 0.4), 0.5 - 0.16 * p.dark)

    scene.sky(draw, p)
    hang_clouds(scene, p)


def _stars(canvas: Any, scene: Scenery, palette: Palette) -> None:
    rng = scene.chance("stars")
    for _ in range(120):
        x, y = rng.uniform(scene.left, scene.right), rng.random() ** 1.5 * scene.h * 0.48
        canvas.drawCircle(x, y, rng.uniform(0.5, 1.4), paint_of(palette.glow, rng.uniform(0.2, 0.8)))


def hang_clouds(scene: Scenery, palette: Palette) -> None:
    """Hang the sky's clouds: a few cut ones in fair weather, sheets from above in rain and storm."""
    weather = scene.setting.weather
    p = palette
    if weather == "fog":
        return
    if weather in ("storm", "rain", "snow"):
        rows = 4 if weather == "storm" else 2
        for i in range(rows):
            share = i / max(rows - 1, 1)
            bottom = scene.h * (0.44 - 0.115 * i) if weather == "storm" else scene.h * (0.26 - 0.12 * i)
            tint = mix(mix(p.low, p.mid, 0.35), p.top, share * 0.95)
            path = hanging_clouds(scene, bottom, scene.h * 0.105, f"{i}")
            scene.cut(
                filled(path),
                0.05 + 0.05 * i,
                share,
                tint=tint,
                foot_mist=0.22 - 0.1 * share,
                y0=bottom - scene.h * 0.25,
                y1=bottom,
                edge=0.5,
                edge_to=(0.0, 1.5),
                shadow=0.22,
            )
        return
    rng = scene.chance("clouds")
    count = rng.randint(2, 4)
    path = skia.Path()
    for i in range(count):
        width = rng.uniform(0.14, 0.30) * scene.w
        x = (i + rng.uniform(0.1, 0.6)) / count * scene.w
        cloud(path, x, rng.uniform(0.09, 0.34) * scene.h, width, rng.uniform(18, 30), rng)
    bright = p.dark < 0.4
    tint = mix(p.glow, p.mid, 0.25) if bright else mix(p.mid, p.low, 0.3)
    scene.cut(
        filled(path),
        0.06,
        0.0,
        tint=tint,
        foot_mist=0.35,
        y0=40,
        y1=scene.h * 0.35,
        edge=0.4,
        edge_to=(0.0, 1.5 if not bright else -1.4),
        shadow=0.08,
        blur=0.5,
    )


def cloud(path: Any, x: float, y: float, width: float, height: float, rng: Random) -> None:
    """Add a scalloped cloud: discs on an arc over a flat wavy foot."""
    for i in range(12):
        t = (i + 0.5) / 12
        swell = (0.30 + 0.42 * (4 * t * (1 - t)) ** 0.6) * rng.uniform(0.8, 1.25)
        path.addCircle(x + width * t, y - height * 0.5 * 4 * t * (1 - t) * rng.uniform(0.7, 1.2), height * swell)
    foot = [(-0.06, 0.12), (0.2, -0.2), (0.8, -0.2), (1.06, 0.12), (0.7, 0.3), (0.3, 0.26)]
    spline([(x + width * u, y + height * v) for u, v in foot], path=path)


def hanging_clouds(scene: Scenery, bottom: float, height: float, salt: str) -> Any:
    """Return a sheet of cloud that fills everything above `bottom`, scalloped below."""
    rng = scene.chance("hanging", salt)
    path = skia.Path()
    path.addRect(skia.Rect.MakeLTRB(scene.left, scene.press.top - 10, scene.right, bottom - height * 0.35))
    x = scene.left
    while x < scene.right + height:
        size = height * rng.uniform(0.4, 1.0)
        path.addCircle(x, bottom - height * 0.55 + rng.uniform(-0.12, 0.2) * height, size * 0.7)
        x += size * rng.uniform(0.5, 0.8)
    return path
