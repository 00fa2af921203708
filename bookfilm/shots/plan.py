"""The shot list of a film: title, chapter cards, scenes and credits, in order."""

from __future__ import annotations

from dataclasses import replace

from bookfilm.records.bible import Character, Place
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.shots.cards import chapter_shot, credits_shot, title_shot
from bookfilm.shots.dialogue import exchange_of, frame_speech
from bookfilm.shots.exchanges import Take, group_utterances
from bookfilm.shots.framing import Frame, vary
from bookfilm.shots.moves import move_over
from bookfilm.shots.staging import MOST_IN_FRAME, Blocking
from bookfilm.shots.subjects import Subjects
from bookfilm.shots.telling import Told, frame_narration
from bookfilm.shots.things import count_crowd, names_crowd, props_in

SCENE_HOLD_MS = 1200
_ACTION_CHARS = 240


def plan_shots(screenplay: Screenplay, right_line: str = "", credits: tuple[str, ...] = ()) -> list[Shot]:
    """Plan the whole film. `credits` are the engines' makers' lines.

    A picture is made of its scene's words and looks alone: no offset, number or later chapter enters it.
    """
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
        shots += plan_scene(scene, characters, places, screenplay.language, opens=opens, closes=closes)
    last = _setting(screenplay.scenes[-1], places)
    return [*shots, credits_shot(screenplay, last, right_line, credits)]


def plan_scene(
    scene: Scene,
    characters: dict[str, Character],
    places: dict[str, Place],
    language: Language,
    *,
    opens: bool,
    closes: bool,
) -> list[Shot]:
    """Plan one scene: the place first, then who speaks and what is told. It depends on this scene alone."""
    setting = _setting(scene, places)
    blocking = Blocking(scene, characters, language)
    lines = {line.id: line for line in scene.lines()}
    takes = group_utterances(scene)
    shots: list[Shot] = []
    if takes and takes[0].spoken:
        shots.append(_establishing(scene, setting, blocking, takes[0], language))
    crowd = 0
    frames = vary(_frames(takes, blocking, lines, language), [take.text for take in takes])
    for take, frame in zip(takes, frames, strict=True):
        crowd = max(crowd, count_crowd(_seen(take), setting, language))
        picture = _picture(take, frame, setting, blocking, language, _end_of(take, lines, scene), crowd)
        shots.append(_shot(scene, len(shots), picture, take, frame.reason))
    return _with_edges(shots, opens=opens, closes=closes, silent=bool(takes) and takes[0].spoken)


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


def _establishing(scene: Scene, setting: Setting, blocking: Blocking, take: Take, language: Language) -> Shot:
    camera, why = move_over(take.beat.action, language)
    picture = Picture(
        setting=setting,
        size="wide",
        camera=camera,
        cast=blocking.frame(list(take.beat.present[:MOST_IN_FRAME]), "wide", at=scene.source[0]),
        crowd=count_crowd(take.beat.action, setting, language),
    )
    return Shot(
        id=f"{scene.id}-h000",
        scene=scene.id,
        chapter=scene.chapter,
        picture=picture,
        hold_ms=SCENE_HOLD_MS,
        reason=f"establishes the place before the first words: {why}",
    )


def _frames(takes: list[Take], blocking: Blocking, lines: dict[str, Line], language: Language) -> list[Frame]:
    """Frame each take by its own words and those near it."""
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


def _seen(take: Take) -> str:
    """Return the words that say what is seen: around a speech, its whole beat's."""
    return take.beat.action if take.spoken else take.text


def _picture(
    take: Take, frame: Frame, setting: Setting, blocking: Blocking, language: Language, at: int, crowd: int
) -> Picture:
    words = _seen(take)
    cast = blocking.frame(
        list(frame.people),
        frame.size,
        at=at,
        speaker=take.first.speaker,
        emotion=take.first.emotion,
        stances=blocking.stances(words, take.beat.present),
        near=frame.near,
        toward=frame.toward,
    )
    props = (frame.thing,) if frame.thing else props_in(setting, words, language)
    return Picture(
        setting=setting,
        size=frame.size,
        camera=frame.camera,
        cast=cast,
        crowd=crowd if frame.size in ("wide", "full") else 0,
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


def _with_edges(shots: list[Shot], *, opens: bool, closes: bool, silent: bool) -> list[Shot]:
    """Let a chapter come out of the dark and go into it, and give each scene a breath at one of its ends."""
    if not shots:
        return shots
    if opens:
        shots[0] = shots[0].changed(picture=shots[0].picture.changed(fade_in=True))
    last = shots[-1]
    picture = last.picture.changed(fade_out=True) if closes else last.picture
    shots[-1] = last.changed(picture=picture, hold_ms=last.hold_ms + (0 if silent else SCENE_HOLD_MS))
    return shots
