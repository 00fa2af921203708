"""`python -m bookfilm.studio.drawing FOLDER`: draws the clip that FOLDER/asked.json asks for, as FOLDER/clip.mp4.

The prompt is read as a book of a few lines; its first scene's first shot is drawn, as long as was asked.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookfilm.errors import BookfilmError, EngineError, FolderBusy
from bookfilm.store.files import write_file

if TYPE_CHECKING:
    from bookfilm.picture.requests import EngineFacts, TakeOrder
    from bookfilm.records.shots import Shot
    from bookfilm.settings import Preset

MOST_S = 600.0
"""How long a clip may take; then it has failed."""
FAULT, LOCK = "error.txt", ".lock"


def main() -> int:
    """Draw the clip; what went wrong is laid beside it, in one line."""
    folder = Path(sys.argv[1])
    # Whoever began this may be gone by then.
    signal.alarm(int(MOST_S) + 1)
    try:
        with _held(folder):
            draw(folder, json.loads((folder / "asked.json").read_text(encoding="utf8")))
    except FolderBusy as error:
        return error.exit_code
    except BookfilmError as error:
        write_file(folder / FAULT, error.message)
        return error.exit_code
    return 0


def is_drawn(folder: Path) -> bool:
    """Say whether a process is drawing a clip into `folder`, whoever began it."""
    try:
        with _held(folder):
            return False
    except FolderBusy:
        return True
    except OSError:
        return False


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold `folder` for who draws. Raises FolderBusy where another process does; the lock dies with it."""
    number = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderBusy("another process draws this clip", subject=folder) from None
        yield
    finally:
        os.close(number)


def draw(folder: Path, asked: dict[str, Any]) -> None:
    """Draw one shot of ``asked["text"]`` into `folder`. Raises BookfilmError."""
    from bookfilm.engines.registry import build_video
    from bookfilm.picture.requests import EngineFacts
    from bookfilm.picture.takes import make_take
    from bookfilm.records.takes import Take
    from bookfilm.settings import load_preset
    from bookfilm.store.media import MediaStore

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
    from bookfilm.picture.requests import order_take
    from bookfilm.settings import PictureSettings

    size = {"width": asked["width"], "height": asked["height"]}
    picture = PictureSettings.model_validate({**dict(preset.picture), **size})
    return order_take(shot, picture.rate.frames_to_hold(asked["seconds"]), (), facts, picture, preset.encoding)


def _shot(folder: Path, text: str) -> Shot:
    """Return the shot that the rules plan for the first words of `text`."""
    from bookfilm.book import read_book
    from bookfilm.engines.protocols import AdaptRequest, Pace
    from bookfilm.screenplay.rules import RulesScreenwriter
    from bookfilm.shots.plan import plan_shots

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
