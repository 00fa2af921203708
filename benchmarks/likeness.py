"""Whether the example films' people are told apart by their outlines alone, and stand where they can be seen.

Each person of each shot is drawn alone, silent, in the middle of the shot; the mask of head and bust, turned to the
right and brought to 96 pixels, is the descriptor. Who it is is told by the nearest descriptor from any other scene.
Feet, heads and figures are taken from the engine's own geometry at some moments of every shot.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Result
from benchmarks.orders import EXAMPLES, order_film
from bookfilm.picture.requests import TakeOrder
from bookfilm.picture.shadow.actors import Sprite
from bookfilm.picture.shadow.backdrop import SetCache
from bookfilm.picture.shadow.camera import View
from bookfilm.picture.shadow.cast import Actor
from bookfilm.picture.shadow.paper import surface_on
from bookfilm.picture.shadow.shot import Shot

MASK_PX = 96
ABOVE, BELOW, ASIDE = 1.15, 1.55, 1.35
"""How much of head and bust is looked at, in heads from the middle of the head: up, down and to either side."""
MOMENTS = (0.1, 0.35, 0.6, 0.85)
SIZE = (1280, 720)

Mask = NDArray[np.float32]


@dataclass(frozen=True)
class Seen:
    """One person of one shot."""

    film: str
    scene: str
    name: str
    mask: Mask


@dataclass
class Found:
    """What was found over all films."""

    people: list[Seen] = field(default_factory=list)
    feet_off_px: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    """Of each figure at each moment: the share of it or of its head that is seen, whichever is more."""


def likeness() -> Result:
    """Look at every shot of both example films."""
    found, sets = Found(), SetCache()
    for book in EXAMPLES:
        for order in order_film(book, *SIZE):
            if order.request.picture.kind == "scene" and order.request.picture.cast:
                _look(order, book.stem, sets, found)
    named = [_nearest(one, found.people) == one.name for one in found.people if _elsewhere(one, found.people)]
    shown = np.array(found.shown)
    return Result(
        "likeness",
        [
            Figure("people named by their outline", 100 * sum(named) / max(len(named), 1), "%", 95, "least"),
            Figure("people looked at", len(named), ""),
            Figure("feet off the floor, most", max(found.feet_off_px, default=0.0), "px", 2, "most"),
            Figure("figures seen by 70 % or more", 100 * float((shown >= 0.7).mean()), "%", 100, "least"),
        ],
    )


def _look(order: TakeOrder, film: str, sets: SetCache, found: Found) -> None:
    shot = Shot(order.request, sets)
    actors = [actor for actor in shot.cast if isinstance(actor, Actor)]
    scene = order.shot.rpartition("-")[0]
    for actor in actors:
        sprite, head = actor.alone(shot.length / 2, shot.length)
        if sprite is not None and actor.human and actor.person.stance != "lie":
            found.people.append(Seen(film, scene, actor.person.name, _bust(sprite, head, actor.face)))
    before = _near_sheets(shot)
    for moment in MOMENTS:
        _stand(shot, actors, moment * shot.length, before, found)


def _bust(sprite: Sprite, head: tuple[float, float, float], face: int) -> Mask:
    """Return the mask of head and bust, 0 to 1, shape (96, 96), looking to the right."""
    x, y, tall = head
    across, down = 2 * ASIDE * tall, (ABOVE + BELOW) * tall
    scale_x, scale_y = MASK_PX / across, MASK_PX / down
    left, top = x - ASIDE * tall - sprite.x, y - ABOVE * tall - sprite.y
    move = np.array([[scale_x, 0, -left * scale_x], [0, scale_y, -top * scale_y]], np.float32)
    mask = cv2.warpAffine(sprite.pixels[:, :, 3], move, (MASK_PX, MASK_PX), flags=cv2.INTER_AREA)
    return np.asarray(mask[:, ::face], np.float32) / np.float32(255)


def _elsewhere(one: Seen, people: list[Seen]) -> bool:
    return any(other.film == one.film and other.name == one.name and other.scene != one.scene for other in people)


def _nearest(one: Seen, people: list[Seen]) -> str:
    others = [other for other in people if other.film == one.film and other.scene != one.scene]
    return min(others, key=lambda other: float(np.square(one.mask - other.mask).sum())).name


def _near_sheets(shot: Shot) -> NDArray[np.uint8]:
    """Return how much the near sheets cover, 0 to 255."""
    pixels = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    surface = surface_on(pixels)
    shot.backdrop.lay_before(surface.getCanvas(), View())
    surface.flushAndSubmit()
    return np.ascontiguousarray(pixels[:, :, 3])


def _stand(shot: Shot, actors: list[Actor], seconds: float, before: NDArray[np.uint8], found: Found) -> None:
    covers = [before]
    for actor in reversed(actors):
        sprite, head = actor.alone(seconds, shot.length)
        on_its_way = actor.travel(seconds, shot.length)[1] and actor.person.stance in ("enter", "leave")
        if sprite is None or on_its_way:
            continue
        if shot.framing.feet is not None and actor.person.stance in ("stand", "walk"):
            ground = actor.placed.ground * shot.frame.scale
            rows = np.flatnonzero(sprite.pixels[:, :, 3].max(axis=1) > 127)
            found.feet_off_px.append(abs(sprite.y + int(rows[-1]) + 1 - ground))
        found.shown.append(max(_seen_of(sprite, covers, None), _seen_of(sprite, covers, head)))
        own = np.zeros(before.shape, np.uint8)
        _paste(own, sprite)
        covers.append(own)


def _paste(onto: NDArray[np.uint8], sprite: Sprite) -> None:
    alpha = sprite.pixels[:, :, 3]
    x0, y0 = max(sprite.x, 0), max(sprite.y, 0)
    x1, y1 = min(sprite.x + alpha.shape[1], onto.shape[1]), min(sprite.y + alpha.shape[0], onto.shape[0])
    if x1 > x0 and y1 > y0:
        onto[y0:y1, x0:x1] = alpha[y0 - sprite.y : y1 - sprite.y, x0 - sprite.x : x1 - sprite.x]


def _seen_of(sprite: Sprite, covers: list[NDArray[np.uint8]], head: tuple[float, float, float] | None) -> float:
    """Return the share of the figure's ink, or of its head's, that lies in the frame and is not covered by half."""
    own = np.zeros(covers[0].shape, np.uint8)
    _paste(own, sprite)
    total = int((sprite.pixels[:, :, 3] > 127).sum())
    if head is not None:
        x, y, tall = head
        mask = np.zeros_like(own)
        cv2.circle(mask, (round(x), round(y)), max(round(tall * 0.5), 1), 255, -1)
        own = np.minimum(own, mask)
        total = round(float(np.pi * (tall * 0.5) ** 2 * 0.8))
    free = own > 127
    for cover in covers:
        free &= cover < 128
    return min(int(free.sum()) / max(total, 1), 1.0)
