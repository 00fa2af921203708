"""The runner: whatever waits in the ledger is carried out by `bookfilm work FOLDER --once`, in a process of its own.

Runner and drivers do not need each other: a driver whose service is killed goes on and is found again, by the lock on
its folder; a job whose driver is killed is taken up by the next.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bookfilm.errors import BookfilmError, FolderBusy, FolderError
from bookfilm.film.provenance import SIGNING
from bookfilm.metrics import METRICS_AT
from bookfilm.store.folder import FilmFolder, held_folder
from bookfilm.store.ledger import LEDGER_URL, JobRow, Ledger
from bookfilm.studio.clips import Clips
from bookfilm.studio.films import Film, Films
from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.watching import Watch

LOOK_S = 0.5
AGAIN_S = 10.0
"""How long a film is let be whose driver ended without ending its job: the ledger gives it away after a minute."""
SWEEP_S = 60.0
SIZE_S = 30.0
"""So often a film at work is measured."""
LOOK_LONGEST_S = 0.2
"""So long it is looked in one turn at films that were at rest when the service began."""
log = logging.getLogger("bookfilm.studio")


class Runner:
    """Starts drivers and watches films, in a thread; one of all services over one folder does so."""

    def __init__(
        self, settings: StudioSettings, ledger: Ledger, films: Films, watch: Watch, clips: Clips,
        sweeps: Sequence[Callable[[], None]] = (),
    ) -> None:  # fmt: skip
        self._settings, self._ledger, self._films = settings, ledger, films
        self._watch, self._clips, self._sweeps = watch, clips, sweeps
        self._drivers: dict[str, subprocess.Popen[bytes]] = {}
        self._tried: dict[str, float] = {}
        self._served: dict[str, float] = {}
        self._restless: set[str] = set()
        self._unseen: dict[str, None] = {}
        self._measured: dict[str, float] = {}
        self._newest: int | None = None
        self._swept = self._lock = 0.0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="runner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End. Drivers go on: they end with their jobs."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _run(self) -> None:
        path = self._settings.data / ".runner"
        with path.open("w") as lock:
            while not self._over.is_set():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    self._over.wait(LOOK_S)
            while not self._over.wait(LOOK_S):
                try:
                    self.turn()
                except BookfilmError as error:
                    # What is away comes back; what waits goes on waiting until then.
                    log.error("the runner: %s", error)
                except Exception:
                    log.exception("the runner has failed, and goes on")

    def turn(self) -> None:
        """Look once: tell what has happened, start what can start."""
        live = self._ledger.jobs(live=True)
        # One that began and ended since the last turn was never seen alive, and its end is told all the same.
        since = self._ledger.jobs(after=self._newest or 0)
        if self._newest is None:
            # One or another may have come to its end while no service was there to tell it, the newest most likely.
            # There may be thousands: nobody who wants to be made waits for them.
            others = (film.folder.path.as_posix() for film in self._films.everything())
            self._unseen = dict.fromkeys((*(job.film for job in reversed(since)), *others))
        self._newest, first = max((job.id for job in since), default=self._newest or 0), self._newest is None
        for folder in {job.film for job in (live if first else (*live, *since))} | set(self._restless):
            self._look_at(folder)
        self._reap()
        self._start(live)
        until = time.monotonic() + LOOK_LONGEST_S
        while self._unseen and time.monotonic() < until:
            folder = next(iter(self._unseen))
            del self._unseen[folder]
            self._look_at(folder)
        self._measure()
        if self._settings.drivers if self._settings.clips is None else self._settings.clips:
            self._clips.turn()
        if time.monotonic() - self._swept > SWEEP_S:
            self._swept = time.monotonic()
            for sweep in self._sweeps:
                sweep()

    def _look_at(self, folder: str) -> None:
        film = self._films.by_folder(folder)
        if film is None:
            self._restless.discard(folder)
            self._measured.pop(folder, None)
            return
        seen = self._watch.look(film)
        if seen.restless:
            self._restless.add(folder)
            self._measured.setdefault(folder, time.monotonic())
        else:
            self._restless.discard(folder)
            if seen.news:
                self._measured[folder] = -SIZE_S

    def _measure(self) -> None:
        """Write down how much of the disk one film takes: of those at work the one that was measured the longest ago,
        or one that has come to rest. A film has thousands of files."""
        folder = min(self._measured, key=lambda one: self._measured[one], default=None)
        if folder is None or time.monotonic() - self._measured[folder] < SIZE_S:
            return
        if folder in self._restless:
            self._measured[folder] = time.monotonic()
        else:
            del self._measured[folder]
        if (film := self._films.by_folder(folder)) is not None:
            self._films.note_size(film)

    def _reap(self) -> None:
        for folder, driver in list(self._drivers.items()):
            if driver.poll() is not None:
                del self._drivers[folder]
                log.info("a driver ended with %s: %s", driver.returncode, Path(folder).parent.name)

    def _start(self, live: Sequence[JobRow]) -> None:
        at_work = {job.film for job in live if job.film in self._drivers or _is_held(job.film)} | set(self._drivers)
        at = time.monotonic()
        waiting = [job for job in live if job.film not in at_work and job.asked.wanted == "run"
                   and at - self._tried.get(job.film, -AGAIN_S) >= AGAIN_S]  # fmt: skip
        if not waiting or len(at_work) >= self._settings.drivers:
            return
        teams = Counter(film.tenant for folder in at_work if (film := self._films.by_folder(folder)) is not None)
        films = [(job, film) for job in waiting if (film := self._films.by_folder(job.film)) is not None]
        while films and len(at_work) < self._settings.drivers:
            # Whose team has the fewest at work, and has waited longest: one may have queued many before another came.
            job, film = chosen = min(
                films, key=lambda one: (-one[0].asked.priority, teams[one[1].tenant],
                                        self._served.get(one[1].tenant, 0.0), one[0].id)
            )  # fmt: skip
            films.remove(chosen)
            self._tried[job.film] = self._served[film.tenant] = time.monotonic()
            self._drivers[job.film] = self._started(film)
            at_work.add(job.film)
            teams[film.tenant] += 1

    def _started(self, film: Film) -> subprocess.Popen[bytes]:
        """Start the command line on `film`: the very same that a person would type."""
        command = [sys.executable, "-m", "bookfilm", "work", str(film.folder.path), "--once", "--json"]
        command += ["--address", self._settings.address] if self._settings.address else []
        # By the environment: a password has no business among the arguments, which everybody can list.
        environment = {**os.environ, LEDGER_URL: self._settings.ledger_url}
        environment.setdefault(SIGNING, str(self._settings.data / "signing"))
        # The service itself listens there.
        environment.pop(METRICS_AT, None)
        log.info("a driver begins: %s", film.root.name)
        with film.log.open("ab") as said:
            return subprocess.Popen(
                ["nice", "-n", str(self._settings.niceness), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=environment,
                cwd=film.root,
                start_new_session=True,
            )


def _is_held(folder: str) -> bool:
    try:
        with held_folder(FilmFolder(Path(folder)), sweep=False):
            return False
    except FolderBusy:
        return True
    except FolderError:
        return False
