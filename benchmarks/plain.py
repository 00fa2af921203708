"""The same stages without Ray: a plain pool of processes. It exists to be measured against."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bookfilm.cli.progress import PlainReporter
from bookfilm.engines.protocols import Adaptation, AdaptRequest, VideoEngine, Voice, VoiceSpec
from bookfilm.engines.registry import build_composer, build_screenwriter, build_video, build_voice
from bookfilm.jobs.gate import Gate, Opening
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.picture.takes import make_take
from bookfilm.pipeline.crew import Credits, Done, MixOrder, OnDone, Production
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.sounding import carry_out_mix
from bookfilm.records.book import Book, Language
from bookfilm.records.takes import Recording, Take
from bookfilm.settings import EngineChoice, Preset
from bookfilm.sound.mix import MixReport
from bookfilm.sound.speech import SpeechTask, record_speech
from bookfilm.store.folder import create_folder, held_folder
from bookfilm.store.ledger import open_ledger
from bookfilm.store.media import MediaStore

AHEAD = 64
"""How many orders are given to a pool beyond what it has finished: its processes never wait for this one."""
LOOK_S = 0.5
RAY_NICENESS = 15
"""What Ray gives its workers unless it is told otherwise."""

_engine: Any = None
"""The one engine of a pool's process."""


class PlainCrew:
    """The pipeline's crew as three pools with as many processes as Ray Serve has replicas."""

    def __init__(self, preset: Preset, renderers: int, speakers: int) -> None:
        self._preset = preset
        self._writer = build_screenwriter(preset.screenwriter.engine, dict(preset.screenwriter.settings))
        self._composer = build_composer(preset.score.engine, dict(preset.score.settings))
        self._speakers = _pool(speakers, _build_voice, preset.voice)
        self._renderers = _pool(renderers, _build_video, preset.video)
        self._mixer = _pool(1, _build_nothing, preset.score)
        self._video: EngineFacts = self._renderers.submit(_video_facts, preset.video).result()

    def close(self) -> None:
        for pool in (self._speakers, self._renderers, self._mixer):
            pool.shutdown(cancel_futures=True)

    def screenwriter(self) -> Credits:
        return Credits(name=self._writer.name, revision=self._writer.revision)

    def voice(self, language: Language) -> tuple[Credits, tuple[VoiceSpec, ...]]:
        name, revision, voices = self._speakers.submit(_voice_facts, language).result()
        return Credits(name=name, revision=revision), voices

    def video(self) -> EngineFacts:
        return self._video

    def keyframes(self) -> KeyframeFacts | None:
        return None

    def draw(self, orders: Sequence[KeyframeOrder], keyframes: Path, on_done: OnDone, gate: Gate) -> None:
        raise NotImplementedError("films with keyframes are not compared")

    def composer(self) -> Credits:
        return Credits(name=self._composer.name, revision=self._composer.revision)

    def makers(self) -> dict[str, str]:
        return {}

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        return self._writer.adapt(book, text, request)

    def record(self, tasks: Sequence[SpeechTask], speech: Path, on_done: OnDone, gate: Gate) -> None:
        _gather(self._speakers, _record, tasks, speech, on_done, gate)

    def shoot(self, orders: Sequence[TakeOrder], takes: MediaStore[Take], on_done: OnDone, gate: Gate) -> None:
        _gather(self._renderers, _shoot, orders, takes.folder, on_done, gate)

    def start_mix(self, order: MixOrder) -> Callable[[], MixReport]:
        return self._mixer.submit(_mix, order, self._preset.score).result


def _pool(size: int, build: Callable[[EngineChoice], None], choice: EngineChoice) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(size, mp_context=get_context("spawn"), initializer=build, initargs=(choice,))


def _gather(
    pool: ProcessPoolExecutor,
    make: Callable[[Any, Path], Done],
    orders: Sequence[Any],
    folder: Path,
    on_done: OnDone,
    gate: Gate,
) -> None:
    """Have `orders` made, a few ahead of what the pool works on, as far as `gate` is open."""
    waiting, running = deque(orders), set[Future[Done]]()
    while waiting or running:
        opening = gate.opening()
        if opening.ends:
            waiting.clear()
        room = AHEAD if opening.at_most is None else min(AHEAD, opening.at_most)
        while opening.flow == "open" and len(running) < room and (order := _first(waiting, opening)) is not None:
            if order.key in opening.skipped:
                on_done(Done(key=order.key, worker="", ms=0, made=False, skipped=True))
            else:
                running.add(pool.submit(make, order, folder))
        finished, running = wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
        for future in finished:
            on_done(future.result())
        if waiting and not running:
            gate.changed(opening.version, LOOK_S)


def _first(waiting: deque[Any], opening: Opening) -> Any:
    """Take the first of the `waiting` that nobody holds, None where there is none."""
    order = next((order for order in waiting if order.key not in opening.held), None)
    if order is not None:
        waiting.remove(order)
    return order


def _be_nice() -> None:
    """Be as nice as Ray's workers are: what else runs on the machine must not favour either."""
    os.nice(max(0, RAY_NICENESS - os.nice(0)))


def _build_voice(choice: EngineChoice) -> None:
    global _engine
    _be_nice()
    _engine = build_voice(choice.engine, dict(choice.settings))


def _build_video(choice: EngineChoice) -> None:
    global _engine
    _be_nice()
    _engine = build_video(choice.engine, dict(choice.settings))


def _build_nothing(_choice: EngineChoice) -> None:
    _be_nice()


def _video_facts(choice: EngineChoice) -> EngineFacts:
    engine: VideoEngine = _engine
    return EngineFacts(
        name=engine.name, revision=engine.revision, settings=dict(choice.settings), capabilities=engine.capabilities
    )


def _voice_facts(language: Language) -> tuple[str, str, tuple[VoiceSpec, ...]]:
    voice: Voice = _engine
    return voice.name, voice.revision, voice.voices(language)


def _record(task: SpeechTask, speech: Path) -> Done:
    content, recording = record_speech(_engine, task.request, task.key)
    MediaStore(speech, ".wav", Recording).put_bytes(recording, content)
    return Done(key=task.key, worker="pool", ms=recording.render_ms)


def _shoot(order: TakeOrder, takes: Path) -> Done:
    take = make_take(_engine, order, MediaStore(takes, ".mp4", Take))
    return Done(key=order.key, worker="pool", ms=take.render_ms)


def _mix(order: MixOrder, choice: EngineChoice) -> MixReport:
    composer = build_composer(choice.engine, dict(choice.settings))
    return carry_out_mix(order, composer)


@contextmanager
def plain_production(order: FilmOrder, book: Path, out: Path) -> Iterator[Production]:
    """Hold the film folder `out` and give what its stages need to be carried out by plain pools."""
    preset, folder = order.loaded_preset(), create_folder(out)
    cores = os.cpu_count() or 1
    with held_folder(folder):
        ledger = open_ledger(folder)
        job = ledger.begin_job(str(book), order.model_dump(mode="json"))
        crew = PlainCrew(
            preset, min(cores, preset.video.replicas.max_replicas), min(cores, preset.voice.replicas.max_replicas)
        )
        try:
            yield Production(order, preset, folder, ledger, job, crew, PlainReporter())
        finally:
            crew.close()
            ledger.close()
