"""Cards: title, chapter, credits and slate, set in PT Sans on a paper theatre's stage over the set's picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import fontpkg
import skia

from bookfilm.picture.shadow.colour import argb, mix
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Cut, Frame, Pixels, Press, image_of, radial
from bookfilm.picture.shadow.paths import box, disc, polygon, spline
from bookfilm.picture.shadow.sets.furniture import curtain

_SIZES = {"title": (66, 30), "chapter": (52, 30), "credits": (30, 26), "slate": (40, 26)}
"""Text height of a card's first line and of the others, in design units."""


@lru_cache(maxsize=1)
def _typeface() -> Any:
    # The system's fonts are none of our business: asked for, they warn on standard error of what they do not know.
    return skia.FontMgr.New_Custom_Empty().makeFromFile(str(fontpkg.path("PT Sans")))


@dataclass(frozen=True)
class SetLine:
    """A line of text as set: its middle at `x`, its baseline at `y`, in design units."""

    text: str
    x: float
    y: float
    size: float
    width: float


def measure(text: str, size: float) -> float:
    """Return the text's width at this size, in the size's unit."""
    return float(skia.Font(_typeface(), size).measureText(text))


def widest_word(text: str, size: float) -> float:
    """Return the width of the text's widest word at this size; 0 for no words."""
    return max((measure(word, size) for word in text.split()), default=0.0)


def wrap_text(text: str, size: float, width: float) -> list[str]:
    """Break `text` into lines no wider than `width`; a word wider than that is broken where it must be."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        trial = f"{current} {word}".strip()
        if measure(trial, size) <= width:
            current = trial
            continue
        if current:
            lines.append(current)
        while measure(word, size) > width and len(word) > 1:
            fit = next((n for n in range(len(word) - 1, 1, -1) if measure(word[:n] + "-", size) <= width), 1)
            lines.append(word[:fit] + "-")
            word = word[fit:]
        current = word
    if current:
        lines.append(current)
    return lines


def _balance(text: str, size: float, width: float) -> list[str]:
    """Wrap so that lines are about as long as each other."""
    lines = wrap_text(text, size, width)
    if len(lines) < 2:
        return lines
    narrow, word = width, widest_word(text, size)
    for _ in range(12):
        narrow *= 0.95
        if narrow < word <= width:
            break
        tighter = wrap_text(text, size, narrow)
        if len(tighter) > len(lines):
            break
        lines = tighter
    return lines


def set_text(kind: str, lines: tuple[str, ...], frame: Frame) -> list[SetLine]:
    """Set a card's lines in the frame's middle: centred, wrapped, made smaller until all of it fits.

    Credits that do not fit at a readable size keep it and run on below the frame, to be scrolled.
    """
    first, rest = _SIZES[kind]
    room_w, room_h = frame.w * 0.66, frame.h * 0.56
    for shrink in (1.0, 0.88, 0.76, 0.66, 0.56, 0.48, 0.40, 0.33, 0.27):
        rows = _rows(lines, first * shrink, rest * shrink, room_w)
        height = sum(gap for _, _, gap in rows)
        words_fit = all(
            widest_word(line, (first if i == 0 else rest) * shrink) <= room_w for i, line in enumerate(lines)
        )
        if words_fit and (height <= room_h or (kind == "credits" and shrink <= 0.76)):
            break
    top = frame.h * 0.5 - height / 2 if height <= room_h else frame.h * 0.24
    placed, y = [], top
    for text, size, gap in rows:
        y += gap
        placed.append(SetLine(text, frame.w / 2, y - gap * 0.28, size, measure(text, size)))
    return placed


def _rows(lines: tuple[str, ...], first: float, rest: float, width: float) -> list[tuple[str, float, float]]:
    """Return text, size and line height of every row."""
    rows: list[tuple[str, float, float]] = []
    for i, line in enumerate(lines):
        size = first if i == 0 else rest
        for k, part in enumerate(_balance(line, size, width)):
            space = size * 1.26 + (size * 0.35 if k == 0 and i > 0 else 0)
            rows.append((part, size, space))
    return rows


def scroll_length(rows: list[SetLine], frame: Frame) -> float:
    """Return how far credits must run up until their last line is in the middle; 0 where they fit."""
    if not rows or rows[-1].y <= frame.h * 0.78:
        return 0.0
    return rows[-1].y - frame.h * 0.56


class CardSheet:
    """The card's stage: a paper oval that glows in a proscenium of drapes and lace."""

    def __init__(self, press: Press, palette: Palette, kind: str, lines: tuple[str, ...]) -> None:
        self.frame, self.palette, self.kind = press.frame, palette, kind
        self.rows = set_text(kind, lines, press.frame)
        self.run = scroll_length(self.rows, press.frame) if kind == "credits" else 0.0
        self._stage = self._cut_stage(press)
        self._image = image_of(self._stage[0])
        self._ink = mix(palette.ink, palette.near, 0.25)

    def _cut_stage(self, press: Press) -> tuple[Pixels, int, int]:
        w, h, p = self.frame.w, self.frame.h, self.palette

        def draw(canvas: Any, paint: Any) -> None:
            for path in _proscenium(w, h, press):
                canvas.drawPath(path, paint)

        how = Cut(
            depth=1.4,
            top=mix(p.near, p.ink, 0.3),
            foot=p.ink,
            y0=0,
            y1=h,
            edge=0.55,
            edge_tint=mix(p.warm, p.near, 0.3),
            edge_to=(0, 1.5),
            shadow=0.5,
            shadow_soft=12,
        )
        sheet = press.cut(draw, how)
        return sheet.pixels, sheet.x, sheet.y

    def lay_plate(self, canvas: Any) -> None:
        """Lay the pale paper that the text is read against, as large as the text wants; done once. Canvas in pixels."""
        s, w, h, p = self.frame.scale, self.frame.w, self.frame.h, self.palette
        paper = mix(p.glow, (1.0, 0.98, 0.9), 0.4)
        canvas.drawPaint(skia.Paint(Color=argb(p.ink, 0.25)))
        left = min((row.x - row.width / 2 for row in self.rows), default=w * 0.4)
        high = min((row.y - row.size for row in self.rows), default=h * 0.4)
        low = max((row.y for row in self.rows), default=h * 0.6)
        middle = h / 2 if self.run else (high + low) / 2
        rx = min(max(w / 2 - left + 70, w * 0.25), w * 0.40)
        ry = h * 0.335 if self.run else min(max((low - high) / 2 + 78, h * 0.17), h * 0.345)
        for grow, alpha in ((64, 0.10), (44, 0.16), (26, 0.26), (11, 0.42), (0, 0.88)):
            paint = skia.Paint(AntiAlias=True, Dither=True)
            edge = mix(p.horizon, p.warm, 0.35)
            paint.setShader(
                radial(
                    w * s / 2,
                    middle * s,
                    (rx + grow) * s,
                    [argb(paper, alpha), argb(paper, alpha), argb(edge, alpha)],
                    [0, 0.55, 1],
                )
            )
            canvas.drawRRect(_plate(w * s / 2, middle * s, (rx + grow) * s, (ry + grow * 0.8) * s), paint)

    def draw(self, canvas: Any, share: float) -> None:
        """Draw the text at `share` of the shot and the proscenium over it. Canvas in pixels."""
        s, w, h = self.frame.scale, self.frame.w, self.frame.h
        run = self.run * min(max((share - 0.12) / 0.76, 0.0), 1.0)
        canvas.save()
        canvas.scale(s, s)
        canvas.clipRect(skia.Rect.MakeLTRB(w * 0.10, h * 0.19, w * 0.90, h * 0.81))
        paint = skia.Paint(Color=argb(self._ink), AntiAlias=True)
        for row in self.rows:
            canvas.drawString(row.text, row.x - row.width / 2, row.y - run, skia.Font(_typeface(), row.size), paint)
        if self.run == 0:
            self._ornament(canvas, paint)
        canvas.restore()
        canvas.drawImage(self._image, self._stage[1], self._stage[2])

    def _ornament(self, canvas: Any, paint: Any) -> None:
        """A small scroll under and over the text."""
        if not self.rows or self.kind == "credits":
            return
        w = self.frame.w
        low = min(self.rows[-1].y + 34, self.frame.h * 0.795)
        high = max(self.rows[0].y - self.rows[0].size * 1.0 - 22, self.frame.h * 0.205)
        for y in (high, low):
            for side in (-1, 1):
                points = [(w / 2 + side * u, y + v) for u, v in ((8, 0), (40, -5), (84, 2), (92, -4), (84, -8))]
                line = skia.Paint(paint)
                line.setStyle(skia.Paint.kStroke_Style)
                line.setStrokeWidth(1.8)
                canvas.drawPath(spline(points, False), line)
            canvas.drawPath(polygon([(w / 2 - 5, y), (w / 2, y - 6), (w / 2 + 5, y), (w / 2, y + 6)]), paint)


