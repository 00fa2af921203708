"""Laying: what was accepted of the answers, laid over a screenplay of the rules. The words that are heard stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookfilm.records.book import Span
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Beat, Emotion, Line, ModelUse, Scene, Screenplay
from bookfilm.screenplay.llm.bible import Places, change_looks
from bookfilm.screenplay.llm.borders import ReadBeat, cut_again, is_directed, join
from bookfilm.screenplay.llm.calls import Outcome
from bookfilm.screenplay.llm.checks import Revision, Setting
from bookfilm.screenplay.llm.windows import Window

Source = tuple[Span, ...]
_FLAG_CHARS = 160
_SHOWN_FAULTS = 2


@dataclass
class Reading:
    """What the model's answers say, found by the places of the lines in the book: ids change with the runtime."""

    beats: dict[Source, ReadBeat] = field(default_factory=dict)
    emotions: dict[Source, Emotion] = field(default_factory=dict)
    speakers: dict[Source, str] = field(default_factory=dict)
    settings: dict[int, list[Setting]] = field(default_factory=dict)
    """By scene of the draft; `begins` counts the scene's beats."""
    goes_on: set[int] = field(default_factory=set)
    flags: dict[int, str] = field(default_factory=dict)


def read_outcomes(windows: Sequence[Window], outcomes: Sequence[Outcome]) -> Reading:
    """Return what `outcomes` say of `windows`."""
    reading = Reading()
    by_scene: dict[int, list[Outcome]] = {}
    for window, outcome in zip(windows, outcomes, strict=True):
        by_scene.setdefault(window.scene, []).append(outcome)
        _read_beats(window, outcome.revision, reading)
        if outcome.revision is not None:
            _read_lines(window, outcome.revision, reading)
    reading.flags = {scene: _flag(of_scene) for scene, of_scene in by_scene.items()}
    return reading


def _read_beats(window: Window, revision: Revision | None, reading: Reading) -> None:
    for number, shown in enumerate(window.beats):
        seen = revision.seen[number] if revision is not None else None
        present = revision.present[number] if revision is not None else None
        for line in shown.beat.lines:
            reading.beats[line.source] = ReadBeat(window.scene, window.first + number, seen, present)


def _read_lines(window: Window, revision: Revision, reading: Reading) -> None:
    reading.emotions |= {
        line.source: emotion for (_, line), emotion in zip(window.spoken(), revision.emotions, strict=True)
    }
    reading.speakers |= {
        line.source: who for (_, line), who in zip(window.doubtful(), revision.speakers, strict=True) if who is not None
    }
    for said in revision.settings:
        setting = Setting(window.first + said.begins, said.place, said.hour, said.weather)
        reading.settings.setdefault(window.scene, []).append(setting)
    if revision.goes_on:
        reading.goes_on.add(window.scene)


def _flag(outcomes: list[Outcome]) -> str:
    """Return why the rules' version stands in a scene, and how much of it; an empty string where it does not."""
    lost = [outcome for outcome in outcomes if outcome.revision is None]
    faults = tuple(dict.fromkeys(fault for outcome in (lost or outcomes) for fault in outcome.faults))
    if not faults:
        return ""
    how = "mended" if not lost else "rules" if len(lost) == len(outcomes) else "partly rules"
    more = f" and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
    return f"{how}: {'; '.join(faults[:_SHOWN_FAULTS])}"[:_FLAG_CHARS] + more


def count_use(use: ModelUse, reading: Reading, outcomes: Sequence[Outcome], usd: float) -> ModelUse:
    """Return `use` with what was asked and what came of it."""
    kinds = Counter(flag.partition(":")[0] for flag in reading.flags.values())
    return use.changed(
        scenes=len(reading.flags),
        revised=kinds[""],
        mended=kinds["mended"] + kinds["partly rules"],
        dropped=kinds["rules"],
        prompt_tokens=sum(outcome.prompt_tokens for outcome in outcomes),
        completion_tokens=sum(outcome.completion_tokens for outcome in outcomes),
        usd=round(usd, 6),
    )


def lay_over(screenplay: Screenplay, reading: Reading, outcomes: Sequence[Outcome], direction: Direction) -> Screenplay:
    """Return `screenplay` as the model reads it. The author's direction has the last word over both."""
    places = Places(screenplay.places)
    scenes: list[Scene] = []
    before = -1
    for scene in screenplay.scenes:
        read = next((reading.beats[line.source] for line in scene.lines() if line.source in reading.beats), None)
        if read is None:
            scenes.append(scene)
            continue
        revised = scene.changed(beats=tuple(_revise_beat(beat, reading) for beat in scene.beats))
        directed = is_directed(scene, direction)
        numbers = [_number(beat, reading) for beat in scene.beats]
        settings = [] if directed else reading.settings.get(read.scene, [])
        pieces = cut_again(revised, numbers, settings, places)
        pieces[0] = pieces[0].changed(flag=reading.flags.get(read.scene, ""))
        if read.scene in reading.goes_on and before == read.scene - 1 and not directed and scenes:
            scenes, pieces = join(scenes, pieces)
        scenes += pieces
        before = read.scene
    changes = [change for o in outcomes if o.revision is not None for change in o.revision.changes]
    characters = change_looks(screenplay, scenes, changes, direction)
    return screenplay.changed(scenes=tuple(scenes), characters=characters, places=places.used(scenes))


def _number(beat: Beat, reading: Reading) -> int:
    """Return the number of the draft's beat that `beat` is, or is a shorter form of."""
    return next((reading.beats[line.source].beat for line in beat.lines if line.source in reading.beats), 0)


def _revise_beat(beat: Beat, reading: Reading) -> Beat:
    lines = tuple(_revise_line(line, reading) for line in beat.lines)
    read = next((reading.beats[line.source] for line in lines if line.source in reading.beats), None)
    present = beat.present if read is None or read.present is None else read.present
    on_stage = [line.speaker for line in lines if line.kind == "dialogue" and line.speaker in {*beat.present, *present}]
    newly = [line.speaker for line in lines if line.source in reading.speakers]
    return beat.changed(
        lines=lines,
        present=tuple(dict.fromkeys(who for who in (*on_stage, *newly, *present) if who is not None)),
        action=beat.action if read is None or read.seen is None else read.seen,
    )


def _revise_line(line: Line, reading: Reading) -> Line:
    if line.why == "direction":
        return line
    emotion = reading.emotions.get(line.source, line.emotion)
    speaker = reading.speakers.get(line.source)
    if speaker is None or speaker == line.speaker:
        return line if emotion == line.emotion else line.changed(emotion=emotion)
    return line.changed(emotion=emotion, speaker=speaker, why="model")
