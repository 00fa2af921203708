"""Takes in a bucket: the contract that the folder keeps, and what can go wrong with a server in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bookfilm.errors import BucketError, SettingsError, TakeDamaged
from bookfilm.records.takes import Take
from bookfilm.store.bucket.address import Address, read_address
from bookfilm.store.bucket.objects import Objects
from bookfilm.store.bucket.takes import BucketStore
from bookfilm.store.folder import FilmFolder
from bookfilm.store.media import MediaStore
from tests.store.buckets import Proxy, proxied, served
from tests.store.test_media import CLIP, a_take, put

pytest.importorskip("moto", reason="moto is not installed: no S3 server to try against")
SECRET = "tell-nobody"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served("films", SECRET) as url:
        yield url


@pytest.fixture
def proxy(server: str) -> Iterator[Proxy]:
    with proxied(server) as misbehaving:
        yield misbehaving


def objects_at(endpoint: str, tmp_path: Path, patience_s: float = 20.0) -> Objects:
    return Objects(Address("films", f"{tmp_path.name}/Кто там?/takes", endpoint, "us-east-1"), patience_s)


@pytest.fixture(params=["disk", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore[Take]:
    if request.param == "disk":
        return MediaStore(tmp_path / "takes", ".mp4", Take)
    return BucketStore(tmp_path / "takes", ".mp4", Take, objects_at(request.getfixturevalue("server"), tmp_path))


@pytest.fixture
def bucket(server: str, tmp_path: Path) -> BucketStore[Take]:
    return BucketStore(tmp_path / "takes", ".mp4", Take, objects_at(server, tmp_path))


def test_what_is_put_is_found_by_whoever_looks(store: MediaStore[Take]) -> None:
    take = put(store, "a")
    assert store.find("a") == store.find_here("a") == store.verified("a") == take
    assert store.find_many(["a", "b"]) == {"a": take}
    assert store.find("b") is None
    assert store.fetch(["a"]) == []
    store.publish(["a"])
    assert put(store, "a") == take
    store.discard("a")
    assert store.find("a") is None


def test_a_cut_file_without_another_copy_is_as_none(store: MediaStore[Take]) -> None:
    put(store, "a")
    store.file("a").write_bytes(CLIP[:-1])
    if isinstance(store, BucketStore):
        store.objects.write("a.mp4", CLIP[:-1])
    assert store.find("a") is None
    with pytest.raises(TakeDamaged):
        store.verified("a")


def test_two_writers_of_one_key_are_both_welcome(store: MediaStore[Take]) -> None:
    store.folder.mkdir()

    def write(number: int) -> None:
        made = store.folder / f".{number}.partial"
        made.write_bytes(CLIP)
        store.put(a_take("a"), made, b"jpeg")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.verified("a") == a_take("a")


def test_what_the_folder_lost_is_fetched_whole(bucket: BucketStore[Take]) -> None:
    takes = {key: put(bucket, key) for key in [f"{number:02}" for number in range(20)]}
    for path in bucket.folder.iterdir():
        path.unlink()
    assert bucket.find_many(takes) == takes
    assert list(bucket.folder.iterdir()) == []
    assert bucket.fetch([*takes, "zz"]) == ["zz"]
    assert all(bucket.find_here(key) == take for key, take in takes.items())
    assert bucket.thumbnail("00").read_bytes() == b"jpeg"


@pytest.mark.parametrize("damaged", [CLIP[:-1], b"N" + CLIP[1:]])
def test_a_damaged_cache_is_fetched_anew(bucket: BucketStore[Take], damaged: bytes) -> None:
    take = put(bucket, "a")
    bucket.file("a").write_bytes(damaged)
    assert bucket.find("a") == bucket.verified("a") == take
    assert bucket.file("a").read_bytes() == CLIP


def test_a_damaged_object_is_discarded(bucket: BucketStore[Take]) -> None:
    put(bucket, "a")
    bucket.objects.write("a.mp4", b"N" + CLIP[1:])
    bucket.forget("a")
    assert bucket.fetch(["a"]) == ["a"]
    assert bucket.find("a") is None and bucket.objects.read("a.json") is None
    assert put(bucket, "a") == bucket.verified("a")


def test_what_lies_here_alone_is_published(bucket: BucketStore[Take]) -> None:
    take = put(MediaStore(bucket.folder, ".mp4", Take), "a")
    assert bucket.objects.sizes() == {}
    bucket.publish(["a", "b"])
    bucket.forget("a")
    assert bucket.find("a") == take


def test_who_is_killed_between_clip_and_record_leaves_none(bucket: BucketStore[Take]) -> None:
    script = """
