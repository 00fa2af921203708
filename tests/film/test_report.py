"""The report: one page that needs no network and shows a book's words as words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bookfilm.film.adaptation import lay_cast, lay_coverage, lay_scenes, look_in_words, other_names
from bookfilm.film.report import Filmed, clock, lay_report
from bookfilm.pipeline.stages import read_back, read_shots
from bookfilm.records.bible import Character, Look
from bookfilm.records.cut import Cut
from bookfilm.records.screenplay import Coverage, Screenplay
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.store.folder import existing_folder

VOID = {"meta", "img", "br", "hr", "input", "link"}
NASTY = "<script>alert('x')</script> & \"quoted\" </p>"


class Page(HTMLParser):
    """Reads a page: refuses tags that do not nest, gathers text and addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action", "data", "srcset")]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def pictures(self) -> list[str]:
        return [address for address in self.addresses if not address.startswith("#")]

    def handle_data(self, data: str) -> None:
        self.text += data


def laid(path: Path, nasty: bool = False, pictured: bool = True) -> str:
    folder = existing_folder(path)
    book, _ = read_back(folder)
    screenplay, shots = Screenplay.read(folder.screenplay), read_shots(folder.shots)
    if nasty:
        screenplay = screenplay.changed(
            title=NASTY,
            author=NASTY,
            characters=tuple(one.changed(name=NASTY, aliases=(NASTY,)) for one in screenplay.characters),
            scenes=tuple(scene.changed(heading=NASTY) for scene in screenplay.scenes),
        )
        book = book.changed(chapters=tuple(chapter.changed(title=NASTY) for chapter in book.chapters))
        shots = [
            shot.changed(
                reason=NASTY,
                picture=shot.picture.changed(card=(NASTY,)),
                heard=tuple(said.changed(text=NASTY) for said in shot.heard),
            )
            for shot in shots
        ]
    filmed = Filmed(shots, Timeline.read(folder.timeline), Cut.read(folder.cut), folder.takes()) if pictured else None
    facts = {"Right": NASTY if nasty else "mine"}
    return lay_report(book, screenplay, Coverage.read(folder.coverage), filmed, facts)


@pytest.mark.parametrize("nasty", [False, True])
def test_it_is_one_page_that_needs_nothing_else(film_made: Path, nasty: bool) -> None:
    text = laid(film_made, nasty)
    page = Page(text)
    assert text.lower().startswith("<!doctype html>")
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(address.startswith("data:image/jpeg;base64,") for address in page.pictures())
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"https?://", text)
    assert "script" not in page.tags


def test_every_shot_has_its_frame_and_its_lines(film_made: Path) -> None:
    page, shots = Page(laid(film_made)), read_shots(film_made / "shots.jsonl")
    assert len(page.pictures()) == len(shots)
    for shot in shots:
        assert shot.id in page.ids
        for said in shot.heard:
            assert said.text in page.text
    assert "Anna Pell" in page.text
    assert "mine" in page.text


def test_a_books_signs_are_words_not_markup(film_made: Path) -> None:
    page = Page(laid(film_made, nasty=True))
    assert page.text.count(NASTY) > 10


def test_it_is_the_one_in_the_folder(film_made: Path) -> None:
    assert Page((film_made / "report.html").read_text(encoding="utf8")).open == []


def test_a_take_that_is_gone_leaves_a_gap(film_copy: Path) -> None:
    cut = Cut.read(film_copy / "cut.json")
    existing_folder(film_copy).takes().discard(cut.choices[0].take)
    page = Page(laid(film_copy))
    assert len(page.pictures()) == len(cut.choices) - 1
    assert "no picture" in page.text


def test_a_screenplay_alone_has_its_page(film_made: Path) -> None:
    text = laid(film_made, pictured=False)
    page = Page(text)
    assert page.open == []
    assert page.pictures() == []
    assert "no picture yet" in page.text
    assert {address[1:] for address in page.addresses} <= set(page.ids)


def test_the_cast_is_listed_with_its_lines_most_first(film_made: Path) -> None:
    screenplay = Screenplay.read(film_made / "screenplay.json")
    rows = lay_cast(screenplay)
    assert [row["name"] for row in rows[:2]] == ["Anna Pell", "Mr. Tolland"]
    assert sum(row["lines"] for row in rows) == sum(line.speaker is not None for line in screenplay.lines())
    assert [row["lines"] for row in rows] == sorted((row["lines"] for row in rows), reverse=True)


def test_every_scene_is_listed_under_its_chapter_with_its_time(film_made: Path) -> None:
    screenplay, timeline = Screenplay.read(film_made / "screenplay.json"), Timeline.read(film_made / "timeline.json")
    text = laid(film_made)
    page = Page(text)
    for scene in screenplay.scenes:
        assert scene.heading in page.text
        assert f"shots-{scene.id}" in page.ids
    assert text.index("The Wall") < text.index("The Water")
    starts = [clock(slot.start_frame, timeline.rate) for slot in timeline.slots]
    rows = lay_scenes(screenplay, {screenplay.scenes[0].id: (starts[1], "0:10")})
    assert [row["at"] for row in rows] == [starts[1]] + [""] * (len(rows) - 1)
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert [bool(row["chapter"]) for row in rows] == [
        number == 0 or screenplay.scenes[number - 1].chapter != scene.chapter
        for number, scene in enumerate(screenplay.scenes)
    ]


def test_what_became_of_the_book_adds_up_by_chapter(film_made: Path) -> None:
    book, _ = read_back(existing_folder(film_made))
    coverage = Coverage.read(film_made / "coverage.json")
    gone = coverage.paragraphs[-1].changed(status="cut", why="not needed")
    told = lay_coverage(book, coverage.changed(paragraphs=(*coverage.paragraphs[:-1], gone)))
    assert [row["title"] for row in told["chapters"]] == [chapter.title for chapter in book.chapters]
    for row in (*told["chapters"], told["total"]):
        assert sum(row[name] for name in ("played", "narrated", "condensed", "cut")) == pytest.approx(100, abs=0.3)
    assert told["chapters"][0]["cut"] == 0 < told["chapters"][-1]["cut"]
    assert {"status": "cut", "why": "not needed", "count": 1} in told["reasons"]


@pytest.mark.parametrize(("frames", "told"), [(0, "0:00"), (24 * 61, "1:01"), (24 * 3661 - 1, "1:01:00")])
def test_times_are_told_as_clocks(frames: int, told: str) -> None:
    assert clock(frames, FrameRate()) == told


def test_a_person_is_told_by_what_differs_from_the_plain_figure() -> None:
    look = Look(sex="male", age="old", beard="full", hat="top", dress="cloak")
    person = Character(id="tom", name="The Rabbit", aliases=("rabbit", "Tom", "the rabbit"), look=look, narrator=True)
    assert look_in_words(person) == "narrator, male, old, full beard, top hat, cloak"
    assert other_names(person) == ["Tom"]
    assert look_in_words(person.changed(narrator=False, look=Look())) == ""
