"""`python -m bookfilm.studio.foreseeing BOOK PRESET RUNTIME_S`: how long the shots of a book's film would be.

In a process of its own, within limits, as a book is read: a novel takes its while. Prints JSON, or why not.
"""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from pydantic import Field

from bookfilm.errors import EXIT_INPUT, BookfilmError, SettingsError
from bookfilm.jobs.estimate import Estimate, ShotLength, Speed, estimate_film, measured_speed
from bookfilm.pipeline.order import FilmOrder
from bookfilm.records.base import Part
from bookfilm.settings import Preset, load_preset
from bookfilm.studio.films import Film, Films
from bookfilm.studio.intake import read_apart

MOST_KEPT = 64
MOST_LOOKED_AT = 8
"""So many earlier films are looked at, the newest first, for one whose takes tell how fast it is here."""


class Foreseen(Part):
    """The lengths of a film's shots, as planned: seconds by chapter, and the film's own."""

    lengths: tuple[tuple[str, float], ...]
    film_s: float = Field(ge=0)


class Foresight:
    """Foresees films, and remembers the last few."""

    def __init__(self, films: Films, niceness: int, usd_per_gpu_hour: float) -> None:
        self._films, self._niceness, self._usd = films, niceness, usd_per_gpu_hour
        self._kept: OrderedDict[tuple[str, str, int], Foreseen] = OrderedDict()
        self._guard = Lock()

    def estimate(self, film: Film, order: FilmOrder) -> tuple[Estimate, bool]:
        """Return what `film` would take if it were made so, and whether it is known how fast its shots are made here.

        That is measured on the newest film that the team has made with the same preset in the same size. Raises
        Refusal for a book that takes too long to think through.
        """
        preset = load_preset(order.preset)
        foreseen = self._foreseen(film, order.preset, order.runtime_s)
        speed = self._speed(film.tenant, order)
        lengths = [ShotLength(chapter, clip_s) for chapter, clip_s in foreseen.lengths]
        gpus = preset.video.replicas.num_gpus
        found = estimate_film(
            lengths, foreseen.film_s, speed or Speed(fixed_s=0, per_s=0), _replicas(preset), gpus, self._usd
        )
        return found, speed is not None

    def _foreseen(self, film: Film, preset: str, runtime_s: int | None) -> Foreseen:
        asked = (film.id, preset, runtime_s or 0)
        with self._guard:
            if (kept := self._kept.get(asked)) is not None:
                self._kept.move_to_end(asked)
                return kept
        told = read_apart(
            "bookfilm.studio.foreseeing", [str(film.book), preset, str(runtime_s or 0)], film.tenant, self._niceness,
            "planned",
        )  # fmt: skip
        foreseen = Foreseen.model_validate_json(told)
        with self._guard:
            self._kept[asked] = foreseen
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return foreseen

    def _speed(self, tenant: str, order: FilmOrder) -> Speed | None:
        wanted = _making_of(order)
        for film in self._films.page(tenant, None, MOST_LOOKED_AT):
            if _making_of(self._films.order_of(film, self._films.last_job(film))) == wanted:
                try:
                    return measured_speed(self._films.ledger_of(film), film.folder.takes())
                except SettingsError:
                    continue
        return None


def _making_of(order: FilmOrder) -> tuple[str, int, int]:
    """Return what of an order decides how long a second of its film takes."""
    picture = order.loaded_preset().picture
    return order.preset, picture.width, picture.height


def _replicas(preset: Preset) -> int:
    """Return how many shots are made at once: on this machine's cores, or on as many replicas as there may be."""
    most = preset.video.replicas.max_replicas
    cores = preset.video.replicas.num_cpus
    if preset.video.replicas.num_gpus or not cores:
        return most
    return max(1, min(most, int((os.cpu_count() or 1) / cores)))


def main() -> int:
    """Plan the film of the book that the command line names."""
    from bookfilm.studio.intake import limit_process

    limit_process()
    from bookfilm.book import read_book
    from bookfilm.pipeline.estimating import planned_lengths

    path, preset, runtime_s = sys.argv[1:4]
    try:
        lengths, film_s = planned_lengths(read_book(Path(path)), load_preset(preset), int(runtime_s) or None)
    except BookfilmError as error:
        print(error.message)
        return EXIT_INPUT
    foreseen = Foreseen(lengths=tuple((one.chapter, one.clip_s) for one in lengths), film_s=film_s)
    print(foreseen.model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
