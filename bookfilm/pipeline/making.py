"""The film, stage by stage. This is the table of contents: each step is told in its own module."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bookfilm import tracing
from bookfilm.metrics import STAGE_SECONDS
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.dubbing import check_translations, dub_spoken
from bookfilm.pipeline.fitting import ROUNDS, Fitting, is_as_written
from bookfilm.pipeline.needing import check_keyframes
from bookfilm.pipeline.order import Stage
from bookfilm.pipeline.portraits import Drawn
from bookfilm.pipeline.said import as_said
from bookfilm.pipeline.shooting import choose_takes, earlier_cut, order_takes, shoot, wanted_shots
from bookfilm.pipeline.sounding import Spoken, begin_mix, record_lines
from bookfilm.pipeline.stages import read_back, settle_screenplay, settle_shots, write_book
from bookfilm.pipeline.stitching import report_screenplay, stitch_film
from bookfilm.pipeline.storyboarding import settle_storyboard
from bookfilm.pipeline.styling import styled_preset
from bookfilm.pipeline.transitions import with_transitions
from bookfilm.pipeline.word import maker_lines, read_direction, state_right
from bookfilm.records.book import Book
from bookfilm.records.direction import Direction
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Timeline
from bookfilm.settings import Preset
from bookfilm.shots.cards import CHAPTER_MS, TITLE_MS, credits_ms
from bookfilm.sound.casting import cast_voices
from bookfilm.sound.timeline import measured_pace, missed_frames
from bookfilm.store.files import write_if_changed


@dataclass
class FilmMade:
    """What a run came to. `stage_s` is wall time by stage; "mix" is what the soundtrack took beyond the picture."""

    folder: Path
    reached: Stage
    film: str = "film.mp4"
    shots: int = 0
    slates: tuple[str, ...] = ()
    film_s: float = 0.0
    runtime_missed_s: float = 0.0
    stage_s: dict[str, float] = field(default_factory=dict)

    def note_length(self, timeline: Timeline, runtime_s: int | None) -> None:
        """Write down how long the film is, and by how much it misses the runtime that was asked for."""
        self.film_s = float(timeline.rate.seconds(timeline.frames))
        if runtime_s is not None:
            self.runtime_missed_s = float(timeline.rate.seconds(missed_frames(timeline, runtime_s)))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            with tracing.span(stage):
                yield
        finally:
            self.stage_s[stage] = round(self.stage_s.get(stage, 0.0) + time.monotonic() - started, 3)
            STAGE_SECONDS.set(self.stage_s[stage], stage=stage)


def make_film(source: tuple[Book, str] | None, production: Production) -> FilmMade:
    """Make the film of `source` (None: the book that lies in the folder) as far as the order says.

    Whatever is in the folder and still holds is kept. Raises BookfilmError; what was finished stays.
    """
    order, folder, crew = production.order, production.folder, production.crew
    made = FilmMade(folder.path, order.until)

    with made.timed("book"):
        book, text = write_book(source, folder) if source else read_back(folder)
        direction = state_right(folder, order.right, order.holder)
    preset = styled_preset(production.preset, order, direction, crew.video(), folder.path)
    check_keyframes(crew.keyframes() is not None, crew.video().capabilities, order)
    if not order.goes_to("screenplay"):
        return made

    spoken = write_and_speak(book, text, direction, preset.picture.rate, production, made)
    if spoken is None:
        return made
    if order.dub is not None:
        with made.timed("speech"):
            spoken, production = dub_spoken(spoken, book, text, direction, production)
            made.note_length(spoken.timeline, None)
            made.film = production.folder.film.name

    production.gate.check()
    # The mix goes on beside the picture: neither needs the other.
    finish_mix = begin_mix(spoken.screenplay, spoken.shots, spoken.timeline, production)
    drawn = Drawn()
    if order.goes_to("keyframes"):
        with made.timed("keyframes"):
            drawn = settle_storyboard(spoken.shots, preset, production)
    if order.goes_to("picture"):
        with made.timed("picture"):
            made.slates = take_pictures(spoken, preset, production, drawn)
    with made.timed("mix"):
        finish_mix()
    production.gate.check()
    if order.goes_to("film"):
        with made.timed("film"):
            stitch_film(production.folder, production.ledger, production.reporter, spoken.makers, order.subtitles)
    return made


def write_and_speak(
    book: Book, text: str, direction: Direction, rate: FrameRate, production: Production, made: FilmMade
) -> Spoken | None:
    """Screenplay, shots and speech; again with the pace that the words really had, where a runtime asks for it.

    None: the order ends before the sound.
    """
    order, folder, crew, reporter = production.order, production.folder, production.crew, production.reporter
    ledger, titles = production.ledger, [chapter.title for chapter in book.chapters]
    with made.timed("screenplay"):
        voice, voices = crew.voice(book.language)
        makers = maker_lines(crew.makers(), book.language)
        pace = measured_pace(voices).changed(card_ms=CHAPTER_MS, frame_ms=TITLE_MS + credits_ms(len(makers) + 4))
        fitting = Fitting(pace, book, order.runtime_s, (crew.screenwriter(), voice), folder, ledger)

    for attempt in range(ROUNDS):
        production.gate.check()
        with made.timed("screenplay"):
            reporter.begin("screenplay", 1)
            screenplay = settle_screenplay(book, text, direction, fitting.pace, production)
            direction = read_direction(folder)
            reporter.end(f"{len(screenplay.scenes)} scenes, {len(screenplay.lines())} lines")
        if not order.goes_to("shots"):
            report_screenplay(folder, book, screenplay, direction)
            return None
        with made.timed("shots"):
            shots = settle_shots(screenplay, direction, makers, production)
            made.shots = len(shots)
        if not order.goes_to("sound"):
            return None
        check_translations(folder, order, screenplay)
        with made.timed("speech"):
            casting = cast_voices(screenplay.characters, screenplay.language, voices)
            said = as_said(shots, screenplay, text)
            recordings, keys = record_lines(said, screenplay, casting, voice, production)
            timeline = fitting.lay(said, recordings, keys, rate, screenplay, titles)
        if fitting.holds or attempt + 1 == ROUNDS or not is_as_written(folder, ledger):
            break
        fitting.correct(rate)

    with made.timed("speech"):
        fitting.settle(said, keys, timeline)
        made.note_length(timeline, order.runtime_s)
    return Spoken(screenplay, shots, makers, recordings, timeline)


def take_pictures(spoken: Spoken, preset: Preset, production: Production, drawn: Drawn) -> tuple[str, ...]:
    """A take of each wanted shot, chosen into the cut; answers with the ids of the shots that got a slate."""
    order, folder, video = production.order, production.folder, production.crew.video()
    orders = order_takes(spoken.shots, spoken.timeline, spoken.recordings, video, preset, drawn)
    wanted = wanted_shots(spoken.shots, order.scenes, folder.path)
    choices = choose_takes(orders, wanted, order, earlier_cut(folder), folder.takes(), production.reporter)
    cut = shoot(orders, choices, production)
    cut = with_transitions(cut, spoken.shots, spoken.timeline, preset.encoding, production)
    write_if_changed(folder.cut, cut.to_json())
    return tuple(choice.shot for choice in cut.choices if choice.slate)
