"""The shot list of a film: title, chapter cards, scenes and credits, in order."""

from __future__ import annotations

from dataclasses import replace

from bookfilm.records.bible import Character, Place
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.records.shots import Picture, Setting, Shot
from bookfilm.shots.cards import chapter_shot, credits_shot, title_shot
from bookfilm.shots.exchanges import Take, group_utterances
from bookfilm.shots.framing import Frame, frame_narration, frame_speech, frame_voice, stir, vary
from bookfilm.shots.staging import Blocking
from bookfilm.shots.things import count_crowd, dwells_on, props_in

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
    frames = _frames(takes, blocking, lines, language)
    shown: Frame | None = None
    for take, frame, earlier in zip(takes, frames, [None, *frames], strict=False):
        shown = stir(vary(frame, earlier, take.text), shown, take.text)
        picture = _picture(take, shown, setting, blocking, language, _end_of(take, lines, scene))
        shots.append(_shot(scene, len(shots), picture, take, shown.reason))
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
    crowd = count_crowd(take.beat.action, setting, language)
    people = list(take.beat.present[:3])
    picture = Picture(
        setting=setting,
        size="wide",
        camera="push",
        cast=blocking.frame(people, "wide", at=scene.source[0]),
        crowd=crowd,
    )
    return Shot(
        id=f"{scene.id}-h000",
        scene=scene.id,
        chapter=scene.chapter,
        picture=picture,
        hold_ms=SCENE_HOLD_MS,
        reason="establishes the place before the first words",
    )


def _frames(takes: list[Take], blocking: Blocking, lines: dict[str, Line], language: Language) -> list[Frame]:
    """Frame each take by its own words and the one before it."""
    frames: list[Frame] = []
    last = max((at for at, take in enumerate(takes) if take.spoken), default=-1)
    for at, take in enumerate(takes):
        if take.spoken and take.speakers and not any(who in blocking.rank for who in take.speakers):
            frames.append(frame_voice(take))
        elif take.spoken:
            before = _words_before(takes, at)
            addressee = lines[take.heard[0].line].addressee
            frames.append(_in_sight(frame_speech(take, before, addressee, last=at == last), blocking))
        else:
            stances = blocking.stances(take.text, take.beat.present)
            named = blocking.named(take.text, take.beat.present)
            frames.append(frame_narration(take, dwells_on(take.text, language), stances, named, first=at == 0))
    return frames


def _in_sight(frame: Frame, blocking: Blocking) -> Frame:
    """Return `frame`; without its listener where they have no place in the scene."""
    if frame.near is None or frame.near in blocking.rank:
        return frame
    return replace(frame, size="medium", people=frame.people[:1], near=None, reason="said to somebody out of sight")


def _words_before(takes: list[Take], at: int) -> Take | None:
    """Return the words that those of take `at` go on from: a shot of narration between them ends no exchange."""
    return next((take for take in reversed(takes[max(at - 2, 0) : at]) if take.spoken), None)


def _end_of(take: Take, lines: dict[str, Line], scene: Scene) -> int:
    """Return where in book.txt the take's last words stand: by then people look as the take tells."""
    spans = [span for heard in take.heard for span in lines[heard.line].source]
    # A line that the book does not have stands where its neighbours do.
    spans = spans or [span for line in take.beat.lines for span in line.source]
    return max((end - 1 for _, end in spans), default=scene.source[0])


def _picture(take: Take, frame: Frame, setting: Setting, blocking: Blocking, language: Language, at: int) -> Picture:
    words = take.beat.action if take.spoken else take.text
    speaker = take.speakers[0] if take.speakers else None
    stances = blocking.stances(words, take.beat.present)
    cast = blocking.frame(
        list(frame.people),
        frame.size,
        at=at,
        speaker=speaker,
        emotion=take.heard[0].emotion,
        stances=stances,
        near=frame.near,
    )
    crowd = count_crowd(words, setting, language) if frame.size in ("wide", "full") else 0
    return Picture(
        setting=setting,
        size=frame.size,
        camera=frame.camera,
        cast=cast,
        crowd=crowd,
        props=() if frame.size == "close_up" else props_in(setting, words, language),
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
