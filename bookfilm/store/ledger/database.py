"""One way to read the ledger and one to write it: whole transactions, tried again where the database is away.

What is given to `read` and `write` may be called more than once, so it must not count on being called for the first
time: a server may die after it has kept a change and before anybody hears of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from bookfilm.errors import SettingsError, StoreError, StoreFull

BUSY_TIMEOUT_MS = 5000
JOURNAL_BYTES = 64 * 1024
"""SQLite's journal index grows by 32 KiB at a time."""
CONNECT_S = 5
TCP: dict[str, Any] = {
    "connect_timeout": CONNECT_S,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A server whose machine has gone says nothing more; without these the system would wait for it for two hours."""
DISK_FULL = "53100"
"""PostgreSQL's code for a full disk (its manual, appendix A)."""

T = TypeVar("T")


class Database:
    """A database by `where`: a SQLite file, or a URL. It is connected to when first asked.

    For `patience_s` what fails because the database is away or busy is tried again.
    """

    def __init__(self, where: Path | str, patience_s: float = 0.0) -> None:
        url = URL.create("sqlite", database=str(where)) if isinstance(where, Path) else _parsed(where)
        self.path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self.name = str(self.path) if self.path else url.render_as_string(hide_password=True)
        self.patience_s = patience_s
        self._url = url
        self._engine = self._connectable()

    def reopened(self) -> None:
        """Connect anew: the file that lay there was moved away."""
        self._engine.dispose()
        self._engine = self._connectable()

    def close(self) -> None:
        self._engine.dispose()

    @property
    def engine(self) -> Engine:
        return self._engine

    def read(self, ask: Callable[[Connection], T]) -> T:
        """Return what `ask` gives. Raises StoreError."""

        def asked() -> T:
            with self._engine.connect() as connection:
                return ask(connection)

        return self._patiently(asked, self.patience_s)

    def write(self, change: Callable[[Connection], T], patience_s: float | None = None) -> T:
        """Return what `change` gives, once all that it wrote is kept. Raises StoreError or StoreFull."""

        def changed() -> T:
            with self._engine.connect() as connection, connection.execution_options(writes=True).begin():
                return change(connection)

        return self._patiently(changed, self.patience_s if patience_s is None else patience_s)

    def named(self, error: DBAPIError) -> StoreError:
        """Return what `error` is called here."""
        said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
        if self._is_full(error, said):
            return StoreFull(
                "no space is left for the ledger; free some and run the same command again", subject=self.name
            )
        return StoreError(f"the ledger cannot be used: {said}", subject=self.name)

    def _is_full(self, error: DBAPIError, said: str) -> bool:
        if self.path is None:
            return getattr(error.orig, "sqlstate", None) == DISK_FULL
        # A journal that cannot grow is told as an input/output error.
        return "full" in said or ("I/O" in said and disk_usage(self.path.parent).free < JOURNAL_BYTES)

    def _patiently(self, tried: Callable[[], T], patience_s: float) -> T:
        if not patience_s:
            return self._named(tried)
        trying = Retrying(
            retry=retry_if_exception(self._passes),
            stop=stop_after_delay(patience_s),
            wait=wait_random_exponential(multiplier=0.1, max=2),
            reraise=True,
        )
        return self._named(lambda: trying(tried))

    def _named(self, tried: Callable[[], T]) -> T:
        try:
            return tried()
        except DBAPIError as error:
            raise self.named(error) from error

    def _passes(self, error: BaseException) -> bool:
        """Say whether it is worth while to try again what failed with `error`."""
        if not isinstance(error, DBAPIError):
            return False
        if self.path is not None:
            return isinstance(error, OperationalError) and any(word in str(error.orig) for word in ("locked", "busy"))
        away = error.connection_invalidated or isinstance(error, OperationalError)
        return away and getattr(error.orig, "sqlstate", None) != DISK_FULL

    def _connectable(self) -> Engine:
        if self.path is None:
            return create_engine(self._url, pool_pre_ping=True, pool_size=2, connect_args=TCP)
        engine = create_engine(self._url)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def _parsed(url: str) -> URL:
    """Read the URL of a ledger. Raises SettingsError, which does not show its password."""
    wanted = "a ledger's URL is such as postgresql://user@host/database or sqlite:////folder/farm.sqlite"
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise SettingsError(wanted, subject=parsed.render_as_string(hide_password=True))
        if parsed.get_backend_name() == "postgresql":
            import psycopg  # noqa: F401
    except (ArgumentError, NoSuchModuleError):
        raise SettingsError(wanted, subject="ledger") from None
    except ImportError:
        raise SettingsError(
            "a ledger in PostgreSQL needs psycopg: pip install 'bookfilm[postgres]'",
            subject=parsed.render_as_string(hide_password=True),
        ) from None
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError(wanted, subject=url)
        return parsed.set(drivername="sqlite")
    return parsed.set(drivername="postgresql+psycopg")


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun in words, below: Python's own begin only when something is written, and never at once.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that has read first and then finds another one writing could only give up.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
