"""Files are written whole or not at all, whatever happens in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookfilm.errors import FolderError, StoreError, StoreFull
from bookfilm.store.files import partial_file, sweep_partials, write_file, write_if_changed
from bookfilm.store.folder import create_folder
from tests.doubles import Killed


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_text_and_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    write_file(tmp_path / "new" / "a.txt", "тень\r\n\n")
    assert (tmp_path / "new" / "a.txt").read_bytes() == "тень\r\n\n".encode()
    write_file(tmp_path / "new" / "a.txt", b"\x00")
    assert (tmp_path / "new" / "a.txt").read_bytes() == b"\x00"
    assert names(tmp_path / "new") == ["a.txt"]


@pytest.mark.parametrize("fault", [Killed(), ValueError("no"), StoreError("no")])
def test_a_fault_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path, fault: BaseException) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    with pytest.raises(type(fault)), partial_file(path) as temporary:
        temporary.write_text("half of the n")
        raise fault
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.json"]


def test_an_oserror_in_the_middle_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"a\.json: "), partial_file(tmp_path / "a.json") as temporary:
        (temporary / "below a file").write_text("x")
    assert names(tmp_path) == []


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    for name in (".a.json.x8d2.partial", ".b.partial", "mine.partial", ".hidden", "c.txt"):
        (tmp_path / name).write_text("half")
    assert sweep_partials(tmp_path) == 2
    assert names(tmp_path) == [".hidden", "a.json", "c.txt", "mine.partial"]
    assert sweep_partials(tmp_path / "not there") == 0


def test_only_what_has_changed_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert write_if_changed(path, "one")
    before = path.stat()
    assert not write_if_changed(path, "one")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert write_if_changed(path, b"two")
    assert path.read_text() == "two"


def test_a_folder_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(StoreError, match=r"a\.json: .*directory"):
        write_file(tmp_path / "a.json", "x")
    with pytest.raises(StoreError):
        write_file(Path("/proc/version/a.json"), "x")


def test_a_full_disk_is_said_and_can_be_gone_on_with(small_disk: Path) -> None:
    path = small_disk / "a.bin"
    write_file(path, b"old" * 1000)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(900_000))
    with pytest.raises(StoreFull, match="no space is left") as fault:
        write_file(path, bytes(800_000))
    assert "\n" not in str(fault.value)
    assert path.read_bytes() == b"old" * 1000
    assert names(small_disk) == ["a.bin", "ballast"]
    ballast.unlink()
    write_file(path, bytes(800_000))
    assert path.stat().st_size == 800_000


def test_a_disk_that_cannot_be_written_to_is_said(locked_disk: Path) -> None:
    with pytest.raises(StoreError, match="Read-only"):
        write_file(locked_disk / "film" / "a.json", "x")
    for path in (locked_disk / "film", locked_disk / "new"):
        with pytest.raises(FolderError, match="cannot be written to: Read-only"):
            create_folder(path)
