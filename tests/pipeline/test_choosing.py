"""Slates, locks and chosen scenes: which take stands in the film."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from bookfilm.errors import SettingsError
from bookfilm.pipeline import shooting
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.stages import check_order, read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.timeline import Timeline
from bookfilm.settings import load_preset
from bookfilm.store.folder import FilmFolder, existing_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import DeskCrew, StripesEngine, make_at_desk
from tests.pipeline.folders import Source, edited, streams_of


@pytest.fixture
def striped_slates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slates by the quick engine."""
    monkeypatch.setattr(shooting, "build_video", lambda _name, _settings: StripesEngine(stripe=7))


@pytest.mark.usefixtures("striped_slates")
def test_a_shot_that_always_fails_is_a_slate_until_it_can_be_rendered(
    story: Source, tmp_path: Path, film_made: Path
) -> None:
    bad = read_shots(film_made / "shots.jsonl")[4].id
    run = make_at_desk(tmp_path, story, DeskCrew(failing=[bad]))
    assert run.made.slates == (bad,)
    assert any(bad in line for line in run.notes.warnings)
    choice = Cut.read(tmp_path / "cut.json").of(bad)
    assert choice is not None
    assert choice.slate
    ledger = Ledger(tmp_path / "ledger.sqlite")
    job = ledger.last_job()
    assert job is not None
    assert (job.state, job.shots["slate"], job.shots["done"]) == ("slates", 1, run.made.shots - 1)
    assert [error for _, error in ledger.failures(job.id)] == [f"shot {bad}: the lamp went out"] * 3
    ledger.close()
    assert "1 slates" in (tmp_path / "report.html").read_text()
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert film.streams.video[0].frames == Timeline.read(tmp_path / "timeline.json").frames

    again = make_at_desk(tmp_path, story)
    assert again.crew.tally.rendered == [bad]
    assert again.made.slates == ()
    assert streams_of(tmp_path / "film.mp4") == streams_of(film_made / "film.mp4")


def test_a_locked_take_stays(film_copy: Path) -> None:
    make_at_desk(film_copy, None, style="other", until="picture")
    other = Cut.read(film_copy / "cut.json").choices[3]
    before = make_at_desk(film_copy, None, until="picture")
    assert before.crew.tally.rendered == []
    edited(film_copy / "cut.json", lambda body: body["choices"][3].update(take=other.take, locked=True))
    for style in (None, "third", None):
        run = make_at_desk(film_copy, None, style=style, until="picture")
        assert other.shot not in run.crew.tally.rendered
        assert Cut.read(film_copy / "cut.json").choices[3] == other.changed(locked=True)
        assert run.notes.warnings == []


def test_a_locked_take_that_no_longer_fits_is_said_and_its_successor_is_locked(film_copy: Path) -> None:
    choices = Cut.read(film_copy / "cut.json").choices
    edited(film_copy / "cut.json", lambda body: body["choices"][3].update(take=choices[0].take, locked=True))
    run = make_at_desk(film_copy, None)
    assert any(choices[3].shot in line and "no longer fits" in line for line in run.notes.warnings)
    assert Cut.read(film_copy / "cut.json").choices[3] == choices[3].changed(locked=True)


def test_a_lock_outlives_a_slate(film_copy: Path) -> None:
    choice = Cut.read(film_copy / "cut.json").choices[3]
    edited(film_copy / "cut.json", lambda body: body["choices"][3].update(locked=True))
    existing_folder(film_copy).takes().discard(choice.take)
    assert make_at_desk(film_copy, None, DeskCrew(failing=[choice.shot])).made.slates == (choice.shot,)
    make_at_desk(film_copy, None)
    assert Cut.read(film_copy / "cut.json").choices[3] == choice.changed(locked=True)


def test_scenes_rendered_on_their_own_are_locked(film_copy: Path) -> None:
    shots = read_shots(film_copy / "shots.jsonl")
    scene = next(shot.scene for shot in shots if shot.scene)
    inside = [shot.id for shot in shots if shot.scene == scene]
    run = make_at_desk(film_copy, None, style="other", scenes=(1, 1))
    assert run.crew.tally.rendered == inside
    locked = [choice.shot for choice in Cut.read(film_copy / "cut.json").choices if choice.locked]
    assert locked == inside
    film = streams_of(film_copy / "film.mp4")
    assert make_at_desk(film_copy, None).crew.tally.nothing
    assert streams_of(film_copy / "film.mp4") == film
    with pytest.raises(SettingsError, match="the film has 2 scenes, asked for 1-9"):
        make_at_desk(film_copy, None, scenes=(1, 9))


# --- stitching what lies there ----------------------------------------------------------------


def test_scenes_that_the_film_does_not_have_are_refused_before_anything_starts(film_copy: Path) -> None:
    with pytest.raises(SettingsError, match="asked for 99-99"):
        check_order(FilmFolder(film_copy), FilmOrder(scenes=(99, 99)), load_preset("preview"))
    check_order(FilmFolder(film_copy), FilmOrder(scenes=(1, 1)), load_preset("preview"))
    check_order(FilmFolder(film_copy), FilmOrder(), load_preset("preview"))
