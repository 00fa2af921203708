"""One clip: the pipeline is asked, its steps are watched, and it stops between two of them when it is told to."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from fractions import Fraction
from typing import Any

import numpy as np

from bookfilm.engines.protocols import Cancelled, Progress
from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled, TakeRejected
from bookfilm.picture.diffusion.batching import Batches, ClipAsked, Made, NotTogether, Watching
from bookfilm.picture.diffusion.caches import denoisers, forget_cache
from bookfilm.picture.diffusion.calling import call_keywords
from bookfilm.picture.diffusion.economies import Economising
from bookfilm.picture.diffusion.embedding import TextKept
from bookfilm.picture.diffusion.group import Group
from bookfilm.picture.diffusion.joining import Pixels
from bookfilm.picture.diffusion.loading import Loaded
from bookfilm.picture.diffusion.loras import loras_of, wear_loras
from bookfilm.picture.diffusion.profile import Profile

log = logging.getLogger(__name__)


class Watch:
    """Counts the steps of a whole shot, tells how far it is, and says when to stop."""

    def __init__(self, total_steps: int, progress: Progress, cancelled: Cancelled) -> None:
        self._total, self._done = max(1, total_steps), 0
        self.most_clips = 1
        self._progress, self._cancelled = progress, cancelled

    def made_of(self, clips: int) -> None:
        """Note that a clip of the shot was one of so many that were made in one call."""
        self.most_clips = max(self.most_clips, clips)

    def check(self) -> None:
        """Raise RenderCancelled if that was asked for."""
        if self._cancelled():
            raise RenderCancelled("asked to stop", subject=f"step {self._done} of {self._total}")

    def mark(self) -> Callable[[], None]:
        """Return what goes back to where the shot is now: what comes after is done anew."""
        done = self._done

        def back() -> None:
            self._done = done

        return back

    def stepped(self) -> None:
        """Count one step. Raises RenderCancelled if that was asked for."""
        self._done = min(self._done + 1, self._total)
        self._progress(Fraction(self._done, self._total))
        self.check()


class Sampler:
    """Asks the pipelines of one profile for clips, one call at a time."""

    def __init__(self, loaded: Loaded, profile: Profile, texts: TextKept, group: Group | None = None) -> None:
        self._loaded, self._profile, self._texts = loaded, profile, texts
        self._watch: Watching | None = None
        self._group = group
        self._worn = loras_of(profile, ())
        self._economising = Economising(loaded, profile)
        batch = profile.speed.batch
        self._batches = Batches(self._make, batch) if batch > 1 else None
        self.denoisers = denoisers(loaded.of_text)
        for denoiser in self.denoisers:
            # A step asks the model two or three times; so it also stops between those.
            denoiser.register_forward_pre_hook(self._before_forward)

    def clip(self, asked: ClipAsked, watch: Watch) -> Pixels:
        """Return the clip `asked`: uint8, shape (frames, height, width, 3), RGB.

        With speed.batch several threads may ask at once. Where memory does not suffice it is made again with what
        spares some (`economies`). Raises RenderCancelled within a step, TakeRejected where the model gave no numbers or
        another shape, EngineError where it fails.
        """
        if self._batches is not None:
            return self._batches.clip(asked, watch)
        (made,) = self._make([asked], watch)
        if isinstance(made, TakeRejected):
            raise made
        return made

    def warm_up(self) -> None:
        """Make the model's two shortest clips, where its blocks are compiled: that is done when they are first used,
        and again for a second length; from then on for all.

        Raises EngineUnavailable with the compiler's first line where they cannot be.
        """
        if not self._profile.speed.compile:
            return
        (width, height), rule = self._profile.clip.sizes[0], self._profile.clip.frames
        grey, needs = np.full((height, width, 3), 128, np.uint8), self._profile.features
        first, last = grey if needs.needs_first else None, grey if needs.needs_last else None
        for frames in sorted({rule.least, rule.fitting(rule.least + 1)}):
            try:
                # In what most shots wear: other adapters are another graph.
                asked = ClipAsked(
                    "a grey wall", width, height, frames, 0, first, last, loras=loras_of(self._profile, ())
                )
                self._make([asked], _Following())
            except EngineError as error:
                said = (error.message.strip().splitlines() or [""])[0]
                raise EngineUnavailable(f"speed.compile: {said}", subject=f"profile {self._profile.name}") from error

    def _make(self, asked: Sequence[ClipAsked], watch: Watching) -> list[Made]:
        """Make all of `asked` in one call. Raises NotTogether where several are too many."""
        import torch

        back = watch.mark()
        while True:
            try:
                return self._called(asked, watch)
            except RenderCancelled:
                raise
            except EngineError as error:
                if len(asked) == 1 and not isinstance(error.__cause__, torch.OutOfMemoryError):
                    raise
                told = error.with_traceback(None)
            # The calls that were broken off hold their tensors for as long as anybody holds them.
            told.__cause__ = told.__context__ = None
            back()
            if len(asked) > 1:
                # Whatever it was: one of them alone must not take the others with it.
                log.warning("%s; %d clips are made in fewer a call from here on", told, len(asked))
                raise NotTogether
            if not self._economising.spared():
                raise told

    def _called(self, asked: Sequence[ClipAsked], watch: Watching) -> list[Made]:
        pipe = self._loaded.of_text if asked[0].plain else self._loaded.of_picture
        watch.check()
        self._watch, self._loaded.at_work.pipe = watch, pipe
        try:
            if self._group is not None and self._group.leads:
                self._group.begin(asked)
            forget_cache(pipe)
            self._wear(pipe, asked[0].loras)
            with self._stepping(pipe) as steps:
                made = pipe(**call_keywords(pipe, self._profile, self._texts, asked), **steps)
        except BaseException as error:
            _recover(pipe)
            if self._group is not None and not isinstance(error, RenderCancelled):
                self._group.broken(f"{type(error).__name__}: {error}")
            if isinstance(error, (RuntimeError, ValueError, TypeError, IndexError, AssertionError)):
                raise EngineError(
                    f"{type(error).__name__}: {error}", subject=f"profile {self._profile.name}"
                ) from error
            raise
        finally:
            self._watch = None
        return [_pixels(frames, one) for frames, one in zip(made.frames, asked, strict=True)]

    def _wear(self, pipe: Any, names: tuple[str, ...]) -> None:
        """Have the weights, which both pipelines share, wear these LoRAs. Whoever wears them already is left alone."""
        if names != self._worn:
            wear_loras(pipe, self._profile, names)
            self._worn = names

    def _before_forward(self, *_: Any) -> None:
        if self._watch is None:
            return
        if self._group is None:
            self._watch.check()
        else:
            self._group.together(self._watch.check)

    def follow(self) -> None:
        """Make what the first process of the group makes, for as long as it lives."""
        assert self._group is not None
        while True:
            with suppress(RenderCancelled):
                self._called(self._group.told(), _Following())

    @contextmanager
    def _stepping(self, pipe: Any) -> Iterator[dict[str, Any]]:
        """Give what makes `pipe` tell of each step: its own callback, or where it has none, its progress bar."""
        if "callback_on_step_end" in inspect.signature(pipe.__call__).parameters:
            yield {"callback_on_step_end": self._on_step}
            return
        pipe.progress_bar = lambda iterable=None, total=None: _Bar(self, iterable)
        try:
            yield {}
        finally:
            del pipe.progress_bar

    def _on_step(self, _pipe: Any, _step: int, _timestep: Any, held: dict[str, Any]) -> dict[str, Any]:
        self.stepped()
        return held

    def stepped(self) -> None:
        """Count a step of the clip under way."""
        if self._watch is None:
            return
        # In a group all stop at one place: before the next pass.
        with suppress(RenderCancelled) if self._group is not None else nullcontext():
            self._watch.stepped()


class _Following:
    """Who watches in another process than the first: that one says when to stop."""

    def check(self) -> None:
        return None

    def stepped(self) -> None:
        return None

    def mark(self) -> Callable[[], None]:
        return self.check


class _Bar:
    """Stands for a pipeline's progress bar where that is all it tells of its steps."""

    def __init__(self, sampler: Sampler, iterable: Any) -> None:
        self._sampler, self._iterable = sampler, iterable

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        for item in self._iterable or ():
            yield item
            self.update()

    def update(self, count: int = 1) -> None:
        for _ in range(count):
            self._sampler.stepped()


def _pixels(frames: Any, asked: ClipAsked) -> Made:
    """Return frames of 0 to 1, a tensor (n, 3, h, w) or an array (n, h, w, 3), as bytes; or why they are no clip."""
    import torch

    made = frames if isinstance(frames, torch.Tensor) else torch.from_numpy(np.asarray(frames)).permute(0, 3, 1, 2)
    wanted = (asked.frames, 3, asked.height, asked.width)
    if tuple(made.shape) != wanted:
        return TakeRejected(f"the model gave {tuple(made.shape)}, {wanted} were asked for", subject="clip")
    if not bool(torch.isfinite(made).all()):
        return TakeRejected("the model gave pixels that are no numbers (NaN)", subject="clip")
    # Frame by frame: a clip in float32 is four times its bytes already.
    return np.stack([(f.float().clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy() for f in made])


def _recover(pipe: Any) -> None:
    """Put `pipe` into the state of before a call that was broken off: caches forgotten, weights where they wait."""
    pipe.maybe_free_model_hooks()
