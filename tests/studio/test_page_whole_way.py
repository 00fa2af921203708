"""The whole way, with a real driver: a book is dropped, its film watched, a line edited, only its shots made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import STORY
from tests.studio.browser import DROP, looking
from tests.studio.serving import Served, served
from tests.studio.test_events import told
from tests.studio.test_live import numbers
from tests.studio.test_page_in_browser import edit_line, takes_of

pytestmark = [pytest.mark.studio, pytest.mark.film, pytest.mark.timeout(3600)]
FILMED_MS = 25 * 60_000


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


def test_from_a_book_that_is_dropped_to_a_film_that_is_watched(tmp_path: Path) -> None:
    with served(tmp_path / "data", drivers=1) as studio, looking(studio) as seen:
        page = seen.page
        seen.sign_in(studio)
        page.get_by_role("link", name="Make a film of a book").click()
        page.get_by_text("Drop the book here").wait_for()
        page.evaluate(DROP, ["tide.txt", STORY])
        page.get_by_label("I have a licence").check()
        page.get_by_label("Who holds the right").fill("A. Nonymous")
        page.get_by_label("Territory").fill("the whole world")
        page.get_by_label("Term").fill("no end")
        page.get_by_role("button", name="Read the book").click()
        page.get_by_text("Before it begins").wait_for()
        page.get_by_text("Only this machine’s time").wait_for()
        page.get_by_label("Picture size").select_option("640x360")
        page.get_by_role("button", name="Begin the film").click()
        page.get_by_role("heading", name="The film grows").wait_for()
        page.locator(".state.done").wait_for(timeout=FILMED_MS)
        film = page.url.split("/film/")[1].split("/")[0]
        was_live(studio, film)

        page.evaluate("() => { const v = document.querySelector('video'); v.muted = true; return v.play(); }")
        seen.until("document.querySelector('video').currentTime > 0.5")
        page.evaluate("() => { document.querySelector('video').textTracks[0].mode = 'showing'; }")
        seen.until("(document.querySelector('video').textTracks[0].cues || []).length > 0")
        chapter = page.locator(".chapters button").nth(1)
        chapter.click()
        seen.until("document.querySelector('video').currentTime > 5")

        before = takes_of(studio, film)
        changing = edit_line(page, studio, film, "You are late", "You are early today.")
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Make them now").click()
        page.locator(".state.done").wait_for(state="detached")
        page.locator(".state.done").wait_for(timeout=FILMED_MS)
        after = takes_of(studio, film)
        changed = {shot for shot in after if after[shot] != before.get(shot)}
        assert changed and changed <= set(changing), "more was made again than was told"

        page.get_by_role("button", name="Русский").click()
        page.get_by_role("link", name="Файлы").click()
        with page.expect_download() as started:
            page.get_by_role("link", name="film.mp4").click()
        made = studio.studio.films.find(studio.client.get("/v1/me").json()["team"], film).folder.film
        assert Path(started.value.path()).read_bytes() == made.read_bytes()
        seen.is_clean()
