"""The people of one shot: placed, posed in time, drawn on twos and kept between."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import skia

from bookfilm.engines.protocols import Voiced
from bookfilm.picture.shadow.actors import KeyLight, Sprite, contact_shadow, draw_sprite
from bookfilm.picture.shadow.backdrop import Glow
from bookfilm.picture.shadow.camera import FOURS, TWOS, View
from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.composition import (
    Framing,
    Placed,
    fit_people,
    place_figure,
    spread_marks,
)
from bookfilm.picture.shadow.figure.acting import act, stance_pose, stride_of, walk_pose, walk_speed
from bookfilm.picture.shadow.figure.artist import FigureArtist
from bookfilm.picture.shadow.figure.body import body_of
from bookfilm.picture.shadow.figure.creatures import draw_creature, eye_height
from bookfilm.picture.shadow.figure.menagerie import KINDS
from bookfilm.picture.shadow.figure.mount import SPEED, draw_mount, lift_of
from bookfilm.picture.shadow.figure.rests import draw_bed, draw_blanket, draw_seat
from bookfilm.picture.shadow.figure.skeleton import Pose, solve
from bookfilm.picture.shadow.light import halo
from bookfilm.picture.shadow.palette import Palette
from bookfilm.picture.shadow.paper import Frame, Pixels, draw_zoomed, image_of, surface_on
from bookfilm.picture.shadow.shoulder import Shoulder
from bookfilm.records.shots import InFrame

_CLOSE = 150.0
"""From this head's height on, in design units, there is no room for wide gestures, and a chair is a bare post."""
BRISK = 1.45
"""How much faster people come and go than they stroll."""


def envelope(voice: Voiced | None, frame: int, per_second: float) -> tuple[float, float]:
    """Return how far the speaker is into speaking (0 to 1) and how open the mouth is (0 to 1) at a frame."""
    if voice is None or not voice.loudness:
        return 0.0, 0.0
    at = frame - voice.start_frame
    ramp = max(per_second * 0.35, 1.0)
    into = min(max((at + ramp) / ramp, 0.0), 1.0)
    out = min(max((len(voice.loudness) + ramp - at) / ramp, 0.0), 1.0)
    speaking = min(into, out)
    speaking = speaking * speaking * (3 - 2 * speaking)
    loud = voice.loudness[at : at + 2] if 0 <= at < len(voice.loudness) else ()
    return speaking, min(max(loud, default=0) / 190, 1.0)


@dataclass
class _Kept:
    tick: tuple[float, ...] | None = None
    sprite: Sprite | None = None


