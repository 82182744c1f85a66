"""How often strangers may come to a public page: one caller, and all together. Each process allows its share."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from regard.core.config import config
from regard.core.edges.callers import network_of
from regard.core.edges.ratelimit import RateLimits


@dataclass(frozen=True)
class Pace:
    """rate: requests a second; burst: how many at once."""

    rate: float
    burst: float


class PublicLimits:
    """of_caller: an office shares an address; of_all: that one store's visitors leave room for those of others."""

    def __init__(self, *, of_caller: Pace, of_all: Pace) -> None:
        self._paces = of_caller, of_all

    def seconds_of_caller(self, request: HttpRequest, *, at: Hashable = "") -> int:
        """0 when the caller may come now. at: what callers are counted apart for. Costs no query, so that guessing
        costs little."""
        network = network_of(request)
        return math.ceil(self.held[0].take((at, network)).wait) if network else 0

    def seconds_of_all(self, at: Hashable) -> int:
        """0 when anybody may come to it now."""
        return math.ceil(self.held[1].take(at).wait)

    @cached_property
    def held(self) -> tuple[RateLimits, RateLimits]:
        of_caller, of_all = (self._of_process(pace) for pace in self._paces)
        return of_caller, of_all

    def _of_process(self, pace: Pace) -> RateLimits:
        processes = config().page_processes
        return RateLimits(rate=pace.rate / processes, burst=pace.burst / processes)
