"""A run that dies, at any moment and in any way: the next one goes on, and the film is the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bookfilm.pipeline import stages, stitching
from bookfilm.records.screenplay import Screenplay
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import existing_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import DeskCrew, Killed, StripesEngine, make_at_desk
from tests.pipeline.folders import Source, streams_of


@pytest.mark.parametrize(
    "kill_at",
    [("screenplay", 0), ("speech", 4), ("picture", 6), ("mix", 0)],
    ids=lambda at: f"{at[0]} {at[1]}",
)
def test_killed_and_gone_on_with(kill_at: tuple[str, int], film_made: Path, story: Source, tmp_path: Path) -> None:
    dead = DeskCrew(kill_at=kill_at)
    with pytest.raises(Killed):
        make_at_desk(tmp_path / "f", story, dead)
    alive = make_at_desk(tmp_path / "f", story).crew
    for made in ("spoken", "rendered"):
        both = getattr(dead.tally, made) + getattr(alive.tally, made)
        assert len(both) == len(set(both)), f"{made} twice"
    assert dead.tally.adapted + alive.tally.adapted == 1
    assert streams_of(tmp_path / "f" / "film.mp4") == streams_of(film_made / "film.mp4")
    assert make_at_desk(tmp_path / "f", story).crew.tally.nothing


def test_what_is_made_for_a_driver_that_is_dead_has_its_attempt(story: Source, tmp_path: Path) -> None:
    """Replicas finish what they have begun: here the last take was made, and nobody was told."""

    class Deaf(DeskCrew):
        def shoot(self, orders: Any, takes: Any, on_done: Any, gate: Any) -> None:
            heard = 0

            def tell(done: Any) -> None:
                nonlocal heard
                heard += 1
                if heard == 4:
                    raise Killed
                on_done(done)

            super().shoot(orders, takes, tell, gate)

    with pytest.raises(Killed):
        make_at_desk(tmp_path / "f", story, Deaf())
    made = make_at_desk(tmp_path / "f", story).made
    with closing(Ledger(existing_folder(tmp_path / "f").ledger)) as ledger:
        times, _ = ledger.take_times()
        assert len(times) == len(ledger.attempt_ms("take")) == made.shots
        assert "unheard" in {worker.name for worker in ledger.workers()}


def test_killed_within_a_take(film_made: Path, story: Source, tmp_path: Path) -> None:
    with pytest.raises(Killed):
        make_at_desk(tmp_path / "f", story, DeskCrew(engine=StripesEngine(die_at_frame=9)))
    assert list(existing_folder(tmp_path / "f").takes().keys()) == []
    run = make_at_desk(tmp_path / "f", story)
    assert len(run.crew.tally.rendered) == run.made.shots
    assert streams_of(tmp_path / "f" / "film.mp4") == streams_of(film_made / "film.mp4")


@pytest.mark.parametrize("at", ["lay_subtitles", "conform_film", "lay_report"])
def test_killed_while_stitching(at: str, film_copy: Path, film_made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("film.mp4", "film.srt", "report.html"):
        (film_copy / name).unlink()

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(stitching, at, dies)
        make_at_desk(film_copy, None)
    assert make_at_desk(film_copy, None).crew.tally.nothing
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")
    assert (film_copy / "report.html").read_bytes() == (film_made / "report.html").read_bytes()


KILL = """
import sys
from contextlib import closing
from pathlib import Path
from bookfilm.book import read_book
from tests.doubles import DeskCrew, make_at_desk
def say(order):
    print(order.shot, flush=True)
make_at_desk(Path(sys.argv[2]), read_book(Path(sys.argv[1])), DeskCrew(before_take=say))
"""


def test_killed_with_kill_9(film_made: Path, story: Source, tmp_path: Path) -> None:
    book = tmp_path / story[0].file_name
    book.write_text(story[1], encoding="utf8")
    path = tmp_path / "f"
    command = [sys.executable, "-c", KILL, str(book), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        begun = [process.stdout.readline().strip() for _ in range(4)]
        process.send_signal(signal.SIGKILL)
    kept = list(existing_folder(path).takes().keys())
    assert len(kept) >= len(begun) - 1
    run = make_at_desk(path, story)
    assert run.crew.tally.spoken == []
    assert len(run.crew.tally.rendered) == run.made.shots - len(kept)
    assert streams_of(path / "film.mp4") == streams_of(film_made / "film.mp4")
    # The killed run's ffmpeg may have outlived it by a moment.
    assert make_at_desk(path, story).crew.tally.nothing
    assert not list(path.rglob("*.partial"))


@pytest.mark.parametrize("place", ["ledger", "screenplay.json"])
def test_dying_between_screenplay_and_ledger_is_no_edit(
    place: str, film_copy: Path, story: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    direction = (film_copy / "direction.toml").read_text()
    write_stage = Ledger.write_stage

    def ledger_dies(self: Ledger, file: str, row: Any) -> None:
        if place == "ledger" and file == "screenplay.json":
            raise Killed
        write_stage(self, file, row)

    def file_dies(path: Path, content: str) -> bool:
        if path.name == place:
            raise Killed
        return write_if_changed(path, content)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Ledger, "write_stage", ledger_dies)
        patch.setattr(stages, "write_if_changed", file_dies)
        make_at_desk(film_copy, story, runtime_s=15, until="shots")
    run = make_at_desk(film_copy, story, runtime_s=15, until="shots")
    assert run.notes.warnings == []
    assert (film_copy / "direction.toml").read_text() == direction
    assert Screenplay.read(film_copy / "screenplay.json").runtime_s == 15
    assert not list(film_copy.glob("*.yours-*"))


def test_dying_between_shots_and_ledger_is_no_edit(
    film_copy: Path, story: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stage = Ledger.write_stage

    def dies(self: Ledger, file: str, row: Any) -> None:
        if file == "shots.jsonl":
            raise Killed
        write_stage(self, file, row)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Ledger, "write_stage", dies)
        make_at_desk(film_copy, story, runtime_s=15, until="shots")
    assert make_at_desk(film_copy, story, runtime_s=15, until="shots").notes.warnings == []
    assert not list(film_copy.glob("*.yours-*"))


# --- a person's edits -------------------------------------------------------------------------
