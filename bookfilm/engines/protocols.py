"""The engines: swappable makers of one thing each. These Protocols are all that a stage knows of them.

    Screenwriter    Book                 -> Adaptation (Screenplay and Coverage)
    Voice           SpeechRequest        -> Sound
    VideoEngine     RenderRequest        -> Clip
    KeyframeEngine  KeyframeRequest      -> one frame
    PortraitEngine  PortraitRequest      -> one portrait
    Composer        ScoreRequest         -> blocks of stereo sound

An engine is built once in a process and asked many times. What it makes is decided by the request
and by its `revision` alone: the same request gives the same result in any process, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from bookfilm.records.base import Part
from bookfilm.records.bible import Age, Look, Sex
from bookfilm.records.book import Book, Language
from bookfilm.records.direction import Direction
from bookfilm.records.screenplay import Coverage, Emotion, LineKind, Screenplay
from bookfilm.records.shots import Picture, Setting
from bookfilm.records.styles import StyleSheet
from bookfilm.records.time import FrameRate
from bookfilm.store.errands import Errands

Progress = Callable[[Fraction], None]
"""Called with the share that is done, 0 to 1, never falling."""
Cancelled = Callable[[], bool]
"""Asked between frames or steps; where it says True the engine raises RenderCancelled."""


def no_progress(_share: Fraction) -> None:
    """The Progress of a caller who does not look."""


def never_cancelled() -> bool:
    """The Cancelled of a caller who always waits."""
    return False


# --- the screenwriter -------------------------------------------------------------------------


class Pace(Part):
    """How fast words are spoken and how long silence is, so that a runtime can be fitted before speech is made.

    Rates are characters of text a second, measured on the voices that will speak.
    """

    narrator_chars_per_s: float
    dialogue_chars_per_s: float
    line_pause_ms: int = 350
    scene_pause_ms: int = 1200
    card_ms: int = 4000
    """A chapter card."""
    frame_ms: int = 4000
    """What title and credits take together."""


class AdaptRequest(Part):
    """What the screenwriter is asked for. `runtime_s` None: everything is in."""

    runtime_s: int | None = None
    pace: Pace
    direction: Direction = Direction()


class Adaptation(Part):
    """What the screenwriter hands over."""

    screenplay: Screenplay
    coverage: Coverage


class Screenwriter(Protocol):
    """Adapts books."""

    name: str
    revision: str

    def adapt(self, book: Book, text: str, request: AdaptRequest) -> Adaptation:
        """Turn `book` (whose records point into `text`, book.txt) into a screenplay.

        Raises EngineError that names the chapter.
        """
        ...


# --- the voice --------------------------------------------------------------------------------


class VoiceSpec(Part):
    """One voice that an engine has. `chars_per_s` is its measured rate on plain prose."""

    id: str
    language: Language
    sex: Sex
    age: Age = "adult"
    chars_per_s: float
    narrates: bool = False
    """True for the voices good enough to narrate a whole book."""


class SpeechRequest(Part):
    """Words to be spoken. `text` is the author's; the engine makes it readable (numbers, abbreviations)."""

    text: str
    language: Language
    voice: str
    kind: LineKind = "narration"
    emotion: Emotion = "neutral"


@dataclass(frozen=True)
class Sound:
    """Mono sound: `samples` is float32 of shape (n,), within -1..1, at `sample_rate` Hz."""

    samples: NDArray[np.float32]
    sample_rate: int


class Voice(Protocol):
    """Reads aloud."""

    name: str
    revision: str

    def voices(self, language: Language) -> tuple[VoiceSpec, ...]:
        """Return the voices for `language`, best narrator first."""
        ...

    def speak(self, request: SpeechRequest, seed: int) -> Sound:
        """Speak `request`. Raises EngineError that names the text; EngineUnavailable if a part is missing."""
        ...


# --- the picture ------------------------------------------------------------------------------


