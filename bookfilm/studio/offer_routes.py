"""What may be asked for, before it is: presets and styles, voices, and what a film would take."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from bookfilm.engines.protocols import VoiceSpec
from bookfilm.engines.registry import build_voice
from bookfilm.errors import EngineUnavailable
from bookfilm.records.book import Language
from bookfilm.settings import load_preset
from bookfilm.sound.casting import cast_voices
from bookfilm.studio import editing
from bookfilm.studio.door import AnyCaller, Reader
from bookfilm.studio.film_routes import FilmId, Options, Plain, order_of
from bookfilm.studio.problems import responses_of
from bookfilm.studio.sayings import SAYINGS
from bookfilm.studio.settings import preset_name
from bookfilm.studio.studio import TheStudio
from bookfilm.studio.styles import styles_of
from bookfilm.studio.wire import Runtime, Size, Told

router = APIRouter(prefix="/v1", tags=["offers"], responses=responses_of())


class StyleOffered(Told):
    """A style: the colours of a whole film."""

    name: str = Field(examples=["lantern"])
    about: str


class PresetOffered(Told):
    """A preset that may be asked for, and how its films are unless one says otherwise."""

    name: str = Field(examples=["preview"])
    about: str
    width: int
    height: int
    rate: str = Field(examples=["24/1"])
    style: str
    styles: list[StyleOffered] = Field(description="Empty: its engine knows none by name.")
    keyframes: bool = Field(description="Whether keyframes are drawn first: `until: keyframes` stops there.")


class Offers(Told):
    """What may be asked for here."""

    presets: list[PresetOffered]
    largest_book_bytes: int


class Sayings(Told):
    """What is told in English elsewhere (problems, reasons, flags, warnings, errors, `why` in coverage.json), by its
    code: `{name}` stands for what is one of its `params`."""

    sayings: dict[str, str] = Field(examples=[{"dissolves": "dissolves in: the {what} changes"}])


class Between(Told):
    """What is expected, and between what it will most likely lie."""

    low: float
    expected: float
    high: float


class EstimateTold(Told):
    """What a film would take. Times and sizes are null until a film of the team has shown how fast it is here."""

    shots: int
    film_s: float = Field(description="How long the film would be.")
    chapters: int
    measured_takes: int = Field(description="On how many takes of an earlier film the speed was measured.")
    gpus_a_take: float = Field(description="0: it is made without GPUs.")
    wall_s: Between | None = Field(description="How long its picture takes to make, starting up apart.")
    gpu_h: Between | None
    usd: Between | None = Field(description="Null where it costs nothing, or nobody has said what a GPU costs.")
    disk_bytes: float | None


class VoiceTold(Told):
    """A voice that a character can be given."""

    id: str
    sex: str
    age: str
    narrates: bool


class VoicesTold(Told):
    """The voices for a film's language, and which each character has; the narrator's stands under an empty name."""

    voices: list[VoiceTold]
    cast: dict[str, str]


@router.get("/offers", operation_id="list_offers")
def list_offers(caller: AnyCaller, studio: TheStudio) -> Offers:
    """List the presets and styles that may be asked for."""
    presets = []
    for name, loaded_by in studio.settings.offered.items():
        preset = load_preset(loaded_by)
        picture = preset.picture
        presets.append(
            PresetOffered(
                name=name, about=preset.about, width=picture.width, height=picture.height, rate=str(picture.rate),
                style=picture.style,
                styles=[StyleOffered(name=style, about=about) for style, about in styles_of(preset).items()],
                keyframes=preset.keyframes is not None,
            )
        )  # fmt: skip
    return Offers(presets=presets, largest_book_bytes=studio.settings.upload_bytes)


@router.get("/sayings", operation_id="list_sayings")
def list_sayings(caller: AnyCaller) -> Sayings:
    """List what may be told, so that it can be told in another language."""
    return Sayings(sayings=SAYINGS)


@router.get("/films/{film}/estimate", operation_id="estimate_film", responses=responses_of("refused"))
def estimate(
    film: FilmId,
    caller: Reader,
    studio: TheStudio,
    runtime: Annotated[Runtime | None, Query(description="As `make` has it.", examples=["20m"])] = None,
    preset: Annotated[Plain | None, Query()] = None,
    size: Annotated[Size | None, Query(description="As `make` has it.", examples=["720p"])] = None,
) -> EstimateTold:
    """Say how long a film would be and what it would take, before any of it is made."""
    found = studio.films.find(caller.tenant, film)
    order = order_of(Options(preset=preset or preset_name(found.order.preset), runtime=runtime, size=size), studio)
    told, known = studio.foresight.estimate(found, order)
    gpus = known and told.gpu_h.expected > 0

    def between(low: float, expected: float, high: float, times: float = 1.0) -> Between:
        return Between(low=low * times, expected=expected * times, high=high * times)

    return EstimateTold(
        shots=told.shots,
        film_s=told.film_s,
        chapters=found.facts.chapters,
        measured_takes=told.speed.takes,
        gpus_a_take=load_preset(order.preset).video.replicas.num_gpus,
        wall_s=between(told.wall_h.low, told.wall_h.expected, told.wall_h.high, 3600) if known else None,
        gpu_h=between(told.gpu_h.low, told.gpu_h.expected, told.gpu_h.high) if gpus else None,
        usd=between(told.usd.low, told.usd.expected, told.usd.high) if gpus and told.usd.expected else None,
        disk_bytes=told.disk_gb * 1e9 if known else None,
    )


@router.get("/films/{film}/voices", operation_id="list_voices")
def list_voices(film: FilmId, caller: Reader, studio: TheStudio) -> VoicesTold:
    """List the voices that a film's characters can be given, and which they have."""
    found = studio.films.find(caller.tenant, film)
    voices = voices_of(found.order.preset, found.facts.language)
    cast: dict[str | None, str] = {}
    if voices and found.folder.screenplay.exists():
        cast = cast_voices(editing.read_screenplay(found.folder).characters, found.facts.language, voices)
    return VoicesTold(
        voices=[VoiceTold(id=one.id, sex=one.sex, age=one.age, narrates=one.narrates) for one in voices],
        cast={ident or "": voice for ident, voice in cast.items()},
    )


@cache
def voices_of(preset: str, language: Language) -> tuple[VoiceSpec, ...]:
    """Return the voices of a preset for `language`, best narrator first; none where its engine is not installed here.

    Drivers on other machines may have it all the same.
    """
    chosen = load_preset(preset).voice
    try:
        return build_voice(chosen.engine, dict(chosen.settings)).voices(language)
    except EngineUnavailable:
        return ()
