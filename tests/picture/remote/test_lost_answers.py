"""Submissions that may have been taken though nobody heard it: each is looked for before it is sent again."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bookfilm.errors import EngineError, RenderCancelled, TakesSpent
from bookfilm.picture.takes import make_take
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from tests.picture.remote.conftest import MakeRemote
from tests.picture.remote.test_misbehaviour import an_order, errands, states
from tests.picture.remote.video_server import Fault, VideosServer

PLAIN: dict[str, Any] = {}
"""The table [remote] of a server as vLLM-Omni and SGLang are: it keeps no metadata, and knows no idempotency."""
LOST: dict[str, Fault] = {
    "cut": Fault(after=True),
    "late": Fault(after=True, delay_s=3),
    "dripping": Fault(200, after=True, drip_s=0.1),
    "a page": Fault(200, body=b"<html>ok</html>", after=True),
    "no id": Fault(200, body=b"{}", after=True),
    "500": Fault(500, after=True),
    "502": Fault(502, after=True),
}


@pytest.mark.parametrize("name", LOST)
@pytest.mark.parametrize("how", ["metadata", "idempotent"])
def test_a_lost_answer_is_looked_for(name: str, how: str, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    fault = LOST[name]
    with VideosServer({"POST": [fault]}, metadata=how == "metadata", idempotent=how == "idempotent") as server:
        server.take({"model": "tests"}, "somebody else's")
        server.take({"model": "tests"}, "somebody else's, too")
        engine = remote_of(server, remote={how: "true"}, answer_s=0.3 if fault.delay_s or fault.drip_s else 5.0)
        make_take(engine, an_order(engine), store)
        assert server.paid == 3, "two of others', and one"
        assert server.calls.count("POST") == (1 if how == "metadata" else 2)
    assert states(store) == ["fetched"]


def test_an_answer_that_drips_is_lost_in_time(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    dripping = Fault(200, body=b" " * 600, after=True, drip_s=0.05)
    with VideosServer({"POST": [dripping]}) as server:
        engine, started = remote_of(server, answer_s=0.5), time.monotonic()
        make_take(engine, an_order(engine), store)
        assert time.monotonic() - started < 10, "30 s until it is whole"
        assert server.paid == 1


def test_a_file_that_drips_is_asked_for_again_in_time(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    dripping = Fault(200, body=b"." * 600, drip_s=0.05)
    with VideosServer({"CONTENT": [dripping]}) as server:
        engine, started = remote_of(server, download_s=0.5), time.monotonic()
        take = make_take(engine, an_order(engine), store)
        assert time.monotonic() - started < 10, "30 s until it is whole"
        assert (server.paid, take.tries, server.calls.count("CONTENT")) == (1, 1, 2)


def test_where_a_server_cannot_say_nothing_is_paid_twice(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"POST": [Fault(after=True)]}, metadata=False) as server:
        engine = remote_of(server, remote=PLAIN)
        for _ in range(2):
            with pytest.raises(TakesSpent, match=r'the answer to a submission was lost.*lost = "again"'):
                make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["lost"])
        again = remote_of(server, remote=PLAIN, lost="again")
        assert again.revision == engine.revision
        make_take(again, an_order(engine), store)
        assert server.paid == 2
    assert states(store) == ["lost", "fetched"]


def test_what_was_sent_without_metadata_is_not_looked_for_in_it(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"POST": [Fault(after=True)]}, idempotent=True) as server:
        for told in (PLAIN, {"metadata": "true"}):
            with pytest.raises(TakesSpent, match="the answer to a submission was lost"):
                make_take(engine := remote_of(server, remote=told), an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["lost"])
        make_take(engine := remote_of(server, remote={"idempotent": "true"}), an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


@pytest.mark.parametrize("status", [503, 504])
def test_what_a_gateway_hands_on_after_it_has_answered_is_found(
    status: int, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer({"POST": [Fault(status, taken_s=0.7)]}) as server:
        engine = remote_of(server, answer_s=3.0)
        make_take(engine, an_order(engine), store)
        assert (server.paid, server.calls.count("POST"), states(store)) == (1, 1, ["fetched"])


def test_what_a_gateway_hands_on_after_the_run_was_stopped_is_found(
    remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer({"POST": [Fault(504, taken_s=0.7)]}) as server:
        engine = remote_of(server, answer_s=3.0)
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=lambda: "LIST" in server.calls)
        assert (server.paid, states(store)) == (0, ["asking"])
        make_take(engine, an_order(engine), store)
        assert (server.paid, server.calls.count("POST"), states(store)) == (1, 1, ["fetched"])


def test_a_list_without_it_is_believed_once_no_answer_can_come_any_more(
    remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer({"POST": [Fault(429, {"retry-after": "1.2"}), Fault(500)]}) as server:
        engine, started = remote_of(server, answer_s=1.0, longest_wait_s=5.0), time.monotonic()
        make_take(engine, an_order(engine), store)
        # Counted from when it was sent last, not from when it was first tried.
        assert time.monotonic() - started > 2.2
        assert (server.paid, server.calls.count("POST")) == (1, 3)


@pytest.mark.parametrize("how", ["metadata", "idempotent"])
def test_a_503_that_does_not_say_until_when_may_come_after_it_was_taken(
    how: str, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer(
        {"POST": [Fault(503, after=True)]}, metadata=how == "metadata", idempotent=how == "idempotent"
    ) as server:
        make_take(engine := remote_of(server, remote={how: "true"}), an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


@pytest.mark.parametrize("how", ["metadata", "idempotent", "neither"])
def test_a_server_that_is_full_for_long_is_waited_for(how: str, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"POST": [Fault(503)] * 6}, metadata=how == "metadata", idempotent=how == "idempotent") as server:
        remote = PLAIN if how == "neither" else {how: "true"}
        make_take(engine := remote_of(server, remote=remote, answer_s=0.2, patience_s=60.0), an_order(engine), store)
        assert (server.paid, server.calls.count("POST"), states(store)) == (1, 7, ["fetched"])


@pytest.mark.parametrize("how", ["metadata", "idempotent"])
def test_who_gives_up_on_a_full_server_leaves_the_submission_to_be_looked_for(
    how: str, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    full = [Fault(503, after=how == "idempotent")] * 99
    with VideosServer({"POST": full}, metadata=how == "metadata", idempotent=how == "idempotent") as server:
        engine = remote_of(server, remote={how: "true"}, answer_s=0.2, patience_s=0.5)
        with pytest.raises(EngineError, match="HTTP 503"):
            make_take(engine, an_order(engine), store)
        (left,) = errands(store)
        assert (left.state, left.said) == ("asking", "HTTP 503")
        server.faults.clear()
        make_take(engine, an_order(engine), store)
        assert (server.paid, [e.token for e in errands(store)], states(store)) == (1, [left.token], ["fetched"])
