"""One clip: the pipeline is asked, its steps are watched, and it stops between two of them when it is told to."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from bookfilm.engines.protocols import Cancelled, Progress
from bookfilm.errors import EngineError, RenderCancelled, TakeRejected
from bookfilm.picture.diffusion.caches import denoisers, forget_cache
from bookfilm.picture.diffusion.economies import Economising
from bookfilm.picture.diffusion.embedding import TextKept
from bookfilm.picture.diffusion.joining import Pixels
from bookfilm.picture.diffusion.loading import Loaded
from bookfilm.picture.diffusion.profile import Profile


class Watch:
    """Counts the steps of a whole shot, tells how far it is, and says when to stop."""

    def __init__(self, total_steps: int, progress: Progress, cancelled: Cancelled) -> None:
        self._total, self._done = max(1, total_steps), 0
        self._progress, self._cancelled = progress, cancelled

    def check(self) -> None:
        """Raise RenderCancelled if that was asked for."""
        if self._cancelled():
            raise RenderCancelled("asked to stop", subject=f"step {self._done} of {self._total}")

    @property
    def done(self) -> int:
        """How many steps are done."""
        return self._done

    def begin_again(self, done: int) -> None:
        """Go back to where `done` steps were done: what came after is done anew."""
        self._done = done

    def stepped(self) -> None:
        """Count one step. Raises RenderCancelled if that was asked for."""
        self._done = min(self._done + 1, self._total)
        self._progress(Fraction(self._done, self._total))
        self.check()


@dataclass(frozen=True)
class ClipAsked:
    """One clip: its words, its size and length in the model's terms, and the pictures it begins and ends with."""

    prompt: str
    width: int
    height: int
    frames: int
    seed: int
    first: Pixels | None = None
    last: Pixels | None = None


class Sampler:
    """Asks the pipelines of one profile for clips, one at a time."""

    def __init__(self, loaded: Loaded, profile: Profile, texts: TextKept) -> None:
        self._loaded, self._profile, self._texts = loaded, profile, texts
        self._watch: Watch | None = None
        self._economising = Economising(loaded, profile)
        self.denoisers = denoisers(loaded.of_text)
        for denoiser in self.denoisers:
            # A step asks the model two or three times; so it also stops between those.
            denoiser.register_forward_pre_hook(self._before_forward)

    def clip(self, asked: ClipAsked, watch: Watch) -> Pixels:
        """Return the clip `asked`: uint8, shape (frames, height, width, 3), RGB.

        Where memory does not suffice it is made again with what spares some (`economies`). Raises RenderCancelled
        within a step, TakeRejected where the model gave no numbers or another shape, EngineError where it fails.
        """
        import torch

        begun = watch.done
        while True:
            try:
                return self._clip(asked, watch)
            except EngineError as error:
                if not isinstance(error.__cause__, torch.OutOfMemoryError):
                    raise
                told = error.with_traceback(None)
            # The calls that were broken off hold their tensors for as long as anybody holds them.
            told.__cause__ = told.__context__ = None
            if not self._economising.spared():
                raise told
            watch.begin_again(begun)

    def _clip(self, asked: ClipAsked, watch: Watch) -> Pixels:
        pipe = self._loaded.of_text if asked.first is None and asked.last is None else self._loaded.of_picture
        watch.check()
        self._watch = watch
        try:
            forget_cache(pipe)
            with self._stepping(pipe) as steps:
                made = pipe(**self._keywords(pipe, asked), **steps)
        except BaseException as error:
            _recover(pipe)
            if isinstance(error, (RuntimeError, ValueError, TypeError, IndexError)):
                raise EngineError(
                    f"{type(error).__name__}: {error}", subject=f"profile {self._profile.name}"
                ) from error
            raise
        finally:
            self._watch = None
        return _pixels(made.frames[0], asked)

    def _before_forward(self, *_: Any) -> None:
        if self._watch is not None:
            self._watch.check()

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
        if self._watch is not None:
            self._watch.stepped()

    def _keywords(self, pipe: Any, asked: ClipAsked) -> dict[str, Any]:
        import torch

        profile, takes = self._profile, inspect.signature(pipe.__call__).parameters
        guided = profile.guidance > 1
        told: dict[str, Any] = {
            "width": asked.width,
            "height": asked.height,
            "num_frames": asked.frames,
            "num_inference_steps": profile.steps,
            # Drawn on the CPU: the same noise whatever GPU it is for.
            "generator": torch.Generator("cpu").manual_seed(asked.seed),
            "output_type": "pt",
            **self._texts.keywords(pipe, asked.prompt, profile.sampling.negative_prompt if guided else None),
        }
        if "guidance_scale" in takes:
            told["guidance_scale"] = profile.guidance
        elif hasattr(pipe, "guider"):
            pipe.guider = pipe.guider.new(guidance_scale=profile.guidance)
        if "frame_rate" in takes:
            told["frame_rate"] = float(profile.clip.rate.per_second)
        return told | _pictures(pipe, takes, asked) | profile.sampling.call


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


def _pictures(pipe: Any, takes: Any, asked: ClipAsked) -> dict[str, Any]:
    """Return the keywords by which `pipe` takes the pictures of `asked`, in whichever of the two ways it knows."""
    from PIL import Image

    given = {0: asked.first, -1: asked.last}
    images = {at: Image.fromarray(picture) for at, picture in given.items() if picture is not None}
    if not images:
        return {}
    if "conditions" in takes:
        import diffusers.pipelines.ltx2 as ltx2

        # -1 counts from the end: the last frame, whatever the length. crf 0: it is no photograph's JPEG.
        return {"conditions": [ltx2.LTX2VideoCondition(frames=image, index=at, crf=0) for at, image in images.items()]}
    told = {"image": images[0]} if 0 in images else {}
    return told | ({"last_image": images[-1]} if -1 in images and "last_image" in takes else {})


def _pixels(frames: Any, asked: ClipAsked) -> Pixels:
    """Return frames of 0 to 1, a tensor (n, 3, h, w) or an array (n, h, w, 3), as bytes. Raises TakeRejected."""
    import torch

    made = frames if isinstance(frames, torch.Tensor) else torch.from_numpy(np.asarray(frames)).permute(0, 3, 1, 2)
    wanted = (asked.frames, 3, asked.height, asked.width)
    if tuple(made.shape) != wanted:
        raise TakeRejected(f"the model gave {tuple(made.shape)}, {wanted} were asked for", subject="clip")
    if not bool(torch.isfinite(made).all()):
        raise TakeRejected("the model gave pixels that are no numbers (NaN)", subject="clip")
    # Frame by frame: a clip in float32 is four times its bytes already.
    return np.stack([(f.float().clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy() for f in made])


def _recover(pipe: Any) -> None:
    """Put `pipe` into the state of before a call that was broken off: caches forgotten, weights where they wait."""
    pipe.maybe_free_model_hooks()
