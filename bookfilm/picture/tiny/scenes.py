"""The scenes of the training data: pictures as the shot list has them, drawn by lot, each with a number.

The same number is the same picture, on any machine. Some of all triples of place, hour and count are kept out of the
training altogether: what the model makes of them it can only put together from the others.
"""

from __future__ import annotations

from itertools import product
from random import Random
from typing import get_args

from bookfilm.picture.tiny.captions import HOUR_GROUPS, MOST_COUNTED, PLACE_GROUPS, HourGroup, PlaceGroup
from bookfilm.records.bible import Age, Beard, Build, Dress, Hair, Hat, Hour, Look, PlaceKind, Sex, Weather
from bookfilm.records.shots import Camera, InFrame, Picture, Setting, ShotSize, Stance

Triple = tuple[PlaceGroup, HourGroup, int]

DRAWN: dict[PlaceGroup, tuple[PlaceKind, ...]] = {
    "room": ("room", "room_rich", "study"),
    "hall": ("ballroom", "hall"),
    "church": ("church",),
    "tavern": ("tavern",),
    "street": ("street", "square"),
    "village": ("village",),
    "forest": ("forest",),
    "mountain": ("mountain",),
    "desert": ("desert",),
    "sea": ("sea",),
    "shore": ("shore", "harbour"),
    "cave": ("cave",),
}
"""Which kinds of place stand for each group: those that look least like another group's."""
_HOURS: dict[HourGroup, tuple[Hour, ...]] = {
    "dawn": ("dawn",), "morning": ("morning",), "noon": ("noon", "afternoon"), "dusk": ("dusk",), "night": ("night",),
}  # fmt: skip
_SIZES: tuple[ShotSize, ...] = ("wide", "full", "medium", "close_up")
_SIZE_SHARES = (45, 22, 20, 13)
_ALONE: dict[ShotSize, tuple[int, ...]] = {
    "wide": (36, 64), "full": (38, 62), "medium": (40, 60), "close_up": (42, 58),
}  # fmt: skip
_MARKS = {2: (32, 68), 3: (22, 50, 78), 4: (16, 38, 62, 84)}
"""Where people stand, as the shot list places them."""
_WEATHERS: tuple[Weather, ...] = ("clear", "rain", "snow", "fog")
_WEATHER_SHARES = (86, 5, 5, 4)
_CAMERAS: tuple[Camera, ...] = ("static", "push", "pull", "pan_left", "pan_right")
_CAMERA_SHARES = (60, 10, 10, 10, 10)
_STANCES: tuple[Stance, ...] = ("stand", "walk", "sit")
_STANCE_SHARES = (76, 12, 12)
_VARIANTS = 400
"""How many different places of a kind, and people of a look, there are."""


def all_triples() -> list[Triple]:
    """Return every place with every hour and every count."""
    return list(product(PLACE_GROUPS, HOUR_GROUPS, range(MOST_COUNTED + 1)))


def held_out() -> list[Triple]:
    """Return the triples that no training scene has: a sixth, evenly over places, hours and counts."""
    return [triple for at, triple in enumerate(all_triples()) if _diagonal(at) == 0]


def _diagonal(at: int) -> int:
    place, rest = divmod(at, len(HOUR_GROUPS) * (MOST_COUNTED + 1))
    hour, count = divmod(rest, MOST_COUNTED + 1)
    return (place + 2 * hour + 3 * count) % 6


def training_scene(number: int) -> Picture:
    """Return training scene `number`: none of its like is of the triples held out."""
    rng = Random(f"tiny training {number}")
    triples = [triple for at, triple in enumerate(all_triples()) if _diagonal(at)]
    triple = rng.choice(triples)
    return _scene(triple, _size(rng, triple[2]), rng)


def judged_scene(number: int, triples: list[Triple]) -> Picture:
    """Return a scene of one of `triples`, in turn, wide or full, in clear weather: what a reader is to read."""
    rng = Random(f"tiny judged {number}")
    return _scene(triples[number % len(triples)], rng.choice(("wide", "full")), rng, plain=True)


def _size(rng: Random, count: int) -> ShotSize:
    size = rng.choices(_SIZES, _SIZE_SHARES)[0]
    return "wide" if (size == "close_up" and count > 1) else size


def _scene(triple: Triple, size: ShotSize, rng: Random, plain: bool = False) -> Picture:
    place, hour, count = triple
    setting = Setting(
        kind=rng.choice(DRAWN[place]),
        features=rng.randrange(_VARIANTS),
        hour=rng.choice(_HOURS[hour]),
        weather="clear" if plain else rng.choices(_WEATHERS, _WEATHER_SHARES)[0],
    )
    camera = rng.choices(_CAMERAS, _CAMERA_SHARES)[0]
    return Picture(setting=setting, size=size, camera=camera, cast=_cast(count, size, rng))


def _cast(count: int, size: ShotSize, rng: Random) -> tuple[InFrame, ...]:
    if count == MOST_COUNTED and size in ("wide", "full") and rng.random() < 0.4:
        count += 1
    marks = (rng.choice(_ALONE[size]),) if count == 1 else _MARKS.get(count, ())
    return tuple(
        InFrame.model_validate(
            {
                "name": f"person{at}",
                "look": _look(rng),
                "mark": mark,
                "facing": "right" if mark < 50 or (mark == 50 and rng.random() < 0.5) else "left",
                "stance": rng.choices(_STANCES, _STANCE_SHARES)[0],
            }
        )
        for at, mark in enumerate(marks)
    )


def _look(rng: Random) -> Look:
    sex: Sex = rng.choice(("female", "male"))
    skirts: tuple[Dress, ...] = ("dome_skirt", "bell_skirt", "straight_skirt", "cloak")
    suits: tuple[Dress, ...] = ("coat", "tailcoat", "uniform", "frock", "cloak")
    age: Age = rng.choices(get_args(Age), (8, 20, 52, 20))[0]
    build: Build = rng.choice(get_args(Build))
    hair: Hair = rng.choice(("bun", "ringlets", "long") if sex == "female" else ("short", "tousled", "bald"))
    beard: Beard = "none" if sex == "female" or age == "child" else rng.choice(get_args(Beard))
    hats: tuple[Hat, ...] = ("none", "bonnet", "kerchief") if sex == "female" else ("none", "top", "soft", "bowler")
    dress = rng.choice(skirts if sex == "female" else suits)
    return Look(
        sex=sex, age=age, build=build, hair=hair, beard=beard, hat=rng.choice(hats), dress=dress,
        features=rng.randrange(_VARIANTS),
    )  # fmt: skip
