"""The report: one page that needs no network and shows a book's words as words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bookfilm.film.report import clock, lay_report
from bookfilm.pipeline.stages import read_back, read_shots
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

    def handle_data(self, data: str) -> None:
        self.text += data


def laid(path: Path, nasty: bool = False) -> str:
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
    return lay_report(
        book, screenplay, Coverage.read(folder.coverage), shots, Timeline.read(folder.timeline),
        Cut.read(folder.cut), folder.takes(), {"Right": NASTY if nasty else "mine"},
    )  # fmt: skip


@pytest.mark.parametrize("nasty", [False, True])
def test_it_is_one_page_that_needs_nothing_else(film_made: Path, nasty: bool) -> None:
    text = laid(film_made, nasty)
    page = Page(text)
    assert text.lower().startswith("<!doctype html>")
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert all(address.startswith("data:image/jpeg;base64,") for address in page.addresses)
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"https?://", text)
    assert "script" not in page.tags


def test_every_shot_has_its_frame_and_its_lines(film_made: Path) -> None:
    page, shots = Page(laid(film_made)), read_shots(film_made / "shots.jsonl")
    assert len(page.addresses) == len(shots)
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
    assert len(page.addresses) == len(cut.choices) - 1
    assert "no picture" in page.text


@pytest.mark.parametrize(("frames", "told"), [(0, "0:00"), (24 * 61, "1:01"), (24 * 3661 - 1, "1:01:00")])
def test_times_are_told_as_clocks(frames: int, told: str) -> None:
    assert clock(frames, FrameRate()) == told
