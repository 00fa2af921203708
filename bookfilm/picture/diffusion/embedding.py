"""Text, encoded once and kept: a retake, the next clip of a shot and the same words elsewhere cost nothing."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from typing import Any

_SHAPES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("prompt_embeds",): ("prompt_embeds",),
    ("prompt_attention_mask", "prompt_embeds"): ("prompt_embeds", "prompt_attention_mask"),
    ("prompt_embeds", "prompt_embeds_2", "prompt_embeds_mask", "prompt_embeds_mask_2"): (
        "prompt_embeds",
        "prompt_embeds_mask",
        "prompt_embeds_2",
        "prompt_embeds_mask_2",
    ),
}
"""What a pipeline's call takes of an encoded prompt, and in which order its encode_prompt gives it."""


class TextKept:
    """What the text encoder of one pipeline made of words, by the words; the longest unused is let go.

    `most_bytes` bounds what is kept. It lies in the CPU's memory.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most, self._held = most_bytes, 0
        self._kept: OrderedDict[str, tuple[Any, ...]] = OrderedDict()
        self.encoded = 0
        """How often the text encoder was asked."""

    def keywords(self, pipe: Any, prompt: str, negative: str | None) -> dict[str, Any]:
        """Return the keywords of `pipe`'s call for `prompt`, and for `negative` unless it is None.

        Where a pipeline takes nothing encoded, or in a shape that is not known here, they are the words themselves.
        """
        takes = inspect.signature(pipe.__call__).parameters
        names = tuple(sorted(name for name in takes if name.startswith(("prompt_embeds", "prompt_attention_mask"))))
        order = _SHAPES.get(names)
        if order is None or not hasattr(pipe, "encode_prompt"):
            return {"prompt": prompt} | ({"negative_prompt": negative} if negative is not None else {})
        told = dict(zip(order, self._encoded(pipe, prompt), strict=True))
        if negative is not None:
            told |= {f"negative_{name}": part for name, part in zip(order, self._encoded(pipe, negative), strict=True)}
        return told

    def _encoded(self, pipe: Any, words: str) -> tuple[Any, ...]:
        found = self._kept.get(words)
        if found is None:
            found = tuple(part.detach().to("cpu") for part in _encode(pipe, words))
            self.encoded += 1
            self._keep(words, found)
        else:
            self._kept.move_to_end(words)
        device = pipe._execution_device
        return tuple(part.to(device) for part in found)

    def _keep(self, words: str, parts: tuple[Any, ...]) -> None:
        size = _bytes(parts)
        if size > self._most:
            return
        self._kept[words] = parts
        self._held += size
        while self._held > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._held -= _bytes(dropped)


def _bytes(parts: tuple[Any, ...]) -> int:
    return sum(int(part.nelement()) * int(part.element_size()) for part in parts)


def _encode(pipe: Any, words: str) -> list[Any]:
    """Return what encode_prompt makes of `words` alone. A negative prompt is encoded as any other is."""
    import torch

    takes, called = inspect.signature(pipe.encode_prompt).parameters, inspect.signature(pipe.__call__).parameters
    told: dict[str, Any] = {"do_classifier_free_guidance": False} if "do_classifier_free_guidance" in takes else {}
    if "max_sequence_length" in takes and "max_sequence_length" in called:
        # Wan's encode_prompt reads 226 tokens where its call reads 512: the call's is what the model was trained on.
        told["max_sequence_length"] = called["max_sequence_length"].default
    with torch.no_grad():
        made = pipe.encode_prompt(prompt=words, device=pipe._execution_device, **told)
    return [part for part in made if part is not None]
