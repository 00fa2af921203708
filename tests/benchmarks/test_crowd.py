"""The crowd that the benchmark sends to a studio: it hears to the end, reads at even times, tells what went wrong."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import psutil
import pytest

from benchmarks import crowd
from tests.conftest import STORY
from tests.studio.desk import carry_out
from tests.studio.serving import Served, served


def service_of(studio: Served) -> crowd.Service:
    host, _, port = studio.url.removeprefix("http://").partition(":")
    return crowd.Service(host, int(port), studio.token, psutil.Process())


def test_a_crowd_hears_a_film_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path / "data") as studio:
        service = service_of(studio)
        planned = str(studio.filmed(STORY.encode(), until="shots")["id"])
        carry_out(studio, planned)
        monkeypatch.setattr(crowd, "_begun", lambda *_, **__: planned)
        monkeypatch.setattr(crowd, "PAGE", 5)
        shots, pages = crowd._long(service, "")
        assert shots > 5 and len(pages) == -(-shots // 5) + 1
        monkeypatch.undo()
        monkeypatch.setattr(crowd, "LISTENERS", 5)
        saw = crowd.Crowd(pages=pages)
        film = crowd._begun(service, STORY.encode())
        worker = threading.Thread(target=carry_out, args=(studio, film))
        worker.start()
        took = asyncio.run(crowd._watched(service, film, saw))
        worker.join()
    assert took > 0
    assert (saw.heard, saw.out_of_order, dict(saw.refusals)) == (5, 0, {})
    assert saw.told == {saw.history: 5}
    # Half of what was due at least: a machine in use may stop whoever reads for a while.
    assert len(saw.reads_ms) >= took * crowd.READS_A_S / 2 - 2 and all(one > 0 for one in saw.reads_ms)
    assert saw.held


def test_a_film_that_is_not_made_is_no_figure(tmp_path: Path) -> None:
    with served(tmp_path / "data") as studio:
        service = service_of(studio)
        film = crowd._begun(service, STORY.encode())
        ledger = studio.studio.films.ledger_of(
            studio.studio.films.find(studio.client.get("/v1/me").json()["team"], film)
        )
        job = ledger.claim_job(ledger.film)
        assert job is not None

        # Before anybody has heard that it ran: nobody waits for that then.
        ledger.end_job(job.id, "failed", "the lamp went out")
        with pytest.raises(RuntimeError, match="the lamp went out"):
            asyncio.run(asyncio.wait_for(crowd._watched(service, film, None), 120))
