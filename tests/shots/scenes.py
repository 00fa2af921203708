"""Small scenes, built as records: who says what, and what is told between."""

from __future__ import annotations

from collections.abc import Mapping

from bookfilm.records.bible import Character, Look, Place, Sex
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Beat, Emotion, Line, LineKind, Scene
from bookfilm.records.shots import Shot
from bookfilm.shots.exchanges import Take, group_utterances
from bookfilm.shots.plan import Edges, plan_scene
from bookfilm.shots.staging import Blocking

PLACES = {"yard": Place(id="yard", kind="garden")}


def person(id: str, sex: Sex = "male", **look: object) -> Character:
    return Character(id=id, name=id.capitalize(), sex=sex, look=Look.model_validate({"sex": sex, **look}))


PEOPLE = {
    one.id: one
    for one in (
        person("anna", "female"),
        person("boris"),
        person("clara", "female"),
        person("dmitri"),
        person("rex", creature="dog"),
    )
}


def said(
    who: str | None, text: str, to: str | None = None, emotion: Emotion = "neutral", kind: LineKind = "dialogue"
) -> Line:
    return Line(id="", kind=kind, speaker=who, addressee=to, text=text, source=((0, 1),), emotion=emotion)


def told(text: str, kind: LineKind = "narration") -> Line:
    return Line(id="", kind=kind, text=text, source=((0, 1),))


def scene_of(*lines: Line, cast: tuple[str, ...] = ("anna", "boris"), present: tuple[str, ...] | None = None) -> Scene:
    """Return a scene with one beat a line; all of `cast` are present unless `present` says who."""
    beats = tuple(
        Beat(
            lines=(line.changed(id=f"l{at}"),),
            present=tuple(dict.fromkeys((*([line.speaker] if line.speaker else []), *(present or cast)))),
            action=line.text,
        )
        for at, line in enumerate(lines)
    )
    return Scene(
        id="s", chapter=0, heading="EXT. YARD - NOON", place="yard", hour="noon", cast=cast, beats=beats, source=(0, 1)
    )


def plan(scene: Scene, language: Language = "en", first_words: Mapping[str, str] | None = None) -> list[Shot]:
    return plan_scene(scene, PEOPLE, PLACES, language, Edges(opens=False, closes=False), first_words or {})


def staged(scene: Scene, language: Language = "en") -> tuple[list[Take], Blocking]:
    return group_utterances(scene), Blocking(scene, PEOPLE, language)
