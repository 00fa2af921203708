"""The examples of docs/studio.md, run as they stand there against a service: the whole way of a film, and a clip."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.book.making import epub, page
from tests.studio.desk import carry_out
from tests.studio.serving import Served, served

PAGE = Path(__file__).parents[2] / "docs" / "studio.md"
PATIENCE_S = 400
TALE = (
    '<h1>I. The Wall</h1><p>Every evening Mr. Tolland walked along the sea wall with a lantern.</p>'
    '<p>"You are late," said Anna Pell.</p><p>"The tide is late," answered Mr. Tolland. "I only follow it."</p>',
    '<h1>II. The Water</h1><p>It was raining in the street.</p><p>"Take the lantern," said Mr. Tolland, "and go '
    'home."</p><p>"Not without you!" cried Anna Pell.</p>',
)  # fmt: skip


def example(title: str, language: str) -> str:
    """Return what stands in the first block of `language` under the heading `title`."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    return found[1]


@contextmanager
def desk(studio: Served) -> Iterator[None]:
    """Carry out whatever is asked for, meanwhile."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            for job in studio.studio.ledger.jobs(live=True):
                film = studio.studio.films.by_folder(job.film)
                if film is not None and job.state == "queued":
                    carry_out(studio, film.id)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join(timeout=120)


def run(studio: Served, command: list[str], folder: Path) -> str:
    """Run an example in `folder`, where a book lies, and return what it prints."""
    (folder / "my.epub").write_bytes(epub([page(one) for one in TALE]))
    environment = {**os.environ, "URL": studio.url, "TOKEN": studio.token, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env=environment, timeout=PATIENCE_S
    )
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return done.stdout


def was_made(studio: Served, folder: Path) -> None:
    """Hold that what lies in `folder` is the film, made three times, whose line and shot were changed."""
    film = studio.client.get("/v1/films").json()["items"][0]
    assert (film["state"], film["right"]["holder"]) == ("done", "Anna Pell")
    whole = studio.client.get(f"/v1/films/{film['id']}/files/film.mp4").content
    assert (folder / "film.mp4").read_bytes() == whole and len(whole) > 65536
    shots = studio.client.get(f"/v1/films/{film['id']}/shots").json()["items"]
    assert [shot["camera"] for shot in shots if shot["kind"] == "scene"][1] == "push"
    words = [heard["text"] for shot in shots for heard in shot["heard"]]
    assert "You are early." in words and "You are late," not in words
    assert [job.state for job in studio.studio.ledger.jobs()] == ["done"] * 3


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="apt-get install curl jq")
def test_a_film_with_curl(tmp_path: Path) -> None:
    with served(tmp_path / "data") as studio, desk(studio):
        said = run(studio, ["bash", "-eu", "-c", example("A film with curl", "bash")], tmp_path)
        was_made(studio, tmp_path)
    assert said.splitlines()[-1] == "3", "as it was, with other words, and seen otherwise"


def test_the_same_with_httpx(tmp_path: Path) -> None:
    pytest.importorskip("httpx")
    with served(tmp_path / "data") as studio, desk(studio):
        said = run(studio, [sys.executable, "-c", example("The same with httpx", "python")], tmp_path)
        was_made(studio, tmp_path)
    assert said.splitlines()[-1] == "3 takes"


def test_a_clip_with_the_package_of_openai(tmp_path: Path) -> None:
    pytest.importorskip("openai")
    with served(tmp_path / "data", drivers=1, niceness=0) as drawing:
        run(drawing, [sys.executable, "-c", example("Clips", "python")], tmp_path)
        assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"
