"""`python -m bookfilm.studio.drawing FOLDER`: draws the clip that FOLDER/asked.json asks for, as FOLDER/clip.mp4.

The prompt is read as a book of a few lines; its first scene's first shot is drawn, as long as was asked.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bookfilm.book import read_book
from bookfilm.engines.protocols import AdaptRequest, Pace
from bookfilm.engines.registry import build_video
from bookfilm.errors import BookfilmError, EngineError
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.picture.takes import make_take
from bookfilm.records.shots import Shot
from bookfilm.records.takes import Take
from bookfilm.screenplay.rules import RulesScreenwriter
from bookfilm.settings import PictureSettings, Preset, load_preset
from bookfilm.shots.plan import plan_shots
from bookfilm.store.files import write_file
from bookfilm.store.media import MediaStore


def main() -> int:
    """Draw the clip; what went wrong is laid beside it, in one line."""
    folder = Path(sys.argv[1])
    try:
        draw(folder, json.loads((folder / "asked.json").read_text(encoding="utf8")))
    except BookfilmError as error:
        write_file(folder / "error.txt", error.message)
        return error.exit_code
    return 0


def draw(folder: Path, asked: dict[str, Any]) -> None:
    """Draw one shot of ``asked["text"]`` into `folder`. Raises BookfilmError."""
    preset = load_preset(asked["preset"])
    video = preset.video
    engine = build_video(video.engine, dict(video.settings))
    facts = EngineFacts(
        name=engine.name, revision=engine.revision, settings=dict(video.settings), capabilities=engine.capabilities
    )
    store = MediaStore(folder / "takes", ".mp4", Take)
    take = make_take(engine, _ordered(_shot(folder, asked["text"]), asked, preset, facts), store)
    store.thumbnail(take.key).replace(folder / "clip.jpg")
    # Last: where it lies, all is there.
    store.file(take.key).replace(folder / "clip.mp4")


def _ordered(shot: Shot, asked: dict[str, Any], preset: Preset, facts: EngineFacts) -> TakeOrder:
    size = {"width": asked["width"], "height": asked["height"]}
    picture = PictureSettings.model_validate({**dict(preset.picture), **size})
    return order_take(shot, picture.rate.frames_to_hold(asked["seconds"]), (), facts, picture, preset.encoding)


def _shot(folder: Path, text: str) -> Shot:
    """Return the shot that the rules plan for the first words of `text`."""
    path = folder / "prompt.txt"
    write_file(path, text + "\n")
    book, words = read_book(path)
    pace = Pace(narrator_chars_per_s=15, dialogue_chars_per_s=15)
    screenplay = RulesScreenwriter().adapt(book, words, AdaptRequest(pace=pace)).screenplay
    scenes = [shot for shot in plan_shots(screenplay) if shot.picture.kind == "scene"]
    if not scenes:
        raise EngineError("the prompt shows nothing: say who is where, and what they do", subject="prompt")
    return scenes[0]


if __name__ == "__main__":
    sys.exit(main())
