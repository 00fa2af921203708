"""A film folder as the first version wrote it: every later version must open it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bookfilm.errors import RecordError
from bookfilm.jobs.status import film_status
from bookfilm.pipeline.stages import read_back, read_shots
from bookfilm.pipeline.word import read_direction
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder, existing_folder
from tests.doubles import make_at_desk

FOLDER = Path(__file__).parent / "folders" / "1"


@pytest.fixture
def folder(tmp_path: Path) -> FilmFolder:
    shutil.copytree(FOLDER, tmp_path / "film")
    return existing_folder(tmp_path / "film")


def test_every_record_opens_and_they_agree(folder: FilmFolder) -> None:
    book, text = read_back(folder)
    screenplay, coverage = Screenplay.read(folder.screenplay), Coverage.read(folder.coverage)
    shots, timeline, cut = read_shots(folder.shots), Timeline.read(folder.timeline), Cut.read(folder.cut)

    assert [entry.source for entry in coverage.paragraphs] == [paragraph.source for paragraph in book.paragraphs()]
    for line in screenplay.lines():
        heard = " ".join(" ".join(text[start:end].split()) for start, end in line.source)
        assert line.text in heard or all(word in heard for word in line.text.split())
    lines = {line.id for line in screenplay.lines()}
    assert {said.line for shot in shots for said in shot.heard} <= lines
    assert [slot.shot for slot in timeline.slots] == [shot.id for shot in shots]
    assert [choice.shot for choice in cut.choices] == [shot.id for shot in shots]
    assert read_direction(folder).right.basis == "not stated"


def test_its_take_and_its_recording_are_found_whole(folder: FilmFolder) -> None:
    for store in (folder.takes(), folder.speech()):
        keys = list(store.keys())
        assert keys
        for key in keys:
            assert store.verified(key).key == key


def test_its_status_is_told_without_a_ledger(folder: FilmFolder) -> None:
    status = film_status(folder)
    assert (status.state, status.takes, status.recordings) == ("unknown", 1, 1)


def test_it_is_gone_on_with_and_what_it_has_stays(folder: FilmFolder) -> None:
    run = make_at_desk(folder.path, None, until="film")
    assert run.made.shots == len(read_shots(folder.shots))
    assert folder.film.exists()
    for kept in FOLDER.glob("*/*.*"):
        assert (folder.path / kept.relative_to(FOLDER)).read_bytes() == kept.read_bytes()


def test_a_book_text_that_was_changed_is_refused(folder: FilmFolder) -> None:
    folder.book_text.write_bytes(folder.book_text.read_bytes() + b"x")
    with pytest.raises(RecordError, match=r"book\.txt"):
        read_back(folder)
