"""What the chaos benchmark finds in a film folder, and what it makes of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks.audit import Audit, audited
from benchmarks.chaos import Disturbed, Struck, figures_of
from benchmarks.faults import FAULTS, Scene, cut_take, flip_bit
from benchmarks.nodes import Nodes
from bookfilm.records.cut import Cut
from bookfilm.store.files import PARTIAL_SUFFIX


def scene_of(folder: Path) -> Scene:
    return Scene(Nodes(0), psutil.Process(), folder, random.Random(1))  # type: ignore[arg-type]  # no driver is asked for


def test_a_film_that_nobody_disturbed_is_right(film_copy: Path) -> None:
    found = audited(film_copy)
    assert found.wrong == [] and found.made_again == 0 and found.shots > 5 and found.digest


@pytest.mark.parametrize("spoil", [cut_take, flip_bit])
def test_a_spoilt_take_is_found(spoil: Any, film_copy: Path) -> None:
    scene = scene_of(film_copy)
    name = spoil(scene)
    assert scene.takes_spoilt == 1
    assert [name in fault for fault in audited(film_copy).wrong] == [True]


def test_a_shot_that_is_lost_a_take_too_many_and_what_is_half_written_are_found(film_copy: Path) -> None:
    cut = Cut.read(film_copy / "cut.json")
    (film_copy / "cut.json").write_text(cut.changed(choices=cut.choices[1:]).to_json(), encoding="utf8")
    (film_copy / "takes" / f".half{PARTIAL_SUFFIX}").write_bytes(b"")
    wrong = " ".join(audited(film_copy).wrong)
    assert "each shot once" in wrong and "is in no cut" in wrong and "half written" in wrong


def test_no_take_is_there_to_be_spoilt_before_the_first_is_finished(tmp_path: Path) -> None:
    assert cut_take(scene_of(tmp_path)) is None


def test_figures_hold_a_film_to_what_was_done_to_it() -> None:
    calm = Audit(shots=410, wrong=[], made_again=0, digest="a")
    struck = [Struck(fault, 1.0, "x", 2.0) for fault in FAULTS]
    good = Disturbed(1, 9.0, 3, 0, [], gpus_lost=2, takes_spoilt=1, audit=Audit(410, [], 3, "a"), struck=struck)
    assert all(figure.ok for figure in figures_of(good, calm))
    for bad in (
        Disturbed(1, 9.0, 3, 0, [], 2, 1, Audit(410, [], 4, "a"), struck),
        Disturbed(1, 9.0, 3, 0, [], 2, 1, Audit(410, [], 3, "b"), struck),
        Disturbed(1, 9.0, 3, 1, [], 2, 1, Audit(410, [], 3, "a"), struck),
        Disturbed(1, 9.0, 3, 0, ["disk full"], 2, 1, Audit(410, [], 3, "a"), struck[1:]),
        Disturbed(1, 9.0, 3, 0, [], 2, 1, Audit(410, ["a slate"], 3, "a"), struck),
    ):
        assert not all(figure.ok for figure in figures_of(bad, calm))