class Actor:
    """One person or creature of the shot."""

    def __init__(
        self, person: InFrame, x: float, framing: Framing, frame: Frame, palette: Palette, light: KeyLight
    ) -> None:
        self.person, self.frame, self.light = person, frame, light
        self.human = person.look.creature == "human"
        self.face = 1 if person.facing == "right" else -1
        self.palette = palette
        self.framing = framing
        behind = mix(palette.far, palette.near, 0.3)
        self.ink, self.far = palette.ink, mix(palette.ink, behind, 0.10)
        if self.human:
            self.body = body_of(person.look)
            self.placed = self._place_human(x)
            if person.stance == "lie":
                self.body = replace(self.body, stoop=0.0)
            self.artist = FigureArtist(person.look, self.ink, self.far, self.placed.unit * frame.scale)
            self.artist.body = self.body
            self.lift = lift_of(self.body) if person.stance == "ride" else 0.0
        else:
            self.placed = self._place_creature(x)
        self._kept = _Kept()
        self._shadow = self._make_shadow()
        self._lantern = self._make_lantern()

    def _place_human(self, x: float) -> Placed:
        joints = solve(self.body, stance_pose(self.body, self.person))
        lying = self.person.stance == "lie"
        return place_figure(self.body, joints, x, self.face, self.framing, self.frame, lying)

    def _place_creature(self, x: float) -> Placed:
        eyes = eye_height(self.person.look)
        if self.framing.feet is not None:
            small = self.person.look.creature in ("mouse", "bird")
            unit = self.framing.head * (1.35 if small else 1.12 if eyes < 3 else 1.0)
            return Placed(x, self.framing.feet * self.frame.h, unit, self.face)
        kind = KINDS[self.person.look.creature]
        unit = self.framing.head * min(1.2 / kind.head, 1.5) * 0.95
        # Small ones lower: on its feet before a town, a dog would be as large as the houses.
        line = (self.framing.eyes + (0.10 if eyes > 3 else 0.22)) * self.frame.h
        return Placed(x, line + eyes * unit, unit, self.face)

    def _make_shadow(self) -> tuple[Pixels, Any] | None:
        if self.framing.feet is None:
            return None
        unit = self.placed.unit * self.frame.scale
        wide = 3.1 if not self.human else 3.4 + 1.2 * self.body.skirt * self.body.stature
        wide = 6.4 if self.person.stance == "ride" else wide
        pixels = contact_shadow(wide * unit, 0.42 * unit, mix(self.palette.ink, self.palette.near, 0.2), 0.62)
        return pixels, image_of(pixels)

    def _make_lantern(self) -> tuple[Any, int] | None:
        """Return the light of a lamp that the figure carries, and how far it reaches in pixels."""
        if not self.human or self.person.look.carries != "lamp":
            return None
        reach = round(4.2 * self.placed.unit * self.frame.scale)
        pixels = np.zeros((2 * reach, 2 * reach, 4), np.uint8)
        surface = surface_on(pixels)
        canvas = surface.getCanvas()
        halo(canvas, reach, reach, reach, self.palette.warm, 0.62)
        halo(canvas, reach, reach, reach * 0.34, self.palette.warm, 0.85)
        halo(canvas, reach, reach, reach * 0.12, (1.0, 0.97, 0.86), 1.0)
        surface.flushAndSubmit()
        return image_of(pixels), reach

    def _lamp_at(self, pose: Pose) -> tuple[float, float]:
        """Return where the flame of a carried lamp is, in heads from the feet."""
        hand = self.artist.joints(pose).near_arm.end
        size = self.body.stature
        return hand[0] * size * self.face, (hand[1] + 0.65) * size

    def travel(self, seconds: float, length: float) -> tuple[float, bool]:
        """Return how far from its mark the figure is at `seconds`, in design units, and whether it walks."""
        stance = self.person.stance
        if stance not in ("walk", "ride", "enter", "leave"):
            return 0.0, False
        speed = SPEED if stance == "ride" else walk_speed(self.body) if self.human else 1.6
        speed *= self.placed.unit
        brisk = speed * BRISK
        outside = 2.5 * self.placed.unit
        if stance == "enter":
            way = outside + (self.placed.x if self.face > 0 else self.frame.w - self.placed.x)
            left = min(way, brisk * length * 0.75) - brisk * seconds
            return (-self.face * left, True) if left > 0 else (0.0, False)
        if stance == "leave":
            way = outside + (self.frame.w - self.placed.x if self.face > 0 else self.placed.x)
            wait = max(length - way / brisk, 0.25 * length)
            return (self.face * brisk * (seconds - wait), True) if seconds > wait else (0.0, False)
        reach = min(speed * length / 2, 0.20 * self.frame.w)
        at = speed * seconds - reach
        return (self.face * at, True) if at < reach else (self.face * reach, False)

    def draw(
        self,
        canvas: Any,
        seconds: float,
        length: float,
        voice: tuple[float, float],
        view: View,
        pivot: tuple[float, float],
    ) -> None:
        """Lay the figure down at `seconds` of a shot of `length` seconds."""
        tick = math.floor(seconds * TWOS + 1e-6) / TWOS
        shift, walking = self.travel(tick, length)
        speaking, loud = (round(part * 6) / 6 for part in voice)
        if self.human and not walking and speaking == 0:
            tick = math.floor(seconds * FOURS + 1e-6) / FOURS
        key = (tick, speaking, loud)
        if self._kept.tick != key:
            self._kept = _Kept(key, self._sprite(tick, shift, walking, speaking, loud))
        dx = round(-view.x * self.frame.width_px)
        dy = round(-view.y * self.frame.height_px)
        if self._shadow is not None:
            pixels, image = self._shadow
            s = self.frame.scale
            x = round((self.placed.x + shift) * s - pixels.shape[1] / 2)
            self._lay(
                canvas,
                pixels,
                image,
                x + dx,
                round(self.placed.ground * s - pixels.shape[0] * 0.6) + dy,
                view.zoom,
                pivot,
            )
        sprite = self._kept.sprite
        if sprite is not None and self._lantern is not None:
            image, reach = self._lantern
            lx, ly = self._lamp_at(self._pose(tick, shift, walking, speaking, loud))
            unit, s = self.placed.unit * self.frame.scale, self.frame.scale
            paint = skia.Paint(BlendMode=skia.BlendMode.kScreen, Alphaf=0.94 + 0.06 * math.sin(tick * 17))
            x, y = (self.placed.x + shift) * s + lx * unit, self.placed.ground * s + ly * unit
            canvas.drawImage(image, round(x) - reach + dx, round(y) - reach + dy, skia.SamplingOptions(), paint)
        if sprite is not None:
            self._lay(canvas, sprite.pixels, sprite.image, sprite.x + dx, sprite.y + dy, view.zoom, pivot)

    def alone(self, seconds: float, length: float) -> tuple[Sprite | None, tuple[float, float, float]]:
        """Return the figure as it is drawn at `seconds` while it says nothing, and where its head is.

        The head is (x, y) of its middle and its height, in pixels of the frame; of a creature, its eyes' height.
        """
        shift, walking = self.travel(seconds, length)
        sprite = self._sprite(seconds, shift, walking, 0.0, 0.0)
        s, unit = self.frame.scale, self.placed.unit * self.frame.scale
        x, y = (self.placed.x + shift) * s, self.placed.ground * s
        if not self.human:
            return sprite, (x, y - eye_height(self.person.look) * unit, unit)
        head, size = self.artist.joints(self._pose(seconds, shift, walking, 0.0, 0.0)).head, self.body.stature
        y -= self.lift * unit if self.framing.feet is not None else 0.0
        return sprite, (x + head[0] * size * unit * self.face, y + head[1] * size * unit, size * self.body.head * unit)

    def _lay(
        self, canvas: Any, pixels: Pixels, image: Any, x: int, y: int, zoom: float, pivot: tuple[float, float]
    ) -> None:
        if zoom == 1:
            canvas.drawImage(image, x, y)
        else:
            draw_zoomed(canvas, pixels, x, y, zoom, pivot, (self.frame.width_px, self.frame.height_px))

    def _sprite(self, tick: float, shift: float, walking: bool, speaking: float, loud: float) -> Sprite | None:
        s, unit = self.frame.scale, self.placed.unit * self.frame.scale
        x, ground = (self.placed.x + shift) * s, self.placed.ground * s
        size = (self.frame.width_px, self.frame.height_px)
        rim = max(1.0, 1.5 * s * (1.0 + 0.004 * self.placed.unit))
        if not self.human:
            reach = 4.2 if self.person.look.creature in ("horse", "beast") else 2.6
            tall = eye_height(self.person.look) + 2.2

            def animal(canvas: Any) -> None:
                canvas.translate(x, ground)
                canvas.scale(unit * self.face, unit)
                draw_creature(
                    canvas, self.person.look, self.ink, self.far, unit, seconds=tick, jaw=15 * loud, walking=walking
                )

            return draw_sprite(
                animal,
                (x - reach * unit, ground - tall * unit, x + reach * unit, ground + 0.3 * unit),
                size,
                self.light,
                rim,
            )
        pose = self._pose(tick, shift, walking, speaking, loud)
        seated, rides = self.person.stance in ("sit", "ride"), self.person.stance == "ride"
        up = self.lift if self.framing.feet is not None else 0.0

        light = self.light
        if self._lantern is not None:
            lx, ly = self._lamp_at(pose)
            light = KeyLight(
                x + lx * unit, ground + ly * unit, mix(self.palette.warm, self.palette.glow, 0.4), 0.95, 0.24
            )

        def person(canvas: Any) -> None:
            canvas.translate(x, ground)
            canvas.scale(unit * self.face, unit)
            if rides:
                canvas.translate(0, self.lift - up)
                draw_mount(canvas, self.person.look, self.ink, self.far, unit, tick)
                canvas.translate(0, -self.lift)
            elif seated:
                draw_seat(canvas, self.artist, self.body.stature, back=self.framing.head < _CLOSE)
            if self.person.stance == "lie":
                head = 3.4 if self.framing.feet is not None else 6.6
                draw_bed(canvas, self.artist, head * self.body.stature, 0.0 if self.framing.feet is not None else 9.0)
                canvas.translate(head * self.body.stature, -1.62)
                canvas.rotate(-88)
            self.artist.draw(canvas, pose, seated, carries=self.person.stance != "lie")
            if self.person.stance == "lie":
                draw_blanket(canvas, self.artist, self.body.stature)

        tall = 9.2 if self.person.look.carries == "umbrella" else 8.3
        high = (tall * self.body.stature + up) * unit
        side = {"lie": 7.8, "ride": 5.4}.get(self.person.stance, 3.3)
        low = 0.5 if self.framing.feet is not None else 9.5
        bounds = (x - side * unit, ground - high, x + side * unit, ground + low * unit)
        return draw_sprite(person, bounds, size, light, rim)

    def _pose(self, tick: float, shift: float, walking: bool, speaking: float, loud: float) -> Pose:
        person = self.person
        if person.stance in ("walk", "enter", "leave") and not walking:
            person = replace_stance(person)
        reach = 0.55 if self.framing.feet is None and self.framing.head > _CLOSE else 1.0
        if person.stance == "lie":
            person = person.changed(look=person.look.changed(carries="nothing"))
        pose = act(self.body, person, tick, speaking, loud, reach)
        if walking and person.stance != "ride":
            cycle = 2 * stride_of(self.body) / 0.6 * self.body.stature * self.placed.unit
            phase = (shift * self.face / cycle) % 1.0
            step = walk_pose(self.body, phase)
            near = step.near_arm if person.look.carries == "nothing" else pose.near_arm
            pose = replace(step, jaw=pose.jaw, blink=pose.blink, head=pose.head, near_arm=near)
        return pose


