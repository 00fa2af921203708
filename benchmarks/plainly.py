"""`python -m benchmarks.plainly BOOK FOLDER [STAGE]`: make a film, as far as STAGE, by a plain pool of processes, and
print what it took."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from benchmarks.plain import PlainCrew
from bookfilm.book import read_book
from bookfilm.cli.progress import PlainReporter
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.making import make_film
from bookfilm.pipeline.order import STAGES, FilmOrder
from bookfilm.store.folder import create_folder, held_folder
from bookfilm.store.ledger import Ledger


def main() -> None:
    """Make the film of the book argv[1] in the folder argv[2], as far as argv[3], and print its times as JSON."""
    book, out = Path(sys.argv[1]), Path(sys.argv[2])
    until = sys.argv[3] if len(sys.argv) > 3 else STAGES[-1]
    order = FilmOrder.model_validate({"until": until})
    preset = order.loaded_preset()
    source, folder = read_book(book), create_folder(out)
    cores = os.cpu_count() or 1
    with held_folder(folder):
        ledger = Ledger(folder.ledger)
        job = ledger.begin_job(str(book), order.model_dump(mode="json"))
        began = time.monotonic()
        crew = PlainCrew(
            preset, min(cores, preset.video.replicas.max_replicas), min(cores, preset.voice.replicas.max_replicas)
        )
        start_s = time.monotonic() - began
        try:
            made = make_film(source, Production(order, preset, folder, ledger, job, crew, PlainReporter()))
        finally:
            crew.close()
            ledger.close()
    made.stage_s["start"] = round(start_s, 3)
    print(json.dumps({"film_s": made.film_s, "stage_s": made.stage_s}))


if __name__ == "__main__":
    main()
