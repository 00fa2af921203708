"""One way to write a file: whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bookfilm.errors import BookfilmError, StoreError, StoreFull

PARTIAL_SUFFIX = ".partial"
"""Ends the name of a file that is still being written; whatever is left of a killed run is swept by it."""


def store_error(error: OSError, subject: object) -> BookfilmError:
    """Return what an OSError on `subject` is called here: StoreFull where space or quota ended."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull("no space is left here; free some and run the same command again", subject=subject)
    return StoreError(error.strerror or str(error), subject=subject)


@contextmanager
def partial_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on a clean exit it is flushed to disk and renamed to `path`.

    Raises StoreError or StoreFull. On any error `path` stays as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=PARTIAL_SUFFIX)
        os.close(number)
    except OSError as error:
        raise store_error(error, path) from error
    temporary = Path(name)
    try:
        yield temporary
        _publish(temporary, path)
    except OSError as error:
        raise store_error(error, path) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def passing_file(path: Path) -> Iterator[Path]:
    """Give `path`, its folder made, for a file that is moved away once it is good; leave nothing there.

    Raises StoreError or StoreFull in place of an OSError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
    except OSError as error:
        raise store_error(error, path) from error
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _publish(temporary: Path, path: Path) -> None:
    temporary.chmod(0o644)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    # The rename itself is only safe once the directory is on disk.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_file(path: Path, content: bytes | str) -> None:
    """Write `content` (text as UTF-8, newlines as they are) to `path`, whole or not at all."""
    with partial_file(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def write_if_changed(path: Path, content: bytes | str) -> bool:
    """Write `content` unless `path` holds just that already. Returns True if it wrote."""
    body = content.encode() if isinstance(content, str) else content
    with suppress(OSError):
        if path.read_bytes() == body:
            return False
    write_file(path, body)
    return True


def sweep_partials(folder: Path) -> int:
    """Remove what killed runs left half written in `folder`. Returns how many files went.

    Only for the driver that holds the film folder: another one's half-written file is swept too.
    """
    swept = 0
    for path in folder.glob(f".*{PARTIAL_SUFFIX}"):
        with suppress(OSError):
            path.unlink()
            swept += 1
    return swept
