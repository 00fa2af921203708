"""`bookfilm estimate`: by what others have published, by what was said, by what was measured on this cluster."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.store.files import write_file
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Attempt, Ledger
from tests.cli.conftest import Command


def test_without_any_measurement_the_published_figures_are_taken_and_named(bookfilm: Command, book: Path) -> None:
    asked = ("estimate", book, "--preset", "gpu", "--gpus", 64, "--usd-per-gpu-hour", 2.5)
    code, out, err = bookfilm(*asked)
    assert (code, err) == (0, "")
    assert "published, not measured here (README of Wan-Video/Wan2.2" in out and "RTX 4090" in out
    assert re.search(r"disk +\d+\.\d+ GB of takes", out) and re.search(r"money +\d", out)
    told = json.loads(bookfilm(*asked, "--json")[1])
    assert told["gpu_h"]["high"] > 2 * told["gpu_h"]["low"] > 0, "somebody else's figure is no narrow one"
    assert told["usd"]["expected"] == pytest.approx(2.5 * told["gpu_h"]["expected"])
    assert told["replicas"] == 64 and told["note"] == ""


@pytest.mark.parametrize("preset", ["preview", "remote"])
def test_where_nobody_has_published_a_figure_a_line_says_what_to_give(
    bookfilm: Command, book: Path, preset: str
) -> None:
    code, out, err = bookfilm("estimate", book, "--preset", preset)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "say --seconds-per-second, or name a film that it has made with --measured" in err


def test_what_is_said_comes_before_what_is_published_and_has_its_disk(bookfilm: Command, book: Path) -> None:
    told = json.loads(bookfilm("estimate", book, "--preset", "gpu", "--seconds-per-second", 90, "--json")[1])
    assert (told["speed"]["per_s"], told["speed"]["source"]) == (90, "")
    clips_s = told["gpu_h"]["expected"] * 3600 / 90
    assert told["disk_gb"] == pytest.approx(clips_s / 1000, rel=0.01), "a megabyte a second at 720p and crf 18"


def test_no_more_gpus_are_counted_on_than_the_preset_can_use(bookfilm: Command, book: Path) -> None:
    asked = ("estimate", book, "--preset", "gpu", "--gpus", 1000)
    assert "512 of 1000 GPUs are used: the preset has max_replicas = 512" in bookfilm(*asked)[1]
    assert json.loads(bookfilm(*asked, "--json")[1])["replicas"] == 512


def test_takes_count_that_were_made_as_the_film_will_be_and_others_are_named(
    bookfilm: Command, book: Path, tmp_path: Path, film_copy: Path
) -> None:
    from bookfilm.picture.shadow import ShadowEngine

    folder = FilmFolder(film_copy)
    with closing(Ledger(folder.ledger)) as ledger:
        job = ledger.begin_job("b", {})
        for number in range(20):
            width = 1280 if number % 2 else 640
            revision = "0" if number == 19 else ShadowEngine.revision
            take = Take(
                key=f"{number:040x}", engine="shadow", revision=revision, width=width, height=width * 9 // 16,
                rate=FrameRate(), frames=24 * (1 + number), seed=1, bytes=1000, sha256="", render_ms=1, created_at="",
            )  # fmt: skip
            write_file(folder.takes().folder / f"{take.key}.json", take.to_json())
            folder.takes().file(take.key).write_bytes(bytes(1000))
            ledger.settle(job, [Attempt("take", take.key, "w", 1000 * (1 + number) * (1 if number % 2 else 9))])
    told = json.loads(bookfilm("estimate", book, "--measured", film_copy, "--seconds-per-second", 9, "--json")[1])
    assert told["speed"]["takes"] == 9
    assert told["speed"]["fixed_s"] + told["speed"]["per_s"] == pytest.approx(1.0, abs=0.01)
    code, _, err = bookfilm("estimate", book, "--preset", "gpu", "--measured", film_copy)
    assert (code, err.count("\n")) == (2, 1)
    assert "0 takes were measured here by diffusers " in err and "8 are needed; there are " in err
    code, _, err = bookfilm("estimate", book, "--measured", tmp_path / "nowhere")
    assert (code, err.count("\n")) == (2, 1) and "nothing was measured" in err
    code, _, err = bookfilm("estimate", book, "--preset", "gpu", "--measured", film_copy)
    assert re.search(rf"10 by shadow {ShadowEngine.revision} at 640x360, 24 a second", err)
