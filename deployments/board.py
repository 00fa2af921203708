"""Grafana's dashboard and Prometheus' alert rules, made from the list of metrics.

``python -m deployments.board`` writes both into helm/bookfilm/monitoring. A panel or an alert takes its series from
`Metric.series`, so that none names one that nobody counts. docs/operations.md tells of each alert what to do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bookfilm.metrics import (
    BUSY_SECONDS,
    FILM_SECONDS,
    GPU_SECONDS,
    GPU_USD,
    LEDGER_SECONDS,
    LLM_CALLS,
    LLM_TOKENS,
    LLM_USD,
    QUEUE,
    QUEUE_MOVED,
    RACED,
    REPLICA_GPUS,
    REQUEST_SECONDS,
    RETRIES,
    STAGE_SECONDS,
    STORE_SECONDS,
    TAKE_SECONDS,
    TAKES,
    Metric,
    Place,
)

FOLDER = Path(__file__).parents[1] / "helm" / "bookfilm" / "monitoring"
RUNBOOK = "https://github.com/bookfilm/bookfilm/blob/main/docs/operations.md"
PRICE = "$usd_per_gpu_hour"
WIDE, HIGH = 8, 8
LONG, LONG_S = "2h", 7200
"""Over how long to look at what is counted when a take is done: a shot may take half an hour."""
DRAWS = '{post=~"video|keyframe"}'
LOST = f'{TAKES.series()}{{outcome="lost"}}'
BUSY = BUSY_SECONDS.series()
ANSWERED = f"{REQUEST_SECONDS.series()}_count"
FAILED = f'{ANSWERED}{{status=~"5.."}}'
UNANSWERED = f'{LLM_CALLS.series()}{{outcome="unanswered"}}'


@dataclass(frozen=True)
class Panel:
    """One panel: `queries` are (what the legend says, PromQL); `unit` is Grafana's."""

    title: str
    about: str
    queries: tuple[tuple[str, str], ...]
    unit: str = "short"


@dataclass(frozen=True)
class Alert:
    """One alert: it fires when `expr` has held for `minutes`."""

    name: str
    expr: str
    minutes: int
    severity: str
    summary: str


def rate(metric: Metric, by: str = "", place: Place | None = None, window: str = "5m") -> str:
    """Return the PromQL of how fast a counter grows a second, summed over all but `by`."""
    return f"sum{f' by ({by})' if by else ''} (rate({metric.series(place)}[{window}]))"


def grown(series: str, window: str) -> str:
    """Return the PromQL of by how much a counter grew. One that was not there before has grown by all that it says:
    Prometheus' own increase() begins with what it saw first, and a process that counts one thing shows a 1 only."""
    return f"(({series} unless {series} offset {window}) or increase({series}[{window}]))"


def attempts(race: bool, by: str, window: str) -> str:
    """Return the PromQL of how many attempts failed in `window`, or (`race`) of those that another one of the same shot
    was sooner than, which are no failures."""
    told = f'{RETRIES.series()}{{error{"=" if race else "!="}"{RACED}"}}'
    return f"sum by ({by}) {grown(told, window)}"


def quantile(metric: Metric, by: str, place: Place | None = None, share: float = 0.95, window: str = "5m") -> str:
    """Return the PromQL of the value below which `share` of a histogram lies."""
    buckets = f"sum by (le, {by}) (rate({metric.series(place)}_bucket[{window}]))"
    return f"histogram_quantile({share}, {buckets})"


def held(window: str, by: str = "", since: str = "") -> str:
    """Return the PromQL of the seconds that GPUs were held, at work or not: a look a minute at what each replica holds.
    `since`: only by those who draw, and held them so long ago already."""
    gpus = REPLICA_GPUS.series() + (DRAWS if since else "")
    seconds = f"sum_over_time({gpus}[{window}:1m]) * 60"
    only = f" and {gpus} offset {since}" if since else ""
    return f"sum{f' by ({by})' if by else ''} ({seconds}{only})"


def _age() -> str:
    """Seconds since something left a queue that is not empty."""
    return f"((time() - {QUEUE_MOVED.series()}) and on (pod, instance, stage) ({QUEUE.series()} > 0))"


def _filmed(by: str = "") -> str:
    """Seconds of film rendered in the long window."""
    return f"{rate(FILM_SECONDS, by, window=LONG)} * {LONG_S}"


def _llm_cost(window: str) -> str:
    return f"sum {grown(LLM_USD.series(), window)}"


