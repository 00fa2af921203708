"""Scenes: chapters cut where place or time changes, each with its setting.

Over a chapter's end goes one thing alone: where a chapter is plainly out of doors and names no place, it plays
where the story was last out of doors.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import cast

from bookfilm.records.bible import INDOORS, Hour, Light, Place, PlaceKind, Season, Weather
from bookfilm.records.book import Language
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.setting import SettingReader, Signs, Tally

# A scene is at least this share of its chapter: short chapters may change place within a page, long ones less often.
_PLACE_SHARE, _TIME_SHARE = 8, 4
_PLACE_MIN_CHARS, _PLACE_MAX_CHARS = 250, 1200
_TIME_MIN_CHARS, _TIME_MAX_CHARS = 300, 1500
_LEAST_LEFT = 200
_OPENING_CHARS = 900
_OPENING_WEIGHT = 4.0
_LOOK_AHEAD = 3
_LIGHTS_SHOWN = 2
_PLACE_ENOUGH = 1.5
_HOUR_ENOUGH = 1.0
_CLOCK_OPENING, _CLOCK_WEIGHT = 40, 3.0
_DEFAULT_HOUR: Hour = "afternoon"
_SOME_SIGN = 0.75
_SIDE_ENOUGH = 1.5
_SIDE_LEAD = 1.6
_SIDE_HELPS = 0.25
_SOME_ROOM = Place(id="room", kind="room")


@dataclass
class Stage:
    """A scene before its lines: its passages and its setting."""

    chapter: int
    border: str
    passages: list[Passage] = field(default_factory=list)
    signs: Signs = field(default_factory=Signs)
    place: Place = _SOME_ROOM
    hour: Hour = _DEFAULT_HOUR
    weather: Weather = "clear"
    season: Season = "unknown"
    lights: tuple[Light, ...] = ()

    @property
    def chars(self) -> int:
        return sum(len(passage.flat) for passage in self.passages)


def cut_scenes(passages: list[Passage], language: Language) -> list[Stage]:
    """Return the scenes of the book in order; every passage is in one of them."""
    reader = SettingReader(language)
    chapters: dict[int, list[Passage]] = {}
    for passage in passages:
        chapters.setdefault(passage.chapter, []).append(passage)
    stages: list[Stage] = []
    outdoors = ""
    for members in chapters.values():
        of_chapter = _cut_chapter(members, [reader.read(passage) for passage in members])
        outdoors = _settle(of_chapter, outdoors, reader.anywhere)
        stages += of_chapter
    return stages


def _cut_chapter(passages: list[Passage], signs: list[Signs]) -> list[Stage]:
    stages = [Stage(passages[0].chapter, "chapter")]
    here = ""
    length = left = sum(len(passage.flat) for passage in passages)
    for at, (passage, sign) in enumerate(zip(passages, signs, strict=True)):
        _strike(stages[-1], sign)
        border = _border(stages[-1], passage, here, signs[at : at + _LOOK_AHEAD], length, left)
        if border:
            stages.append(Stage(passage.chapter, border))
            here = sign.moved
        opens = passage.kind == "text" and not any(p.kind == "text" for p in stages[-1].passages)
        stages[-1].passages.append(passage)
        _add(stages[-1].signs, sign)
        if opens:
            # The first paragraph sets the scene.
            for table in ("places", "surroundings"):
                for label, weight in sign.table(table).items():
                    stages[-1].signs.table(table)[label] += weight
        if stages[-1].chars < _OPENING_CHARS:
            # Books say the hour as a scene opens; what comes later is as often remembered or foretold.
            for hour, weight in sign.hours.items():
                stages[-1].signs.hours[hour] += _OPENING_WEIGHT * weight
        here = here or _best(stages[-1].signs.places, _PLACE_ENOUGH)
        left -= len(passage.flat)
    return stages


def _strike(stage: Stage, sign: Signs) -> None:
    """Weigh the clock time that a passage tells as an hour, by what is known of the scene `stage` before it.

    An hour that the passage opens with is another time, as "that evening" is.
    """
    if sign.clock is None or (sign.moment and not sign.clock.half):
        return
    known = _best(stage.signs.hours, _HOUR_ENOUGH)
    lit = any(stage.signs.lights.get(light, 0.0) + sign.lights.get(light, 0.0) >= 1.0 for light in ("lamp", "candle"))
    hour = sign.clock.hour_of_day(known, lit)
    if hour is None:
        return
    opens = sign.clock.at < _CLOCK_OPENING
    if sign.clock.half:
        # "By ten o'clock that evening" says more than "that evening".
        sign.hours.pop(sign.moment, None)
    sign.hours[hour] += _CLOCK_WEIGHT if opens else 1.0
    sign.struck = True
    if opens and known and hour != known:
        sign.later, sign.moment = True, hour


def _border(stage: Stage, passage: Passage, here: str, ahead: list[Signs], length: int, left: int) -> str:
    """Return why a scene begins at `passage`, whose signs are ahead[0]; an empty string where none does.

    `length` is the chapter's, `left` what is left of it, in characters.
    """
    if passage.kind == "break" and any(p.kind != "heading" for p in stage.passages):
        return "break"
    sign = ahead[0]
    if passage.kind != "text" or left < _LEAST_LEFT:
        return ""
    goes_on = sign.moment and sign.moment == _best(stage.signs.hours, _HOUR_ENOUGH) and sign.moved in ("", here)
    long_enough = stage.chars >= min(_TIME_MAX_CHARS, max(_TIME_MIN_CHARS, length // _TIME_SHARE))
    if sign.later and not goes_on and long_enough:
        return "time"
    enough = min(_PLACE_MAX_CHARS, max(_PLACE_MIN_CHARS, length // _PLACE_SHARE))
    if not sign.moved or stage.chars < enough:
        return ""
    if not here:
        side = _side(stage.signs)
        return "place" if side and (side == "indoors") != (sign.moved in INDOORS) else ""
    return "place" if sign.moved != here and _lasts(sign.moved, here, ahead) else ""


def _lasts(place: str, here: str, ahead: list[Signs]) -> bool:
    """Tell whether the next passages speak of the new place more than of the old one."""
    return sum(sign.places[place] for sign in ahead) > sum(sign.places[here] for sign in ahead)


def _add(total: Signs, sign: Signs) -> None:
    pairs = (
        (total.places, sign.places),
        (total.hours, sign.hours),
        (total.weather, sign.weather),
        (total.seasons, sign.seasons),
        (total.lights, sign.lights),
        (total.surroundings, sign.surroundings),
    )
    for sums, parts in pairs:
        for label, weight in parts.items():
            sums[label] += weight
    total.moved, total.struck = total.moved or sign.moved, total.struck or sign.struck
    for kind, word in sign.place_words.items():
        total.place_words.setdefault(kind, word)


def _best(counter: Tally, enough: float) -> str:
    if not counter:
        return ""
    label = max(counter, key=lambda key: counter[key])  # of equals the one that was named first
    return label if counter[label] >= enough else ""


def _settle(stages: list[Stage], outdoors: str, anywhere: frozenset[str]) -> str:
    """Give each scene of a chapter its setting: by its own signs, else as before, else by the chapter's.

    `outdoors` is the place where the story was last out of doors; the one after this chapter is returned.
    Words of `anywhere` ("home") name no place of their own: where one of that kind was named before, it is that one.
    """
    whole, named = Signs(), dict[str, str]()
    for stage in stages:
        _add(whole, stage.signs)
    place = ""
    season = _best(whole.seasons, 1.0) or "unknown"
    weather = ""
    hour = _opening_hour(stages) or _DEFAULT_HOUR
    for stage in stages:
        signs = stage.signs
        if stage.border == "place" and signs.moved:
            signs.places[signs.moved] += 3.0
        place = _place_kind(signs, place, whole, outdoors)
        outdoors = outdoors if place in INDOORS else place
        hour = _best(signs.hours, _HOUR_ENOUGH) or hour
        weather = _best(signs.weather, 1.0) or (weather if stage.border != "time" else "")
        lights = [
            light for light in sorted(signs.lights, key=lambda k: (-signs.lights[k], k)) if signs.lights[light] >= 1.0
        ]
        stage.hour = cast(Hour, hour)
        stage.season = cast(Season, season)
        stage.weather = cast(Weather, weather or "clear")
        word = signs.place_words.get(place, "")
        named[place] = named.get(place, word) if not word or word in anywhere else word
        stage.place = place_of(cast(PlaceKind, place), named[place])
        stage.lights = tuple(cast(Light, light) for light in _fitting_lights(lights, stage)[:_LIGHTS_SHOWN])
    return outdoors


def _place_kind(signs: Signs, before: str, whole: Signs, outdoors: str) -> str:
    """Return where a scene plays: the things about it help the places on their side, and stand in for a name."""
    side = _side(signs)
    inner, outer = signs.surroundings["indoors"], signs.surroundings["outdoors"]
    weighed = Signs().places
    for kind, weight in signs.places.items():
        weighed[kind] = weight * (1.0 + _SIDE_HELPS * min(4.0, inner if kind in INDOORS else outer))
    named = _best(weighed, _PLACE_ENOUGH)
    if named and (not side or (named in INDOORS) == (side == "indoors") or signs.places[named] >= 2 * _PLACE_ENOUGH):
        return named
    if not side:
        return before or _best(weighed, _SOME_SIGN) or _best(whole.places, 0.1) or "room"
    for places in (signs.places, whole.places):
        fitting = Signs().places
        fitting.update({kind: weight for kind, weight in places.items() if (kind in INDOORS) == (side == "indoors")})
        if before in fitting and places is whole.places:
            return before
        if found := _best(fitting, _SOME_SIGN if places is signs.places else _PLACE_ENOUGH):
            return found
    if before and (before in INDOORS) == (side == "indoors"):
        return before
    return "room" if side == "indoors" else outdoors or "road"


def _side(signs: Signs) -> str:
    """Return "indoors" or "outdoors" where the things named there lie clearly on one side."""
    inner, outer = signs.surroundings["indoors"], signs.surroundings["outdoors"]
    if max(inner, outer) < _SIDE_ENOUGH or max(inner, outer) < _SIDE_LEAD * min(inner, outer):
        return ""
    return "indoors" if inner > outer else "outdoors"


def _opening_hour(stages: list[Stage]) -> str:
    """Return the hour that a chapter opens in, as far as one stretch of time goes: what is told of the night behind a
    break, or by the clock in a later scene, says nothing of the scene before it."""
    together = Signs()
    for number, stage in enumerate(stages):
        if number and (stage.border in ("break", "time") or stage.signs.struck):
            break
        if found := _best(stage.signs.hours, _HOUR_ENOUGH):
            return found
        _add(together, stage.signs)
    return _best(together.hours, _HOUR_ENOUGH)


def _fitting_lights(lights: list[str], stage: Stage) -> list[str]:
    """Leave out lights that the hour rules out, and give a dark room a lamp where the text names no light."""
    if stage.hour == "night":
        lights = [light for light in lights if light != "sun"]
    else:
        lights = [light for light in lights if light != "moon" or stage.hour in ("dusk", "dawn")]
    if stage.weather != "storm":
        lights = [light for light in lights if light != "lightning"]
    if not lights and stage.place.kind in INDOORS and stage.hour in ("night", "dusk"):
        lights = ["candle" if stage.place.kind in ("room_poor", "bedroom", "prison", "tavern") else "lamp"]
    return lights


def place_of(kind: PlaceKind, word: str) -> Place:
    """Return the place of `kind` that the text calls `word`: the same words are the same place."""
    name = word.capitalize()
    features = int(hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
    ident = f"{kind}-{hashlib.sha256(name.encode()).hexdigest()[:6]}" if name else kind
    return Place(id=ident, kind=kind, name=name, features=features)


def slug_line(stage: Stage) -> str:
    """Return the scene's heading: INT. KITCHEN - NIGHT."""
    inside = "INT." if stage.place.kind in INDOORS else "EXT."
    name = stage.place.kind.replace("_", " ").upper()
    return f"{inside} {name} - {stage.hour.upper()}"
