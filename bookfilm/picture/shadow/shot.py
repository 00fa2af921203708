"""One shot from first frame to last: backdrop, crowd, cast, weather, near frame, card, finish, fades."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import skia

from bookfilm.engines.protocols import RenderRequest, Voiced
from bookfilm.picture.shadow.actors import KeyLight, Sprite, draw_sprite, lay_sprite, shadow_under
from bookfilm.picture.shadow.backdrop import Backdrop, SetCache
from bookfilm.picture.shadow.camera import TWOS, View, moves, tick_of, view_at
from bookfilm.picture.shadow.cards import CardSheet
from bookfilm.picture.shadow.cast import build_cast, envelope, key_light
from bookfilm.picture.shadow.colour import mix
from bookfilm.picture.shadow.composition import FRAMINGS, aim_of, at_depth, fit_people
from bookfilm.picture.shadow.crowd import Crowd
from bookfilm.picture.shadow.figure.knife import Knife
from bookfilm.picture.shadow.light import finish_sheets, halo
from bookfilm.picture.shadow.paper import Frame, Pixels, image_of, surface_on
from bookfilm.picture.shadow.paths import box
from bookfilm.picture.shadow.props import Draw, large_thing, small_thing
from bookfilm.picture.shadow.stylesheets import named_style
from bookfilm.picture.shadow.weather import Weather
from bookfilm.records.bible import INDOORS
from bookfilm.records.shots import Picture

FADE_S = 0.5
FLICKER = 0.3
"""How far from a lamp its flicker is seen at most, in shares of the frame's height."""
_NO_HORSES = INDOORS | {"ship", "sea", "sky"}
"""Where one who rides goes by something else, and sits."""
_BEHIND = 0.825
"""The floor line of a thing that is broad: people stand before it."""
_UNDER_WAY = ("walk", "ride", "enter", "leave")
CARDS = ("title", "chapter", "credits", "slate")


