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

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from bookfilm.engines.protocols import Cancelled
from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled, TakeRejected, TakesSpent
from bookfilm.picture.diffusion.profile import Profile
from bookfilm.picture.remote.asking import Submission
from bookfilm.picture.remote.decoding import ClipFacts, look_at_clip
from bookfilm.picture.remote.server import AnswerLost, CallFailed, Job, NoSuchJob, NotTaken, Refused, VideoServer
from bookfilm.picture.remote.settings import RemoteSettings
from bookfilm.records.errands import PAST_MENDING, Errand, ErrandState
from bookfilm.store.errands import Errands

SLICE_S = 0.1
"""How often a wait is interrupted to see whether it is still wanted."""
UNKNOWN_TIMES = 3
"""A server of several processes may know a new job a moment later in one than in another."""
T = TypeVar("T")
_jitter = wait_random_exponential(multiplier=0.5, max=20)


@dataclass(frozen=True)
class Watcher:
    """Who waits for a clip: is told of its progress (0 to 100), and says whether it is still wanted."""

    progress: Callable[[int], None]
    cancelled: Cancelled

    def check(self, subject: str) -> None:
        """Raise RenderCancelled if the clip is no longer wanted."""
        if self.cancelled():
            raise RenderCancelled("asked to stop", subject=subject)

    def sleep(self, seconds: float, subject: str) -> None:
        """Wait, and raise RenderCancelled soon after the clip is no longer wanted."""
        ends = time.monotonic() + seconds
        while True:
            self.check(subject)
            left = ends - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(SLICE_S, left))


