"""The screenplay: scenes of beats of lines, with the bible inside, and what became of each paragraph."""

from __future__ import annotations

from typing import ClassVar, Literal

from bookfilm.records.base import Part, Record
from bookfilm.records.bible import Character, Hour, Light, Place, Season, Weather
from bookfilm.records.book import Language, Span

LineKind = Literal["dialogue", "narration", "thought", "letter", "quote", "verse"]
Emotion = Literal["neutral", "joy", "anger", "fear", "sorrow", "surprise", "tender", "whisper", "shout"]
ParagraphStatus = Literal["played", "narrated", "condensed", "cut"]


class Line(Part):
    """Words that are heard: the author's own, verbatim.

    `source` lists the [start, end) pairs of book.txt that the words stand at, several where the author
    breaks a reply with "he said" or where a paragraph's narration goes on around a line of speech.
    `speaker` is a character's id, or None where nobody is named or the narrator speaks.
    """

    id: str
    kind: LineKind
    inner: bool = False
    """Said of dialogue that is only thought: its words are quoted, and heard while the lips stay closed."""
    speaker: str | None = None
    addressee: str | None = None
    text: str
    source: tuple[Span, ...]
    emotion: Emotion = "neutral"
    why: str = ""
    """How the speaker was found: "named", "pronoun", "turn", "address", "narrator", "direction"…"""

    @property
    def delivery(self) -> LineKind:
        """How the line is heard: its kind, or "thought" for inner speech."""
        return "thought" if self.inner else self.kind


class Beat(Part):
    """The smallest piece of action: lines that belong to one picture idea, usually one paragraph."""

    lines: tuple[Line, ...]
    present: tuple[str, ...] = ()
    """Ids of the characters who are on stage."""
    action: str = ""
    """What is seen, in the author's words, for engines that read prompts."""


class Scene(Part):
    """One place, one stretch of time, one cast."""

    id: str
    chapter: int
    """Index into the book's chapters."""
    chapter_title: str | None = None
    part: str | None = None
    heading: str
    """The slug line: INT. KITCHEN - NIGHT."""
    place: str
    """A place's id."""
    hour: Hour
    weather: Weather = "clear"
    season: Season = "unknown"
    lights: tuple[Light, ...] = ()
    cast: tuple[str, ...] = ()
    beats: tuple[Beat, ...]
    source: Span
    border: str = ""
    """Why the scene begins here: "chapter", "break", "place", "time", "cast"."""
    flag: str = ""
    """Why the rules' version stands here where a language model was asked, wholly ("rules: …"), for some of its
    beats ("partly rules: …") or for single values ("mended: …"). Empty: nothing is amiss. It decides no pixel."""

    def lines(self) -> list[Line]:
        return [line for beat in self.beats for line in beat.lines]


class ModelUse(Part):
    """What a language model was asked, and what came of it: `scenes` is `revised`, `mended` and `dropped` together.

    Every number follows from the book, the settings and the answers that were kept, so that the same book gives
    the same bytes; what differs from run to run (retries, answers found in the cache) is logged and measured.
    `usd` is what the answers cost at the prices in the preset, whether paid for in this run or in an earlier one.
    """

    model: str
    prompts: str
    """The version of the prompts."""
    scenes: int = 0
    revised: int = 0
    mended: int = 0
    dropped: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0


class Screenplay(Record):
    """screenplay.json. `writer` names the engine and revision that wrote it."""

    SCHEMA: ClassVar[str] = "bookfilm.screenplay/1"

    title: str
    author: str | None = None
    language: Language
    writer: str
    runtime_s: int | None = None
    credits: tuple[str, ...] = ()
    characters: tuple[Character, ...] = ()
    places: tuple[Place, ...]
    scenes: tuple[Scene, ...]
    model_use: ModelUse | None = None
    """None where no language model had a hand in it."""

    def lines(self) -> list[Line]:
        return [line for scene in self.scenes for line in scene.lines()]

    def character(self, id: str) -> Character:
        return next(character for character in self.characters if character.id == id)

    def place(self, id: str) -> Place:
        return next(place for place in self.places if place.id == id)


class ParagraphCoverage(Part):
    """What became of one paragraph of the book."""

    source: Span
    status: ParagraphStatus
    why: str


class Coverage(Record):
    """coverage.json: every paragraph of the book exactly once, headings included."""

    SCHEMA: ClassVar[str] = "bookfilm.coverage/1"

    paragraphs: tuple[ParagraphCoverage, ...]
