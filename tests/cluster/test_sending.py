"""Rows through a handle: each comes back once, whatever becomes of its tries, and a late one is tried twice."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookfilm.logs import Fact
from bookfilm.pipeline.crew import Done
from cluster import racing, sending
from cluster.racing import Pace
from cluster.sending import RACED, Work, sent_rows
from deployments.allotting import Allotment
from deployments.replies import Reply, Verdict

SOON_S, NEVER_S = 0.01, 60.0


@dataclass
class Replicas:
    """A deployment whose `answer` says of a row, by its key and how often it has come, after how long it is made;
    None: it cannot be. Those of `found` lay in the store already."""

    answer: Callable[[str, int], float | None]
    found: frozenset[str] = frozenset()
    came: Counter[str] = field(default_factory=Counter)
    cancelled: Counter[str] = field(default_factory=Counter)
    told: list[object] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    verdict: Verdict = "never"

    async def remote(self, row: str, _folder: str, *beside: object, at_once: bool = False) -> Reply:
        self.came[row] += 1
        self.told += beside
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        wait_s = self.answer(row, self.came[row])
        started = time.monotonic()
        try:
            await asyncio.sleep(SOON_S if wait_s is None else wait_s)
        except asyncio.CancelledError:
            self.cancelled[row] += 1
            raise
        finally:
            self.under_way -= 1
        ms = max(1, round(1000 * (time.monotonic() - started)))
        if wait_s is None:
            return Reply(key=row, worker="w", ms=ms, verdict=self.verdict, error="cannot be")
        return Reply(key=row, worker="w", ms=ms, verdict="done", found=row in self.found)


class Open:
    """A gate that is open as far as is wanted."""

    def __init__(self, *then: Allotment) -> None:
        self._wants = -1
        self._then = list(then)

    async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
        if self._wants == wants:
            if not self._then:
                await asyncio.sleep(NEVER_S)
            await asyncio.sleep(5 * SOON_S)
            return self._then.pop(0)
        self._wants = wants
        return Allotment(room=wants)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rows be late sooner than they are in life."""
    monkeypatch.setattr(racing, "LEAST_S", 0.2)
    monkeypatch.setattr(sending, "LOOK_S", 0.02)


def send(
    replicas: Replicas, rows: int, monkeypatch: pytest.MonkeyPatch, raced: bool = True, gate: Open | None = None
) -> Iterator[Done]:
    handle = type("Handle", (), {"render": replicas})()
    monkeypatch.setattr(sending.serve, "get_deployment_handle", lambda *_: handle)
    work = Work("app", "video", "render", str, "folder", 8, 4, size=(lambda _: 1.0) if raced else None)
    return chain.from_iterable(sent_rows([(f"r{n}", f"r{n}") for n in range(rows)], rows, work, gate or Open()))


