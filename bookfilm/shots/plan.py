"""The shot list of a film: title, chapter cards, scenes and credits, in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bookfilm.records.bible import AT_HOME, Character, Place
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.shots.cards import chapter_shot, credits_shot, title_shot
from bookfilm.shots.dialogue import exchange_of, frame_speech
from bookfilm.shots.exchanges import Take, group_utterances
from bookfilm.shots.framing import Frame, vary
from bookfilm.shots.moves import move_over
from bookfilm.shots.rewording import as_first_written, retell
from bookfilm.shots.staging import MOST_IN_FRAME, Blocking
from bookfilm.shots.subjects import Subjects
from bookfilm.shots.telling import Told, frame_narration
from bookfilm.shots.things import count_crowd, names_crowd, props_in

SCENE_HOLD_MS = 1200
_ACTION_CHARS = 240


def plan_shots(
    screenplay: Screenplay,
    right_line: str = "",
    credits: tuple[str, ...] = (),
    first_words: Mapping[str, str] | None = None,
) -> list[Shot]:
    """Plan the whole film. `credits` are the engines' makers' lines.

    A picture is made of its scene's words and looks alone: no offset, number or later chapter enters it.
    `first_words` are those that lines had before a person changed them, by line id: shots that do not hold such a
    line stay as they were.
    """
    first_words = first_words or {}
    characters = {character.id: character for character in screenplay.characters}
    places = {place.id: place for place in screenplay.places}
    if not screenplay.scenes:
        bare = Setting(kind="room", hour="afternoon")
        return [title_shot(screenplay, bare), credits_shot(screenplay, bare, right_line, credits)]
    shots = [title_shot(screenplay, _setting(screenplay.scenes[0], places))]
    part: str | None = None
    for at, scene in enumerate(screenplay.scenes):
        opens = at == 0 or screenplay.scenes[at - 1].chapter != scene.chapter
        closes = at + 1 == len(screenplay.scenes) or screenplay.scenes[at + 1].chapter != scene.chapter
        if opens:
            card = chapter_shot(scene, _setting(scene, places), scene.part if scene.part != part else None)
            part = scene.part
            shots += [card] if card is not None else []
        edges = Edges(opens=opens, closes=closes)
        planned = plan_scene(scene, characters, places, screenplay.language, edges, first_words)
        shots += planned if opens else _joined(planned, scene)
    last = _setting(screenplay.scenes[-1], places)
    return [*shots, credits_shot(screenplay, last, right_line, credits)]


def plan_scene(
    scene: Scene,
    characters: dict[str, Character],
    places: dict[str, Place],
    language: Language,
    edges: Edges,
    first_words: Mapping[str, str],
) -> list[Shot]:
    """Plan one scene: the place first, then who speaks and what is told. It depends on this scene alone."""
    setting = _setting(scene, places)
    blocking = Blocking(scene, characters, language, at_home=setting.kind in AT_HOME)
    stage = _Stage(scene, setting, blocking, language)
    first = group_utterances(as_first_written(scene, first_words))
    takes = retell(first, scene, first_words)
    seen = _see(first, stage)
    if any(one.first is None for one in takes):
        now = _see([one.take for one in takes], stage)
        seen = [now[at] if one.first is None else seen[one.first] for at, one in enumerate(takes)]
    silent = bool(first) and first[0].spoken
    shots = [_establishing(stage, first[0])] if silent else []
    for one, (picture, reason) in zip(takes, seen, strict=True):
        shots.append(_shot(scene, len(shots), picture, one.take, reason))
    return _with_edges(shots, edges, silent=silent)


@dataclass(frozen=True)
class Edges:
    """Where in its chapter a scene stands."""

    opens: bool
    closes: bool


@dataclass(frozen=True)
class _Stage:
    """What all shots of a scene share."""

    scene: Scene
    setting: Setting
    blocking: Blocking
    language: Language


def _see(takes: list[Take], stage: _Stage) -> list[tuple[Picture, str]]:
    """Return how each take is seen, and why so."""
    lines = {line.id: line for line in stage.scene.lines()}
    frames = vary(_frames(takes, stage, lines), [take.text for take in takes])
    crowd, seen = 0, []
    for take, frame in zip(takes, frames, strict=True):
        crowd = max(crowd, count_crowd(_told(take), stage.setting, stage.language))
        seen.append((_picture(take, frame, stage, _end_of(take, lines, stage.scene), crowd), frame.reason))
    return seen


def _joined(shots: list[Shot], scene: Scene) -> list[Shot]:
    """Let a scene within a chapter come out of the one before it; where only the people change, a cut says so."""
    if not shots or scene.border == "cast":
        return shots
    first = shots[0]
    why = f"dissolves in: the {scene.border or 'scene'} changes"
    return [first.changed(opens="dissolve", reason=f"{first.reason}; {why}"), *shots[1:]]


def _setting(scene: Scene, places: dict[str, Place]) -> Setting:
    place = places[scene.place]
    return Setting(
        kind=place.kind,
        features=place.features,
        name=place.name,
        hour=scene.hour,
        weather=scene.weather,
        season=scene.season,
        lights=scene.lights,
    )


def _establishing(stage: _Stage, take: Take) -> Shot:
    scene, language = stage.scene, stage.language
    camera, why = move_over(take.beat.action, language)
    picture = Picture(
        setting=stage.setting,
        size="wide",
        camera=camera,
        cast=stage.blocking.frame(list(take.beat.present[:MOST_IN_FRAME]), "wide", at=scene.source[0]),
        crowd=count_crowd(take.beat.action, stage.setting, language),
    )
    return Shot(
        id=f"{scene.id}-h000",
        scene=scene.id,
        chapter=scene.chapter,
        picture=picture,
        hold_ms=SCENE_HOLD_MS,
        reason=f"establishes the place before the first words: {why}",
    )


def _frames(takes: list[Take], stage: _Stage, lines: dict[str, Line]) -> list[Frame]:
    """Frame each take by its own words and those near it."""
    blocking, language = stage.blocking, stage.language
    addressees = [lines[take.first.line].addressee for take in takes]
    exchange = exchange_of(takes, blocking, addressees, language)
    subjects = Subjects(blocking, blocking.characters, language)
    frames: list[Frame] = []
    for at, take in enumerate(takes):
        about = subjects.about(take)
        if take.spoken:
            frames.append(frame_speech(exchange, at))
            continue
        people = tuple(who for who in take.beat.present if who in blocking.rank)
        told = Told(
            people=people,
            about=about,
            stances=blocking.stances(take.text, people),
            crowd=names_crowd(take.text, language),
        )
        frames.append(frame_narration(take, told, language, first=at == 0))
    if len(frames) > 1 and not takes[-1].spoken and frames[-1].camera == "static" and frames[-1].people:
        frames[-1] = replace(frames[-1], camera="pull", reason=f"{frames[-1].reason}; back from it, as the scene ends")
    return frames


def _end_of(take: Take, lines: dict[str, Line], scene: Scene) -> int:
    """Return where in book.txt the take's last words stand: by then people look as the take tells."""
    spans = [span for heard in take.heard for span in lines[heard.line].source]
    # A line that the book does not have stands where its neighbours do.
    spans = spans or [span for line in take.beat.lines for span in line.source]
    return max((end - 1 for _, end in spans), default=scene.source[0])


