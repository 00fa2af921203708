"""Keyframes are drawn before the picture, approved or drawn anew, and a take hangs on what they show, not where."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import cv2
import pytest

from bookfilm.cli.doctor import examine_preset
from bookfilm.engines.protocols import VideoCapabilities
from bookfilm.errors import RecordError, SettingsError
from bookfilm.picture.requests import EngineFacts, order_take
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.stages import check_order, read_shots
from bookfilm.records.storyboard import Storyboard
from bookfilm.settings import Encoding, PictureSettings, load_preset, parse_preset
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from bookfilm.store.media import sha256_of
from tests.doubles import DeskCrew, StripesEngine, make_at_desk
from tests.pipeline.folders import Source, edited

BOTH = VideoCapabilities(first_frame=True, last_frame=True)


def crew(**more: object) -> DeskCrew:
    engine = StripesEngine()
    engine.capabilities = BOTH
    return DeskCrew(engine=engine, artist=ShadowEngine(), **more)  # type: ignore[arg-type]


@pytest.fixture
def boarded(film_copy: Path) -> Path:
    """A film up to its keyframes."""
    run = make_at_desk(film_copy, None, crew(), until="keyframes", style="lantern")
    assert run.crew.tally.rendered == []
    assert run.notes.stages[-1] == "keyframes"
    return film_copy


def test_keyframes_alone_then_the_film_of_them(boarded: Path) -> None:
    folder = FilmFolder(boarded)
    boards = {board.shot: board for board in Storyboard.read(folder.storyboard).boards}
    scenes = [shot for shot in read_shots(folder.shots) if shot.picture.kind == "scene"]
    assert list(boards) == [shot.id for shot in scenes]
    for board in boards.values():
        for key in (board.first, board.last):
            assert key is not None
            assert folder.keyframes().verified(key).width == 128
            picture = cv2.imread(str(folder.keyframes().file(key)))
            assert picture is not None
            assert picture.shape == (128, 128, 3)
    run = make_at_desk(boarded, None, crew(), style="lantern")
    assert run.crew.drawn == []
    for order in run.crew.orders:
        ends = (order.request.first_frame, order.request.last_frame)
        if order.shot not in boards:
            assert ends == (None, None)
            continue
        keys = (boards[order.shot].first, boards[order.shot].last)
        for end, key in zip(ends, keys, strict=True):
            assert end is not None
            assert key is not None
            assert end == (str(folder.keyframes().file(key)), sha256_of(Path(end[0])))
    again = make_at_desk(boarded, None, crew(), style="lantern")
    assert (again.crew.drawn, again.crew.tally.rendered) == ([], [])


def test_one_shot_is_redrawn_and_another_approved(boarded: Path) -> None:
    path = FilmFolder(boarded).storyboard
    before = Storyboard.read(path).boards
    edited(path, lambda body: body["boards"][0].update(redraw=1))
    run = make_at_desk(boarded, None, crew(), until="keyframes", style="lantern")
    after = Storyboard.read(path).boards
    assert {order.shot for order in run.crew.drawn} == {before[0].shot}
    assert after[0].redraw == 1
    assert {after[0].first, after[0].last}.isdisjoint({before[0].first, before[0].last})
    assert after[1:] == before[1:]
    edited(path, lambda body: body["boards"][1].update(locked=True))
    make_at_desk(boarded, None, crew(), until="keyframes", style="noir")
    other = Storyboard.read(path).boards
    assert other[1].first == before[1].first
    assert all(now.first != was.first for now, was in zip(other[2:], before[2:], strict=True))


def test_what_could_not_be_drawn_is_told_and_the_film_goes_on(story: Source, film_copy: Path) -> None:
    bad = next(s.id for s in read_shots(film_copy / "shots.jsonl") if s.picture.kind == "scene")
    run = make_at_desk(film_copy, None, crew(failing=[bad]), until="keyframes", style="lantern")
    assert f"shot {bad}: no keyframe could be drawn: the ink is dry" in run.notes.warnings


def test_a_storyboard_that_is_damaged_is_named(boarded: Path) -> None:
    edited(FilmFolder(boarded).storyboard, lambda body: body["boards"][0].update(redraw=-1))
    with pytest.raises(RecordError, match=r"storyboard\.json: boards\.0\.redraw"):
        make_at_desk(boarded, None, crew(), until="keyframes", style="lantern")


def test_without_an_engine_there_are_no_keyframes(film_copy: Path) -> None:
    with pytest.raises(SettingsError, match=r"names no engine under \[keyframes\]"):
        make_at_desk(film_copy, None, DeskCrew(), until="keyframes")
    with pytest.raises(SettingsError, match="draws with stripes: it takes none"):
        make_at_desk(film_copy, None, DeskCrew(artist=ShadowEngine()), until="keyframes")
    assert not FilmFolder(film_copy).storyboard.exists()


def test_a_takes_key_knows_what_a_keyframe_shows_and_not_where_it_lies(film_made: Path) -> None:
    shot = next(s for s in read_shots(film_made / "shots.jsonl") if s.picture.kind == "scene")
    engine = EngineFacts(name="stripes", revision="1", capabilities=BOTH)

    def key(path: str, digest: str) -> str:
        ends = ((path, digest), None)
        return order_take(shot, 24, (), engine, PictureSettings(), Encoding(), ends=ends).key

    assert key("/here/a.png", "a" * 64) == key("/there/b.png", "a" * 64)
    assert key("/here/a.png", "a" * 64) != key("/here/a.png", "b" * 64)


def test_what_was_drawn_and_what_was_not_is_in_the_ledger(story: Source, film_copy: Path) -> None:
    bad = next(s.id for s in read_shots(film_copy / "shots.jsonl") if s.picture.kind == "scene")
    run = make_at_desk(film_copy, None, crew(failing=[bad]), until="keyframes", style="lantern")
    ledger = Ledger(FilmFolder(film_copy).ledger)
    try:
        job = ledger.last_job()
        assert job is not None
        failed = {order.key for order in run.crew.drawn if order.shot == bad}
        assert dict(ledger.failures(job.id)) == dict.fromkeys(failed, "the ink is dry")
        assert len(ledger.attempt_ms("keyframe")) == len(run.crew.drawn) - len(failed)
        assert job.attempts == len(run.crew.drawn)
    finally:
        ledger.close()


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        ({"needs_first": True, "needs_last": True}, "the first and the last frame of each shot"),
        ({"needs_first": True}, "the first frame of each shot"),
    ],
)
def test_an_engine_that_needs_keyframes_is_refused_once_where_nobody_draws_them(
    needs: dict[str, bool], said: str, film_copy: Path
) -> None:
    engine = StripesEngine()
    engine.capabilities = BOTH.changed(**needs)
    at_desk = DeskCrew(engine=engine)
    with pytest.raises(SettingsError, match=rf"^preset preview: the model needs {said}: .*\[keyframes\]$"):
        make_at_desk(film_copy, None, at_desk, style="lantern")
    assert (at_desk.tally.rendered, at_desk.orders) == ([], [])
    # What needs no picture is made all the same.
    make_at_desk(film_copy, None, DeskCrew(engine=engine), until="sound", style="lantern")
    drawn = DeskCrew(engine=engine, artist=ShadowEngine())
    assert make_at_desk(film_copy, None, drawn, style="lantern").made.slates == ()


def test_a_model_that_needs_keyframes_is_refused_before_a_cluster_starts(film_copy: Path, tmp_path: Path) -> None:
    told = (resources.files("bookfilm.presets") / "gpu.toml").read_text(encoding="utf8")
    path = tmp_path / "mine.toml"
    path.write_text(told.replace("wan2.2-ti2v-5b", "wan2.1-flf2v-14b"), encoding="utf8")
    order = FilmOrder(preset=str(path))
    with pytest.raises(
        SettingsError, match=r"^preset .*mine\.toml: the model needs the first and the last frame of each shot"
    ):
        check_order(FilmFolder(film_copy), order, load_preset(str(path)))
    check_order(FilmFolder(film_copy), FilmOrder(until="sound"), load_preset(str(path)))
    path.write_text(path.read_text(encoding="utf8") + '[keyframes]\nengine = "shadow"\n', encoding="utf8")
    check_order(FilmFolder(film_copy), order, load_preset(str(path)))
    check_order(FilmFolder(film_copy), FilmOrder(), load_preset("gpu"))


def test_a_servers_model_that_needs_a_first_frame_is_refused_before_anybody_is_asked(
    film_copy: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "begins.toml"
    written = (resources.files("bookfilm.picture.diffusion") / "profiles" / "wan2.2-ti2v-5b.toml").read_text("utf8")
    assert "[features]" in written
    profile.write_text(written.replace("[features]", "[features]\nneeds_first = true"), encoding="utf8")
    told = parse_preset(
        "mine",
        f'''[screenwriter]
engine = "rules"
[voice]
engine = "packaged"
[video]
engine = "remote"
settings = {{ profile = "{profile}", base_url = "http://127.0.0.1:9/v1", model = "m" }}
[score]
engine = "chamber"
''',
    )
    with pytest.raises(SettingsError, match="the model needs the first frame of each shot"):
        check_order(FilmFolder(film_copy), FilmOrder(), told)
    assert [one.said for one in examine_preset(told) if "needs the first frame" in one.said]
