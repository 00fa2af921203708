"""A screenplay in another language: the words of a translation over the original's scenes, lines and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bookfilm.errors import RecordError
from bookfilm.records.book import Language
from bookfilm.records.screenplay import Line, Scene, Screenplay
from bookfilm.records.translation import TranslatedLine, TranslatedWords, Translation


def begin_translation(screenplay: Screenplay, language: Language, earlier: Translation | None = None) -> Translation:
    """Return what is to be translated; all that `earlier` has is kept, in its place or among what is not used now.

    A line that has moved, or has its old words again, is known by them.
    """
    done = _done(earlier)
    by_line = {(line.line, line.original): line.text for line in earlier.lines} if earlier else {}
    names = {character.id: character.name for character in screenplay.characters}
    words = tuple(
        TranslatedWords(original=one, text=done.get(one, "")) for one in dict.fromkeys(_seen_words(screenplay))
    )
    lines = tuple(
        TranslatedLine(
            line=line.id,
            speaker=names.get(line.speaker or "", ""),
            original=line.text,
            text=by_line.get((line.id, line.text)) or done.get(line.text, ""),
        )
        for line in screenplay.lines()
    )
    used = {one.original for one in (*words, *lines)}
    unused = tuple(TranslatedWords(original=one, text=text) for one, text in done.items() if one not in used)
    return Translation(language=language, words=words, lines=lines, unused=unused)


def take_words_of(translation: Translation, screenplay: Screenplay, other: Screenplay, subject: object) -> Translation:
    """Return `translation` filled with the words of `other`, the same screenplay written in its language.

    Raises RecordError that names `subject` if it is in another language, or of another film.
    """
    if other.language != translation.language:
        raise RecordError(f"its language is {other.language}, not {translation.language}", subject=subject)
    if [(line.id, line.source) for line in other.lines()] != [(line.id, line.source) for line in screenplay.lines()]:
        raise RecordError("its lines are not those of this film", subject=subject)
    texts = {line.id: line.text for line in other.lines()}
    seen = list(_seen_words(screenplay)), list(_seen_words(other))
    words = dict(zip(*seen, strict=True)) if len(seen[0]) == len(seen[1]) else {}
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


def _done(earlier: Translation | None) -> dict[str, str]:
    """Return all that is translated, by its original; what is in use last, so that it counts."""
    if earlier is None:
        return {}
    return {one.original: one.text for one in (*earlier.unused, *earlier.words, *earlier.lines) if one.text.strip()}


def _seen_words(screenplay: Screenplay) -> Iterator[str]:
    """Yield the words beside the lines that a viewer reads: a name or a heading as often as it stands there."""
    yield screenplay.title
    yield from [screenplay.author] if screenplay.author else []
    yield from screenplay.credits
    for scene in screenplay.scenes:
        yield from [words for words in (scene.part, scene.chapter_title) if words]
    speaking = {line.speaker for line in screenplay.lines()}
    yield from [character.name for character in screenplay.characters if character.id in speaking]
