"""The page on slow lines, with large films, and left open for long: it follows, renews, goes on, says that it waits."""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any

import pytest

from tests.studio.browser import DESK, DROP, Seen, looking
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served
from tests.studio.test_live import Growing
from tests.studio.test_page import words

pytestmark = pytest.mark.timeout(900)
MANY = 1200
NOTED = """(words) => {
  window.noted = 0;
  const look = () => { window.noted += document.body.innerText.includes(words); };
  new MutationObserver(look).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""
PLAYS = "document.querySelector('.frame > video')"


def come_in(seen: Seen, studio: Served, place: str) -> Any:
    seen.sign_in(studio)
    seen.page.locator(".slides, .empty-stage").first.wait_for()
    seen.go(studio, place)
    return seen.page


class Slow:
    """Answers for a film of many shots, page by page and slowly; after that tells which shot has another take."""

    def __init__(self, like: dict[str, Any], take: str) -> None:
        names = [f"c01-s{at // 20:02}-h{at:04}" for at in range(MANY)]
        self.shots = [{**like, "id": name, "take": None, "kind": "scene", "scene": name[:7]} for name in names]
        self.take, self.asked, self.wholes = take, [], 0

    def __call__(self, route: Any) -> None:
        url = route.request.url
        self.asked.append(url)
        after = re.search(r"[?&]after=(\d+)", url)
        at, anew = int(after[1]) if after else 0, False
        if "changed_after" in url:
            number = len([one for one in self.asked if "changed_after" in one])
            found, more = [{**self.shots[number], "take": self.take}], None
        else:
            self.wholes += at == 0
            time.sleep(0.35)
            found, more = self.shots[at : at + 100], str(at + 100) if at + 100 < MANY else None
        body = {"items": found, "next": more, "changed": f"c{len(self.asked)}", "anew": anew}
        route.fulfill(status=200, content_type="application/json", body=json.dumps(body))


def test_a_large_film_is_followed_while_it_grows(studio: Served, book: bytes, film: str) -> None:
    """It takes longer to read all its shots than the next ones take to be made."""
    some = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    one = next(shot for shot in some if shot["kind"] == "scene")
    growing, ended = Growing(studio, book), threading.Event()

    def go_on() -> None:
        while not ended.wait(0.8):
            growing.go_on()

    slow, broken = Slow(one, one["take"]), list[str]()
    with looking(studio) as seen:
        seen.page.on("requestfailed", lambda asked: broken.append(asked.url) if "/shots" in asked.url else None)
        seen.page.route(re.compile(rf"/v1/films/{growing.id}/shots\?"), slow)
        page = come_in(seen, studio, f"film/{growing.id}/board")
        worker = threading.Thread(target=go_on)
        worker.start()
        try:
            seen.until(f"document.querySelectorAll('.shots .shot').length === {MANY}")
            seen.until("document.querySelectorAll('.shots .shot img').length > 1")
        finally:
            ended.set()
            worker.join()
            page.goto("about:blank")
            growing.finish()
        assert broken == [], "a reading was broken off"
        assert slow.wholes == 1, "all was read again"


def test_tickets_are_renewed_and_nobody_is_interrupted(studio: Served, film: str) -> None:
    given: list[str] = []

    def short(route: Any) -> None:
        answer = route.fetch()
        told = {**answer.json(), "expires_at": int(time.time()) + 12}
        given.append(told["ticket"])
        route.fulfill(response=answer, json=told)

    with looking(studio) as seen:
        seen.page.route(f"**/{film}/ticket", short)
        page = come_in(seen, studio, f"film/{film}/film")
        seen.until(f"{PLAYS}?.readyState > 0")
        first = given[-1]
        page.evaluate(f"() => {{ {PLAYS}.muted = true; {PLAYS}.loop = true; return {PLAYS}.play(); }}")
        while len(given) < 2:
            page.wait_for_timeout(200)
        page.wait_for_timeout(300)
        assert first in page.evaluate(f"{PLAYS}.src"), "it was taken from under who watches"
        at = page.evaluate(f"() => {{ {PLAYS}.pause(); return {PLAYS}.currentTime; }}")
        seen.until(f"!{PLAYS}.src.includes({first!r})")
        seen.until(f"Math.abs({PLAYS}.currentTime - {at}) < 0.3")
        seen.go(studio, f"film/{film}/files")
        page.locator(".files a").first.wait_for()
        known = len(given)
        while len(given) == known:
            page.wait_for_timeout(200)
        seen.until(f"document.querySelector('.files a').href.includes({given[-1]!r})")
        seen.is_clean()


def test_a_ticket_that_was_not_given_is_asked_for_again(studio: Served, film: str) -> None:
    with looking(studio) as seen:
        seen.page.route("**/ticket", lambda route: route.abort())
        page = come_in(seen, studio, f"film/{film}/film")
        page.get_by_role("alert").wait_for()
        page.unroute("**/ticket")
        page.get_by_role("button", name="Try again").click()
        page.locator(".player").wait_for()


def test_a_studio_that_fails_turns_nobody_away(studio: Served) -> None:
    with looking(studio) as seen:
        seen.sign_in(studio)
        seen.page.locator(".slides, .empty-stage").first.wait_for()
        seen.page.route("**/v1/me", lambda route: route.abort())
        seen.page.reload()
        seen.page.get_by_role("alert").get_by_text("does not answer").wait_for()
        assert seen.page.get_by_label("token").count() == 0
        seen.check("a studio that does not answer")
        seen.page.unroute("**/v1/me")
        seen.page.get_by_role("button", name="Try again").click()
        seen.page.locator(".slides, .empty-stage").first.wait_for()


def test_a_book_that_was_sent_is_not_sent_again(studio: Served) -> None:
    uploads, keys = list[str](), list[str]()

    def lost(route: Any) -> None:
        """The film is made, and nobody hears of it."""
        keys.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort() if len(keys) == 1 else route.continue_()

    with looking(studio) as seen:
        seen.page.on("request", lambda asked: uploads.append(asked.method) if "/v1/uploads" in asked.url else None)
        page = come_in(seen, studio, "new")
        page.route(re.compile("/v1/films$"), lost)
        page.locator(".drop").wait_for()
        page.evaluate(DROP, ["tide.txt", 'THE TIDE\n\nby A. N.\n\nThe tide came in. "Late," said Anna Pell.\n' * 3])
        page.locator("input[type=radio]").first.check()
        page.get_by_role("button", name="Read the book").click()
        page.get_by_role("alert").get_by_text("does not answer").wait_for()
        sent = uploads.count("PATCH")
        page.get_by_role("button", name="Read the book").click()
        page.get_by_text("Before it begins").wait_for()
        assert (uploads.count("POST"), uploads.count("PATCH")) == (1, sent)
        assert len(set(keys)) == 1
        films = studio.client.get("/v1/films").json()["items"]
        assert sum(one["title"] == "The Tide" or one["title"] == "THE TIDE" for one in films) == 1


class Line:
    """The line to the service, as slow as one likes."""

    def __init__(self, seen: Seen) -> None:
        self._session = seen.page.context.new_cdp_session(seen.page)
        self._session.send("Network.enable")

    def becomes(self, latency_ms: int, bytes_a_s: int) -> None:
        rates = {"downloadThroughput": bytes_a_s, "uploadThroughput": bytes_a_s}
        conditions = {"offline": False, "latency": latency_ms, **rates}
        self._session.send("Network.emulateNetworkConditions", conditions)


def test_on_a_slow_line_the_page_says_that_it_waits(studio: Served, film: str) -> None:
    said = words("ru")
    with looking(studio, "ru", DESK) as seen:
        page = seen.page
        line = Line(seen)
        line.becomes(400, 25_000)
        page.goto(f"{studio.url}/", wait_until="commit")
        page.get_by_text("One moment").wait_for()
        page.locator("input[name=token]").wait_for()
        line.becomes(3000, 400_000)
        page.locator("input[name=token]").fill(studio.token)
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text(said["slow"]).wait_for()
        page.locator(".slides, .empty-stage").or_(page.get_by_text(said["loading"])).first.wait_for()
        page.locator(".slides li").first.wait_for()
        # What is not there yet is not said to be nowhere.
        page.evaluate(f"({NOTED})({said['cast.none']!r})")
        for tab, part in {"cast": ".cast .card", "book": ".paragraphs li", "files": ".files a"}.items():
            seen.go(studio, f"film/{film}/{tab}")
            page.locator(f"main .lead:has-text('{said['loading']}')").wait_for()
            page.locator(part).first.wait_for()
        assert page.evaluate("window.noted") == 0
        line.becomes(0, -1)
        page.get_by_role("status").get_by_text(said["slow"]).wait_for(state="detached")
        seen.is_clean()


def test_each_dub_can_be_heard(studio: Served, book: bytes) -> None:
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    folder = film_of(studio, film).folder.path
    # As a dub lays its files: the same film, for this page.
    for name in ("film{}.mp4", "film{}.vtt", "timeline{}.json"):
        (folder / name.format("-ru")).write_bytes((folder / name.format("")).read_bytes())
    with looking(studio) as seen:
        page = come_in(seen, studio, f"film/{film}/film")
        page.get_by_label("Spoken language").select_option(label="Русский")
        seen.until(f"{PLAYS}?.src.includes('/film-ru.mp4?')")
        page.locator(".curtain").click()
        seen.until(f"{PLAYS}.currentTime > 0.1")
        assert page.evaluate(f"{PLAYS}.lang") == "ru"
        # What is said is read by who does not understand it.
        tracks = f"[...{PLAYS}.textTracks].map((one) => [one.language, one.mode])"
        assert page.evaluate(tracks) == [["ru", "showing"]]
        page.get_by_label("Spoken language").select_option(label="English")
        seen.until(f"{PLAYS}?.src.includes('/film.mp4?')")
        seen.is_clean()
