"""Carrying: what a person changed in a script, laid onto the screenplay's records."""

from __future__ import annotations

from collections.abc import Iterable

from bookfilm.records.bible import Place, PlaceKind
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.screenplay.additions import insert_line, new_id
from bookfilm.screenplay.directing import speaker_named
from bookfilm.screenplay.scenes import place_of
from bookfilm.script.changes import Changes, LineChange, NewLine, SceneChange
from bookfilm.script.wording import heading_of


def carry(screenplay: Screenplay, changes: Changes) -> Screenplay:
    """Return `screenplay` with `changes`. What they speak of and is not there any more is passed over."""
    titles = {name: said for name in ("title", "author") if (said := getattr(changes, name)) is not None}
    screenplay = _rename(screenplay.changed(**titles), changes.names)
    for ident, scene_change in changes.scenes.items():
        screenplay = _set(screenplay, ident, scene_change)
    for ident, line_change in changes.lines.items():
        if not line_change.cut:
            screenplay = _change_line(screenplay, ident, line_change)
    screenplay = _see(screenplay, changes.seen)
    beside: dict[str, str] = {}
    for new in changes.new:
        screenplay = _add(screenplay, new, beside)
    return _cut(screenplay, {ident for ident, change in changes.lines.items() if change.cut})


def _rename(screenplay: Screenplay, names: dict[str, str]) -> Screenplay:
    characters = [
        character.changed(name=names[character.id], aliases=tuple(dict.fromkeys((*character.aliases, character.name))))
        if character.id in names
        else character
        for character in screenplay.characters
    ]
    return screenplay.changed(characters=tuple(characters))


def _set(screenplay: Screenplay, ident: str, change: SceneChange) -> Screenplay:
    scene = next((scene for scene in screenplay.scenes if scene.id == ident), None)
    if scene is None:
        return screenplay
    place = _place(screenplay.places, change.place) if change.place is not None else screenplay.place(scene.place)
    hour, weather = change.hour or scene.hour, change.weather or scene.weather
    scene = scene.changed(place=place.id, hour=hour, weather=weather, heading=heading_of(place.kind, hour, "clear"))
    screenplay = _with_scenes(screenplay, [scene if other.id == ident else other for other in screenplay.scenes])
    if place not in screenplay.places:
        screenplay = screenplay.changed(places=(*screenplay.places, place))
    return screenplay


def _place(places: Iterable[Place], kind: PlaceKind) -> Place:
    """Return the place that the screenwriter would set the scene in: so the next adaptation shows the same one."""
    new = place_of(kind, "")
    return next((place for place in places if place.id == new.id), new)


def _change_line(screenplay: Screenplay, ident: str, change: LineChange) -> Screenplay:
    names = ("text", "kind", "emotion")
    fields: dict[str, object] = {name: said for name in names if (said := getattr(change, name)) is not None}
    if change.kind is not None:
        fields["inner"] = False
    characters = list(screenplay.characters)
    if change.speaker is not None:
        fields["speaker"], characters = speaker_named(change.speaker, characters)
    scenes = [
        scene.changed(
            beats=tuple(
                beat.changed(lines=tuple(line.changed(**fields) if line.id == ident else line for line in beat.lines))
                for beat in scene.beats
            )
        )
        if any(line.id == ident for line in scene.lines())
        else scene
        for scene in screenplay.scenes
    ]
    return screenplay.changed(scenes=tuple(scenes), characters=tuple(characters))


def _see(screenplay: Screenplay, seen: dict[str, str]) -> Screenplay:
    scenes = list(screenplay.scenes)
    for number, scene in enumerate(scenes):
        if any(line.id in seen for line in scene.lines()):
            beats = tuple(
                beat.changed(action=next((seen[line.id] for line in beat.lines if line.id in seen), beat.action))
                for beat in scene.beats
            )
            scenes[number] = scene.changed(beats=beats)
    return _with_scenes(screenplay, scenes)


def _add(screenplay: Screenplay, new: NewLine, beside: dict[str, str]) -> Screenplay:
    """Add a line. `beside` remembers the last line that was added beside each: the next one follows that."""
    anchor = new.after or new.before or ""
    found = beside.get(anchor, anchor)
    after = new.after is not None or anchor in beside
    for number, scene in enumerate(screenplay.scenes):
        for b, beat in enumerate(scene.beats):
            for n, line in enumerate(beat.lines):
                if line.id != found:
                    continue
                if _is_there(screenplay, new, line, after):
                    return screenplay
                speaker, characters = speaker_named(new.speaker, list(screenplay.characters))
                ident = new_id(screenplay.lines(), anchor.partition("+")[0])
                beside[anchor] = ident
                added = Line(
                    id=ident, kind=new.kind, speaker=speaker, text=new.text, source=(), emotion=new.emotion,
                    why="direction",
                )  # fmt: skip
                scenes = list(screenplay.scenes)
                scenes[number] = insert_line(scene, (number, b, n), added, after)
                return screenplay.changed(scenes=tuple(scenes), characters=tuple(characters))
    return screenplay


def _is_there(screenplay: Screenplay, new: NewLine, line: Line, after: bool) -> bool:
    """Tell whether the new line stands there already: the run that added it may have died before it said so."""
    lines = screenplay.lines()
    at = next(n for n, other in enumerate(lines) if other.id == line.id) + (1 if after else -1)
    return 0 <= at < len(lines) and not lines[at].source and lines[at].text == new.text


def _cut(screenplay: Screenplay, gone: set[str]) -> Screenplay:
    if not gone:
        return screenplay
    scenes: list[Scene] = []
    for scene in screenplay.scenes:
        beats = [
            beat.changed(lines=tuple(line for line in beat.lines if line.id not in gone))
            if any(line.id in gone for line in beat.lines)
            else beat
            for beat in scene.beats
        ]
        left = tuple(beat for beat in beats if beat.lines)
        if left or not scene.beats:
            scenes.append(scene.changed(beats=left))
    return _with_scenes(screenplay, scenes)


def _with_scenes(screenplay: Screenplay, scenes: Iterable[Scene]) -> Screenplay:
    return screenplay.changed(scenes=tuple(scenes))
