"""The official `openai` package, pointed here, makes clips, follows them, fetches and deletes them, unchanged."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from tests.studio.serving import Served, served
from tests.studio.test_problems import problem

openai = pytest.importorskip("openai")
PROMPT = "An old man walks along the sea wall at night with a lantern. The rain falls on the harbour."


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that draws clips."""
    with served(tmp_path_factory.mktemp("videos") / "data", drivers=1, niceness=0) as running:
        yield running


@pytest.fixture
def client(drawing: Served) -> Iterator[Any]:
    """OpenAI's own client."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield openai.OpenAI(base_url=f"{drawing.url}/v1", api_key=drawing.token, max_retries=0)


def test_a_clip_is_made_followed_and_fetched(client: Any, tmp_path: Path) -> None:
    video = client.videos.create_and_poll(
        prompt=PROMPT, model="sora-2", seconds="4", size="1280x720", poll_interval_ms=200
    )
    assert (video.status, video.error, video.progress) == ("completed", None, 100)
    assert (video.seconds, video.size, video.prompt, video.object) == ("4", "1280x720", PROMPT, "video")
    assert video.completed_at >= video.created_at
    client.videos.download_content(video.id).write_to_file(tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        stream = clip.streams.video[0]
        assert (stream.width, stream.height) == (1280, 720)
        assert sum(1 for _ in clip.decode(stream)) == 96
    frame = client.videos.download_content(video.id, variant="thumbnail").read()
    assert frame[:2] == b"\xff\xd8"
    again = client.videos.remix(video.id, prompt="It begins to snow in the street.")
    assert again.remixed_from_video_id == video.id
    listed = [one.id for one in client.videos.list(limit=1)]
    assert listed == [again.id, video.id]
    assert [one.id for one in client.videos.list(order="asc")] == [video.id, again.id]
    remixed = client.videos.poll(again.id, poll_interval_ms=200)
    assert remixed.status == "completed"
    assert client.videos.download_content(again.id).read() != client.videos.download_content(video.id).read()
    assert client.videos.delete(video.id).deleted is True
    with pytest.raises(openai.NotFoundError):
        client.videos.retrieve(video.id)


@pytest.mark.parametrize(
    "asked",
    [{"prompt": ""}, {"prompt": "a\x00b"}, {"prompt": PROMPT, "seconds": "0"}, {"prompt": PROMPT, "seconds": "4.5"},
     {"prompt": PROMPT, "size": "big"}, {"prompt": PROMPT, "size": "9000x9000"}, {"prompt": PROMPT, "size": "1281x720"},
     {}, {"prompt": PROMPT, "colour": "red"}],
)  # fmt: skip
def test_a_clip_that_cannot_be(drawing: Served, asked: dict[str, Any]) -> None:
    problem(drawing.client.post("/v1/videos", json=asked), "invalid")


def test_what_is_not_taken_is_told(drawing: Served, client: Any) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as told:
        client.videos.create(prompt=PROMPT, input_reference=("a.png", b"\x89PNG", "image/png"))
    assert "input_reference" in told.value.response.text
    wrong = drawing.client.post("/v1/videos", content=b"x", headers={"Content-Type": "text/plain"})
    problem(wrong, "unsupported-media-type")
    problem(
        drawing.client.post("/v1/videos", content=b"{", headers={"Content-Type": "application/json"}), "bad-request"
    )


def test_a_clip_of_another_team_is_not_there(drawing: Served, client: Any) -> None:
    video = client.videos.create(prompt=PROMPT, seconds="4")
    theirs = drawing.as_(drawing.newcomer("videos"))
    for method, path in [("get", ""), ("get", "/content"), ("delete", ""), ("post", "/remix")]:
        answer = theirs.request(
            method, f"/v1/videos/{video.id}{path}", json={"prompt": "x"} if method == "post" else None
        )
        problem(answer, "not-found")
    assert theirs.get("/v1/videos").json()["data"] == []
    problem(theirs.get(f"/v1/videos?after={video.id}"), "not-found")
    problem(drawing.client.get(f"/v1/videos/{video.id}/content"), "conflict")
    client.videos.delete(video.id)


def test_a_prompt_that_shows_nothing_fails_in_words(client: Any) -> None:
    video = client.videos.create_and_poll(prompt="?!", poll_interval_ms=200)
    assert video.status == "failed"
    assert video.error.message
