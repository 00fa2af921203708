"""RemoteEngine: a VideoEngine whose model runs on a server that speaks /v1/videos."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bookfilm.engines.protocols import Cancelled, Clip, Progress, RenderRequest, VideoCapabilities
from bookfilm.errors import EngineUnavailable, RenderCancelled, SettingsError, TakeRejected
from bookfilm.picture.diffusion.adherence import adherence_floor, adherence_revision, prompt_reader
from bookfilm.picture.diffusion.conform import Frame, conform_frames
from bookfilm.picture.diffusion.given import (
    check_pictures,
    drawable_card,
    read_keyframe,
    seed_of_clip,
    told_of_plan,
)
from bookfilm.picture.diffusion.identity import descriptor_of, identity_floor, identity_revision
from bookfilm.picture.diffusion.joining import Pixels, join_clips
from bookfilm.picture.diffusion.plan import ShotPlan, plan_shot
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.diffusion.prompting import PROMPT_VERSION, write_prompt
from bookfilm.picture.diffusion.upscaling import Upscaler, upscaler_revision
from bookfilm.picture.remote.asking import ClipWanted, write_submission
from bookfilm.picture.remote.decoding import ClipFacts, decoded_frames
from bookfilm.picture.remote.settings import SUBJECT, asked_digest, asked_profile, fault_of_address, read_settings
from bookfilm.picture.shadow import ShadowEngine
from bookfilm.picture.tiny.captions import write_caption
from bookfilm.records.base import content_key
from bookfilm.store.errands import Errands, ErrandStore

REVISION = "1"
"""Of this code: whatever it changes in a pixel, the profile and the prompts apart."""
SIZE_SLACK = 0.1
"""A server rounds sizes to what its model takes: by more than this share of a side it is another size."""


class RemoteEngine:
    """Renders shots at a server, with the model of a profile. Cards are the shadow theatre's.

    Keywords are those of RemoteSettings. Raises SettingsError for what is wrong in them, EngineUnavailable where the
    client is not installed.
    """

    name = "remote"

    def __init__(self, **told: Any) -> None:
        settings = read_settings(told)
        fault = fault_of_address(settings)
        if fault:
            raise SettingsError(fault, subject=SUBJECT)
        self._profile = profile = asked_profile(settings)
        try:
            from bookfilm.picture.remote.errand import ErrandRunner
            from bookfilm.picture.remote.server import VideoServer
        except ImportError as error:
            raise EngineUnavailable(
                f"needs {error.name or error}: pip install 'bookfilm[remote]'", subject=SUBJECT
            ) from error
        key = os.environ.get(settings.key_env) or None
        server = VideoServer(settings.base_url, key, profile.remote.answer_s, settings.download_s)
        self._runner = ErrandRunner(server, profile, settings)
        self._at_once = settings.at_once
        self._descriptor, self._reader = descriptor_of(profile, "cpu"), prompt_reader(profile, "cpu")
        self._upscaler = upscaler_of(profile)
        # Several shots are under way in threads; what works on this machine works on one at a time.
        self._here = threading.Lock()
        self.revision = _revision_of(profile)

    @property
    def capabilities(self) -> VideoCapabilities:
        return VideoCapabilities(
            reads_words=True,
            moves_lips=False,
            fallible=True,
            first_frame=self._profile.features.first_frame,
            needs_first=self._profile.features.needs_first,
            deterministic=False,
            at_once=self._at_once,
            identity_floor=identity_floor(self._profile),
            adherence_floor=adherence_floor(self._profile),
            told_by_revision=True,
        )

    def render(self, request: RenderRequest, progress: Progress, cancelled: Cancelled) -> Clip:
        """Render one shot. What was asked for is forgotten in the end: `render_errand` remembers."""
        return self._rendered(request, None, progress, cancelled)

    def render_errand(self, request: RenderRequest, errands: Errands, progress: Progress, cancelled: Cancelled) -> Clip:
        """Render one shot, going on with what `errands` say was asked for. It is asked while the clip is read.

        Raises SettingsError where the model needs pictures that the request has not; and from the clip's pixels
        EngineError, RenderCancelled between two polls, TakeRejected where the server gave no picture or another one
        than was asked for, TakesSpent where it never will.
        """
        return self._rendered(request, errands, progress, cancelled)

    def likeness(self, frames: Sequence[Frame], portrait: Frame) -> float:
        """Return how like `portrait` somebody in `frames` is, 0 to 1, by the profile's descriptor, on this machine."""
        with self._here:
            return 1.0 if self._descriptor is None else self._descriptor(frames, portrait)

    def adherence(self, frames: Sequence[Frame], request: RenderRequest) -> float:
        """Return how much of the shot's prompt is to be seen in `frames`, 0 to 1, by the profile's model, likewise."""
        with self._here:
            return 1.0 if self._reader is None else self._reader.adherence(frames, _told(self._profile, request))

    def _enlarged(self, upscaler: Upscaler, frame: Frame) -> Frame:
        with self._here:
            return upscaler.enlarged(frame)

    def _rendered(
        self, request: RenderRequest, errands: Errands | None, progress: Progress, cancelled: Cancelled
    ) -> Clip:
        if request.picture.kind != "scene":
            # One for each card: several may be drawn at the same time, in threads.
            cards = ShadowEngine()
            return cards.render(drawable_card(request, cards), progress, cancelled)
        check_pictures(self._profile, request)
        plan = plan_shot(self._profile, request.frames, request.rate, fills=False)
        shot = _Shot(self, request, plan, progress, cancelled)
        pixels = shot.pixels(errands) if errands is not None else shot.forgotten_pixels()
        return Clip(request.width, request.height, request.rate, request.frames, pixels, told_of_plan(plan))


