"""A film is watched while it is rendered: scene by scene, in order, as HTTP Live Streaming that players know."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import av
import pytest

from bookfilm.picture.requests import TakeOrder
from bookfilm.records.timeline import Timeline
from bookfilm.store.ffmpeg import QUIETLY, program
from tests.studio.desk import PromptCrew, carry_out, film_of
from tests.studio.serving import Served
from tests.studio.test_events import listening
from tests.studio.test_problems import problem


class Growing:
    """A film that is rendered in a thread, take by take, as the test lets it."""

    def __init__(self, studio: Served, book: bytes, wait: bool = True, style: str | None = None, **crew: Any) -> None:
        made = studio.filmed(book, style=style)
        self.studio, self.id, self.job = studio, str(made["id"]), made["job"]
        self.place = f"/v1/films/{self.id}/live/{self.job}"
        self._turn, self._waits = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._render, kwargs=crew, daemon=True)
        self._thread.start()
        if wait:
            self.begun()

    def begun(self) -> None:
        """Wait until its first take is about to be rendered."""
        assert self._waits.acquire(timeout=120)

    def go_on(self, takes: int = 1) -> None:
        """Let so many takes be rendered."""
        for _ in range(takes):
            self._turn.release()
            self._waits.acquire(timeout=60)

    def finish(self) -> None:
        """Let all of them be."""
        for _ in range(1000):
            self._turn.release()
        self._thread.join(timeout=120)
        assert not self._thread.is_alive()

    def listed(self, client: Any = None) -> str:
        return str((client or self.studio.client).get(f"{self.place}/film.m3u8").raise_for_status().text)

    @property
    def timeline(self) -> Timeline:
        return Timeline.read(film_of(self.studio, self.id).folder.timeline)

    def _render(self, **crew: Any) -> None:
        carry_out(self.studio, self.id, PromptCrew, before_take=self._before, **crew)
        self._waits.release()

    def _before(self, _order: TakeOrder) -> None:
        self._waits.release()
        self._turn.acquire(timeout=60)


@pytest.fixture
def growing(studio: Served, book: bytes) -> Iterator[Growing]:
    film = Growing(studio, book)
    yield film
    film.finish()


def numbers(listed: str) -> list[str]:
    return re.findall(r"^(\d+)\.m4s", listed, re.MULTILINE)


def test_scenes_come_in_order_as_they_are_finished(studio: Served, growing: Growing) -> None:
    seen = [growing.listed()]
    assert numbers(seen[0]) == [] and "#EXT-X-PLAYLIST-TYPE:EVENT" in seen[0]
    while numbers(seen[-1]) == []:
        growing.go_on()
        seen.append(growing.listed())
    first = seen[-1]
    shots = {one["id"]: one for one in studio.client.get(f"/v1/films/{growing.id}/shots?limit=100").json()["items"]}
    slots = growing.timeline.slots
    # The whole of the first scene, with the cards before it, and nothing of the second.
    last = slots[len(numbers(first)) - 1].shot
    assert len({shots[slot.shot]["scene"] for slot in slots[: len(numbers(first))]} - {None}) == 1
    assert shots[slots[len(numbers(first))].shot]["scene"] != shots[last]["scene"]
    assert "#EXT-X-ENDLIST" not in first
    growing.finish()
    whole = growing.listed()
    assert whole.startswith(first), "a list of events only grows"
    assert len(numbers(whole)) == len(slots) and whole.endswith("#EXT-X-ENDLIST\n")


def test_what_is_finished_is_played_by_a_player_that_knows_only_the_address(studio: Served, growing: Growing) -> None:
    while numbers(growing.listed()) == []:
        growing.go_on()
    count = len(numbers(growing.listed()))
    ticket = studio.client.get(f"/v1/films/{growing.id}/ticket").json()["ticket"]
    nobody = studio.as_(None)
    listed = nobody.get(f"{growing.place}/film.m3u8?ticket={ticket}").raise_for_status()
    assert listed.headers["content-type"] == "application/vnd.apple.mpegurl"
    addresses = re.findall(r'^[\w-]+\.m4s\S*|(?<=URI=")[^"]+', listed.text, re.MULTILINE)
    content = b"".join(nobody.get(f"{growing.place}/{one}").raise_for_status().content for one in addresses)
    stream = film_of(studio, growing.id).root / "seen.mp4"
    stream.write_bytes(content)
    with av.open(str(stream)) as film:
        frames = [frame.pts * frame.time_base for frame in film.decode(video=0)]
    timeline = growing.timeline
    assert len(frames) == sum(slot.frames for slot in timeline.slots[:count])
    assert frames == [timeline.rate.seconds(frame) for frame in range(len(frames))]


def test_ffmpeg_plays_the_whole_of_it(studio: Served, growing: Growing) -> None:
    growing.finish()
    source = ["-headers", f"Authorization: Bearer {studio.token}\r\n", "-i", f"{studio.url}{growing.place}/film.m3u8"]
    wanted = ["-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "framecrc", "-"]
    told = subprocess.run(
        [program(), *QUIETLY, *source, *wanted], capture_output=True, text=True, check=True, timeout=120
    )
    assert told.stderr == ""
    rows = [line.split(",") for line in told.stdout.splitlines() if line and not line.startswith("#")]
    picture, sound = ([row for row in rows if row[0].strip() == stream] for stream in "01")
    timeline = growing.timeline
    assert len(picture) == timeline.frames
    samples = timeline.rate.samples(timeline.frames, timeline.sample_rate)
    assert abs(len(sound) * 1024 - samples) <= 1024
    subtitles = studio.client.get(f"{growing.place}/film.vtt").raise_for_status()
    assert subtitles.text.startswith("WEBVTT") and "late" in subtitles.text


def test_how_much_can_be_watched_is_told(studio: Served, growing: Growing) -> None:
    with listening(studio.client, growing.id) as events:
        while numbers(growing.listed()) == []:
            growing.go_on()
        told = next(event for event in events if event["kind"] == "live")
    lengths = [float(length) for length in re.findall(r"#EXTINF:([\d.]+)", growing.listed())]
    assert told["job"] == growing.job
    assert told["seconds"] == pytest.approx(sum(lengths), abs=0.01)


def test_a_shot_that_was_given_up_holds_its_scene_back_until_the_end(studio: Served, book: bytes) -> None:
    film = Growing(studio, book, failing={"c01-s01-h001"})
    film.go_on(4)
    assert numbers(film.listed()) == []
    film.finish()
    assert len(numbers(film.listed())) == len(film.timeline.slots)
    assert studio.client.get(f"{film.place}/2.m4s").status_code == 200


def test_what_is_not_finished_is_not_there(studio: Served, book: bytes, growing: Growing) -> None:
    for path in ("0.m4s", "init-0.mp4", "9999999.m4s", "init-7.mp4", "x.m4s", "../film.mp4", "film.m3u8/"):
        answer = studio.client.get(f"{growing.place}/{path}")
        assert answer.status_code in (404, 422), path
    fresh = studio.filmed(book)
    told = problem(studio.client.get(f"/v1/films/{fresh['id']}/live/{fresh['job']}/film.m3u8"), "not-found")
    assert "yet" in told["detail"]
    problem(studio.client.get(f"/v1/films/{growing.id}/live/{growing.job + 999}/film.m3u8"), "not-found")


def test_it_is_shown_to_nobody_else(studio: Served, book: bytes, growing: Growing) -> None:
    other = studio.filmed(book)["id"]
    tickets = [studio.client.get(f"/v1/films/{one}/ticket").json()["ticket"] for one in (growing.id, other)]
    stranger = studio.as_(studio.newcomer())
    for path in ("film.m3u8", "init-0.mp4", "0.m4s", "film.vtt"):
        place = f"{growing.place}/{path}"
        problem(studio.as_(None).get(place), "unauthorized")
        problem(studio.as_(None).get(f"{place}?ticket={tickets[1]}"), "unauthorized")
        problem(stranger.get(place), "not-found")
        assert studio.as_(None).get(f"{place}?ticket={tickets[0]}").status_code in (200, 404)


def test_another_job_makes_another_stream(studio: Served, growing: Growing) -> None:
    growing.finish()
    before = growing.place
    studio.client.post(f"/v1/films/{growing.id}/make").raise_for_status()
    problem(studio.client.get(f"{before}/film.m3u8"), "not-found")
    carry_out(studio, growing.id, PromptCrew)
    job = studio.client.get(f"/v1/films/{growing.id}").json()["job"]
    again = studio.client.get(f"/v1/films/{growing.id}/live/{job}/film.m3u8").raise_for_status().text
    assert len(numbers(again)) == len(growing.timeline.slots), "what was kept is there at once"
