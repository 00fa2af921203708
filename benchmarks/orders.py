"""The takes that the example films are made of, as the real stages order them: adapted, planned, spoken, timed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.plain import plain_production
from bookfilm.book import read_book
from bookfilm.errors import FilmError
from bookfilm.picture.requests import TakeOrder
from bookfilm.pipeline.making import FilmMade, write_and_speak
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.shooting import order_takes
from bookfilm.pipeline.stages import write_book
from bookfilm.records.direction import Direction
from bookfilm.settings import Encoding

EXAMPLES = tuple(sorted((Path(__file__).parent.parent / "examples").glob("*.txt")))
ENCODING = Encoding(crf=20, preset="veryfast", threads=2)


def order_film(book: Path, width: int, height: int, style: str | None = None) -> list[TakeOrder]:
    """Return the orders of every take of the film of `book`, in film order, for frames of this size (pixels).

    Speech is really made, since it sets lengths and mouths: some seconds a film.
    """
    order = FilmOrder(width=width, height=height, style=style, until="sound")
    with (
        tempfile.TemporaryDirectory(prefix="bookfilm-") as scratch,
        plain_production(order, book, Path(scratch) / "film") as production,
    ):
        read, text = write_book(read_book(book), production.folder)
        preset, made = production.preset, FilmMade(production.folder.path, order.until)
        spoken = write_and_speak(read, text, Direction(), preset.picture.rate, production, made)
        if spoken is None:
            raise FilmError("the film ends before its sound", subject=book)
        preset = preset.model_copy(update={"encoding": ENCODING})
        return order_takes(spoken.shots, spoken.timeline, spoken.recordings, production.crew.video(), preset)


def resized(order: TakeOrder, width: int, height: int) -> TakeOrder:
    """Return the same take at another size. Its key is that of the size it was ordered at."""
    return order.changed(request=order.request.changed(width=width, height=height))
