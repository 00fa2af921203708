"""`python -m benchmarks.plainly BOOK FOLDER [STAGE]`: make a film, as far as STAGE, by a plain pool of processes, and
print what it took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.plain import plain_production
from bookfilm.book import read_book
from bookfilm.pipeline.making import make_film
from bookfilm.pipeline.order import STAGES, FilmOrder


def main() -> None:
    """Make the film of the book argv[1] in the folder argv[2], as far as argv[3], and print its times as JSON."""
    book, out = Path(sys.argv[1]), Path(sys.argv[2])
    until = sys.argv[3] if len(sys.argv) > 3 else STAGES[-1]
    order, source = FilmOrder.model_validate({"until": until}), read_book(book)
    began = time.monotonic()
    with plain_production(order, book, out) as production:
        start_s = time.monotonic() - began
        made = make_film(source, production)
    made.stage_s["start"] = round(start_s, 3)
    print(json.dumps({"film_s": made.film_s, "stage_s": made.stage_s}))


if __name__ == "__main__":
    main()