def _told(take: Take) -> str:
    """Return the words that say what is seen: around a speech, its whole beat's."""
    return take.beat.action if take.spoken else take.text


def _picture(take: Take, frame: Frame, stage: _Stage, at: int, crowd: int) -> Picture:
    words = _told(take)
    cast = stage.blocking.frame(
        list(frame.people),
        frame.size,
        at=at,
        speaker=take.first.speaker,
        emotion=take.first.emotion,
        stances=stage.blocking.stances(words, take.beat.present),
        near=frame.near,
        toward=frame.toward,
    )
    props = (frame.thing,) if frame.thing else props_in(stage.setting, words, stage.language)
    return Picture(
        setting=stage.setting,
        size=frame.size,
        camera=frame.camera,
        cast=cast,
        crowd=0 if frame.size == "insert" else crowd,
        props=() if frame.size in ("close_up", "over_shoulder") else props,
        action=words[:_ACTION_CHARS],
    )


def _shot(scene: Scene, number: int, picture: Picture, take: Take, reason: str) -> Shot:
    return Shot(
        id=f"{scene.id}-h{number:03d}",
        scene=scene.id,
        chapter=scene.chapter,
        picture=picture,
        heard=tuple(take.heard),
        reason=reason,
    )


def _with_edges(shots: list[Shot], edges: Edges, *, silent: bool) -> list[Shot]:
    """Let a chapter come out of the dark and go into it, and give each scene a breath at one of its ends."""
    if not shots:
        return shots
    if edges.opens:
        shots[0] = shots[0].changed(picture=shots[0].picture.changed(fade_in=True))
    last = shots[-1]
    picture = last.picture.changed(fade_out=True) if edges.closes else last.picture
    shots[-1] = last.changed(picture=picture, hold_ms=last.hold_ms + (0 if silent else SCENE_HOLD_MS))
    return shots
