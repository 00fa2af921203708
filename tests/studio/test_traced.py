"""A film's trace, from the request that asked for it to the last take: studio, driver, and Ray's workers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="pip install 'bookfilm[otel]'")
from tests.collector import Collected, Sent, collector
from tests.studio.test_killed import connected, heard_until_done, made

pytestmark = [pytest.mark.film, pytest.mark.timeout(500)]

TOKEN = "bkf_0123456789abcdef_" + "t" * 43
TRACE, OURS = "0123456789abcdef" * 2, "fedcba9876543210"
STAGES = ["book", "screenplay", "shots", "speech", "picture", "mix", "film"]


@contextmanager
def traced_service(data: Path, collected: Collected) -> Iterator[str]:
    """Run `bookfilm serve` as a person does, with a driver; give its URL."""
    command = [sys.executable, "-m", "bookfilm", "serve", "--data", str(data), "--port", "0", "--drivers", "1"]
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": collected.url, "BOOKFILM_STUDIO_TOKEN": TOKEN}
    with (data.parent / "service.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **told})
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def test_from_upload_to_film(tmp_path: Path, book: bytes) -> None:
    with collector() as collected:
        with traced_service(tmp_path / "data", collected) as url, connected(url, TOKEN) as client:
            client.get("/health").raise_for_status()
            # As a client that traces does: whatever it asks for the film's sake is one trace.
            client.headers["traceparent"] = f"00-{TRACE}-{OURS}-01"
            heard_until_done(client, made(client, book), None)
        (uploaded, asked, job) = (collected.only(name) for name in ("POST /v1/uploads", "POST /v1/films", "job"))
        assert uploaded.facts["http.response.status_code"] == asked.facts["http.response.status_code"] == 201
        assert not [one for one in collected.spans if one.facts.get("url.path") == "/health"]
        sent = collected.named("PATCH /v1/uploads/{upload}")
        assert sent and {(one.trace, one.parent) for one in (uploaded, *sent, asked)} == {(TRACE, OURS)}
        assert (job.trace, job.parent) == (asked.trace, asked.id), "the job is the request's child"
        assert job.facts["bookfilm.slates"] == 0
        mine = [one for one in collected.spans if one.trace == job.trace]
        assert {one.id: one for one in mine}.keys() >= {one.parent for one in mine} - {OURS}, "a parent was never sent"
        stages = sorted((one for one in mine if one.parent == job.id), key=lambda one: one.began)
        assert set(STAGES) <= {one.name for one in stages}
        shots = job.facts["bookfilm.shots"]
        of_ray(collected, collected.only("picture"), "video attempt", "render", shots)
        of_ray(collected, collected.named("speech")[0], "voice attempt", "speak", None)
        (adapt,) = collected.named("adapt")
        assert collected.parent_of(adapt).name == "screenplay"
        assert collected.parent_of(collected.only("mix soundtrack")) == job
        assert collected.parent_of(collected.only("conform")).name == "film"
        assert all(one.failed is None for one in mine), [one for one in mine if one.failed is not None]


def of_ray(collected: Collected, stage: Sent, tried: str, done: str, most: int | None) -> None:
    """Hold the attempts of a stage, and what replicas did for them, against each other."""
    # A replica that is at work does not take a late shot's second try, and says so at once.
    attempts = [one for one in collected.named(tried) if one.facts.get("bookfilm.verdict") != "busy"]
    works = collected.named(done)
    assert attempts and len(attempts) == len(works)
    assert {one.parent for one in attempts} == {stage.id}
    assert Counter(one.parent for one in works) == Counter(one.id for one in attempts)
    for work in works:
        attempt = collected.parent_of(work)
        assert attempt.began <= work.began <= work.ended <= attempt.ended
        assert work.facts.get("bookfilm.shot", "") == attempt.facts["bookfilm.shot"]
        assert attempt.facts["bookfilm.verdict"] == "done"
    assert most is None or len({one.facts["bookfilm.key"] for one in attempts}) <= most
