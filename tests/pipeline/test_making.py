"""The pipeline as a whole, by a crew in this process: what is finished is never made twice."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest

from bookfilm.errors import EngineError, FilmError, FolderBusy, RecordError, SettingsError, StoreFull, TakeDamaged
from bookfilm.pipeline import making, shooting, stages, stitching
from bookfilm.pipeline.stages import read_shots
from bookfilm.pipeline.word import read_direction
from bookfilm.records.book import Book
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.timeline import Timeline
from bookfilm.store.files import write_if_changed
from bookfilm.store.folder import FilmFolder, existing_folder, held_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import DeskCrew, Killed, Notes, StripesEngine, make_at_desk

Source = tuple[Book, str]
EVERYTHING = {
    "book.txt", "book.json", "direction.toml", "screenplay.json", "coverage.json", "shots.jsonl", "timeline.json",
    "cut.json", "speech", "takes", "soundtrack.m4a", "film.mp4", "film.srt", "film.vtt", "report.html",
    "ledger.sqlite", ".work", ".lock",
}  # fmt: skip


def streams_of(film: Path) -> list[str]:
    """Return a digest of each stream's packets, their times included."""
    with av.open(str(film)) as container:
        digests = {stream.index: hashlib.sha256() for stream in container.streams}
        for packet in container.demux():
            if packet.size:
                digests[packet.stream.index].update(f"{packet.pts} {packet.duration} ".encode() + bytes(packet))
    return [digest.hexdigest() for digest in digests.values()]


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return when each file was written; the lock and the ledger are each run's own."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(("ledger.sqlite", ".lock"))
    }


def edited(path: Path, change: Any) -> None:
    """Read the JSON at `path`, let `change` change it, and write it as a person's editor would."""
    body = json.loads(path.read_text(encoding="utf8"))
    change(body)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=4), encoding="utf8")


def edited_rows(path: Path, change: Any) -> None:
    rows = [json.loads(row) for row in path.read_text(encoding="utf8").splitlines()]
    rows = change(rows) or rows
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf8")


def first_line(screenplay: dict[str, Any], words: str) -> dict[str, Any]:
    lines = (line for scene in screenplay["scenes"] for beat in scene["beats"] for line in beat["lines"])
    return next(line for line in lines if words in line["text"])


# --- a first run, and a second ----------------------------------------------------------------


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
        ("screenplay", {"screenplay.json", "coverage.json"}),
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


def test_one_changed_line_renders_the_shots_that_hold_it(film_copy: Path) -> None:
    before = {
        shot.id for shot in read_shots(film_copy / "shots.jsonl") if any("over the wall" in u.text for u in shot.heard)
    }
    comments = (film_copy / "direction.toml").read_text()

    def change(body: dict[str, Any]) -> None:
        first_line(body, "over the wall")["text"] = "Will it come over the old grey wall before the morning?"

    edited(film_copy / "screenplay.json", change)
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.spoken == ["Will it come over the old grey wall before the morning?"]
    assert set(run.crew.tally.rendered) == before
    assert run.crew.tally.adapted == 0
    assert run.notes.warnings == []
    assert "old grey wall" in (film_copy / "film.srt").read_text().replace("\n", " ")
    direction = (film_copy / "direction.toml").read_text()
    assert direction.startswith(comments)
    edit = read_direction(FilmFolder(film_copy)).line[0]
    assert (edit.was, edit.text) == (
        "Will it come over the wall tonight?",
        "Will it come over the old grey wall before the morning?",
    )
    assert make_at_desk(film_copy, None).crew.tally.nothing

    again = make_at_desk(film_copy, None, runtime_s=40, until="shots")
    assert again.crew.tally.adapted == 1
    assert "old grey wall" in (film_copy / "screenplay.json").read_text()
    assert (film_copy / "direction.toml").read_text() == direction


