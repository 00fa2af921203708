"""Stems: what was mixed, apart, and added up the mix again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from bookfilm.engines.protocols import Composer, ScoredScene, ScoreRequest
from bookfilm.records.shots import Setting
from bookfilm.records.time import FrameRate
from bookfilm.records.timeline import Cue, Effect, Slot, Timeline
from bookfilm.sound.chamber import ChamberComposer
from bookfilm.sound.loudness import LoudnessMeter
from bookfilm.sound.soundtrack import make_soundtrack, make_stems
from bookfilm.sound.speech import write_wav
from tests.doubles import HushComposer

RATE, FRAMES = FrameRate(), 240
TIMELINE = Timeline(
    rate=RATE,
    slots=(
        Slot(
            shot="s", start_frame=0, frames=FRAMES,
            cues=(Cue(line="l", kind="narration", text="x", speech="k", start_frame=48, samples=96_000),),
            effects=(Effect(sound="bell", start_frame=96, seed=3, reason="the words “rang the bell”"),),
        ),
    ),
)  # fmt: skip
HARBOUR = Setting(kind="harbour", hour="dusk")
REQUEST = ScoreRequest(
    rate=RATE, scenes=(ScoredScene(start_frame=0, frames=FRAMES, setting=HARBOUR, speech=((48, 96),)),), seed=5
)  # fmt: skip


def decoded(path: Path) -> NDArray[np.float32]:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<f4").reshape(-1, 2)


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    time_s = np.arange(96_000) / 48_000
    write_wav(tmp_path / "k.wav", (0.2 * np.sin(2 * np.pi * 300 * time_s)).astype(np.float32), 48_000)
    return tmp_path


@pytest.mark.parametrize(
    ("composer", "names"),
    [
        (ChamberComposer(), ["speech", "effects", "ambience", "score"]),
        (HushComposer(), ["speech", "effects", "score"]),
    ],
)
def test_stems_add_up_to_the_soundtrack(voice: Path, composer: Composer, names: list[str]) -> None:
    out = voice / "soundtrack.m4a"
    report = make_soundtrack(TIMELINE, lambda key: voice / f"{key}.wav", composer.compose(REQUEST), out)
    made = make_stems(
        TIMELINE, lambda key: voice / f"{key}.wav", composer, REQUEST, report.gain_db, voice / "stems"
    )  # fmt: skip
    assert [path.name for path in made] == [f"{name}.flac" for name in names]
    stems = [decoded(path) for path in made]
    assert {len(stem) for stem in stems} == {FRAMES * 2000}
    whole, mixed = np.sum(stems, axis=0), decoded(out)[: FRAMES * 2000]
    # Coding adds its noise; the limiter has nothing to do here.
    assert float(np.sqrt(np.mean((whole - mixed) ** 2))) < 0.1 * float(np.sqrt(np.mean(mixed**2)))
    assert not stems[0][: 48 * 2000].any()
    assert not stems[1][: 96 * 2000].any()
    assert stems[1][96 * 2000 :].any()
    again = make_stems(TIMELINE, lambda key: voice / f"{key}.wav", composer, REQUEST, report.gain_db, voice / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in made]


@pytest.mark.parametrize("wanted", [-16.0, -23.0])
def test_the_loudness_that_was_asked_for(voice: Path, wanted: float) -> None:
    out = voice / "soundtrack.m4a"
    blocks = ChamberComposer().compose(REQUEST)
    make_soundtrack(TIMELINE, lambda key: voice / f"{key}.wav", blocks, out, wanted)
    meter = LoudnessMeter(48_000)
    meter.add(decoded(out))
    assert abs(meter.integrated() - wanted) <= 0.5