def _charged(window: str) -> str:
    return f"sum {grown(GPU_USD.series(), window)}"


def _gpu_cost(window: str) -> str:
    return f"{held(window)} / 3600 * {PRICE}"


FILM = (
    Panel(
        "Film a GPU-hour",
        "Of the last two hours: seconds of film for an hour of a GPU that is held, whether it works or waits",
        (
            ("{{engine}}", f"3600 * {_filmed('engine')} / ({held(LONG, 'engine')} > 0)"),
            ("all", f"3600 * {_filmed()} / ({held(LONG)} > 0)"),
        ),
        "s",
    ),
    Panel(
        "Film rendered", "Seconds of film in a minute", (("{{engine}}", f"60 * {rate(FILM_SECONDS, 'engine')}"),), "s"
    ),
    Panel(
        "Cost, 24 hours",
        "GPUs that replicas hold, at work or not, at the price above; as ledgers charge their work; language models",
        (("GPUs", _gpu_cost("24h")), ("GPUs, as charged", _charged("24h")), ("language models", _llm_cost("24h"))),
        "currencyUSD",
    ),
    Panel("Queue", "Things still to be made", (("{{stage}}", f"sum by (stage) ({QUEUE.series()})"),)),
    Panel("Nothing moved for", "Since something last left a queue that is not empty", (("{{stage}}", _age()),), "s"),
    Panel(
        "Stages of the last runs",
        "Wall seconds by stage",
        (("{{stage}}", f"max by (stage) ({STAGE_SECONDS.series()})"),),
        "s",
    ),
)

WORK = (
    Panel(
        "Takes",
        "By what came of them, a minute",
        (("{{engine}} {{outcome}}", f"60 * {rate(TAKES, 'engine, outcome')}"),),
    ),
    Panel(
        "Seconds a take",
        "Half and 95 of 100 are below",
        (
            ("{{engine}} half", quantile(TAKE_SECONDS, "engine", share=0.5, window=LONG)),
            ("{{engine}} 95%", quantile(TAKE_SECONDS, "engine", window=LONG)),
        ),
        "s",
    ),
    Panel(
        "Attempts that failed",
        "A minute, by engine and error",
        (("{{engine}} {{error}}", f"{attempts(False, 'engine, error', '5m')} / 5"),),
    ),
    Panel(
        "Late shots sent again",
        "A minute: the first try to be done counts, and the other was stopped and paid for",
        (("{{engine}}", f"{attempts(True, 'engine', '5m')} / 5"),),
    ),
    Panel(
        "Replicas at work",
        "How many of each post's replicas work, on average of the last two hours; what is beyond them waits",
        (("{{post}} {{engine}}", f"sum by (post, engine) {grown(BUSY, LONG)} / {LONG_S}"),),
    ),
    Panel(
        "GPUs held",
        "By replicas, at work or not",
        (("{{post}} {{engine}}", f"sum by (post, engine) ({REPLICA_GPUS.series()})"),),
    ),
    Panel(
        "GPU busy",
        "Share of the held GPUs' time in which a take or a keyframe was made, of the last two hours",
        (("{{engine}}", f"{rate(GPU_SECONDS, 'engine', window=LONG)} * {LONG_S} / ({held(LONG, 'engine')} > 0)"),),
        "percentunit",
    ),
)

BENEATH = (
    Panel(
        "Store",
        "95 of 100 are below: to find and to keep a take or a recording",
        (
            ("driver {{operation}}", quantile(STORE_SECONDS, "operation", "driver")),
            ("replica {{operation}}", quantile(STORE_SECONDS, "operation", "replica")),
        ),
        "s",
    ),
    Panel("Ledger", "95 of 100 statements are below", (("{{operation}}", quantile(LEDGER_SECONDS, "operation")),), "s"),
    Panel(
        "Questions to language models",
        "A minute, by what came of them",
        (
            ("{{outcome}}", f"60 * {rate(LLM_CALLS, 'outcome')}"),
            ("tokens: {{kind}}", f"60 * {rate(LLM_TOKENS, 'kind')}"),
        ),
    ),
)

FRONT = (
    Panel(
        "Requests",
        "To the studio, a minute, by how they were answered",
        (("{{status}}", f"60 * sum by (status) (rate({REQUEST_SECONDS.series()}_count[5m]))"),),
    ),
    Panel(
        "Answers",
        "Half and 95 of 100 begin within",
        (
            ("{{method}} half", quantile(REQUEST_SECONDS, "method", share=0.5)),
            ("{{method}} 95%", quantile(REQUEST_SECONDS, "method")),
        ),
        "s",
    ),
)

