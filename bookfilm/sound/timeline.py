"""When everything happens: lays shots and their speech on whole frames, and fits the film to a runtime.

Speech is as long as it was spoken; a shot is its speech, the pauses after it and its hold. A runtime is
reached by stretching or squeezing pauses and holds alone, within bounds at which a film still breathes, and at
which its subtitles can still be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bookfilm.engines.protocols import Pace, Voiced, VoiceSpec
from bookfilm.errors import EngineError
from bookfilm.records.book import Language
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Recording
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import READING_CHARS_PER_S, STRETCH_UNIT, ChapterMark, Cue, Slot, Timeline
from bookfilm.sound.speech import LOUDNESS_PER_S
from bookfilm.sound.telling import effects_of

LEAD_IN_MS = 250
SHORTEST_SHOT_MS = 500
HANDLE_MS = 420
"""Half a dissolve: long enough to be seen as one, short enough that no word of the next scene is missed."""
PAUSE_BOUNDS = (Fraction(35, 100), Fraction(3))
HOLD_BOUNDS = (Fraction(1, 2), Fraction(4))
TIMELINE_SAMPLE_RATE = 48_000
MARK_CHARS = 2
"""A dash and a space before a speaker's words."""
MOST_FOR_READING = Fraction(1, 4)
"""The most that a pause grows for the reader's sake, in shares of what was spoken: no voice needs more."""


@dataclass(frozen=True)
class _Gap:
    """A silence that may be stretched, in exact frames at scale 1; never under `least` frames."""

    frames: Fraction
    bounds: tuple[Fraction, Fraction]
    least: int = 0

    def at(self, scale: Fraction) -> int:
        low, high = self.bounds
        return max(self.least, round(self.frames * min(max(scale, low), high)))


@dataclass(frozen=True)
class _ShotPlan:
    """A shot before its silences are settled: `spoken` are the frames of each utterance, `gaps` what follows each,
    and the hold last."""

    shot: Shot
    handle: int
    keys: tuple[str, ...]
    spoken: tuple[int, ...]
    samples: tuple[int, ...]
    lead_in: int
    shortest: int
    gaps: tuple[_Gap, ...]


@dataclass(frozen=True)
class Earlier:
    """A film before an edit: the slots, by shot, of those that the edit left alone, and the stretch of its silences."""

    slots: Mapping[str, Slot]
    stretch: int = STRETCH_UNIT


def build_timeline(
    shots: Sequence[Shot],
    recordings: Mapping[str, Recording],
    keys_by_utterance: Mapping[tuple[str, int], str],
    rate: FrameRate,
    runtime_s: int | None = None,
    chapters: Sequence[str | None] = (),
    title: str = "",
    language: Language = "en",
    held: Sequence[int] | None = None,
    earlier: Earlier | None = None,
) -> Timeline:
    """Lay `shots` on frames, each with what is heard in it: its cues and its effects.

    `held` are the frames that each shot has in another language: its silences give way, so that it need not be longer
    here, and it is never shorter.

    `earlier` is what the film was before an edit: its unchanged shots keep their slots' lengths and the moments of
    their cues, and the others' silences are stretched as its were. How far that misses a runtime is the edit's.

    `keys_by_utterance` gives the recording's key for (shot id, place in shot.heard); `chapters` the book's chapter
    titles by index; `title` the film's, for its one mark where no chapter has a card. How far the result misses
    `runtime_s` is said by `missed_frames`. Raises EngineError that names the shot whose recording is missing.
    """
    handles = [round(_frames(HANDLE_MS, rate)) if at and shot.opens != "cut" else 0 for at, shot in enumerate(shots)]
    plans = [
        _plan(shot, recordings, keys_by_utterance, rate, (before, after))
        for shot, before, after in zip(shots, handles, [*handles, 0][1:], strict=True)
    ]
    stretch = STRETCH_UNIT
    if held is not None:
        plans = [replace(plan, shortest=frames) for plan, frames in zip(plans, held, strict=True)]
        lengths = [frames for plan in plans for frames in _squeezed(plan)]
    elif earlier is not None:
        plans, stretch = [_as_before(plan, earlier) for plan in plans], earlier.stretch
        lengths = _stretched(plans, stretch)
    elif runtime_s is None:
        lengths = _stretched(plans, stretch)
    else:
        lengths, stretch = _fitted(plans, rate.nearest_frame(runtime_s))
    slots: list[Slot] = []
    start, taken = 0, 0
    for plan in plans:
        silences = lengths[taken : taken + len(plan.gaps)]
        taken += len(plan.gaps)
        slot = _slot(plan, silences, start)
        slots.append(slot.changed(effects=effects_of(plan.shot, slot, rate, TIMELINE_SAMPLE_RATE, language)))
        start += slot.frames
    marks = _chapter_marks(shots, slots, chapters, title)
    return Timeline(rate=rate, sample_rate=TIMELINE_SAMPLE_RATE, slots=tuple(slots), chapters=marks, stretch=stretch)


