"""The time as the product sees it: real time, unless a test or the simulator sets it.

`REGARD_CLOCK=2026-01-01T00:00:00Z,60` starts the clock of every process of an installation at that time,
sixty times faster than real time, counted from when the first of them read it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class ClockSetting:
    start: datetime
    rate: float
    real_start: float  # seconds of the Unix epoch at which `start` was

    def now(self) -> datetime:
        return self.start + timedelta(seconds=(time.time() - self.real_start) * self.rate)


def parse_setting(text: str) -> ClockSetting:
    """The setting written as `TIME[,RATE[,REAL_START]]`. Raises ValueError for anything else."""
    start, _, rest = text.partition(",")
    rate, _, real_start = rest.partition(",")
    moment = datetime.fromisoformat(start)
    if moment.tzinfo is None:
        raise ValueError(f"REGARD_CLOCK is {text!r}; the time needs a zone, such as a Z at its end.")
    return ClockSetting(moment, float(rate or 1), float(real_start or time.time()))


def pin_setting() -> None:
    """Fix when the clock began in the environment, so that the processes started from here agree on it."""
    text = os.environ.get("REGARD_CLOCK", "")
    if text:
        setting = parse_setting(text)
        os.environ["REGARD_CLOCK"] = f"{setting.start.isoformat()},{setting.rate},{setting.real_start}"


_setting = parse_setting(os.environ["REGARD_CLOCK"]) if os.environ.get("REGARD_CLOCK") else None


def now() -> datetime:
    """The present moment, in UTC."""
    if _setting is not None:
        return _setting.now()
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads the real clock


@contextmanager
def set_to(moment: datetime, *, rate: float = 0) -> Iterator[None]:
    """Within the block the clock shows `moment`, and stands still unless `rate` is given."""
    global _setting  # noqa: PLW0603 - one clock for the process is the point
    before = _setting
    _setting = ClockSetting(moment, rate, time.time())
    try:
        yield
    finally:
        _setting = before