def replace_stance(person: InFrame) -> InFrame:
    """Return the person standing: they have arrived, or have not set out."""
    return person.model_copy(update={"stance": "stand"})


def key_light(glows: list[Glow], bright: tuple[float, float], frame: Frame, palette: Palette, x: float) -> KeyLight:
    """Return the light that rims a figure at `x` (pixels): the lamp that tells most there, else the bright place."""
    best, power = None, 0.0
    for glow in glows:
        reach = abs(glow.x - x) / (frame.width_px * 0.5) + 0.25
        tells = glow.strength * min(glow.size / (40 * frame.scale), 1.5) / reach
        if tells > power:
            best, power = glow, tells
    if best is not None and power > 0.7:
        return KeyLight(best.x, best.y, mix(best.colour, palette.glow, 0.45), 0.9, 0.13)
    sky = mix(palette.glow, palette.horizon, 0.3)
    return KeyLight(bright[0] * frame.width_px, min(bright[1], 0.3) * frame.height_px, sky, 0.66, 0.0)


def build_cast(
    people: tuple[InFrame, ...],
    framing: Framing,
    frame: Frame,
    palette: Palette,
    glows: list[Glow],
    bright: tuple[float, float],
) -> list[Actor | Shoulder]:
    """Place the people of a shot, those who stand nearest last.

    Two who talk past a shoulder are put where they are marked; all others beside each other, with room for each.
    """
    framings, xs = [framing] * len(people), [person.mark / 100 * frame.w for person in people]
    if not any(person.near for person in people):
        fitted, framings, widths = fit_people(people, framing, frame)
        xs = spread_marks(tuple(person.mark for person in people), fitted, frame, widths)
    cast: list[Actor | Shoulder] = []
    for person, x, one in zip(people, xs, framings, strict=True):
        light = key_light(glows, bright, frame, palette, x * frame.scale)
        if person.near and person.look.creature == "human":
            cast.append(Shoulder(person, x, frame, palette, light))
        else:
            cast.append(Actor(person, x, one, frame, palette, light))
    return sorted(cast, key=lambda actor: (actor.person.near, actor.placed.ground if framing.feet is not None else 0.0))