class Voiced(Part):
    """A voice heard while its speaker is in frame: drives the jaw.

    `speaker` is the InFrame.name; `loudness` has one value a frame, 0-255, from `start_frame` of the shot.
    """

    speaker: str
    start_frame: int
    loudness: tuple[int, ...]


class RenderRequest(Part):
    """Everything that decides the pixels of one shot.

    `first_frame` and `last_frame` are keyframes as paths to PNG files with their SHA-256, for engines
    that can start from or arrive at a picture.
    """

    picture: Picture
    width: int
    height: int
    rate: FrameRate
    frames: int
    style: str
    sheet: StyleSheet | None = None
    """A style of the author's own, which then stands for the one named."""
    voices: tuple[Voiced, ...] = ()
    seed: int = 0
    first_frame: tuple[str, str] | None = None
    last_frame: tuple[str, str] | None = None


@dataclass(frozen=True)
class Clip:
    """A rendered shot on its way to the encoder.

    `pixels` yields `frames` arrays of uint8, shape (height, width, 4) as RGBA or (height, width, 3) as
    RGB, full range sRGB. An array may be overwritten once the next one is asked for: use it or copy it.
    `notes` is what whoever watches the film should know of how it was made, a line each: they become flags of the take.
    `batch` is asked once all pixels are read: of how many clips, at most, this was made in one call of a model.
    """

    width: int
    height: int
    rate: FrameRate
    frames: int
    pixels: Iterator[NDArray[np.uint8]]
    notes: tuple[str, ...] = ()
    batch: Callable[[], int] = lambda: 1


class VideoCapabilities(Part):
    """What an engine can do.

    `styles`: the names that a request's style may have; empty where any will do. `takes_sheets`: it can draw in
    a style of the author's own.
    `reads_words`: the words in a request (action, names, looks in words) decide its pixels; where
    False they are left out of the take's key. `moves_lips`: so do the voices in it. `needs_first`, `needs_last`: it
    renders no shot without that keyframe, so that a preset must name who draws them. `max_frames` None: a shot of any
    length. `fallible`: what it makes can be bad without its knowing, so that each take is judged and, if need be, made
    again with another seed. `at_once`: so many shots can be asked of one engine at the same time. `told_by_revision`:
    the revision and `taught` change with every setting that decides its pixels, so that the others (an address, a
    device, how long is waited) make no other take. `identity_floor`: it can say how like who is in a clip is to their
    portraits (`IdentityEngine`), and a take below this is bad; 0 is never below; None: it cannot say.
    `adherence_floor`: likewise of what the shot is told in, and whether that is seen (`AdherenceEngine`). `taught`:
    what it was taught of characters, a digest by their ids: it decides the pixels of their shots, and of no others.
    """

    reads_words: bool = False
    moves_lips: bool = True
    styles: tuple[str, ...] = ()
    takes_sheets: bool = False
    first_frame: bool = False
    last_frame: bool = False
    needs_first: bool = False
    needs_last: bool = False
    max_frames: int | None = None
    deterministic: bool = True
    fallible: bool = False
    at_once: int = 1
    told_by_revision: bool = False
    identity_floor: float | None = None
    adherence_floor: float | None = None
    taught: dict[str, str] = Field(default={})


class VideoEngine(Protocol):
    """Renders shots."""

    name: str
    revision: str

    @property
    def capabilities(self) -> VideoCapabilities: ...

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        """Render one shot. Raises EngineError; RenderCancelled (also from `pixels`) once `cancelled` says so."""
        ...


@runtime_checkable
class ErrandEngine(VideoEngine, Protocol):
    """A video engine whose work is done, and perhaps paid, on somebody else's server: its errands outlive it."""

    def render_errand(self, request: RenderRequest, errands: Errands, progress: Progress, cancelled: Cancelled) -> Clip:
        """Render one shot as `render` does, but go on with what `errands` say was asked for already.

        Each submission is written there before it is sent and before it is waited for.
        """
        ...


