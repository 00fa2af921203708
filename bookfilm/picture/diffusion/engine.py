"""DiffusersEngine: a VideoEngine over any model that a profile describes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bookfilm.engines.protocols import Cancelled, Clip, Progress, RenderRequest, VideoCapabilities
from bookfilm.errors import EngineUnavailable, RenderCancelled, SettingsError
from bookfilm.picture.diffusion.adherence import adherence_floor, adherence_revision, prompt_reader
from bookfilm.picture.diffusion.batching import ClipAsked
from bookfilm.picture.diffusion.conform import Frame, conform_frames
from bookfilm.picture.diffusion.embedding import TextKept
from bookfilm.picture.diffusion.filling import fill_clips
from bookfilm.picture.diffusion.given import (
    check_pictures,
    drawable_card,
    read_keyframe,
    seed_of_clip,
    told_of_plan,
)
from bookfilm.picture.diffusion.group import Group, device_of, start_group
from bookfilm.picture.diffusion.identity import descriptor_of, identity_floor, identity_revision
from bookfilm.picture.diffusion.joining import Pixels, join_clips
from bookfilm.picture.diffusion.loading import folder_digest, load_pipeline
from bookfilm.picture.diffusion.loras import loras_of, told_of_loras
from bookfilm.picture.diffusion.plan import ShotPlan, plan_shot
from bookfilm.picture.diffusion.profile import Profile, load_profile
from bookfilm.picture.diffusion.prompting import PROMPT_VERSION, write_prompt
from bookfilm.picture.diffusion.sampling import Sampler, Watch
from bookfilm.picture.diffusion.settings import DiffusionSettings
from bookfilm.picture.diffusion.switches import missing_packages, require_switches
from bookfilm.picture.diffusion.upscaling import Upscaler, upscaler_revision
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.records.base import content_key, first_fault

REVISION = "1"
"""Of this code: whatever it changes in a pixel, the profile and the prompts apart."""
_SUBJECT = "video engine diffusers"


class DiffusersEngine:
    """Renders shots with the model of a profile. Titles, chapter cards and credits are the shadow theatre's: letters
    are what these models cannot draw.

    Keywords are those of DiffusionSettings. Raises SettingsError for a profile or a switch that is wrong,
    EngineUnavailable for what is not installed or not fetched, with what to type.
    """

    name = "diffusers"
    group: Group | None = None
    """The processes that make each clip together, where the profile wants several."""

    def __init__(self, **told: Any) -> None:
        self._settings = settings = _read_settings(told)
        self._profile = settings.over(load_profile(settings.profile))
        require_switches(self._profile)
        self._device = _device(settings.device)
        self._cards = ShadowEngine()
        self.revision = revision_of(self._profile, self._cards.revision)
        _, self._taught = told_of_loras(self._profile)
        self._sampler = self._load()
        self._upscaler = _upscaler(self._profile, settings.threads)
        self._descriptor = descriptor_of(self._profile, self._device)
        self._reader = prompt_reader(self._profile, self._device)

    @property
    def capabilities(self) -> VideoCapabilities:
        return capabilities_of(self._profile, self._device, self._taught)

    @property
    def denoisers(self) -> list[Any]:
        """The parts of the model that are asked at each step."""
        return self._sampler.denoisers

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        """Render one shot. The model works while the clip is read, one clip of its own at a time.

        Raises SettingsError where the model needs pictures that the request has not, EngineError, RenderCancelled
        within a step, TakeRejected where the model gave no picture.
        """
        if request.picture.kind != "scene":
            # One for each card: several may be drawn at the same time, in threads.
            cards = ShadowEngine() if self._profile.speed.batch > 1 else self._cards
            return cards.render(drawable_card(request, cards), progress, cancelled)
        check_pictures(self._profile, request)
        plan = plan_shot(self._profile, request.frames, request.rate, arrives=request.last_frame is not None)
        watch = Watch(self._profile.steps * plan.asked, progress, cancelled)
        pixels = self._pixels(request, plan, watch, progress, cancelled)
        notes = told_of_plan(plan)
        return Clip(
            request.width, request.height, request.rate, request.frames, pixels, notes, lambda: watch.most_clips
        )

    def likeness(self, frames: Sequence[Frame], portrait: Frame) -> float:
        """Return how like `portrait` somebody in `frames` is, 0 to 1, by the profile's descriptor."""
        return 1.0 if self._descriptor is None else self._descriptor(frames, portrait)

    def adherence(self, frames: Sequence[Frame], request: RenderRequest) -> float:
        """Return how much of the shot's prompt is to be seen in `frames`, 0 to 1, by the profile's model."""
        return 1.0 if self._reader is None else self._reader.adherence(frames, self._told(request))

    def _pixels(
        self, request: RenderRequest, plan: ShotPlan, watch: Watch, progress: Progress, cancelled: Cancelled
    ) -> Iterator[Frame]:
        profile, numbers = self._profile, count()
        width, height = profile.clip.size_for(request.width, request.height)
        prompt = self._told(request)
        loras = loras_of(profile, (one.name for one in request.picture.cast))
        first, last = (read_keyframe(given, width, height) for given in (request.first_frame, request.last_frame))

        def make(length: int, begin: Pixels | None, end: Pixels | None) -> Pixels:
            seed = seed_of_clip(request.seed, next(numbers))
            return self._sampler.clip(ClipAsked(prompt, width, height, length, seed, begin, end, loras), watch)

        def chained(number: int, begin: Pixels | None) -> Pixels:
            final = number == plan.asked - 1
            return make(plan.lengths[number], first if begin is None else begin, last if final else None)

        if plan.join == "fill":
            made = fill_clips(plan.lengths, profile.clip.frames, make, first, last)
        else:
            made = join_clips(plan, chained)
        if self._upscaler is not None and request.width > width:
            made = map(self._upscaler.enlarged, made)
        for number, frame in enumerate(conform_frames(made, plan, request)):
            if cancelled():
                raise RenderCancelled("asked to stop", subject=f"frame {number} of {request.frames}")
            yield frame
        progress(Fraction(1))

    def _told(self, request: RenderRequest) -> str:
        if self._profile.sampling.words == "caption":
            return write_caption(request.picture)
        return write_prompt(request.picture, request.style, self._profile.sampling.prompt_chars)

    def _load(self) -> Sampler:
        import torch

        if self._settings.threads is not None:
            torch.set_num_threads(self._settings.threads)
        device, texts = self._device, TextKept(self._settings.text_cache_mib << 20)
        if (size := self._profile.speed.together) > 1:
            self.group = start_group(size, self._settings.model_dump(mode="json"), device)
            device = device_of(self.group.rank, device)
        try:
            loaded = load_pipeline(self._profile, device)
            if self.group is not None:
                self.group.loaded()
        except BaseException:
            if self.group is not None:
                self.group.end()
            raise
        sampler = Sampler(loaded, self._profile, texts, self.group)
        try:
            sampler.warm_up()
        except BaseException:
            if self.group is not None:
                self.group.end()
            raise
        return sampler


