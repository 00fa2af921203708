"""What a film has cost so far, beside what was estimated before."""

from __future__ import annotations

from typing import ClassVar

from bookfilm.errors import RecordError
from bookfilm.jobs.estimate import Estimate, Range
from bookfilm.records.base import Part, Record
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger


class KeptEstimate(Record):
    """estimate.json: what `bookfilm estimate --out FOLDER` said of the film that is to be made there."""

    SCHEMA: ClassVar[str] = "bookfilm.estimate/1"

    preset: str
    usd_per_gpu_h: float
    made_at: str
    """UTC, ISO 8601."""
    estimate: Estimate


class Spending(Part):
    """GPU-hours and US dollars of all jobs of a film, failed attempts included, as its budget counts them: where the
    video engine holds no GPU, hours of the replicas that drew takes stand for GPU-hours."""

    gpu_h: float
    usd: float
    takes_gpu_h: float = 0.0
    """Of the takes alone, as the estimate is."""
    takes_usd: float = 0.0
    estimated_gpu_h: Range | None = None
    estimated_usd: Range | None = None


def spending_of(folder: FilmFolder, ledger: Ledger) -> Spending:
    """Return what the film in `folder` has cost so far. An estimate that cannot be read is none."""
    gpu_s, usd = ledger.spent()
    takes_s, takes_usd = ledger.spent(takes_alone=True)
    spent = Spending(gpu_h=gpu_s / 3600, usd=usd, takes_gpu_h=takes_s / 3600, takes_usd=takes_usd)
    try:
        kept = KeptEstimate.read(folder.estimate)
    except RecordError:
        return spent
    return spent.changed(
        usd=usd or gpu_s / 3600 * kept.usd_per_gpu_h,
        takes_usd=takes_usd or takes_s / 3600 * kept.usd_per_gpu_h,
        estimated_gpu_h=kept.estimate.gpu_h,
        estimated_usd=kept.estimate.usd if kept.usd_per_gpu_h else None,
    )
