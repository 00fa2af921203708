"""The portraits of a film: one of each character in each state in which they are seen large, drawn before the picture.

They are the reference sheets to which takes are held. A person may have one drawn anew, or lock it, as a keyframe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bookfilm.picture.identity import PortraitGiven, judged_people
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder, order_portrait
from bookfilm.picture.requests import Ends
from bookfilm.records.shots import Shot
from bookfilm.records.storyboard import Portrait
from bookfilm.records.takes import Keyframe
from bookfilm.settings import PictureSettings
from bookfilm.store.media import MediaStore


@dataclass(frozen=True)
class Drawn:
    """What was drawn for the shots, by their ids: the keyframes of their ends, the portraits of those seen in them."""

    ends: Mapping[str, Ends] = field(default_factory=dict)
    portraits: Mapping[str, tuple[PortraitGiven, ...]] = field(default_factory=dict)


def list_portraits(
    shots: Sequence[Shot],
    earlier: Sequence[Portrait],
    engine: KeyframeFacts,
    picture: PictureSettings,
    store: MediaStore[Keyframe],
) -> tuple[list[Portrait], list[KeyframeOrder]]:
    """Return a portrait for each character and state that is held to one in `shots`, by first sight, and the orders of
    those that are not in `store`. Of `earlier` ones it is kept what a person said of them."""
    known = {(one.who, one.look): one for one in earlier}
    seen = dict.fromkeys((one.name, one.look) for shot in shots for one in judged_people(shot.picture))
    portraits, missing = [], dict[str, KeyframeOrder]()
    for who, look in seen:
        before = known.get((who, look), Portrait(who=who, look=look))
        if before.locked and before.key is not None and store.find(before.key) is not None:
            portraits.append(before)
            continue
        order = order_portrait(who, look, engine, picture, before.redraw)
        if store.find(order.key) is None:
            missing[order.key] = order
        portraits.append(before.changed(key=order.key))
    return portraits, list(missing.values())


def portraits_of(
    shots: Sequence[Shot], portraits: Sequence[Portrait], store: MediaStore[Keyframe]
) -> dict[str, tuple[PortraitGiven, ...]]:
    """Return the portraits of those who are held to one, by the shot's id; a portrait that is not there is left out."""
    found = {(one.who, one.look): store.find(one.key) for one in portraits if one.key is not None}
    given = {}
    for shot in shots:
        people = [(one.name, found.get((one.name, one.look))) for one in judged_people(shot.picture)]
        there = tuple(
            PortraitGiven(who=who, path=str(store.file(kept.key)), sha256=kept.sha256)
            for who, kept in people
            if kept is not None
        )
        if there:
            given[shot.id] = there
    return given
