"""Scenes: chapters cut where place or time changes, each with its setting. Nothing is carried over a chapter's end."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import cast

from bookfilm.records.bible import INDOORS, Hour, Light, Place, PlaceKind, Season, Weather
from bookfilm.records.book import Language
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.setting import SettingReader, Signs, Tally

_MIN_CHARS = 1500
_OPENING_CHARS = 900
_OPENING_WEIGHT = 4.0
_LOOK_AHEAD = 3
_LIGHTS_SHOWN = 2
_PLACE_ENOUGH = 1.5
_HOUR_ENOUGH = 1.0
_DEFAULT_HOUR: Hour = "afternoon"
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
    stages = []
    for members in chapters.values():
        signs = [reader.read(passage) for passage in members]
        of_chapter = _cut_chapter(members, signs)
        _settle(of_chapter)
        stages += of_chapter
    return stages


def _cut_chapter(passages: list[Passage], signs: list[Signs]) -> list[Stage]:
    stages = [Stage(passages[0].chapter, "chapter")]
    here = ""
    for at, (passage, sign) in enumerate(zip(passages, signs, strict=True)):
        border = ""
        if passage.kind == "break" and any(p.kind != "heading" for p in stages[-1].passages):
            border = "break"
        elif stages[-1].chars >= _MIN_CHARS:
            if sign.later and passage.kind == "text":
                border = "time"
            elif sign.moved and here and sign.moved != here and _lasts(sign.moved, here, signs[at : at + _LOOK_AHEAD]):
                border = "place"
        if border:
            stages.append(Stage(passage.chapter, border))
            here = sign.moved if border == "place" else ""
        stages[-1].passages.append(passage)
        _add(stages[-1].signs, sign)
        if stages[-1].chars < _OPENING_CHARS:
            # Books say the hour as a scene opens; what comes later is as often remembered or foretold.
            for hour, weight in sign.hours.items():
                stages[-1].signs.hours[hour] += _OPENING_WEIGHT * weight
        best = _best(stages[-1].signs.places, _PLACE_ENOUGH)
        here = here or best
    return stages


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
    )
    for sums, parts in pairs:
        for label, weight in parts.items():
            sums[label] += weight
    total.moved = total.moved or sign.moved
    for kind, word in sign.place_words.items():
        total.place_words.setdefault(kind, word)


def _best(counter: Tally, enough: float) -> str:
    if not counter:
        return ""
    label = max(counter, key=lambda key: counter[key])  # of equals the one that was named first
    return label if counter[label] >= enough else ""


def _settle(stages: list[Stage]) -> None:
    """Give each scene of a chapter its setting: by its own signs, else as before, else by the chapter's."""
    whole = Signs()
    for stage in stages:
        _add(whole, stage.signs)
    place = ""
    hour = _best(whole.hours, _HOUR_ENOUGH) or _DEFAULT_HOUR
    season = _best(whole.seasons, 1.0) or "unknown"
    weather = ""
    first = _first_hour(stages)
    hour = first or hour
    for stage in stages:
        signs = stage.signs
        if stage.border == "place" and signs.moved:
            signs.places[signs.moved] += 3.0
        place = _best(signs.places, _PLACE_ENOUGH) or place or _best(whole.places, 0.1) or "room"
        hour = _best(signs.hours, _HOUR_ENOUGH) or hour
        weather = _best(signs.weather, 1.0) or (weather if stage.border != "time" else "")
        lights = [
            light for light in sorted(signs.lights, key=lambda k: (-signs.lights[k], k)) if signs.lights[light] >= 1.0
        ]
        stage.hour = cast(Hour, hour)
        stage.season = cast(Season, season)
        stage.weather = cast(Weather, weather or "clear")
        stage.place = place_of(cast(PlaceKind, place), signs.place_words.get(place, ""))
        stage.lights = tuple(cast(Light, light) for light in _fitting_lights(lights, stage)[:_LIGHTS_SHOWN])


def _first_hour(stages: list[Stage]) -> str:
    return next((found for stage in stages if (found := _best(stage.signs.hours, _HOUR_ENOUGH))), "")


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
