"""Carries out a studio's queued films in this process, as a driver does, with the crew of the doubles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bookfilm.book import read_book
from bookfilm.pipeline.crew import MixOrder, Production
from bookfilm.pipeline.making import make_film
from bookfilm.pipeline.order import FilmOrder
from bookfilm.sound.mix import MixReport
from bookfilm.store.folder import create_folder, held_folder
from bookfilm.studio.films import Film
from tests.doubles import DeskCrew, DeskRun, Notes, desk_preset
from tests.studio.serving import Served


def film_of(studio: Served, ident: str) -> Film:
    """Return the row of a film of the first team."""
    return studio.studio.films.find(studio.client.get("/v1/me").json()["team"], ident)


class PromptCrew(DeskCrew):
    """Mixes at once, as a farm's mixer does: the sound is there before the picture."""

    def start_mix(self, order: MixOrder) -> Callable[[], MixReport]:
        report = super().start_mix(order)()
        return lambda: report


class Logged(Notes):
    """Tells a film's log the end of each stage, as a driver without a terminal does."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log
        self.begin("cluster", 1)
        self.end("one desk")

    def end(self, note: str = "") -> None:
        super().end(note)
        with self._log.open("a", encoding="utf8") as log:
            log.write(f"{self.stages[-1]:12} {1.0:7.1f} s  {note}\n")


def carry_out(
    studio: Served, ident: str, kind: type[DeskCrew] = DeskCrew, logged: bool = False, **crew: Any
) -> DeskRun:
    """Take up the film's queued job and carry it through; `logged`: and tell its stages in its log."""
    film = film_of(studio, ident)
    ledger, folder = studio.studio.films.ledger_of(film), create_folder(film.folder.path)
    notes = Logged(film.log) if logged else Notes()
    job = ledger.claim_job(ledger.film)
    assert job is not None
    worker = kind(**crew)
    with held_folder(folder):
        source = read_book(film.book) if job.book else None
        order = FilmOrder.model_validate(job.order)
        made = make_film(source, Production(order, desk_preset(), folder, ledger, job.id, worker, notes))
    ledger.end_job(job.id, "slates" if made.slates else "done")
    return DeskRun(made, worker, notes)
