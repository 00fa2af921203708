"""How ways of sending shots are held beside each other."""

from __future__ import annotations

import pytest

from benchmarks.rivals import SHOTS, figures_of

WAYS = {
    "pipeline": [4.0, 5.0, 40.0],
    "with its ledger": [5.0, 5.0, 40.0],
    "Ray Data": [4.0, 4.0, 40.0],
    "Serve handle": [3.0, 3.0, 3.0],
}


def test_ours_is_held_to_ray_data_pass_by_pass_and_to_xenna() -> None:
    told = {figure.name: figure for figure in figures_of(WAYS, [6.0, 7.0, 8.0])}
    assert told["pipeline"].value == pytest.approx(SHOTS / 5)
    assert told["pipeline, a shot"].value == pytest.approx(5000 / SHOTS)
    assert told["pipeline, over Ray Data"].value == pytest.approx(1.0) and told["pipeline, over Ray Data"].ok
    assert told["pipeline, over Xenna"].value == pytest.approx(5 / 7) and told["pipeline, over Xenna"].ok


def test_what_is_slower_has_missed_and_what_is_not_there_has_not_passed() -> None:
    slow = {**WAYS, "pipeline": [8.0, 8.0, 80.0]}
    missed = {figure.name for figure in figures_of(slow, [6.0, 7.0, 7.5]) if not figure.ok}
    assert missed == {"pipeline, over Ray Data", "pipeline, over Xenna"}
    alone = {figure.name: figure for figure in figures_of(WAYS, None, "no network")}
    assert not alone["pipeline, over Xenna"].ok and alone["pipeline, over Xenna"].why == "no network"
