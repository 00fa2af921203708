"""The farm's verbs, as a Python API: what is asked here of a job, its driver does within two seconds.

    farm = Farm(open_ledger(FilmFolder(path)))
    farm.pause(farm.live_job())

All goes through the ledger: whoever asks needs no connection to the cluster, and nothing asked dies with a driver.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bookfilm.errors import SettingsError
from bookfilm.records.base import Part
from bookfilm.store.ledger import LIVE, JobRow, Ledger, Verb

HEED_S = 5.0
"""How long who asks waits for the driver's word, at most."""
LOOK_S = 0.05
MOST_PRIORITY = 1000


class Answer(Part):
    """What came of an act. `heeded`: the driver acts so; False where nobody carries the job through just now."""

    job: int
    verb: Verb
    act: int
    heeded: bool
    waited_s: float = 0.0


class Farm:
    """The verbs over one ledger. Each raises SettingsError for what cannot be asked, StoreError where it is not kept.

    Where a driver carries the job through, the answer waits for its word, `HEED_S` at most. What is asked of a job that
    has ended, of its shots, limits or budget, holds for the film's next.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def live_job(self) -> int:
        """Return the newest job of the ledger's film that waits or runs."""
        found = [job for job in self._ledger.jobs(live=True) if job.film == self._ledger.film]
        if not found:
            raise SettingsError("no job of it waits or runs; see `bookfilm jobs`", subject=self._ledger.film_name)
        return found[-1].id

    def last_job(self) -> int:
        """Return the newest job of the ledger's film, ended or not."""
        found = self._ledger.last_job()
        if found is None:
            raise SettingsError("nothing was ever made of it", subject=self._ledger.film_name)
        return found.id

    def submit(self, book: Path | None, order: dict[str, Any], priority: int | None = None) -> int:
        """Queue a job for the ledger's film; `bookfilm work` takes it up. `order` is a FilmOrder as JSON."""
        priority = None if priority is None else _priority(priority)
        return self._ledger.queue_job(str(book.absolute()) if book else "", order, priority=priority)

    def pause(self, job: int) -> Answer:
        """Let nothing more begin until `resume`; what is under way is finished."""
        return self._ask(self._live(job), "pause", wanted="pause")

    def resume(self, job: int) -> Answer:
        """Let the job go on."""
        return self._ask(self._live(job), "resume", wanted="run")

    def cancel(self, job: int) -> Answer:
        """End the job: what is under way is let go of, what is finished stays."""
        waits = self._known(job).state == "queued"
        answer = self._ask(self._live(job), "cancel", wanted="cancel")
        if waits:
            self._ledger.end_job(job, "cancelled")
        return answer

    def prioritise(self, job: int, priority: int) -> Answer:
        """Give the job so much weight beside others: one of 20 gets twice as many replicas as one of 10."""
        return self._ask(job, "priority", priority=_priority(priority))

    def limit(self, job: int, at_most: int | None = None, gpus: float | None = None) -> Answer:
        """Let at most so many takes be under way at once, on at most so many GPUs; None: whatever there is room for."""
        if (at_most is not None and at_most < 1) or (gpus is not None and gpus <= 0):
            raise SettingsError(
                "a limit is at least 1; to let nothing be made there is `bookfilm pause`", subject="limit"
            )
        return self._ask(job, "limit", at_most=at_most, gpus=gpus)

    def budget(
        self, job: int, usd: float | None = None, gpu_h: float | None = None, usd_per_gpu_h: float | None = None
    ) -> Answer:
        """Let nothing more begin once all jobs of the film have cost so much; None: whatever it costs."""
        if any(value is not None and value < 0 for value in (usd, gpu_h, usd_per_gpu_h)):
            raise SettingsError("a budget is not less than nothing", subject="budget")
        known = self._known(job).asked.usd_per_gpu_h
        rate = known if usd_per_gpu_h is None else usd_per_gpu_h
        if usd is not None and not rate:
            raise SettingsError("a budget in money needs --usd-per-gpu-hour", subject=f"{usd:g} USD")
        return self._ask(job, "budget", budget_usd=usd, budget_gpu_h=gpu_h, usd_per_gpu_h=rate)

    def skip(self, job: int, *shots: str) -> Answer:
        """Have slates in place of shots, until they are retried."""
        return self._ask(job, "skip", shots)

    def hold(self, job: int, *shots: str) -> Answer:
        """Let shots wait until they are released; those under way are finished. The job waits for them in the end."""
        return self._ask(job, "hold", shots)

    def release(self, job: int, *shots: str) -> Answer:
        """Let held shots go on."""
        return self._ask(job, "release", shots)

    def retry(self, job: int, *shots: str) -> Answer:
        """Have shots made that were given up or skipped: by the running job, once it is through with the others, or by
        the next."""
        return self._ask(job, "retry", shots)

    def _ask(self, job: int, verb: Verb, shots: tuple[str, ...] = (), **values: Any) -> Answer:
        known = self._known(job)
        self._check_shots(job, shots)
        act = self._ledger.ask(job, verb, shots, **values)
        began, heeded = time.monotonic(), False
        while known.state == "running" and not heeded and time.monotonic() - began < HEED_S:
            heeded = all(asked.heeded_at for asked in self._ledger.acts(job, after=act - 1))
            if not heeded:
                time.sleep(LOOK_S)
        return Answer(job=job, verb=verb, act=act, heeded=heeded, waited_s=round(time.monotonic() - began, 3))

    def _live(self, job: int) -> int:
        state = self._known(job).state
        if state not in LIVE:
            raise SettingsError(f"it has ended ({state})", subject=f"job {job}")
        return job

    def _known(self, job: int) -> JobRow:
        found = self._ledger.job(job)
        if found is None:
            raise SettingsError("there is no such job", subject=f"job {job}")
        return found

    def _check_shots(self, job: int, shots: tuple[str, ...]) -> None:
        known = self._ledger.shot_states(job) if shots else {}
        for shot in shots:
            if known and shot not in known:
                raise SettingsError("the job has no such shot; its ids are in shots.jsonl", subject=shot)


def _priority(priority: int) -> int:
    if not 1 <= priority <= MOST_PRIORITY:
        raise SettingsError(f"a priority is from 1 to {MOST_PRIORITY}", subject=str(priority))
    return priority
