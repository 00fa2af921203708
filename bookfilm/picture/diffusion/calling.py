"""What a pipeline is called with for clips that were asked for: sizes, noise, words and pictures, as it takes them."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from bookfilm.picture.diffusion.batching import ClipAsked, NotTogether
from bookfilm.picture.diffusion.embedding import TextKept
from bookfilm.picture.diffusion.profile import Profile


def call_keywords(pipe: Any, profile: Profile, texts: TextKept, asked: Sequence[ClipAsked]) -> dict[str, Any]:
    """Return the keywords of the call of `pipe` that makes all of `asked`.

    Where a pipeline keeps its guidance in a part of its own, that part is set. Raises NotTogether where several clips'
    words are not of one shape.
    """
    import torch

    takes = inspect.signature(pipe.__call__).parameters
    # Drawn on the CPU, each clip's by itself: the same noise whatever GPU it is for, and whatever it is made with.
    noise = [torch.Generator("cpu").manual_seed(one.seed) for one in asked]
    told: dict[str, Any] = {
        "width": asked[0].width,
        "height": asked[0].height,
        "num_frames": asked[0].frames,
        "num_inference_steps": profile.steps,
        "generator": noise if len(asked) > 1 else noise[0],
        "output_type": "pt",
        **_words(pipe, profile, texts, asked),
    }
    if "guidance_scale" in takes:
        told["guidance_scale"] = profile.guidance
    elif hasattr(pipe, "guider"):
        pipe.guider = pipe.guider.new(guidance_scale=profile.guidance)
    if "frame_rate" in takes:
        told["frame_rate"] = float(profile.clip.rate.per_second)
    return told | _pictures(pipe, takes, asked[0]) | profile.sampling.call


def _words(pipe: Any, profile: Profile, texts: TextKept, asked: Sequence[ClipAsked]) -> dict[str, Any]:
    """Return the keywords by which `pipe` takes the words of all clips. Raises NotTogether."""
    negative = profile.sampling.negative_prompt if profile.guidance > 1 else None
    told = [texts.keywords(pipe, one.prompt, negative) for one in asked]
    if len(told) == 1:
        return told[0]
    return {name: _together([one[name] for one in told]) for name in told[0]}


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


def _together(parts: Sequence[Any]) -> Any:
    """Return what pipelines take for several clips: a list of words, or one tensor. Raises NotTogether."""
    import torch

    if isinstance(parts[0], str):
        return list(parts)
    if len({part.shape for part in parts}) > 1:
        raise NotTogether
    return torch.cat(list(parts))
