"""What is gone, cut or full: made again from what is there, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bookfilm.errors import EngineError, StoreFull
from bookfilm.picture.requests import TakeOrder
from bookfilm.records.cut import Cut
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder, existing_folder
from tests.doubles import DeskCrew, make_at_desk
from tests.pipeline.folders import Source, edited, streams_of


@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_without_its_ledger_a_folder_keeps_its_takes(
    damage: str, film_copy: Path, film_made: Path, story: Source
) -> None:
    for path in film_copy.glob("ledger.sqlite*"):
        path.unlink()
    if damage == "damaged":
        (film_copy / "ledger.sqlite").write_bytes(b"\x00no ledger" * 999)
    run = make_at_desk(film_copy, story)
    assert (run.crew.tally.spoken, run.crew.tally.rendered) == ([], [])
    assert run.notes.warnings == []
    assert not list(film_copy.glob("*.yours-*"))
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")
    assert (film_copy / "ledger.sqlite.damaged").exists() == (damage == "damaged")


def test_without_its_ledger_an_edited_screenplay_is_set_aside(film_copy: Path) -> None:
    edited(film_copy / "screenplay.json", lambda body: body.update(title="Mine"))
    for path in film_copy.glob("ledger.sqlite*"):
        path.unlink()
    run = make_at_desk(film_copy, None, until="shots")
    assert json.loads((film_copy / "screenplay.yours-1.json").read_text())["title"] == "Mine"
    assert len(run.notes.warnings) == 1


def test_a_take_whose_clip_was_cut_is_rendered_again(film_copy: Path, film_made: Path) -> None:
    choice = Cut.read(film_copy / "cut.json").choices[3]
    clip = existing_folder(film_copy).takes().file(choice.take)
    clip.write_bytes(clip.read_bytes()[:-20])
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.rendered == [choice.shot]
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")


def test_a_take_that_is_cut_while_others_are_made_is_made_again_in_the_same_run(
    tmp_path: Path, story: Source, film_made: Path
) -> None:
    made: list[TakeOrder] = []

    def spoil(order: TakeOrder) -> None:
        made.append(order)
        if len(made) == 6:
            clip = FilmFolder(tmp_path).takes().file(made[2].key)
            clip.write_bytes(clip.read_bytes()[:-20])

    run = make_at_desk(tmp_path, story, DeskCrew(before_take=spoil))
    assert run.made.slates == ()
    assert [order.shot for order in made].count(made[2].shot) == 2
    assert len(made) == run.made.shots + 1
    assert streams_of(tmp_path / "film.mp4") == streams_of(film_made / "film.mp4")


def test_a_recording_that_is_gone_is_spoken_again_and_nothing_else(film_copy: Path) -> None:
    cue = Timeline.read(film_copy / "timeline.json").cues()[2]
    existing_folder(film_copy).speech().file(cue.speech).unlink()
    run = make_at_desk(film_copy, None)
    assert (run.crew.tally.spoken, run.crew.tally.rendered) == ([cue.text], [])


@pytest.mark.parametrize("name", ["film.mp4", "soundtrack.m4a", "film.srt", "report.html", "coverage.json", "cut.json"])
def test_a_file_that_was_deleted_is_made_again(name: str, film_copy: Path, film_made: Path) -> None:
    (film_copy / name).unlink()
    run = make_at_desk(film_copy, None)
    assert (run.crew.tally.spoken, run.crew.tally.rendered) == ([], [])
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")
    if name != "film.mp4":
        assert (film_copy / name).read_bytes() == (film_made / name).read_bytes()


def test_a_line_that_cannot_be_spoken_stops_the_film_and_is_named(tmp_path: Path, story: Source) -> None:
    with pytest.raises(EngineError, match=r"Not without you!.*the voice is gone"):
        make_at_desk(tmp_path, story, DeskCrew(mute=["Not without you!"]))
    run = make_at_desk(tmp_path, story, until="sound")
    assert run.crew.tally.spoken == ["Not without you!"]


def test_a_full_disk_stops_the_job_and_it_goes_on_later(film_disk: Path, story: Source) -> None:
    ballast = film_disk / "ballast"
    ballast.write_bytes(bytes(40 * 2**20 - 600_000))
    first = DeskCrew()
    with pytest.raises(StoreFull, match="no space is left") as fault:
        make_at_desk(film_disk / "f", story, first)
    assert "\n" not in str(fault.value)
    ballast.unlink()
    run = make_at_desk(film_disk / "f", story)
    both = [*first.tally.spoken, *run.crew.tally.spoken], [*first.tally.rendered, *run.crew.tally.rendered]
    assert all(len(made) == len(set(made)) for made in both)
    assert len(both[1]) == run.made.shots
    assert make_at_desk(film_disk / "f", story).crew.tally.nothing


# --- takes: locked, given up, chosen by scene -------------------------------------------------
