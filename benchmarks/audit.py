"""What lies in a film folder in the end, looked at whole: shots, takes, ledger, film, and a bucket if any."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.kills import stream_digest
from bookfilm.errors import TakeDamaged
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
    """Takes that were finished more than once."""
    digest: str


def audited(out: Path, ledger: str | None = None, bucket: Objects | None = None) -> Audit:
    """Look at all that lies in a film folder, in its ledger (at the URL `ledger`, or beside) and in the `bucket`."""
    folder, wrong = FilmFolder(out), []
    shots = [shot.id for shot in read_shots(folder.shots)]
    choices = Cut.read(folder.cut).choices
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
    return Audit(len(shots), wrong, made_again, digest)


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
