"""The farm's verbs, as a Python API: what is asked here of a job, its driver does within two seconds.

    farm = Farm(open_ledger(FilmFolder(path)))
    farm.pause(farm.live_job())

All goes through the ledger: whoever asks needs no connection to the cluster, and nothing asked dies with a driver.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from bookfilm.errors import SettingsError
from bookfilm.jobs.status import is_held
from bookfilm.records.base import Part
from bookfilm.settings import DEFAULT_PRESET, load_preset
from bookfilm.store.folder import FilmFolder
from bookfilm.store.ledger import IN_FOLDER, LIVE, JobRow, Ledger, Verb

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
        """Return the job of the ledger's film that runs, else the newest that waits."""
        found = [job for job in self._ledger.jobs(live=True) if job.film == self._ledger.film]
        if not found:
            raise SettingsError("no job of it waits or runs; see `bookfilm jobs`", subject=self._ledger.film_name)
        running = [job for job in found if job.state == "running"]
        return (running or found)[-1].id

    def last_job(self) -> int:
        """Return the job of the ledger's film that runs, else the newest, ended or not."""
        found = self._ledger.current_job()
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
        """End the job: what is under way is let go of, what is finished stays. Whoever carried it may be no more."""
        waits = self._known(job).state == "queued"
        answer = self._ask(self._live(job), "cancel", wanted="cancel")
        if waits or (not answer.heeded and self._is_abandoned(job)):
            self._ledger.end_job(job, "cancelled")
        return answer

    def prioritise(self, job: int, priority: int) -> Answer:
        """Give the job so much weight beside others: one of 20 gets twice as many replicas as one of 10."""
        return self._ask(job, "priority", priority=_priority(priority))

    def limit(self, job: int, at_most: int | None = None, gpus: float | None = None) -> Answer:
        """Let at most so many takes be under way at once, on at most so many GPUs; None: whatever there is room for.

        Raises SettingsError where the job's engines hold no GPUs, or one row of theirs holds more.
        """
        if (at_most is not None and at_most < 1) or (gpus is not None and gpus <= 0):
            raise SettingsError(
                "a limit is at least 1; to let nothing be made there is `bookfilm pause`", subject="limit"
            )
        if gpus is not None:
            _check_gpus(self._known(job), gpus)
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
        self._check_shots(known, shots)
        act = self._ledger.ask(job, verb, shots, **values)
        began, heeded, heeds = time.monotonic(), False, self._who_heeds(known, bool(shots))
        while heeds is not None and not heeded and time.monotonic() - began < HEED_S:
            heeded = all(asked.heeded_at for asked in self._ledger.acts(heeds, after=act - 1))
            if not heeded:
                time.sleep(LOOK_S)
        return Answer(job=job, verb=verb, act=act, heeded=heeded, waited_s=round(time.monotonic() - began, 3))

    def _who_heeds(self, known: JobRow, of_film: bool) -> int | None:
        """Return the job whose driver will act: this one where it runs; of what is asked `of_film`, that which runs."""
        if known.state == "running":
            return known.id
        live = self._ledger.jobs(live=True) if of_film else []
        return next((job.id for job in live if job.film == known.film and job.state == "running"), None)

    def _is_abandoned(self, job: int) -> bool:
        """Say whether `job` runs by what is written, and nobody carries it through."""
        known = self._known(job)
        folder = self._folder(known)
        unheld = folder.path.is_dir() and not is_held(folder)
        return known.state == "running" and (unheld or self._ledger.is_silent(job))

    def _folder(self, known: JobRow) -> FilmFolder:
        """Return the folder of a job's film; a ledger that lies in it calls it "."."""
        return FilmFolder(Path(self._ledger.film_name if known.film == IN_FOLDER else known.film))

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

    def _check_shots(self, known: JobRow, shots: tuple[str, ...]) -> None:
        """Raise SettingsError for a shot that neither the job nor the film's shots.jsonl has, where one of them is."""
        if not shots:
            return
        there = set(self._ledger.shot_states(known.id)) | _ids_in(self._folder(known).shots)
        for shot in shots:
            if there and shot not in there:
                raise SettingsError("the job has no such shot; its ids are in shots.jsonl", subject=shot)


def _ids_in(path: Path) -> set[str]:
    """Return the shot ids of a shots.jsonl; of one that is not there, or is just being edited, those that are read."""
    try:
        rows = path.read_text(encoding="utf8").split("\n")
    except (OSError, UnicodeDecodeError):
        return set()
    found = set()
    for row in rows:
        try:
            found.add(str(json.loads(row)["id"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _check_gpus(known: JobRow, gpus: float) -> None:
    """Raise SettingsError where a limit of so many GPUs says nothing, or leaves room for nothing."""
    try:
        preset = load_preset(str(known.order.get("preset", DEFAULT_PRESET)))
    except SettingsError:
        # A file that is not here: the driver looks again when it begins.
        return
    needed = max(engine.replicas.num_gpus for engine in (preset.video, preset.keyframes) if engine is not None)
    if not needed:
        said = f"the engines of {preset.name} hold no GPUs; say how many takes at once, with --at-most"
        raise SettingsError(said, subject=f"--gpus {gpus:g}")
    if gpus < needed:
        raise SettingsError(f"one take needs {needed:g}: a limit is so many at least", subject=f"--gpus {gpus:g}")


def _priority(priority: int) -> int:
    if not 1 <= priority <= MOST_PRIORITY:
        raise SettingsError(f"a priority is from 1 to {MOST_PRIORITY}", subject=str(priority))
    return priority
