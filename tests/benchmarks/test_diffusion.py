"""The bare loop that Serve is held against makes the very bytes of the takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.diffusion import CACHES, Pairs, cache_figures, cache_of, psnr_db, take_order
from bookfilm.picture.requests import EngineFacts
from bookfilm.picture.takes import make_take
from bookfilm.picture.tiny.scenes import held_out, judged_scene
from bookfilm.records.takes import Take
from bookfilm.store.media import MediaStore


def test_the_bare_loop_makes_the_takes_bytes(tmp_path: Path) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    from benchmarks.served import bare_takes
    from bookfilm.picture.diffusion.engine import DiffusersEngine

    engine = DiffusersEngine(profile="tiny", device="cpu", threads=1, steps=3)
    facts = EngineFacts(name=engine.name, revision=engine.revision, capabilities=engine.capabilities)
    order = take_order(judged_scene(1, held_out()), 1, facts)
    take = make_take(engine, order, MediaStore(tmp_path / "takes", ".mp4", Take))
    assert bare_takes([order], 3, tmp_path / "bare") > 0
    assert take.tries == 1
    name = f"{order.key}.mp4"
    assert (tmp_path / "bare" / name).read_bytes() == (tmp_path / "takes" / name).read_bytes()


def test_the_figures_are_medians_of_pairs() -> None:
    pairs = Pairs(bare_s=[10.0, 8.0, 10.0], wall_s=[10.2, 10.0, 10.1], inside_s=[10.0, 10.0, 10.0])
    assert pairs.over_replicas == pytest.approx(1.01)
    assert pairs.over_bare == pytest.approx(1.02)


def test_the_same_clip_is_a_hundred_decibels_from_itself() -> None:
    clip = np.full((2, 4, 4, 3), 90, np.uint8)
    assert psnr_db(clip, clip) == pytest.approx(100)
    assert psnr_db(clip + np.uint8(5), clip) == pytest.approx(34.15, abs=0.01)


def test_a_cache_that_saves_nothing_fails() -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    saved, _, error = cache_of("first_block", {"threshold": 1e-9}, 1)
    assert (saved.value, saved.ok) == (0, False)
    assert error.ok, "it changes nothing either"
    saved, _, error = cache_of("first_block", CACHES["first_block"], 1)
    assert saved.ok and error.ok


def test_caches_that_are_not_measured_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("diffusers", reason="the extra diffusion is not installed")
    monkeypatch.setattr("benchmarks.diffusion.cache_of", lambda *_: [])
    figures = cache_figures(1)
    assert [figure.name for figure in figures] == [
        "pyramid, refused to the tiny model",
        "faster, refused to the tiny model",
    ]
    assert all(figure.ok for figure in figures)
    assert "TinyPipeline cannot have pyramid: " in capsys.readouterr().err
