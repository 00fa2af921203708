"""A shot in a caption: what the tiny model was trained on, in the few words that it knows.

A caption has the same five sentences for every shot: how near, where, when, what falls from the sky, how many. The
words are few because the model is small: places that look alike share one, and so do noon and the afternoon.
"""

from __future__ import annotations

from typing import Literal, get_args

from bookfilm.records.bible import INDOORS, Hour, PlaceKind, Weather
from bookfilm.records.shots import Camera, Picture, ShotSize

PlaceGroup = Literal[
    "room", "hall", "church", "tavern", "street", "village", "forest", "mountain", "desert", "sea", "shore", "cave"
]
HourGroup = Literal["dawn", "morning", "noon", "dusk", "night"]
PLACE_GROUPS: tuple[PlaceGroup, ...] = get_args(PlaceGroup)
HOUR_GROUPS: tuple[HourGroup, ...] = get_args(HourGroup)
MOST_COUNTED = 3
"""So many people, or more."""
_COUNTS = ("nobody", "one person", "two people", "three people")
_SIDES = ("left", "middle", "right")

_GROUP_OF: dict[PlaceKind, PlaceGroup] = {
    "room": "room", "room_poor": "room", "room_rich": "room", "bedroom": "room", "kitchen": "room", "study": "room",
    "office": "room", "school": "room", "hospital": "room", "carriage": "room",
    "ballroom": "hall", "hall": "hall", "castle": "hall",
    "church": "church",
    "tavern": "tavern", "shop": "tavern",
    "street": "street", "square": "street", "market": "street", "railway": "street",
    "village": "village", "road": "village", "field": "village",
    "forest": "forest", "garden": "forest", "graveyard": "forest",
    "mountain": "mountain", "sky": "mountain",
    "desert": "desert", "battlefield": "desert",
    "sea": "sea", "ship": "sea",
    "shore": "shore", "harbour": "shore", "river": "shore",
    "cave": "cave", "prison": "cave",
}  # fmt: skip

_SIZES: dict[ShotSize, str] = {
    "wide": "wide",
    "full": "full",
    "medium": "medium",
    "over_shoulder": "medium",
    "close_up": "close",
    "insert": "close",
}
_SKIES: dict[Weather, str] = {
    "clear": "clear", "wind": "clear", "rain": "rain", "storm": "rain", "snow": "snow", "fog": "fog",
}  # fmt: skip
_CAMERAS: dict[Camera, str] = {
    "static": "still", "tilt_up": "still", "tilt_down": "still",
    "push": "in", "pull": "out", "pan_left": "left", "pan_right": "right", "follow": "still",
}  # fmt: skip


def place_group(kind: PlaceKind) -> PlaceGroup:
    """Return the word for `kind`: that of the place it looks most like."""
    return _GROUP_OF[kind]


def hour_group(hour: Hour) -> HourGroup:
    """Return the word for `hour`."""
    return "noon" if hour == "afternoon" else hour


def figures_in(picture: Picture) -> int:
    """Return how many people a caption counts in `picture`: 0 to MOST_COUNTED, which is that many or more."""
    return 0 if picture.size == "insert" else min(len(picture.cast), MOST_COUNTED)


def write_caption(picture: Picture) -> str:
    """Return the caption of `picture`, such as "wide shot. forest. at night. clear. one person left. camera still."

    The same picture always has the same caption; names, looks and the author's words do not enter it.
    """
    setting = picture.setting
    sky = "clear" if setting.kind in INDOORS else _SKIES[setting.weather]
    told = (
        f"{_SIZES[picture.size]} shot",
        place_group(setting.kind),
        f"at {hour_group(setting.hour)}",
        sky,
        _people(picture),
        f"camera {_CAMERAS[picture.camera]}",
    )
    return ". ".join(told) + "."


def _people(picture: Picture) -> str:
    count = figures_in(picture)
    if count != 1:
        return _COUNTS[count]
    mark = picture.cast[0].mark
    return f"{_COUNTS[1]} {_SIDES[(mark > 45) + (mark > 55)]}"


def caption_words() -> tuple[str, ...]:
    """Return all words that a caption can have, each once, in an order that does not change."""
    words = [*PLACE_GROUPS, *HOUR_GROUPS, *_SIZES.values(), *_SKIES.values(), *_CAMERAS.values(), *_SIDES]
    words += ["shot", "at", "camera"]
    words += [word for count in _COUNTS for word in count.split()]
    return tuple(dict.fromkeys(words))
