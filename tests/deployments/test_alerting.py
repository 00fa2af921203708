"""What alerts and panels say of series that one knows: Prometheus' own `promtool test rules` counts, minute by minute.

`apt-get install prometheus` brings promtool; BOOKFILM_PROMTOOL names another. Time 0 is 1970 there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from bookfilm.metrics import METRICS
from deployments.board import ALERTS, FOLDER, PRICE, ROWS

PROMTOOL = os.environ.get("BOOKFILM_PROMTOOL") or shutil.which("promtool")
HELD = 'ray_bookfilm_replica_gpus{post="video",engine="wan",WorkerId="%s"}'
DRIVER = 'pod="film-1",instance="10.0.0.7:9108"'
GPU_SECONDS = f'bookfilm_gpu_seconds_total{{engine="wan",{DRIVER}}}'
QUEUE = f'bookfilm_queue{{stage="picture",{DRIVER}}}'
MOVED = f'bookfilm_queue_moved_timestamp_seconds{{stage="picture",{DRIVER}}}'
TAKES = f'bookfilm_takes_total{{engine="wan",outcome="%s",{DRIVER}}}'
RETRIES = f'bookfilm_retries_total{{engine="wan",error="%s",{DRIVER}}}'
HOURS = 5

Series = dict[str, str]


@pytest.fixture
def promtool() -> str:
    if not PROMTOOL:
        pytest.skip("promtool is not here: apt-get install prometheus")
    return PROMTOOL


def steps(*changes: tuple[int, float], born: int = 0) -> str:
    """Return a series by minutes: from each of `changes` (minute, value) on it is that; none before `born`."""
    told, value = [], 0.0
    for minute in range(HOURS * 60 + 1):
        value = next((to for at, to in changes if at == minute), value)
        told.append("_" if minute < born else f"{value:g}")
    return " ".join(told)


def shots(minutes: int, first: int, gpus: int = 1) -> str:
    """Return the seconds of GPUs always at work: `minutes` a shot, the first ones done at the minute `first`."""
    done = range(first, HOURS * 60, minutes)
    return steps(*((at, 60.0 * minutes * gpus * n) for n, at in enumerate(done, 1)))


@dataclass(frozen=True)
class Case:
    """An alert over series: it fires at the minutes `on`, and at none of `off`."""

    name: str
    alert: str
    series: Series
    on: tuple[int, ...] = ()
    off: tuple[int, ...] = ()


EVERY_TEN = tuple(range(0, HOURS * 60, 10))
BUSY = {GPU_SECONDS: shots(30, 35), HELD % "a": "1x300", QUEUE: "9x300"}
CASES = (
    Case("a queue that nothing leaves", "FilmStalled", {MOVED: "0x300", QUEUE: "4x300"}, on=(70, 120), off=(20, 62)),
    Case("one that something leaves", "FilmStalled", {MOVED: "0+60x300", QUEUE: "4x300"}, off=EVERY_TEN),
    Case("shots of half an hour", "FilmStalled", {MOVED: shots(30, 30), QUEUE: "4x300"}, off=EVERY_TEN),
    Case("an empty one", "FilmStalled", {MOVED: "0x300", QUEUE: "0x300"}, off=EVERY_TEN),
    Case(
        "one lost, of a counter at 0", "TakesLost", {TAKES % "lost": steps((40, 1))}, on=(41, 60), off=(0, 30, 39, 80)
    ),
    Case("one lost, first seen at 1", "TakesLost", {TAKES % "lost": steps((0, 1), born=40)}, on=(41, 60), off=(39, 80)),
    Case("one lost, hours ago", "TakesLost", {TAKES % "lost": "1x300"}, off=(40, 100, 290)),
    Case("none lost", "TakesLost", {TAKES % "lost": "0x300", TAKES % "made": "0+1x300"}, off=EVERY_TEN),
    Case(
        "one in five and more fails",
        "ManyAttemptsFail",
        {TAKES % "made": "0+1x300", RETRIES % "TakeRejected": steps((60, 1), (61, 60), born=60)},
        on=(80, 120),
        off=(50,),
    ),
    Case(
        "one failure on one slow GPU",
        "ManyAttemptsFail",
        {
            TAKES % "made": steps((30, 1), (60, 2), (90, 3), (120, 4)),
            RETRIES % "ActorDiedError": steps((0, 1), born=40),
        },
        off=EVERY_TEN,
    ),
    Case(
        "races that were lost",
        "ManyAttemptsFail",
        {TAKES % "made": "0+1x300", RETRIES % "Raced": "0+1x300"},
        off=EVERY_TEN,
    ),
    Case("a GPU that works, half an hour a shot", "GpusIdle", BUSY, off=EVERY_TEN),
    Case(
        "fifteen more begin",
        "GpusIdle",
        BUSY
        | {HELD % f"b{n}": steps((0, 1), born=130) for n in range(15)}
        | {GPU_SECONDS.replace("film-1", "film-2"): shots(30, 170, 15)},
        off=EVERY_TEN,
    ),
    Case(
        "GPUs that stand still",
        "GpusIdle",
        {GPU_SECONDS: "0x300", HELD % "a": "1x300", HELD % "b": "1x300", QUEUE: "9x300"},
        on=(90, 200, 290),
        off=(10, 50),
    ),
    Case(
        "one of four works",
        "GpusIdle",
        BUSY | {HELD % name: "1x300" for name in "bcd"},
        on=(130, 200, 290),
    ),
    Case("nothing to do", "GpusIdle", {GPU_SECONDS: "0x300", HELD % "a": "1x300", QUEUE: "0x300"}, off=EVERY_TEN),
    Case(
        "GPUs of those who write",
        "GpusIdle",
        BUSY | {(HELD % f"w{n}").replace("video", "screenwriter"): "1x300" for n in range(4)},
        off=EVERY_TEN,
    ),
    Case(
        "a slow volume",
        "StoreSlow",
        {
            f'ray_bookfilm_store_seconds_bucket{{operation="keep",le="{le}"}}': f"0+{n}x300"
            for le, n in (("1", 0), ("3", 1), ("10", 10), ("+Inf", 10))
        },
        on=(30, 290),
    ),
    Case(
        "a quick one",
        "StoreSlow",
        {
            f'ray_bookfilm_store_seconds_bucket{{operation="keep",le="{le}"}}': "0+10x300"
            for le in ("1", "3", "10", "+Inf")
        },
        off=EVERY_TEN,
    ),
    Case(
        "a slow ledger",
        "LedgerSlow",
        {
            f'bookfilm_ledger_seconds_bucket{{operation="read",le="{le}"}}': f"0+{n}x300"
            for le, n in (("0.3", 0), ("1", 1), ("3", 10), ("+Inf", 10))
        },
        on=(30, 290),
    ),
    Case(
        "a studio that fails",
        "StudioFails",
        {
            'bookfilm_request_seconds_count{method="GET",status="200"}': "0+10x300",
            'bookfilm_request_seconds_count{method="GET",status="500"}': "_x59 1+1x240",
        },
        on=(80, 290),
        off=(50,),
    ),
    Case(
        "one that fails once",
        "StudioFails",
        {
            'bookfilm_request_seconds_count{method="GET",status="200"}': "0+10x300",
            'bookfilm_request_seconds_count{method="GET",status="500"}': "_x59 1x240",
        },
        off=EVERY_TEN,
    ),
    Case(
        "six questions at once that nobody answered",
        "LanguageModelUnanswered",
        {'ray_bookfilm_llm_calls_total{outcome="unanswered"}': "_x59 6x240"},
        on=(61, 80),
        off=(50, 100),
    ),
    Case(
        "one now and then",
        "LanguageModelUnanswered",
        {'ray_bookfilm_llm_calls_total{outcome="unanswered"}': steps((50, 1), (120, 2), (200, 3), born=50)},
        off=EVERY_TEN,
    ),
)


def ran(promtool: str, folder: Path, tests: list[dict[str, object]]) -> str:
    """Return what promtool finds wrong with `tests`; nothing where they hold."""
    written = {"rule_files": [str(FOLDER / "alerts.yaml")], "evaluation_interval": "1m", "tests": tests}
    file = folder / "tests.yaml"
    file.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf8")
    done = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True, check=False, timeout=300)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def sampled(series: Series) -> list[dict[str, str]]:
    return [{"series": name, "values": values} for name, values in series.items()]


def test_prometheus_itself_reads_the_rules(promtool: str) -> None:
    done = subprocess.run(
        [promtool, "check", "rules", FOLDER / "alerts.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout


def test_each_alert_is_tried() -> None:
    for alert in ALERTS:
        cases = [case for case in CASES if case.alert == alert.name]
        assert any(case.on for case in cases), alert.name
    assert {case.alert for case in CASES} == {alert.name for alert in ALERTS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.alert}, {case.name}")
def test_it_fires_when_it_is_to_and_not_else(case: Case, promtool: str, tmp_path: Path) -> None:
    firing = f'count(ALERTS{{alertname="Bookfilm{case.alert}",alertstate="firing"}}) or vector(0)'
    asked = [
        {"expr": firing, "eval_time": f"{minute}m", "exp_samples": [{"labels": "{}", "value": int(minute in case.on)}]}
        for minute in sorted({*case.on, *case.off})
    ]
    test = {"interval": "1m", "input_series": sampled(case.series), "promql_expr_test": asked}
    assert ran(promtool, tmp_path, [test]) == ""


def every_series() -> Series:
    """Return two samples' growth of everything that is counted, each label with its own name for its value."""
    found: Series = {}
    for metric in METRICS:
        for place in metric.places:
            told = {label: {"outcome": "unanswered"}.get(label, label) for label in metric.labels}
            told |= {"pod": "film-1", "instance": "10.0.0.7"} if place == "driver" else {"WorkerId": "a"}
            labels = ",".join(f'{label}="{value}"' for label, value in told.items())
            name = metric.series(place)
            if metric.kind == "histogram":
                found |= {f"{name}_{part}{{{labels}}}": "0+2x1500" for part in ("sum", "count")}
                found |= {f'{name}_bucket{{{labels},le="{le}"}}': "0+2x1500" for le in (*metric.buckets, "+Inf")}
            else:
                found[f"{name}{{{labels}}}"] = "3x1500" if metric.kind == "gauge" else "0+2x1500"
    raced = next(name for name in found if name.startswith("bookfilm_retries_total"))
    return found | {raced.replace('error="error"', 'error="Raced"'): "0+2x1500"}


