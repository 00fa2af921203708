"""The film in another language: a translation read, its dub spoken over the same shots, its subtitles laid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from bookfilm.errors import RecordError, SettingsError
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.said import as_said
from bookfilm.pipeline.sounding import Spoken, record_lines
from bookfilm.pipeline.stages import write_shots
from bookfilm.pipeline.word import maker_lines, right_line
from bookfilm.records.book import Book, Language
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.timeline import Cue, Timeline
from bookfilm.records.translation import Translation
from bookfilm.screenplay.translating import (
    begin_translation,
    take_words_of,
    translate_screenplay,
    translated_words,
)
from bookfilm.shots.cards import credit_lines
from bookfilm.shots.dubbing import dub_shots, share_out
from bookfilm.sound.casting import cast_voices
from bookfilm.sound.timeline import build_timeline
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder


def lay_translation(folder: FilmFolder, language: Language, words_of: Path | None = None) -> Translation:
    """Write what is to be translated into translation.LANGUAGE.json; what is translated there already is kept.

    `words_of` is the same screenplay in that language, from elsewhere. Raises RecordError, SettingsError.
    """
    screenplay = Screenplay.read(folder.screenplay)
    if screenplay.language == language:
        raise SettingsError(f"its language is {language} already", subject=folder.path)
    path = folder.translation(language)
    translation = begin_translation(screenplay, language, _translation_at(path, language) if path.exists() else None)
    if words_of is not None:
        translation = take_words_of(translation, screenplay, Screenplay.read(words_of), words_of)
    write_if_changed(path, translation.to_json())
    return translation


def read_translated(folder: FilmFolder, language: Language, screenplay: Screenplay) -> tuple[Screenplay, Translation]:
    """Return `screenplay` in `language`, with the translation that says so.

    Raises RecordError that names the file and what is missing in it, SettingsError where it is the film's own language.
    """
    if screenplay.language == language:
        raise SettingsError(f"its language is {language} already", subject=folder.path)
    path = folder.translation(language)
    if not path.exists():
        raise RecordError(
            f"there is no translation yet; `bookfilm translate '{folder.path}' --to {language}` begins one",
            subject=path,
        )
    translation = _translation_at(path, language)
    return translate_screenplay(screenplay, translation, path), translation


def _translation_at(path: Path, language: Language) -> Translation:
    translation = Translation.read(path)
    if translation.language != language:
        raise RecordError(f"its language is {translation.language}, not {language}", subject=path)
    return translation


def check_translations(folder: FilmFolder, order: FilmOrder, screenplay: Screenplay | None = None) -> None:
    """Raise what `read_translated` would, for each language of `order`: before a line is spoken.

    `screenplay` None: the one that lies in `folder`; where none does yet, there is nothing to check.
    """
    asked = {order.dub, order.subtitles} - {None}
    if asked and screenplay is None and folder.screenplay.exists():
        screenplay = Screenplay.read(folder.screenplay)
    if screenplay is None:
        return
    for language in (order.dub, order.subtitles):
        # A dub may well have subtitles in the language of the original, which need no translation.
        if language is not None and not (order.dub is not None and language == screenplay.language != order.dub):
            read_translated(folder, language, screenplay)


def dub_spoken(
    spoken: Spoken, book: Book, text: str, direction: Direction, production: Production
) -> tuple[Spoken, Production]:
    """Have the order's translation spoken over the shots of the original; return it with a production of its own.

    A shot keeps its length where the words of the other language fit into it, and with its length and its faces its
    take. Raises as `read_translated` and `record_lines` do.
    """
    language = production.order.dub
    assert language is not None
    production.reporter.begin("dub", 1)
    translated, translation = read_translated(production.folder, language, spoken.screenplay)
    production.reporter.end(f"{len(translated.lines())} lines in {language}")
    dub = replace(production, folder=production.folder.dubbed(language))
    voice, voices = production.crew.voice(language)
    there = {one.id for one in voices}
    # A voice that the author chose speaks the original's language.
    cast = tuple(one if one.voice in there else one.changed(voice=None) for one in translated.characters)
    translated = translated.changed(characters=cast)
    makers = maker_lines(production.crew.makers(), language)
    words = translated_words(translation)
    texts = {line.id: line.text for line in translated.lines()}
    shots = dub_shots(spoken.shots, texts, words, credit_lines(translated, right_line(direction, language), makers))
    said = as_said(shots, translated, text)
    recordings, keys = record_lines(said, translated, cast_voices(cast, language, voices), voice, dub)
    held = [slot.frames for slot in spoken.timeline.slots]
    headings = [words.get(one.title, one.title) if one.title else None for one in book.chapters]
    timeline = build_timeline(
        said, recordings, keys, spoken.timeline.rate, None, headings, translated.title, language, held
    )
    write_if_changed(dub.folder.screenplay, translated.to_json())
    write_shots(dub.folder.shots, shots)
    write_if_changed(dub.folder.timeline, timeline.to_json())
    return Spoken(translated, shots, makers, recordings, timeline), dub


def words_in(folder: FilmFolder, language: Language) -> tuple[Screenplay, dict[str, str]]:
    """Return the film's screenplay in `language`, the original's or a translation's, and its lines by id."""
    original = Screenplay.read(FilmFolder(folder.path).screenplay)
    found = original if original.language == language else read_translated(folder, language, original)[0]
    return found, {line.id: line.text for line in found.lines()}


def reworded(timeline: Timeline, texts: dict[str, str]) -> Timeline:
    """Return `timeline` with the same cues in the words of `texts` (by line id): what subtitles are laid from."""
    by_line: dict[str, list[Cue]] = defaultdict(list)
    for cue in timeline.cues():
        by_line[cue.line].append(cue)
    said: dict[tuple[str, int], str] = {}
    for line, cues in by_line.items():
        parts = share_out(texts.get(line, ""), [len(cue.text) for cue in cues])
        said |= {(line, cue.start_frame): part for cue, part in zip(cues, parts, strict=True)}
    slots = (
        slot.changed(
            cues=tuple(
                cue.changed(text=text) for cue in slot.cues if (text := said.get((cue.line, cue.start_frame), ""))
            )
        )
        for slot in timeline.slots
    )
    return timeline.changed(slots=tuple(slots))
