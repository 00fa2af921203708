"""What is counted is served, under the names that the list gives; and nobody else's words become labels."""

from __future__ import annotations

import time
import urllib.request
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bookfilm.errors import SettingsError
from bookfilm.metrics import METRICS, QUEUE, STAY_S, PrometheusMeter, served_metrics
from bookfilm.pipeline.counting import Waiting, count_take, kind_of_error
from bookfilm.pipeline.crew import Done
from tests.serving import free_port


def scraped(port: int) -> dict[tuple[str, tuple[str, ...]], float]:
    text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, tuple(sorted(sample.labels.values()))): sample.value for sample in samples}


def test_names_are_one_metrics_each() -> None:
    names = [metric.name for metric in METRICS]
    assert len(set(names)) == len(names) > 10
    PrometheusMeter(CollectorRegistry())


def test_what_is_counted_is_served_and_then_no_more() -> None:
    port = free_port()
    with served_metrics(str(port)):
        waiting = Waiting("tests", 2)
        waiting.one_left()
        before = scraped(port)
        assert before["bookfilm_queue", ("tests",)] == 1
        count_take(Done(key="a", worker="w", ms=3000), "tested", {"a": 2.5}, 0.5)
        lost = Done(key="b", worker="w", ms=2000, made=False, errors=("X: y", "X: z"), errors_ms=(1000, None))
        count_take(lost, "tested", {}, 0.5)
        after = scraped(port)
        assert after["bookfilm_film_seconds_total", ("tested",)] == 2.5
        assert after["bookfilm_gpu_seconds_total", ("tested",)] == 3.0
        assert after["bookfilm_takes_total", ("lost", "tested")] == 1
        assert after["bookfilm_take_seconds_sum", ("tested",)] == 3
        waiting.over()
        assert scraped(port)["bookfilm_queue", ("tests",)] == 0
    with pytest.raises(OSError):
        scraped(port)


def test_counters_stand_at_0_once_a_stage_begins() -> None:
    """Of one that is first seen at 1 nobody can tell that it grew."""
    port = free_port()
    with served_metrics(str(port)):
        Waiting("picture", 2, "begun")
        told = scraped(port)
    assert told["bookfilm_takes_total", ("begun", "lost")] == told["bookfilm_takes_total", ("begun", "made")] == 0
    assert told["bookfilm_film_seconds_total", ("begun",)] == told["bookfilm_gpu_seconds_total", ("begun",)] == 0


def test_the_end_is_served_until_somebody_has_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    port, seen = free_port(), list[float]()

    def look() -> None:
        done.wait(30)
        seen.append(scraped(port)["bookfilm_queue", ("tests",)])

    done, looker = Event(), Thread(target=look)
    looker.start()
    monkeypatch.setenv(STAY_S, "60")
    started = time.monotonic()
    with served_metrics(str(port)):
        QUEUE.set(7, stage="tests")
        scraped(port)
        done.set()
    looker.join()
    assert seen == [7] and time.monotonic() - started < 50


def test_who_is_stopped_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STAY_S, "60")
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), served_metrics(str(free_port())):
        raise KeyboardInterrupt
    assert time.monotonic() - started < 50
    monkeypatch.setenv(STAY_S, "0.2")
    with served_metrics(str(free_port())):
        pass
    monkeypatch.setenv(STAY_S, "long")
    with pytest.raises(SettingsError, match="BOOKFILM_METRICS_STAY_S=long"), served_metrics(str(free_port())):
        pass


@pytest.mark.parametrize("place", ["nowhere", "127.0.0.1:x", "256.1.1.1:80", "127.0.0.1:99999"])
def test_where_nothing_can_listen_is_told(place: str) -> None:
    with pytest.raises(SettingsError, match="BOOKFILM_METRICS="), served_metrics(place):
        pass


def test_a_place_is_asked_for_or_there_is_none() -> None:
    with served_metrics(None), served_metrics(""):
        QUEUE.set(0, stage="tests")


@given(st.text())
def test_an_errors_label_is_a_class_or_other(line: str) -> None:
    kind = kind_of_error(line)
    assert kind == "other" or (line.startswith(f"{kind}: ") and len(kind) <= 41)


def test_kinds_of_errors() -> None:
    assert kind_of_error("ActorDiedError: the actor died") == "ActorDiedError"
    assert kind_of_error("the book: it says so") == "other"
