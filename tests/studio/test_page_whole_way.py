"""The whole way, with a real driver and the example book, in both languages: it is dropped, its film watched, a line
edited, only its shots made again, the film downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.studio.browser import DROP, looking
from tests.studio.serving import Served, served
from tests.studio.test_events import told
from tests.studio.test_live import numbers
from tests.studio.test_page import words
from tests.studio.test_page_in_browser import edit_line, takes_of

pytestmark = [pytest.mark.studio, pytest.mark.film, pytest.mark.timeout(3600)]
FILMED_MS = 25 * 60_000
BOOK, MINUTES = Path(__file__).parents[2] / "examples" / "the_eleventh_lamp.txt", "2"


def was_live(studio: Served, film: str) -> None:
    """Hold that the film could be watched scene by scene, and that its stream is as long as it is."""
    heard = list(told(studio.client.get(f"/v1/films/{film}/events?follow=false")))
    lengths = [event["seconds"] for event in heard if event["kind"] == "live"]
    job = studio.client.get(f"/v1/films/{film}").json()["job"]
    whole = studio.client.get(f"/v1/films/{film}/live/{job}/film.m3u8").raise_for_status().text
    shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
    assert len(numbers(whole)) == len(shots) and whole.endswith("#EXT-X-ENDLIST\n")
    assert lengths == sorted(lengths)
    assert lengths[-1] == pytest.approx(shots[-1]["start_s"] + shots[-1]["seconds"], abs=0.05)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_from_a_book_that_is_dropped_to_a_film_that_is_watched(tmp_path: Path, language: str) -> None:
    said = words(language)
    with served(tmp_path / "data", drivers=1) as studio, looking(studio, language) as seen:
        page = seen.page

        def press(key: str) -> None:
            page.get_by_role("button", name=said[key], exact=True).click()

        seen.sign_in(studio)
        page.get_by_role("link", name=said["films.new"]).click()
        page.get_by_text(said["new.drop"]).wait_for()
        page.evaluate(DROP, [BOOK.name, BOOK.read_text(encoding="utf8")])
        page.get_by_label(said["right.licence"]).check()
        page.get_by_label(said["right.holder"]).fill("A. Nonymous")
        page.get_by_label(said["right.territory"], exact=True).fill("the whole world")
        page.get_by_label(said["right.term"], exact=True).fill("no end")
        press("new.go")
        page.get_by_text(said["setup.title"]).wait_for()
        page.get_by_label(said["setup.minutes"]).fill(MINUTES)
        page.get_by_label(said["setup.size"]).select_option("640x360")
        page.get_by_text(said["estimate.free"]).wait_for()
        page.locator(".estimate dd").first.wait_for()
        press("setup.start")
        page.get_by_role("heading", name=said["film.growing"]).wait_for()
        page.locator(".state.done").wait_for(timeout=FILMED_MS)
        film = page.url.split("/film/")[1].split("/")[0]
        was_live(studio, film)

        page.evaluate("() => { document.querySelector('video').muted = true; }")
        page.locator(".curtain").click()
        seen.until("document.querySelector('video').currentTime > 0.5")
        page.evaluate("() => { document.querySelector('video').textTracks[0].mode = 'showing'; }")
        seen.until("(document.querySelector('video').textTracks[0].cues || []).length > 0")
        page.locator(".chapters button").nth(1).click()
        seen.until("document.querySelector('video').currentTime > 5")

        before = takes_of(studio, film)
        shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
        line = next(heard["text"] for shot in shots for heard in shot["heard"] if heard["speaker"])
        changing = edit_line(page, studio, film, line, "The lamps are early today.", language)
        press("close")
        press("waiting.make")
        page.locator(".state.done").wait_for(state="detached")
        page.locator(".state.done").wait_for(timeout=FILMED_MS)
        after = takes_of(studio, film)
        changed = {shot for shot in after if after[shot] != before.get(shot)}
        assert changed and changed <= set(changing), "more was made again than was told"

        page.get_by_role("link", name=said["tab.files"]).click()
        with page.expect_download() as started:
            page.get_by_role("link", name="film.mp4").click()
        made = studio.studio.films.find(studio.client.get("/v1/me").json()["team"], film).folder.film
        assert Path(started.value.path()).read_bytes() == made.read_bytes()
        seen.is_clean()
