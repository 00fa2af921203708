"""Nameless people behind the cast.

They stand in rows, the far ones smaller, higher and paler, in groups that talk or walk; many together look on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from bookfilm.picture.shadow.actors import KeyLight, Sprite, draw_sprite, lay_sprite, shadow_under
from bookfilm.picture.shadow.camera import TWOS, View
from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.colour import Colour, mix
from bookfilm.picture.shadow.composition import FRAMINGS, Framing, at_depth
from bookfilm.picture.shadow.figure.acting import act, step_rate, stride_of, walk_pose
from bookfilm.picture.shadow.figure.artist import FigureArtist
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.sets.scenery import FLOOR
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame

MOST = 12
_GATHERED = 8
"""From so many on they have come for something: they stand and look on, with more behind them."""
_ROWS = {True: (0.818, 0.833, 0.849), False: (0.803, 0.824, 0.846)}
"""The floor lines of the rows, far to near, indoors and in the open: shares of the frame's height."""
_BEHIND = 12
"""How many more are seen at the back of a gathering."""
_CLEAR = 1.7
"""How far beside one of the cast they stand at least, in heads."""
_EYES = 6.4
"""How high the eyes of one who stands are, in heads."""
_FOLLOWS = 0.8
"""How much of the camera's move they make."""


@dataclass(frozen=True)
class _Passer:
    """One of them. `near` is 0 in the farthest row, 1 in the nearest; lengths in design units."""

    near: float
    look: Look
    x: float
    ground: float
    unit: float
    face: int
    walks: bool
    start: float


