"""Logs as JSON, a line each, that say which job, film, shot and take they are about.

Off, and free, unless BOOKFILM_LOG is ``json``. A line has ``time`` (UTC, ISO 8601), ``level``, ``logger``,
``message``, and what is known of ``job``, ``film``, ``shot``, ``take`` (or ``keyframe``, ``recording``), ``attempt``
and ``worker``. What one process knows it sends to the next as a mapping beside the work, never in it: no key depends on
who asks.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from bookfilm.errors import SettingsError

LOG = "BOOKFILM_LOG"
"""The environment variable that says how logs are written: ``json``, or ``text`` as without it."""
OURS = ("bookfilm", "cluster", "deployments")
"""Whose lines are written from INFO on; those of libraries from WARNING on."""
Fact = str | int
Made = Literal["take", "keyframe", "recording"]
_about: ContextVar[Mapping[str, Fact]] = ContextVar("about", default={})  # noqa: B039 - it is never changed
_here: dict[str, Fact] = {}
_OF_RECORDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
log = logging.getLogger(__name__)


def is_json() -> bool:
    """Say whether logs are written as JSON."""
    return os.environ.get(LOG) == "json"


def check_log_asked() -> None:
    """Raise SettingsError where BOOKFILM_LOG asks for something that there is not."""
    asked = os.environ.get(LOG, "")
    if asked not in ("", "text", "json"):
        raise SettingsError("logs are written as json or as text", subject=f"{LOG}={asked}")


def begin_logs(handlers: Sequence[logging.Handler] = (), **here: Fact) -> bool:
    """Have this process write its lines as JSON if that is asked for; return whether it is.

    They go through `handlers`, which know how to write JSON, or to standard error, each at once. `here` is what holds
    of all lines of this process.
    """
    if not is_json():
        return False
    _here.update(here)
    root = logging.getLogger()
    if any(_FACTS in handler.filters for handler in root.handlers):
        return True
    for handler in handlers or (_to_standard_error(),):
        handler.addFilter(_FACTS)
        root.addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    return True


def about(facts: Mapping[str, Fact] | None = None, **more: Fact) -> AbstractContextManager[None]:
    """Have every line of the block say so, whoever writes it."""
    return _said({**(facts or {}), **more}) if is_json() else nullcontext()


@contextmanager
def about_all(**facts: Fact) -> Iterator[None]:
    """Have every line of this process say so within the block, also those of threads that others have started."""
    if not is_json():
        yield
        return
    before = dict(_here)
    _here.update(facts)
    try:
        with _said(facts):
            yield
    finally:
        _here.clear()
        _here.update(before)


@contextmanager
def _said(facts: Mapping[str, Fact]) -> Iterator[None]:
    token = _about.set({**_about.get(), **facts})
    try:
        yield
    finally:
        _about.reset(token)


def told() -> dict[str, Fact]:
    """Return what lines say here, for another process that works on the same; empty where logs are no JSON."""
    return dict(_about.get())


@contextmanager
def making(what: Made, key: str, **facts: Fact) -> Iterator[None]:
    """Write a line when making `what` begins, and one when it ends or fails, with the milliseconds that it took.

    All lines between say the `key` and `facts` too. An exception goes on.
    """
    if not is_json():
        yield
        return
    with _said({what: key, **facts}):
        started = time.monotonic()
        log.info("%s begun", what, extra={"event": "begun"})
        try:
            yield
        except BaseException as error:
            ms = round((time.monotonic() - started) * 1000)
            words = f"{type(error).__name__}: {error}"
            log.warning("%s failed: %s", what, words, extra={"event": "failed", "error": words, "ms": ms})
            raise
        log.info("%s ended", what, extra={"event": "ended", "ms": round((time.monotonic() - started) * 1000)})


def note_found(what: Made, key: str, **facts: Fact) -> None:
    """Write that `what` was asked for and was there already."""
    if is_json():
        log.info("%s found", what, extra={what: key, "event": "found", **facts})


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: its message, and every field that it bears beyond those of Python's own."""

    def format(self, record: logging.LogRecord) -> str:
        # What begins so is a library's own: Ray marks each record of its processes.
        fields = {name: value for name, value in vars(record).items() if name not in _OF_RECORDS and name[0] != "_"}
        line: dict[str, object] = {name: fields.pop(name) for name in ("time", "level", "logger") if name in fields}
        line |= {"message": record.getMessage(), **fields}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class _Facts(logging.Filter):
    """Lays onto each record, as fields, what is known where it was written. It lets every record through."""

    def filter(self, record: logging.LogRecord) -> bool:
        of_record: dict[str, Fact] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        for name, fact in {**of_record, **_here, **_about.get()}.items():
            # What the line itself says goes before what is said of all around it.
            if not hasattr(record, name):
                setattr(record, name, fact)
        return True


_FACTS = _Facts()


def _to_standard_error() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    return handler
