"""What the chaos benchmark finds in a film folder, and what it makes of it."""

from __future__ import annotations

import json
import random
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks import chaos
from benchmarks.audit import Audit, audited
from benchmarks.chaos import LIMIT_S, Disturbed, Struck, figures_of, keep
from benchmarks.faults import FAULTS, Scene, cut_take, flip_bit
from benchmarks.nodes import Nodes
from benchmarks.renders import NOTHING, Account
from bookfilm.records.cut import Cut
from bookfilm.store.files import PARTIAL_SUFFIX
from bookfilm.store.ledger import Attempt, Ledger


def scene_of(folder: Path) -> Scene:
    return Scene(Nodes(0), psutil.Process(), folder, random.Random(1))  # type: ignore[arg-type]  # no driver is asked for


def test_a_film_that_nobody_disturbed_is_right(film_copy: Path) -> None:
    found = audited(film_copy)
    assert found.wrong == [] and found.made_again == 0 and found.shots > 5 and found.digest


@pytest.mark.parametrize("spoil", [cut_take, flip_bit])
def test_a_spoilt_take_is_found(spoil: Any, film_copy: Path) -> None:
    scene = scene_of(film_copy)
    name = spoil(scene)
    assert [f"{key}.mp4" for key in scene.spoilt] == [name.split(",")[0]]
    assert [name in fault for fault in audited(film_copy).wrong] == [True]


def test_a_shot_that_is_lost_a_take_too_many_and_what_is_half_written_are_found(film_copy: Path) -> None:
    cut = Cut.read(film_copy / "cut.json")
    (film_copy / "cut.json").write_text(cut.changed(choices=cut.choices[1:]).to_json(), encoding="utf8")
    (film_copy / "takes" / f".half{PARTIAL_SUFFIX}").write_bytes(b"")
    wrong = " ".join(audited(film_copy).wrong)
    assert "each shot once" in wrong and "is in no cut" in wrong and "half written" in wrong


def test_no_take_is_there_to_be_spoilt_before_the_first_is_finished(tmp_path: Path) -> None:
    assert cut_take(scene_of(tmp_path)) is None


def test_a_film_without_a_cut_is_a_fault_and_no_exception(film_copy: Path, tmp_path: Path) -> None:
    (film_copy / "cut.json").unlink()
    assert any(fault.startswith("there is no cut") for fault in audited(film_copy).wrong)
    (film_copy / "shots.jsonl").unlink()
    for nothing in (film_copy, tmp_path / "nothing"):
        found = audited(nothing)
        assert found.digest == "" and found.takes == [] and "the audit came to no end" in found.wrong[0]


def test_what_the_ledger_says_is_held_to_what_lies_there(film_copy: Path) -> None:
    take = Cut.read(film_copy / "cut.json").choices[0].take
    with closing(Ledger(film_copy / "ledger.sqlite")) as ledger:
        job = ledger.last_job()
        assert job is not None
        ledger.settle(job.id, (Attempt("take", take, "w", 5),), take, "queued")
    wrong = " ".join(audited(film_copy).wrong)
    assert "is queued in the ledger, not done" in wrong
    assert f"the ledger has 2 attempts that made take {take}, and should have 1" in wrong
    assert "attempts that made" not in " ".join(audited(film_copy, spoilt=[take]).wrong)


TAKES = [f"k{number}" for number in range(410)]


def account(again: int = 3, nothing: int = 0, wrong: tuple[str, ...] = ()) -> Account:
    why = {"replica killed": again - nothing, **({NOTHING: nothing} if nothing else {})}
    return Account(begun=410 + again, again=again, lost=2, why=why, wrong=list(wrong))


def test_figures_hold_a_film_to_what_was_done_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = Audit(shots=410, wrong=[], made_again=0, digest="a")
    struck = [Struck(fault, 1.0, "x", 2.0) for fault in FAULTS]
    good = Disturbed(1, 9.0, 3, 0, [], Audit(410, [], 3, "a", TAKES), account(), struck)
    assert all(figure.ok for figure in figures_of(good, calm, 100.0))
    for bad in (
        replace(good, account=account(again=3, nothing=1)),
        replace(good, account=account(wrong=("no replica's log tells of take k",))),
        replace(good, account=replace(account(), begun=409)),
        replace(good, audit=Audit(410, [], 3, "b", TAKES)),
        replace(good, audit=Audit(410, ["a slate"], 3, "a", TAKES)),
        replace(good, hung=1),
        replace(good, spared=["disk full"], struck=struck[1:]),
        replace(good, wall_s=LIMIT_S - 99.0),
    ):
        assert not all(figure.ok for figure in figures_of(bad, calm, 100.0))
    monkeypatch.setattr(chaos, "RESULTS", tmp_path / "results")
    keep(good, figures_of(good, calm, 100.0))
    table = (tmp_path / "results" / "chaos-1.txt").read_text(encoding="utf8")
    assert "3 explained by: replica killed" in table and "seed 1: wall, and without faults" in table
    assert json.loads((tmp_path / "results" / "chaos-1.json").read_text(encoding="utf8"))["account"]["again"] == 3
