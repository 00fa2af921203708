"""The lengths of a film's shots before anything is made: adapted by rules, planned, and timed by the voices' pace."""

from __future__ import annotations

from bookfilm.engines.protocols import AdaptRequest, Pace, VoiceSpec
from bookfilm.engines.registry import build_voice
from bookfilm.jobs.estimate import ShotLength
from bookfilm.pipeline.crew import Credits
from bookfilm.pipeline.said import as_said
from bookfilm.records.book import Book
from bookfilm.records.takes import Recording
from bookfilm.records.timeline import Timeline
from bookfilm.screenplay.rules import RulesScreenwriter
from bookfilm.settings import Preset
from bookfilm.shots.cards import CHAPTER_MS, TITLE_MS, credits_ms
from bookfilm.shots.plan import plan_shots
from bookfilm.sound.casting import cast_voices
from bookfilm.sound.speech import SpeechTask, speech_requests, utterance_keys
from bookfilm.sound.timeline import build_timeline, measured_pace

SAMPLE_RATE = 1000
"""Of the recordings that are only thought of: a sample is a millisecond."""
MAKERS = ("", "", "", "")
"""As many credit lines as a film has makers."""


def planned_lengths(source: tuple[Book, str], preset: Preset, runtime_s: int | None) -> tuple[list[ShotLength], float]:
    """Return the length of each shot that the film of `source` would have, and the film's own in seconds.

    Nothing is spoken: every utterance lasts as long as its voice's pace says. Another screenwriter than the rules will
    cut the book otherwise, but to the same runtime.
    """
    book, text = source
    voice = build_voice(preset.voice.engine, dict(preset.voice.settings))
    voices = voice.voices(book.language)
    pace = measured_pace(voices).changed(card_ms=CHAPTER_MS, frame_ms=TITLE_MS + credits_ms(len(MAKERS) + 4))
    screenplay = RulesScreenwriter().adapt(book, text, AdaptRequest(runtime_s=runtime_s, pace=pace)).screenplay
    shots = as_said(plan_shots(screenplay, "", MAKERS), screenplay, text)
    casting = cast_voices(screenplay.characters, screenplay.language, voices)
    credits = Credits(name=voice.name, revision=voice.revision)
    thought = {task.key: _thought(task, pace, voices) for task in speech_requests(shots, screenplay, casting, credits)}
    titles = [chapter.title for chapter in book.chapters]
    keys = utterance_keys(shots, screenplay, casting, credits)
    timeline = build_timeline(
        shots, thought, keys, preset.picture.rate, runtime_s, titles, screenplay.title, screenplay.language
    )
    lengths, chapter = [], ""
    for at, shot in enumerate(shots):
        if shot.chapter is not None:
            chapter = titles[shot.chapter] or f"chapter {shot.chapter + 1}"
        lengths.append(ShotLength(chapter, _clip_s(timeline, at)))
    return lengths, float(timeline.rate.seconds(timeline.frames))


def _clip_s(timeline: Timeline, at: int) -> float:
    before, after = timeline.handles(at)
    return float(timeline.rate.seconds(before + timeline.slots[at].frames + after))


def _thought(task: SpeechTask, pace: Pace, voices: tuple[VoiceSpec, ...]) -> Recording:
    rate = next((voice.chars_per_s for voice in voices if voice.id == task.request.voice), pace.narrator_chars_per_s)
    return Recording(
        key=task.key,
        engine="pace",
        revision="1",
        voice=task.request.voice,
        sample_rate=SAMPLE_RATE,
        samples=max(1, round(SAMPLE_RATE * len(task.request.text) / rate)),
        loudness=(),
        bytes=0,
        sha256="",
        render_ms=0,
        created_at="",
    )
