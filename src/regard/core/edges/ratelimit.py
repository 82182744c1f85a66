from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass


class TokenBucket:
    """Lets `rate` units a second pass on average, and `burst` at once (both positive)."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._level = burst
        self._at = time.monotonic()

    @property
    def level(self) -> float:
        """How many units would have passed at once when something was last taken."""
        return self._level

    def take(self, units: float) -> float:
        """Take `units` and give 0, or take nothing and give the seconds after which to try again.

        A request larger than the burst passes when the bucket is full, and is paid off afterwards.
        """
        now = time.monotonic()
        self._level = min(self.burst, self._level + (now - self._at) * self.rate)
        self._at = now
        needed = min(units, self.burst)
        if self._level < needed:
            return (needed - self._level) / self.rate
        self._level -= units
        return 0


@dataclass(frozen=True)
class Allowance:
    """Where a caller stands after a request. reset: whole seconds until the limit is whole again."""

    limit: int
    remaining: int
    reset: int
    wait: float  # seconds until the next request passes; 0 when this one did


class RateLimits:
    """A bucket for each of many callers, safe to share between threads.

    A caller who has not been heard of for longest is forgotten first, and would have a full bucket by then.
    """

    def __init__(self, *, rate: float, burst: float, remembered: int = 10_000) -> None:
        self._rate, self._burst, self._remembered = rate, burst, remembered
        self._buckets: OrderedDict[Hashable, TokenBucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: Hashable) -> Allowance:
        """Count a request of `caller`."""
        with self._lock:
            bucket = self._buckets.setdefault(caller, TokenBucket(self._rate, self._burst))
            self._buckets.move_to_end(caller)
            if len(self._buckets) > self._remembered:
                self._buckets.popitem(last=False)
            wait = bucket.take(1)
            missing = bucket.burst - bucket.level
            return Allowance(int(bucket.burst), int(bucket.level), math.ceil(missing / bucket.rate), wait)
