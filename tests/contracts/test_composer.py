"""What every Composer must do, whichever engine it is."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Composer, ScoredScene, ScoreRequest
from bookfilm.records.shots import Setting
from bookfilm.records.time import FILM_RATE, FrameRate
from bookfilm.sound.chamber import ChamberComposer

ENGINES = {"chamber": ChamberComposer}
SCENES = (
    ScoredScene(start_frame=0, frames=96),
    ScoredScene(
        start_frame=96, frames=288, setting=Setting(kind="shore", hour="night", weather="storm"), speech=((120, 200),)
    ),
    ScoredScene(start_frame=384, frames=240, setting=Setting(kind="tavern", hour="dusk", lights=("fire",)), mood="joy"),
    ScoredScene(start_frame=624, frames=120, setting=Setting(kind="study", hour="noon")),
    ScoredScene(start_frame=744, frames=144),
)


def request_of(
    scenes: tuple[ScoredScene, ...] = SCENES, rate: FrameRate = FILM_RATE, seed: int = 5, sample_rate: int = 48_000
) -> ScoreRequest:
    return ScoreRequest(rate=rate, scenes=scenes, seed=seed, sample_rate=sample_rate)


def composed(composer: Composer, request: ScoreRequest) -> NDArray[np.float32]:
    blocks = list(composer.compose(request))
    for block in blocks:
        assert block.dtype == np.float32
        assert block.ndim == 2
        assert block.shape[1] == 2
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), np.float32)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def composer(request: pytest.FixtureRequest) -> Composer:
    return ENGINES[request.param]()


@pytest.fixture(scope="module")
def film(composer: Composer) -> NDArray[np.float32]:
    return composed(composer, request_of())


def test_it_is_exactly_as_long_as_the_film(film: NDArray[np.float32]) -> None:
    assert len(film) == FILM_RATE.samples(888, 48_000)


@pytest.mark.parametrize(
    ("rate", "frames"), [(FrameRate(num=30000, den=1001), 67), (FrameRate(num=25, den=1), 50), (FILM_RATE, 1)]
)
def test_films_of_any_rate_and_of_a_moment_are_scored(composer: Composer, rate: FrameRate, frames: int) -> None:
    for setting in (None, Setting(kind="river", hour="noon")):
        request = request_of((ScoredScene(start_frame=0, frames=frames, setting=setting),), rate)
        assert len(composed(composer, request)) == rate.samples(frames, 48_000)


def test_no_scenes_give_nothing(composer: Composer) -> None:
    assert len(composed(composer, request_of(()))) == 0


def test_it_is_heard_but_stays_well_under_speech(film: NDArray[np.float32]) -> None:
    assert np.isfinite(film).all()
    assert 0.02 < np.abs(film).max() < 0.5
    for second in range(1, len(film) // 48_000 - 1):
        level = 20 * np.log10(np.sqrt(np.mean(film[second * 48_000 : (second + 1) * 48_000].astype(np.float64) ** 2)))
        assert -70 < level < -23, f"second {second}: {level:.1f} dBFS"


def test_it_begins_and_ends_in_silence(film: NDArray[np.float32]) -> None:
    assert np.abs(film[:8]).max() < 1e-3
    assert np.abs(film[-8:]).max() < 1e-3


def test_there_are_no_clicks_at_any_join(film: NDArray[np.float32]) -> None:
    steps = np.abs(np.diff(film.astype(np.float64), 2, axis=0)).max(axis=1)
    for start in [scene.start_frame * 2000 for scene in SCENES[1:]] + list(range(48_000, len(film), 48_000)):
        at_join = steps[start - 4 : start + 4].max()
        around = steps[max(0, start - 4800) : start + 4800]
        assert at_join <= max(np.quantile(around, 0.999) * 2.5, 1e-3), f"a click at sample {start}"


def test_another_process_gives_the_same_bytes(composer: Composer, film: NDArray[np.float32]) -> None:
    script = (
        "import hashlib; from tests.contracts.test_composer import *\n"
        f"print(hashlib.sha256(composed(ENGINES[{composer.name!r}](), request_of()).tobytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(film.tobytes()).hexdigest()


def test_another_seed_gives_another_theme(composer: Composer, film: NDArray[np.float32]) -> None:
    assert not np.array_equal(composed(composer, request_of(seed=6))[:96_000], film[:96_000])


def test_what_happens_later_does_not_change_what_was_composed_before(
    composer: Composer, film: NDArray[np.float32]
) -> None:
    longer = (*SCENES[:-1], SCENES[-1].changed(frames=600))
    # Up to the cadence, which belongs to the film's end, the two are the same film.
    same = 14 * 48_000
    assert np.array_equal(composed(composer, request_of(longer))[:same], film[:same])
