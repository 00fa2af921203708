"""What falls and flies before the figures: rain, snow, leaves on the wind, and lightning."""

from __future__ import annotations

import itertools
import math
from typing import Any

import skia

from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.colour import argb, mix
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.paths import ribbon, spline
from bookfilm.records.bible import INDOORS
from bookfilm.records.shots import Setting


class Weather:
    """Draws the weather of one shot; `seconds` alone decides where every drop is."""

    def __init__(self, setting: Setting, palette: Palette, frame: Frame) -> None:
        self.frame, self.palette = frame, palette
        self.kind = "clear" if setting.kind in INDOORS else setting.weather
        rng = sown("weather", setting.kind, setting.features)
        count = {"rain": 260, "storm": 340, "snow": 300, "wind": 64}.get(self.kind, 0)
        self.drops = [(rng.random(), rng.random(), rng.uniform(0.55, 1.3), rng.random()) for _ in range(count)]
        self.strikes = self.kind == "storm" or ("lightning" in setting.lights and setting.kind not in INDOORS)
        self.strike_at = rng.uniform(1.0, 2.5)
        self.strike_every = rng.uniform(4.5, 7.5)
        self.strike_seed = rng.randrange(1 << 30)

    @property
    def fast(self) -> bool:
        """True where it moves too fast to be drawn on twos."""
        return self.behind or self.kind in ("rain", "storm")

    @property
    def behind(self) -> bool:
        """True where something of it is seen behind the figures."""
        return self.strikes or self.kind == "wind"

    def draw_behind(self, canvas: Any, seconds: float) -> None:
        """Draw what is seen behind the figures: lightning, gusts of wind."""
        if self.strikes:
            self._lightning(canvas, seconds)
        if self.kind == "wind":
            self._gusts(canvas, seconds)

    def draw(self, canvas: Any, seconds: float) -> None:
        """Draw what falls and flies before the figures."""
        if self.kind in ("rain", "storm"):
            self._rain(canvas, seconds)
        elif self.kind == "snow":
            self._snow(canvas, seconds)
        elif self.kind == "wind":
            self._leaves(canvas, seconds)

    def _rain(self, canvas: Any, seconds: float) -> None:
        w, h, s = self.frame.width_px, self.frame.height_px, self.frame.scale
        slant = 0.34 if self.kind == "storm" else 0.18
        fine: list[Any] = []
        bold: list[Any] = []
        for x, y, speed, size in self.drops:
            fall = (y + seconds * 1.7 * speed) % 1.15 - 0.1
            px = (x * 1.2 + 0.05) * w - fall * slant * h
            long = (11 + 16 * size) * s * (1.6 if size > 0.86 else 1.0)
            line = [skia.Point(px, fall * h), skia.Point(px - long * slant, fall * h + long)]
            (bold if size > 0.86 else fine).extend(line)
        for points, width, alpha in ((fine, 0.9, 0.24), (bold, 1.5, 0.26)):
            paint = skia.Paint(
                Color=argb(mix(self.palette.mist, (1, 1, 1), 0.6), alpha), AntiAlias=True, StrokeWidth=width * s
            )
            canvas.drawPoints(skia.Canvas.PointMode.kLines_PointMode, points, paint)

    def _snow(self, canvas: Any, seconds: float) -> None:
        w, h, s = self.frame.width_px, self.frame.height_px, self.frame.scale
        sizes: dict[int, list[Any]] = {0: [], 1: [], 2: []}
        for x, y, speed, size in self.drops:
            fall = (y + seconds * 0.10 * speed) % 1.08 - 0.04
            drift = math.sin(seconds * (0.5 + speed) + size * 6.28) * 0.012 + seconds * 0.012
            px = ((x + drift) % 1.04 - 0.02) * w
            sizes[0 if size < 0.55 else 1 if size < 0.88 else 2].append(skia.Point(px, fall * h))
        for step, points in sizes.items():
            paint = skia.Paint(
                Color=argb((1.0, 1.0, 1.0), 0.62 + 0.1 * step),
                AntiAlias=True,
                StrokeWidth=(2.0 + 1.7 * step) * s,
                StrokeCap=skia.Paint.kRound_Cap,
            )
            canvas.drawPoints(skia.Canvas.PointMode.kPoints_PointMode, points, paint)

    def _leaves(self, canvas: Any, seconds: float) -> None:
        w, h, s = self.frame.width_px, self.frame.height_px, self.frame.scale
        paint = skia.Paint(Color=argb(self.palette.near, 0.85), AntiAlias=True)
        for x, y, speed, size in self.drops:
            px = ((x + seconds * 0.24 * speed) % 1.1 - 0.05) * w
            py = (y * 0.9 + 0.05 * math.sin(seconds * 2.2 * speed + size * 6.28)) * h
            canvas.save()
            canvas.translate(px, py)
            canvas.rotate(seconds * 190 * speed + size * 360)
            canvas.drawOval(skia.Rect.MakeLTRB(-8 * s, -3.0 * s, 8 * s, 3.0 * s), paint)
            canvas.restore()

    def _gusts(self, canvas: Any, seconds: float) -> None:
        """Draw the wind itself, as paper curls: a long line that rolls up at its end."""
        w, h, s = self.frame.width_px, self.frame.height_px, self.frame.scale
        paint = skia.Paint(Color=argb(self.palette.glow, 0.7), AntiAlias=True, Style=skia.Paint.kStroke_Style)
        paint.setStrokeWidth(2.4 * s)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        curl = [(-190, 6), (-90, -8), (0, 2), (70, -4), (104, -26), (82, -46), (58, -34), (70, -20)]
        for x, y, speed, size in self.drops[:9]:
            left = ((x + seconds * 0.16 * speed) % 1.5 - 0.25) * w
            points = [(left + u * s * (0.6 + size), (0.1 + 0.5 * y) * h + v * s * (0.6 + size)) for u, v in curl]
            canvas.drawPath(spline(points, False), paint)

    def _lightning(self, canvas: Any, seconds: float) -> None:
        since = (seconds - self.strike_at) % self.strike_every
        if seconds < self.strike_at or since > 0.42:
            return
        strength = (1 - since / 0.42) * (0.55 + 0.45 * math.cos(since * 52))
        turn = int((seconds - self.strike_at) // self.strike_every)
        w, h, s = self.frame.width_px, self.frame.height_px, self.frame.scale
        rng = sown("bolt", self.strike_seed, turn)
        x = rng.uniform(0.25, 0.8) * w
        if since < 0.2:
            bolt = skia.Path()
            fork(
                bolt,
                (x, h * 0.16),
                (x + rng.uniform(-0.08, 0.08) * w, h * 0.62),
                4.2 * s,
                (self.strike_seed + turn) & 0xFFFFFF,
            )
            for width, alpha in ((14, 0.16), (6, 0.3)):
                glow = skia.Paint(
                    Color=argb(self.palette.glow, alpha * strength), AntiAlias=True, Style=skia.Paint.kStroke_Style
                )
                glow.setStrokeWidth(width * s)
                canvas.drawPath(bolt, glow)
            canvas.drawPath(bolt, skia.Paint(Color=argb((1.0, 1.0, 0.96), 0.95), AntiAlias=True))
        halo(canvas, x, h * 0.3, w * 0.7, self.palette.glow, 0.5 * max(strength, 0.0))


def fork(
    path: Any, start: tuple[float, float], end: tuple[float, float], width: float, seed: int, turns: int = 6
) -> None:
    """Add a bolt by midpoint displacement, .16 of its length and x.52 each turn, with branches."""
    rng = sown("fork", seed)
    points = [start, end]
    off = math.hypot(end[0] - start[0], end[1] - start[1]) * 0.16
    for _ in range(turns):
        finer = [points[0]]
        for a, b in itertools.pairwise(points):
            dx, dy = b[0] - a[0], b[1] - a[1]
            length = math.hypot(dx, dy) or 1.0
            shift = rng.uniform(-1, 1) * off
            finer += [((a[0] + b[0]) / 2 - dy / length * shift, (a[1] + b[1]) / 2 + dx / length * shift), b]
        points, off = finer, off * 0.52
    count = len(points)
    ribbon(points, [width * (1 - 0.75 * i / count) + 0.25 for i in range(count)], path, smooth=False)
    if turns >= 6:
        whole = math.hypot(end[0] - start[0], end[1] - start[1])
        for k in range(5):
            root = points[rng.randrange(int(count * 0.12), int(count * 0.8))]
            angle = math.atan2(end[1] - start[1], end[0] - start[0]) + rng.choice((-1, 1)) * rng.uniform(0.4, 0.9)
            long = whole * rng.uniform(0.12, 0.3)
            tip = (root[0] + math.cos(angle) * long, root[1] + math.sin(angle) * long)
            fork(path, root, tip, width * 0.45, seed * 7 + k, 4)
