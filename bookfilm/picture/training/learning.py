"""The steps: noise on a lesson's latents, the model's answer, and what of its error the LoRA is to blame for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from bookfilm.errors import SettingsError
from bookfilm.picture.diffusion.loras import WEIGHTS, WEIGHTS_2
from bookfilm.picture.training.noising import Draw
from bookfilm.picture.training.plan import TrainingPlan
from bookfilm.picture.training.preparing import Prepared

ADAPTER = "taught"
_TAUGHT = re.compile(
    r"(^|.*\.)(to_[qkv]|to_out\.0|add_[qkv]_proj|to_add_out|ffn?(_context)?\.net\.(0\.proj|2)|"
    r"blocks\.\d+\.(qkv|out|wide|narrow))"
)
"""The layers of a block's attention and of what mixes its channels, as Wan, LTX, CogVideoX, HunyuanVideo and the tiny
model name them. With attention alone the tiny model took half as much of a style."""
_EXAMINED = 16
"""So many draws, the same before and after, tell what has been learnt."""
_WARM_UP = 20
_STEEPEST = 1.0
"""Longer gradients are cut to this length (Pascanu et al. 2013)."""


class Learner:
    """Teaches a LoRA to the models of one pipeline: one, or two experts, first the one and then the other.

    `border`: of two experts, above which share of the timesteps the first is asked. `worker`: whose noise is drawn,
    where several of one group of torch.distributed learn from lessons of their own. On a GPU only the expert that
    learns is held there.
    """

    def __init__(
        self,
        models: Sequence[Any],
        lessons: Sequence[Prepared],
        plan: TrainingPlan,
        device: str,
        worker: int = 0,
        border: float = 1.0,
    ) -> None:
        import torch

        torch.manual_seed(plan.seed)
        self._models, self._plan = list(models), plan
        self._device, self._worker, self._border = torch.device(device), worker, border
        self._lessons = list(lessons)
        for model in self._models:
            _give_lora(model, plan.rank, on_gpu=self._device.type == "cuda")
        self._taught = [[part for part in model.parameters() if part.requires_grad] for model in self._models]
        self._optimiser = torch.optim.AdamW([part for taught in self._taught for part in taught], lr=plan.learning_rate)

    def step(self, number: int) -> float:
        """Learn step `number`, from 0, and return its error."""
        import torch

        at = number * len(self._models) // self._plan.steps
        random = torch.Generator().manual_seed(_seed(self._plan.seed, number, self._worker))
        lesson = self._lessons[int(torch.randint(len(self._lessons), (), generator=random))]
        told = float(torch.rand((), generator=random)) >= self._plan.unsaid
        draw = lesson.noising.draw(lesson.latents, random, self._part(at))
        error = self._error(at, lesson, draw, told)
        error.backward()
        _average([part.grad for part in self._taught[at] if part.grad is not None])
        torch.nn.utils.clip_grad_norm_(self._taught[at], _STEEPEST)
        for group in self._optimiser.param_groups:
            group["lr"] = self._plan.learning_rate * min(1.0, (number + 1) / _WARM_UP)
        self._bring_moments(at)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        return float(error.detach())

    def _bring_moments(self, at: int) -> None:
        """Have what the optimiser remembers lie where the weights are that learn; of the other expert in main memory.

        What was kept of a training lies there until then.
        """
        for number, taught in enumerate(self._taught):
            for part in taught:
                held = self._optimiser.state.get(part, {})
                for name in ("exp_avg", "exp_avg_sq"):
                    if name in held:
                        held[name] = held[name].to(self._device if number == at else "cpu")

    def examined(self) -> float:
        """Return the error over the same draws whenever it is asked, over lessons with their captions."""
        import torch

        errors = []
        for at in range(len(self._models)):
            for number in range(_EXAMINED):
                random = torch.Generator().manual_seed(_seed(self._plan.seed, -1 - number, 0))
                lesson = self._lessons[number % len(self._lessons)]
                draw = lesson.noising.draw(lesson.latents, random, self._part(at))
                with torch.no_grad():
                    errors.append(float(self._error(at, lesson, draw, told=True)))
        return sum(errors) / len(errors)

    def _part(self, at: int) -> tuple[float, float]:
        if len(self._models) == 1:
            return 0.0, 1.0
        return (self._border, 1.0) if at == 0 else (0.0, self._border)

    def _error(self, at: int, lesson: Prepared, draw: Draw, told: bool) -> Any:
        import torch

        model = self._placed(at)
        question = lesson.told if told else lesson.untold
        keywords = question.at(draw.latents, draw.timestep, self._device)
        half = model.dtype
        mixed = torch.autocast(self._device.type, half) if half != torch.float32 else nullcontext()
        with mixed:
            answer = model(**keywords)
        answer = answer[0] if isinstance(answer, tuple) else answer
        return torch.nn.functional.mse_loss(answer.float(), draw.answer.to(self._device))

    def _placed(self, at: int) -> Any:
        for number, model in enumerate(self._models):
            model.to(self._device if number == at else "cpu")
        return self._models[at]

    def state(self) -> dict[str, Any]:
        """Return what has been learnt, and how: enough to go on from."""
        return {"loras": [_lora_of(model) for model in self._models], "optimiser": self._optimiser.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`. Raises ValueError where it is of another training."""
        from peft import set_peft_model_state_dict

        if len(state["loras"]) != len(self._models):
            raise ValueError(f"the state is of {len(state['loras'])} models, here are {len(self._models)}")
        for model, lora in zip(self._models, state["loras"], strict=True):
            set_peft_model_state_dict(model, lora, adapter_name=ADAPTER)
        self._optimiser.load_state_dict(state["optimiser"])

    def write(self, folder: Path) -> None:
        """Write the LoRA into `folder` as diffusers reads it."""
        from safetensors.torch import save_file

        for model, name in zip(self._models, (WEIGHTS, WEIGHTS_2), strict=False):
            named = {f"transformer.{key}": value.contiguous().cpu() for key, value in _lora_of(model).items()}
            partial = folder / f".{name}.partial"
            save_file(named, partial, metadata={"format": "pt"})
            partial.replace(folder / name)


