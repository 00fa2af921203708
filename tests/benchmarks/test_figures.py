"""Figures and their limits."""

from __future__ import annotations

import json

import pytest

from benchmarks.figures import Figure, Result


@pytest.mark.parametrize(
    ("figure", "ok"),
    [
        (Figure("start", 0.4, "s", 0.5), True),
        (Figure("start", 0.5, "s", 0.5), True),
        (Figure("start", 0.6, "s", 0.5), False),
        (Figure("speed", 2.0, "x", 1.0, "least"), True),
        (Figure("speed", 1.0, "x", 1.0, "least"), True),
        (Figure("speed", 0.9, "x", 1.0, "least"), False),
        (Figure("told", 99.0, "s"), True),
    ],
)
def test_a_figure_is_judged_by_its_limit(figure: Figure, ok: bool) -> None:
    assert figure.ok is ok
    result = Result("b", [Figure("other", 0.0, "s"), figure])
    assert result.ok is ok
    assert json.loads(json.dumps(result.body()))["ok"] is ok
    assert ("MISS" in result.table()) is not ok


def test_a_result_is_told_to_people_and_programs() -> None:
    result = Result("start", [Figure("help", 0.123456, "s", 0.5), Figure("memory", 4.0, "GB")])
    rows = result.body()["figures"]
    assert rows[0] == {"name": "help", "value": 0.1235, "unit": "s", "limit": 0.5, "at": "most"}
    lines = result.table().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("help ")
    assert "ok  at most 0.5" in lines[0]
    assert "at most" not in lines[1]
