"""A film whose job is asked things while its picture is made: at a desk, with the real ledger and gate."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.errors import BudgetSpent, JobCancelled
from bookfilm.jobs.watching import LedgerGate
from bookfilm.picture.requests import EngineFacts, TakeOrder, order_take
from bookfilm.pipeline.cleaning import clean_folder
from bookfilm.pipeline.crew import Production
from bookfilm.pipeline.making import FilmMade, make_film
from bookfilm.pipeline.order import FilmOrder
from bookfilm.pipeline.shooting import shoot
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Choice, Cut
from bookfilm.settings import Encoding, PictureSettings
from bookfilm.store.folder import FilmFolder, existing_folder
from bookfilm.store.ledger import Ledger
from tests.doubles import DeskCrew, Notes, desk_preset


class Asked:
    """A run over a film folder without takes, or with those that are `kept`; `asks` are asked once `after` are made."""

    def __init__(
        self, path: Path, ledger: Ledger, after: int = 0, failing: tuple[str, ...] = (), kept: bool = False
    ) -> None:
        self.folder, self.ledger, self._after = existing_folder(path), ledger, after
        for key in [] if kept else list(self.folder.takes().keys()):
            self.folder.takes().discard(key)
        self.job = ledger.begin_job("b", {})
        self.gate = LedgerGate(ledger, self.job)
        self.gate.look()
        self.crew = DeskCrew(failing=failing, before_take=self._before)
        self.notes, self.asks = Notes(), list[tuple[str, dict[str, object]]]()

    def run(self) -> FilmMade:
        return make_film(None, self.production())

    def production(self) -> Production:
        parts = (self.folder, self.ledger, self.job, self.crew, self.notes, self.gate)
        return Production(FilmOrder(), desk_preset(), *parts)

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


def test_a_skipped_shot_whose_take_is_there_has_a_slate_as_well(film_copy: Path, shots: list[str]) -> None:
    before = Cut.read(film_copy / "cut.json")
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, kept=True)
        ledger.ask(run.job, "skip", (shots[1],))
        run.gate.look()
        assert run.run().slates == (shots[1],)
        assert run.crew.tally.rendered == []
        assert states(ledger, run.job)[shots[1]] == "skipped"
        later = Asked(film_copy, ledger, kept=True)
        assert later.run().slates == (shots[1],), "it stays skipped in later runs"
        ledger.end_job(later.job, "slates")
        clean_folder(FilmFolder(film_copy))
        back = Asked(film_copy, ledger, kept=True)
        ledger.ask(back.job, "retry", (shots[1],))
        assert back.run().slates == ()
        assert back.crew.tally.rendered == [], "its take was there all the while"
    assert Cut.read(film_copy / "cut.json") == before


def test_a_shot_that_is_skipped_after_its_take_was_made_has_a_slate_in_this_run(
    film_copy: Path, shots: list[str]
) -> None:
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, after=len(shots) - 1)
        run.asks = [("skip", {"shots": (shots[0],)})]
        assert run.run().slates == (shots[0],)
        assert shots[0] in run.crew.tally.rendered


def test_a_locked_take_is_shown_again_once_its_shot_is_skipped_no_more(film_copy: Path, shots: list[str]) -> None:
    path = film_copy / "cut.json"
    cut = Cut.read(path)
    frames = {choice.shot: FilmFolder(film_copy).takes().find(choice.take) for choice in cut.choices}
    first, other = next(
        (a, b)
        for a in shots
        for b in shots
        if a != b and frames[a] and frames[b] and frames[a].frames == frames[b].frames  # type: ignore[union-attr]
        and frames[a].key_frames == frames[b].key_frames  # type: ignore[union-attr]
    )  # fmt: skip
    chosen = cut.of(other)
    assert chosen is not None
    locked = [c.changed(take=chosen.take, locked=True) if c.shot == first else c for c in cut.choices]
    path.write_text(Cut(choices=tuple(locked)).to_json(), encoding="utf8")
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, kept=True)
        ledger.ask(run.job, "skip", (first,))
        assert run.run().slates == (first,)
        back = Asked(film_copy, ledger, kept=True)
        ledger.ask(back.job, "retry", (first,))
        assert back.run().slates == ()
    shown = Cut.read(path).of(first)
    assert shown is not None and (shown.take, shown.locked, shown.instead) == (chosen.take, True, None)


def test_of_two_shots_with_one_take_only_the_skipped_one_has_a_slate(film_copy: Path, shots: list[str]) -> None:
    with closing(Ledger(FilmFolder(film_copy).ledger)) as ledger:
        run = Asked(film_copy, ledger, kept=True)
        order = make_orders(shots[0], shots[1], run.folder)
        production = run.production()
        ledger.ask(run.job, "skip", (shots[0],))
        cut = shoot(order, [Choice(shot=one.shot, take=one.key) for one in order], production)
        assert [choice.slate for choice in cut.choices] == [True, False]
        assert states(ledger, run.job) == {shots[0]: "skipped", shots[1]: "done"}


def make_orders(first: str, second: str, folder: FilmFolder) -> list[TakeOrder]:
    """Two orders of one take, which is in the store."""
    chosen = Cut.read(folder.cut).of(first)
    take = folder.takes().find(chosen.take) if chosen else None
    assert take is not None
    facts = EngineFacts(name=take.engine, revision=take.revision)
    picture = PictureSettings(width=take.width, height=take.height, rate=take.rate)
    shot = next(shot for shot in read_shots(folder.shots) if shot.id == first)
    made = order_take(shot, take.frames, (), facts, picture, Encoding(crf=30, preset="ultrafast"))
    return [made.changed(key=take.key, shot=first), made.changed(key=take.key, shot=second)]


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
        # A take of these lasts a millisecond, and no GPU is held: the replica's time counts.
        run.asks = [("budget", {"budget_gpu_h": 0.0015 / 3600})]
        with pytest.raises(BudgetSpent, match="the budget is spent"):
            run.run()
        ledger.ask(run.job, "budget", budget_gpu_h=None)
        last = Asked(film_copy, ledger, after=len(shots) - 1)
        last.asks = [("budget", {"budget_gpu_h": 0.0015 / 3600})]
        assert last.run().slates == ()
