"""The command line in this process, and a book for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bookfilm.cli.commands import run
from tests.conftest import STORY

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bookfilm(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Run the command line in this process: gives its exit code, what it printed, and what it said of errors."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bookfilm", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return ran


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "tide.txt"
    path.write_text(STORY, encoding="utf8")
    return path
