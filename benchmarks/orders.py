"""The takes that the example films are made of, as the real stages order them: adapted, planned, spoken, timed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.plain import PlainCrew
from bookfilm.book import read_book
from bookfilm.errors import FilmError
from bookfilm.picture.requests import TakeOrder
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.making import FilmMade, write_and_speak
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.shooting import order_takes
from bookfilm.pipeline.stages import write_book
from bookfilm.records.direction import Direction
from bookfilm.settings import Encoding
from bookfilm.store.folder import create_folder, held_folder
from bookfilm.store.ledger import Ledger

EXAMPLES = tuple(sorted((Path(__file__).parent.parent / "examples").glob("*.txt")))
ENCODING = Encoding(crf=20, preset="veryfast", threads=2)


class _Silent:
    """A Reporter that says nothing."""

    def begin(self, stage: str, total: int) -> None: ...

    def advance(self, steps: int = 1) -> None: ...

    def end(self, note: str = "") -> None: ...

    def warn(self, message: str) -> None: ...


def order_film(book: Path, width: int, height: int, style: str | None = None) -> list[TakeOrder]:
    """Return the orders of every take of the film of `book`, in film order, for frames of this size (pixels).

    Speech is really made, since it sets lengths and mouths: some seconds a film.
    """
    order = FilmOrder(width=width, height=height, style=style, until="sound")
    preset = order.loaded_preset()
    with tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch:
        folder = create_folder(Path(scratch) / "film")
        with held_folder(folder):
            ledger = Ledger(folder.ledger)
            crew = PlainCrew(preset, 1, min(os.cpu_count() or 1, 2))
            try:
                production = Production(order, preset, folder, ledger, ledger.begin_job(str(book), {}), crew, _Silent())
                read, text = write_book(read_book(book), folder)
                made = FilmMade(folder.path, order.until)
                spoken = write_and_speak(read, text, Direction(), preset.picture.rate, production, made)
                if spoken is None:
                    raise FilmError("the film ends before its sound", subject=book)
                preset = preset.model_copy(update={"encoding": ENCODING})
                return order_takes(spoken.shots, spoken.timeline, spoken.recordings, crew.video(), preset)
            finally:
                crew.close()
                ledger.close()


def resized(order: TakeOrder, width: int, height: int) -> TakeOrder:
    """Return the same take at another size. Its key is that of the size it was ordered at."""
    return order.changed(request=order.request.changed(width=width, height=height))
