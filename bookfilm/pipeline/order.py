"""What is asked for: a book, a folder, a preset and what lies over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, SerializerFunctionWrapHandler, ValidationError, model_serializer

from bookfilm.errors import SettingsError
from bookfilm.records.base import Part, first_fault
from bookfilm.records.book import Language
from bookfilm.records.time import FrameRate
from bookfilm.settings import DEFAULT_PRESET, PictureSettings, Preset, load_preset

Stage = Literal["book", "screenplay", "shots", "sound", "keyframes", "picture", "film"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class FilmOrder(Part):
    """One run. Fields that are None are left to the preset, or to the book."""

    preset: str = DEFAULT_PRESET
    runtime_s: int | None = None
    width: int | None = None
    height: int | None = None
    rate: FrameRate | None = None
    style: str | None = None
    right: str | None = None
    """The basis of the right to the book, where the command line states it."""
    holder: str | None = None
    loudness_lufs: Annotated[float | None, Field(ge=-31, le=-10)] = None
    """What the soundtrack is mixed to; None: -16."""
    stems: bool = False
    """True: speech, effects, ambience and score also as files of their own."""
    dub: Language | None = None
    """The language of a translation that the film is to be spoken in; None: the book's."""
    subtitles: Language | None = None
    """Another language whose subtitles the film is to have beside its own."""
    until: Stage = "film"
    scenes: tuple[int, int] | None = Field(default=None)
    """First and last scene, counted from 1, to be rendered; None: all."""
    trace: str = ""
    """Within which span (`bookfilm.tracing`) a queued film was asked for; no part of what is made."""

    @model_serializer(mode="wrap")
    def _untraced(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out an empty trace: an earlier version, which may be rolled back to, does not know the word."""
        told: dict[str, Any] = serialize(self)
        if not told.get("trace"):
            told.pop("trace", None)
        return told

    def goes_to(self, stage: Stage) -> bool:
        """Say whether this run reaches `stage`."""
        return STAGES.index(stage) <= STAGES.index(self.until)

    def loaded_preset(self) -> Preset:
        """Return the preset with this order's options over it. Raises SettingsError."""
        preset = load_preset(self.preset)
        chosen: dict[str, Any] = {
            name: value for name in ("width", "height", "rate", "style") if (value := getattr(self, name)) is not None
        }
        if not chosen:
            return preset
        try:
            picture = PictureSettings.model_validate({**dict(preset.picture), **chosen})
        except ValidationError as error:
            raise SettingsError(first_fault(error), subject="picture") from None
        return preset.model_copy(update={"picture": picture})


def read_order(body: Mapping[str, Any], ledger: str) -> FilmOrder:
    """Return the order that stands as `body` in `ledger`. Raises SettingsError that names the file and the fault."""
    try:
        return FilmOrder.model_validate(body)
    except ValidationError as error:
        raise SettingsError(f"an order in it cannot be read: {first_fault(error)}", subject=ledger) from None


def parse_scenes(text: str) -> tuple[int, int]:
    """Read ``3`` or ``3-5``. Raises SettingsError."""
    first, dash, last = text.partition("-")
    try:
        span = int(first), int(last if dash else first)
    except ValueError:
        raise SettingsError("scenes are a number or a range, such as 3 or 3-5", subject=text) from None
    if not 1 <= span[0] <= span[1]:
        raise SettingsError("scenes count from 1, first to last", subject=text)
    return span


def scenes_asked(scenes: Sequence[str], asked: tuple[int, int], folder: Path) -> set[str]:
    """Return the ids of those of `scenes` that are `asked` for, first to last, counted from 1.

    Raises SettingsError if the film in `folder` has fewer.
    """
    first, last = asked
    if last > len(scenes):
        raise SettingsError(f"the film has {len(scenes)} scenes, asked for {first}-{last}", subject=folder)
    return set(scenes[first - 1 : last])


def parse_size(text: str) -> tuple[int, int]:
    """Read ``1280x720``, ``360p``, ``720p``, ``1080p`` or ``4k``. Raises SettingsError."""
    known = {"360p": (640, 360), "720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
    if text.lower() in known:
        return known[text.lower()]
    width, _, height = text.lower().partition("x")
    try:
        picture = PictureSettings(width=int(width), height=int(height))
    except ValidationError as error:
        raise SettingsError(f"a picture of this size is not made: {first_fault(error)}", subject=text) from None
    except ValueError:
        raise SettingsError("a size is such as 1280x720, 360p, 720p, 1080p or 4k", subject=text) from None
    return picture.width, picture.height


def default_folder(book: Path) -> Path:
    """Return where the film of `book` goes when nobody says: beside where the command runs."""
    name = book.name.removesuffix(".zip")
    return Path((Path(name).stem or "book") + ".film")