def test_a_late_row_is_sent_again_and_the_first_to_be_done_counts(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    replicas = Replicas(lambda row, time_: NEVER_S if (row, time_) == ("r3", 1) else SOON_S)
    began = time.monotonic()
    done = {one.key: one for one in send(replicas, 12, monkeypatch)}
    assert time.monotonic() - began < 20
    assert sorted(done) == sorted(f"r{n}" for n in range(12)) and all(one.made for one in done.values())
    assert replicas.came["r3"] == 2 and replicas.cancelled == {"r3": 1}
    assert all(count == 1 for row, count in replicas.came.items() if row != "r3")
    # What the beaten try has cost is told.
    assert done["r3"].workers == (RACED,) and done["r3"].busy_ms() >= 200


def test_the_first_try_may_win_yet(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    replicas = Replicas(lambda row, time_: SOON_S if row != "r3" else (1.0, NEVER_S)[time_ - 1])
    done = {one.key: one for one in send(replicas, 12, monkeypatch)}
    assert done["r3"].made and replicas.came["r3"] == 2 and replicas.cancelled == {"r3": 1}


def test_a_try_that_fails_leaves_the_other_to_its_end(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    replicas = Replicas(lambda row, time_: SOON_S if row != "r3" else (1.0, None)[time_ - 1])
    done = [one for one in send(replicas, 12, monkeypatch) if one.key == "r3"]
    assert [(one.made, one.errors) for one in done] == [(True, ("cannot be",))]


def test_the_last_rows_do_not_wait_for_one_that_has_become_slow(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All places but those of the slow are free, and rows are left: they are sent before anything is raced."""
    slow = {"r0", "r1", "r2", "r3"}
    replicas = Replicas(lambda row, time_: NEVER_S if row in slow and time_ == 1 else SOON_S)
    order = [one.key for one in send(replicas, 16, monkeypatch)]
    assert sorted(order) == sorted(f"r{n}" for n in range(16))
    assert set(order[-4:]) == slow and replicas.most <= 8


def test_what_lay_in_the_store_says_nothing_of_how_long_rows_take(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a list that is sent again most is there already, in no time: what is not is not late for that."""
    found = frozenset(f"r{n}" for n in range(10))
    replicas = Replicas(lambda row, _: 0.001 if row in found else 0.8, found)
    done = {one.key: one for one in send(replicas, 12, monkeypatch)}
    assert {key for key, one in done.items() if one.found} == found
    assert set(replicas.came.values()) == {1}


def test_where_more_is_allotted_than_there_was_room_for_in_the_beginning_more_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replicas = Replicas(lambda _row, _: 0.05)
    handle = type("Handle", (), {"render": replicas})()
    monkeypatch.setattr(sending.serve, "get_deployment_handle", lambda *_: handle)
    work = Work("app", "video", "render", str, "folder", in_flight=2, at_work=1, most=64)
    gate = Open(Allotment(room=2, at_work=1), Allotment(room=16, at_work=8))
    rows = [(f"r{n}", f"r{n}") for n in range(60)]
    assert len(list(chain.from_iterable(sent_rows(rows, 60, work, Small(gate))))) == 60
    assert replicas.most == 16


@dataclass
class Small:
    """A gate that has room for two until it says another."""

    gate: Open

    async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
        allotted = await self.gate.changed(wants, left)
        return Allotment(room=2, at_work=1) if allotted.at_work is None else allotted


def test_what_is_not_to_be_raced_is_sent_once(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    replicas = Replicas(lambda row, _: 1.0 if row == "r3" else SOON_S)
    assert len(list(send(replicas, 12, monkeypatch, raced=False))) == 12
    assert set(replicas.came.values()) == {1}


def test_none_is_raced_while_others_wait(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first row takes as long as all the others together."""
    replicas = Replicas(lambda row, _: 0.6 if row == "r0" else 0.05)
    seen = 0
    for done in send(replicas, 60, monkeypatch):
        seen += 1
        if seen < 50:
            assert replicas.came["r0"] == 1, done.key
    assert seen == 60


def test_a_raced_row_that_nobody_wants_any_more_comes_back_once(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    replicas = Replicas(lambda row, _: NEVER_S if row == "r3" else SOON_S)
    sending_rows = send(replicas, 12, monkeypatch, gate=Skips(replicas))
    done = [one for one in sending_rows if one.key == "r3"]
    assert [one.skipped for one in done] == [True]
    assert replicas.came["r3"] == 2 and replicas.cancelled["r3"] == 2


class Skips(Open):
    """Once a row was sent twice, it is skipped."""

    def __init__(self, replicas: Replicas) -> None:
        super().__init__()
        self._replicas = replicas

    async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
        if self._wants != wants:
            return await super().changed(wants, left)
        while self._replicas.came["r3"] < 2:
            await asyncio.sleep(SOON_S)
        self._wants = -1
        return Allotment(room=wants, skipped=frozenset({"r3"}))


def test_answers_that_come_at_once_are_told_together_and_one_alone_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handle = type("Handle", (), {"render": Replicas(lambda row, _: 0.7 if row == "r39" else 0.001)})()
    monkeypatch.setattr(sending.serve, "get_deployment_handle", lambda *_: handle)
    work = Work("app", "video", "render", str, "folder", 8, 4)
    rows, began = [(f"r{n}", f"r{n}") for n in range(40)], time.monotonic()
    told = [
        (round(time.monotonic() - began, 2), [one.key for one in come]) for come in sent_rows(rows, 40, work, Open())
    ]
    assert sorted(key for _, keys in told for key in keys) == sorted(f"r{n}" for n in range(40))
    assert len(told) < 12, told
    # The first is not kept back, and no other for longer than it says.
    assert told[0][0] < 0.5 and told[-1][1] == ["r39"]
    assert all(told), told


class OneQuick:
    """Four replicas, the first of which is quick. A row goes to who was named, else to who holds the fewest as far as
    is remembered, of equals to the last. An answer is counted `lag_s` after it is here, and `off` is by how many of
    each the memory is wrong: from the eighth row on, and until it is noted that one is at work."""

    def __init__(self, lag_s: float = 0.0, off: dict[int, int] | None = None) -> None:
        self._lag_s, self._off = lag_s, off or {}
        self._holds = dict.fromkeys(range(4), 0)
        self._remembered = dict.fromkeys(range(4), 0)
        self._locks = [asyncio.Lock() for _ in range(4)]
        self._began = time.monotonic()
        self._named: list[str] = []
        self.begun: dict[str, float] = {}
        self.came: list[str] = []

    def name(self, replica: str) -> None:
        self._named.append(replica)

    async def remote(self, row: str, _folder: str, at_once: bool = False) -> Reply:
        off = self._off if len(self.came) >= 8 else {}
        self.came.append(row)
        seen = {one: held + off.get(one, 0) for one, held in self._remembered.items()}
        replica = int(self._named.pop(0)) if self._named else min(seen, key=lambda one: (seen[one], -one))
        if at_once and self._holds[replica]:
            self._off.pop(replica, None)
            return Reply(key=row, worker=f"w{replica}", ms=0, verdict="busy", at_work=str(replica))
        self._holds[replica] += 1
        self._remembered[replica] += 1
        async with self._locks[replica]:
            self.begun[row] = time.monotonic() - self._began
            await asyncio.sleep(0.05 if replica == 0 else 1.0)
        asyncio.get_running_loop().call_later(self._lag_s, self._let_go, replica)
        free = self._holds[replica] == 1
        self._holds[replica] -= 1
        return Reply(key=row, worker=f"w{replica}", ms=50, verdict="done", free=str(replica) if free else "")

    def _let_go(self, replica: int) -> None:
        self._remembered[replica] -= 1


def begun_by_one_quick(
    rows: int, in_flight: int, lag_s: float, monkeypatch: pytest.MonkeyPatch, off: dict[int, int] | None = None
) -> dict[str, float]:
    """Send `rows` to them; return when each was begun, in seconds."""
    replicas = OneQuick(lag_s, off)
    monkeypatch.setattr(sending, "send_to", replicas.name)
    handle = type("Handle", (), {"render": replicas})()
    monkeypatch.setattr(sending.serve, "get_deployment_handle", lambda *_: handle)
    work = Work("app", "video", "render", str, "folder", in_flight, 4, size=lambda _: 1.0)
    assert (
        len(list(chain.from_iterable(sent_rows([(f"r{n}", f"r{n}") for n in range(rows)], rows, work, Open())))) == rows
    )
    return replicas.begun


def test_of_the_last_rows_a_replica_that_is_free_has_one_though_others_hold_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Eight are sent at once; the quick one has had its two, and is asked for the other four, one after the other."""
    begun = begun_by_one_quick(12, 8, 0.0, monkeypatch)
    assert max(begun[f"r{n}"] for n in range(8, 12)) < 0.9


def test_of_the_last_rows_none_goes_behind_another_because_nobody_knows_yet_who_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = begun_by_one_quick(8, 4, 0.02, monkeypatch)
    assert max(begun.values()) < 0.9


def test_of_the_last_rows_each_goes_to_who_is_free_whatever_is_remembered_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is remembered of a slow one that it holds fewer than it does: rows would go behind its own."""
    begun = begun_by_one_quick(12, 8, 0.0, monkeypatch, off={3: -2})
    assert max(begun[f"r{n}"] for n in range(8, 12)) < 0.9


def test_of_the_last_rows_none_waits_behind_another_though_it_was_sent_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name comes too late, and one that is slow seems to be idle: it does not take what it cannot begin."""
    monkeypatch.setattr(OneQuick, "name", lambda *_: None)
    begun = begun_by_one_quick(12, 8, 0.0, monkeypatch, off={3: -9, 2: -5})
    assert max(begun[f"r{n}"] for n in range(8, 12)) < 0.9


@dataclass
class Others:
    """Replicas that others keep at work: for three seconds they take none of the last rows, and who has said that it is
    free has gone."""

    busy: list[float] = field(default_factory=list)

    async def remote(self, row: str, _folder: str, at_once: bool = False) -> Reply:
        now = time.monotonic()
        if at_once and now - min(self.busy, default=now) < 3:
            self.busy.append(now)
            return Reply(key=row, worker="w", ms=0, verdict="busy", at_work="other")
        await asyncio.sleep(0.1)
        return Reply(key=row, worker="w", ms=100, verdict="done", free="gone")


def test_where_who_was_free_is_gone_rows_are_not_sent_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    replicas = Others()
    monkeypatch.setattr(sending, "send_to", lambda _: None)
    monkeypatch.setattr(sending.serve, "get_deployment_handle", lambda *_: type("Handle", (), {"render": replicas})())
    work = Work("app", "video", "render", str, "folder", 4, 2, size=lambda _: 1.0)
    rows = [(f"r{n}", f"r{n}") for n in range(6)]
    assert len(list(chain.from_iterable(sent_rows(rows, 6, work, Open())))) == 6
    # A name may stray once; then it is looked once a second, for as many as could be worked on.
    assert 2 <= len(replicas.busy) <= 6 + 2 * 3


def test_a_job_beside_others_waits_behind_their_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who would only begin at once would never begin."""
    asked: list[bool] = []

    class Beside(Replicas):
        async def remote(self, row: str, folder: str, at_once: bool = False) -> Reply:
            asked.append(at_once)
            return await super().remote(row, folder)

    class Shared(Open):
        async def changed(self, wants: int, left: Callable[[], int]) -> Allotment:
            return (await super().changed(wants, left)).changed(alone=False)

    replicas = Beside(lambda _row, _: SOON_S)
    assert len(list(send(replicas, 12, monkeypatch, gate=Shared()))) == 12
    assert asked == [False] * 12


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.integers(0, 11), st.lists(st.sampled_from([SOON_S, 0.4, None]), min_size=1, max_size=2)))
def test_each_row_comes_back_once_whatever_becomes_of_its_tries(fates: dict[int, list[float | None]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(racing, "LEAST_S", 0.1)
        patch.setattr(sending, "LOOK_S", 0.02)
        tries = {f"r{n}": itertools.chain(fate, itertools.repeat(fate[-1])) for n, fate in fates.items()}
        replicas = Replicas(lambda row, _: next(tries[row]) if row in tries else SOON_S)
        done = list(send(replicas, 12, patch))
    assert sorted(one.key for one in done) == sorted(f"r{n}" for n in range(12))
    assert max(replicas.came.values()) <= 2
    assert replicas.most <= 8
    for one in done:
        assert len(one.errors) == len(one.workers) == len(one.errors_ms)
        fate = fates.get(int(one.key[1:]), [SOON_S])
        assert one.made or None in fate


@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(0.01, 1e3)), min_size=racing.KNOWN, max_size=40))
def test_no_row_is_late_before_it_took_three_times_as_long_as_others(rows: list[tuple[float, float]]) -> None:
    pace = Pace()
    for number, (size, seconds) in enumerate(rows):
        assert (pace.patience_s(1.0) is None) == (number < racing.KNOWN)
        pace.note(size, seconds)
    rates = sorted(seconds / size for size, seconds in rows)
    patience_s = pace.patience_s(100.0)
    assert patience_s is not None
    assert patience_s >= max(racing.LEAST_S, racing.LATE * 100 * rates[(len(rates) - 1) // 2]) * 0.999


def test_replicas_are_told_what_their_lines_are_to_say_and_nothing_where_logs_are_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def sent(told: dict[str, Fact]) -> list[object]:
        replicas = Replicas(lambda row, time_: SOON_S if (row, time_) != ("r1", 1) else None)
        replicas.verdict = "again"
        handle = type("Handle", (), {"render": replicas})()
        monkeypatch.setattr(sending.serve, "get_deployment_handle", lambda *_: handle)
        work = Work("app", "video", "render", str, "folder", 2, 2, told=told)
        assert all(done.made for come in sent_rows([("r1", "r1")], 1, work, Open()) for done in come)
        return replicas.told

    assert sent({}) == []
    caplog.clear()
    with caplog.at_level("INFO", "cluster.trying"):
        assert sent({"job": 7}) == ["", {"job": 7, "attempt": 1}, "", {"job": 7, "attempt": 2}]
    (line,) = caplog.records
    assert line.getMessage() == "video attempt failed: cannot be"
    said = {name: vars(line)[name] for name in ("job", "take", "attempt", "worker", "error", "event")}
    assert said == {"job": 7, "take": "r1", "attempt": 1, "worker": "w", "error": "cannot be", "event": "again"}
