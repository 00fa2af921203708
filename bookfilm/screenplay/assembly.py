"""Assembly: stages and drafts become scenes of beats of lines, with ids and who is on stage."""

from __future__ import annotations

from bookfilm.records.book import Book
from bookfilm.records.screenplay import Beat, Line, Scene
from bookfilm.screenplay.lines import Draft
from bookfilm.screenplay.passages import Passage
from bookfilm.screenplay.presence import Presence
from bookfilm.screenplay.scenes import Stage, slug_line
from bookfilm.screenplay.weights import DraftBeat

_ACTION_CHARS = 240
_MEMORY_BEATS = 4


def build_scenes(
    book: Book, stages: list[Stage], beats: list[DraftBeat], presence: Presence, ids: dict[int, str]
) -> list[Scene]:
    """Return the scenes that have something to play, in order. Scenes and lines are numbered within their chapter."""
    scenes: list[Scene] = []
    in_chapter: dict[int, int] = {}
    grouped: dict[int, list[DraftBeat]] = {}
    struck: dict[int, list[Passage]] = {}
    for beat in beats:
        if beat.struck:
            struck.setdefault(beat.scene, []).append(beat.passage)
        if beat.played():
            grouped.setdefault(beat.scene, []).append(beat)
    for number, members in grouped.items():
        stage = stages[number]
        ordinal = in_chapter.get(stage.chapter, 0) + 1
        in_chapter[stage.chapter] = ordinal
        scene = _build_scene(book, stage, f"c{stage.chapter + 1:02d}-s{ordinal:02d}", members, presence, ids)
        for passage in struck.get(number, ()):
            # A paragraph whose lines the direction cut is still the scene's: lines that stood beside it find it there.
            scene = scene.changed(source=(min(scene.source[0], passage.start), max(scene.source[1], passage.end)))
        scenes.append(scene)
    return scenes


def _build_scene(
    book: Book, stage: Stage, ident: str, members: list[DraftBeat], presence: Presence, ids: dict[int, str]
) -> Scene:
    chapter = book.chapters[stage.chapter]
    built: list[Beat] = []
    count = 0
    recent: list[list[str]] = []
    for beat in members:
        lines = []
        for draft in beat.played():
            count += 1
            lines.append(_line(f"{ident}-l{count:03d}", draft, ids))
        here = presence.on_stage(beat, ids)
        recent = [*recent[-(_MEMORY_BEATS - 1) :], here]
        present = tuple(dict.fromkeys(who for group in reversed(recent) for who in group))
        built.append(Beat(lines=tuple(lines), present=present, action=_action(beat.passage)))
    cast = tuple(dict.fromkeys(who for beat in built for who in beat.present))
    return Scene(
        id=ident,
        chapter=stage.chapter,
        chapter_title=chapter.title,
        part=chapter.part,
        heading=slug_line(stage),
        place=stage.place.id,
        hour=stage.hour,
        weather=stage.weather,
        season=stage.season,
        lights=stage.lights,
        cast=cast,
        beats=tuple(built),
        source=(members[0].passage.start, members[-1].passage.end),
        border=stage.border,
    )


def _action(passage: Passage) -> str:
    told = " ".join(passage.words(s.start, s.end) for s in passage.stretches if s.kind == "narration")
    return told if len(told) <= _ACTION_CHARS else told[:_ACTION_CHARS].rsplit(" ", 1)[0]


def _line(ident: str, draft: Draft, ids: dict[int, str]) -> Line:
    return Line(
        id=ident,
        kind="dialogue" if draft.kind == "thought" else draft.kind,
        inner=draft.kind == "thought",
        speaker=ids.get(draft.speaker.number) if draft.speaker is not None else None,
        addressee=ids.get(draft.addressee.number) if draft.addressee is not None else None,
        text=draft.text,
        source=draft.source,
        emotion=draft.emotion,
        why=draft.why,
    )
