"""English words and the code they have: what was written into a film's files long ago has one too."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pydantic import Field

from bookfilm.studio.sayings import SAYINGS
from bookfilm.studio.wire import Told

LONGEST = 1000
_PLACE = re.compile(r"\\\{(\w+)\\\}")


class Wording(Told):
    """Something that is said, by its code and what stands in its places; `said` is the English of it."""

    code: str | None = Field(description="Null: nothing that `GET /v1/sayings` lists.", examples=["dissolves"])
    params: dict[str, str] = Field(examples=[{"what": "place"}])
    said: str = Field(examples=["dissolves in: the place changes"])


@lru_cache(maxsize=4096)
def worded(said: str) -> Wording:
    """Return `said` with its code, where it has one."""
    for code, pattern in _patterns() if len(said) <= LONGEST else ():
        if found := pattern.fullmatch(said):
            return Wording(code=code, params=found.groupdict(), said=said)
    return Wording(code=None, params={}, said=said)


def wordings(said: str) -> list[Wording]:
    """Return each of what is said with semicolons between."""
    return [worded(one) for one in said.split("; ") if one]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the sayings as patterns: those without places first, then those with the most words of their own."""
    own = sorted(SAYINGS.items(), key=lambda one: ("{" in one[1], -len(_PLACE.sub("", re.escape(one[1])))))
    return [(code, re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(saying)), re.DOTALL)) for code, saying in own]
