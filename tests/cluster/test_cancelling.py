"""A film that is cancelled while its driver hands out nothing: a real `bookfilm make`, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.jobs.farm import Answer
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from tests.cluster.commands import bookfilm

pytestmark = pytest.mark.film

STANDS_S = 90
"""The stage would take so long, were its driver not interrupted."""
WRITER = '[screenwriter]\nengine = "dawdling"\nsettings = {{ mark = "{mark}", seconds = {seconds} }}'
JOINS = """
import time
from pathlib import Path
import bookfilm.pipeline.making as making
from bookfilm.cli.commands import run

def stitch_film(*_):
    Path({mark!r}).touch()
    time.sleep({seconds})

making.stitch_film = stitch_film
run()
"""


@pytest.mark.parametrize("stage", ["screenplay", "film"])
def test_a_stage_that_hands_out_nothing_is_left_within_two_seconds(
    stage: str, tmp_path: Path, story: Path, stripes: Callable[..., Path]
) -> None:
    preset, out, mark = tmp_path / "slow.toml", tmp_path / "keys.film", tmp_path / "stands"
    text = stripes().read_text(encoding="utf8")
    if stage == "screenplay":
        text = text.replace('[screenwriter]\nengine = "rules"', WRITER.format(mark=mark, seconds=STANDS_S))
    preset.write_text(text, encoding="utf8")
    code = JOINS.format(mark=str(mark), seconds=STANDS_S)
    how = ["-c", code] if stage == "film" else ["-m", "bookfilm"]
    command = [sys.executable, *how, "make", story, "--out", out, "--preset", preset, "--right", "author"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 240
        while not mark.exists():
            assert process.poll() is None and time.monotonic() < until, process.communicate(timeout=5)
            time.sleep(0.2)
        answer = Answer.model_validate_json(bookfilm("cancel", out, "--json").stdout)
        assert answer.heeded and answer.waited_s < 2
        _, said = process.communicate(timeout=STANDS_S / 3)
        assert process.returncode == 130
        assert "cancelled; what is finished stays" in said and "Traceback" not in said
    finally:
        process.kill()
        process.wait()
    (job,) = json.loads(bookfilm("jobs", out, "--json").stdout)
    assert job["state"] == "cancelled"
    with closing(Ledger(FilmFolder(out).ledger)) as ledger:
        assert all(act.heeded_at for act in ledger.acts(1))
    if stage == "film":
        assert len(list((out / "takes").glob("*.json"))) >= job["shots"]["done"] > 0, "what is finished stays"
