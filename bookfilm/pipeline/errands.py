"""Errands in the ledger: what was asked of a server on behalf of the film, and perhaps paid.

An errand's file is written by the replica that runs it; the driver, who alone writes the ledger, notes it there.
"""

from __future__ import annotations

from collections.abc import Sequence

from bookfilm.pipeline.crew import Production


def begin_errands(production: Production, takes: Sequence[str]) -> None:
    """Note what earlier runs left under way, and let what they ended badly be asked for anew for `takes`."""
    errands = production.folder.errands()
    if not errands.folder.is_dir():
        return
    for take in takes:
        errands.lay_aside(take)
    note_errands(production)


def note_errands(production: Production, take: str | None = None) -> None:
    """Write the errands of `take`, or all, into the ledger. Most engines run none."""
    errands = production.folder.errands()
    found = errands.listed(take) if errands.folder.is_dir() else []
    if found:
        production.ledger.write_errands(production.job, found)
