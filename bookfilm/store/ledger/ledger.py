"""Ledger: what is kept of one film, or of all films that share it."""

from __future__ import annotations

import os
from pathlib import Path

from bookfilm.errors import BookfilmError
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger.asking import Asking
from bookfilm.store.ledger.database import Database
from bookfilm.store.ledger.history import History
from bookfilm.store.ledger.opening import prepare
from bookfilm.store.ledger.settling import Settling

LEDGER_URL = "BOOKFILM_LEDGER"
"""The environment variable that names a ledger by URL, in place of the film folder's own file."""
IN_FOLDER = "."
"""How a film is called in the ledger that lies in its folder: wherever that is moved, it is the same film."""
PATIENCE_S = 120.0
"""How long a driver waits for a database that went away: one that is started anew, or fails over, is back by then."""


class Ledger(History, Settling, Asking):
    """The ledger at `where`: a SQLite file, or a URL; seen from `film`.

    A file that is no ledger is set aside as ``*.damaged`` and a new one begun. For `patience_s`, which is for drivers,
    a database that went away is waited for. Any of its methods may be called from any thread, and raises StoreError or
    StoreFull. What a method wrote is kept once it returns, whoever is killed then.
    """

    def __init__(self, where: Path | str, film: str = IN_FOLDER, patience_s: float = 0.0) -> None:
        self.film = film
        self._db = Database(where, patience_s)
        try:
            prepare(self._db)
        except BookfilmError:
            self._db.close()
            raise

    @property
    def name(self) -> str:
        """Where it lies, as messages name it: its file, or its URL without the password."""
        return self._db.name

    @property
    def film_name(self) -> str:
        """The film it is seen from, as messages name it."""
        return str(self._db.path.parent) if self.film == IN_FOLDER and self._db.path else self.film

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


def open_ledger(folder: FilmFolder, patience_s: float = 0.0) -> Ledger:
    """Open the ledger of the film in `folder`: that of BOOKFILM_LEDGER, else the file that lies in it."""
    url = os.environ.get(LEDGER_URL)
    return Ledger(url, str(folder.path), patience_s) if url else Ledger(folder.ledger, IN_FOLDER, patience_s)


def ledger_lies(folder: FilmFolder) -> bool:
    """Say whether the film in `folder` has a ledger."""
    return bool(os.environ.get(LEDGER_URL)) or folder.ledger.exists()
