"""The film folder becomes film.mp4, subtitles and report: from what lies there, without any engine."""

from __future__ import annotations

import os
from pathlib import Path

from bookfilm.errors import FilmError, TakeDamaged
from bookfilm.film.conform import FilmTags, conform_film
from bookfilm.film.provenance import CERTIFICATE, SIGNING, Provenance, sign_film
from bookfilm.film.report import Filmed, lay_report
from bookfilm.film.subtitles import lay_subtitles, webvtt
from bookfilm.pipeline.asides import digest, text_of
from bookfilm.pipeline.crew import Reporter
from bookfilm.pipeline.dubbing import reworded, words_in
from bookfilm.pipeline.pieces import CutPiece, cut_pieces
from bookfilm.pipeline.stages import read_back, read_shots, settle_file
from bookfilm.pipeline.word import read_direction, right_line
from bookfilm.records.book import Book, Language
from bookfilm.records.cut import Cut
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.timeline import Timeline
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from bookfilm.tracing import span


def stitch_film(
    folder: FilmFolder,
    ledger: Ledger,
    reporter: Reporter,
    makers: tuple[str, ...] | None,
    other: Language | None = None,
) -> Cut:
    """Join what lies in `folder` into film.mp4 and lay subtitles and report beside it.

    `makers` None: those that the shot list credits. `other` is a language whose subtitles it has beside its own.
    Raises FilmError that names the shot that has no take, or the file that an earlier stage has yet to write, and
    TakeDamaged for a take whose bytes are not those that its record describes.
    """
    reporter.begin("film", 3)
    missing = [path for path in (folder.screenplay, folder.shots, folder.timeline, folder.cut) if not path.exists()]
    if missing:
        dubbed = f" --dub-language {folder.dub}" if folder.dub else ""
        said = f"it has no {missing[0].name} yet; run `bookfilm render{dubbed}` on it first"
        raise FilmError(said, subject=folder.path)
    screenplay, timeline, cut = Screenplay.read(folder.screenplay), Timeline.read(folder.timeline), Cut.read(folder.cut)
    shots = read_shots(folder.shots)
    if [shot.id for shot in shots] != [slot.shot for slot in timeline.slots]:
        raise FilmError("its shots are not those of timeline.json; run `bookfilm render` on it", subject=folder.path)
    pieces = cut_pieces(timeline, cut, folder)
    if not folder.soundtrack.exists():
        raise FilmError("the soundtrack is missing; run `bookfilm make` on this book again", subject=folder.soundtrack)
    subtitles = [(screenplay.language, _write_subtitles(timeline, screenplay, folder.subtitles_srt))]
    if other is not None and other != screenplay.language:
        told, texts = words_in(folder, other)
        subtitles.append((other, _write_subtitles(reworded(timeline, texts), told, folder.subtitles_in(other))))
    reporter.advance()
    right = right_line(read_direction(folder), screenplay.language)
    tags = FilmTags(screenplay.title, screenplay.author, screenplay.language, right)
    book, _ = read_back(folder)
    engines = _credited(shots) if makers is None else makers
    provenance = Provenance(
        title=tags.title, author=tags.author, right=right, book_sha256=book.file_sha256, engines=engines
    )  # fmt: skip
    _join(folder, ledger, timeline, pieces, subtitles, tags, provenance)
    reporter.advance()
    coverage = Coverage.read(folder.coverage)
    made_by = " · ".join(engines)
    facts = {"Right": right, "Made by": made_by, "Film": folder.film.name}
    page = lay_report(book, screenplay, coverage, Filmed(shots, timeline, cut, folder.takes()), facts)
    write_if_changed(folder.report, page)
    reporter.end(str(folder.film))
    return cut


def report_screenplay(folder: FilmFolder, book: Book, screenplay: Screenplay, direction: Direction) -> None:
    """Lay report.html of a film that is adapted only: cast, scenes, and what became of the book."""
    facts = {"Right": right_line(direction, screenplay.language), "Written by": screenplay.writer}
    write_if_changed(folder.report, lay_report(book, screenplay, Coverage.read(folder.coverage), None, facts))


def _write_subtitles(timeline: Timeline, screenplay: Screenplay, path: Path) -> Path:
    """Write the subtitles at `path`, and as .vtt beside it."""
    names = {character.id: character.name for character in screenplay.characters}
    subtitles = lay_subtitles(timeline, names)
    write_if_changed(path, subtitles.to_string("srt"))
    write_if_changed(path.with_suffix(".vtt"), webvtt(subtitles))
    return path


def _join(
    folder: FilmFolder,
    ledger: Ledger,
    timeline: Timeline,
    pieces: list[CutPiece],
    subtitles: list[tuple[Language, Path]],
    tags: FilmTags,
    told: Provenance,
) -> None:
    """Join the pieces into film.mp4, unless the film that lies there is made of the very same.

    Where BOOKFILM_SIGNING names credentials, the film says, signed by them, where it comes from.
    """
    credentials = Path(os.environ[SIGNING]) if os.environ.get(SIGNING) else None

    def conform() -> None:
        _verify(pieces)
        joined = [piece.piece for piece in pieces]
        with span("conform", shots=len(joined)):
            conform_film(timeline, joined, folder.soundtrack, subtitles, tags, folder.work, folder.film)
        if credentials is not None:
            sign_film(folder.film, told, credentials)

    inputs = _inputs(folder, timeline, pieces, subtitles, tags)
    if credentials is not None:
        certificate = text_of(credentials / CERTIFICATE) or ""
        inputs = digest([inputs, digest(certificate), told.model_dump(mode="json")])
    settle_file(folder.film, folder.film.name, inputs, ledger, conform)


def _verify(pieces: list[CutPiece]) -> None:
    """Raise TakeDamaged where a take's bytes have changed since; it is discarded, so that the next run makes it."""
    for key, store in {piece.take.key: piece.store for piece in pieces}.items():
        try:
            store.verified(key)
        except TakeDamaged as error:
            store.discard(key)
            raise TakeDamaged(
                "its bytes have changed since it was made; it is discarded, run the same command again to render it",
                subject=error.subject,
            ) from None


def _credited(shots: list[Shot]) -> tuple[str, ...]:
    return tuple(line for shot in shots if shot.picture.kind == "credits" for line in shot.picture.card if ": " in line)


def _inputs(
    folder: FilmFolder,
    timeline: Timeline,
    pieces: list[CutPiece],
    subtitles: list[tuple[Language, Path]],
    tags: FilmTags,
) -> str:
    sound = folder.soundtrack.stat()
    return digest(
        {
            "timeline": digest(timeline.to_json()),
            "takes": [[piece.take.sha256, piece.piece.start, piece.piece.frames] for piece in pieces],
            "sound": [sound.st_size, sound.st_mtime_ns],
            "subtitles": [[language, digest(path.read_bytes())] for language, path in subtitles],
            "tags": [tags.title, tags.author, tags.language, tags.comment],
        }
    )
