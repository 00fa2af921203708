"""Takes and recordings: where the record stands, the file is whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bookfilm.errors import StoreFull, TakeDamaged
from bookfilm.records.takes import Take
from bookfilm.records.time import FrameRate
from bookfilm.store import media
from bookfilm.store.media import MediaStore
from tests.doubles import Killed

CLIP = b"not quite a film" * 100


@pytest.fixture
def store(tmp_path: Path) -> MediaStore[Take]:
    return MediaStore(tmp_path / "takes", ".mp4", Take)


def a_take(key: str, content: bytes = CLIP) -> Take:
    made_at = "2026-01-01T00:00:00+00:00"
    return Take(
        key=key, engine="e", revision="1", width=128, height=128, rate=FrameRate(), frames=24, seed=1,
        bytes=len(content), sha256=hashlib.sha256(content).hexdigest(), render_ms=1, created_at=made_at,
    )  # fmt: skip


def put(store: MediaStore[Take], key: str, content: bytes = CLIP) -> Take:
    store.folder.mkdir(exist_ok=True)
    made = store.folder / ".made.partial"
    made.write_bytes(content)
    take = a_take(key, content)
    store.put(take, made, b"jpeg")
    return take


def test_what_is_put_is_found(store: MediaStore[Take]) -> None:
    take = put(store, "a")
    assert store.find("a") == store.verified("a") == take
    assert store.file("a").read_bytes() == CLIP
    assert store.thumbnail("a").read_bytes() == b"jpeg"
    assert sorted(path.name for path in store.folder.iterdir()) == ["a.jpg", "a.json", "a.mp4"]
    assert store.find("b") is None


def test_the_record_is_written_last(store: MediaStore[Take], monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(path: Path, content: object) -> None:
        assert store.file("a").read_bytes() == CLIP
        if path.suffix == ".json":
            raise Killed

    monkeypatch.setattr(media, "write_file", dies)
    with pytest.raises(Killed):
        put(store, "a")
    assert store.find("a") is None
    assert store.count() == 0
    with pytest.raises(Killed):
        store.put_bytes(a_take("b"), CLIP)
    monkeypatch.undo()
    assert put(store, "a") == store.find("a")


def test_a_clip_that_was_cut_short_is_not_found(store: MediaStore[Take]) -> None:
    put(store, "a")
    store.file("a").write_bytes(CLIP[:-1])
    assert store.find("a") is None
    with pytest.raises(TakeDamaged, match="cut short"):
        store.verified("a")
    assert store.find(put(store, "a").key) is not None


def test_a_flipped_bit_is_found_by_verified(store: MediaStore[Take]) -> None:
    put(store, "a")
    store.file("a").write_bytes(b"N" + CLIP[1:])
    assert store.find("a") is not None
    with pytest.raises(TakeDamaged, match="not the one its record describes"):
        store.verified("a")


@pytest.mark.parametrize("record", [b"", b"{", b'{"schema": "bookfilm.take/9"}', b"\xff"])
def test_a_damaged_record_is_as_none(store: MediaStore[Take], record: bytes) -> None:
    put(store, "a")
    (store.folder / "a.json").write_bytes(record)
    assert store.find("a") is None


def test_a_record_under_another_key_is_as_none(store: MediaStore[Take]) -> None:
    put(store, "a")
    for suffix in (".json", ".mp4"):
        (store.folder / f"a{suffix}").rename(store.folder / f"b{suffix}")
    assert store.find("b") is None


def test_keys_are_those_with_a_record_in_order(store: MediaStore[Take]) -> None:
    assert list(store.keys()) == []
    for key in ("c", "a", "b"):
        put(store, key)
    (store.folder / ".d.json").touch()
    store.file("e").touch()
    assert list(store.keys()) == ["a", "b", "c"]
    store.discard("b")
    store.discard("never there")
    assert store.count() == 2
    assert not store.file("b").exists()
    assert not store.thumbnail("b").exists()


def test_a_second_maker_of_the_same_key_is_welcome(store: MediaStore[Take]) -> None:
    assert put(store, "a") == put(store, "a") == store.verified("a")


def test_a_full_disk_leaves_no_half_take(small_disk: Path) -> None:
    store = MediaStore(small_disk / "takes", ".wav", Take)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(900_000))
    content = bytes(200_000)
    with pytest.raises(StoreFull):
        store.put_bytes(a_take("a", content), content)
    assert store.find("a") is None
    assert list(store.folder.iterdir()) == []
    ballast.unlink()
    store.put_bytes(a_take("a", content), content)
    assert store.verified("a").bytes == 200_000
