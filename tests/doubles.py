"""Every fake of the tests: small engines that are quick, and a crew that does the work in this process.

They keep the engines' promises (same request, same result), so that what is tested around them is real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bookfilm.engines.protocols import (
    Adaptation,
    AdaptRequest,
    Cancelled,
    Clip,
    KeyframeEngine,
    PortraitEngine,
    Progress,
    RenderRequest,
    ScoreRequest,
    Sound,
    SpeechRequest,
    VideoCapabilities,
    VideoEngine,
    VoiceSpec,
)
from bookfilm.errors import BookfilmError, EngineError, RenderCancelled, StoreFull
from bookfilm.jobs.gate import Gate
from bookfilm.picture.keyframes import KeyframeFacts, KeyframeOrder, make_keyframe
from bookfilm.picture.requests import EngineFacts, TakeOrder
from bookfilm.picture.takes import make_take
from bookfilm.pipeline.crew import Credits, Done, MixOrder, OnDone, Production
from bookfilm.pipeline.making import FilmMade, make_film
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.sounding import carry_out_mix
from bookfilm.records.book import Book, Language
from bookfilm.records.takes import Keyframe, Recording, Take
from bookfilm.screenplay.rules import RulesScreenwriter
from bookfilm.settings import Encoding, EngineChoice, Preset
from bookfilm.sound.mix import MixReport
from bookfilm.sound.speech import SpeechTask, record_speech
from bookfilm.store.folder import create_folder, held_folder
from bookfilm.store.ledger import Ledger
from bookfilm.store.media import MediaStore

CHARS_PER_S = 60.0
"""Nobody speaks so fast: it keeps the films of the tests short."""


class Killed(BaseException):
    """Stands for a process that dies at this very moment."""


class StripesEngine:
    """A VideoEngine: coloured stripes, drawn from the seed, that wander by a pixel a frame."""

    name = "stripes"
    revision = "1"

    def __init__(self, reads_words: bool = False, stripe: int = 16, die_at_frame: int | None = None) -> None:
        self.capabilities = VideoCapabilities(reads_words=reads_words)
        self._stripe = stripe
        self._die_at_frame = die_at_frame

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        pixels = self._pixels(request, progress, cancelled)
        return Clip(request.width, request.height, request.rate, request.frames, pixels)

    def _pixels(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Iterator[NDArray[np.uint8]]:
        colours = np.random.default_rng(request.seed).integers(40, 216, (7, 3), dtype=np.uint8)
        row = colours[(np.arange(request.width) // self._stripe) % len(colours)]
        for number in range(request.frames):
            if number == self._die_at_frame:
                raise Killed
            if cancelled():
                raise RenderCancelled("stopped", subject=self.name)
            yield np.broadcast_to(np.roll(row, number, axis=0), (request.height, request.width, 3)).copy()
            progress(Fraction(number + 1, request.frames))


class ToneVoice:
    """A Voice: a tone, as long as the words are many, higher for one of the two voices."""

    name = "tone"
    revision = "1"

    def voices(self, language: Language) -> tuple[VoiceSpec, ...]:
        low = VoiceSpec(id="low", language=language, sex="male", chars_per_s=CHARS_PER_S, narrates=True)
        high = VoiceSpec(id="high", language=language, sex="female", chars_per_s=CHARS_PER_S)
        return low, high

    def speak(self, request: SpeechRequest, seed: int) -> Sound:
        rate = 8000
        time = np.arange(int(rate * len(request.text) / CHARS_PER_S) + 1) / rate
        pitch = (220 if request.voice == "low" else 440) + seed % 50
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * time)
        return Sound((0.3 * swell * np.sin(2 * np.pi * pitch * time)).astype(np.float32), rate)


class HushComposer:
    """A Composer: noise that is hardly heard, in blocks of a second."""

    name = "hush"
    revision = "1"

    def compose(self, request: ScoreRequest) -> Iterator[NDArray[np.float32]]:
        if not request.scenes:
            return
        last = request.scenes[-1]
        left = request.rate.samples(last.start_frame + last.frames, request.sample_rate)
        chance = np.random.default_rng(request.seed)
        while left > 0:
            count = min(left, request.sample_rate)
            yield (chance.standard_normal((count, 2)) * 0.001).astype(np.float32)
            left -= count


@dataclass
class Tally:
    """What a crew was asked to make, and made: the takes by shot, the recordings by their words."""

    adapted: int = 0
    spoken: list[str] = field(default_factory=list)
    rendered: list[str] = field(default_factory=list)
    mixed: int = 0

    @property
    def nothing(self) -> bool:
        return self == Tally()


class DeskCrew:
    """The pipeline's crew at one desk: in this process, one thing after the other.

    `failing` shots raise an EngineError each of three times; `mute` words are never spoken; `kill_at` (a stage, n)
    dies after n things of that stage were finished; `before_take` is called before each take.
    """

    def __init__(
        self,
        failing: Sequence[str] = (),
        mute: Sequence[str] = (),
        kill_at: tuple[str, int] | None = None,
        before_take: Callable[[TakeOrder], None] = lambda _order: None,
        engine: VideoEngine | None = None,
        artist: KeyframeEngine | None = None,
    ) -> None:
        self._artist = artist
        self.drawn: list[KeyframeOrder] = []
        self.tally = Tally()
        self.orders: list[TakeOrder] = []
        self._failing, self._mute, self._kill_at = set(failing), set(mute), kill_at
        self._before_take = before_take
        self._writer, self._voice, self._composer = RulesScreenwriter(), ToneVoice(), HushComposer()
        self._engine: VideoEngine = engine or StripesEngine()

    def screenwriter(self) -> Credits:
        return Credits(name=self._writer.name, revision=self._writer.revision)

    def voice(self, language: Language) -> tuple[Credits, tuple[VoiceSpec, ...]]:
        return Credits(name=self._voice.name, revision=self._voice.revision), self._voice.voices(language)

    def video(self) -> EngineFacts:
        engine = self._engine
        return EngineFacts(name=engine.name, revision=engine.revision, capabilities=engine.capabilities)

    def keyframes(self) -> KeyframeFacts | None:
        artist = self._artist
        if artist is None:
            return None
        portraits = isinstance(artist, PortraitEngine)
        return KeyframeFacts(name=artist.name, revision=artist.revision, portraits=portraits)

    def draw(self, orders: Sequence[KeyframeOrder], keyframes: Path, on_done: OnDone, gate: Gate) -> None:
        assert self._artist is not None
        self.drawn = list(orders)
        for order in orders:
            if order.shot in self._failing:
                on_done(Done(key=order.key, worker="desk", ms=1, errors=("the ink is dry",), made=False))
                continue
            make_keyframe(self._artist, order, MediaStore(keyframes, ".png", Keyframe))
            on_done(Done(key=order.key, worker="desk", ms=1))

    def composer(self) -> Credits:
        return Credits(name=self._composer.name, revision=self._composer.revision)

    def makers(self) -> dict[str, str]:
        return {"video": "stripes", "voice": "tone"}

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        self._perhaps_die("screenplay", self.tally.adapted)
        self.tally.adapted += 1
        return self._writer.adapt(book, text, request)

    def record(self, tasks: Sequence[SpeechTask], speech: Path, on_done: OnDone, gate: Gate) -> None:
        store: MediaStore[Recording] = MediaStore(speech, ".wav", Recording)
        for task in tasks:
            self._perhaps_die("speech", len(self.tally.spoken))
            if task.request.text in self._mute:
                on_done(Done(key=task.key, worker="desk", ms=1, errors=("the voice is gone",), made=False))
                continue
            content, recording = record_speech(self._voice, task.request, task.key)
            store.put_bytes(recording, content)
            self.tally.spoken.append(task.request.text)
            on_done(Done(key=task.key, worker="desk", ms=1))

    def start_mix(self, order: MixOrder) -> Callable[[], MixReport]:
        def mix() -> MixReport:
            self._perhaps_die("mix", self.tally.mixed)
            self.tally.mixed += 1
            return carry_out_mix(order, self._composer)

        return mix

    def shoot(self, orders: Sequence[TakeOrder], takes: MediaStore[Take], on_done: OnDone, gate: Gate) -> None:
        self.orders = list(orders)
        store = takes
        for order in orders:
            self._perhaps_die("picture", len(self.tally.rendered))
            opening = gate.opening()
            while opening.flow == "shut":
                opening = gate.changed(opening.version, 5)
            if opening.ends:
                return
            if order.key in opening.skipped:
                on_done(Done(key=order.key, worker="", ms=0, made=False, skipped=True))
                continue
            on_done(self._taken(order, store))

    def _taken(self, order: TakeOrder, store: MediaStore[Take]) -> Done:
        self._before_take(order)
        errors: list[str] = []
        for _attempt in range(3):
            try:
                if order.shot in self._failing:
                    raise EngineError("the lamp went out", subject=f"shot {order.shot}")
                make_take(self._engine, order, store)
            except StoreFull:
                raise
            except BookfilmError as error:
                errors.append(str(error))
                continue
            self.tally.rendered.append(order.shot)
            return Done(key=order.key, worker="desk", ms=1, errors=tuple(errors))
        return Done(key=order.key, worker="desk", ms=1, errors=tuple(errors), made=False)

    def _perhaps_die(self, stage: str, finished: int) -> None:
        if self._kill_at == (stage, finished):
            raise Killed


class Notes:
    """A Reporter that remembers."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.warnings: list[str] = []
        self.ends: list[str] = []

    def begin(self, stage: str, total: int) -> None:
        self.stages.append(stage)

    def advance(self, count: int = 1) -> None:
        assert count >= 0

    def end(self, note: str = "") -> None:
        self.ends.append(note)

    def warn(self, line: str) -> None:
        self.warnings.append(line)