class _Shot:
    """One shot on its way: its clips are brought one after the other, and its frames read from them."""

    def __init__(
        self, engine: RemoteEngine, request: RenderRequest, plan: ShotPlan, progress: Progress, cancelled: Cancelled
    ) -> None:
        self._engine, self._runner, self._profile = engine, engine._runner, engine._profile
        self._request, self._plan, self._progress, self._cancelled = request, plan, progress, cancelled
        clip = self._profile.clip
        self._size = clip.size_for(request.width, request.height)
        self._prompt = _told(self._profile, request)
        self._shown = Fraction(0)

    def forgotten_pixels(self) -> Iterator[Frame]:
        """Yield the frames; what was asked for on the way is nobody's afterwards."""
        with tempfile.TemporaryDirectory(prefix="bookfilm-errands-") as folder:
            yield from self.pixels(ErrandStore(Path(folder)).of("untold", 0))

    def pixels(self, errands: Errands) -> Iterator[Frame]:
        """Yield the shot's frames, in the film's size and at its rate."""
        plan, request = self._plan, self._request
        path, facts = self._brought(errands, 0, read_keyframe(request.first_frame, *self._size))
        paced = replace(plan, pace=facts.rate / request.rate.per_second)
        if len(plan.lengths) == 1:
            # Not held in memory: several shots may be under way.
            made: Iterator[Frame] = decoded_frames(path, facts)
        else:
            made = join_clips(paced, lambda number, begin: self._clip(errands, number, begin, path, facts))
        upscaler = self._engine._upscaler
        if upscaler is not None and request.width > facts.width:
            made = map(partial(self._engine._enlarged, upscaler), made)
        for number, frame in enumerate(conform_frames(_lasting(made), paced, request)):
            if self._cancelled():
                raise RenderCancelled("asked to stop", subject=f"frame {number} of {request.frames}")
            yield frame
        self._progress(Fraction(1))

    def _clip(self, errands: Errands, number: int, begin: Frame | None, path: Path, facts: ClipFacts) -> Pixels:
        """Return the frames of clip `number`; the first is there already."""
        if number:
            brought, found = self._brought(errands, number, begin)
            if (found.width, found.height, found.rate) != (facts.width, facts.height, facts.rate):
                raise TakeRejected("the clips of the shot are of several sizes or rates", subject="clip")
            path, facts = brought, found
        return np.stack(list(decoded_frames(path, facts)))

    def _brought(self, errands: Errands, number: int, begin: Frame | None) -> tuple[Path, ClipFacts]:
        from bookfilm.picture.remote.patience import Watcher

        frames, seed = self._plan.lengths[number], seed_of_clip(self._request.seed, number)
        wanted = ClipWanted(self._prompt, *self._size, frames, seed, begin)

        def advance(percent: int) -> None:
            share = (number + Fraction(percent, 100)) / self._plan.asked
            if share > self._shown:
                self._shown = share
                self._progress(share)

        rate = self._profile.clip.rate.per_second
        watcher = Watcher(advance, self._cancelled, lambda facts: _check_facts(facts, wanted, rate))
        asked = write_submission(wanted, self._profile)
        path, facts = self._runner.bring(asked, errands, number, watcher)
        advance(100)
        watcher.check("shot")
        return path, facts


def upscaler_of(profile: Profile) -> Upscaler | None:
    """Return who makes frames larger on this machine, as `profile` says; None where sizes are changed without one.

    Raises EngineUnavailable with what to type where it is not installed.
    """
    upscale = profile.clip.upscale
    wanted = upscale == "realesrgan" or (upscale == "auto" and bool(upscaler_revision()))
    return Upscaler() if wanted else None


def _revision_of(profile: Profile) -> str:
    """Return what changes when the same request would give another take: code, words, profile; and what works here."""
    made = {"profile": asked_digest(profile), "prompt": PROMPT_VERSION, "cards": ShadowEngine.revision}
    here = {
        "identity": identity_revision(profile),
        "adherence": adherence_revision(profile),
        "upscaler": "" if profile.clip.upscale == "cubic" else upscaler_revision(),
        "words": "caption" if profile.sampling.words == "caption" else "",
    }
    made |= {name: told for name, told in here.items() if told}
    return f"{REVISION}-{content_key('remote engine', made)[:8]}"


def _told(profile: Profile, request: RenderRequest) -> str:
    """Return the shot in words, as the profile's model reads them."""
    if profile.sampling.words == "caption":
        return write_caption(request.picture)
    return write_prompt(request.picture, request.style, profile.sampling.prompt_chars)


def _lasting(made: Iterator[Frame]) -> Iterator[Frame]:
    """Yield the frames of `made`, its last one twice more: a server may round a length down by a frame."""
    frame: Frame | None = None
    for frame in made:
        yield frame
    if frame is not None:
        yield frame
        yield frame


def _check_facts(facts: ClipFacts, wanted: ClipWanted, rate: Fraction) -> None:
    """Raise TakeRejected for a clip of another size than was asked for, or a shorter one: it is tried again.

    Another rate is none: each frame is read at its own time. What is longer is cut off.
    """
    for given, asked in ((facts.width, wanted.width), (facts.height, wanted.height)):
        if abs(given - asked) > SIZE_SLACK * asked:
            raise TakeRejected(
                f"wrong size: {facts.width}x{facts.height}, {wanted.width}x{wanted.height} was asked for",
                subject="clip",
            )
    # A frame less at the end is how servers round.
    given_s, least_s = (facts.frames + 1) / facts.rate, wanted.frames / rate
    if given_s < least_s:
        raise TakeRejected(
            f"wrong length: {float(facts.frames / facts.rate):.2f} s, {float(least_s):.2f} s was asked for",
            subject="clip",
        )
