"""A film whose job is asked things while its picture is made: at a desk, with the real ledger and gate."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import BudgetSpent, JobCancelled
from bookfilm.jobs.watching import LedgerGate
from bookfilm.picture.requests import TakeOrder
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.making import FilmMade, make_film
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.store.folder import FilmFolder, existing_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import DeskCrew, Notes, desk_preset


class Asked:
    """A run over a film folder without takes, of which `ask` asks something once `after` takes are made."""

    def __init__(self, path: Path, ledger: Ledger, after: int = 0, failing: tuple[str, ...] = ()) -> None:
        self.folder, self.ledger, self._after = existing_folder(path), ledger, after
        for key in list(self.folder.takes().keys()):
            self.folder.takes().discard(key)
        self.job = ledger.begin_job("b", {})
        self.gate = LedgerGate(ledger, self.job, gpus_a_take=1)
        self.gate.look()
        self.crew = DeskCrew(failing=failing, before_take=self._before)
        self.notes, self.asks = Notes(), list[tuple[str, dict[str, object]]]()

    def run(self) -> FilmMade:
        order = FilmOrder()
        preset = desk_preset()
        production = Production(order, preset, self.folder, self.ledger, self.job, self.crew, self.notes, self.gate)
        return make_film(None, production)

    def _before(self, _order: TakeOrder) -> None:
        if len(self.crew.tally.rendered) == self._after:
            for verb, values in self.asks:
                self.ledger.ask(self.job, verb, **values)  # type: ignore[arg-type]
            self.asks = []
            self.gate.look()


@pytest.fixture
def shots(film_copy: Path) -> list[str]:
    return [shot.id for shot in read_shots(existing_folder(film_copy).shots)]


def states(ledger: Ledger, job: int) -> dict[str, str]:
    return {shot: state for shot, (state, _, _) in ledger.shot_states(job).items()}


def test_a_skipped_shot_has_a_slate_until_it_is_retried(film_copy: Path, shots: list[str]) -> None:
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, after=1)
        run.asks = [("skip", {"shots": (shots[-1],)})]
        made = run.run()
        assert made.slates == (shots[-1],)
        assert shots[-1] not in run.crew.tally.rendered
        assert ledger.shot_states(run.job)[shots[-1]][::2] == ("skipped", "skipped")
        assert f"shot {shots[-1]}: it is skipped, a slate stands in for it" in run.notes.warnings
        again = Asked(film_copy, ledger)
        assert again.run().slates == (shots[-1],), "it stays skipped in later runs"
        ledger.ask(again.job, "retry", (shots[-1],))
        assert Asked(film_copy, ledger).run().slates == ()


def test_a_shot_that_was_given_up_is_made_by_the_same_job_once_somebody_asks(film_copy: Path, shots: list[str]) -> None:
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, after=2, failing=(shots[0],))

        def mended(order: TakeOrder) -> None:
            if order.shot == shots[-1]:
                run.crew._failing.clear()
                ledger.ask(run.job, "retry", (shots[0],))
                run.gate.look()

        run.crew._before_take = mended
        assert run.run().slates == ()
        assert run.crew.tally.rendered[-1] == shots[0]
        assert set(states(ledger, run.job).values()) == {"done"}


def test_a_cancelled_job_leaves_no_slate_and_is_gone_on_with(film_copy: Path, shots: list[str]) -> None:
    cut = Cut.read(film_copy / "cut.json")
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, after=2)
        run.asks = [("cancel", {"wanted": "cancel"})]
        with pytest.raises(JobCancelled):
            run.run()
        assert 2 <= len(run.crew.tally.rendered) <= 3
        assert Cut.read(film_copy / "cut.json") == cut
        assert states(ledger, run.job)[shots[-1]] == "queued"


def test_a_spent_budget_ends_the_job_but_not_a_film_that_is_finished(film_copy: Path, shots: list[str]) -> None:
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, after=2)
        run.asks = [("budget", {"budget_gpu_h": 0.0})]
        with pytest.raises(BudgetSpent, match="the budget is spent"):
            run.run()
        ledger.ask(run.job, "budget", budget_gpu_h=None)
        last = Asked(film_copy, ledger, after=len(shots) - 1)
        last.asks = [("budget", {"budget_gpu_h": 0.0})]
        assert last.run().slates == ()
