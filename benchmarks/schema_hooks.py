"""What schemathesis has to be told of this API: how a piece of a book is sent."""

from __future__ import annotations

from typing import Any

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece(_context: Any, value: Any) -> bytes:
    """Return the bytes of a piece."""
    found: Any = getattr(value, "data", value)
    return found if isinstance(found, bytes) else str(found).encode()