def _give_lora(model: Any, rank: int, on_gpu: bool) -> None:
    """Put an untaught LoRA into the attentions of `model`, and hold all else as it is."""
    import torch
    from peft import LoraConfig

    layers = [
        name
        for name, part in model.named_modules()
        if isinstance(part, torch.nn.Linear) and _TAUGHT.fullmatch(name) and "audio" not in name
    ]
    if not layers:
        raise SettingsError(f"{type(model).__name__} has no attention whose layers are known", subject="model")
    model.requires_grad_(requires_grad=False)
    model.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=layers, init_lora_weights=True), ADAPTER)
    for part in model.parameters():
        if part.requires_grad:
            part.data = part.data.float()
    if on_gpu and getattr(model, "_supports_gradient_checkpointing", False):
        # What a step holds of a clip of eighty frames is more than the weights.
        model.enable_gradient_checkpointing()
    model.train()


def _lora_of(model: Any) -> dict[str, Any]:
    from peft import get_peft_model_state_dict

    told = get_peft_model_state_dict(model, adapter_name=ADAPTER)
    return {key: value.detach().to("cpu", copy=True) for key, value in told.items()}


def _average(gradients: list[Any]) -> None:
    """Have every worker of the group go on with the mean of all their gradients."""
    import torch
    import torch.distributed as group

    if not (group.is_available() and group.is_initialized() and group.get_world_size() > 1):
        return
    whole = torch.cat([gradient.flatten() for gradient in gradients])
    group.all_reduce(whole)
    whole /= group.get_world_size()
    for gradient, mean in zip(gradients, torch.split(whole, [one.numel() for one in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def _seed(*told: int) -> int:
    """Return a seed of 63 bits that is another for each of what is told."""
    import hashlib

    return int.from_bytes(hashlib.sha256(repr(told).encode()).digest()[:8], "big") >> 1