class Crowd:
    """Nameless people behind the cast: sprites in the paper of their depth, some walking."""

    PHASES = 8

    def __init__(
        self,
        count: int,
        seed: tuple[int | str, ...],
        framing: Framing,
        frame: Frame,
        palette: Palette,
        indoors: bool,
        marks: tuple[float, ...] = (),
    ) -> None:
        """`framing` is that of the cast, who set the measure and stand at `marks`, in design units."""
        self._marks = marks
        self.frame, self.palette = frame, palette
        self._indoors = indoors
        self.people: list[_Passer] = []
        self._behind: Sprite | None = None
        if framing.feet is None:
            self._measure, self._zoom, self._lower = FRAMINGS["wide"], framing.zoom, framing.lower
            ground, head = self._stand(_ROWS[indoors][-1])
            # The eye is as high as the cast's: whoever stands on the same floor has theirs there, at any distance.
            self._lower += max(0.0, framing.eyes - (ground - _EYES * head) / frame.h)
        else:
            self._measure, self._zoom, self._lower = framing, 1.0, 0.0
        if count > 0:
            rng = sown("crowd", *seed)
            self.people = sorted(self._gather(min(count, MOST), rng), key=lambda one: one.ground)
            self._behind = self._mass(rng) if count >= _GATHERED else None
        self._artists = [self._artist(one) for one in self.people]
        self._shadows = [self._shadow(one) for one in self.people]
        self._sprites: dict[tuple[int, int], Sprite | None] = {}

    def _stand(self, feet: float) -> tuple[float, float]:
        """Return the floor line and the head's height of who stands at `feet`, both in design units."""
        ground = FLOOR + (feet - FLOOR) * self._zoom + self._lower
        return ground * self.frame.h, at_depth(self._measure, feet).head * self._zoom

    def _gather(self, count: int, rng: Random) -> list[_Passer]:
        """Return `count` people in groups of up to three, each group at a stretch of the frame's width."""
        gathered = count >= _GATHERED
        sizes: list[int] = []
        while sum(sizes) < count:
            sizes.append(min(rng.choice((1, 2, 2, 3)), count - sum(sizes)))
        people = []
        for at, size in enumerate(sizes):
            middle = (at + rng.uniform(0.3, 0.7)) / len(sizes)
            walks = not gathered and not self._indoors and size < 3 and rng.random() < 0.6
            way, start, row = rng.choice((-1, 1)), rng.random(), rng.randrange(3)
            for k in range(size):
                feet = _ROWS[self._indoors][(row + k) % 3] + rng.uniform(-0.004, 0.004)
                ground, head = self._stand(feet)
                x = middle * self.frame.w + (k - (size - 1) / 2) * rng.uniform(1.7, 2.3) * head
                x = x if walks else self._aside(x, _CLEAR * head)
                face = (
                    way if walks else (1 if x < 0.5 * self.frame.w else -1) if gathered else 1 if 2 * k < size else -1
                )
                look = _passer_by(rng.randrange(1 << 20))
                near = (feet - 0.79) / 0.06
                people.append(_Passer(near, look, x, ground, head, face, walks, start + 0.3 * k))
        return people

    def _aside(self, x: float, room: float) -> float:
        """Return `x`, moved so far that nobody of the cast stands just before it: two outlines would be one."""
        near = min(self._marks, key=lambda mark: abs(mark - x), default=-room)
        return x if abs(x - near) >= room else near + (room if x >= near else -room)

    def _mass(self, rng: Random) -> Sprite | None:
        """Return those at the back of a gathering, as one sheet: they only stand."""
        feet = _ROWS[self._indoors][0] - 0.012
        w = self.frame.w
        row = []
        for i in range(_BEHIND):
            x = (i + rng.uniform(0.1, 0.9)) / _BEHIND * w
            face = 1 if x < 0.5 * w else -1
            ground, head = self._stand(feet + rng.uniform(-0.003, 0.003))
            row.append(_Passer(0.0, _passer_by(rng.randrange(1 << 20)), x, ground, head, face, False, 0.0))
        s = self.frame.scale

        def draw(canvas: Any) -> None:
            for one in sorted(row, key=lambda one: one.ground):
                artist = self._artist(one)
                canvas.save()
                canvas.translate(one.x * s, one.ground * s)
                canvas.scale(one.unit * s * one.face, one.unit * s)
                artist.draw(canvas, act(artist.body, _somebody(one.look), 0.0, 0.0, 0.0))
                canvas.restore()

        size = (self.frame.width_px, self.frame.height_px)
        bounds = (0.0, 0.0, float(size[0]), float(size[1]))
        return draw_sprite(draw, bounds, size, KeyLight(0, 0, self.palette.glow, 0.0, 0.0), 1.0)

    def _artist(self, one: _Passer) -> FigureArtist:
        tint = self._tint(one.near)
        return FigureArtist(one.look, tint, mix(tint, self.palette.mist, 0.15), one.unit * self.frame.scale, 0.5)

    def _tint(self, near: float) -> Colour:
        return mix(self.palette.tint(0.42 + 0.2 * near), self.palette.ink, 0.2 + 0.32 * near)

    def _shadow(self, one: _Passer) -> Sprite:
        dark = mix(self.palette.ink, self.palette.near, 0.3)
        return shadow_under(0.0, one.ground * self.frame.scale, 2.8 * one.unit * self.frame.scale, dark, 0.42)

    def draw(self, canvas: Any, seconds: float, view: View, pivot: tuple[float, float]) -> None:
        """Lay them down at `seconds`, the far ones first. `pivot`: about which point the view grows, in pixels."""
        tick = math.floor(seconds * TWOS + 1e-6) / TWOS
        s = self.frame.scale
        if self._behind is not None:
            lay_sprite(canvas, self._behind, view, _FOLLOWS, pivot, self.frame)
        for i, one in enumerate(self.people):
            body = self._artists[i].body
            gone = tick * step_rate(body) * 0.8 + one.start if one.walks else one.start
            phase = int(gone * self.PHASES) % self.PHASES if one.walks else 0
            sprite = self._sprites[i, phase] if (i, phase) in self._sprites else self._make(i, phase)
            if sprite is None:
                continue
            cycle = 2 * stride_of(body) / 0.6 * body.stature * one.unit
            span = self.frame.w * 1.2
            at = (one.x + one.face * (gone - one.start) * cycle + span * 8 + 0.1 * self.frame.w) % span
            x, y = round((at - 0.1 * self.frame.w) * s), round(one.ground * s)
            under = self._shadows[i]
            lay_sprite(canvas, replace(under, x=x + under.x), view, _FOLLOWS, pivot, self.frame)
            lay_sprite(canvas, replace(sprite, x=x + sprite.x, y=y + sprite.y), view, _FOLLOWS, pivot, self.frame)

    def _make(self, i: int, phase: int) -> Sprite | None:
        one, artist = self.people[i], self._artists[i]
        px = one.unit * self.frame.scale
        pad = 3.2 * px
        still = act(artist.body, _somebody(one.look), 0.0, 0.0, 0.0)
        pose = walk_pose(artist.body, phase / self.PHASES) if one.walks else still

        def draw(canvas: Any) -> None:
            canvas.translate(pad, 8.6 * px)
            canvas.scale(px * one.face, px)
            artist.draw(canvas, pose)

        light = KeyLight(pad * 2, 0, artist.far, 0.0, 0.0)
        sprite = draw_sprite(draw, (0, 0, 2 * pad, 9 * px), (4096, 4096), light, 1.0)
        if sprite is not None:
            sprite = Sprite(sprite.pixels, sprite.image, sprite.x - round(pad), sprite.y - round(8.6 * px))
        self._sprites[i, phase] = sprite
        return sprite


def _somebody(look: Look) -> InFrame:
    return InFrame(name="somebody", look=look)


def _passer_by(seed: int) -> Look:
    """Return the look of somebody nameless."""
    rng = sown("passer-by", seed)
    woman = rng.random() < 0.45
    if woman:
        hat = rng.choice(("bonnet", "none", "kerchief", "bonnet"))
        return Look(
            sex="female",
            hair=rng.choice(("bun", "ringlets")),
            hat=hat,
            dress=rng.choice(("bell_skirt", "straight_skirt", "dome_skirt")),
            features=seed,
        )
    age = rng.choice(("adult", "adult", "old", "child"))
    return Look(
        sex="male",
        age=age,
        hat=rng.choice(("none", "boy_cap") if age == "child" else ("top", "soft", "bowler", "none", "boy_cap")),
        dress=rng.choice(("coat", "tailcoat", "frock", "shirt")),
        beard="none" if age == "child" else rng.choice(("none", "none", "full", "moustache")),
        features=seed,
    )
