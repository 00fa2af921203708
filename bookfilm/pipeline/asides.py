"""What lies in the folder: its digest, its text, and a person's version that is set aside beside a new one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bookfilm.errors import RecordError
from bookfilm.pipeline.crew import Reporter
from bookfilm.records.base import canonical_json
from bookfilm.store.files import write_file

MENDING = "; mend it, or delete the file to have it made again"


def digest(value: Any) -> str:
    """Return the SHA-256 of bytes, text or anything JSON can say."""
    body = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else canonical_json(value)
    return hashlib.sha256(body).hexdigest()


def text_of(path: Path) -> str | None:
    """Return the text of the file at `path`, None where there is none. Raises RecordError."""
    try:
        # Some editors put a byte order mark before what they save.
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"cannot be read: {error}", subject=path) from None


def set_aside(path: Path, text: str, reporter: Reporter) -> None:
    """Lay a person's version of `path` beside it, and say so."""
    aside = lay_aside(path, text)
    reporter.warn(f"{path.name} had been edited and what it is made from has changed: the edited one is {aside.name}")


def lay_aside(path: Path, content: str | bytes) -> Path:
    """Write a person's version of `path` beside it, under the first name that is free, and return that."""
    aside = next(name for name in _aside_names(path) if not name.exists())
    write_file(aside, content)
    return aside


def _aside_names(path: Path) -> Iterable[Path]:
    number = 1
    while True:
        yield path.with_name(f"{path.stem}.yours-{number}{path.suffix}")
        number += 1
