"""The ledger: jobs, their shots, every attempt, what it cost, and what was asked of a job while it ran. In SQL.

    rows        what goes in and comes out, as frozen data
    tables      the tables, as SQLAlchemy knows them
    database    one way to read and to write: transactions, what passes and is tried again, what is told
    opening     a new ledger is laid, an older one migrated, a newer one refused, a damaged one set aside
    migrations  Alembic's: every version that ever lay in a film folder, step by step
    settling    shots and attempts: what became of each, and who made it at what cost
    asking      what is asked of a job: pause, priority, limits, budget, marks on shots
    history     jobs, their orders, stages, errands
    ledger      Ledger: all of it for one film, or for all films that share it

SQLite in the film folder by default, PostgreSQL (or another SQLite file) by URL, which several films may share.
The takes' own records are the truth for takes: a lost ledger is begun anew, and costs history, not work.
"""

from bookfilm.store.ledger.ledger import IN_FOLDER, LEDGER_URL, PATIENCE_S, Ledger, ledger_lies, open_ledger
from bookfilm.store.ledger.rows import (
    FIRST_PRIORITY,
    LIVE,
    Act,
    Asked,
    Attempt,
    AttemptKind,
    JobRow,
    JobState,
    Mark,
    ShotState,
    StageRow,
    Verb,
    Wanted,
    WorkerRow,
)

__all__ = [
    "FIRST_PRIORITY",
    "IN_FOLDER",
    "LEDGER_URL",
    "LIVE",
    "PATIENCE_S",
    "Act",
    "Asked",
    "Attempt",
    "AttemptKind",
    "JobRow",
    "JobState",
    "Ledger",
    "Mark",
    "ShotState",
    "StageRow",
    "Verb",
    "Wanted",
    "WorkerRow",
    "ledger_lies",
    "open_ledger",
]
