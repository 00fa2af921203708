"""Keyframes through Ray: drawn by replicas, looked at, one of them drawn anew, and the film made of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bookfilm.records.storyboard import Board, Storyboard
from bookfilm.records.takes import Take
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger
from tests.cluster.commands import bookfilm, takes_of

pytestmark = pytest.mark.film

DRAWN = """
[keyframes]
engine = "shadow"
replicas = { num_cpus = 0.1, max_replicas = 2 }
"""


def test_keyframes_first_then_the_film_of_them(story: Path, stripes: Callable[..., Path], tmp_path: Path) -> None:
    preset, out = stripes(), tmp_path / "film"
    text = preset.read_text(encoding="utf8").replace('engine = "stripes"', 'engine = "told_stripes"')
    preset.write_text(text + DRAWN, encoding="utf8")
    make = ("make", story, "--out", out, "--preset", preset, "--right", "author", "--json")

    done = bookfilm(*make, "--keyframes-only")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["reached"] == "keyframes"
    folder = FilmFolder(out)
    assert not (out / "takes").exists()
    before = Storyboard.read(folder.storyboard)
    keys = {key for board in before.boards for key in (board.first, board.last)}
    keys |= {one.key for one in before.portraits}
    for key in keys:
        assert key is not None and folder.keyframes().verified(key)
    assert before.portraits
    ledger = Ledger(folder.ledger)
    try:
        assert len(ledger.attempt_ms("keyframe")) == len(keys)
    finally:
        ledger.close()

    kept, again = before.boards[0].shot, before.boards[1].shot
    assert bookfilm("keyframes", out, kept, "--lock").returncode == 0
    assert bookfilm("keyframes", out, again, "--redraw").returncode == 0
    refused = bookfilm("keyframes", out, "c99-s01-h001", "--redraw")
    assert refused.returncode == 2
    assert refused.stderr == "bookfilm: c99-s01-h001: storyboard.json has no such shot or character\n"

    done = bookfilm(*make)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["slates"] == []
    after = {board.shot: board for board in Storyboard.read(folder.storyboard).boards}
    assert (after[again].first, after[again].redraw) != (before.boards[1].first, 0)
    assert after[kept].locked and _stills(after[kept]) == _stills(before.boards[0])
    takes = [Take.read(out / "takes" / name) for name in takes_of(out)]
    assert any(take.likeness for take in takes)


def _stills(board: Board) -> tuple[str | None, str | None]:
    return board.first, board.last