class ErrandRunner:
    """Runs errands at one server, as one profile and the preset's settings say."""

    def __init__(self, server: VideoServer, profile: Profile, settings: RemoteSettings) -> None:
        self._server, self._remote, self._settings = server, profile.remote, settings

    def bring(self, asked: Submission, errands: Errands, clip: int, watcher: Watcher) -> tuple[Path, ClipFacts]:
        """Return the file of clip number `clip`, and what it is: asked for, or gone on with.

        Raises TakeRejected where this attempt will not have it, TakesSpent where no attempt will, EngineError where the
        same errand can be gone on with later, EngineUnavailable, RenderCancelled, StoreError.
        """
        errand = errands.last(clip)
        if errand is not None and errand.state in PAST_MENDING and not errand.past:
            raise TakeRejected(errand.said, subject=_named(errand))
        if errand is not None and errand.state == "fetched":
            found = self._found_here(errand, errands, watcher)
            if found is not None:
                return found
        if errand is None or errand.past or errand.state in ("refused", "stopped", "fetched"):
            errand = self._sent(asked, self._begun(errands, clip), errands, watcher, sure=True)
        elif errand.state in ("asking", "lost"):
            errand = self._sent(asked, errand, errands, watcher, sure=False)
        if errand.state == "waiting":
            return self._fetched(self._waited(errand, errands, watcher), errands, watcher)
        path = errands.file(errand)
        return path, look_at_clip(path)

    def _found_here(self, errand: Errand, errands: Errands, watcher: Watcher) -> tuple[Path, ClipFacts] | None:
        """Return the clip that was fetched before; fetched once more, if the server still has it, else None."""
        path = errands.file(errand)
        try:
            return path, look_at_clip(path)
        except TakeRejected:
            pass
        try:
            return self._fetched(errand, errands, watcher)
        except TakeRejected:
            return None

    # --- submitting --------------------------------------------------------------------------

    def _begun(self, errands: Errands, clip: int) -> Errand:
        """Write a new errand, before anybody is asked: if this process dies now, the next one knows."""
        number = errands.count(clip)
        token = f"bookfilm-{errands.take[:16]}-{errands.attempt}-{clip}-{number}-{uuid4().hex[:12]}"
        return errands.write(
            Errand(
                take=errands.take,
                attempt=errands.attempt,
                clip=clip,
                number=number,
                token=token,
                server=self._server.named,
                model=self._remote.model,
                in_metadata=self._remote.metadata,
                asked_at=_now(),
            )
        )

    def _sent(self, asked: Submission, errand: Errand, errands: Errands, watcher: Watcher, sure: bool) -> Errand:
        """Send `asked` as `errand` until the server has it. `sure`: it certainly does not have it yet."""
        for _ in range(self._settings.attempts):
            if not sure:
                errand, sure = self._looked_for(errand, errands, watcher)
                if errand.state in ("waiting", "fetched"):
                    return errand
            sent = asked.with_token(errand.token, errand.in_metadata)
            try:
                job = self._patiently(partial(self._server.submit, sent, errand.token), watcher, errand)
            except AnswerLost as error:
                errand, sure = errands.write(errand.changed(said=error.reason)), False
            except (NotTaken, Refused, EngineUnavailable, RenderCancelled) as error:
                raise self._not_taken(error, errand, errands, sure) from None
            else:
                return self._taken(errand, job, errands)
        raise EngineError(f"no answer to a submission is heard: {errand.said}", subject=self._server.named)

    def _looked_for(self, errand: Errand, errands: Errands, watcher: Watcher) -> tuple[Errand, bool]:
        """Find out what became of a submission whose answer nobody heard.

        Returns the errand to go on with, and whether the server certainly has none. It is sent again only where the
        server says so, or keeps to the token, or where the preset lets it be paid twice. Raises TakesSpent else.
        """
        if errand.in_metadata:
            for number in range(UNKNOWN_TIMES):
                try:
                    job = self._patiently(lambda: self._server.find(errand.token), watcher, errand)
                except CallFailed as error:
                    raise EngineError(error.reason, subject=self._server.named) from None
                if job is not None:
                    return self._taken(errand, job, errands), False
                if number < UNKNOWN_TIMES - 1:
                    watcher.sleep(self._remote.poll_s, _named(errand))
            return errand, True
        if self._remote.idempotent:
            return errand, False
        why = f"the answer to a submission was lost ({errand.said or 'this process was killed'})"
        errands.write(_settled(errand, "lost", why))
        if self._settings.lost == "again":
            return self._begun(errands, errand.clip), True
        raise TakesSpent(
            f'{why}, and the server cannot say whether it took it; lost = "again" in the preset submits it once more',
            subject=self._server.named,
        )

    def _not_taken(self, error: Exception, errand: Errand, errands: Errands, sure: bool) -> Exception:
        """Write down that the server did not take it, and return the error to raise."""
        said = str(getattr(error, "reason", error))
        if sure:
            errands.write(_settled(errand, "refused", said))
        if isinstance(error, Refused):
            return TakesSpent(said, subject=self._server.named)
        return EngineError(said, subject=self._server.named) if isinstance(error, NotTaken) else error

    def _taken(self, errand: Errand, job: Job, errands: Errands) -> Errand:
        """Write down that the server has it, before anybody waits; keep the clip, if the answer held it."""
        taken = errands.write(errand.changed(state="waiting", job=job.id, url=job.url, said="", asked_at=_now()))
        if job.content is None:
            return taken
        with errands.receiving(taken) as path:
            path.write_bytes(job.content)
            try:
                look_at_clip(path)
            except TakeRejected as error:
                raise self._ended(taken, "failed", error.message, errands) from None
            path.replace(errands.file(taken))
        return errands.write(_settled(taken, "fetched"))

    # --- waiting -----------------------------------------------------------------------------

    def _waited(self, errand: Errand, errands: Errands, watcher: Watcher) -> Errand:
        """Wait until the server has made it. A wait that is no longer wanted is told to the server."""
        unknown = silent = 0
        try:
            while True:
                watcher.check(_named(errand))
                wait_s, reason = self._remote.poll_s, ""
                try:
                    job = self._server.look(errand.job)
                except NoSuchJob:
                    unknown += 1
                    if unknown == UNKNOWN_TIMES:
                        raise self._ended(errand, "failed", "the server knows the job no more", errands) from None
                except CallFailed as error:
                    silent, reason = silent + 1, error.reason
                    wait_s = self._pause_s(silent, error)
                else:
                    unknown = silent = 0
                    if job.failed:
                        raise self._ended(errand, "failed", _why_failed(job), errands)
                    if job.done:
                        return errands.write(errand.changed(url=job.url)) if job.url != errand.url else errand
                    watcher.progress(job.progress)
                self._check_deadline(errand, errands, reason)
                watcher.sleep(wait_s, _named(errand))
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
            errands.write(_settled(errand, "failed", _why_failed(job)))
        elif not job.done and self._server.stop(errand.job):
            errands.write(_settled(errand, "stopped", "no longer wanted"))

    def _check_deadline(self, errand: Errand, errands: Errands, silent: str) -> None:
        """Give up what takes too long. A server that is `silent` may have it ready: that errand is kept."""
        asked = datetime.fromisoformat(errand.asked_at)
        if (datetime.now(UTC) - asked).total_seconds() < self._remote.deadline_s:
            return
        if silent:
            raise EngineError(f"it does not say how far a clip is: {silent}", subject=self._server.named)
        told = "was" if self._server.stop(errand.job) else "could not be"
        why = f"not made in {self._remote.deadline_s:g} s; the server {told} told to stop"
        raise self._ended(errand, "overdue", why, errands)

    def _fetched(self, errand: Errand, errands: Errands, watcher: Watcher) -> tuple[Path, ClipFacts]:
        """Download the clip, which is paid for: a file that is cut or unreadable is asked for again."""
        fault: CallFailed | str = ""
        for number in range(self._settings.attempts):
            if number:
                watcher.sleep(self._pause_s(number, fault), _named(errand))
            try:
                with errands.receiving(errand) as path:
                    self._server.fetch(errand.job, errand.url, path, lambda: watcher.check(_named(errand)))
                    facts = look_at_clip(path)
                    path.replace(errands.file(errand))
            except NoSuchJob:
                fault = "the server has no file of it"
            except TakeRejected as error:
                fault = error.message
            except CallFailed as error:
                fault = error
            else:
                errands.write(_settled(errand, "fetched"))
                return errands.file(errand), facts
        if isinstance(fault, CallFailed):
            # It lies there, and is paid for: the errand stays, and whoever comes next asks for it again.
            raise EngineError(f"its clip cannot be fetched: {fault.reason}", subject=self._server.named)
        raise self._ended(errand, "failed", f"its clip is of no use: {fault}", errands)

    def _ended(self, errand: Errand, state: ErrandState, said: str, errands: Errands) -> TakeRejected:
        """Write down that this attempt has come to nothing, and return the error to raise."""
        errands.write(_settled(errand, state, said))
        return TakeRejected(said, subject=_named(errand))

    # --- patience ----------------------------------------------------------------------------

    def _patiently(self, call: Callable[[], T], watcher: Watcher, errand: Errand) -> T:
        """Return what `call` gives; while the server is full or not there, it is waited for and called again."""
        retrying = Retrying(
            retry=retry_if_exception_type(NotTaken),
            stop=stop_after_delay(self._settings.patience_s),
            wait=self._wait_s,
            sleep=lambda seconds: watcher.sleep(seconds, _named(errand)),
            reraise=True,
        )
        return retrying(call)

    def _wait_s(self, state: RetryCallState) -> float:
        """Return what the server asked for and a little more, so that not all come back at once; else only that."""
        error = state.outcome.exception() if state.outcome is not None else None
        told = error.wait_s if isinstance(error, CallFailed) else None
        jitter = float(_jitter(state))
        return min(jitter if told is None else told + min(jitter, 1.0), self._settings.longest_wait_s)

    def _pause_s(self, times: int, fault: CallFailed | str) -> float:
        """Return how long is waited after the same thing went wrong so many `times`."""
        told = fault.wait_s if isinstance(fault, CallFailed) else None
        pause_s = self._remote.poll_s * 2 ** min(times - 1, 8) if told is None else told
        return min(pause_s, self._settings.longest_wait_s)


def _settled(errand: Errand, state: ErrandState, said: str = "") -> Errand:
    return errand.changed(state=state, said=said, settled_at=_now())


def _why_failed(job: Job) -> str:
    return f"the server could not make it: {job.said or job.state}"


def _named(errand: Errand) -> str:
    return f"job {errand.job or errand.token}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
