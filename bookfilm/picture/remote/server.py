"""The calls to a server that speaks /v1/videos, and what each fault of theirs means.

The one that matters is whether a submission may have been taken. Where the connection could not be made, or the
server said no (429, 503 until when, 4xx), it was not. Where an answer was cut, late, unreadable, or any other 5xx,
nobody knows. A 503 that does not say until when may be a proxy's, which lost the server with the submission.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import httpx2

from bookfilm.engines.waiting import retry_after_s
from bookfilm.errors import EngineUnavailable
from bookfilm.picture.remote.asking import METADATA_NAME, Submission

CONNECT_S = 10.0
CALL_S = 60.0
"""A call that only asks how things are is never waited for longer: between two of them a shot can be stopped."""
LONGEST_ANSWER = 1 << 30
PAGE, MOST_PAGES = 100, 100
"""The list is read so many jobs at a time, and so far."""
_DONE, _FAILED = frozenset({"completed", "succeeded"}), frozenset({"failed", "cancelled", "canceled", "expired"})
UNAVAILABLE = 503
_FULL = frozenset({425, 429, UNAVAILABLE})
_CLOSED = frozenset({401, 403})


class CallFailed(Exception):
    """A call that failed in a way that may pass. `wait_s` is how long the server asked to be left alone."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.wait_s = reason, wait_s


class NotTaken(CallFailed):
    """The server is full or not there: what was sent to it was not taken."""


class MaybeTaken(NotTaken):
    """The server says that it is not there, or a proxy says so of it, and not for how long. By the words it was not
    taken; a proxy that had handed it on says the same (RFC 9110, 15.6.4, leaves it open)."""


class AnswerLost(CallFailed):
    """What became of the call is not known."""


