"""Keyframes on the page: asked for first, looked at, approved, drawn anew, and the film made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio.browser import DESK, PHONE, looking
from tests.studio.serving import Served, served
from tests.studio.test_keyframes import boards, drawn_by, portraits
from tests.studio.test_page import words
from tests.studio.test_stages import with_keyframes

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Served]:
    """A service whose one preset has keyframes drawn."""
    with served(tmp_path / "data", presets=(with_keyframes(tmp_path / "drawn.toml"),), reads_a_minute=10**6) as running:
        yield running


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ru", PHONE)])
def test_keyframes_are_approved_before_the_film_is_made(
    studio: Served, book: bytes, language: str, size: tuple[int, int], tmp_path: Path
) -> None:
    said, film = words(language), str(studio.filmed(book, start=False)["id"])
    with looking(studio, language, size) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film}/film")
        page.get_by_label(said["setup.until"]).select_option("keyframes")
        page.locator(".estimate dd").first.wait_for()
        page.get_by_role("button", name=said["setup.start"]).click()
        page.locator(".lamps").wait_for()
        drawn_by(studio, film)
        page.get_by_role("link", name=said["keyframes.look"]).click()
        page.locator(".portraits img").first.wait_for()
        page.locator(".stills img").first.wait_for()
        seen.until("[...document.querySelectorAll('.portraits img')].every((one) => one.naturalWidth > 0)")
        seen.check("keyframes")
        page.screenshot(path=str(tmp_path / f"approve-{language}.png"), full_page=True)

        shot, whole = next(iter(boards(studio, film))), len(boards(studio, film))
        card = page.locator(".stills .shot").first
        approve = card.get_by_role("button").first
        approve.focus()
        page.keyboard.press("Enter")
        card.get_by_text(said["keyframes.locked"]).wait_for()
        assert page.evaluate("document.activeElement.closest('.stills .shot') !== null"), "the place is lost"
        page.get_by_role("status").get_by_text(said["keyframes.said.approve"].split("{name}")[1].strip()).wait_for()
        assert boards(studio, film)[shot]["locked"] is True
        card.get_by_role("button").nth(1).click()
        card.get_by_text(said["keyframes.due"]).wait_for()
        assert (boards(studio, film)[shot]["locked"], boards(studio, film)[shot]["redraw"]) == (False, 1)

        person = page.locator(".portraits .card").first
        person.get_by_role("button").nth(1).click()
        person.get_by_role("button", name=said["consent.look"]).click()
        person.get_by_role("button", name=said["consent.yes"]).wait_for()
        seen.check("a portrait is to be drawn anew")
        person.get_by_role("button", name=said["consent.yes"]).click()
        person.get_by_role("button", name=said["consent.yes"]).wait_for(state="detached")
        who = portraits(studio, film)[0]["who"]
        assert {one["redraw"] for one in portraits(studio, film) if one["who"] == who} == {1}

        page.get_by_role("button", name=said["waiting.make"]).click()
        page.get_by_text(said["shot.busy"]).wait_for()
        assert {order.shot for order in drawn_by(studio, film).crew.drawn} == {shot, who}
        page.get_by_role("button", name=said["keyframes.approve_all"], exact=True).click()
        page.get_by_role("button", name=said["keyframes.approve_all"], exact=True).wait_for(state="detached")
        assert [one["locked"] for one in boards(studio, film).values()] == [True] * whole
        page.get_by_role("button", name=said["keyframes.go_on"]).click()
        page.get_by_text(said["shot.busy"]).wait_for()
        drawn_by(studio, film)
        seen.until(f"document.querySelector('.byline .state').textContent === {said['state.done']!r}")
        assert studio.client.get(f"/v1/films/{film}").json()["film"] is True
        seen.is_clean()
