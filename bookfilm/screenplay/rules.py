"""The screenwriter by rules: reads the book's own structure and speech. No model, no network, no chance.

read the passages -> find the speech -> find who speaks -> cut the scenes -> write the lines
-> fit the runtime -> cast the characters -> lay the author's direction over all of it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bookfilm.engines.protocols import Adaptation, AdaptRequest
from bookfilm.errors import EngineError
from bookfilm.records.bible import Character, Place
from bookfilm.records.book import Book
from bookfilm.records.screenplay import Coverage, ParagraphCoverage, ParagraphStatus, Scene, Screenplay
from bookfilm.screenplay.additions import direct_additions
from bookfilm.screenplay.assembly import build_scenes
from bookfilm.screenplay.bearers import link_general_words
from bookfilm.screenplay.casting import cast_characters, drop_unseen
from bookfilm.screenplay.conversation import read_conversation
from bookfilm.screenplay.directing import (
    direct_characters,
    direct_cuts,
    direct_lines,
    direct_passages,
    direct_stages,
)
from bookfilm.screenplay.entrances import cut_at_entrances
from bookfilm.screenplay.letters import mark_letters
from bookfilm.screenplay.lines import LineWriter
from bookfilm.screenplay.passages import Passage, read_passages
from bookfilm.screenplay.plays import mark_play
from bookfilm.screenplay.presence import Presence
from bookfilm.screenplay.runtime import fit_runtime
from bookfilm.screenplay.scenes import Stage, cut_scenes
from bookfilm.screenplay.speech import find_speech, speak_thoughts
from bookfilm.screenplay.weights import DraftBeat


class RulesScreenwriter:
    """Adapts a book by rules. Deterministic: the same book and request give the same bytes."""

    name = "rules"
    revision = "9"

    def __init__(self, *, inner_speech: Literal["thought", "dialogue"] = "thought") -> None:
        """`inner_speech`: how quoted thoughts are heard: with the lips closed ("thought"), or spoken like the rest."""
        self.inner_speech = inner_speech
        if inner_speech == "dialogue":
            self.revision = f"{self.revision}+aloud"

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        """Turn `book` (whose records point into `text`, book.txt) into a screenplay.

        Raises EngineError that names the book where there is nothing in it to play.
        """
        return self.adapt_leaning(book, text, request, {})

    def adapt_leaning(self, book: Book, text: str, request: AdaptRequest, leanings: Mapping[int, float]) -> Adaptation:
        """Adapt as `adapt` does, with another reader's leanings where a runtime must be fitted.

        `leanings` are added to the weight (1 to 5 by the rules) of the paragraphs that start at those code points
        of book.txt. They order what may come in; what no cut takes stays in whatever they say.
        """
        passages = read_passages(book, text)
        mark_play(passages, book.language)
        find_speech(passages, book.language)
        if self.inner_speech == "dialogue":
            speak_thoughts(passages)
        mark_letters(passages, book.language)
        conversation = read_conversation(passages, book.language)
        stages = cut_at_entrances(cut_scenes(passages, book.language), conversation, book.language)
        beats = _draft_beats(stages, LineWriter(book.language, conversation.speakers()))
        if not any(beat.drafts for beat in beats):
            raise EngineError("has no words that could be played", subject=book.file_name)
        direct_passages(beats, request.direction, book)
        direct_cuts(beats, request.direction)
        for beat in beats:
            if beat.directed == "cut":
                beat.kept = []
            beat.leaning = leanings.get(beat.passage.start, 0.0)
        if request.runtime_s is not None:
            titled = frozenset(n for n, chapter in enumerate(book.chapters) if chapter.title is not None)
            fit_runtime(beats, request.runtime_s, titled, request.pace)
        direct_stages(stages, _words(stages, beats), request.direction)
        links = link_general_words(conversation, passages)
        characters, ids = cast_characters(conversation, passages, book.language, links)
        presence = Presence(conversation, book.language, links, {c.id: c.look for c in characters})
        scenes = build_scenes(book, stages, beats, presence, ids)
        characters = drop_unseen(characters, scenes, {ids[n] for n in presence.doubtful if n in ids})
        characters = direct_characters(characters, request.direction)
        scenes, characters = direct_lines(scenes, characters, request.direction)
        screenplay = _build_screenplay(book, request, f"{self.name}/{self.revision}", characters, stages, scenes)
        screenplay = direct_additions(screenplay, request.direction)
        return Adaptation(screenplay=screenplay, coverage=_cover(passages, beats, request.runtime_s))


def _draft_beats(stages: list[Stage], writer: LineWriter) -> list[DraftBeat]:
    return [
        DraftBeat(passage, number, writer.write(passage))
        for number, stage in enumerate(stages)
        for passage in stage.passages
    ]


def _words(stages: list[Stage], beats: list[DraftBeat]) -> list[list[str]]:
    """Return the words of each scene's lines: first of those that are played, then of the others."""
    played: list[list[str]] = [[] for _ in stages]
    left: list[list[str]] = [[] for _ in stages]
    for beat in beats:
        shown = beat.played()
        seen = {id(draft) for draft in shown}
        played[beat.scene] += [draft.text for draft in shown]
        left[beat.scene] += [draft.text for draft in (*beat.drafts, *beat.struck) if id(draft) not in seen]
    return [first + rest for first, rest in zip(played, left, strict=True)]


def _build_screenplay(
    book: Book,
    request: AdaptRequest,
    writer: str,
    characters: list[Character],
    stages: list[Stage],
    scenes: list[Scene],
) -> Screenplay:
    direction = request.direction
    used = {scene.place for scene in scenes}
    places: dict[str, Place] = {}
    for stage in stages:
        if stage.place.id in used:
            places.setdefault(stage.place.id, stage.place)
    return Screenplay(
        title=direction.title or book.title,
        author=direction.author or book.author,
        language=book.language,
        writer=writer,
        runtime_s=request.runtime_s,
        credits=direction.credits,
        characters=tuple(characters),
        places=tuple(places.values()),
        scenes=tuple(scenes),
    )


def _cover(passages: list[Passage], beats: list[DraftBeat], runtime_s: int | None) -> Coverage:
    by_passage = {beat.passage.index: beat for beat in beats}
    played = {beat.passage.chapter for beat in beats if beat.played()}
    rows = []
    for passage in passages:
        status, why = _status(passage, by_passage[passage.index], passage.chapter in played)
        rows.append(ParagraphCoverage(source=passage.span, status=status, why=why))
    return Coverage(paragraphs=tuple(rows))


def _status(passage: Passage, beat: DraftBeat, in_the_film: bool) -> tuple[ParagraphStatus, str]:
    if passage.kind in ("heading", "break") and not in_the_film:
        return "cut", "nothing of its chapter is in the film"
    if passage.kind == "heading":
        return "played", "shown on a card"
    if passage.kind == "break":
        return "played", "a new scene begins here"
    if not beat.drafts:
        return "cut", "the author's direction" if beat.struck else "no words to be heard"
    played = beat.played()
    if not played:
        return "cut", "the author's direction" if beat.directed == "cut" else f"weight {beat.weight:.1f}, no room"
    if beat.struck and len(played) == len(beat.drafts):
        return "condensed", "the author's direction"
    if len(played) < len(beat.drafts):
        return "condensed", f"{len(played)} of {len(beat.drafts)} lines"
    if any(draft.kind in ("dialogue", "thought") for draft in played):
        return "played", "speech"
    return "narrated", "told by the narrator"
