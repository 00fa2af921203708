"""Preconditions of requests (RFC 9110, 13): whether what somebody has read is what there is."""

from __future__ import annotations

import re

_TAG = re.compile(r'(?:W/)?"[^"]*"')


def matches(if_match: str, tag: str) -> bool:
    """Say whether the header `If-Match` holds of what there is, which has the strong entity tag `tag`, quotes included.

    It does for `*`, and where `tag` is in the list. A weak tag is never equal to a strong one (8.8.3.2).
    """
    return if_match.strip() == "*" or tag in _TAG.findall(if_match)
