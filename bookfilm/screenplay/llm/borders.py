"""Borders: scenes that are cut again where the model found another place or hour, or joined where it found none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from bookfilm.records.bible import INDOORS, Hour, Light, Place
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Beat, Scene
from bookfilm.screenplay.llm.bible import Places, same_words
from bookfilm.screenplay.llm.checks import Setting


@dataclass(frozen=True)
class ReadBeat:
    """Beat number `beat` of scene number `scene` of the draft, and what was accepted of it; None leaves the draft's."""

    scene: int
    beat: int
    seen: str | None
    present: tuple[str, ...] | None


def is_directed(scene: Scene, direction: Direction) -> bool:
    """Tell whether the author's direction sets this scene: then no model moves it."""
    lines = scene.lines()
    return bool(lines) and any(
        same_words(lines[0].text).startswith(same_words(edit.begins)) for edit in direction.scene
    )


def cut_again(scene: Scene, numbers: Sequence[int], settings: Sequence[Setting], places: Places) -> list[Scene]:
    """Return `scene` with the model's settings: one scene, or several where place or hour changes on the way.

    `numbers` are the draft's numbers of the scene's beats, which `settings` count by. The pieces after the first
    are named c01-s02b, c01-s02c and so on; lines keep their ids.
    """
    pieces: list[tuple[Setting | None, list[Beat]]] = []
    for beat, number in zip(scene.beats, numbers, strict=True):
        here = next((s for s in reversed(settings) if s.begins <= number), None)
        room = len(pieces) < len(ascii_lowercase)
        if not pieces or (room and not _is_the_same(pieces[-1][0], here, scene, places)):
            pieces.append((here, []))
        pieces[-1][1].append(beat)
    if len(pieces) == 1 and pieces[0][0] is None:
        return [_with_beats(scene, scene.beats)]
    cut = [_with_beats(_set(scene, setting, places), beats) for setting, beats in pieces]
    for number, piece in enumerate(cut[1:], 1):
        border = "place" if piece.place != cut[number - 1].place else "time"
        cut[number] = piece.changed(id=f"{scene.id}{ascii_lowercase[number]}", border=border)
    for number, piece in enumerate(cut):
        # Each piece holds the book from its first words to where the next one's begin.
        start = scene.source[0] if number == 0 else _start(piece)
        end = _start(cut[number + 1]) if number + 1 < len(cut) else scene.source[1]
        cut[number] = piece.changed(source=(start, max(start, end)))
    return cut


def _is_the_same(one: Setting | None, other: Setting | None, scene: Scene, places: Places) -> bool:
    """Tell whether place and hour are the same; the weather may turn within a scene."""
    return _place_and_hour(one, scene, places) == _place_and_hour(other, scene, places)


def _place_and_hour(setting: Setting | None, scene: Scene, places: Places) -> tuple[str, Hour]:
    if setting is None:
        return places.kind(scene.place), scene.hour
    return setting.place, setting.hour


def _set(scene: Scene, setting: Setting | None, places: Places) -> Scene:
    if setting is None:
        return scene
    same = places.kind(scene.place) == setting.place
    place = places.get(scene.place) if same else places.of_kind(setting.place)
    return scene.changed(
        place=place.id,
        hour=setting.hour,
        weather=setting.weather,
        heading=_heading(place, setting.hour),
        lights=_lights(scene.lights, setting, place),
    )


def _heading(place: Place, hour: Hour) -> str:
    inside = "INT." if place.kind in INDOORS else "EXT."
    return f"{inside} {place.kind.replace('_', ' ').upper()} - {hour.upper()}"


def _lights(lights: tuple[Light, ...], setting: Setting, place: Place) -> tuple[Light, ...]:
    """Leave out the lights that the new hour and weather rule out, and give a dark room a lamp."""
    dark = setting.hour in ("night", "dusk", "dawn")
    ruled_out = {"sun"} if setting.hour == "night" else set() if dark else {"moon"}
    if setting.weather != "storm":
        ruled_out.add("lightning")
    left = tuple(light for light in lights if light not in ruled_out)
    if not left and place.kind in INDOORS and setting.hour in ("night", "dusk"):
        return ("lamp",)
    return left


def _with_beats(scene: Scene, beats: Sequence[Beat]) -> Scene:
    cast = dict.fromkeys(who for beat in beats for who in beat.present)
    return scene.changed(beats=tuple(beats), cast=tuple(cast))


def _start(scene: Scene) -> int:
    return min((a for line in scene.lines() for a, _ in line.source), default=scene.source[0])


def join(scenes: list[Scene], pieces: list[Scene]) -> tuple[list[Scene], list[Scene]]:
    """Return `scenes` with the first of `pieces` joined to the last of them, if it plays where and when that does."""
    last, first = scenes[-1], pieces[0]
    if (last.chapter, last.place, last.hour) != (first.chapter, first.place, first.hour):
        return scenes, pieces
    joined = _with_beats(last, (*last.beats, *first.beats)).changed(
        source=(last.source[0], max(last.source[1], first.source[1])),
        flag="; ".join(flag for flag in (last.flag, first.flag) if flag),
    )
    return [*scenes[:-1], joined], pieces[1:]
