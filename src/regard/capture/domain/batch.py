"""What the stages of the pipeline work on, and what they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from regard.capture.domain.logged import LoggedEvent
from regard.core.models import Store

Found = TypeVar("Found")

# What a stage understands of events by themselves; it neither asks the database nor changes anything.
Reading = Callable[[Store, Sequence[LoggedEvent]], Any]
Understood = dict[Reading, Any]


@dataclass
class Batch:
    """Events of one store in the order of the log, and what the stages have found out about them so far.

    What an import brought and what happens now are never in one batch, but for a replay.
    identity_of: event id -> id of the identity it came with. customer_of: of such identities the ids of customers,
    as far as they are known. touched: ids of the customers whose facts changed.
    is_replay: whether these parts of the log are read again. understood: what readings have found in the events.
    """

    store: Store
    events: Sequence[LoggedEvent]
    identity_of: dict[int, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    is_replay: bool = False
    customer_of: dict[int, int] = field(default_factory=dict)
    understood: Understood = field(default_factory=dict)

    @cached_property
    def is_backfill(self) -> bool:
        """Whether nothing of the batch happens now: it forms profiles and scores, and causes no act."""
        return self.is_replay or all(event.history for event in self.events)

    def read(self, reading: Callable[[Store, Sequence[LoggedEvent]], Found]) -> Found:
        """What this finds in the events; it may have been found while the batch before was written."""
        if reading not in self.understood:
            self.understood[reading] = reading(self.store, self.events)
        found: Found = self.understood[reading]
        return found


@dataclass(frozen=True)
class Stage:
    """A step that every event passes; `run` does its work for a batch in the reader's transaction.

    reads: what it asks a batch to `read`, so that it can be done ahead.
    after_replay: what is left to do for a store when its log was read again, in the order of the stages.
    """

    name: str
    run: Callable[[Batch], None]
    reads: tuple[Reading, ...] = ()
    after_replay: Callable[[Store], None] | None = None
