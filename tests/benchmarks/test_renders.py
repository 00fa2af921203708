"""What the replicas' logs tell of renders, and which of those too many something explains."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.renders import NOTHING, Account, Loss, Render, Told, account_of, read_renders

NOW = 1_800_000_000.0
A, B = 11, 12
"""Two processes that render."""


def line(event: str, take: str, at: float, pid: int = A, **more: str) -> str:
    time = datetime.fromtimestamp(NOW + at, UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": time, "event": event, "take": take, "worker": f"host:{pid}", **more})


def renders(*told: tuple[str, int, float, float | None]) -> Told:
    return Told([Render(take, pid, NOW + at, None if end is None else NOW + end) for take, pid, at, end in told])


def loss(why: str, at: float, *pids: int, until: float | None = None, each: int = 1, gpus: bool = True) -> Loss:
    return Loss(why, NOW + at, NOW + (at if until is None else until), frozenset(pids), each, gpus)


def held(told: Told, *losses: Loss, spoilt: tuple[str, ...] = ()) -> Account:
    return account_of(told, ["a"], losses, spoilt)


def test_lines_of_replicas_are_read_and_all_else_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "serve").mkdir()
    lines = [
        "INFO a line of words",
        line("begun", "a", 0),
        line("ended", "a", 1.5),
        line("found", "a", 2),
        line("begun", "b", 3),
        line("failed", "b", 4, error="StoreFull: no space"),
        line("begun", "c", 5),
        '{"time": "2026-',
    ]
    (tmp_path / "serve" / "replica_app_video_x.log").write_text("\n".join(lines))
    (tmp_path / "serve" / "proxy_1.log").write_text(line("begun", "no replica", 0))
    (tmp_path / "worker-1-2-3.err").write_text(line("raced", "c", 9) + "\n" + line("begun", "c", 9))
    told = read_renders([tmp_path, tmp_path / "not there"])
    assert [(one.take, one.pid, one.begun - NOW, one.error) for one in told.renders] == [
        ("a", A, 0, ""),
        ("b", A, 3, "StoreFull: no space"),
        ("c", A, 5, ""),
    ]
    assert [None if one.ended is None else one.ended - NOW for one in told.renders] == [1.5, 4, None]
    assert told.raced == ["c"]


def test_one_render_a_take_is_right_and_none_is_not() -> None:
    right = held(renders(("a", A, 0, 1)))
    assert (right.begun, right.again, right.wrong) == (1, 0, [])
    assert held(Told()).wrong == ["no replica's log tells of take a"]


@pytest.mark.parametrize(
    "struck",
    [
        loss("replica killed", 0.5, A),
        loss("driver killed", 0.5, A, B, gpus=False),
        loss("disk full", -3, A, until=2, each=2, gpus=False),
    ],
)
def test_what_strikes_a_render_that_is_under_way_explains_another(struck: Loss) -> None:
    told = renders(("a", A, 0, None), ("a", B, 2, 3))
    account = held(told, struck)
    assert (account.again, account.wrong, account.why) == (1, [], {struck.why: 1})
    assert account.lost == (1 if struck.gpus else 0)


@pytest.mark.parametrize(
    "struck",
    [
        loss("replica killed", 0.5, B),
        loss("replica killed", -0.5, A),
        loss("driver killed", 1.5, A, gpus=False),
    ],
)
def test_what_strikes_another_or_before_or_after_explains_nothing(struck: Loss) -> None:
    account = held(renders(("a", A, 0, 1), ("a", A, 2, 3)), struck)
    assert account.why == {NOTHING: 1}
    (said,) = account.wrong
    assert said.startswith("take a was rendered 2 times (nothing explains it): in 11 from ")


def test_a_lost_gpu_explains_one_render_and_no_more() -> None:
    told = renders(("a", A, 0, None), ("a", B, 2, 3), ("b", A, 0.2, None), ("b", B, 3, 4))
    account = account_of(told, ["a", "b"], [loss("replica killed", 0.5, A)], ())
    assert account.why == {"replica killed": 1, NOTHING: 1} and len(account.wrong) == 1


def test_a_spoilt_take_is_made_once_more_and_a_late_one() -> None:
    twice = renders(("a", A, 0, 1), ("a", A, 2, 3))
    assert held(twice, spoilt=("a",)).why == {"take spoilt": 1}
    assert held(twice, spoilt=("b",)).why == {NOTHING: 1}
    twice.raced.append("a")
    assert held(twice).wrong == []
