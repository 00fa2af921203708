"""Where a bucket is: read from a URL and the usual AWS variables, and never a word of who may enter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from bookfilm.errors import SettingsError

TAKES_URL = "BOOKFILM_TAKES"
"""The environment variable that names the bucket in which takes lie: s3://bucket/prefix."""
_KNOWN = {"endpoint_override", "region", "scheme"}


@dataclass(frozen=True)
class Address:
    """A place in a bucket. It holds no secret, so it may stand in messages and travel to replicas."""

    bucket: str
    prefix: str
    """Without a slash at either end; empty for the bucket itself."""
    endpoint: str | None = None
    """Such as http://127.0.0.1:9000; None: Amazon's own."""
    region: str | None = None

    @property
    def url(self) -> str:
        return f"s3://{self.place}"

    @property
    def place(self) -> str:
        return f"{self.bucket}/{self.prefix}" if self.prefix else self.bucket

    def below(self, *names: str) -> Address:
        """Return the place `names` below this one."""
        return replace(self, prefix="/".join(filter(None, (self.prefix, *names))))


def read_address(url: str, environment: Mapping[str, str]) -> Address:
    """Return the address of `url`; what it leaves open is read from AWS_ENDPOINT_URL, AWS_REGION and their like.

    Raises SettingsError, which shows no secret, for what is no such URL or holds credentials.
    """
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _refused() from None
    if parts.scheme != "s3" or not parts.netloc or parts.fragment or set(asked) - _KNOWN:
        raise _refused()
    endpoint = asked.get("endpoint_override")
    if endpoint and "://" not in endpoint:
        endpoint = f"{asked.get('scheme', 'https')}://{endpoint}"
    endpoint = endpoint or environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or None
    if "@" in parts.netloc or "@" in (endpoint or ""):
        raise SettingsError(
            "credentials do not belong in a URL; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", subject=TAKES_URL
        )
    region = asked.get("region") or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or None
    return Address(parts.netloc, parts.path.strip("/"), endpoint, region)


def _refused() -> SettingsError:
    return SettingsError(
        "it must be such as s3://bucket/prefix, with endpoint_override, region or scheme in its query at most",
        subject=TAKES_URL,
    )
