"""Which builder makes which kind of place."""

from __future__ import annotations

from collections.abc import Callable

from bookfilm.picture.shadow.palette import palettes_of
from bookfilm.picture.shadow.paper import Frame, Press
from bookfilm.picture.shadow.sets import (
    banks,
    battlefield,
    church,
    counters,
    country,
    halls,
    prison,
    railway,
    rooms,
    town,
    water,
    wilds,
    woodland,
)
from bookfilm.picture.shadow.sets.fittings import flames
from bookfilm.picture.shadow.sets.scenery import FEET, Scenery
from bookfilm.records.bible import INDOORS
from bookfilm.records.shots import Setting
from bookfilm.records.styles import StyleSheet

BUILDERS: dict[str, Callable[[Scenery], None]] = {
    "room": rooms.build_room,
    "room_poor": rooms.build_room,
    "room_rich": rooms.build_room,
    "bedroom": rooms.build_room,
    "kitchen": rooms.build_room,
    "study": rooms.build_room,
    "ballroom": halls.build_ballroom,
    "hall": halls.build_ballroom,
    "street": town.build_street,
    "market": town.build_market,
    "square": town.build_square,
    "village": country.build_village,
    "church": church.build_church,
    "castle": halls.build_castle,
    "tavern": counters.build_tavern,
    "shop": counters.build_shop,
    "office": counters.build_office,
    "school": counters.build_school,
    "hospital": counters.build_hospital,
    "prison": prison.build_prison,
    "railway": railway.build_railway,
    "carriage": counters.build_carriage,
    "ship": water.build_ship,
    "harbour": banks.build_harbour,
    "shore": banks.build_shore,
    "sea": water.build_sea,
    "river": banks.build_river,
    "road": country.build_road,
    "forest": woodland.build_forest,
    "garden": woodland.build_garden,
    "field": country.build_field,
    "mountain": wilds.build_mountain,
    "desert": wilds.build_desert,
    "cave": wilds.build_cave,
    "graveyard": woodland.build_graveyard,
    "battlefield": battlefield.build_battlefield,
    "sky": wilds.build_sky,
}


def light_campfire(scene: Scenery) -> None:
    """Add a wood fire in the open, between where people stand."""
    x, ground = scene.w * 0.5, scene.h * (FEET - 0.006)
    warm = scene.palette.warm
    reach = (x - 70, ground - 130, x + 70, ground + 12)
    scene.paint(lambda canvas: flames(canvas, x - 46, ground, 92, 104, warm, (1.0, 0.95, 0.75)), reach, 1.0)
    scene.lamp(x, ground - 50, 92, 1.0)


def build_set(setting: Setting, style: StyleSheet, frame: Frame) -> Scenery:
    """Cut all sheets of `setting`, in the colours of `style`."""
    palette, outside = palettes_of(setting, style)
    scene = Scenery(Press(frame), palette, outside, setting, style)
    BUILDERS[setting.kind](scene)
    if "fire" in setting.lights and setting.kind not in INDOORS:
        light_campfire(scene)
    return scene
