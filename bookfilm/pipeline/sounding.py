"""Shots become recordings, recordings and a score become the soundtrack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookfilm.engines.protocols import Composer
from bookfilm.errors import EngineError
from bookfilm.pipeline.asides import digest
from bookfilm.pipeline.counting import Waiting, count_failures
from bookfilm.pipeline.crew import Credits, Done, MixOrder, Production
from bookfilm.pipeline.scoring import score_request
from bookfilm.pipeline.shooting import write_done
from bookfilm.pipeline.stages import settle_file
from bookfilm.records.screenplay import Screenplay
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Recording
from bookfilm.records.timeline import Timeline
from bookfilm.sound.mix import MIXER, MixReport
from bookfilm.sound.soundtrack import DEFAULT_LUFS, make_soundtrack, make_stems
from bookfilm.sound.speech import UtteranceKeys, speech_requests, utterance_keys
from bookfilm.store.files import write_file, write_if_changed
from bookfilm.store.folder import FilmFolder


@dataclass(frozen=True)
class Spoken:
    """What lies before the picture: the screenplay, its shots, what was spoken, and when each is seen."""

    screenplay: Screenplay
    shots: list[Shot]
    makers: tuple[str, ...]
    recordings: dict[str, Recording]
    timeline: Timeline


def record_lines(
    shots: Sequence[Shot],
    screenplay: Screenplay,
    casting: Mapping[str | None, str],
    voice: Credits,
    production: Production,
) -> tuple[dict[str, Recording], UtteranceKeys]:
    """Have every utterance spoken that is not in the store yet; return the recordings by key.

    Raises EngineError that names the words that could not be spoken: a film does not go on without a line.
    """
    store, reporter = production.folder.speech(), production.reporter
    tasks = speech_requests(shots, screenplay, casting, voice)
    missing = [task for task in tasks if store.find(task.key) is None]
    reporter.begin("speech", len(tasks))
    reporter.advance(len(tasks) - len(missing))
    lost: dict[str, str] = {}
    waiting, engine = Waiting("speech", len(missing)), production.preset.voice.engine

    def on_done(done: Done) -> None:
        write_done(production, "recording", done)
        waiting.one_left()
        count_failures(done, engine)
        if not done.made:
            lost[done.key] = done.errors[-1] if done.errors else "lost"
        reporter.advance()

    if missing:
        production.crew.record(missing, store.folder, on_done, production.gate)
        production.gate.check(unfinished=any(store.find(task.key) is None for task in missing))
    recordings = {}
    for task in tasks:
        recording = store.find(task.key)
        if recording is None:
            raise EngineError(
                f"could not be spoken: {lost.get(task.key, 'no recording came')}", subject=repr(task.request.text[:60])
            )
        recordings[task.key] = recording
    reporter.end(f"{len(missing)} spoken, {len(tasks) - len(missing)} kept")
    return recordings, utterance_keys(shots, screenplay, casting, voice)


def begin_mix(
    screenplay: Screenplay, shots: Sequence[Shot], timeline: Timeline, production: Production
) -> Callable[[], None]:
    """Begin to mix the soundtrack beside other work, unless the one that lies there still holds.

    Returns what waits for it to be finished.
    """
    folder, crew, ledger = production.folder, production.crew, production.ledger
    request = score_request(screenplay, shots, timeline)
    asked = production.order
    loudness = DEFAULT_LUFS if asked.loudness_lufs is None else asked.loudness_lufs
    made_of = {"timeline": digest(timeline.to_json()), "score": digest(request), "by": digest(crew.composer())}
    inputs = digest({**made_of, "mixer": MIXER, "loudness": loudness, "stems": asked.stems})
    order = MixOrder(
        timeline=timeline,
        score=request,
        speech=folder.speech().folder,
        out=folder.soundtrack,
        target_lufs=loudness,
        stems=folder.stems if asked.stems else None,
        mark=folder.sounds_for,
    )
    there = not asked.stems or folder.stems.is_dir()
    if there and settle_file(folder.soundtrack, folder.soundtrack.name, inputs, ledger, None):
        write_if_changed(folder.sounds_for, made_of["timeline"])
        return lambda: None
    folder.sounds_for.unlink(missing_ok=True)
    wait = crew.start_mix(order)

    def finish() -> None:
        production.reporter.begin("soundtrack", 1)
        report = wait()
        settle_file(folder.soundtrack, folder.soundtrack.name, inputs, ledger, lambda: None)
        production.reporter.end("silence" if report.integrated_lufs is None else f"{report.integrated_lufs:.1f} LUFS")

    return finish


def sound_is_there(folder: FilmFolder) -> bool:
    """Say whether the soundtrack in `folder` is that of its timeline: in a running job, whether it is mixed already."""
    try:
        return folder.sounds_for.read_text() == digest(folder.timeline.read_text(encoding="utf-8"))
    except OSError:
        return False


def carry_out_mix(order: MixOrder, composer: Composer) -> MixReport:
    """Mix the soundtrack, and its stems where they are asked for: what a crew's mixer does, wherever it works."""

    def recording(key: str) -> Path:
        return order.speech / f"{key}.wav"

    blocks = composer.compose(order.score)
    report = make_soundtrack(order.timeline, recording, blocks, order.out, order.target_lufs)
    if order.mark is not None:
        write_file(order.mark, digest(order.timeline.to_json()))
    if order.stems is not None:
        make_stems(order.timeline, recording, composer, order.score, report.gain_db, order.stems)
    return report
