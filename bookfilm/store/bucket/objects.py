"""Objects of one place in a bucket, by pyarrow: patient with a server that is away, and named where it stays so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from bookfilm.errors import BucketError, SettingsError
from bookfilm.store.bucket.address import TAKES_URL, Address

PATIENCE_S = 120.0
"""How long a bucket that went away is waited for: as long as a ledger's database."""
OPENING_S = 10.0
CHUNK = 8 * 2**20
"""Each read is a request."""
_FAULT = re.compile(r"AWS Error (?P<code>[A-Z_]+)(?: \(HTTP status (?P<status>\d+)\))? during (?P<operation>\w+)")
_PASSING = {"NETWORK_CONNECTION", "SLOW_DOWN", "SERVICE_UNAVAILABLE", "INTERNAL_FAILURE", "THROTTLING",
            "REQUEST_TIMEOUT"}  # fmt: skip
_REFUSING = {"ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "INVALID_CLIENT_TOKEN_ID", "SIGNATURE_DOES_NOT_MATCH",
             "UNRECOGNIZED_CLIENT", "MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE"}  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True)
class Objects:
    """The objects at `address`, by their names there. Any method raises BucketError, one line without a secret."""

    address: Address
    patience_s: float = PATIENCE_S

    def check(self) -> None:
        """Raise SettingsError where there is no such bucket or it may not be used; BucketError where it is away."""
        try:
            found = self._patiently(lambda: self._files.get_file_info(self.address.bucket))
        except BucketError as error:
            if isinstance(error.__cause__, OSError) and not _passes(error.__cause__):
                raise SettingsError(error.message, subject=f"{TAKES_URL}={self.address.url}") from None
            raise
        if not found.type:
            raise SettingsError("there is no such bucket", subject=f"{TAKES_URL}={self.address.url}")

    def read(self, name: str) -> bytes | None:
        """Return the content of the object `name`; None where there is none."""

        def asked() -> bytes:
            with self._files.open_input_stream(self._at(name)) as stream:
                return bytes(stream.read())

        with suppress(FileNotFoundError):
            return self._patiently(asked)
        return None

    def size(self, name: str) -> int | None:
        """Return how many bytes the object `name` has; None where there is none."""
        size: int | None = self._patiently(lambda: self._files.get_file_info(self._at(name))).size
        return size

    def sizes(self) -> dict[str, int]:
        """Return all objects that lie here, with their sizes."""
        from pyarrow.fs import FileSelector

        wanted = FileSelector(self.address.place, allow_not_found=True)
        return {found.base_name: found.size for found in self._patiently(lambda: self._files.get_file_info(wanted))
                if found.size is not None}  # fmt: skip

    def write(self, name: str, content: bytes) -> None:
        """Write the object `name`: one request, whole or not at all."""
        self._patiently(lambda: self._put(name, content))

    def upload(self, path: Path, name: str) -> None:
        """Write the file at `path` as the object `name`. Who is killed meanwhile leaves no object."""
        import pyarrow

        def put() -> None:
            with pyarrow.memory_map(str(path)) as mapped:
                self._put(name, mapped.read_buffer())

        self._patiently(put)

    def download(self, name: str, path: Path) -> str | None:
        """Write the object `name` to `path`; return its SHA-256 in hex, None where there is none."""

        def fetched() -> str:
            digest = hashlib.sha256()
            with path.open("wb") as file, self._files.open_input_stream(self._at(name)) as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
            return digest.hexdigest()

        with suppress(FileNotFoundError):
            return self._patiently(fetched)
        return None

    def remove(self, names: Iterable[str]) -> None:
        """Remove objects in the order of `names`; one that is not there is as good as removed."""
        for at in map(self._at, names):
            with suppress(FileNotFoundError):
                self._patiently(partial(self._files.delete_file, at))

    @property
    def _files(self) -> Any:
        return _connected(self.address.bucket, self.address.endpoint, self.address.region)

    def _at(self, name: str) -> str:
        return f"{self.address.place}/{name}"

    def _put(self, name: str, content: Any) -> None:
        stream = self._files.open_output_stream(self._at(name))
        # Closed and let go of in every case: one that is collected later would be written after the next try.
        try:
            stream.write(content)
        finally:
            try:
                stream.close()
            finally:
                del stream

    def _patiently(self, tried: Callable[[], T]) -> T:
        trying = Retrying(
            retry=retry_if_exception(_passes),
            stop=stop_after_delay(self.patience_s),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            reraise=True,
        )
        try:
            return trying(tried)
        except OSError as error:
            # What is not said by S3 is this machine's own: a full disk is told by whoever writes to it.
            if isinstance(error, FileNotFoundError) or _FAULT.search(str(error)) is None:
                raise
            raise BucketError(self._said(error), subject=self.address.url) from error

    def _said(self, error: OSError) -> str:
        fault = _FAULT.search(str(error))
        code, status, operation = (fault["code"], fault["status"], fault["operation"]) if fault else ("", "", "")
        told = f"{code}{f', HTTP {status}' if status else ''}, to {operation}"
        if code == "NO_SUCH_BUCKET":
            return "there is no such bucket"
        if code in _REFUSING or status in ("401", "403"):
            return (
                f"S3 refuses access ({told}): AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or this machine's role, "
                "must be allowed to list, read, write and delete there"
            )
        if _passes(error):
            return f"S3 is away ({told}) for {self.patience_s:g} s; run the same command again once it is back"
        return f"S3 refuses ({told})"


def _passes(error: BaseException) -> bool:
    """Say whether it is worth while to ask again."""
    fault = _FAULT.search(str(error)) if isinstance(error, OSError) else None
    if fault is None:
        return False
    return fault["code"] in _PASSING or (fault["status"] or "")[:1] == "5" or fault["status"] == "429"


@lru_cache(maxsize=8)
def _connected(bucket: str, endpoint: str | None, region: str | None) -> Any:
    # pyarrow's file systems take a moment to load, and most films need none.
    from pyarrow import fs

    if region is None:
        region = "us-east-1" if endpoint else fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        region=region,
        endpoint_override=endpoint,
        scheme=endpoint.partition("://")[0] if endpoint else "https",
        connect_timeout=5,
        allow_delayed_open=True,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=3),
    )
