"""What a log and a terminal see of the work."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from bookfilm.cli.progress import LiveReporter, PlainReporter, reporter
from bookfilm.logs import LOG


def test_a_log_gets_a_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with reporter() as tell:
        assert isinstance(tell, PlainReporter)
        tell.begin("speech", 3)
        tell.advance(3)
        tell.end("3 spoken, 0 kept")
        tell.warn("shot s1: [red] no take")
    err = capsys.readouterr().err
    assert re.fullmatch(r"speech +0\.\d s  3 spoken, 0 kept\nwarning: shot s1: \[red\] no take\n", err)


def test_a_log_of_json_gets_the_same_lines_there(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LOG, "json")
    with caplog.at_level("INFO", "bookfilm.cli.progress"), reporter() as tell:
        tell.begin("speech", 3)
        tell.end("3 spoken, 0 kept")
        tell.warn("shot s1: no take")
    told, warned = caplog.records
    assert re.fullmatch(r"speech: 0\.\d s  3 spoken, 0 kept", told.getMessage()) and vars(told)["stage"] == "speech"
    assert (warned.levelname, warned.getMessage()) == ("WARNING", "shot s1: no take")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("total", [0, 3])
def test_a_terminal_gets_bars_that_end_full(total: int) -> None:
    screen = io.StringIO()
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TextColumn("{task.fields[note]}"))
    with Progress(*columns, console=Console(file=screen, force_terminal=True, width=100)) as bars:
        tell = LiveReporter(bars)
        tell.advance()
        tell.begin("picture", total)
        tell.advance(2 if total else 0)
        tell.end("done")
        tell.warn("shot s1: [red] no take")
        assert bars.finished
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert "warning: shot s1: [red] no take" in shown
    assert "done" in shown