def _plate(x: float, y: float, rx: float, ry: float) -> Any:
    rect = skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry)
    return skia.RRect.MakeRectXY(rect, min(rx, ry) * 0.62, min(rx, ry) * 0.62)


def _proscenium(w: float, h: float, press: Press) -> list[Any]:
    """Return drapes, a valance with lace, and the stage's edge."""
    left, right, top, bottom = press.left - 10, press.right + 10, press.top - 10, press.bottom + 10
    one, two = skia.Path(), skia.Path()
    curtain(one, left - 20, w * 0.155, top, bottom, 0.62)
    curtain(two, right + 20, w * 0.845, top, bottom, 0.62)
    band = box(left, top, right, h * 0.055)
    lace = skia.Path()
    count = max(5, round(w / 142))
    step = w / count
    for i in range(-1, count + 1):
        x = step * (i + 0.5)
        tip = h * 0.135
        half = [(-0.5, 0.05), (-0.46, 0.062), (-0.25, 0.072), (-0.10, 0.098)]
        points: list[tuple[float, ...]] = [(x + u * step, h * v) for u, v in half] + [(x, tip - 8, 1)]
        points += [(x - u * step, h * v) for u, v in half[::-1]]
        spline(points, path=lace)
        disc(x, tip, 5, lace)
        disc(x - step / 2, h * 0.075, 5.5, lace)
    floor = skia.Path()
    box(left, h * 0.93, right, bottom, floor)
    for i in range(-1, count * 2 + 1):
        x = step / 2 * (i + 0.5)
        spline(
            [
                (x - step * 0.25, h * 0.935, 1),
                (x - step * 0.16, h * 0.905),
                (x, h * 0.885),
                (x + step * 0.16, h * 0.905),
                (x + step * 0.25, h * 0.935, 1),
            ],
            path=floor,
        )
    return [one, two, band, lace, floor]
