"""Channels that a sender leaves alone for a while, since nobody can be reached over them. No database."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from regard.act.domain.thresholds import LONGEST_PAUSE, SHORTEST_PAUSE

log = logging.getLogger("regard.outbox")


@dataclass
class Pauses:
    """Of one sender. A channel that is down is asked again after longer and longer pauses."""

    _until: dict[str, datetime] = field(default_factory=dict)
    _length: dict[str, timedelta] = field(default_factory=dict)

    def note_down(self, channel: str, now: datetime, cause: str) -> None:
        """Said in the log at first, and whenever the longest pause begins: nobody else might notice."""
        length = min(2 * self._length.get(channel, SHORTEST_PAUSE / 2), LONGEST_PAUSE)
        self._length[channel], self._until[channel] = length, now + length
        if length in {SHORTEST_PAUSE, LONGEST_PAUSE}:
            log.warning("the channel %r is down, and is asked again in %s: %s", channel, length, cause)

    def note_up(self, channel: str) -> None:
        if self._until.pop(channel, None) is not None:
            log.info("the channel %r is up again", channel)
        self._length.pop(channel, None)

    def paused(self, now: datetime) -> list[str]:
        """The channels that are left alone now."""
        return [channel for channel, until in self._until.items() if until > now]
