"""What lies in a film folder in the end, looked at whole: shots, takes, ledger, film, and a bucket if any."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.kills import stream_digest
from bookfilm.errors import BookfilmError, RecordError, TakeDamaged
from bookfilm.pipeline.stages import read_shots
from bookfilm.records.cut import Cut
from bookfilm.records.takes import Take
from bookfilm.store.bucket.objects import Objects
from bookfilm.store.files import PARTIAL_SUFFIX
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import Ledger


@dataclass
class Audit:
    """What lies in a film folder in the end."""

    shots: int
    wrong: list[str]
    """What is not as it must be, in words."""
    made_again: int
    """Attempts that the ledger knows to have ended well, beyond one a take."""
    digest: str
    takes: list[str] = field(default_factory=list)
    """The keys of the takes that the film shows, slates apart."""


def audited(out: Path, ledger: str | None = None, bucket: Objects | None = None, spoilt: Sequence[str] = ()) -> Audit:
    """Look at all that lies in a film folder, in its ledger (at the URL `ledger`, or beside) and in the `bucket`.

    Takes whose keys are `spoilt` may have been made once more for each time. What cannot be read is a fault, too.
    """
    try:
        return _audited(FilmFolder(out), ledger, bucket, spoilt)
    except (BookfilmError, OSError) as error:
        return Audit(0, [f"the audit came to no end: {type(error).__name__}: {error}"], 0, "")


def _audited(folder: FilmFolder, ledger: str | None, bucket: Objects | None, spoilt: Sequence[str]) -> Audit:
    out, wrong = folder.path, list[str]()
    shots = [shot.id for shot in read_shots(folder.shots)]
    try:
        choices = Cut.read(folder.cut).choices
    except RecordError as error:
        wrong.append(f"there is no cut: {error}")
        choices = ()
    if [choice.shot for choice in choices] != shots:
        wrong.append("the cut does not hold each shot once, in order")
    wrong += [f"shot {choice.shot} is a slate" for choice in choices if choice.slate]
    takes = folder.takes()
    for choice in choices:
        try:
            takes.verified(choice.take)
        except TakeDamaged as error:
            wrong.append(str(error))
    chosen = {choice.take for choice in choices}
    if bucket is not None:
        wrong += _not_whole_in(bucket, chosen)
    wrong += [f"{path.name} is left half written" for path in out.rglob(f".*{PARTIAL_SUFFIX}")]
    if not folder.film.exists():
        wrong.append("there is no film")
    digest = stream_digest(folder.film) if folder.film.exists() else ""
    with closing(Ledger(ledger, str(out)) if ledger else Ledger(folder.ledger)) as told:
        wrong += [f"take {key} is in no cut{_whose(key, told)}" for key in sorted(set(takes.keys()) - chosen)]
        made_again = len(told.attempt_ms("take")) - len(told.take_times()[0])
        shown = [choice.take for choice in choices if not choice.slate]
        wrong += _not_so_in(told, set(shots), set(shown), spoilt)
    return Audit(len(shots), wrong, made_again, digest, shown)


def _not_so_in(ledger: Ledger, shots: set[str], takes: set[str], spoilt: Sequence[str]) -> list[str]:
    """Return what a ledger says otherwise than it must: of the film's last job that each shot is done, and of all jobs
    together that each take was made once, and once more for each time that it was spoilt and rendered anew."""
    job = ledger.last_job()
    if job is None:
        return ["the ledger knows no job"]
    states = ledger.shot_states(job.id)
    wrong = [f"the ledger's last job, {job.id}, is {job.state}"] if job.state != "done" else []
    wrong += [f"the ledger does not know shot {shot} in job {job.id}" for shot in sorted(shots - set(states))]
    wrong += [
        f"shot {shot} is {state} in the ledger, not done" for shot, (state, _, _) in states.items() if state != "done"
    ]
    done = ledger.times_done("take")
    for take in sorted(takes):
        times, most = done.get(take, 0), 1 + list(spoilt).count(take)
        if not 1 <= times <= most:
            wrong.append(f"the ledger has {times} attempts that made take {take}, and should have {most}")
    return wrong


def _not_whole_in(bucket: Objects, keys: Iterable[str]) -> list[str]:
    wrong = []
    for key in sorted(keys):
        content, record = bucket.read(f"{key}.mp4"), bucket.read(f"{key}.json")
        if content is None or record is None:
            wrong.append(f"take {key} is not in the bucket")
        elif hashlib.sha256(content).hexdigest() != Take.from_json(record, subject=key).sha256:
            wrong.append(f"take {key} is not whole in the bucket")
    return wrong


def _whose(key: str, ledger: Ledger) -> str:
    """Return which shot, in which job, was to show a take that is in no cut."""
    for job in ledger.jobs():
        for shot, (_, take, _) in ledger.shot_states(job.id).items():
            if take == key:
                return f": it was for {shot} in job {job.id}"
    return ""
