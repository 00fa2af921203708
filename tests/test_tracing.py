"""Traces are asked for or there are none; what is sent hangs together; a collector that is away holds nobody up."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bookfilm import tracing
from bookfilm.pipeline.order import FilmOrder
from bookfilm.tracing import ENDPOINTS, here, send_all, span
from tests.serving import free_port

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="pip install 'bookfilm[otel]'")
from tests.collector import Collected, collector

CLIENT, SERVER = 3, 2
TELLS = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"


@pytest.fixture(autouse=True)
def untraced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (*ENDPOINTS, "OTEL_SERVICE_NAME", "OTEL_TRACES_SAMPLER", "OTEL_RESOURCE_ATTRIBUTES"):
        monkeypatch.delenv(name, raising=False)
    tracing._provider.cache_clear()
    yield
    provider = tracing._provider()
    if provider is not None:
        provider.shutdown()
    tracing._provider.cache_clear()


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collected]:
    with collector() as running:
        monkeypatch.setenv(ENDPOINTS[1], running.url)
        yield running


def test_without_a_word_nothing_is_traced_and_nothing_loaded() -> None:
    with span("film", folder="x") as run:
        run.note(job=1)
        run.failed("it did not")
        assert here() == ""
    told = (
        "import sys; from bookfilm.tracing import span, here, send_all\n"
        "with span('film') as run: run.note(a=1)\n"
        "send_all(); sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_it_costs_nothing_then() -> None:
    began = time.perf_counter()
    for _ in range(10_000):
        with span("take", "", shot="s1"):
            pass
    assert (time.perf_counter() - began) / 10_000 < 20e-6


def test_spans_hang_together_over_processes(collected: Collected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "tests")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20collector")
    with span("film", TELLS, "client", folder="/films/a", http__route="/v1/films") as run:
        sent = here()
        with span("shots"):
            run.note(slates=2)
    other = (
        f"from bookfilm.tracing import span, send_all\nwith span('render', {sent!r}, 'server', shot='s1'): pass\n"
        "with span('nobody asked', ''): pass\nsend_all()"
    )
    subprocess.run([sys.executable, "-c", other], check=True)
    send_all()
    film, shots, render = (collected.only(name) for name in ("film", "shots", "render"))
    assert (film.trace, film.parent, film.kind) == ("0123456789abcdef" * 2, "0123456789abcdef", CLIENT)
    assert film.facts == {"bookfilm.folder": "/films/a", "http.route": "/v1/films", "bookfilm.slates": 2}
    assert {(one.trace, one.parent) for one in (shots, render)} == {(film.trace, film.id)}
    assert render.kind == SERVER and render.facts == {"bookfilm.shot": "s1"}
    assert film.began <= shots.began <= shots.ended <= film.ended
    assert {one.service for one in collected.spans} == {"tests"} and len(collected.spans) == 3
    assert collected.headers["authorization"] == "Bearer collector"


def test_what_fails_says_so(collected: Collected) -> None:
    with pytest.raises(ValueError, match="no such book"), span("film"):
        raise ValueError("no such book")
    with span("attempt") as under_way:
        under_way.failed("EngineError: the lamp went out")
    send_all()
    assert collected.only("film").failed == "ValueError: no such book"
    assert collected.only("attempt").failed == "EngineError: the lamp went out"
    assert collected.only("film").service == "bookfilm"


def test_what_is_not_sampled_is_sampled_nowhere(collected: Collected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.0")
    with span("film"):
        sent = here()
    assert not int(sent.rpartition("-")[2], 16) & 1
    with span("render", sent, "server"):
        pass
    with span("of another", TELLS):
        pass
    send_all()
    assert [one.name for one in collected.spans] == ["of another"]


@pytest.mark.parametrize("given", ["x", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "é", "00-a-b-01", "\n"])
def test_a_parent_that_is_none_begins_a_trace_of_its_own(collected: Collected, given: str) -> None:
    with span("film", given):
        pass
    send_all()
    assert collected.only("film").parent == ""


def test_a_collector_that_is_away_is_told_of_once_and_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ENDPOINTS[1], f"http://127.0.0.1:{free_port()}")
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            with span("film"):
                pass
            send_all()
        provider = tracing._provider()
        assert provider is not None
        provider.shutdown()
    assert time.monotonic() - began < 15
    assert len(caplog.records) == 1 and caplog.records[0].getMessage().startswith("traces: ")


def test_who_did_not_install_it_is_told_and_not_traced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(ENDPOINTS[1], "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with span("film"):
        assert here() == ""
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.endswith("nothing here can send traces: pip install 'bookfilm[otel]'")


def test_an_order_without_a_trace_is_what_earlier_versions_wrote() -> None:
    assert "trace" not in FilmOrder().model_dump(mode="json")
    assert FilmOrder(trace=TELLS).model_dump(mode="json")["trace"] == TELLS
    assert FilmOrder.model_validate(FilmOrder(trace=TELLS).model_dump(mode="json")).trace == TELLS
