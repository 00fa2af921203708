"""A clip that is no longer wanted: the server is told, and nothing that is paid is thrown away."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bookfilm.errors import RenderCancelled
from bookfilm.picture.takes import make_take
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore
from tests.picture.remote.conftest import MakeRemote
from tests.picture.remote.test_misbehaviour import an_order, states
from tests.picture.remote.video_server import Fault, Job, VideosServer


def stopping(server: VideosServer, once: Callable[[Job], bool]) -> Callable[[], bool]:
    return lambda: any(once(job) for job in server.jobs.values())


def test_cancelled_between_two_polls_the_server_is_told(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(fates=["hangs"]) as server:
        engine = remote_of(server, poll_s=30.0, longest_wait_s=30.0)
        started = time.monotonic()
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=stopping(server, lambda job: job.polls == 1))
        assert time.monotonic() - started < 10, "not only at the next poll"
        assert (server.stopped, server.paid, states(store)) == (["video_0"], 1, ["stopped"])
        engine = remote_of(server)
        make_take(engine, an_order(engine), store)
    assert states(store) == ["stopped", "fetched"]


def test_a_server_that_knows_no_delete_is_told_otherwise(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"DELETE": [Fault(405)]}, fates=["hangs"]) as server:
        engine = remote_of(server)
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=stopping(server, lambda job: job.polls > 1))
        assert server.stopped == ["video_0"]


def test_stopped_where_the_clip_has_just_become_ready(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(polls=1) as server:
        engine = remote_of(server, poll_s=30.0, longest_wait_s=30.0)
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=stopping(server, lambda job: job.polls == 1))
        assert (states(store), server.stopped, "DELETE" in server.calls) == (["waiting"], [], False)
        make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


def test_stopped_where_the_clip_has_just_failed(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(polls=1, fates=["fails"]) as server:
        engine = remote_of(server, poll_s=30.0, longest_wait_s=30.0)
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=stopping(server, lambda job: job.polls == 1))
        assert (states(store), server.stopped) == (["failed"], [])


@pytest.mark.parametrize("fault", [Fault(500), Fault(404), Fault()])
def test_stopped_where_the_server_does_not_say_how_far_it_is(
    fault: Fault, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer() as server:
        engine = remote_of(server, poll_s=30.0, longest_wait_s=30.0)

        def asked_to_stop() -> bool:
            begun = server.calls.count("POLL") == 1
            server.faults["POLL"] = [fault] * begun
            return begun

        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=asked_to_stop)
        assert (states(store), server.stopped) == (["waiting"], []), "it may be ready"
        make_take(remote_of(server), an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


@pytest.mark.parametrize("status", [409, 500])
def test_a_server_that_will_not_stop_it_keeps_it(status: int, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"DELETE": [Fault(status)]}, polls=4) as server:
        engine = remote_of(server)
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=stopping(server, lambda job: job.polls == 1))
        assert states(store) == ["waiting"]
        make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


def test_a_clip_that_was_ready_before_it_could_be_stopped(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    ready = Fault(200, body=b'{"id": "video_0", "status": "completed"}')
    with VideosServer({"DELETE": [ready]}, polls=4) as server:
        engine = remote_of(server)
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=stopping(server, lambda job: job.polls == 1))
        assert states(store) == ["waiting"]
        make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


def test_a_file_that_drips_can_be_stopped(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    dripping = Fault(200, body=b"." * 600, drip_s=0.05)
    with VideosServer({"CONTENT": [dripping]}) as server:
        engine, started = remote_of(server), time.monotonic()
        with pytest.raises(RenderCancelled):
            make_take(engine, an_order(engine), store, cancelled=lambda: server.calls.count("CONTENT") > 0)
        assert time.monotonic() - started < 10, "not only when the file is whole"
        assert (states(store), server.stopped) == (["waiting"], []), "it is ready, and paid for"
        make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])
