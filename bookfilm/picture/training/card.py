"""What a LoRA was taught from, written beside its weights: a record for programs, a card for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.training.lessons import Lesson, lessons_digest
from bookfilm.picture.training.plan import TrainingPlan
from bookfilm.records.base import Record
from bookfilm.store.files import write_file

RECORD, CARD = "lora.json", "README.md"


class Lora(Record):
    """What was taught to which model, from what, for how long, and what came of it."""

    SCHEMA: ClassVar[str] = "bookfilm.lora/1"

    model: str
    revision: str
    pipeline: str
    licence: str
    """The model's: it holds for what is made with the LoRA too."""
    lessons: int
    lessons_sha256: str
    right: str
    plan: TrainingPlan
    workers: int
    error_before: float
    """Mean squared error of the model's answers over the same draws of noise, on the first worker's lessons."""
    error_after: float
    seconds: float


def write_card(
    out: Path,
    plan: TrainingPlan,
    profile: Profile,
    lessons: Sequence[Lesson],
    workers: int,
    errors: tuple[float, float],
    seconds: float,
) -> Lora:
    """Write the record and the card into `out`."""
    record = Lora(
        model=profile.model.id,
        revision=profile.model.revision,
        pipeline=profile.model.pipeline,
        licence=profile.model.licence,
        lessons=len(lessons),
        lessons_sha256=lessons_digest(tuple(lessons)),
        right=plan.right,
        plan=plan,
        workers=workers,
        error_before=errors[0],
        error_after=errors[1],
        seconds=round(seconds, 1),
    )
    write_file(out / RECORD, record.to_json())
    write_file(out / CARD, _card(record, out))
    return record


def in_a_preset(plan: TrainingPlan, out: Path) -> str:
    """Return the lines of a preset by which its shots are made with the LoRA in `out`."""
    who = f'\ncharacter = "{plan.character}"' if plan.character else ""
    return f'[[video.settings.loras]]\nid = "{out.absolute()}"{who}'


def _card(record: Lora, out: Path) -> str:
    plan = record.plan
    what = f"the character `{plan.character}`" if plan.character else "what its lessons show"
    whose = f"`{record.model}`" + (f" at `{record.revision}`" if record.revision else "")
    return f"""---
library_name: diffusers
base_model: {record.model}
tags: [lora]
---

# A LoRA of {what}

Taught by bookfilm to {whose} ({record.pipeline}, licence: {record.licence}).

| | |
|---|---|
| lessons | {record.lessons} pictures and clips, used by right: {record.right} |
| SHA-256 of all of them | `{record.lessons_sha256}` |
| steps | {plan.steps}, at most {plan.learning_rate:g} each (AdamW), {record.workers} at a time |
| rank | {plan.rank} |
| seed | {plan.seed} |
| error over the same noise | {record.error_before:.4f} before, {record.error_after:.4f} after |
| time | {record.seconds:.0f} s |

In a preset:

```toml
{in_a_preset(plan, out)}
```
"""
