"""RayCrew: the pipeline's crew on a cluster. Ray Data shards, Ray Serve's replicas do the work."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import ray
from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from bookfilm import logs, tracing
from bookfilm.engines.protocols import Adaptation, AdaptRequest, VoiceSpec
from bookfilm.engines.registry import build_composer
from bookfilm.errors import BookfilmError, BucketError, ClusterError, StoreFull
from bookfilm.jobs.gate import Gate
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.pipeline.crew import Credits, Done, MixOrder, OnDone
from bookfilm.pipeline.sounding import carry_out_mix
from bookfilm.records.book import Book, Language
from bookfilm.records.takes import Take
from bookfilm.settings import EngineChoice, Preset
from bookfilm.sound.mix import MixReport
from bookfilm.sound.speech import SpeechTask
from bookfilm.store.media import MediaStore
from cluster.gating import GateTurnstile, Places, told_gate
from cluster.joining import ClusterJoined
from cluster.sending import Work, sent_rows
from cluster.sharding import begin_data, shard_rows
from deployments.apps import Post, app_name, app_of, built_from
from deployments.replies import worker_name
from deployments.slate import INGRESS

log = logging.getLogger(__name__)

APP_WAIT = "BOOKFILM_APP_WAIT_S"


def short_of_slots(preset: Preset, facts: EngineFacts) -> str:
    """Return a line that says so where a replica could work on more shots at once than it ever holds, else nothing."""
    at_once, slots = facts.capabilities.at_once, preset.video.replicas.slots
    if at_once <= slots:
        return ""
    return (
        f"preset {preset.name}: a replica of {facts.name} could work on {at_once} shots at once and holds {slots}: "
        f"slots = {2 * at_once} in [video.replicas] keeps it at work"
    )


class RayCrew:
    """The engines of `preset` on the cluster that this process has joined.

    Its Serve app is used if it is up, else deployed. `work` is a folder for the lists that Ray Data reads.
    """

    def __init__(self, preset: Preset, joined: ClusterJoined, work: Path) -> None:
        self._preset = preset
        self._joined = joined
        self._lists = work
        self._app = app_name(preset)
        self._composer = build_composer(preset.score.engine, dict(preset.score.settings))
        self._data = begin_data()
        _deploy(preset, joined)
        writer, revision = self._ask("screenwriter", "facts")
        self._writer = Credits(name=writer, revision=revision)
        self._video: EngineFacts = self._ask("video", "facts")
        if told := short_of_slots(preset, self._video):
            log.warning(told)
        self._keyframes: KeyframeFacts | None = self._ask("keyframe", "facts") if preset.keyframes else None

    def screenwriter(self) -> Credits:
        return self._writer

    def voice(self, language: Language) -> tuple[Credits, tuple[VoiceSpec, ...]]:
        name, revision, voices = self._ask("voice", "facts", language)
        return Credits(name=name, revision=revision), voices

    def video(self) -> EngineFacts:
        return self._video

    def keyframes(self) -> KeyframeFacts | None:
        return self._keyframes

    def composer(self) -> Credits:
        return Credits(name=self._composer.name, revision=self._composer.revision)

    def makers(self) -> dict[str, str]:
        preset = self._preset
        posts = {
            "screenwriter": preset.screenwriter,
            "video": preset.video,
            "voice": preset.voice,
            "score": preset.score,
        }
        return {post: choice.engine for post, choice in posts.items()}

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        beside = (tracing.here(), logs.told())
        adaptation: Adaptation = self._ask(
            "screenwriter", "adapt", book, text, request, *(beside if any(beside) else ())
        )
        return adaptation

    def record(self, tasks: Sequence[SpeechTask], speech: Path, on_done: OnDone, gate: Gate) -> None:
        work = self._work_of("voice", "speak", SpeechTask.model_validate_json, speech, self._preset.voice, 1)
        # Not through Ray Data: lines are spoken in less time than a pipeline takes to start.
        rows = [(task.key, task.model_dump_json()) for task in tasks]
        _hear(chain.from_iterable(sent_rows(rows, len(rows), work, GateTurnstile(gate))), on_done, speech)

    def shoot(self, orders: Sequence[TakeOrder], takes: MediaStore[Take], on_done: OnDone, gate: Gate) -> None:
        at_once = self._video.capabilities.at_once
        work = self._work_of("video", "render", TakeOrder.model_validate_json, takes, self._preset.video, at_once)
        if not self._video.errands and at_once == 1:
            # Who is paid for each piece is not asked for one twice; and of several in a call each says its share of the
            # time, by which none could be called late.
            work = replace(work, size=_frames)
        rows = ((order.key, order.model_dump_json()) for order in orders)
        self._data.join()
        left = _Left(len(orders), on_done)
        with told_gate(gate, self._app, Places(work.in_flight, self._held(self._preset.video)), left.count) as job:
            _hear(shard_rows(rows, len(orders), work, self._lists / "shards", job), left.heard, takes.folder)

    def draw(self, orders: Sequence[KeyframeOrder], keyframes: Path, on_done: OnDone, gate: Gate) -> None:
        choice = self._preset.keyframes
        if choice is None:
            return
        work = self._work_of("keyframe", "draw", KeyframeOrder.model_validate_json, keyframes, choice, 1)
        rows = ((order.key, order.model_dump_json()) for order in orders)
        self._data.join()
        with told_gate(gate, self._app, Places(work.in_flight, self._held(choice))) as job:
            _hear(shard_rows(rows, len(orders), work, self._lists / "shards", job), on_done, keyframes)

    def start_mix(self, order: MixOrder) -> Callable[[], MixReport]:
        choice = self._preset.score
        asked = _mix.remote(order, choice, tracing.here(), logs.told())

        def wait() -> MixReport:
            try:
                report: MixReport = ray.get(asked)
            except RayTaskError as error:
                raise _cause(error) from error
            except RayError as error:
                raise ClusterError(f"the mix was lost: {error}") from error
            return report

        return wait

    def _work_of(
        self,
        post: Post,
        method: str,
        call: Callable[[str], Any],
        folder: Path | MediaStore[Any],
        choice: EngineChoice,
        at_once: int,
    ) -> Work:
        # A row beyond what the replicas hold is offered to them again and again, and each has to answer. On a cluster
        # of our own all replicas are there from the first; elsewhere what waits is what makes Ray add nodes.
        held = self._held(choice)
        in_flight = held if self._joined.local else 2 * held
        at_work = min(at_once, choice.replicas.slots) * _replicas_that_fit(choice, self._joined)
        lies = str(folder) if isinstance(folder, Path) else folder
        return Work(self._app, post, method, call, lies, in_flight, at_work, trace=tracing.here(), told=logs.told())

    def _held(self, choice: EngineChoice) -> int:
        """Return how many rows the replicas hold, once all that fit are there."""
        return choice.replicas.slots * _replicas_that_fit(choice, self._joined)

    def _ask(self, post: Post, method: str, *arguments: Any) -> Any:
        """Call one replica and wait; a replica that dies meanwhile is replaced by Serve and asked again."""
        handle: DeploymentHandle[Any] = serve.get_deployment_handle(post, self._app)
        try:
            return _asked(handle, method, arguments)
        except RayTaskError as error:
            raise _cause(error) from error
        except (RayError, RayServeException) as error:
            raise ClusterError(f"the {post} deployment did not answer: {error}", subject=self._app) from error


@retry(
    retry=retry_if_exception(
        lambda e: isinstance(e, (RayError, RayServeException)) and not isinstance(e, (RayTaskError, BookfilmError))
    ),
    stop=stop_after_attempt(4),
    wait=wait_random_exponential(multiplier=0.3, max=10),
    reraise=True,
)
def _asked(handle: DeploymentHandle[Any], method: str, arguments: tuple[Any, ...]) -> Any:
    return getattr(handle, method).remote(*arguments).result()


@ray.remote(num_cpus=0.05, max_retries=3)
def _mix(order: MixOrder, choice: EngineChoice, trace: str, told: dict[str, logs.Fact]) -> MixReport:
    logs.begin_logs(worker=worker_name())
    composer = build_composer(choice.engine, dict(choice.settings))
    try:
        with logs.about(told), tracing.span("mix soundtrack", trace):
            return carry_out_mix(order, composer)
    finally:
        tracing.send_all()


class _Left:
    """Counts the rows that are left, and passes on what came of each."""

    def __init__(self, rows: int, on_done: OnDone) -> None:
        self._rows, self._on_done = rows, on_done

    def heard(self, done: Done) -> None:
        self._rows -= 1
        self._on_done(done)

    def count(self) -> int:
        return max(0, self._rows)


def _frames(order: TakeOrder) -> float:
    return float(order.request.frames)


def _hear(answers: Iterator[Done], on_done: OnDone, folder: Path) -> None:
    """Pass on what came of each row. Raises StoreFull where a replica found the disk full, BucketError where away."""
    for done in answers:
        on_done(done)
        told = done.errors[-1] if done.errors else ""
        if done.stop and told.startswith(BucketError.__name__):
            raise BucketError(told.partition(": ")[2])
        if done.stop:
            raise StoreFull(done.errors[-1] if done.errors else "the disk is full", subject=folder)


def _cause(error: RayTaskError) -> BookfilmError:
    cause = error.cause if isinstance(error.cause, BaseException) else error
    return cause if isinstance(cause, BookfilmError) else ClusterError(f"{type(cause).__name__}: {cause}")


def _deploy(preset: Preset, joined: ClusterJoined) -> None:
    """Bring up the preset's app unless it runs already; on a cluster of our own, with all its replicas at once."""
    if not joined.local and (_is_up(preset) or _comes_up(preset)):
        return
    at_once = _replicas_that_fit(preset.video, joined) if joined.local else 1
    if joined.local:
        serve.start(proxy_location="Disabled")
    serve.run(app_of(preset, at_once), name=app_name(preset), route_prefix=None)


