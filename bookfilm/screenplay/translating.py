"""A screenplay in another language: the words of a translation over the original's scenes, lines and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bookfilm.errors import RecordError
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.records.translation import TranslatedLine, TranslatedWords, Translation


def begin_translation(screenplay: Screenplay, language: Language, earlier: Translation | None = None) -> Translation:
    """Return what is to be translated; what `earlier` has already, and is still said in the same words, is kept.

    A line that has moved is known by its words again.
    """
    known_words = {words.original: words.text for words in earlier.words} if earlier else {}
    by_line = {(line.line, line.original): line.text for line in earlier.lines} if earlier else {}
    by_words = {line.original: line.text for line in earlier.lines if line.text} if earlier else {}
    names = {character.id: character.name for character in screenplay.characters}
    return Translation(
        language=language,
        words=tuple(TranslatedWords(original=one, text=known_words.get(one, "")) for one in _seen_words(screenplay)),
        lines=tuple(
            TranslatedLine(
                line=line.id,
                speaker=names.get(line.speaker or "", ""),
                original=line.text,
                text=by_line.get((line.id, line.text)) or by_words.get(line.text, ""),
            )
            for line in screenplay.lines()
        ),
    )


def take_words_of(translation: Translation, screenplay: Screenplay, other: Screenplay) -> Translation:
    """Return `translation` filled with the words of `other`, the same screenplay written in its language."""
    texts = {line.id: line.text for line in other.lines()}
    words = dict(zip(_pairs(screenplay), _pairs(other), strict=False)) if _alike(screenplay, other) else {}
    return translation.changed(
        words=tuple(one.changed(text=one.text or words.get(one.original, "")) for one in translation.words),
        lines=tuple(one.changed(text=one.text or texts.get(one.line, "")) for one in translation.lines),
    )


def translate_screenplay(screenplay: Screenplay, translation: Translation, subject: object) -> Screenplay:
    """Return `screenplay` in the translation's language: its words are other, and nothing else.

    Raises RecordError that names `subject` and the first line that is not translated, or was translated from other
    words than it has now.
    """
    lines = {line.line: line for line in translation.lines}
    missing = [line for line in screenplay.lines() if not (line.id in lines and lines[line.id].text.strip())]
    if missing:
        raise RecordError(
            f"{len(missing)} of {len(screenplay.lines())} lines are not translated, the first is {missing[0].id} "
            f"({missing[0].text[:40]!r}); fill in its `text`",
            subject=subject,
        )
    for line in screenplay.lines():
        if lines[line.id].original != line.text:
            raise RecordError(
                f"line {line.id} is {line.text[:40]!r} now, and was translated from other words; run "
                f"`bookfilm translate` again, it keeps the rest",
                subject=subject,
            )
    words = translated_words(translation)
    return screenplay.changed(
        language=translation.language,
        title=words.get(screenplay.title, screenplay.title),
        author=words.get(screenplay.author, screenplay.author) if screenplay.author else None,
        credits=tuple(words.get(line, line) for line in screenplay.credits),
        characters=tuple(one.changed(name=words.get(one.name, one.name)) for one in screenplay.characters),
        scenes=tuple(_translated(scene, lines, words) for scene in screenplay.scenes),
    )


def translated_words(translation: Translation) -> dict[str, str]:
    """Return titles, headings, names and credits that are translated, by the original's."""
    return {words.original: words.text for words in translation.words if words.text.strip()}


def _translated(scene: Scene, lines: Mapping[str, TranslatedLine], words: Mapping[str, str]) -> Scene:
    def said(line: Line) -> Line:
        return line.changed(text=lines[line.id].text.strip())

    return scene.changed(
        chapter_title=words.get(scene.chapter_title, scene.chapter_title) if scene.chapter_title else None,
        part=words.get(scene.part, scene.part) if scene.part else None,
        beats=tuple(beat.changed(lines=tuple(said(line) for line in beat.lines)) for beat in scene.beats),
    )


def _seen_words(screenplay: Screenplay) -> list[str]:
    """Return the words beside the lines that a viewer reads or hears of, each once."""
    return list(dict.fromkeys(word for word in _pairs(screenplay) if word))


def _pairs(screenplay: Screenplay) -> Iterator[str]:
    yield screenplay.title
    yield screenplay.author or ""
    yield from screenplay.credits
    for scene in screenplay.scenes:
        yield scene.part or ""
        yield scene.chapter_title or ""
    speaking = {line.speaker for line in screenplay.lines()}
    for character in screenplay.characters:
        if character.id in speaking:
            yield character.name


def _alike(screenplay: Screenplay, other: Screenplay) -> bool:
    return len(list(_pairs(screenplay))) == len(list(_pairs(other)))