import os, signal, sys, pickle
from bookfilm.store.bucket.objects import Objects
from tests.store.test_media import put
store = pickle.loads(bytes.fromhex(sys.argv[1]))
Objects.write = lambda self, name, content: os.kill(os.getpid(), signal.SIGKILL)
put(store, "a")
"""
    import pickle

    bucket.folder.mkdir()
    told = pickle.dumps(bucket).hex()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", script, told], cwd=ROOT, env=environment, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    assert bucket.objects.size("a.mp4") == len(CLIP)
    # The driver, which sees the folder, brings the rest; one that does not makes the take again.
    assert replace(bucket, folder=bucket.folder / "elsewhere").find("a") is None
    bucket.publish(["a"])
    assert replace(bucket, folder=bucket.folder / "elsewhere").find("a") == a_take("a")


def test_a_server_that_says_slow_down_is_asked_again(proxy: Proxy, tmp_path: Path) -> None:
    store = BucketStore(tmp_path / "takes", ".mp4", Take, objects_at(proxy.url, tmp_path))
    until = time.monotonic() + 3
    proxy.refuse = lambda _method, _path: 503 if time.monotonic() < until else None
    take = put(store, "a")
    store.forget("a")
    assert store.verified("a") == take


def test_a_server_that_stays_away_is_named_and_no_take_is_lost(proxy: Proxy, tmp_path: Path) -> None:
    store = BucketStore(tmp_path / "takes", ".mp4", Take, objects_at(proxy.url, tmp_path, 1))
    proxy.refuse = lambda method, _path: 503 if method in ("PUT", "POST") else None
    started = time.monotonic()
    with pytest.raises(BucketError, match=r"^s3://films/.*S3 is away") as caught:
        put(store, "a")
    assert time.monotonic() - started < 15
    assert "\n" not in str(caught.value) and SECRET not in str(caught.value)
    assert store.find("a") == a_take("a")
    proxy.refuse = lambda _method, _path: None
    store.publish(["a"])
    store.forget("a")
    assert store.find("a") == a_take("a")


def test_a_bucket_that_cannot_be_used_is_told_before_anything_is_made(
    server: str, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = FilmFolder(tmp_path / "one.film")
    folder.check_bucket()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("BOOKFILM_TAKES", "s3://films/farm")
    folder.check_bucket()
    assert folder.takes_in_bucket() == Objects(Address("films", "farm/one.film/takes", server, None))
    monkeypatch.setenv("BOOKFILM_TAKES", "s3://no-such-bucket/farm")
    with pytest.raises(SettingsError, match=r"BOOKFILM_TAKES=s3://no-such-bucket/.*there is no such bucket"):
        folder.check_bucket()
    proxy.refuse = lambda _method, _path: 403
    monkeypatch.setenv("BOOKFILM_TAKES", f"s3://films/farm?endpoint_override={proxy.url}")
    with pytest.raises(SettingsError, match="S3 refuses access") as caught:
        folder.check_bucket()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "films", "http://films/x", "s3://", "s3://films/x?key=1", f"s3://films:{SECRET}@bucket/x",
            f"s3://films/x?endpoint_override=http://films:{SECRET}@host", "s3://films/x?region"],
)  # fmt: skip
def test_an_url_that_is_none_is_refused_without_what_it_holds(url: str) -> None:
    with pytest.raises(SettingsError, match="BOOKFILM_TAKES") as caught:
        read_address(url, {})
    assert SECRET not in str(caught.value)