@runtime_checkable
class IdentityEngine(VideoEngine, Protocol):
    """A video engine that can say whether who is in its clips is who was meant."""

    def likeness(self, frames: Sequence[NDArray[np.uint8]], portrait: NDArray[np.uint8]) -> float:
        """Return how like `portrait` somebody in `frames` is, 0 to 1, in the middle of all frames.

        All are uint8, shape (height, width, 3), RGB; the portrait is drawn on a plain ground.
        """
        ...


@runtime_checkable
class AdherenceEngine(VideoEngine, Protocol):
    """A video engine that can say whether its clips show what they were to show."""

    def adherence(self, frames: Sequence[NDArray[np.uint8]], request: RenderRequest) -> float:
        """Return how much of what `request` says is to be seen in `frames`, 0 to 1, in the middle of all frames.

        All are uint8, shape (height, width, 3), RGB.
        """
        ...


class KeyframeRequest(Part):
    """A still of one shot's first or last frame."""

    picture: Picture
    width: int
    height: int
    style: str
    sheet: StyleSheet | None = None
    """A style of the author's own, which then stands for the one named."""
    at: Fraction = Fraction(0)
    """Where in the shot: 0 its first frame, 1 its last."""
    seed: int = 0


@runtime_checkable
class KeyframeEngine(Protocol):
    """Draws stills for video engines that start from, or arrive at, a picture."""

    name: str
    revision: str

    def keyframe(self, request: KeyframeRequest, cancelled: Cancelled) -> NDArray[np.uint8]:
        """Return one frame, uint8, shape (height, width, 3), RGB."""
        ...


class PortraitRequest(Part):
    """Head and bust of one character in one state, on a plain ground."""

    look: Look
    width: int
    height: int
    style: str
    sheet: StyleSheet | None = None
    """A style of the author's own, which then stands for the one named."""
    seed: int = 0


@runtime_checkable
class PortraitEngine(KeyframeEngine, Protocol):
    """An image engine that also draws portraits: the reference sheets by which takes are judged."""

    def portrait(self, request: PortraitRequest, cancelled: Cancelled) -> NDArray[np.uint8]:
        """Return the portrait, uint8, shape (height, width, 3), RGB; its upper corners are of the ground's colour."""
        ...


# --- the music --------------------------------------------------------------------------------


LEADS = 4
"""The most characters who have a motif of their own."""


class Entrance(Part):
    """A leading character comes into sight."""

    who: str
    """The character's id."""
    frame: int


class ScoredScene(Part):
    """A stretch of film with one place and mood, for ambience and score. Frames count from the film's first."""

    start_frame: int
    frames: int
    setting: Setting | None = None
    """None for cards and credits."""
    mood: Emotion = "neutral"
    speech: tuple[tuple[int, int], ...] = ()
    """[start, end) frames in which a voice is heard."""
    entrances: tuple[Entrance, ...] = ()


class ScoreRequest(Part):
    """The whole film, as a composer sees it: scenes in order, without a gap.

    `leads` are the ids of its leading characters, the most heard first: at most LEADS.
    """

    rate: FrameRate
    scenes: tuple[ScoredScene, ...]
    sample_rate: int = 48_000
    seed: int = 0
    leads: tuple[str, ...] = ()


class Composer(Protocol):
    """Writes score and ambience."""

    name: str
    revision: str

    def compose(self, request: ScoreRequest) -> Iterator[NDArray[np.float32]]:
        """Yield score and ambience as stereo blocks, float32 of shape (n, 2), film-long in sum, in order."""
        ...


@runtime_checkable
class PartComposer(Composer, Protocol):
    """A composer that can give what it writes in parts, for stems: their sum is what `compose` yields."""

    parts: tuple[str, ...]

    def compose_part(self, request: ScoreRequest, part: str) -> Iterator[NDArray[np.float32]]:
        """Yield one of `parts` as `compose` yields the whole."""
        ...
