"""Transitions between the takes of a cut: made when those are, and again when either of them is another."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bookfilm.picture.transitions import TransitionOrder, make_transition
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.pieces import chosen_take
from bookfilm.records.cut import Cut
from bookfilm.records.shots import Shot
from bookfilm.records.timeline import Timeline
from bookfilm.settings import Encoding
from bookfilm.store.folder import FilmFolder


def with_transitions(
    cut: Cut, shots: Sequence[Shot], timeline: Timeline, encoding: Encoding, production: Production
) -> Cut:
    """Return `cut` with a transition for each slot that is not cut to. Those that are missing are made here.

    They are a second's work each, of two clips that lie in the store: no engine is asked.
    """
    folder, reporter = production.folder, production.reporter
    orders = _orders(cut, shots, timeline, encoding, folder)
    store = folder.transitions()
    missing = [order for order in orders.values() if store.find(order.key) is None]
    if missing:
        reporter.begin("transitions", len(missing))
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for _ in pool.map(lambda order: make_transition(order, folder.takes(), store), missing):
                reporter.advance()
        reporter.end(f"{len(missing)} made, {len(orders) - len(missing)} kept")
    keys = {at: order.key for at, order in orders.items()}
    return Cut(choices=tuple(choice.changed(transition=keys.get(at)) for at, choice in enumerate(cut.choices)))


def _orders(
    cut: Cut, shots: Sequence[Shot], timeline: Timeline, encoding: Encoding, folder: FilmFolder
) -> dict[int, TransitionOrder]:
    """Return the orders by the place of the shot that each leads into."""
    orders: dict[int, TransitionOrder] = {}
    for at, (slot, shot) in enumerate(zip(timeline.slots, shots, strict=True)):
        if slot.handle:
            before, _ = timeline.handles(at - 1)
            orders[at] = TransitionOrder(
                before=chosen_take(cut.choices[at - 1].shot, cut.choices[at - 1], folder),
                after=chosen_take(slot.shot, cut.choices[at], folder),
                at=before + timeline.slots[at - 1].frames - slot.handle,
                frames=2 * slot.handle,
                kind=shot.opens,
                encoding=encoding,
            )
    return orders
