"""Where Ray's dashboard is, for who asks how far a film is without a connection to its cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bookfilm.store.files import write_file
from bookfilm.store.folder import FilmFolder


@contextmanager
def told_dashboard(folder: FilmFolder, address: str) -> Iterator[None]:
    """Keep the `address` (host:port) in the film folder while the block lasts; an empty one says there is none."""
    path = _path(folder)
    if not address:
        path.unlink(missing_ok=True)
        yield
        return
    write_file(path, f"http://{address}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def dashboard_of(folder: FilmFolder) -> str | None:
    """Return the address of the dashboard of the cluster that a driver of `folder` has joined; None: it has none."""
    try:
        return _path(folder).read_text(encoding="utf8").strip() or None
    except OSError:
        return None


def _path(folder: FilmFolder) -> Path:
    return folder.work / "dashboard"
