from __future__ import annotations

import time


class TokenBucket:
    """Lets `rate` units a second pass on average, and `burst` at once (both positive)."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self._burst = rate, burst
        self._level = burst
        self._at = time.monotonic()

    def take(self, units: float) -> float:
        """Take `units` and give 0, or take nothing and give the seconds after which to try again.

        A request larger than the burst passes when the bucket is full, and is paid off afterwards.
        """
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._at) * self.rate)
        self._at = now
        needed = min(units, self._burst)
        if self._level < needed:
            return (needed - self._level) / self.rate
        self._level -= units
        return 0
