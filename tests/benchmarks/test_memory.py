"""How a run's processes are watched, and how two films are compared; the films themselves are the benchmark's."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from benchmarks.figures import Result
from benchmarks.memory import Watched, figures_of
from benchmarks.watching import Held, kind_of, watch

HOLDS = "import time; held = bytearray(60_000_000); print('done'); time.sleep(1)"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}], check=True)"


def test_what_children_hold_is_counted() -> None:
    alone, parent = watch([sys.executable, "-c", HOLDS], 0.05), watch([sys.executable, "-c", PARENT], 0.05)
    assert 60e6 < alone.most < 90e6
    assert 60e6 < parent.most < 110e6
    assert (alone.processes, parent.processes) == (1, 2)
    assert parent.said == "done\n"
    assert parent.by_kind["driver"] < 30e6
    assert parent.samples > 3


def test_a_worker_is_what_it_was_last_given_to_do() -> None:
    # As Ray does it: a worker's command says what it works on, and nothing once that is done.
    idle = "sleep 0.3; exec -a ray::IDLE sleep 0.3"
    held = watch(["bash", "-c", f"(exec -a ray::_mix bash -c '{idle}'); true"], 0.05)
    assert held.by_kind["mixer"] > 0
    assert held.by_kind["other workers"] == 0


def test_a_command_that_fails_is_told() -> None:
    with pytest.raises(SystemExit, match="ended with 1: ValueError: no film"):
        watch([sys.executable, "-c", "raise ValueError('no film')"], 0.05)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("ray::ServeReplica:bookfilm-preview:video", "renderers"),
        ("ray::ServeReplica:bookfilm-preview:voice.speak", "voices"),
        ("ray::ServeReplica:bookfilm-preview:screenwriter", "screenwriter"),
        ("ray::_mix", "mixer"),
        ("ray::MapBatches(_send)", "other workers"),
        ("ray::IDLE", "other workers"),
        ("ffmpeg-linux-x86_64-v7.0.2", "ffmpeg"),
        ("raylet", "Ray itself"),
        ("python -P espeak_child.py", "voices"),
    ],
)
def test_processes_are_told_apart(command: str, kind: str) -> None:
    assert kind_of(command) == kind


def test_samples_are_held_at_their_highest() -> None:
    held = Held()
    held.note(Counter(driver=5, mixer=1), 2)
    held.note(Counter(driver=4, mixer=3), 4)
    held.note(Counter(driver=2), 1)
    assert (held.most, held.processes, held.samples) == (7, 4, 3)
    assert held.by_kind == Counter(driver=5, mixer=3)


@pytest.mark.parametrize(
    ("bytes_long", "seconds_long", "ok"),
    [(2.19e9, 7300, True), (2.21e9, 7300, False), (2.0e9, 7100, False)],
)
def test_the_limits(bytes_long: float, seconds_long: float, ok: bool) -> None:
    short = Watched(600, 100, 60, Held(most=int(2e9), by_kind=Counter(driver=500_000_000)))
    long = Watched(seconds_long, 1200, 600, Held(most=int(bytes_long), by_kind=Counter(driver=600_000_000)))
    figures = figures_of({"10 min": short, "2 h": long})
    assert Result("memory", figures).ok is ok
    told = {figure.name: figure.value for figure in figures}
    assert told["driver at their highest, 2 h"] == pytest.approx(600)
