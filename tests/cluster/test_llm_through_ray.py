"""The writing with a language model through Ray Serve: a real deployment asks a server that misbehaves."""

from __future__ import annotations

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from ray.cluster_utils import Cluster

from bookfilm.records.screenplay import Screenplay
from tests.cluster.commands import bookfilm
from tests.screenplay.llm.chat_server import Body, ChatServer, Reply, failed, good, passage
from tests.screenplay.llm.writing import STORY

pytestmark = pytest.mark.film

PRESET = """
[screenwriter]
engine = "llm"
[screenwriter.settings]
backend = "%s"
model = "tests"
base_url = "%s"
cache = "%s"
attempts = 2
longest_wait_s = 0.1
[screenwriter.replicas]
num_cpus = 0.05
[voice]
engine = "packaged"
replicas = { num_cpus = 0.05 }
[video]
engine = "shadow"
[score]
engine = "chamber"
"""


def adapt(folder: Path, url: str, *options: object, backend: str = "openai") -> subprocess.CompletedProcess[str]:
    book, preset = folder / "three_rooms.txt", folder / "asks.toml"
    book.write_text(STORY.replace("# ", ""), encoding="utf8")
    preset.write_text(PRESET % (backend, url, folder / "cache"), encoding="utf8")
    options = ("--preset", preset, "--json", *options)
    return bookfilm("adapt", book, "--out", folder / "film", *options, BOOKFILM_LLM_KEY="sk-hidden")


def failing_in_the_garden(number: int, body: Body) -> Reply:
    return failed(500) if "footprints" in passage(body) else good(number, body)


def test_a_film_is_written_behind_serve_and_healed_later(tmp_path: Path, running: Cluster) -> None:
    with ChatServer(failing_in_the_garden) as server:
        done = adapt(tmp_path, server.url)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["reached"] == "screenplay"
        path = tmp_path / "film" / "screenplay.json"
        screenplay = Screenplay.read(path)
        use = screenplay.model_use
        assert use is not None and (use.revised, use.dropped) == (2, 1)
        assert [scene.flag for scene in screenplay.scenes] == ["", "rules: HTTP 500", ""]
        assert "1 of 3 scenes" in done.stderr and "HTTP 500" in done.stderr
        assert set(server.keys) == {"Bearer sk-hidden"}
        # The same command again does nothing; without the screenplay it asks for what is missing, and for that alone.
        server.behave, asked = good, len(server.bodies)
        path.unlink()
        done = adapt(tmp_path, server.url, "--address", running.address)
        assert done.returncode == 0, done.stderr
        assert [scene.flag for scene in Screenplay.read(path).scenes] == ["", "", ""]
        assert ["footprints" in passage(body) for body in server.bodies[asked:]] == [True]


@pytest.mark.skipif(find_spec("vllm") is not None, reason="vLLM is installed")
def test_what_is_not_installed_is_one_line(tmp_path: Path, running: Cluster) -> None:
    done = adapt(tmp_path, "http://127.0.0.1:1/v1", "--address", running.address, backend="vllm")
    assert done.returncode == 1
    assert "pip install 'vllm" in done.stderr and "Traceback" not in done.stderr
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["bookfilm"]