class Refused(Exception):
    """The server will not do this one thing, however often it is asked: `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoSuchJob(Exception):
    """The server knows no job of this id."""


@dataclass(frozen=True)
class Job:
    """A job as the server tells it. `progress` is 0 to 100; `content` is the clip itself, where the answer held it."""

    id: str
    state: str
    progress: int = 0
    said: str = ""
    url: str = ""
    content: bytes | None = None

    @property
    def done(self) -> bool:
        return self.state in _DONE

    @property
    def failed(self) -> bool:
        return self.state in _FAILED


class VideoServer:
    """The server at `base_url`, asked with `key` if there is one. Calls may come from several threads."""

    def __init__(self, base_url: str, key: str | None, answer_s: float, download_s: float) -> None:
        self.base_url, self._answer_s, self._download_s = base_url, answer_s, download_s
        self.named = _without_secrets(base_url)
        # No connection is kept: one that the server closes at that moment would look like a lost answer.
        self._client = httpx2.Client(
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(min(answer_s, CALL_S), connect=CONNECT_S),
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    def close(self) -> None:
        """Let go of what the client holds."""
        self._client.close()

    def models(self) -> tuple[str, ...]:
        """Return the names of the models that the server tells of, none where it has no such list.

        Raises CallFailed, EngineUnavailable.
        """
        answer = self._call("GET", "/models")
        if answer.status_code >= 500:
            raise AnswerLost(f"HTTP {answer.status_code}")
        body = _body(answer) if answer.is_success else {}
        rows = body.get("data") if isinstance(body, dict) else None
        return tuple(str(row["id"]) for row in rows or () if isinstance(row, dict) and "id" in row)

    def submit(self, asked: Submission, token: str) -> Job:
        """Ask for a clip. Raises NotTaken, MaybeTaken, AnswerLost, Refused, EngineUnavailable."""
        answer = self._call("POST", "/videos", self._answer_s, headers={"idempotency-key": token}, **asked.sent_as())
        if answer.status_code in (404, 405):
            raise EngineUnavailable(f"no such model or address: {_told(answer)}", subject=self.named)
        if answer.status_code in (408, 409) or answer.status_code >= 500:
            raise AnswerLost(f"HTTP {answer.status_code}")
        if not answer.is_success:
            raise Refused(f"the server refuses it: {_told(answer)}")
        return _job(_body(answer))

    def look(self, job: str) -> Job:
        """Return how far `job` is. Raises CallFailed, NoSuchJob, EngineUnavailable."""
        answer = self._call("GET", _path(job))
        if answer.status_code in (404, 410):
            raise NoSuchJob(job)
        if not answer.is_success:
            raise AnswerLost(f"HTTP {answer.status_code}")
        return _job(_body(answer))

    def stop(self, job: str) -> bool:
        """Tell the server that `job` is no longer wanted; True where it will not make it. Raises nothing."""
        try:
            answer = self._call("DELETE", _path(job))
            if answer.status_code in (405, 501):
                answer = self._call("POST", f"{_path(job)}/cancel")
        except (CallFailed, EngineUnavailable):
            return False
        # 404: it has none any more. 409 says nothing: a job may be stopping, or not to be stopped in its state.
        return answer.status_code in (404, 410) or (answer.is_success and not _tells_of_ready(answer))

    def find(self, token: str) -> Job | None:
        """Return the job that was submitted with `token`, out of the server's list.

        Raises CallFailed where the list cannot be read to its end, EngineUnavailable.
        """
        after = ""
        for _ in range(MOST_PAGES):
            told = {"limit": str(PAGE), "order": "desc"} | ({"after": after} if after else {})
            answer = self._call("GET", "/videos", params=told)
            if not answer.is_success:
                raise AnswerLost(f"HTTP {answer.status_code} for the list of jobs")
            body = _body(answer)
            rows = body.get("data") if isinstance(body, dict) else None
            if not isinstance(rows, list):
                raise AnswerLost("the list of jobs could not be read")
            mine = next((row for row in rows if _is_of(row, token)), None)
            if mine is not None:
                return _job(mine)
            if not body.get("has_more") or not rows:
                return None
            after = str(body.get("last_id") or rows[-1].get("id") or "")
        raise AnswerLost("the list of jobs has no end")

    def fetch(self, job: str, url: str, path: Path, go_on: Callable[[], None]) -> None:
        """Write the clip of `job` to `path`; `go_on` is called between two pieces and may raise.

        Raises CallFailed, NoSuchJob, EngineUnavailable, OSError.
        """
        try:
            self._download(f"{self.base_url}{_path(job)}/content", self._client.headers, path, go_on)
        except NoSuchJob:
            if not url.startswith(("http://", "https://")):
                raise
            # Kept elsewhere, for anybody who has the address: the key is not for them.
            self._download(url, {}, path, go_on)

    def _download(self, address: str, headers: Any, path: Path, go_on: Callable[[], None]) -> None:
        ends = time.monotonic() + self._download_s
        try:
            with (
                httpx2.stream(
                    "GET", address, headers=headers, timeout=self._client.timeout, follow_redirects=True
                ) as answer,
                path.open("wb") as file,
            ):
                self._check_closed(answer.status_code)
                if answer.status_code in (400, 404, 405, 410):
                    raise NoSuchJob(address)
                if not answer.is_success:
                    raise AnswerLost(f"HTTP {answer.status_code}", retry_after_s(answer.headers.get("retry-after")))
                # As it comes: pieces of a size of ours would be whole only long after the time is up.
                for piece in answer.iter_bytes():
                    file.write(piece)
                    go_on()
                    if time.monotonic() > ends:
                        raise AnswerLost(f"the file is not here after {self._download_s:g} s")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise AnswerLost(f"the download broke off ({type(error).__name__})") from None

    def _call(self, method: str, path: str, within_s: float | None = None, **more: Any) -> _Answer:
        """Return the whole answer, however slowly it drips, or raise after `within_s`."""
        within_s = within_s or min(self._answer_s, CALL_S)
        more["timeout"] = httpx2.Timeout(within_s, connect=min(CONNECT_S, within_s))
        ends, body = time.monotonic() + within_s, bytearray()
        try:
            with self._client.stream(method, f"{self.base_url}{path}", **more) as heard:
                for piece in heard.iter_bytes():
                    body += piece
                    if time.monotonic() > ends or len(body) > LONGEST_ANSWER:
                        raise AnswerLost("no answer in time, or one without an end")
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotTaken(f"no connection ({type(error).__name__})") from None
        except httpx2.TimeoutException:
            raise AnswerLost("no answer in time") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise AnswerLost(f"the connection broke off ({type(error).__name__})") from None
        self._check_closed(heard.status_code)
        if heard.status_code in _FULL:
            wait_s = retry_after_s(heard.headers.get("retry-after"))
            unsure = heard.status_code == UNAVAILABLE and wait_s is None
            raise (MaybeTaken if unsure else NotTaken)(f"HTTP {heard.status_code}", wait_s)
        return _Answer(heard.status_code, bytes(body))

    def _check_closed(self, status: int) -> None:
        if status in _CLOSED:
            raise EngineUnavailable(f"the key is refused (HTTP {status})", subject=self.named)


@dataclass(frozen=True)
class _Answer:
    """A status and a body, all of it."""

    status_code: int
    content: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status_code < 300

    def json(self) -> Any:
        return json.loads(self.content)


def _body(answer: _Answer) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise AnswerLost("the server's answer could not be read") from None


def _job(body: Any) -> Job:
    """Return the job that an answer tells of. Raises AnswerLost for one that tells of none."""
    if (
        not isinstance(body, dict)
        or not body.get("id")
        or not isinstance(body["id"], str)
        or not isinstance(body.get("status"), str)
    ):
        raise AnswerLost("the server's answer tells of no job")
    progress, error, held = body.get("progress"), body.get("error"), body.get("data")
    first = held[0] if isinstance(held, list) and held and isinstance(held[0], dict) else {}
    said = error.get("message") if isinstance(error, dict) else error
    return Job(
        id=body["id"],
        state=body["status"].lower(),
        progress=min(100, max(0, int(progress))) if isinstance(progress, int | float) else 0,
        said=" ".join(str(said).split())[:160] if said else "",
        url=str(first.get("url") or body.get("url") or ""),
        content=_decoded(first.get("b64_json")),
    )


def _tells_of_ready(answer: _Answer) -> bool:
    """Say whether what is told in answer to a stop is a job that was ready before."""
    try:
        return _job(_body(answer)).done
    except AnswerLost:
        return False


def _path(job: str) -> str:
    return f"/videos/{quote(job, safe='')}"


def _decoded(text: Any) -> bytes | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise AnswerLost("the server's answer holds a clip that could not be read") from None


def _is_of(row: Any, token: str) -> bool:
    """Say whether a job of the list was submitted with `token`."""
    metadata = row.get("metadata") if isinstance(row, dict) else None
    return isinstance(metadata, dict) and metadata.get(METADATA_NAME) == token


def _told(answer: _Answer) -> str:
    """Return a refusal's status and its own words, in a line."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    said = body.get("error", body.get("detail", "")) if isinstance(body, dict) else ""
    said = said.get("message", "") if isinstance(said, dict) else said
    words = " ".join(str(said).split())[:160]
    return f"HTTP {answer.status_code}" + (f", {words}" if words else "")


def _without_secrets(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
