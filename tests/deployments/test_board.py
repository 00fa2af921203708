"""Dashboard and alert rules name what is counted, in PromQL that a parser of Prometheus' grammar accepts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bookfilm.metrics import METRICS
from deployments.board import ALERTS, FOLDER, PRICE, ROWS, alert_rules, dashboard, written

promql = pytest.importorskip("promql_parser", reason="pip install promql-parser")
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def expressions() -> dict[str, str]:
    """Return every PromQL of the dashboard and of the alerts, by its panel's or alert's title."""
    panels = {f"{p.title}: {legend}": expr for _, row in ROWS for p in row for legend, expr in p.queries}
    alerts = {alert.name: alert.expr for alert in ALERTS}
    return {title: expr.replace(PRICE, "2.5") for title, expr in {**panels, **alerts}.items()}


def selectors(expr: str) -> Iterator[Any]:
    """Yield the vector selectors of `expr`, wherever they stand."""

    def walk(node: Any) -> Iterator[Any]:
        if type(node).__name__ == "VectorSelector":
            yield node
            return
        for name in ("lhs", "rhs", "expr", "vector_selector", "args", "param"):
            part = getattr(node, name, None)
            for found in part if isinstance(part, list) else [part]:
                if found is not None and type(found).__module__ == type(node).__module__:
                    yield from walk(found)

    return walk(promql.parse(expr))


def series_of(expr: str) -> set[str]:
    return {selector.name for selector in selectors(expr)}


def all_series() -> set[str]:
    names = {(metric, metric.series(place)) for metric in METRICS for place in metric.places}
    return {
        name + suffix
        for metric, name in names
        for suffix in (("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",))
    }


@pytest.mark.parametrize("title", expressions())
def test_it_parses_and_names_only_what_is_counted(title: str) -> None:
    expr = expressions()[title]
    named = series_of(expr)
    assert named and named <= all_series()
    # Nothing was overlooked by the walk: each name that stands in the text was found by it.
    assert set(re.findall(r"\b(?:ray_)?bookfilm_\w+", expr)) == named


@pytest.mark.parametrize("title", expressions())
def test_labels_are_those_of_the_metric(title: str) -> None:
    labels = {metric.series(place): set(metric.labels) for metric in METRICS for place in metric.places}
    for selector in selectors(expressions()[title]):
        allowed = labels[re.sub(r"_(bucket|count)$", "", selector.name)]
        assert {matcher.name for matcher in selector.matchers.matchers} <= allowed


def test_every_metric_is_shown() -> None:
    shown = {re.sub(r"_(bucket|count)$", "", name) for expr in expressions().values() for name in series_of(expr)}
    unseen = {m.name for m in METRICS if not any(m.series(place) in shown for place in m.places)}
    assert unseen == {"bookfilm_llm_scenes"}, "scenes are told in the film's own report"


def test_the_files_are_those_that_the_list_gives() -> None:
    """`python -m deployments.board` writes them."""
    assert {path.name: path.read_text(encoding="utf8") for path in FOLDER.iterdir()} == written()


def test_the_rules_are_what_prometheus_reads() -> None:
    rules = yaml.safe_load(written()["alerts.yaml"])
    assert rules == alert_rules()
    names = [rule["alert"] for rule in rules["groups"][0]["rules"]]
    assert len(set(names)) == len(names) == len(ALERTS)
    for rule in rules["groups"][0]["rules"]:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        labels = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert all(re.search(rf"\b{label}\b", rule["expr"]) for label in labels), rule["alert"]


def test_panels_do_not_lie_upon_each_other() -> None:
    taken = set()
    for panel in dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken and place["x"] + place["w"] <= 24
        taken |= cells


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_each_alert_has_its_page(alert: Any) -> None:
    told = OPERATIONS.read_text(encoding="utf8")
    (section,) = re.findall(rf"^### Bookfilm{alert.name}\n(.*?)(?=^##|\Z)", told, re.MULTILINE | re.DOTALL)
    for word in ("**It means**", "**Look at**", "**Do**"):
        assert word in section
