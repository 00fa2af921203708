"""Where the film says it comes from, and whether that is as it was signed."""

from __future__ import annotations

from pathlib import Path

from bookfilm.errors import EngineUnavailable
from bookfilm.film.inspection.sections import Figure, Section
from bookfilm.film.provenance import SOURCE_TYPE, read_provenance


def inspect_provenance(film: Path) -> Section | None:
    """Return what is signed into the film at `film`; None where nothing is, or where C2PA cannot be read here."""
    try:
        found = read_provenance(film)
    except EngineUnavailable:
        return None
    if found is None:
        return None
    facts = found.facts
    source = found.source_type.rpartition("/")[2]
    return Section(
        title="Provenance",
        figures=(
            Figure(
                name="signature (C2PA)", value=found.state, limit="Valid or Trusted",
                ok=found.state in ("Valid", "Trusted") and not found.faults, where=found.faults[:4],
            ),
            Figure(name="signed by", value=found.signer or None, limit="somebody", ok=bool(found.signer)),
            Figure(
                name="made by", value=source or None, limit=SOURCE_TYPE.rpartition("/")[2],
                ok=found.source_type == SOURCE_TYPE,
            ),
            Figure(
                name="engines", value=len(facts.engines) if facts else None, limit="at least 1",
                ok=bool(facts and facts.engines), where=facts.engines if facts else (),
            ),
            Figure(
                name="book, SHA-256", value=facts.book_sha256 if facts else None, limit="named",
                ok=bool(facts and facts.book_sha256),
            ),
        ),
    )  # fmt: skip