def _comes_up(preset: Preset) -> bool:
    """Wait for the app where a Serve config brings it up: a driver must not deploy over it.

    So many seconds as BOOKFILM_APP_WAIT_S says; then raises ClusterError. False at once where it says nothing.
    """
    wait_s = float(os.environ.get(APP_WAIT) or 0)
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if _is_up(preset):
            return True
        time.sleep(1)
    if wait_s:
        raise ClusterError("no app of this preset and this version came up here", subject=app_name(preset))
    return False


def _is_up(preset: Preset) -> bool:
    """Say whether the preset's app runs here, built from the very same engines and settings."""
    app = serve.status().applications.get(app_name(preset))
    if app is None or app.status != "RUNNING":
        return False
    handle: DeploymentHandle[Any] = serve.get_deployment_handle(INGRESS, app_name(preset))
    try:
        return bool(handle.built_from.remote().result(timeout_s=30) == built_from(preset))
    except (RayError, RayServeException, TimeoutError):
        return False


def _replicas_that_fit(choice: EngineChoice, joined: ClusterJoined) -> int:
    """Return how many replicas of `choice` the cluster could hold at once, at least one."""
    replicas = choice.replicas
    room = [replicas.max_replicas]
    # A whole core each, whatever fraction is reserved: two replicas on one core only wait for each other.
    if replicas.num_cpus:
        room.append(int(joined.cpus // max(replicas.num_cpus, 1.0)))
    if replicas.num_gpus:
        room.append(int(joined.gpus // replicas.num_gpus))
    return max(1, min(room))
