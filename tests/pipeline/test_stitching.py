"""Stitching alone: the film of what lies in the folder, or one line that names what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.errors import FilmError, FolderBusy, TakeDamaged
from bookfilm.pipeline import stitching
from bookfilm.records.cut import Cut
from bookfilm.store.folder import existing_folder, held_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import Notes, make_at_desk
from tests.pipeline.folders import edited_rows, streams_of


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
    with pytest.raises(FilmError, match=r"it has no timeline\.json yet; run"):
        stitched(film_copy)


def test_stitching_a_shot_list_that_the_timeline_does_not_know(film_copy: Path) -> None:
    edited_rows(film_copy / "shots.jsonl", lambda rows: [*rows, {**rows[-1], "id": "one-more"}])
    with pytest.raises(FilmError, match=r"not those of timeline\.json"):
        stitched(film_copy)


def test_a_folder_that_is_held_is_refused(film_copy: Path) -> None:
    with held_folder(existing_folder(film_copy)), pytest.raises(FolderBusy):
        make_at_desk(film_copy, None)
