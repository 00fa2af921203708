"""Nameless people behind the cast."""

from __future__ import annotations

import math
from typing import Any

from bookfilm.picture.shadow.actors import KeyLight, Sprite, draw_sprite
from bookfilm.picture.shadow.camera import TWOS, View
from bookfilm.picture.shadow.chance import sown
from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.composition import Framing
from bookfilm.picture.shadow.figure.acting import act, step_rate, stride_of, walk_pose
from bookfilm.picture.shadow.figure.artist import FigureArtist
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Frame
from bookfilm.picture.shadow.sets.scenery import FEET
from bookfilm.records.bible import Look
from bookfilm.records.shots import InFrame


class Crowd:
    """Nameless people behind the cast: small sprites in the paper of their depth, some walking."""

    PHASES = 8

    def __init__(
        self, count: int, seed: tuple[int | str, ...], framing: Framing, frame: Frame, palette: Palette
    ) -> None:
        rng = sown("crowd", *seed)
        self.frame = frame
        self.people = []
        head = {True: framing.head * 0.46, False: 30.0}[framing.feet is not None]
        for i in range(min(count, 12)):
            look = _passer_by(rng.randrange(1 << 20))
            near = rng.random()
            unit = head * (0.62 + 0.5 * near) * (framing.zoom if framing.feet is None else 1.0)
            ground = (FEET - 0.066 + 0.040 * near) * frame.h
            tint = mix(palette.tint(0.42 + 0.2 * near), palette.ink, 0.3 + 0.3 * near)
            x = (i + rng.uniform(0.2, 0.8)) / max(count, 1) * frame.w
            face = rng.choice((-1, 1))
            walks = rng.random() < 0.5
            artist = FigureArtist(look, tint, mix(tint, palette.mist, 0.15), unit * frame.scale, 0.5)
            self.people.append((near, artist, x, ground, unit, face, walks, rng.random()))
        self.people.sort(key=lambda person: person[0])
        self._sprites: dict[tuple[int, int], Sprite | None] = {}

    def draw(self, canvas: Any, seconds: float, view: View) -> None:
        tick = math.floor(seconds * TWOS + 1e-6) / TWOS
        s = self.frame.scale
        for i, (_, artist, x, ground, unit, face, walks, start) in enumerate(self.people):
            cycle = 2 * stride_of(artist.body) / 0.6 * artist.body.stature * unit
            gone = tick * step_rate(artist.body) * 0.8 + start if walks else start
            phase = int(gone * self.PHASES) % self.PHASES if walks else 0
            sprite = self._sprites.get((i, phase)) or self._make(i, phase)
            if sprite is None:
                continue
            span = self.frame.w * 1.2
            at = (x + face * (gone - start) * cycle + span * 8 + 0.1 * self.frame.w) % span - 0.1 * self.frame.w
            canvas.drawImage(
                sprite.image,
                round(at * s) + sprite.x - round(view.x * self.frame.width_px * 0.7),
                round(ground * s) + sprite.y,
            )

    def _make(self, i: int, phase: int) -> Sprite | None:
        _, artist, _, _, unit, face, walks, _ = self.people[i]
        px = unit * self.frame.scale
        pad = 3.2 * px
        person = InFrame(name=f"{i}", look=artist.look)
        pose = walk_pose(artist.body, phase / self.PHASES) if walks else act(artist.body, person, 0.0, 0.0, 0.0)

        def draw(canvas: Any) -> None:
            canvas.translate(pad, 8.6 * px)
            canvas.scale(px * face, px)
            artist.draw(canvas, pose)

        light = KeyLight(pad * 2, 0, artist.far, 0.0, 0.0)
        sprite = draw_sprite(draw, (0, 0, 2 * pad, 9 * px), (4096, 4096), light, 1.0)
        if sprite is not None:
            sprite = Sprite(sprite.pixels, sprite.image, sprite.x - round(pad), sprite.y - round(8.6 * px))
        self._sprites[i, phase] = sprite
        return sprite


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
    return Look(
        sex="male",
        age=rng.choice(("adult", "adult", "old", "child")),
        hat=rng.choice(("top", "soft", "bowler", "none", "boy_cap")),
        dress=rng.choice(("coat", "tailcoat", "frock", "shirt")),
        beard=rng.choice(("none", "none", "full", "moustache")),
        features=seed,
    )
