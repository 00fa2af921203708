"""What is typed on the page is not lost, nobody's edit is written over, and who uses the keyboard keeps their place."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.studio.browser import DROP, Seen, looking
from tests.studio.desk import carry_out
from tests.studio.serving import Served
from tests.studio.test_page import words

pytestmark = pytest.mark.timeout(900)
TYPED = "The tide is early tonight."
PLACE = "document.activeElement === document.body ? null : document.activeElement.outerHTML.slice(0, 120)"


def spoken(studio: Served, film: str) -> dict[str, Any]:
    """Return a shot in which somebody speaks."""
    shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    found: dict[str, Any] = next(one for one in shots if any(said["speaker"] for said in one["heard"]))
    return found


def at_shot(seen: Seen, studio: Served, film: str) -> Any:
    seen.sign_in(studio)
    seen.page.locator(".slides").wait_for()
    seen.go(studio, f"film/{film}/board/{spoken(studio, film)['id']}")
    seen.page.locator(".line-form textarea").first.wait_for()
    return seen.page


def opened(page: Any) -> bool:
    return page.locator("dialog[open]").count() == 1


def test_a_shot_is_not_closed_by_a_click_on_its_empty_part(studio: Served, film: str) -> None:
    with looking(studio) as seen:
        page = at_shot(seen, studio, film)
        box = page.locator("dialog").bounding_box()
        page.locator("dialog").evaluate("(one) => one.querySelectorAll('.shot-desk-parts').forEach((p) => p.remove())")
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20)
        assert opened(page)
        # Words are marked, and the button let go beside the dialog.
        page.mouse.move(box["x"] + 60, 40)
        page.mouse.down()
        page.mouse.move(box["x"] - 40, 40)
        page.mouse.up()
        assert opened(page)
        page.mouse.click(box["x"] - 30, 300)
        page.locator("dialog").wait_for(state="detached")
        seen.is_clean()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_was_typed_is_not_closed_away(studio: Served, film: str, language: str) -> None:
    said = words(language)
    with looking(studio, language) as seen:
        page = at_shot(seen, studio, film)
        field = page.locator(".line-form textarea").first
        field.fill(TYPED)
        asked = page.get_by_text(said["shot.unsaved"])
        page.keyboard.press("Escape")
        asked.wait_for()
        seen.check("what was typed would be lost")
        page.keyboard.press("Escape")
        asked.wait_for(state="detached")
        assert opened(page) and field.input_value() == TYPED
        seen.until("document.activeElement.tagName === 'TEXTAREA'")
        page.mouse.click(20, 300)
        asked.wait_for()
        page.get_by_role("button", name=said["shot.unsaved.stay"]).click()
        page.get_by_role("button", name=said["close"]).click()
        asked.wait_for()
        page.get_by_role("button", name=said["shot.unsaved.stay"]).click()
        page.get_by_role("link", name=said["shot.after"]).click()
        asked.wait_for()
        assert field.input_value() == TYPED
        page.get_by_role("button", name=said["shot.unsaved.drop"]).click()
        page.locator("#shot-title").wait_for()
        seen.until(f"!location.hash.includes({spoken(studio, film)['id']!r})")
        # Nothing is asked where nothing was typed.
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        seen.is_clean()


def test_who_uses_the_keyboard_keeps_their_place(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    with looking(studio) as seen:
        _edits_by_keyboard(at_shot(seen, studio, film), seen)
        seen.go(studio, f"film/{film}/cast")
        _casts_by_keyboard(seen.page)
        seen.go(studio, f"film/{film}/film")
        _makes_by_keyboard(seen.page, seen)
        seen.is_clean()


def _edits_by_keyboard(page: Any, seen: Seen) -> None:
    form = page.locator(".line-form").first
    form.locator("textarea").fill(TYPED)
    status = form.get_by_role("status")
    assert status.count() == 1, "who listens is told in a place that was there before"
    look = form.get_by_role("button", name="See what changes")

    def enter(name: str) -> None:
        form.get_by_role("button", name=name).focus()
        page.keyboard.press("Enter")

    enter("See what changes")
    form.locator(".consent-asked").wait_for()
    seen.until("document.activeElement.className === 'consent-asked'")
    assert "made again" in status.inner_text()
    enter("No, leave it")
    look.wait_for()
    seen.until("document.activeElement.textContent === 'See what changes'")
    page.keyboard.press("Enter")
    form.locator(".consent-asked").wait_for()
    enter("Yes, change it")
    form.get_by_text("Changed.").wait_for()
    assert page.evaluate(PLACE) is not None, "the place is lost"
    assert form.locator("textarea").input_value() == TYPED
    camera = page.locator(".shot-form")
    camera.get_by_label("How it moves").select_option("push")
    camera.get_by_role("button", name="See what changes").focus()
    page.keyboard.press("Enter")
    camera.get_by_role("button", name="Yes, change it").focus()
    page.keyboard.press("Enter")
    camera.get_by_text("Changed.").wait_for()
    assert page.evaluate(PLACE) is not None, "the place is lost"
    page.keyboard.press("Escape")
    # And at once elsewhere: a dialog tells of its end a moment later.


def _casts_by_keyboard(page: Any) -> None:
    change = page.get_by_role("button", name="Change", exact=False).first
    change.focus()
    page.keyboard.press("Enter")
    page.locator(".looks select").first.wait_for()
    assert change.get_attribute("aria-expanded") == "true"
    page.locator(".looks select").first.select_option("cat")
    change.focus()
    page.keyboard.press("Enter")
    page.locator(".looks").wait_for(state="hidden")
    assert change.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert page.locator(".looks select").first.input_value() == "cat", "what was chosen is lost"


def _makes_by_keyboard(page: Any, seen: Seen) -> None:
    page.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    seen.until("document.activeElement.className === 'sure'")
    page.get_by_role("button", name="Leave it").focus()
    page.keyboard.press("Enter")
    seen.until("document.activeElement.textContent === 'Delete'")
    page.get_by_role("button", name="Make them now").focus()
    page.keyboard.press("Enter")
    pause = page.get_by_role("button", name="Pause")
    pause.wait_for()
    seen.until(f"({PLACE}) !== null")
    pause.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Go on", exact=True).wait_for()
    seen.until("document.activeElement.textContent === 'Go on'")


def test_an_edit_of_somebody_elses_is_not_written_over(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    place = f"/v1/films/{film}/screenplay"
    lines = [
        line for scene in studio.client.get(place).json()["scenes"] for beat in scene["beats"] for line in beat["lines"]
    ]
    heard = {said["line"] for said in spoken(studio, film)["heard"]}
    other = next(line["id"] for line in lines if line["id"] not in heard and line["kind"] == "dialogue")

    def edited_elsewhere(text: str) -> None:
        studio.client.patch(place, json={"lines": {other: {"text": text}}}).raise_for_status()

    sent: list[str | None] = []
    untold: list[Any] = []
    with looking(studio) as seen:
        seen.page.on(
            "request",
            lambda asked: sent.append(asked.headers.get("if-match")) if asked.method == "PATCH" else None,
        )
        # Nobody tells the page: an event that comes in time makes it look by itself.
        seen.page.route(re.compile("/events"), lambda route: untold.append(route))
        page = at_shot(seen, studio, film)
        form = page.locator(".line-form").first
        # Before it is told, and between that and the yes.
        edited_elsewhere("Somebody was here.")
        form.locator("textarea").fill(TYPED)
        form.get_by_role("button", name="See what changes").click()
        note = form.locator(".consent-asked .note")
        note.get_by_text("Somebody has edited").wait_for()
        edited_elsewhere("Somebody was here again.")
        form.get_by_role("button", name="Yes, change it").click()
        page.wait_for_timeout(1500)
        note.get_by_text("Somebody has edited").wait_for()
        assert untold
        assert TYPED not in studio.client.get(place).text
        form.get_by_role("button", name="Yes, change it").click()
        form.get_by_text("Changed.").wait_for()
        now = studio.client.get(place).text
        assert TYPED in now and "Somebody was here again." in now
        assert None not in sent and len(set(sent)) == 3, sent


def test_what_was_told_of_another_film_is_not_shown(studio: Served, book: bytes) -> None:
    film, held = str(studio.filmed(book, start=False)["id"]), list[Any]()
    made: list[str] = []
    with looking(studio) as seen:
        page = seen.page
        page.on("request", lambda asked: made.append(asked.url) if asked.url.endswith("/make") else None)
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film}/film")
        page.locator(".estimate dd").first.wait_for()
        page.route(re.compile("/estimate"), lambda route: held.append(route))
        page.get_by_label("Picture size").select_option("640x360")
        page.locator(".estimate dd").first.wait_for(state="detached")
        page.get_by_role("button", name="Begin the film").click()
        page.get_by_role("status").get_by_text("See first what it takes").wait_for()
        assert made == []
        minutes = page.get_by_label("How many minutes")
        minutes.fill("0")
        page.get_by_text("Say whole minutes").wait_for()
        page.keyboard.press("Enter")
        assert minutes.get_attribute("aria-invalid") == "true" and made == []
        seen.until(f"document.activeElement.id === {minutes.get_attribute('id')!r}")
        page.unroute(re.compile("/estimate"))
        minutes.fill("1")
        page.locator(".estimate dd").first.wait_for()
        page.get_by_role("button", name="Begin the film").click()
        page.locator(".lamps").wait_for()
        assert len(made) == 1
        seen.is_clean()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_missing_is_said_in_the_pages_own_words(studio: Served, language: str) -> None:
    said = words(language)
    with looking(studio, language) as seen:
        page = seen.page
        page.goto(f"{studio.url}/")
        page.get_by_role("button", name=said["sign.in"]).click()
        page.get_by_text(said["sign.none"]).wait_for()
        seen.until("document.activeElement.name === 'token'")
        assert page.evaluate("document.querySelectorAll(':user-invalid').length") == 0
        seen.sign_in(studio)
        page.locator(".slides, .empty-stage").first.wait_for()
        seen.go(studio, "new")
        page.locator(".drop").wait_for()
        page.evaluate(DROP, ["tide.txt", "The tide came in."])
        go = page.get_by_role("button", name=said["new.go"])
        go.click()
        page.get_by_role("alert").get_by_text(said["new.no.right"]).wait_for()
        page.locator("input[type=radio]").nth(2).check()
        go.click()
        page.get_by_text(said["field.missing"]).nth(2).wait_for()
        seen.check("what is missing")
        seen.until("document.activeElement.getAttribute('aria-invalid') === 'true'")
        seen.is_clean()