def desk_preset(**picture: Any) -> Preset:
    """Return a preset for the doubles: a small picture at few frames, quickly encoded."""
    named = {kind: EngineChoice(engine=f"desk {kind}") for kind in ("screenwriter", "voice", "video", "score")}
    size = {"width": 128, "height": 128, "rate": "12", **picture}
    return Preset.model_validate(
        {"name": "desk", **named, "picture": size, "encoding": Encoding(crf=30, preset="ultrafast")}
    )


def _asked_preset(asked: FilmOrder) -> Preset:
    options = {name: getattr(asked, name) for name in ("width", "height", "rate", "style")}
    return desk_preset(**{name: value for name, value in options.items() if value is not None})


@dataclass
class DeskRun:
    """A finished run of `make_at_desk`."""

    made: FilmMade
    crew: DeskCrew
    notes: Notes


def make_at_desk(
    path: Path,
    source: tuple[Book, str] | None,
    crew: DeskCrew | None = None,
    preset: Preset | None = None,
    **order: Any,
) -> DeskRun:
    """Make a film as `cluster.driver` does: hold the folder, keep the ledger, but with a DeskCrew."""
    crew, notes = crew or DeskCrew(), Notes()
    asked = FilmOrder(**order)
    folder = create_folder(path)
    with held_folder(folder):
        ledger = Ledger(folder.ledger)
        job = ledger.begin_job("a book", asked.model_dump(mode="json"))
        try:
            production = Production(asked, preset or _asked_preset(asked), folder, ledger, job, crew, notes)
            made = make_film(source, production)
            ledger.end_job(job, "slates" if made.slates else "done")
        except BookfilmError as error:
            ledger.end_job(job, "failed", str(error))
            raise
        finally:
            ledger.close()
    return DeskRun(made, crew, notes)
