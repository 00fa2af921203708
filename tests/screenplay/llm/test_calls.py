"""Calls are bounded: at once, in time, in tokens, in money, and in how often a dead server is asked."""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path

import pytest

from bookfilm.metrics import REGISTRY
from tests.screenplay.books import long_book
from tests.screenplay.llm.chat_server import Body, ChatServer, Reply, failed, good, passage
from tests.screenplay.llm.writing import flags, heard, ruled, write, writer

SMALL = {"window_beats": 4, "batch": 4}


def test_no_more_are_asked_at_once_than_allowed(tmp_path: Path) -> None:
    with ChatServer() as server:
        write(writer(server, tmp_path / "a", calls_at_once=2, **SMALL), long_book(2))
        assert server.most_at_once == 2
        write(writer(server, tmp_path / "b", calls_at_once=1, **SMALL), long_book(1))


def test_the_servers_wish_is_heard(tmp_path: Path) -> None:
    times: dict[str, list[float]] = {}

    def behave(number: int, body: Body) -> Reply:
        times.setdefault(passage(body), []).append(time.monotonic())
        return failed(429, retry_after="1") if len(times[passage(body)]) == 1 else good(number, body)

    with ChatServer(behave) as server:
        screenplay = write(writer(server, tmp_path, longest_wait_s=5.0, calls_at_once=8)).screenplay
    assert flags(screenplay) == ["", "", ""]
    assert all(1.0 <= second - first < 4 for first, second in times.values())


@pytest.mark.parametrize(
    "budget", [{"budget_tokens": 9000}, {"budget_usd": 0.9, "usd_per_million_prompt_tokens": 100.0}]
)
def test_a_budget_ends_the_asking_at_the_same_place_paid_or_not(budget: dict[str, float], tmp_path: Path) -> None:
    text = long_book(6)
    settings = {**SMALL, "answer_tokens": 1000, "usd_per_million_completion_tokens": 100.0, **budget}
    with ChatServer() as server:
        first = write(writer(server, tmp_path, **settings), text).screenplay
        asked = len(server.bodies)
        second = write(writer(server, tmp_path, **settings), text).screenplay
        assert len(server.bodies) == asked, "what was paid for is not paid for again, and nothing more is"
    assert second.to_json() == first.to_json()
    told = Counter(flags(first))
    assert told[""] >= 1 and told["rules: the budget is spent"] >= 2
    assert flags(first)[-1] == "rules: the budget is spent"
    use = first.model_use
    assert use is not None and use.prompt_tokens + use.completion_tokens <= 9000 and use.usd <= 0.9
    assert heard(first) == heard(ruled(text))


def test_a_dead_server_is_given_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = long_book(6)
    with ChatServer(lambda *_: failed(500)) as server:
        settings = {**SMALL, "attempts": 1, "give_up_after": 4}
        with caplog.at_level(logging.WARNING):
            screenplay = write(writer(server, tmp_path, **settings), text).screenplay
        assert len(server.bodies) == 4
    assert any("given up" in record.message for record in caplog.records)
    assert all("HTTP 500" in flag or "given up after 4 calls" in flag for flag in flags(screenplay))
    assert heard(screenplay) == heard(ruled(text))


def test_the_key_goes_to_the_server_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("A_KEY_OF_MINE", "sk-hidden")
    with ChatServer(lambda n, b: failed(429) if n < 2 else good(n, b)) as server, caplog.at_level(logging.INFO):
        engine = writer(server, tmp_path, api_key_env="A_KEY_OF_MINE")
        screenplay = write(engine).screenplay
        assert set(server.keys) == {"Bearer sk-hidden"}
    kept = "".join(path.read_text(encoding="utf8") for path in tmp_path.rglob("*.json"))
    assert kept and "sk-hidden" not in kept + caplog.text + screenplay.to_json() + engine.revision


def test_what_is_asked_of_the_server(tmp_path: Path) -> None:
    with ChatServer() as server:
        write(writer(server, tmp_path, extra_body={"top_k": 1}, max_tokens_field="max_completion_tokens"))
        body = server.bodies[0]
        write(writer(server, tmp_path / "b", temperature=None))
        assert "temperature" not in server.bodies[-1]
    assert (body["model"], body["temperature"], body["top_k"], body["max_completion_tokens"]) == ("tests", 0.0, 1, 2000)
    told = body["response_format"]
    assert told["type"] == "json_schema" and told["json_schema"]["strict"] is True
    assert "maxLength" not in str(told), "OpenAI's strict schemas do not know it"


def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path) -> None:
    with ChatServer() as server:
        first = write(writer(server, tmp_path)).screenplay
        for number, path in enumerate(sorted(tmp_path.rglob("*.json"))):
            path.write_text(["{", '{"text": "lies"}', '{"text": "{}", "prompt_tokens": 1}'][number], encoding="utf8")
        assert write(writer(server, tmp_path)).screenplay.to_json() == first.to_json()
        assert len(server.bodies) == 6


def test_a_cache_that_cannot_be_written_costs_only_the_cache(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    with ChatServer() as server:
        assert flags(write(writer(server, tmp_path / "file")).screenplay) == ["", "", ""]
        assert [r.message.partition(",")[0] for r in caplog.records] == ["answers cannot be kept"]
        write(writer(server, "off"))
        assert len(server.bodies) == 6


def test_it_is_measured(tmp_path: Path) -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    def now() -> list[float]:
        return [
            value("bookfilm_llm_calls_total", outcome="answered"),
            value("bookfilm_llm_calls_total", outcome="cached"),
            value("bookfilm_llm_tokens_total", kind="prompt"),
            value("bookfilm_llm_scenes_total", outcome="revised"),
        ]

    before = now()
    with ChatServer() as server:
        write(writer(server, tmp_path))
        write(writer(server, tmp_path))
    assert [after - first for after, first in zip(now(), before, strict=True)] == [3, 3, 300, 6]
