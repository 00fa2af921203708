"""What every record is: frozen, validated, versioned, with one canonical form for hashing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bookfilm.errors import RecordError


class Part(BaseModel):
    """A frozen, validated piece of a record. Unknown fields are refused, so that a misspelt one is seen."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    def changed(self, **fields: Any) -> Self:
        """Return a copy with `fields` replaced, validated anew (pydantic's own copy does not validate)."""
        return type(self).model_validate({**dict(self), **fields})


class Record(Part):
    """A file of the film folder: JSON with a `schema` name and version as its first key.

    Subclasses set `SCHEMA`, such as ``"bookfilm.screenplay/1"``. `read` refuses another name or a
    newer version by name; older versions pass through `upgrade`.
    """

    SCHEMA: ClassVar[str]

    def to_json(self) -> str:
        """Return the record as indented UTF-8 JSON text that ends with a newline."""
        body = {"schema": self.SCHEMA, **self.model_dump(mode="json")}
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, *, subject: object = None) -> Self:
        """Parse and validate `text`. Raises RecordError that names `subject` and the first fault."""
        try:
            body = json.loads(text)
        except ValueError as error:
            raise RecordError(f"not JSON: {error}", subject=subject) from None
        except RecursionError:
            raise RecordError("not a record: its brackets are nested without end", subject=subject) from None
        return cls.from_body(body, subject=subject)

    @classmethod
    def from_body(cls, body: Any, *, subject: object = None) -> Self:
        if not isinstance(body, dict):
            raise RecordError(f"expected a {cls.SCHEMA} object", subject=subject)
        body = dict(body)
        found = body.pop("schema", None)
        if found != cls.SCHEMA:
            body = cls._upgraded(found, body, subject)
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise RecordError(first_fault(error), subject=subject) from None

    @classmethod
    def _upgraded(cls, found: Any, body: dict[str, Any], subject: object) -> dict[str, Any]:
        name, _, version = cls.SCHEMA.partition("/")
        found_name, _, found_version = str(found).partition("/")
        if found_name != name or not found_version.isdecimal():
            raise RecordError(f"its schema is {found!r}, expected {cls.SCHEMA!r}", subject=subject)
        if int(found_version) > int(version):
            raise RecordError(
                f"{found} was written by a newer bookfilm; this one reads up to /{version}", subject=subject
            )
        try:
            return cls.upgrade(int(found_version), body)
        except RecordError as error:
            raise RecordError(error.message, subject=subject) from None

    @classmethod
    def upgrade(cls, version: int, body: dict[str, Any]) -> dict[str, Any]:
        """Return `body`, written as an older `version`, in today's form."""
        raise RecordError(f"no way is known to read version {version} of {cls.SCHEMA}")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the record at `path`. Raises RecordError that names the file and the fault."""
        try:
            return cls.from_json(path.read_bytes(), subject=path)
        except OSError as error:
            raise RecordError(error.strerror or str(error), subject=path) from None


def first_fault(error: ValidationError) -> str:
    """Return the first fault of a pydantic error as ``where: what``."""
    fault = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{where}: there is no such key here; is it misspelt?"
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def canonical_json(value: Any) -> bytes:
    """Return the one byte form of `value` that is hashed: sorted keys, no spaces, UTF-8, no NaN.

    The idea is RFC 8785's; numbers here are integers and short decimals, for which json's own
    shortest form is stable over Python versions.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def content_key(kind: str, value: Mapping[str, Any] | BaseModel) -> str:
    """Return the content address of `value` among things of `kind`: 40 hex digits of SHA-256."""
    digest = hashlib.sha256(kind.encode() + b"\0" + canonical_json(value))
    return digest.hexdigest()[:40]


def seed_of(key: str) -> int:
    """Return the 31-bit seed that belongs to a content key (what every RNG at hand accepts)."""
    return int(hashlib.sha256(b"seed\0" + key.encode()).hexdigest()[:8], 16) & 0x7FFFFFFF
