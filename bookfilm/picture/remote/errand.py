"""One clip, from its submission to its file: through faults, kills and cancellations, and never paid twice.

    asking ──> waiting ──> fetched
       │          ├──> failed, overdue: the take is tried with the next seed
       │          └──> stopped: it was no longer wanted
       ├──> refused: not taken, nothing is paid
       └──> lost: nobody heard the answer, and the server cannot say

Each arrow is written into the errand's file before the next thing is done. Whoever finds an errand goes on where it
stands; only one that is refused, stopped or past is asked for anew.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled, TakeRejected
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.remote.asking import Submission
from bookfilm.picture.remote.decoding import ClipFacts, look_at_clip
from bookfilm.picture.remote.patience import Patience, Watcher
from bookfilm.picture.remote.server import CallFailed, Job, NoSuchJob, VideoServer
from bookfilm.picture.remote.settings import RemoteSettings
from bookfilm.picture.remote.submitting import UNKNOWN_TIMES, Submitter, ended, named, settled
from bookfilm.records.errands import PAST_MENDING, Errand
from bookfilm.store.errands import Errands


class ErrandRunner:
    """Runs errands at one server, as one profile and the preset's settings say."""

    def __init__(self, server: VideoServer, profile: Profile, settings: RemoteSettings) -> None:
        self._server, self._remote, self._settings = server, profile.remote, settings
        self._patience = Patience(settings, profile.remote.poll_s)
        self._submitter = Submitter(server, profile.remote, settings, self._patience)

    def bring(self, asked: Submission, errands: Errands, clip: int, watcher: Watcher) -> tuple[Path, ClipFacts]:
        """Return the file of clip number `clip`, and what it is: asked for, or gone on with.

        Raises TakeRejected where this attempt will not have it, TakesSpent where no attempt will, EngineError where the
        same errand can be gone on with later, EngineUnavailable, RenderCancelled, StoreError.
        """
        errand = errands.last(clip)
        if errand is not None and errand.state in PAST_MENDING and not errand.past:
            raise TakeRejected(errand.said, subject=named(errand))
        if errand is not None and errand.state == "fetched":
            found = self._found_here(errand, errands, watcher)
            if found is not None:
                return found
        if errand is None or errand.past or errand.state in ("refused", "stopped", "fetched"):
            errand = self._submitter.sent(asked, self._submitter.begun(errands, clip), errands, watcher, sure=True)
        elif errand.state in ("asking", "lost"):
            errand = self._submitter.sent(asked, errand, errands, watcher, sure=False)
        if errand.state == "waiting":
            return self._fetched(self._waited(errand, errands, watcher), errands, watcher)
        path = errands.file(errand)
        return path, look_at_clip(path)

    def _found_here(self, errand: Errand, errands: Errands, watcher: Watcher) -> tuple[Path, ClipFacts] | None:
        """Return the clip that was fetched before; fetched once more, if the server still has it, else None."""
        path = errands.file(errand)
        try:
            facts = look_at_clip(path)
        except TakeRejected:
            pass
        else:
            watcher.fits(facts)
            return path, facts
        try:
            return self._fetched(errand, errands, watcher)
        except TakeRejected:
            return None

    # --- waiting -----------------------------------------------------------------------------

    def _waited(self, errand: Errand, errands: Errands, watcher: Watcher) -> Errand:
        """Wait until the server has made it. A wait that is no longer wanted is told to the server."""
        unknown = silent = 0
        try:
            while True:
                watcher.check(named(errand))
                wait_s, reason = self._remote.poll_s, ""
                try:
                    job = self._server.look(errand.job)
                except NoSuchJob:
                    unknown += 1
                    if unknown == UNKNOWN_TIMES:
                        raise ended(errand, "failed", "the server knows the job no more", errands) from None
                except CallFailed as error:
                    silent, reason = silent + 1, error.reason
                    wait_s = self._patience.pause_s(silent, error)
                else:
                    unknown = silent = 0
                    if job.failed:
                        raise ended(errand, "failed", _why_failed(job), errands)
                    if job.done:
                        return errands.write(errand.changed(url=job.url)) if job.url != errand.url else errand
                    watcher.progress(job.progress)
                self._check_deadline(errand, errands, reason)
                watcher.sleep(wait_s, named(errand))
        except RenderCancelled:
            self._let_go(errand, errands)
            raise

    def _let_go(self, errand: Errand, errands: Errands) -> None:
        """Tell the server to stop what is no longer wanted. What is ready is kept for the next run, and so is what may
        be: to stop it would throw away what is paid for."""
        try:
            job = self._server.look(errand.job)
        except (NoSuchJob, CallFailed, EngineUnavailable):
            return
        if job.failed:
            errands.write(settled(errand, "failed", _why_failed(job)))
        elif not job.done and self._server.stop(errand.job):
            errands.write(settled(errand, "stopped", "no longer wanted"))

    def _check_deadline(self, errand: Errand, errands: Errands, silent: str) -> None:
        """Give up what takes too long. A server that is `silent` may have it ready: that errand is kept."""
        asked = datetime.fromisoformat(errand.asked_at)
        if (datetime.now(UTC) - asked).total_seconds() < self._remote.deadline_s:
            return
        if silent:
            raise EngineError(f"it does not say how far a clip is: {silent}", subject=self._server.named)
        told = "was" if self._server.stop(errand.job) else "could not be"
        why = f"not made in {self._remote.deadline_s:g} s; the server {told} told to stop"
        raise ended(errand, "overdue", why, errands)

    def _fetched(self, errand: Errand, errands: Errands, watcher: Watcher) -> tuple[Path, ClipFacts]:
        """Download the clip, which is paid for: a file that is cut, unreadable or not what was asked for is fetched
        again, as the server may give it away before it is whole."""
        fault: CallFailed | str = ""
        for number in range(self._settings.attempts):
            if number:
                watcher.sleep(self._patience.pause_s(number, fault), named(errand))
            try:
                with errands.receiving(errand) as path:
                    self._server.fetch(errand.job, errand.url, path, lambda: watcher.check(named(errand)))
                    facts = watcher.looked_at(path)
                    path.replace(errands.file(errand))
            except NoSuchJob:
                fault = "the server has no file of it"
            except TakeRejected as error:
                fault = error.message
            except CallFailed as error:
                fault = error
            else:
                errands.write(settled(errand, "fetched"))
                return errands.file(errand), facts
        if isinstance(fault, CallFailed):
            # It lies there, and is paid for: the errand stays, and whoever comes next asks for it again.
            raise EngineError(f"its clip cannot be fetched: {fault.reason}", subject=self._server.named)
        raise ended(errand, "failed", f"its clip is of no use: {fault}", errands)


def _why_failed(job: Job) -> str:
    return f"the server could not make it: {job.said or job.state}"
