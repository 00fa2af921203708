"""The report's page of who is who: scores by how long somebody was out of sight."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bookfilm.film.likeness import FIRST, LATER, NEXT, distance_band, lay_likeness
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.takes import Likeness, Take
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import FilmFolder
from tests.film.test_report import Page, laid

BANDS = (NEXT, "within a minute", "within ten minutes", LATER)


@given(seconds=st.lists(st.fractions(0, 100_000), min_size=2, max_size=2))
def test_the_longer_somebody_was_away_the_farther_the_band(seconds: list[Fraction]) -> None:
    nearer, farther = (BANDS.index(distance_band(one)) for one in sorted(seconds))
    assert nearer <= farther


def test_bands_have_their_edges() -> None:
    assert [distance_band(Fraction(s)) for s in (0, 1, 60, 61, 600, 601)] == [
        BANDS[0], BANDS[1], BANDS[1], BANDS[2], BANDS[2], BANDS[3],
    ]  # fmt: skip
    assert distance_band(None) == FIRST


def scored(path: Path) -> int:
    """Have each take of the film say how like their portraits those in its shot are; return how many that is."""
    folder, count = FilmFolder(path), 0
    shots = {shot.id: shot for shot in read_shots(folder.shots)}
    for choice in Cut.read(folder.cut).choices:
        people = shots[choice.shot].picture.cast
        record = folder.takes().folder / f"{choice.take}.json"
        take = Take.read(record)
        said = tuple(Likeness(who=one.name, score=0.9 - 0.1 * at) for at, one in enumerate(people))
        record.write_text(take.changed(likeness=said).to_json(), encoding="utf8")
        count += len(people)
    return count


def test_scores_are_told_by_distance_and_by_person(film_copy: Path) -> None:
    folder, count = FilmFolder(film_copy), scored(film_copy)
    told = lay_likeness(
        read_shots(folder.shots), Timeline.read(folder.timeline), Cut.read(folder.cut), folder.takes(), {}
    )
    assert told is not None
    for rows in (told["distances"], told["people"]):
        assert sum(row["takes"] for row in rows) == count
    first = next(row for row in told["distances"] if row["name"] == FIRST)
    assert first["takes"] == len(told["people"]), "each is seen for the first time once"
    assert {row["least"] for row in told["people"]} <= {"0.90", "0.80", "0.70"}


def test_the_page_has_them_where_there_are_any(film_copy: Path) -> None:
    assert "Who is who" not in Page(laid(film_copy)).text
    scored(film_copy)
    page = Page(laid(film_copy))
    assert page.open == []
    assert "Who is who" in page.text
    assert "in the next shot" in page.text
    assert "Anna Pell" in page.text
