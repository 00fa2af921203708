"""When a film of a wanted length is near enough, and what is asked for when it is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.engines.protocols import Pace
from bookfilm.pipeline.fitting import Fitting
from bookfilm.records.time import FrameRate
from bookfilm.store.folder import create_folder
from bookfilm.store.ledger import Ledger, open_ledger
from tests.pipeline.folders import Source

RATE = FrameRate()
WANTED = 2400
PACE = Pace(narrator_chars_per_s=15.0, dialogue_chars_per_s=14.0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(create_folder(tmp_path))) as opened:
        yield opened


@pytest.mark.parametrize(
    ("natural", "fitted", "holds"),
    [
        (WANTED, WANTED, True),
        (WANTED * 105 // 100, WANTED, True),
        # Its pauses are so few that they do not bear five frames in a hundred.
        (WANTED * 105 // 100, WANTED * 102 // 100, False),
        (WANTED * 97 // 100, WANTED - 1, False),
        (WANTED * 108 // 100, WANTED, False),
    ],
)
def test_a_runtime_is_met_to_the_frame_and_at_ease(
    natural: int, fitted: int, holds: bool, ledger: Ledger, story: Source
) -> None:
    fitting = Fitting(PACE, story[0], WANTED // 24, (), ledger)
    assert fitting.holds(natural, fitted, RATE) is holds


def test_the_pace_is_corrected_by_what_the_words_took(ledger: Ledger, story: Source) -> None:
    fitting = Fitting(PACE, story[0], WANTED // 24, (), ledger)
    before = fitting.pace
    fitting.correct(WANTED * 2, RATE)
    assert fitting.pace.narrator_chars_per_s == pytest.approx(before.narrator_chars_per_s / 2, rel=1e-3)
    assert Fitting(PACE, story[0], WANTED // 24, (), ledger).pace == fitting.pace


def test_without_a_runtime_every_length_holds(ledger: Ledger, story: Source) -> None:
    assert Fitting(PACE, story[0], None, (), ledger).holds(17, 17, RATE)