@pytest.mark.parametrize("meanwhile", [False, True], ids=["at once", "after a run"])
def test_an_edit_that_cannot_be_carried_over_is_set_aside(film_copy: Path, meanwhile: bool) -> None:
    def change(body: dict[str, Any]) -> None:
        body["scenes"][0]["lights"] = ["lightning"]

    edited(film_copy / "screenplay.json", change)
    theirs = (film_copy / "screenplay.json").read_bytes()
    if meanwhile:
        run = make_at_desk(film_copy, None, until="shots")
        assert (run.crew.tally.adapted, run.notes.warnings) == (0, [])
        assert make_at_desk(film_copy, None, until="shots").crew.tally.nothing
        assert (film_copy / "screenplay.json").read_bytes() == theirs
        assert "lightning" in (film_copy / "shots.jsonl").read_text()
    run = make_at_desk(film_copy, None, runtime_s=20, until="shots")
    assert (film_copy / "screenplay.yours-1.json").read_bytes() == theirs
    assert "screenplay.yours-1.json" in " ".join(run.notes.warnings)
    assert "lightning" not in (film_copy / "screenplay.json").read_text()
    assert make_at_desk(film_copy, None, runtime_s=20, until="shots").notes.warnings == []


def test_a_second_edit_goes_beside_the_first(film_copy: Path) -> None:
    for number, runtime_s in ((1, 20), (2, 15)):
        edited(film_copy / "screenplay.json", lambda body: body["scenes"][0].update(heading="EXT. MOON"))
        make_at_desk(film_copy, None, runtime_s=runtime_s, until="shots")
        assert (film_copy / f"screenplay.yours-{number}.json").exists()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda body: body["scenes"][0].update(place="the moon"), "the moon"),
        (lambda body: body["scenes"][0]["beats"][0]["lines"][0].update(speaker="nobody-known"), "nobody-known"),
        (lambda body: body["scenes"][0].update(place=body["scenes"][0]["place"], huor="noon"), "huor"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_by_name(film_copy: Path, change: Any, named: str) -> None:
    edited(film_copy / "screenplay.json", change)
    theirs, direction = (film_copy / "screenplay.json").read_bytes(), (film_copy / "direction.toml").read_bytes()
    with pytest.raises(RecordError, match=named) as fault:
        make_at_desk(film_copy, None, until="shots")
    assert str(fault.value).startswith(str(film_copy / "screenplay.json"))
    assert (film_copy / "screenplay.json").read_bytes() == theirs
    assert (film_copy / "direction.toml").read_bytes() == direction


def test_an_edited_shot_list_is_kept(film_copy: Path) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        rows[0]["hold_ms"] += 500
        rows[2]["picture"]["camera"] = "pan_left" if rows[2]["picture"]["camera"] != "pan_left" else "push"

    shots = [shot.id for shot in read_shots(film_copy / "shots.jsonl")]
    edited_rows(film_copy / "shots.jsonl", change)
    theirs = (film_copy / "shots.jsonl").read_bytes()
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.rendered == [shots[0], shots[2]]
    assert run.crew.tally.spoken == []
    assert run.notes.warnings == []
    assert (film_copy / "shots.jsonl").read_bytes() == theirs
    assert make_at_desk(film_copy, None).crew.tally.nothing

    run = make_at_desk(film_copy, None, runtime_s=20, until="shots")
    assert (film_copy / "shots.yours-1.jsonl").read_bytes() == theirs
    assert len(run.notes.warnings) == 1


def test_two_shots_that_show_the_same_share_a_take(film_copy: Path) -> None:
    edited_rows(film_copy / "shots.jsonl", lambda rows: [*rows, {**rows[-1], "id": "credits-again"}])
    run = make_at_desk(film_copy, None)
    assert run.crew.tally.rendered == []
    choices = Cut.read(film_copy / "cut.json").choices
    assert choices[-1].take == choices[-2].take
    assert run.made.film_s > 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda rows: [*rows, rows[-1]], "two shots have the id 'credits'"),
        (lambda rows: [{**rows[0], "sise": "wide"}], "line 1: sise"),
        (lambda rows: [rows[0], {**rows[1], "picture": {}}], "line 2: picture"),
    ],
)
def test_a_shot_list_that_makes_no_sense_is_refused(film_copy: Path, change: Any, named: str) -> None:
    edited_rows(film_copy / "shots.jsonl", change)
    with pytest.raises(RecordError, match=named):
        make_at_desk(film_copy, None)


