"""Presets: one TOML file names an engine of each kind and its settings; options lie over it."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bookfilm.errors import SettingsError
from bookfilm.records.base import first_fault
from bookfilm.records.styles import StyleSheet
from bookfilm.records.time import FrameRate

DEFAULT_PRESET = "preview"

_Kind = TypeVar("_Kind", bound=BaseModel)


class Table(BaseModel):
    """A table of a preset. Unknown keys are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Replicas(Table):
    """How Ray Serve runs an engine. Fractions of a CPU or GPU are allowed, as Ray's are."""

    num_cpus: Annotated[float, Field(ge=0)] = 1.0
    num_gpus: Annotated[float, Field(ge=0)] = 0.0
    labels: dict[str, str] = {}
    """Labels that a Ray node must have to hold one: a worker group of the chart has ``bookfilm/group``."""
    resources: dict[str, Annotated[float, Field(gt=0)]] = {}
    """What each takes of Ray's resources by name, such as a model's licences: Ray starts no more than there are."""
    min_replicas: Annotated[int, Field(ge=0)] = 1
    max_replicas: Annotated[int, Field(ge=1)] = 1
    slots: Annotated[int, Field(ge=1)] = 2
    """Requests a replica holds at once: one is worked on, the rest wait there."""
    shutdown_s: Annotated[float, Field(gt=0)] = 600.0
    """How long a replica may finish its shot when it is scaled down."""
    idle_s: Annotated[float, Field(ge=0)] = 120.0
    """How long replicas have too little to do before they are given back, down to `min_replicas`."""
    worth_s: Annotated[float, Field(gt=0)] = 10.0
    """So many seconds of work must lie before each replica for another to be started: less would be over before its
    weights are loaded. Heeded for the picture."""


class EngineChoice(Table):
    """An engine by its entry point's name, its keywords, and how it is run."""

    engine: str
    settings: dict[str, Any] = {}
    replicas: Replicas = Replicas()


class PictureSettings(Table):
    """Size (pixels), rate and style of the picture: part of every take's key."""

    width: Annotated[int, Field(ge=128, le=7680, multiple_of=2)] = 1280
    height: Annotated[int, Field(ge=128, le=7680, multiple_of=2)] = 720
    rate: FrameRate = FrameRate()
    style: str = "lantern"
    sheet: StyleSheet | None = None
    """What a style file says, where `style` is one."""

    @field_validator("rate", mode="before")
    @classmethod
    def _rate_from_text(cls, value: Any) -> Any:
        return FrameRate.parse(value) if isinstance(value, str) else value

    @field_validator("rate")
    @classmethod
    def _rate_of_a_film(cls, rate: FrameRate) -> FrameRate:
        if not 1 <= rate.per_second <= 240:
            raise ValueError(f"{rate} frames a second; a film has 1 to 240")
        return rate


class Encoding(Table):
    """x264's settings. They are part of a take's key: clips join without re-encoding only if they agree."""

    crf: Annotated[int, Field(ge=0, le=51)] = 20
    preset: str = "veryfast"
    threads: Annotated[int, Field(ge=1, le=64)] = 1


class Preset(Table):
    """A whole preset: who makes what, and how."""

    name: str
    about: str = ""
    screenwriter: EngineChoice
    voice: EngineChoice
    video: EngineChoice
    keyframes: EngineChoice | None = None
    """Who draws the stills that shots begin with and end on; None: nobody."""
    score: EngineChoice
    picture: PictureSettings = PictureSettings()
    encoding: Encoding = Encoding()


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets that come with bookfilm."""
    found = (entry.name for entry in files("bookfilm.presets").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def load_preset(name: str) -> Preset:
    """Load a preset by name, or from a path that ends in .toml. Raises SettingsError."""
    if name.endswith(".toml"):
        path = Path(name)
        return _parsed(_read(path), {"name": path.stem}, Preset, path)
    if name not in preset_names():
        raise SettingsError(f"no such preset; there are: {', '.join(preset_names())}", subject=name)
    return parse_preset(name, files("bookfilm.presets").joinpath(f"{name}.toml").read_text(encoding="utf8"))


def parse_preset(name: str, text: str) -> Preset:
    """Return the preset that the TOML `text` is, under that name. Raises SettingsError."""
    return _parsed(text, {"name": name}, Preset, name)


def load_style(path: Path) -> StyleSheet:
    """Load a style of the author's own. Raises SettingsError that names the file and the fault."""
    return _parsed(_read(path), {}, StyleSheet, path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", subject=path) from None


def _parsed(text: str, known: dict[str, Any], kind: type[_Kind], subject: object) -> _Kind:
    try:
        return kind.model_validate({**known, **tomllib.loads(text)})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", subject=subject) from None
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject=subject) from None
    except ValueError as error:
        raise SettingsError(str(error), subject=subject) from None


def parse_runtime(text: str) -> int:
    """Read ``90``, ``20m``, ``1h50m``, ``110m30s`` or ``1:50:00`` as whole seconds. Raises SettingsError.

    ``1h50`` is refused: some would mean minutes by it, others seconds.
    """
    told = text.strip().lower()
    clock = re.fullmatch(r"(?:([0-9]{1,6}):)?([0-9]{1,6}):([0-9]{2})", told)
    units = re.fullmatch(r"(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m(?:in)?)?(?:([0-9]{1,6})s)?", told)
    plain = re.fullmatch(r"()()([0-9]{1,6})", told)
    found = clock or units or plain
    seconds = sum(int(n or 0) * unit for n, unit in zip(found.groups(), (3600, 60, 1), strict=True)) if found else 0
    if not found:
        raise SettingsError("a runtime is written as 20m, 1h50m, 90s or 1:50:00", subject=text)
    if seconds < 10:
        raise SettingsError("a runtime is at least 10 seconds, such as 20m, 1h50m or 90s", subject=text)
    return seconds
