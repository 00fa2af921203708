"""Whether the outline of somebody in a shot is more like their own portrait than like those of who is not there.

Of the shots of both example films in which people are seen large, every sixth is drawn by the shadow theatre, looked at
as a take is, and held to the portraits of everybody in that film: of each the likest of their states.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.figures import Figure, Result
from benchmarks.orders import EXAMPLES, order_film
from bookfilm.engines.protocols import PortraitRequest, never_cancelled, no_progress
from bookfilm.picture.identity import judged_frames, judged_people, outline_likeness
from bookfilm.picture.keyframes import PORTRAIT_PX
from bookfilm.picture.requests import TakeOrder
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.records.bible import Look

SIZE = (640, 360)
STEP = 6

Pixels = NDArray[np.uint8]


@dataclass
class Held:
    """Likenesses: of each person looked at to their own portrait, and to that of each other who is not in the shot."""

    own: list[float] = field(default_factory=list)
    others: list[list[float]] = field(default_factory=list)


def portraits() -> Result:
    """Hold people of both example films to everybody's portraits."""
    engine, held = ShadowEngine(), Held()
    for book in EXAMPLES:
        _hold(order_film(book, *SIZE), engine, held)
    first = [own > max(others, default=0.0) for own, others in zip(held.own, held.others, strict=True)]
    strangers = [score for others in held.others for score in others]
    return Result(
        "portraits",
        [
            Figure("people held to portraits", len(held.own), ""),
            Figure("own portrait, median", float(np.median(held.own)), "likeness"),
            Figure("own portrait, least of ten", float(np.quantile(held.own, 0.1)), "likeness"),
            Figure("of who is not there, median", float(np.median(strangers)), "likeness"),
            Figure("own portrait comes first", 100 * sum(first) / max(len(first), 1), "%", 75, "least"),
        ],
    )


def _hold(orders: list[TakeOrder], engine: ShadowEngine, held: Held) -> None:
    large = [order for order in orders if judged_people(order.request.picture)]
    looks: dict[str, list[Look]] = {}
    for order in large:
        for person in judged_people(order.request.picture):
            if person.look not in looks.setdefault(person.name, []):
                looks[person.name].append(person.look)
    drawn = {name: [_portrait(look, engine) for look in states] for name, states in looks.items()}
    for order in large[::STEP]:
        frames = _frames(order, engine)
        there = {person.name for person in order.request.picture.cast}
        away = [states for name, states in drawn.items() if name not in there]
        others = [max(outline_likeness(frames, one) for one in states) for states in away]
        for person in judged_people(order.request.picture):
            held.own.append(outline_likeness(frames, _portrait(person.look, engine)))
            held.others.append(others)


def _portrait(look: Look, engine: ShadowEngine) -> Pixels:
    request = PortraitRequest(look=look, width=PORTRAIT_PX, height=PORTRAIT_PX, style="lantern")
    return engine.portrait(request, never_cancelled)


def _frames(order: TakeOrder, engine: ShadowEngine) -> list[Pixels]:
    looked = judged_frames(order.request.frames)
    pixels = engine.render(order.request, no_progress, never_cancelled).pixels
    return [frame[:, :, :3].copy() for number, frame in enumerate(pixels) if number in looked]