def test_an_empty_shot_list_is_refused(film_copy: Path) -> None:
    (film_copy / "shots.jsonl").write_text("\n")
    with pytest.raises(RecordError, match="it has no shots"):
        make_at_desk(film_copy, None)


def test_the_authors_word_lies_over_the_film_and_keeps_its_comments(film_copy: Path, story: Source) -> None:
    theirs = '# mine\ntitle = "High Water" # better\n[right]\nbasis = "author" # me\nholder = "A. N."\n# end\n'
    (film_copy / "direction.toml").write_text(theirs)
    run = make_at_desk(film_copy, story)
    assert (film_copy / "direction.toml").read_text() == theirs
    assert run.crew.tally.adapted == 1
    assert run.crew.tally.spoken == []
    assert set(run.crew.tally.rendered) <= {"title", "credits"}
    with av.open(str(film_copy / "film.mp4")) as film:
        assert film.metadata["title"] == "High Water"
        assert film.metadata["comment"] == "By the author's own right, A. N.."
    assert "High Water" in (film_copy / "report.html").read_text()


# --- losses and damage ------------------------------------------------------------------------


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


def stitched(path: Path) -> Cut:
    ledger = Ledger(path / "ledger.sqlite")
    try:
        return stitching.stitch_film(existing_folder(path), ledger, Notes(), None)
    finally:
        ledger.close()


def test_stitching_alone_gives_the_same_film(film_copy: Path, film_made: Path) -> None:
    for name in ("film.mp4", "film.srt", "film.vtt", "report.html"):
        (film_copy / name).unlink()
    stitched(film_copy)
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")
    assert (film_copy / "report.html").read_bytes() == (film_made / "report.html").read_bytes()


def test_a_take_with_a_flipped_bit_is_found_discarded_and_made_again(film_copy: Path, film_made: Path) -> None:
    take = Cut.read(film_copy / "cut.json").choices[2].take
    clip = film_copy / "takes" / f"{take}.mp4"
    content = bytearray(clip.read_bytes())
    content[len(content) // 2] ^= 1
    clip.write_bytes(content)
    (film_copy / "film.mp4").unlink()
    with pytest.raises(TakeDamaged, match="its bytes have changed since it was made"):
        stitched(film_copy)
    make_at_desk(film_copy, None)
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")


def test_stitching_names_what_is_missing(film_copy: Path) -> None:
    choice = Cut.read(film_copy / "cut.json").choices[3]
    folder = existing_folder(film_copy)
    folder.takes().discard(choice.take)
    with pytest.raises(FilmError, match=f"shot {choice.shot}: it has no take yet"):
        stitched(film_copy)
    make_at_desk(film_copy, None, until="picture")
    folder.soundtrack.unlink()
    with pytest.raises(FilmError, match=r"soundtrack\.m4a: the soundtrack is missing"):
        stitched(film_copy)
    folder.timeline.unlink()
    with pytest.raises(RecordError, match=r"timeline\.json"):
        stitched(film_copy)


def test_stitching_a_shot_list_that_the_timeline_does_not_know(film_copy: Path) -> None:
    edited_rows(film_copy / "shots.jsonl", lambda rows: [*rows, {**rows[-1], "id": "one-more"}])
    with pytest.raises(FilmError, match=r"not those of timeline\.json"):
        stitched(film_copy)


def test_a_folder_that_is_held_is_refused(film_copy: Path) -> None:
    with held_folder(existing_folder(film_copy)), pytest.raises(FolderBusy):
        make_at_desk(film_copy, None)


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
    assert sorted(path.name for path in (film_copy / "stems").iterdir()) == ["score.flac", "speech.flac"]
    assert make_at_desk(film_copy, None, loudness_lufs=-23, stems=True).crew.tally.nothing
    make_at_desk(film_copy, None)
    assert streams_of(film_copy / "film.mp4") == streams_of(film_made / "film.mp4")
