"""A trained model, written as a pipeline of diffusers: half precision, a folder that from_pretrained loads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from diffusers import FlowMatchEulerDiscreteScheduler

from bookfilm.errors import SettingsError
from bookfilm.picture.tiny.codec import BlockCodec
from bookfilm.picture.tiny.denoiser import TinyDenoiser
from bookfilm.picture.tiny.pipeline import TinyPipeline
from bookfilm.picture.tiny.text import CaptionEncoder, caption_tokenizer

SHIFT = 2.0
"""Of the sampler's noise levels: more of its steps are spent where much is still undecided (Esser et al. 2024)."""


def build_pipeline(text: CaptionEncoder, denoiser: TinyDenoiser, codec: BlockCodec) -> TinyPipeline:
    """Return the pipeline of these parts."""
    return TinyPipeline(
        tokenizer=caption_tokenizer(),
        text_encoder=text.eval(),
        transformer=denoiser.eval(),
        vae=codec.eval(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=SHIFT),
    )


def export_pipeline(text: CaptionEncoder, denoiser: TinyDenoiser, codec: BlockCodec, folder: Path) -> int:
    """Write the pipeline into `folder`, over the one that it held, and return the bytes that then lie there.

    The parts are half precision afterwards. Raises SettingsError as `check_export` does.
    """
    check_export(folder)
    pipe = build_pipeline(text.half(), denoiser.half(), codec.half())
    for part in _parts_in(folder) or ():
        if (folder / part).is_dir():
            shutil.rmtree(folder / part)
    pipe.save_pretrained(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        # Weights are written for their owner only; a package is read by everybody.
        path.chmod(0o644)
    return sum(path.stat().st_size for path in files)


def check_export(folder: Path) -> None:
    """Raise SettingsError where `folder` holds something, and that is no pipeline of this kind: parts of one that is
    there are removed."""
    try:
        held = folder.exists() and any(folder.iterdir())
    except OSError as error:
        raise SettingsError(f"cannot be written into: {error.strerror}", subject=folder) from None
    if held and _parts_in(folder) is None:
        raise SettingsError(
            "holds something else than a tiny model: name a folder that is new or empty", subject=folder
        )


def _parts_in(folder: Path) -> list[str] | None:
    """Return the folders of the parts of the pipeline that lies in `folder`; None where none of this kind does."""
    try:
        index = json.loads((folder / "model_index.json").read_text(encoding="utf8"))
    except (OSError, ValueError):
        return None
    if not isinstance(index, dict) or index.get("_class_name") != TinyPipeline.__name__:
        return None
    return [path.name for path in folder.iterdir() if path.name in index and not path.is_symlink()]
