"""The page as it is used, in a browser: each part of it, in both languages, on a desk and on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bookfilm.studio.problems import KINDS, MEDIA_TYPE, KindName, problem_body
from tests.studio.browser import DESK, DROP, PHONE, looking
from tests.studio.desk import carry_out
from tests.studio.serving import Served
from tests.studio.test_live import Growing, numbers
from tests.studio.test_page import words

pytestmark = pytest.mark.timeout(1800)
TABS = {
    "film": ("Film", "Фильм"), "board": ("Storyboard", "Раскадровка"), "cast": ("Cast", "Роли"),
    "book": ("Book", "Книга"), "files": ("Downloads", "Файлы"),
}  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_part_can_be_read_by_everybody(
    studio: Served, film: str, book: bytes, language: str, size: tuple[int, int]
) -> None:
    fresh = studio.filmed(book, start=False)["id"]
    waits = studio.filmed(book)["id"]
    at = ("en", "ru").index(language)
    with looking(studio, language, size) as seen:
        page = seen.page
        page.goto(f"{studio.url}/")
        page.get_by_role("heading", level=1).wait_for()
        assert page.locator("html").get_attribute("lang") == language
        seen.check("the door")
        seen.sign_in(studio)
        page.get_by_role("heading", name=("My films", "Мои фильмы")[at]).wait_for()
        seen.check("the films")
        seen.go(studio, "new")
        page.get_by_text(("Drop the book here", "Положите книгу сюда")[at]).wait_for()
        page.locator("input[type=radio]").nth(2).check()
        seen.check("a new film")
        seen.go(studio, f"film/{fresh}/film")
        page.get_by_text(("Only this machine’s time", "Только время этой машины")[at]).wait_for()
        seen.check("before it begins")
        seen.go(studio, f"film/{waits}/film")
        page.locator(".lamps").wait_for()
        seen.check("a film that waits")
        for tab, names in TABS.items():
            seen.go(studio, f"film/{film}/{tab}")
            page.locator(f".tabs [aria-current]:has-text('{names[at]}')").wait_for()
            page.locator({"film": "video", "board": ".shot img", "cast": ".cast .card", "book": ".paragraphs li",
                          "files": ".files a"}[tab]).first.wait_for()  # fmt: skip
            seen.check(tab)
        seen.go(studio, f"film/{film}/cast")
        page.locator(".cast .card button").first.click()
        page.locator(".looks select").first.wait_for()
        seen.check("a character")
        seen.go(studio, f"film/{film}/board")
        page.locator(".shot a").nth(2).click()
        page.locator("dialog figure video").first.wait_for()
        seen.check("a shot")
        seen.is_clean()


def test_a_shot_is_opened_and_left_by_keyboard(studio: Served, film: str) -> None:
    with looking(studio) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.get_by_role("heading", name="My films").wait_for()
        page.keyboard.press("Tab")
        seen.go(studio, f"film/{film}/board")
        card = page.locator(".shot a").nth(3)
        card.focus()
        page.keyboard.press("Enter")
        page.locator("dialog[open] h2").wait_for()
        assert page.evaluate("document.activeElement.id") == "shot-title"
        for _ in range(40):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        assert page.evaluate("document.activeElement.closest('.shot') !== null"), "the place in the storyboard is lost"
        seen.is_clean()


@pytest.mark.parametrize(("language", "size"), [("en", DESK), ("ru", PHONE)])
def test_a_film_is_watched_while_it_grows(
    studio: Served, book: bytes, language: str, size: tuple[int, int], tmp_path: Path
) -> None:
    film = Growing(studio, book)
    while not numbers(film.listed()):
        film.go_on()
    with looking(studio, language, size) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film.id}/film")
        page.get_by_role("button", name=("Watch what is finished", "Смотреть готовое")[language == "ru"]).click()
        seen.until("document.querySelector('video')?.currentTime > 0.5")
        assert page.evaluate("document.querySelector('video').videoWidth") > 0
        seen.until("(document.querySelector('video').textTracks[0] || []).label !== undefined")
        seen.check("a film that grows")
        page.screenshot(path=str(tmp_path / f"grows-{language}.png"), full_page=True)
        # To the end of what is there, and on into what comes then.
        page.evaluate("() => { const v = document.querySelector('video'); v.currentTime = v.duration - 0.5; }")
        until_s = page.evaluate("document.querySelector('video').duration")
        film.finish()
        seen.until(f"document.querySelector('video').duration > {until_s} + 1")
        page.locator(".state.done").wait_for()
        page.locator(".frame > video").wait_for()
        seen.until("document.querySelector('.frame > video').readyState > 0")
        seen.until("document.querySelector('.frame > video').currentTime > 1")
        assert page.locator(".curtain").count() == 0
        seen.is_clean()


def test_a_film_is_shown_by_one_of_its_frames_until_it_is_played(studio: Served, film: str) -> None:
    """Its very beginning is dark: a browser shows that instead as soon as somebody seeks, to it too."""
    main = ".frame > video"
    with looking(studio) as seen:
        seen.page.add_init_script("""window.seeks = 0;
            const note = (event) => { window.seeks += event.target.matches('.frame > video'); };
            addEventListener('seeking', note, true);""")
        seen.sign_in(studio)
        seen.page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film}/film")
        seen.until(f"document.querySelector('{main}')?.readyState > 0")
        assert seen.page.evaluate("window.seeks") == 0
        # What is shown is as sharp as the film is.
        seen.until("document.querySelector('.curtain video')?.readyState > 1")
        wide = "document.querySelector('{}').videoWidth"
        assert seen.page.evaluate(wide.format(".curtain video")) == seen.page.evaluate(wide.format(main))
        seen.page.locator(".curtain").focus()
        seen.page.keyboard.press("Enter")
        seen.until(f"document.querySelector('{main}').currentTime > 0.1")
        assert seen.page.locator(".curtain").count() == 0
        assert seen.page.evaluate("document.activeElement.matches('.frame > video')")
        assert seen.page.evaluate("document.querySelector('.frame > video').controls")
        seen.page.locator(".chapters button").nth(1).click()
        seen.until("window.seeks > 0")
        seen.is_clean()


def test_a_film_that_is_not_there_is_told_with_the_way_back(studio: Served) -> None:
    with looking(studio, "en", PHONE) as seen:
        seen.sign_in(studio)
        seen.page.locator(".slides, .empty-stage").first.wait_for()
        seen.go(studio, "film/film_none/film")
        seen.page.get_by_role("alert").wait_for()
        seen.check("a film that is not there")
        seen.page.locator(".crumb a").click()
        seen.page.get_by_role("heading", name="My films").wait_for()
        assert seen.strangers == []


def test_a_script_in_a_book_is_only_words(studio: Served, tmp_path: Path) -> None:
    evil = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    text = (
        f'{evil}\n\nby {evil}\n\nCHAPTER I. {evil}\n\nIt was late.\n\n"{evil} hello," said Anna Pell. Anna was cold.\n'
    )
    film = str(studio.filmed(text.encode(), title=evil[:110], author=evil[:110])["id"])
    carry_out(studio, film)
    # Whom it names, and what is seen in a shot, are words of a stranger's too.
    place = f"/v1/films/{film}/screenplay"
    written = studio.client.get(place).json()
    lines = [line["id"] for scene in written["scenes"] for beat in scene["beats"] for line in beat["lines"]]
    edit = {
        "names": {one["id"]: f"{evil}{at}" for at, one in enumerate(written["characters"])},
        "lines": {ident: {"text": f"{evil} said.", "seen": f"{evil} is seen."} for ident in lines},
    }
    studio.client.patch(place, json=edit).raise_for_status()
    studio.client.post(f"/v1/films/{film}/make").raise_for_status()
    carry_out(studio, film)
    with looking(studio) as seen:
        seen.sign_in(studio)
        seen.page.get_by_role("heading", name="My films").wait_for()
        for tab in TABS:
            seen.go(studio, f"film/{film}/{tab}")
            seen.page.locator(".tabs").wait_for()
            seen.page.wait_for_timeout(500)
            assert seen.page.evaluate("window.ran") is None
        for number in range(len(studio.client.get(f"/v1/films/{film}/shots").json()["items"])):
            seen.go(studio, f"film/{film}/board")
            seen.page.locator(".shot a").nth(number).click()
            seen.page.locator("dialog[open] h2").wait_for()
            assert seen.page.evaluate("window.ran") is None
            seen.page.keyboard.press("Escape")
        assert "<img src=x" in seen.page.locator("h1").inner_text()
        seen.is_clean()
        # Nor does it run in what was downloaded, where nobody's policy stands before it.
        report = tmp_path / "report.html"
        report.write_bytes(studio.client.get(f"/v1/films/{film}/files/report.html").raise_for_status().content)
        seen.page.goto(report.as_uri())
        assert "<img src=x" in seen.page.locator("body").inner_text()
        assert seen.page.evaluate("window.ran") is None


@pytest.mark.parametrize(("language", "says"), [("en", "This token opens nothing"), ("ru", "Этот токен ничего не")])
def test_who_is_wrong_is_told_what_to_do(studio: Served, film: str, language: str, says: str) -> None:
    with looking(studio, language) as seen:
        seen.sign_in(studio, "bkf_wrong_token")
        seen.page.get_by_role("alert").get_by_text(says).wait_for()
        seen.page.get_by_label("token").or_(seen.page.get_by_label("токен")).fill(studio.token)
        seen.page.keyboard.press("Enter")
        seen.page.locator(".slides").wait_for()
        seen.go(studio, "film/film_none/film")
        seen.page.get_by_role("alert").wait_for()
        assert seen.strangers == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_problem_is_told_with_what_to_do_next(studio: Served, film: str, language: str) -> None:
    kind: KindName = "failed"

    def refuse(route: Any) -> None:
        headers = {"Retry-After": "7"} if kind in ("too-many-requests", "unavailable") else {}
        body = json.dumps(problem_body(kind, "a detail <b>of</b> it", "urn:request:0123456789abcdef"))
        route.fulfill(status=KINDS[kind].status, content_type=MEDIA_TYPE, body=body, headers=headers)

    with looking(studio, language) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        page.route(re.compile(f"/v1/films/{film}$"), refuse)
        for kind in KINDS:
            if kind == "unauthorized":
                continue
            seen.go(studio, "new")
            page.locator(".drop").wait_for()
            seen.go(studio, f"film/{film}/film")
            told = page.get_by_role("alert").get_by_text(words(language)[f"problem.{kind}"])
            told.wait_for()
            page.get_by_role("button", name=words(language)["again"]).wait_for()
            if kind in ("too-many-requests", "unavailable"):
                assert "7" in told.inner_text(), kind
        # Whose token no longer holds is shown the door, and told why.
        seen.go(studio, "new")
        page.locator(".drop").wait_for()
        kind = "unauthorized"
        seen.go(studio, f"film/{film}/film")
        page.get_by_text(words(language)["problem.signed-out"]).wait_for()
        assert seen.strangers == []


def test_a_book_that_cannot_be_read_is_refused_in_words(studio: Served) -> None:
    with looking(studio) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.get_by_role("heading", name="My films").wait_for()
        seen.go(studio, "new")
        page.get_by_role("button", name="Read the book").wait_for()
        page.locator("input[type=radio]").first.check()
        page.get_by_role("button", name="Read the book").click()
        page.get_by_role("alert").get_by_text("Choose a book first").wait_for()
        page.evaluate(DROP, ["empty.epub", "no book at all"])
        page.get_by_role("button", name="Read the book").click()
        page.get_by_role("alert").get_by_text("cannot be filmed this way").wait_for()
        assert seen.strangers == []


def test_a_line_and_a_voice_are_changed_after_saying_yes(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    with looking(studio) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.get_by_role("heading", name="My films").wait_for()
        before = takes_of(studio, film)
        told = edit_line(page, studio, film, "You are late", "You are early, and it rains.")
        page.get_by_role("button", name="Close").click()
        page.get_by_text("wait to be made again").or_(page.get_by_text("waits to be made again")).wait_for()
        page.get_by_role("button", name="Make them now").click()
        page.get_by_text("Waits its turn").first.wait_for()
        carry_out(studio, film)
        page.locator(".state.done").wait_for()
        after = takes_of(studio, film)
        assert {shot for shot in after if after[shot] != before.get(shot)} <= set(told)
        assert any(after[shot] != before.get(shot) for shot in told)
        changed = next(shot for shot in told if shot in before and after[shot] != before[shot])
        seen.go(studio, f"film/{film}/board/{changed}")
        page.locator("dialog figure").first.wait_for()
        if page.locator("dialog figure").count() > 1:
            seen.check("takes beside each other")
        page.get_by_role("button", name="Hold this take").click()
        page.get_by_text("held in the film").wait_for()
        assert studio.client.get(f"/v1/films/{film}/shots/{changed}").json()["locked"] is True
        seen.is_clean()


def test_what_somebody_else_asks_for_is_not_done(studio: Served, film: str) -> None:
    """No cookie is set, so that another page has nothing to send along."""
    with looking(studio) as seen:
        seen.sign_in(studio)
        seen.page.locator(".slides").wait_for()
        assert seen.page.context.cookies() == []
        forged = seen.page.evaluate(
            "async (film) => (await fetch(`/v1/films/${film}/cancel`, {method: 'POST'})).status", film
        )
        assert forged == 401


def takes_of(studio: Served, film: str) -> dict[str, str]:
    found = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    return {shot["id"]: shot["take"] for shot in found}


def edit_line(page: Any, studio: Served, film: str, said: str, instead: str, language: str = "en") -> list[str]:
    """Change the line in which `said` is, on the page, and return the shots that the page said would be made again."""
    shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    shot = next(one for one in shots if any(said in heard["text"] for heard in one["heard"]))
    names = words(language)
    page.goto(f"{studio.url}/#/film/{film}/board/{shot['id']}")
    page.locator(".line-form textarea").first.wait_for()
    forms = page.locator(".line-form").all()
    form = next(one for one in forms if said in one.locator("textarea").input_value())
    form.locator("textarea").fill(instead)
    with page.expect_response(lambda answer: "only_tell=true" in answer.url) as answered:
        form.get_by_role("button", name=names["consent.look"]).click()
    told: list[str] = json.loads(answered.value.body())["shots"]
    form.locator(".consent-asked .strip").wait_for()
    form.get_by_role("button", name=names["consent.yes"]).click()
    form.get_by_text(names["consent.done"]).wait_for()
    return told


def test_news_go_on_from_the_last_one_when_the_line_was_broken(studio: Served, film: str) -> None:
    asked: list[str | None] = []
    said = 'id: 7\nevent: warning\ndata: {"at": "", "said": "a word"}\n\n'

    def answer(route: Any) -> None:
        asked.append(route.request.headers.get("last-event-id"))
        if len(asked) == 1:
            route.fulfill(status=200, content_type="text/event-stream", body=said)
        else:
            route.continue_()

    with looking(studio) as seen:
        seen.page.route("**/events", answer)
        seen.sign_in(studio)
        seen.page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film}/film")
        seen.page.get_by_text("1 remark").wait_for()
        while len(asked) < 2:
            seen.page.wait_for_timeout(100)
        assert asked[:2] == ["0", "7"]
        seen.is_clean()
