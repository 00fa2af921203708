"""Rate limits: how often a token may ask, and how often an address may be wrong about its token.

Whose token is right is never made to wait for others' wrong ones: many come from one address, behind a proxy all do. A
secret has 256 bits, so that nobody finds one by trying, however often; what is held off is the work and the audit log.
"""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from bookfilm.studio.settings import StudioSettings
from bookfilm.studio.whence import household_of

TEAM_TIMES = 10
"""So many times as often as one of its tokens may a whole team ask: tokens cost it nothing."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Throttle:
    """Counts, in this process, within the last minute."""

    def __init__(self, settings: StudioSettings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._reads = RateLimitItemPerMinute(settings.reads_a_minute)
        self._writes = RateLimitItemPerMinute(settings.writes_a_minute)
        self._team_reads = RateLimitItemPerMinute(TEAM_TIMES * settings.reads_a_minute)
        self._team_writes = RateLimitItemPerMinute(TEAM_TIMES * settings.writes_a_minute)
        self._failures = RateLimitItemPerMinute(settings.failures_a_minute)

    def wait_s(self, token: str, method: str) -> int:
        """Count a request of `token`; return how many seconds it has to wait, 0 if it may go on."""
        item = self._reads if method in SAFE else self._writes
        return 0 if self._limiter.hit(item, "token", token) else self._left_s(item, "token", token)

    def wait_of_team_s(self, team: str, method: str) -> int:
        """Count a request of `team`, as `wait_s` does."""
        item = self._team_reads if method in SAFE else self._team_writes
        return 0 if self._limiter.hit(item, "team", team) else self._left_s(item, "team", team)

    def wait_after_failure_s(self, address: str) -> int:
        """Count a request from `address` that had no valid token; return how long it has to wait because there were too
        many, 0 where it is told that its token is none."""
        household = household_of(address)
        if self._limiter.hit(self._failures, "address", household):
            return 0
        return self._left_s(self._failures, "address", household)

    def _left_s(self, item: RateLimitItemPerMinute, *names: str) -> int:
        return max(1, math.ceil(self._limiter.get_window_stats(item, *names).reset_time - time.time()))
