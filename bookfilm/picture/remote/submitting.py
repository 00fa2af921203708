"""One submission: sent until the server has it, and never again while it may have it already."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import uuid4

from bookfilm.errors import EngineError, EngineUnavailable, RenderCancelled, TakeRejected, TakesSpent
from bookfilm.picture.diffusion.tables import Remote
from bookfilm.picture.remote.asking import Submission
from bookfilm.picture.remote.patience import Patience, Watcher
from bookfilm.picture.remote.server import AnswerLost, CallFailed, Job, MaybeTaken, NotTaken, Refused, VideoServer
from bookfilm.picture.remote.settings import RemoteSettings
from bookfilm.records.errands import Errand, ErrandState
from bookfilm.store.errands import Errands

UNKNOWN_TIMES = 3
"""A server of several processes may know a new job a moment later in one than in another."""


class Submitter:
    """Has one server take errands, as one profile's table [remote] and the preset's settings say."""

    def __init__(self, server: VideoServer, remote: Remote, settings: RemoteSettings, patience: Patience) -> None:
        self._server, self._remote, self._settings, self._patience = server, remote, settings, patience

    def begun(self, errands: Errands, clip: int) -> Errand:
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
                asked_at=now(),
            )
        )

    def sent(self, asked: Submission, errand: Errand, errands: Errands, watcher: Watcher, sure: bool) -> Errand:
        """Send `asked` as `errand` until the server has it. `sure`: it certainly does not have it yet.

        Raises TakesSpent where it never will, EngineError where it can be tried later, EngineUnavailable,
        RenderCancelled, StoreError.
        """
        gives_up, lost, full = time.monotonic() + self._settings.patience_s, 0, 0
        while True:
            if not sure:
                errand, sure = self._looked_for(errand, errands, watcher)
                if errand.state in ("waiting", "fetched"):
                    return errand
            try:
                job = self._submitted(asked, errand, errands, watcher)
            except AnswerLost as error:
                errand, sure, lost = _unheard(errand, error, errands), False, lost + 1
                if lost == self._settings.attempts:
                    raise EngineError(
                        f"no answer to a submission is heard: {error.reason}", subject=self._server.named
                    ) from None
            except MaybeTaken as error:
                if not self._can_say(errand):
                    raise self._not_taken(error, errand, errands, sure) from None
                errand, sure, full = _unheard(errand, error, errands), False, full + 1
                if time.monotonic() > gives_up:
                    raise self._not_taken(error, errand, errands, sure) from None
                watcher.sleep(self._patience.pause_s(full, error), named(errand))
            except (NotTaken, Refused, EngineUnavailable, RenderCancelled) as error:
                raise self._not_taken(error, errand, errands, sure) from None
            else:
                return self._taken(errand, job, errands, watcher)

    def _submitted(self, asked: Submission, errand: Errand, errands: Errands, watcher: Watcher) -> Job:
        sent = asked.with_token(errand.token, errand.in_metadata)

        def submit() -> Job:
            # When it was sent last says from when on a list without it can be believed.
            errands.write(errand.changed(asked_at=now()))
            return self._server.submit(sent, errand.token)

        return self._patience.called(submit, watcher, named(errand), unless_maybe=self._can_say(errand))

    def _can_say(self, errand: Errand) -> bool:
        """Say whether the server can tell if it took `errand`, or takes it but once however often it is sent."""
        return errand.in_metadata or self._remote.idempotent

    def _looked_for(self, errand: Errand, errands: Errands, watcher: Watcher) -> tuple[Errand, bool]:
        """Find out what became of a submission whose answer nobody heard.

        Returns the errand to go on with, and whether the server certainly has none. It is sent again only where the
        server says so, or keeps to the token, or where the preset lets it be paid twice. Raises TakesSpent else.
        """
        if errand.in_metadata:
            job = self._listed(errand, watcher)
            return (errand, True) if job is None else (self._taken(errand, job, errands, watcher), False)
        if self._remote.idempotent:
            return errand, False
        why = f"the answer to a submission was lost ({errand.said or 'this process was killed'})"
        errands.write(settled(errand, "lost", why))
        if self._settings.lost == "again":
            return self.begun(errands, errand.clip), True
        raise TakesSpent(
            f'{why}, and the server cannot say whether it took it; lost = "again" in the preset submits it once more',
            subject=self._server.named,
        )

    def _listed(self, errand: Errand, watcher: Watcher) -> Job | None:
        """Return the job of `errand` out of the server's list, or None where it certainly has none.

        That it has none is believed only after as long as an answer may take: until then the submission may still
        stand in a gateway's queue.
        """
        looks = 0
        while True:
            believed = looks + 1 >= UNKNOWN_TIMES and _age_s(errand) >= self._remote.answer_s
            try:
                job = self._patience.called(lambda: self._server.find(errand.token), watcher, named(errand))
            except CallFailed as error:
                raise EngineError(error.reason, subject=self._server.named) from None
            if job is not None or believed:
                return job
            looks += 1
            watcher.sleep(self._remote.poll_s, named(errand))

    def _not_taken(self, error: Exception, errand: Errand, errands: Errands, sure: bool) -> Exception:
        """Write down that the server did not take it, and return the error to raise."""
        said = str(getattr(error, "reason", error))
        if sure:
            errands.write(settled(errand, "refused", said))
        if isinstance(error, Refused):
            return TakesSpent(said, subject=self._server.named)
        return EngineError(said, subject=self._server.named) if isinstance(error, NotTaken) else error

    def _taken(self, errand: Errand, job: Job, errands: Errands, watcher: Watcher) -> Errand:
        """Write down that the server has it, before anybody waits; keep the clip, if the answer held it."""
        taken = errands.write(errand.changed(state="waiting", job=job.id, url=job.url, said="", asked_at=now()))
        if job.content is None:
            return taken
        with errands.receiving(taken) as path:
            path.write_bytes(job.content)
            try:
                watcher.looked_at(path)
            except TakeRejected as error:
                raise ended(taken, "failed", error.message, errands) from None
            path.replace(errands.file(taken))
        return errands.write(settled(taken, "fetched"))


def settled(errand: Errand, state: ErrandState, said: str = "") -> Errand:
    """Return `errand` as it is in the end, now, and what is to be said of that."""
    return errand.changed(state=state, said=said, settled_at=now())


def ended(errand: Errand, state: ErrandState, said: str, errands: Errands) -> TakeRejected:
    """Write down that this attempt has come to nothing, and return the error to raise."""
    errands.write(settled(errand, state, said))
    return TakeRejected(said, subject=named(errand))


def named(errand: Errand) -> str:
    """Return what an errand is called in an error: by the server's id for it, if it has one."""
    return f"job {errand.job or errand.token}"


def now() -> str:
    """Return the time as errands have it: UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _unheard(errand: Errand, error: CallFailed, errands: Errands) -> Errand:
    """Write down that nobody heard whether `errand` was taken, and when that was."""
    return errands.write(errand.changed(said=error.reason, asked_at=now()))


def _age_s(errand: Errand) -> float:
    """Return how long ago `errand` was asked for, seconds."""
    return (datetime.now(UTC) - datetime.fromisoformat(errand.asked_at)).total_seconds()