def profile_of(told: dict[str, Any]) -> Profile:
    """Return the profile that the engine would have with the settings `told`. Raises SettingsError."""
    settings = _read_settings(told)
    return settings.over(load_profile(settings.profile))


def _upscaler(profile: Profile, threads: int | None) -> Upscaler | None:
    """Return the upscaler that the profile asks for, or none where sizes are changed without one."""
    if not _upscales(profile):
        return None
    return Upscaler(threads or 1)


def _upscales(profile: Profile) -> bool:
    return profile.clip.upscale == "realesrgan" or (profile.clip.upscale == "auto" and bool(upscaler_revision()))


def _read_settings(told: dict[str, Any]) -> DiffusionSettings:
    try:
        return DiffusionSettings.model_validate(told)
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject=_SUBJECT) from None


def capabilities_of(profile: Profile, device: str, taught: dict[str, str]) -> VideoCapabilities:
    """Return what the engine can do with `profile` on `device`; `taught` are the digests of its characters' LoRAs."""
    features = profile.features
    return VideoCapabilities(
        reads_words=True,
        moves_lips=False,
        fallible=True,
        first_frame=features.first_frame,
        last_frame=features.last_frame,
        needs_first=features.needs_first,
        needs_last=features.needs_last,
        # Another make of GPU rounds otherwise.
        # And so does a call of another number of clips.
        deterministic=device == "cpu" and profile.speed.batch == 1,
        told_by_revision=True,
        identity_floor=identity_floor(profile),
        adherence_floor=adherence_floor(profile),
        at_once=profile.speed.batch,
        # Who is taught anew makes new takes of their own shots only, and of no other.
        taught=taught,
    )


def revision_of(profile: Profile, cards: str) -> str:
    """Return what changes when the same request would give other pixels: code, prompts, profile, weights, libraries.

    It tells of every setting that decides pixels, or which try is kept; on what they are worked out, and with how many
    threads, is no other picture. What the model was taught of a character is left out: it is told with the shots that
    they are in.
    """
    folder = folder_digest(Path(profile.model.id).expanduser()) if profile.is_folder else ""
    libraries = {name: _minor(name) for name in ("diffusers", "transformers", "torch")}
    told = {"profile": profile.digest(), "weights": folder, "prompt": PROMPT_VERSION, "cards": cards, **libraries}
    if _upscales(profile):
        told["upscaler"] = upscaler_revision()
    if seen := identity_revision(profile):
        told["identity"] = seen
    if reads := adherence_revision(profile):
        told["adherence"] = reads
    if everywhere := told_of_loras(profile)[0]:
        told["loras"] = " ".join(everywhere)
    made = content_key("diffusers engine", told)
    return f"{REVISION}-{made[:8]}"


def _minor(package: str) -> str:
    try:
        return ".".join(version(package).split(".")[:2])
    except PackageNotFoundError:
        return ""


def _device(asked: str) -> str:
    missing = missing_packages()
    if missing:
        raise EngineUnavailable(f"needs {', '.join(missing)}", subject=_SUBJECT)
    import torch

    there = torch.cuda.is_available()
    if asked.startswith("cuda") and not there:
        raise EngineUnavailable('torch sees no GPU here; device = "cpu" works, slowly', subject=_SUBJECT)
    return ("cuda" if there else "cpu") if asked == "auto" else asked
