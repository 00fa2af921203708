"""The commands that teach a model somebody, or a style, from pictures: lessons laid from a film, and a LoRA taught."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bookfilm.cli.options import Address, Folder, Json
from bookfilm.errors import SettingsError

if TYPE_CHECKING:
    from bookfilm.picture.training.plan import TrainingPlan

Lessons = Annotated[
    Path, typer.Argument(help="A folder of pictures and clips, each with a caption: NAME.txt, or metadata.jsonl.")
]
ProfileName = Annotated[str, typer.Option("--profile", help="Which model: a profile's name, or a .toml file.")]
Used = Annotated[str, typer.Option("--right", help="By what right the pictures are used; it stands in the card.")]
Into = Annotated[
    Path | None, typer.Option("--out", "-o", help="Where the LoRA is written [default: LESSONS.lora here].")
]
Whose = Annotated[
    str, typer.Option("--character", help="The id of who is shown: worn in their shots only [default: in all].")
]
Weights = Annotated[str, typer.Option("--model", help="A folder with the model's weights.")]
Size = Annotated[str, typer.Option("--size", help="Train at this size, such as 832x480.")]
MostFrames = Annotated[
    int | None, typer.Option("--most-frames", help="Of a clip no more than so many, at the model's own rate.")
]
Rank = Annotated[int, typer.Option("--rank", help="How much it can hold.")]
Steps = Annotated[int, typer.Option("--steps", help="How long it is taught.")]
LearningRate = Annotated[float, typer.Option("--learning-rate", help="How far a step goes.")]
Every = Annotated[int, typer.Option("--every", help="So many steps apart the state is kept, to go on from.")]
Seed = Annotated[int, typer.Option("--seed", help="Other noise, another order.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="How many learn beside each other.")]
GpusEach = Annotated[
    float | None,
    typer.Option("--gpus-each", min=0, help="GPUs of a worker [default: 1 where torch sees one, else 0]."),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(lessons)
    app.command()(train)


def lessons(
    folder: Folder,
    character: Annotated[str, typer.Argument(help="The id of who is to be known.")],
    profile: ProfileName,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where they are laid [default: CHARACTER here].")
    ] = None,
    as_json: Json = False,
) -> None:
    """Lay out the portraits of CHARACTER, and takes that show them, from the film in FOLDER; for `bookfilm train`."""
    from bookfilm.cli.asking import last_order
    from bookfilm.picture.diffusion.profile import load_profile
    from bookfilm.pipeline.lessons import lay_lessons
    from bookfilm.store.folder import existing_folder

    found, model = existing_folder(folder), load_profile(profile)
    style = last_order(folder).loaded_preset().picture.style
    laid = lay_lessons(found, character, (out or Path(character)).absolute(), model, style)
    if as_json:
        print(json.dumps({"lessons": [str(path) for path in laid]}, ensure_ascii=False))
        return
    for path in laid:
        print(path)
    print("look through them, and delete those that are not like them; mend what a caption gets wrong")


def train(
    lessons: Lessons,
    profile: ProfileName,
    right: Used,
    out: Into = None,
    character: Whose = "",
    model: Weights = "",
    size: Size = "",
    most_frames: MostFrames = None,
    rank: Rank = 16,
    steps: Steps = 1000,
    learning_rate: LearningRate = 1e-4,
    every: Every = 100,
    seed: Seed = 0,
    workers: Workers = 1,
    gpus_each: GpusEach = None,
    address: Address = None,
    as_json: Json = False,
) -> None:
    """Teach a LoRA from the pictures in LESSONS. Run it again to go on where it stopped."""
    from bookfilm.picture.training.card import in_a_preset

    profile = str(Path(profile).absolute()) if profile.endswith(".toml") else profile
    model = str(Path(model).expanduser().absolute()) if model else ""
    told: dict[str, object] = {
        "profile": profile,
        "right": right.strip(),
        "character": character,
        "model": model,
        "size": size,
    }
    told |= {"rank": rank, "steps": steps, "learning_rate": learning_rate, "seed": seed, "every": every}
    plan = _checked({"lessons": str(lessons.absolute()), "most_frames": most_frames, **told})
    each = _gpus(gpus_each)
    if workers > 1 and each % 1:
        raise SettingsError("--gpus-each: several workers cannot share a GPU", subject=f"{each:g}")
    folder = _made(out or Path(f"{lessons.absolute().name}.lora"))

    from cluster.training import train_on_cluster

    def tell(line: str) -> None:
        print(line, file=sys.stderr if as_json else sys.stdout, flush=True)

    made = train_on_cluster(plan, folder, workers, each, address, tell)
    if as_json:
        print(json.dumps({"lora": str(folder), **made.model_dump(mode="json")}, ensure_ascii=False))
        return
    print(f"{folder}: error {made.error_before:.4f} before, {made.error_after:.4f} after; in a preset:\n")
    print(in_a_preset(plan, folder))


def _checked(told: dict[str, object]) -> TrainingPlan:
    """Return the plan. Raises SettingsError or EngineUnavailable, before anything is loaded, where it cannot be."""
    from pydantic import ValidationError

    from bookfilm.picture.training.lessons import frames_of, read_lessons
    from bookfilm.picture.training.plan import TrainingPlan
    from bookfilm.records.base import first_fault

    try:
        plan = TrainingPlan.model_validate(told)
    except ValidationError as error:
        raise SettingsError(first_fault(error), subject="train") from None
    plan.check()
    loaded = plan.loaded_profile()
    for lesson in read_lessons(Path(plan.lessons)):
        # What cannot be read is refused now, not by each worker once the model is loaded.
        frames_of(lesson, loaded, plan.most_frames)
    return plan


def _made(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"cannot be made: {error.strerror}", subject=out) from None
    return out.absolute()


def _gpus(asked: float | None) -> float:
    if asked is not None:
        return asked
    import torch

    return 1.0 if torch.cuda.is_available() else 0.0