ROWS: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    ("The films", FILM),
    ("The work", WORK),
    ("Beneath", BENEATH),
    ("The studio", FRONT),
)

ALERTS = (
    Alert(
        "FilmStalled",
        f"{_age()} > 3600",
        5,
        "critical",
        "nothing has left the queue of {{ $labels.stage }} for an hour",
    ),
    Alert(
        "TakesLost",
        f"sum by (engine) {grown(LOST, '30m')} > 0",
        0,
        "warning",
        "shots of {{ $labels.engine }} get slates: no take could be made",
    ),
    Alert(
        "ManyAttemptsFail",
        f"({attempts(False, 'engine', LONG)} > 0.2 * sum by (engine) {grown(TAKES.series(), LONG)}) > 2",
        10,
        "warning",
        "more than one attempt for five takes of {{ $labels.engine }} fails",
    ),
    Alert(
        "GpusIdle",
        f"({rate(GPU_SECONDS, window=LONG)} * {LONG_S} / ({held(LONG, since='1h')} > 0)) < 0.5"
        f" and on () sum({QUEUE.series()}) > 0",
        15,
        "warning",
        "there is work, and the GPUs that are held stand still half of the time",
    ),
    Alert(
        "StoreSlow",
        f"{quantile(STORE_SECONDS, 'operation', 'replica', window='30m')} > 3",
        10,
        "warning",
        "to {{ $labels.operation }} a take takes more than three seconds: look at the volume, or the bucket",
    ),
    Alert(
        "LedgerSlow",
        f"{quantile(LEDGER_SECONDS, 'operation')} > 1",
        10,
        "warning",
        "the ledger takes more than a second to {{ $labels.operation }}",
    ),
    Alert(
        "StudioFails",
        f"sum {grown(FAILED, '10m')} > 0.05 * sum {grown(ANSWERED, '10m')}",
        10,
        "critical",
        "more than one of twenty requests to the studio fails",
    ),
    Alert(
        "LanguageModelUnanswered",
        f"sum {grown(UNANSWERED, '30m')} > 5",
        0,
        "warning",
        "questions to the language model stay without an answer: the rules' version stands in their place",
    ),
)


def dashboard() -> dict[str, Any]:
    """Return the dashboard, as Grafana imports it."""
    panels: list[dict[str, Any]] = []
    at = 0
    for title, row in ROWS:
        panels.append({"type": "row", "title": title, "gridPos": {"x": 0, "y": at, "w": 24, "h": 1}})
        panels += [_panel(panel, number, at + 1) for number, panel in enumerate(row)]
        at += 1 + HIGH * -(-len(row) // 3)
    for number, panel in enumerate(panels, 1):
        panel["id"] = number
    return {
        "uid": "bookfilm",
        "title": "bookfilm",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_SOURCE, _price()]},
        "panels": panels,
    }


_SOURCE = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _price() -> dict[str, Any]:
    said = {"text": "2.5", "value": "2.5"}
    return {"name": PRICE[1:], "label": "USD a GPU-hour", "type": "textbox", "query": "2.5", "current": said}


def _panel(panel: Panel, number: int, top: int) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": source,
        "gridPos": {"x": WIDE * (number % 3), "y": top + HIGH * (number // 3), "w": WIDE, "h": HIGH},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + at), "datasource": source, "expr": expr, "legendFormat": legend}
            for at, (legend, expr) in enumerate(panel.queries)
        ],
    }


def alert_rules(alerts: Sequence[Alert] = ALERTS) -> dict[str, Any]:
    """Return the rules, as Prometheus reads them and a PrometheusRule has them under spec."""
    rules = [
        {
            "alert": f"Bookfilm{alert.name}",
            "expr": alert.expr,
            "for": f"{alert.minutes}m",
            "labels": {"severity": alert.severity},
            "annotations": {"summary": alert.summary, "runbook_url": f"{RUNBOOK}#bookfilm{alert.name.lower()}"},
        }
        for alert in alerts
    ]
    return {"groups": [{"name": "bookfilm", "rules": rules}]}


def written() -> dict[str, str]:
    """Return the files by name, as they are to be."""
    told = "# Written by `python -m deployments.board`.\n"
    rules = yaml.safe_dump(alert_rules(), sort_keys=False, width=1000, allow_unicode=True)
    return {"dashboard.json": json.dumps(dashboard(), indent=1) + "\n", "alerts.yaml": told + rules}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf8")
