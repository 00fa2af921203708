"""`bookfilm clean`: what no cut uses goes, and nothing else ever does."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookfilm.errors import FolderError, RecordError, SettingsError
from bookfilm.pipeline.cleaning import Cleaned, clean_folder
from bookfilm.pipeline.order import FilmOrder
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from tests.doubles import make_at_desk
from tests.pipeline.folders import Source, edited, first_line, stamps


def reword(folder: Path, text: str) -> None:
    def change(body: dict[str, Any]) -> None:
        first_line(body, "over the")["text"] = text

    edited(folder / "screenplay.json", change)
    make_at_desk(folder, None)


def begin(folder: Path, **order: Any) -> None:
    """Write a run into the ledger that was killed before it came to its end."""
    with closing(Ledger(folder / "ledger.sqlite")) as ledger:
        ledger.begin_job("a book", FilmOrder(**order).model_dump(mode="json"))


def test_takes_and_lines_that_were_replaced_go(film_copy: Path) -> None:
    reword(film_copy, "Will it come over the old grey wall before the morning?")
    before = stamps(film_copy)
    told = clean_folder(FilmFolder(film_copy), only_tell=True)
    assert stamps(film_copy) == before
    assert told.takes >= 1
    assert told.recordings == 1

    cleaned = clean_folder(FilmFolder(film_copy))
    assert cleaned == told
    after = stamps(film_copy)
    gone = set(before) - set(after)
    assert {Path(name).parent.name for name in gone} <= {"takes", "transitions", "speech"}
    assert sum(name.endswith(".mp4") and name.startswith("takes") for name in gone) == cleaned.takes
    assert after == {name: stamp for name, stamp in before.items() if name in after}
    assert make_at_desk(film_copy, None).crew.tally.nothing
    assert clean_folder(FilmFolder(film_copy)) == Cleaned(
        takes=0, transitions=0, recordings=0, bytes=0, kept=cleaned.kept
    )


def test_what_a_killed_worker_left_without_a_record_goes_too(film_copy: Path) -> None:
    left, foreign = film_copy / "takes" / f"{'0123' * 10}.mp4", film_copy / "takes" / "holiday.mp4"
    for path in (left, foreign):
        path.write_bytes(b"x" * 1000)
    cleaned = clean_folder(FilmFolder(film_copy))
    assert (cleaned.takes, cleaned.bytes) == (1, 1000)
    assert (left.exists(), foreign.exists()) == (False, True)


@pytest.mark.parametrize(
    ("order", "named"),
    [({}, "its last run did not end well"), ({"scenes": (1, 1)}, "its last run"), ({"dub": "ru"}, r"its dub \(ru\)")],
)
def test_a_run_that_did_not_end_keeps_everything(film_copy: Path, order: dict[str, Any], named: str) -> None:
    reword(film_copy, "Will it come over the old grey wall before the morning?")
    begin(film_copy, **order)
    before = stamps(film_copy)
    with pytest.raises(FolderError, match=named) as caught:
        clean_folder(FilmFolder(film_copy))
    assert str(film_copy) in str(caught.value)
    assert stamps(film_copy) == before


def test_a_run_that_asked_for_no_picture_does_not_matter(film_copy: Path) -> None:
    begin(film_copy, until="shots")
    assert clean_folder(FilmFolder(film_copy)).takes == 0


def test_a_film_without_a_picture_or_a_ledger_is_left_alone(film_copy: Path, story: Source, tmp_path: Path) -> None:
    make_at_desk(tmp_path / "new.film", story, until="sound")
    with pytest.raises(FolderError, match="no picture"):
        clean_folder(FilmFolder(tmp_path / "new.film"))
    (film_copy / "ledger.sqlite").unlink()
    with pytest.raises(FolderError, match="no ledger"):
        clean_folder(FilmFolder(film_copy))


def test_an_order_of_a_later_version_drops_nothing_and_is_named(film_copy: Path) -> None:
    with closing(Ledger(film_copy / "ledger.sqlite")) as ledger:
        ledger.begin_job("a book", {"until": "hologram"})
    before = stamps(film_copy)
    with pytest.raises(SettingsError, match=r"ledger\.sqlite: an order in it cannot be read: until"):
        clean_folder(FilmFolder(film_copy))
    assert stamps(film_copy) == before


@pytest.mark.parametrize("name", ["cut.json", "timeline.json", "cut-ru.json"])
def test_a_cut_that_does_not_read_drops_nothing(film_copy: Path, name: str) -> None:
    reword(film_copy, "Will it come over the old grey wall before the morning?")
    (film_copy / name).write_text('{"schema": ')
    before = stamps(film_copy)
    with pytest.raises(RecordError, match=name):
        clean_folder(FilmFolder(film_copy))
    assert stamps(film_copy) == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    strays=st.sets(st.text("0123456789abcdef", min_size=40, max_size=40), max_size=6),
    of_dub=st.sets(st.integers(0, 30)),
)
def test_what_any_cut_names_stays(film_copy: Path, strays: set[str], of_dub: set[int]) -> None:
    """Takes that only a dub's cut names are as much in use as the film's own."""
    cut = json.loads((film_copy / "cut.json").read_text())
    takes = FilmFolder(film_copy).takes()
    used = {choice["take"] for choice in cut["choices"]} - {None}
    for key in strays:
        takes.file(key).write_bytes(b"stray")
    named = sorted(strays)[: len(of_dub)]
    cut["choices"] = [{"shot": f"d{at}", "take": key} for at, key in enumerate(named)]
    (film_copy / "cut-ru.json").write_text(json.dumps(cut))
    cleaned = clean_folder(FilmFolder(film_copy))
    assert takes.stems() >= used | set(named)
    assert cleaned.takes == len(strays - set(named))
    (film_copy / "cut-ru.json").unlink()
    clean_folder(FilmFolder(film_copy))
    assert takes.stems() == used
