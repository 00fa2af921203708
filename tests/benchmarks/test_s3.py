"""The benchmarks' own bucket: it serves, refuses and serves again; and the audit of what lies in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.audit import audited
from benchmarks.s3 import S3Server, installed
from bookfilm.errors import BucketError
from bookfilm.store.bucket.address import read_address
from bookfilm.store.bucket.objects import Objects
from bookfilm.store.bucket.takes import BucketStore
from bookfilm.store.folder import FilmFolder

pytestmark = pytest.mark.skipif(not installed(), reason="moto is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
            patch.setenv(name, os.environ.get(name, ""))
        started = S3Server()
        try:
            yield started
        finally:
            started.remove()


def test_it_answers_503_while_it_is_told_to(server: S3Server) -> None:
    bucket = Objects(read_address(server.url, {}).below("refusing"), patience_s=0.5)
    bucket.check()
    server.refuse()
    try:
        with pytest.raises(BucketError, match="SLOW_DOWN"):
            bucket.write("take.json", b"1")
    finally:
        server.serve()
    bucket.write("take.json", b"2")
    assert bucket.read("take.json") == b"2"


def test_a_take_that_is_not_whole_in_the_bucket_is_found(server: S3Server, film_copy: Path) -> None:
    bucket = Objects(read_address(server.url, {}).below("audited"))
    takes = FilmFolder(film_copy).takes()
    keys = sorted(takes.keys())
    assert f"take {keys[0]} is not in the bucket" in audited(film_copy, bucket=bucket).wrong
    BucketStore(takes.folder, takes.suffix, takes.record, bucket).publish(keys)
    assert audited(film_copy, bucket=bucket).wrong == []
    content = bucket.read(f"{keys[0]}.mp4")
    assert content is not None
    bucket.write(f"{keys[0]}.mp4", content[:-1])
    assert audited(film_copy, bucket=bucket).wrong == [f"take {keys[0]} is not whole in the bucket"]
