"""The pipeline as a whole, by a crew in this process: what is finished is never made twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bookfilm.pipeline import making, sounding
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import existing_folder
from tests.doubles import make_at_desk
from tests.pipeline.folders import EVERYTHING, Source, stamps, streams_of


def test_a_film_folder_is_whole(film_made: Path) -> None:
    assert {path.name for path in film_made.iterdir()} == EVERYTHING
    folder = existing_folder(film_made)
    shots = read_shots(folder.shots)
    timeline, cut = Timeline.read(folder.timeline), Cut.read(folder.cut)
    assert [slot.shot for slot in timeline.slots] == [choice.shot for choice in cut.choices] == [s.id for s in shots]
    assert not any(choice.slate or choice.locked for choice in cut.choices)
    for choice in cut.choices:
        assert folder.takes().verified(choice.take)
        assert folder.takes().thumbnail(choice.take).stat().st_size > 0
    for cue in timeline.cues():
        assert folder.speech().verified(cue.speech)
    assert not list(film_made.rglob("*.partial"))


def test_a_second_run_makes_nothing_and_writes_nothing(film_copy: Path, story: Source) -> None:
    before = stamps(film_copy)
    for source in (story, None):
        run = make_at_desk(film_copy, source)
        assert run.crew.tally.nothing
        assert run.notes.warnings == []
        assert stamps(film_copy) == before


def test_two_films_of_one_book_are_the_same(film_made: Path, story: Source, tmp_path: Path) -> None:
    make_at_desk(tmp_path / "other place", story)
    assert streams_of(tmp_path / "other place" / "film.mp4") == streams_of(film_made / "film.mp4")
    for name in ("screenplay.json", "shots.jsonl", "timeline.json", "cut.json", "film.srt", "soundtrack.m4a"):
        assert (tmp_path / "other place" / name).read_bytes() == (film_made / name).read_bytes(), name


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("book", {"book.txt", "book.json", "direction.toml", "ledger.sqlite", ".lock"}),
        ("screenplay", {"screenplay.json", "screenplay.fountain", "screenplay.fdx", "coverage.json"}),
        ("shots", {"shots.jsonl"}),
        ("sound", {"speech", "timeline.json", "soundtrack.m4a"}),
    ],
)
def test_a_run_stops_where_it_is_told(until: str, last: set[str], story: Source, tmp_path: Path) -> None:
    run = make_at_desk(tmp_path / "f", story, until=until)
    found = {path.name for path in (tmp_path / "f").iterdir()}
    assert last <= found
    assert found < EVERYTHING
    assert run.made.reached == until
    assert run.crew.tally.rendered == []


# --- killed in the middle ---------------------------------------------------------------------


def test_a_copied_or_moved_folder_is_the_same_film(film_copy: Path, tmp_path: Path) -> None:
    moved = tmp_path / 'it\'s "moved", тень'
    shutil.move(film_copy, moved)
    assert make_at_desk(moved, None).crew.tally.nothing
    (moved / "film.mp4").unlink()
    make_at_desk(moved, None)
    assert (moved / "film.mp4").exists()


def test_the_stages_are_timed(film_made: Path, tmp_path: Path, story: Source) -> None:
    made = making.FilmMade(tmp_path, "film")
    with made.timed("book"), made.timed("mix"):
        pass
    assert list(made.stage_s) == ["mix", "book"]


def test_a_runtime_that_is_missed_is_told(film_copy: Path) -> None:
    run = make_at_desk(film_copy, None, runtime_s=36, until="sound")
    timeline = Timeline.read(film_copy / "timeline.json")
    assert run.made.film_s == pytest.approx(timeline.frames / 12)
    assert run.made.runtime_missed_s == pytest.approx(run.made.film_s - 36)


def test_loudness_and_stems_as_they_are_asked_for(film_copy: Path, film_made: Path) -> None:
    run = make_at_desk(film_copy, None, loudness_lufs=-23, stems=True)
    assert (run.crew.tally.mixed, run.crew.tally.spoken, run.crew.tally.rendered) == (1, [], [])
    assert run.notes.ends[-2] == "-23.0 LUFS"
    assert sorted(path.name for path in (film_copy / "stems").iterdir()) == [
        "effects.flac",
        "score.flac",
        "speech.flac",
    ]
    assert make_at_desk(film_copy, None, loudness_lufs=-23, stems=True).crew.tally.nothing
    make_at_desk(film_copy, None)
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")


def test_another_mixer_mixes_the_same_film_anew(film_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounding, "MIXER", sounding.MIXER + 1)
    run = make_at_desk(film_copy, None)
    assert (run.crew.tally.mixed, run.crew.tally.spoken, run.crew.tally.rendered) == (1, [], [])
    assert make_at_desk(film_copy, None).crew.tally.nothing
