"""RayCrew: the pipeline's crew on a cluster. Ray Data shards, Ray Serve's replicas do the work."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import ray
from ray import serve
from ray.exceptions import GetTimeoutError, RayError, RayTaskError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

from bookfilm import logs, tracing
from bookfilm.engines.protocols import Adaptation, AdaptRequest, VoiceSpec
from bookfilm.engines.registry import build_composer
from bookfilm.errors import BookfilmError, BucketError, ClusterError, OtherEngine, StoreFull
from bookfilm.jobs.gate import Gate, Opening
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.pipeline.crew import Credits, Done, MixOrder, OnDone
from bookfilm.pipeline.sounding import carry_out_mix
from bookfilm.records.base import Part
from bookfilm.records.book import Book, Language
from bookfilm.records.takes import Take
from bookfilm.settings import EngineChoice, Preset
from bookfilm.sound.mix import MixReport
from bookfilm.sound.speech import SpeechTask
from bookfilm.store.media import MediaStore
from cluster.deploying import bring_up, check_same, replicas_that_fit, waits_for
from cluster.gating import GateTurnstile, told_gate
from cluster.joining import ClusterJoined
from cluster.sending import Work, sent_rows
from cluster.sharding import begin_data, shard_rows
from deployments.allotting import Places
from deployments.apps import Post, app_name
from deployments.replies import worker_name

log = logging.getLogger(__name__)

WORD_S = 300.0
"""How often it is said that somebody has not answered yet."""


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
        bring_up(preset, joined)
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
        self._check_same()
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
        rows = [(order.key, order) for order in orders]
        self._send(rows, work, self._preset.video, at_once, takes.folder, on_done, gate)

    def draw(self, orders: Sequence[KeyframeOrder], keyframes: Path, on_done: OnDone, gate: Gate) -> None:
        choice = self._preset.keyframes
        if choice is None:
            return
        work = self._work_of("keyframe", "draw", KeyframeOrder.model_validate_json, keyframes, choice, 1)
        rows = [(order.key, order) for order in orders]
        self._send(rows, work, choice, 1, keyframes, on_done, gate)

    def _send(
        self,
        orders: Sequence[tuple[str, Part]],
        work: Work,
        choice: EngineChoice,
        at_once: int,
        folder: Path,
        on_done: OnDone,
        gate: Gate,
    ) -> None:
        """Send the orders, each under its key, through Ray Data, and hear what came of each."""
        rows = ((key, order.model_dump_json()) for key, order in orders)
        self._data.join()
        left = _Left({key for key, _ in orders}, on_done)
        with told_gate(gate, self._app, lambda: self._places(choice, at_once), left.wanted) as job:
            # Who looks from now on sees this job, and deploys no other.
            self._check_same()
            answers = shard_rows(rows, len(orders), work, self._lists / "shards", job, lambda: not gate.opening().ends)
            _hear(answers, left.heard, folder)

    def start_mix(self, order: MixOrder) -> Callable[[], MixReport]:
        choice = self._preset.score
        asked = _mix.remote(order, choice, tracing.here(), logs.told())

        def wait() -> MixReport:
            while True:
                try:
                    report: MixReport = ray.get(asked, timeout=WORD_S)
                except GetTimeoutError:
                    log.warning("the mix is not there yet; where it waits for a place, `ray status` says for which")
                except RayTaskError as error:
                    raise _cause(error) from error
                except RayError as error:
                    raise ClusterError(f"the mix was lost: {error}") from error
                else:
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
        places = self._places(choice, at_once)
        most = places.alone if self._joined.local else 2 * choice.replicas.slots * choice.replicas.max_replicas
        lies = str(folder) if isinstance(folder, Path) else folder
        return Work(
            self._app,
            post,
            method,
            call,
            lies,
            in_flight=places.alone,
            at_work=places.at_work,
            most=most,
            trace=tracing.here(),
            told=logs.told(),
        )

    def _check_same(self) -> None:
        """Raise ClusterRefused where the app is another one by now: what it makes was not ordered of it."""
        if not self._joined.local:
            check_same(self._preset)

    def _places(self, choice: EngineChoice, at_once: int) -> Places:
        """Return what places the replicas have that there is room for now, once all of them are there."""
        replicas = replicas_that_fit(choice.replicas, self._joined.resources())
        held, at_work = choice.replicas.slots * replicas, min(at_once, choice.replicas.slots) * replicas
        # A row beyond what the replicas hold is offered to them again and again, and each has to answer. On a cluster
        # of our own all replicas are there from the first; elsewhere what waits is what makes Ray add nodes.
        return Places(alone=held if self._joined.local else 2 * held, shared=held, at_work=at_work)

    def _ask(self, post: Post, method: str, *arguments: Any) -> Any:
        """Call one replica and wait; a replica that dies meanwhile is replaced by Serve and asked again."""
        handle: DeploymentHandle[Any] = serve.get_deployment_handle(post, self._app)
        try:
            return _asked(handle, method, arguments, f"{post} of {self._app}")
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
def _asked(handle: DeploymentHandle[Any], method: str, arguments: tuple[Any, ...], name: str) -> Any:
    answer = getattr(handle, method).remote(*arguments)
    while True:
        try:
            return answer.result(timeout_s=WORD_S)
        except TimeoutError as error:
            if isinstance(error, RayError):
                raise
            log.warning("%s has not answered for %g s: %s", name, WORD_S, waits_for(handle.app_name))


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
    """Knows the rows that are left, by key, and passes on what came of each."""

    def __init__(self, rows: set[str], on_done: OnDone) -> None:
        self._rows, self._on_done = rows, on_done

    def heard(self, done: Done) -> None:
        self._rows.discard(done.key)
        self._on_done(done)

    def wanted(self, opening: Opening) -> int:
        """Return how many are left that are not held: nobody should stand ready for these."""
        held = sum(key in self._rows for key in opening.held)
        return len(self._rows) - held


def _frames(order: TakeOrder) -> float:
    return float(order.request.frames)


def _hear(answers: Iterator[Done], on_done: OnDone, folder: Path) -> None:
    """Pass on what came of each row. Raises StoreFull where a replica found the disk full, BucketError where away,
    ClusterError where it is not what the rows were ordered of."""
    for done in answers:
        on_done(done)
        told = done.errors[-1] if done.errors else ""
        if done.stop and told.startswith(BucketError.__name__):
            raise BucketError(told.partition(": ")[2])
        if done.stop and told.startswith(OtherEngine.__name__):
            raise ClusterError(told.partition(": ")[2])
        if done.stop:
            raise StoreFull(done.errors[-1] if done.errors else "the disk is full", subject=folder)


def _cause(error: RayTaskError) -> BookfilmError:
    cause = error.cause if isinstance(error.cause, BaseException) else error
    return cause if isinstance(cause, BookfilmError) else ClusterError(f"{type(cause).__name__}: {cause}")
