"""A server that misbehaves in every way, over real HTTP: the take is made or given up, and nothing is paid twice."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from bookfilm.errors import BookfilmError, EngineError, EngineUnavailable, TakeRejected, TakesSpent
from bookfilm.picture.remote.engine import RemoteEngine
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.takes import make_take
from bookfilm.records.errands import Errand
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Take
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.errands import errands_beside
from bookfilm.store.media import MediaStore
from tests.picture.diffusion.asking import QUAY
from tests.picture.remote.conftest import MakeRemote
from tests.picture.remote.video_server import Fault, VideosServer


def an_order(engine: RemoteEngine, frames: int = 16) -> TakeOrder:
    facts = EngineFacts(name=engine.name, revision=engine.revision, capabilities=engine.capabilities)
    picture = PictureSettings(width=160, height=128)
    return order_take(Shot(id="s1", picture=QUAY), frames, (), facts, picture, Encoding(preset="ultrafast"))


def errands(store: MediaStore[Take]) -> list[Errand]:
    return errands_beside(store.folder).listed()


def states(store: MediaStore[Take]) -> list[str]:
    return [errand.state for errand in errands(store)]


PASSING: dict[str, dict[str, list[Fault]]] = {
    "429 with Retry-After": {"POST": [Fault(429, {"retry-after": "0"}), Fault(429, {"retry-after": "0.02"})]},
    "429 with a date": {"POST": [Fault(429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})]},
    "503": {"POST": [Fault(503)] * 3},
    "500 before it is taken": {"POST": [Fault(500)]},
    "cut before it is taken": {"POST": [Fault()]},
    "a poll of 500": {"POLL": [Fault(500), Fault(503), Fault(429, {"retry-after": "0"})]},
    "a poll that is cut": {"POLL": [Fault(), Fault()]},
    "a poll of a page": {"POLL": [Fault(200, body=b"<html>")]},
    "a job that is not known yet": {"POLL": [Fault(404), Fault(404)]},
    "a file of 500": {"CONTENT": [Fault(500), Fault(429, {"retry-after": "0"})]},
    "a file that is not there yet": {"CONTENT": [Fault(404), Fault(404)]},
    "a file that is cut off": {"CONTENT": [Fault(), Fault()]},
}


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_waited_for_and_paid_once(name: str, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({kind: list(faults) for kind, faults in PASSING[name].items()}) as server:
        take = make_take(engine := remote_of(server, answer_s=1.0), an_order(engine), store)
        assert server.paid == 1
        assert not any(server.faults.values()), "each fault was met"
    assert (take.flags, take.tries) == ((), 1)
    assert states(store) == ["fetched"]
    assert not list(errands_beside(store.folder).place(take.key).glob("*.mp4*")), "the clip is the take's now"


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_refused_costs_that_shot_alone(status: int, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"POST": [Fault(status)]}) as server:
        with pytest.raises(TakesSpent, match=rf"^shot s1: the server refuses it: HTTP {status}, the lamp went out"):
            make_take(engine := remote_of(server), an_order(engine), store)
        assert (server.paid, server.calls, states(store)) == (0, ["POST"], ["refused"])
        make_take(engine, an_order(engine), store)
        assert server.paid == 1


@pytest.mark.parametrize(("status", "said"), [(401, "key is refused"), (403, "key is refused"), (404, "no such model")])
def test_what_only_a_person_can_mend(status: int, said: str, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"POST": [Fault(status)]}) as server:
        with pytest.raises(EngineUnavailable, match=rf"{said}.*HTTP {status}"):
            make_take(engine := remote_of(server), an_order(engine), store)
        assert states(store) == ["refused"]


def test_nobody_at_the_address_is_waited_for_so_long_and_no_longer(
    remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    engine = remote_of("http://127.0.0.1:9/v1", patience_s=0.5)
    started = time.monotonic()
    with pytest.raises(EngineError, match=r"^http://127.0.0.1:9/v1: no connection \(ConnectError\)$"):
        make_take(engine, an_order(engine), store)
    assert 0.4 < time.monotonic() - started < 10
    assert states(store) == ["refused"]


def test_a_job_that_fails_is_tried_with_the_next_seed(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(fates=["fails"]) as server:
        take = make_take(engine := remote_of(server), an_order(engine), store)
        seeds = [int(job.fields["seed"]) for job in server.jobs.values()]
    assert (take.tries, seeds) == (2, [take.seed - 1, take.seed])
    assert [(e.attempt, e.state, e.said) for e in errands(store)] == [
        (0, "failed", "the server could not make it: CUDA out of memory"),
        (1, "fetched", ""),
    ]


def test_jobs_that_always_fail_are_paid_three_times_and_never_again(
    remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer(fates=["fails"] * 9) as server:
        engine = remote_of(server)
        for _ in range(3):
            with pytest.raises(TakesSpent, match="CUDA out of memory, with each of 3 seeds"):
                make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (3, ["failed"] * 3)
        # The next run may ask anew: the driver lays aside what ended badly.
        server.fates.clear()
        errands_beside(store.folder).lay_aside(an_order(engine).key)
        make_take(engine, an_order(engine), store)
        assert server.paid == 4
    assert [(e.attempt, e.number, e.state) for e in errands(store)][:2] == [(0, 0, "failed"), (0, 1, "fetched")]


def test_a_job_that_hangs_is_given_up_at_the_deadline_and_the_server_is_told(
    remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer(fates=["hangs"]) as server:
        take = make_take(engine := remote_of(server, deadline_s=0.5), an_order(engine), store)
        assert (server.stopped, server.paid, take.tries) == (["video_0"], 2, 2)
    assert [e.said for e in errands(store)] == ["not made in 0.5 s; the server was told to stop", ""]
    assert states(store) == ["overdue", "fetched"]


def test_a_server_that_falls_silent_is_asked_for_the_same_job_later(
    remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer({"POLL": [Fault(500)] * 1000}) as server:
        engine = remote_of(server, deadline_s=0.4)
        with pytest.raises(EngineError, match="it does not say how far a clip is: HTTP 500") as fault:
            make_take(engine, an_order(engine), store)
        assert not isinstance(fault.value, TakeRejected)
        assert states(store) == ["waiting"]
        # Long after its deadline it is ready: it is asked about before it is given up.
        server.faults.clear()
        server.polls = 0
        make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


def test_a_server_that_has_forgotten_its_jobs(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer({"POLL": [Fault(404)] * 3}) as server:
        take = make_take(engine := remote_of(server), an_order(engine), store)
        assert (server.paid, take.tries) == (2, 2)
    assert errands(store)[0].said == "the server knows the job no more"


@pytest.mark.parametrize("content", ["cut off", "half", "page", "small", "short"])
def test_a_file_that_is_not_what_was_asked_for_is_fetched_again(
    content: Any, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer(contents=[content] * 3) as server:
        take = make_take(engine := remote_of(server), an_order(engine), store)
        assert (server.paid, take.tries, server.calls.count("CONTENT")) == (1, 1, 4)


@pytest.mark.parametrize("content", ["half", "page", "gone", "small", "short"])
def test_a_file_that_stays_so_is_a_failed_attempt(content: Any, remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(contents=[content] * 4) as server:
        take = make_take(engine := remote_of(server), an_order(engine), store)
        assert (server.paid, take.tries) == (2, 2)
    assert states(store) == ["failed", "fetched"]
    assert errands(store)[0].said.startswith("its clip is of no use: ")


def test_a_file_whose_download_always_breaks_off_stays_paid_for(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(contents=["cut off"] * 4) as server:
        engine = remote_of(server)
        with pytest.raises(EngineError, match="its clip cannot be fetched: the download broke off"):
            make_take(engine, an_order(engine), store)
        assert states(store) == ["waiting"]
        make_take(engine, an_order(engine), store)
        assert (server.paid, states(store)) == (1, ["fetched"])


@pytest.mark.parametrize(
    ("content", "said"), [("small", "wrong size: 80x64, 160x128"), ("short", "wrong length: 0.33 s, 0.71 s")]
)
def test_another_picture_than_was_asked_for_is_made_again(
    content: Any, said: str, remote_of: MakeRemote, store: MediaStore[Take]
) -> None:
    with VideosServer(contents=[content] * 99) as server:
        engine = remote_of(server, attempts=2)
        for _ in range(2):
            with pytest.raises(TakesSpent, match=rf"its clip is of no use: {said}.*, with each of 3 seeds"):
                make_take(engine, an_order(engine), store)
        assert (server.paid, server.calls.count("CONTENT"), states(store)) == (3, 6, ["failed"] * 3)


def test_a_black_picture_is_made_again(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(contents=["black"]) as server:
        take = make_take(engine := remote_of(server), an_order(engine), store)
        assert (take.tries, take.flags, server.paid, states(store)) == (2, (), 2, ["fetched", "fetched"])
    with VideosServer(contents=["black"] * 3) as server:
        other = MediaStore(store.folder.parent / "other" / "takes", ".mp4", Take)
        with pytest.raises(TakesSpent, match="of one colour"):
            make_take(engine := remote_of(server), an_order(engine), other)
        assert server.paid == 3


def test_a_clip_within_the_answer_that_is_too_short(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(at_once=True, contents=["short"]) as server:
        remote = {"form": '"json"', "extensions": '"nvext"'}
        take = make_take(engine := remote_of(server, remote=remote), an_order(engine), store)
        assert (take.tries, server.paid, states(store)) == (2, 2, ["failed", "fetched"])


def test_a_clip_within_the_answer(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(at_once=True) as server:
        remote = {"form": '"json"', "extensions": '"nvext"', "length": '"seconds"'}
        make_take(engine := remote_of(server, remote=remote), an_order(engine), store)
        assert (server.paid, server.calls) == (1, ["POST"])
    assert states(store) == ["fetched"]


def test_two_workers_with_the_same_take_pay_once(remote_of: MakeRemote, store: MediaStore[Take]) -> None:
    with VideosServer(polls=5) as server:
        engine = remote_of(server)
        made: list[Take | BookfilmError] = []
        workers = [
            threading.Thread(target=lambda: made.append(make_take(engine, an_order(engine), store))) for _ in range(3)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert (server.paid, len(made), len(set(map(str, made)))) == (1, 3, 1)


def test_a_key_goes_to_the_server_and_nowhere_else(
    remote_of: MakeRemote, store: MediaStore[Take], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOKFILM_VIDEO_KEY", "very secret")
    with VideosServer() as server:
        secret = server.url.replace("http://", "http://user:word@")
        make_take(engine := remote_of(server.url), an_order(engine), store)
        assert server.keys == ["Bearer very secret"]
        engine = remote_of(secret, patience_s=0.1, answer_s=0.3)
        with pytest.raises(EngineError) as fault:
            server.faults["POST"] = [Fault(503)] * 50
            make_take(engine, an_order(engine, frames=9), store)
    written = str(fault.value) + "".join(errand.to_json() for errand in errands(store))
    assert "secret" not in written
    assert "word" not in written