PANELS = {
    f"{p.title}: {legend}": expr.replace(PRICE, "2.5") for _, row in ROWS for p in row for legend, expr in p.queries
}


def test_no_panel_stays_empty(promtool: str, tmp_path: Path) -> None:
    asked = [
        {"expr": f"count({expr}) > bool 0", "eval_time": "25h", "exp_samples": [{"labels": "{}", "value": 1}]}
        for expr in PANELS.values()
    ]
    test = {"interval": "1m", "input_series": sampled(every_series()), "promql_expr_test": asked}
    assert ran(promtool, tmp_path, [test]) == ""


def test_what_is_held_is_paid_for_whether_it_works_or_not(promtool: str, tmp_path: Path) -> None:
    """Two GPUs for a day, one of them idle: a film-second a minute comes from the other."""
    series = {
        HELD % "a": "1x1500",
        HELD % "b": "1x1500",
        GPU_SECONDS: "0+60x1500",
        f'bookfilm_film_seconds_total{{engine="wan",{DRIVER}}}': "0+1x1500",
    }
    told = {
        "Cost, 24 hours: GPUs": (24 * 2 * 2.5, 1, "{}"),
        "Film a GPU-hour: all": (30, 1, "{}"),
        "Film a GPU-hour: {{engine}}": (30, 1, '{engine="wan"}'),
        "GPU busy: {{engine}}": (0.5, 0.1, '{engine="wan"}'),
    }
    asked = [
        {
            "expr": f"round({PANELS[title]}, {nearest})",
            "eval_time": "25h",
            "exp_samples": [{"labels": labels, "value": value}],
        }
        for title, (value, nearest, labels) in told.items()
    ]
    test = {"interval": "1m", "input_series": sampled(series), "promql_expr_test": asked}
    assert ran(promtool, tmp_path, [test]) == ""
