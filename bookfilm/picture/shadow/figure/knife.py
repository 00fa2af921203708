"""The scissors and the knife: fills in ink, and slits that let the backlight through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import skia

from bookfilm.picture.shadow.colour import Colour, argb
from bookfilm.picture.shadow.paths import Point, Width, ribbon, spline

_STROKE = skia.Paint.kStroke_Style


class Knife:
    """Cuts one figure out of black paper on `canvas`. `head_px` decides which slits are too fine to be seen."""

    def __init__(self, canvas: Any, ink: Colour, far: Colour, head_px: float, strength: float = 0.75) -> None:
        self.canvas = canvas
        self.ink = skia.Paint(Color=argb(ink), AntiAlias=True)
        self.far = skia.Paint(Color=argb(far), AntiAlias=True)
        self.head_px = head_px
        self.strength = strength

    def fill(self, points: Sequence[Point], far: bool = False) -> None:
        """Fill a smooth outline."""
        self.canvas.drawPath(spline(points), self.far if far else self.ink)

    def path(self, path: Any, far: bool = False) -> None:
        self.canvas.drawPath(path, self.far if far else self.ink)

    def band(self, points: Sequence[Point], widths: Sequence[Width], far: bool = False) -> None:
        """Fill a tapered band."""
        self.canvas.drawPath(ribbon(points, widths), self.far if far else self.ink)

    def line(self, points: Sequence[Point], width: float) -> None:
        """Draw a line of ink."""
        paint = skia.Paint(self.ink)
        paint.setStyle(_STROKE)
        paint.setStrokeWidth(width)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        self.canvas.drawPath(spline(points, False), paint)

    def slit(self, points: Sequence[Point], width: float, share: float = 1.0) -> None:
        """Cut a slit along `points`, unless it were thinner than .45 px."""
        if width * self.head_px >= 0.45:
            self.slit_path(spline(points, False), width, share)

    def slit_path(self, path: Any, width: float, share: float = 1.0) -> None:
        paint = skia.Paint(
            AntiAlias=True,
            Style=_STROKE,
            StrokeWidth=width,
            StrokeCap=skia.Paint.kRound_Cap,
            BlendMode=skia.BlendMode.kDstOut,
            Alphaf=min(self.strength * share, 1.0),
        )
        self.canvas.drawPath(path, paint)

    def hole(self, path: Any, share: float = 1.0) -> None:
        """Cut an opening."""
        alpha = min(self.strength * share, 1.0)
        self.canvas.drawPath(path, skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kDstOut, Alphaf=alpha))

    @property
    def fine(self) -> bool:
        """True where the figure is large enough for slits at all."""
        return self.head_px >= 26