def missed_frames(timeline: Timeline, runtime_s: int) -> int:
    """Return by how many frames `timeline` is longer (positive) or shorter (negative) than `runtime_s`."""
    return timeline.frames - timeline.rate.nearest_frame(runtime_s)


def _plan(
    shot: Shot,
    recordings: Mapping[str, Recording],
    keys: Mapping[tuple[str, int], str],
    rate: FrameRate,
    handles: tuple[int, int],
) -> _ShotPlan:
    found: list[tuple[str, Recording]] = []
    for place in range(len(shot.heard)):
        key = keys.get((shot.id, place))
        if key is None or key not in recordings:
            raise EngineError(f"no recording for what is heard as number {place + 1}", subject=shot.id)
        found.append((key, recordings[key]))
    spoken = tuple(rate.frames_to_hold(Fraction(one.samples, one.sample_rate)) for _, one in found)
    pauses = [
        _Gap(_frames(utterance.pause_after_ms, rate), PAUSE_BOUNDS, _for_reading(utterance.text, frames, rate))
        for utterance, frames in zip(shot.heard, spoken, strict=True)
    ]
    return _ShotPlan(
        shot=shot,
        handle=handles[0],
        keys=tuple(key for key, _ in found),
        spoken=spoken,
        samples=tuple(-(-one.samples * TIMELINE_SAMPLE_RATE // one.sample_rate) for _, one in found),
        lead_in=round(_frames(LEAD_IN_MS, rate)) if shot.heard else 0,
        # What transitions take at both ends comes on top: something of the shot is seen by itself.
        shortest=max(1, round(_frames(SHORTEST_SHOT_MS, rate))) + sum(handles),
        gaps=(*pauses, _Gap(_frames(shot.hold_ms, rate), HOLD_BOUNDS)),
    )


def _for_reading(text: str, spoken: int, rate: FrameRate) -> int:
    """Return how many frames a reader needs beyond the voice, which may be faster than he is."""
    needed = rate.frames_to_hold(Fraction(len(text) + MARK_CHARS, READING_CHARS_PER_S)) - spoken
    return max(0, min(needed, int(spoken * MOST_FOR_READING)))


def _frames(milliseconds: int, rate: FrameRate) -> Fraction:
    return Fraction(max(0, milliseconds), 1000) * rate.per_second


def _slot(plan: _ShotPlan, silences: Sequence[int], start: int) -> Slot:
    cues: list[Cue] = []
    at = start + plan.lead_in
    for place, utterance in enumerate(plan.shot.heard):
        cues.append(
            Cue(
                line=utterance.line,
                kind=utterance.kind,
                speaker=utterance.speaker,
                text=utterance.text,
                speech=plan.keys[place],
                start_frame=at,
                samples=plan.samples[place],
                begins_line=utterance.begins_line,
                ends_line=utterance.ends_line,
            )
        )
        at += plan.spoken[place] + silences[place]
    frames = max(plan.shortest, at - start + silences[-1])
    return Slot(shot=plan.shot.id, start_frame=start, frames=frames, handle=plan.handle, cues=tuple(cues))


# --- fitting a runtime, or the shots of another language -----------------------------------------


def _stretched(plans: Iterable[_ShotPlan], stretch: int) -> list[int]:
    """Return the gaps' frames at `stretch`, in 1/4096."""
    return [gap.at(Fraction(stretch, STRETCH_UNIT)) for plan in plans for gap in plan.gaps]


def _as_before(plan: _ShotPlan, earlier: Earlier) -> _ShotPlan:
    """Return `plan` with the silences that its slot had, where it is one of the unchanged; else as it is."""
    slot = earlier.slots.get(plan.shot.id)
    if slot is None:
        return plan
    starts = [cue.start_frame - slot.start_frame for cue in slot.cues]
    silences = [after - before - said for before, after, said in zip(starts, starts[1:], plan.spoken, strict=False)]
    # What follows the last words, pause and hold, is one silence in the slot.
    rest = slot.frames - plan.lead_in - sum(plan.spoken) - sum(silences)
    silences += [0, rest] if slot.cues else [rest]
    return replace(plan, gaps=tuple(_Gap(Fraction(0), HOLD_BOUNDS, least=frames) for frames in silences))


def _squeezed(plan: _ShotPlan) -> list[int]:
    """Return the plan's gaps, as near to what they are by nature as its shortest length leaves room for."""

    def lengths(step: int) -> list[int]:
        return [gap.at(Fraction(step, STRETCH_UNIT)) for gap in plan.gaps]

    def fits(step: int) -> bool:
        return plan.lead_in + sum(plan.spoken) + sum(lengths(step)) <= plan.shortest

    lowest = int(PAUSE_BOUNDS[0] * STRETCH_UNIT)
    if fits(STRETCH_UNIT) or not fits(lowest):
        return lengths(STRETCH_UNIT)
    return lengths(_last_step(fits, lowest, STRETCH_UNIT))


def _fitted(plans: Sequence[_ShotPlan], wanted: int) -> tuple[list[int], int]:
    """Return the gaps' frames with which the film is `wanted` frames long, or as near as the bounds allow; and the
    stretch, in 1/4096, that all of them have at least."""

    def lengths(step: int) -> list[int]:
        return _stretched(plans, step)

    lowest = int(min(PAUSE_BOUNDS[0], HOLD_BOUNDS[0]) * STRETCH_UNIT)
    highest = int(max(PAUSE_BOUNDS[1], HOLD_BOUNDS[1]) * STRETCH_UNIT)
    if _total(plans, lengths(lowest)) >= wanted:
        return lengths(lowest), lowest
    if _total(plans, lengths(highest)) <= wanted:
        return lengths(highest), highest
    step = _last_step(lambda at: _total(plans, lengths(at)) <= wanted, lowest, highest)
    return _topped_up(plans, lengths(step), lengths(step + 1), wanted), step


def _last_step(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the last step from `low` on at which `holds` (true at `low`, false at `high`, once turning) is true."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _topped_up(plans: Sequence[_ShotPlan], short: list[int], long: list[int], wanted: int) -> list[int]:
    """Lengthen some of the gaps of `short` to what they are in `long`, spread over the film, until it fits."""
    growing = [place for place, (before, after) in enumerate(zip(short, long, strict=True)) if after > before]

    def grown(count: int) -> list[int]:
        # Bresenham's spread: the first k of n, evenly over the film, and each count contains no surprise.
        chosen = {growing[(index * len(growing)) // count] for index in range(count)}
        return [long[place] if place in chosen else frames for place, frames in enumerate(short)]

    low, high = 0, len(growing)
    best = short
    while low < high:
        middle = (low + high + 1) // 2
        attempt = grown(middle)
        if _total(plans, attempt) <= wanted:
            low, best = middle, attempt
        else:
            high = middle - 1
    return best


def _total(plans: Sequence[_ShotPlan], lengths: Sequence[int]) -> int:
    total, taken = 0, 0
    for plan in plans:
        silences = lengths[taken : taken + len(plan.gaps)]
        taken += len(plan.gaps)
        total += max(plan.shortest, plan.lead_in + sum(plan.spoken) + sum(silences))
    return total


# --- chapters, mouths and pace ----------------------------------------------------------------


def _chapter_marks(
    shots: Sequence[Shot], slots: Sequence[Slot], chapters: Sequence[str | None], title: str
) -> tuple[ChapterMark, ...]:
    marks: list[ChapterMark] = []
    for shot, slot in zip(shots, slots, strict=True):
        if shot.picture.kind != "chapter":
            continue
        known = chapters[shot.chapter] if shot.chapter is not None and 0 <= shot.chapter < len(chapters) else None
        marks.append(ChapterMark(title=known or " ".join(shot.picture.card) or title, start_frame=slot.start_frame))
    if marks or not slots:
        return tuple(marks)
    return (ChapterMark(title=title, start_frame=0),)


def voices_in(shot: Shot, slot: Slot, recordings: Mapping[str, Recording], rate: FrameRate) -> tuple[Voiced, ...]:
    """Return who of those in frame is heard when, with one loudness a film frame, counted from the clip's first."""
    in_frame = {person.name for person in shot.picture.cast}
    return tuple(
        Voiced(
            speaker=cue.speaker,
            start_frame=cue.start_frame - slot.start_frame + slot.handle,
            loudness=loudness_by_frame(recordings[cue.speech], rate),
        )
        for cue in slot.cues
        if cue.speaker is not None and cue.speaker in in_frame
    )


def loudness_by_frame(recording: Recording, rate: FrameRate) -> tuple[int, ...]:
    """Return the recording's loudness once a film frame: the loudest moment within the frame."""
    frames = rate.frames_to_hold(Fraction(recording.samples, recording.sample_rate))
    step = Fraction(LOUDNESS_PER_S) / rate.per_second
    values: list[int] = []
    for frame in range(frames):
        first, end = int(frame * step), -int(-((frame + 1) * step) // 1)
        values.append(max(recording.loudness[first : max(end, first + 1)], default=0))
    return tuple(values)


def measured_pace(voices: Sequence[VoiceSpec], cast: Mapping[str | None, str] | None = None) -> Pace:
    """Return how fast these voices speak, for the screenwriter; without a casting, the first narrator and the mean."""
    by_id = {voice.id: voice for voice in voices}
    narrators = [voice for voice in voices if voice.narrates] or list(voices)
    if not narrators:
        raise EngineError("the voice engine has no voice for this language")
    narrator = by_id[cast[None]] if cast else narrators[0]
    speaking = [by_id[id] for who, id in (cast or {}).items() if who is not None] or list(voices)
    dialogue = sum(voice.chars_per_s for voice in speaking) / len(speaking)
    return Pace(narrator_chars_per_s=narrator.chars_per_s, dialogue_chars_per_s=round(dialogue, 2))