class Shot:
    """Everything of one shot that does not change from frame to frame, and how a frame is laid from it."""

    def __init__(self, request: RenderRequest, sets: SetCache) -> None:
        self.request = request
        self.picture: Picture = request.picture
        self.frame = Frame(request.width, request.height)
        self.per_second = float(request.rate.per_second)
        self.length = request.frames / self.per_second
        scene = sets.get(self.picture.setting, request.sheet or named_style(request.style), self.frame)
        self.palette = scene.palette
        framing = FRAMINGS["wide" if self.is_card else self.picture.size]
        self.framing = framing
        camera = "static" if self.is_card else self.picture.camera
        self.backdrop = Backdrop(scene, framing, camera, aim_of(self.picture))
        self.weather = Weather(self.picture.setting, self.palette, self.frame)
        glows = self.backdrop.glows
        self.cast = (
            [] if self.is_card else build_cast(self._people(), framing, self.frame, self.palette, glows, scene.bright)
        )
        setting = self.picture.setting
        seed = (setting.kind, setting.features, self.picture.crowd)
        crowd = 0 if self.is_card or self.picture.size == "insert" else self.picture.crowd
        self.measure = framing if framing.feet is None else fit_people(self._people(), framing, self.frame)[0]
        marks = tuple(actor.placed.x for actor in self.cast)
        self.crowd = Crowd(crowd, seed, self.measure, self.frame, self.palette, setting.kind in INDOORS, marks)
        self.voices = {voice.speaker: voice for voice in request.voices}
        self.things = [] if self.is_card else self._things(scene.bright)
        self.card = CardSheet(scene.press, self.palette, self.picture.kind, self.picture.card) if self.is_card else None
        self.follow = next((actor.face for actor in self.cast if actor.person.stance in _UNDER_WAY), 1)
        self.flickers = [self._flicker(glow) for glow in sorted(glows, key=lambda g: -g.size)[:2]]
        vignette = 0.62 if self.palette.dark > 0.3 else 0.5
        dark = mix(self.palette.ink, self.palette.near, 0.25)
        self.finish = [image_of(sheet) for sheet in finish_sheets(self.frame, dark, vignette)]
        self.still: Pixels = np.zeros((request.height, request.width, 4), np.uint8)
        self.surface = surface_on(self.still)
        self.shown: Pixels = self.still.copy() if self.picture.fade_in or self.picture.fade_out else self.still
        self.plate: Pixels | None = None
        self.laid: Pixels | None = None
        self.rests = not moves(camera)
        self._drawn: int | None = None

    @property
    def is_card(self) -> bool:
        return self.picture.kind in CARDS

    def _people(self) -> tuple[Any, ...]:
        small = small_thing(self.picture.props) if self.picture.size == "insert" else None
        if self.picture.size == "insert":
            return (
                ()
                if small is not None
                else tuple(person.changed(mark=38, facing="right") for person in self.picture.cast[:1])
            )
        if self.picture.setting.kind in _NO_HORSES:
            return tuple(one.changed(stance="sit") if one.stance == "ride" else one for one in self.picture.cast[:6])
        return self.picture.cast[:6]

    def _flicker(self, glow: Any) -> tuple[Any, int, int, float]:
        """Return a lamp's light as an image to be screened over the picture a little more or less."""
        reach = int(min(glow.size * 2.2, FLICKER * self.frame.h * self.frame.scale)) + 2
        pixels = np.zeros((2 * reach, 2 * reach, 4), np.uint8)
        surface = surface_on(pixels)
        halo(surface.getCanvas(), reach, reach, reach, glow.colour, 0.30 * glow.strength)
        surface.flushAndSubmit()
        return image_of(pixels), round(glow.x) - reach, round(glow.y) - reach, glow.x * 0.37

    def _things(self, bright: tuple[float, float]) -> list[Sprite]:
        """Return what the text names: drawn large for an insert, or standing in the scene upon its shadow."""
        w, h = self.frame.w, self.frame.h
        if self.picture.size == "insert":
            small = small_thing(self.picture.props)
            if small is None:
                return []
            return self._thing_sprite(small, w * 0.5, h * 0.80, min(h * 0.48, w * 0.56), bright, h * 0.80)
        cast = self._people()
        there = {"horse" for one in cast if one.stance == "ride"} | {one.look.creature for one in cast}
        found = large_thing(self.picture.props, self.picture.setting.kind, frozenset(there))
        if found is None or self.measure.feet is None:
            return []
        marks = [actor.placed.x for actor in self.cast]
        places = (0.5 * w,) if found.broad else (0.16 * w, 0.84 * w, 0.5 * w, 0.3 * w, 0.7 * w)
        x = max(places, key=lambda place: min((abs(place - mark) for mark in marks), default=1.0))
        stands = at_depth(self.measure, _BEHIND if found.broad else self.measure.feet - 0.012)
        ground, s = (stands.feet or 0.0) * h, self.frame.scale
        dark, wide = mix(self.palette.ink, self.palette.near, 0.2), found.across * found.heads * stands.head
        x = min(max(x, wide / 2), w - wide / 2) if wide < w else 0.5 * w
        under = shadow_under(x * s, ground * s, wide * s, dark)
        return [under, *self._thing_sprite(found.draw, x, ground, found.heads * stands.head, bright, None)]

    def _thing_sprite(
        self, draw: Draw, x: float, ground: float, tall: float, bright: tuple[float, float], table: float | None
    ) -> list[Sprite]:
        s = self.frame.scale
        light = key_light(self.backdrop.glows, bright, self.frame, self.palette, x * s)

        def whole(canvas: Any) -> None:
            if table is not None:
                edge = Knife(canvas, mix(self.palette.near, self.palette.ink, 0.5), self.palette.ink, 100)
                edge.path(box(-10, table * s, self.frame.width_px + 10, self.frame.height_px + 10))
            canvas.translate(x * s, ground * s)
            canvas.scale(tall * s, tall * s)
            draw(Knife(canvas, self.palette.ink, self.palette.ink, tall * s), self.palette)

        size = (self.frame.width_px, self.frame.height_px)
        lit = KeyLight(light.x, 0.0 if table is None else light.y, light.colour, light.strength, 0.1)
        sprite = draw_sprite(whole, (0.0, 0.0, float(size[0]), float(size[1])), size, lit, 2.0 * s)
        return [] if sprite is None else [sprite]

    def frames(self) -> Iterator[Pixels]:
        """Yield the frames in order; each array is overwritten by the next."""
        for i in range(self.request.frames):
            yield self.frame_at(i)

    def frame_at(self, index: int) -> Pixels:
        """Return frame `index`, opaque RGBA of shape (height, width, 4), in a buffer that is used again.

        Under a camera at rest a frame is the drawing of its tick: only rain and storm are too fast for that.
        """
        tick, first = tick_of(index, self.per_second)
        if not (self.rests and self._drawn == first and not self.weather.fast and self.card is None):
            canvas = self.surface.getCanvas()
            canvas.resetMatrix()
            share = index / (self.request.frames - 1) if self.request.frames > 1 else 0.0
            view = View() if self.is_card else view_at(self.picture.camera, share, self.follow)
            if self.card is not None:
                self._lay_card(canvas, self.card, view, share)
            else:
                self._lay_scene(canvas, index, view)
            canvas.drawImage(self.finish[round(tick * TWOS) % 4], 0, 0)
            self.surface.flushAndSubmit()
        return self._faded(index)

    def _lay_card(self, canvas: Any, card: CardSheet, view: View, share: float) -> None:
        """Lay the card: made once, and once a frame only where its credits run."""
        if self.laid is not None and card.run == 0:
            np.copyto(self.still, self.laid)
            return
        if self.plate is None:
            self.backdrop.lay_behind(self.still, canvas, view)
            card.lay_plate(canvas)
            self.surface.flushAndSubmit()
            self.plate = self.still.copy()
        np.copyto(self.still, self.plate)
        card.draw(canvas, share)
        self.surface.flushAndSubmit()
        if card.run == 0:
            self.laid = self.still.copy()

    def _lay_scene(self, canvas: Any, index: int, view: View) -> None:
        """Lay the set, the people, the weather and the near frame; what rests is laid once a tick."""
        tick, first = tick_of(index, self.per_second)
        seconds = index / self.per_second if self.weather.fast else tick
        if self.laid is not None and self._drawn == first:
            np.copyto(self.still, self.laid)
        else:
            self.backdrop.lay_behind(self.still, canvas, view)
            self.weather.draw_behind(canvas, seconds)
            self._lay_people(canvas, tick, first, view)
            self._drawn = first
            if self.rests and self.weather.fast and not self.weather.behind:
                self.surface.flushAndSubmit()
                self.laid = self.still.copy() if self.laid is None else self.laid
                np.copyto(self.laid, self.still)
        self.weather.draw(canvas, seconds)
        self.backdrop.lay_before(canvas, view)

    def _lay_people(self, canvas: Any, tick: float, first: int, view: View) -> None:
        self.crowd.draw(canvas, tick, view, self.backdrop.pivot)
        for image, x, y, phase in self.flickers:
            swing = 0.5 + 0.28 * math.sin(tick * 9.1 + phase) + 0.22 * math.sin(tick * 23.7 + phase * 2)
            paint = skia.Paint(BlendMode=skia.BlendMode.kScreen, Alphaf=min(max(swing, 0.0), 1.0))
            canvas.drawImage(image, x, y, skia.SamplingOptions(), paint)
        if self.picture.size != "insert":
            for sprite in self.things:
                lay_sprite(canvas, sprite, view, 1.0, self.backdrop.pivot, self.frame)
        for actor in self.cast:
            voice: Voiced | None = self.voices.get(actor.person.name)
            into, loud = envelope(voice, first, self.per_second)
            into = 1.0 if self.picture.size == "insert" else into  # close on the hands: they do something
            actor.draw(canvas, tick, self.length, (into, loud), view, self.backdrop.pivot)
        if self.picture.size == "insert":
            for sprite in self.things:
                canvas.drawImage(sprite.image, sprite.x, sprite.y)

    def _faded(self, index: int) -> Pixels:
        """Return the frame, its first or last half second brought out of, or into, the dark."""
        span = min(max(1, round(FADE_S * self.per_second)), self.request.frames)
        light = 1.0
        if self.picture.fade_in:
            light = min(light, (index + 1) / (span + 1))
        if self.picture.fade_out:
            light = min(light, (self.request.frames - index) / (span + 1))
        if light == 1:
            return self.still
        cv2.convertScaleAbs(self.still, dst=self.shown, alpha=light * light * (3 - 2 * light))
        self.shown[:, :, 3] = 255
        return self.shown
