"""Layout: a screenplay as a script, and which record each piece of it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from bookfilm.records.book import Language
from bookfilm.records.screenplay import Beat, Line, Scene, Screenplay
from bookfilm.script.elements import Action, Element, Heading, Script, Section, Speech, SpeechPart, plain_words
from bookfilm.script.wording import cue_key, cue_of, heading_of, manner_of

Role = Literal["section", "heading", "seen", "heard"]

_CREDIT: dict[Language, str] = {"en": "adapted from the book by", "ru": "по книге, автор которой"}
_HOW: dict[Language, str] = {
    "en": "Edit this script and run bookfilm again: what you change is made again, and nothing else.",
    "ru": "Правьте этот сценарий и запускайте bookfilm снова: заново делается только то, что изменено.",
}
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_TRANSITION = re.compile(r"(?:FADE|CUT|DISSOLVE|WIPE|IRIS|(?:ИЗ |В )?ЗТМ)\b")
"""How a paragraph begins that is no action, though it is not marked as a transition."""


@dataclass(frozen=True)
class Piece:
    """One thing a script says: a heading, a paragraph of what is seen, or a line that is heard.

    `speech` tells which pieces stand under one cue; `manner` is the parenthetical that holds for the line.
    """

    role: Role
    words: str
    name: str = ""
    extensions: tuple[str, ...] = ()
    manner: str = ""
    speech: int = -1
    line: int = 0

    @property
    def cue(self) -> str:
        return cue_key(self.name, self.extensions) if self.role == "heard" else ""


@dataclass(frozen=True)
class Layout:
    """A screenplay laid out. `idents` runs beside `pieces`.

    It names the chapter's number for a section, the scene's id for a heading, the id of the beat's first line for
    what is seen, and the line's id for what is heard.
    """

    script: Script
    pieces: tuple[Piece, ...]
    idents: tuple[str, ...]


def lay_out(screenplay: Screenplay) -> Layout:
    """Return `screenplay` as a script: chapters as sections, numbered scenes, every heard line under its cue."""
    elements: list[Element] = []
    idents: list[str] = []
    chapter, part = -1, None
    has_parts = any(scene.part for scene in screenplay.scenes)
    for number, scene in enumerate(screenplay.scenes, 1):
        if scene.chapter != chapter:
            titles = [(1, scene.part if scene.part != part else None), (1 + has_parts, scene.chapter_title)]
            for depth, title in titles:
                if title and plain_words(title):
                    elements.append(Section(depth, plain_words(title)))
                    idents.append(str(scene.chapter))
            chapter, part = scene.chapter, scene.part
        for element, ident in _lay_scene(screenplay, scene, number):
            elements.append(element)
            idents += ident
    script = Script(tuple(elements), _title_page(screenplay))
    return Layout(script, tuple(read_pieces(script)), tuple(idents))


def _title_page(screenplay: Screenplay) -> tuple[tuple[str, tuple[str, ...]], ...]:
    language = screenplay.language
    rows = [("Title", screenplay.title)]
    if screenplay.author and plain_words(screenplay.author):
        rows += [("Credit", _CREDIT[language]), ("Author", screenplay.author)]
    rows += [("Draft", screenplay.writer), ("Language", language), ("Notes", _HOW[language])]
    return tuple((key, (words,)) for key, said in rows if (words := plain_words(said)))


def _lay_scene(screenplay: Screenplay, scene: Scene, number: int) -> Iterator[tuple[Element, list[str]]]:
    place = screenplay.place(scene.place).kind
    yield Heading(heading_of(place, scene.hour, scene.weather), str(number)), [scene.id]
    names = {character.id: character.name for character in screenplay.characters}
    for beat in scene.beats:
        if seen := shown_action(beat):
            yield Action(seen), [beat.lines[0].id]
        lines = [line for line in beat.lines if plain_words(line.text)]
        for (speaker, kind, emotion), group in groupby(lines, lambda line: (line.speaker, line.delivery, line.emotion)):
            said: list[Line] = list(group)
            name, extensions = cue_of(kind, names.get(speaker or ""), screenplay.language)
            manner = manner_of(emotion, screenplay.language)
            parts = [SpeechPart("parenthetical", manner)] if manner else []
            parts += [SpeechPart("words", plain_words(line.text)) for line in said]
            yield Speech(name, extensions, tuple(parts)), [line.id for line in said]


def shown_action(beat: Beat) -> str:
    """Return what the script shows of a beat's action; empty where its words are heard, are no sentence, or would be
    read as a transition.

    The rules' action is the paragraph without its speech: mostly what the narrator says anyway, or "said Anna".
    """
    words = plain_words(beat.action)
    heard = plain_words(" ".join(line.text for line in beat.lines))
    whole = words[:1].isupper() and words.rstrip("”\"»)’'")[-1:] in (".", "!", "?", "…")
    told = any(sentence in heard for sentence in _SENTENCE_END.split(words))
    return words if beat.lines and whole and not told and not _is_transition(words) else ""


def _is_transition(words: str) -> bool:
    return words.isupper() and _TRANSITION.match(words) is not None


def read_pieces(script: Script) -> Iterator[Piece]:
    """Yield what `script` says, in order. Centred text, transitions, notes and the like say nothing of the story."""
    for number, element in enumerate(script.elements):
        if isinstance(element, Section):
            yield Piece("section", plain_words(element.text), line=element.line)
        elif isinstance(element, Heading):
            yield Piece("heading", plain_words(element.text), line=element.line)
        elif isinstance(element, Action) and not element.centred and (words := plain_words(element.text)):
            if not _is_transition(words):
                yield Piece("seen", words, line=element.line)
        elif isinstance(element, Speech):
            yield from _read_speech(element, number)


def _read_speech(speech: Speech, number: int) -> Iterator[Piece]:
    manner = ""
    for part in speech.parts:
        if part.kind == "parenthetical":
            manner = plain_words(part.text)
        elif words := plain_words(part.text):
            yield Piece("heard", words, speech.name, speech.extensions, manner, number, part.line)
