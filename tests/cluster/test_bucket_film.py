"""A film through Ray whose takes lie in a bucket: what its folder loses is fetched, and nothing is rendered twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.kills import stream_digest
from tests.cluster.commands import bookfilm
from tests.store.buckets import served

pytest.importorskip("moto", reason="moto is not installed: no S3 server to try against")
pytestmark = pytest.mark.film


def records_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "takes").glob("*.json")}


def test_nothing_is_rendered_twice(story: Path, stripes: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "Who goes there? 50 % #1"
    options = ["--preset", stripes(), "--right", "author"]
    with served("films", "tell-nobody") as url:
        told = {"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1", "BOOKFILM_TAKES": "s3://films/farm"}
        made = bookfilm("make", story, "--out", out, *options, **told)
        assert made.returncode == 0, made.stderr
        records, film = records_of(out), stream_digest(out / "film.mp4")
        assert records
        shutil.rmtree(out / "takes")
        shutil.rmtree(out / "transitions", ignore_errors=True)
        (out / "film.mp4").unlink()
        again = bookfilm("make", story, "--out", out, *options, **told)
        assert again.returncode == 0, again.stderr
        # A record tells when its take was rendered, and how long that took.
        assert records_of(out) == records
        assert stream_digest(out / "film.mp4") == film
    lost = bookfilm("make", story, "--out", tmp_path / "other", *options, **{**told, "BOOKFILM_TAKES": "s3://none/x"})
    assert lost.returncode in (1, 2) and len(lost.stderr.strip().splitlines()) == 1, lost.stderr
