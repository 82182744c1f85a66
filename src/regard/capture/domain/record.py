"""`record`: how a room tells the log what it did, in the same transaction as the change itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection, transaction

from regard.capture.domain.log import NOTIFY, REPEAT_HORIZON, NewEvent, append_events, key_of, new_key
from regard.core import clock
from regard.core.registry import Fact, fact_types

FACT = "fact"  # the type of events that Regard records itself; their name is that of the fact


def record(
    fact: Fact,
    *,
    store_id: int,
    key: str | None = None,
    occurred_at: datetime | None = None,
    history: bool = False,
    user_id: str | None = None,
    is_urgent: bool = True,
) -> bool:
    """Append a fact to the log; gives False when `key` was recorded before, and then nothing changes.

    Must run in the transaction of the change it tells of. user_id: the shop's id of the customer concerned.
    is_urgent: whether readers are told of it at once; else their next look finds it.
    Raises KeyError for a fact type that no room has registered.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of the change it tells of")
    row = new_fact(
        fact, store_id=store_id, key=key, occurred_at=occurred_at, history=history, user_id=user_id
    )
    return record_all([row], is_urgent=is_urgent) == 1


def record_all(rows: Sequence[NewEvent], *, horizon: datetime | None = None, is_urgent: bool = True) -> int:
    """Append rows to the log, in the transaction of the changes they tell of; gives how many were new.

    horizon: see append_events; without it, as long before the receipt of the first row as repeats are known.
    is_urgent: whether readers are told when it commits; else their next look finds them.
    """
    if not rows:
        return 0
    with connection.cursor() as cursor:
        count = append_events(cursor, rows, horizon=horizon or rows[0].received_at - REPEAT_HORIZON)
    if count and is_urgent:
        for store_id in {row.store_id for row in rows}:
            _tell_once(ReadersTold(store_id))
    return count


@dataclass(frozen=True)
class ReadersTold:
    """Tells readers of the log that a store has new events, after the commit: a notification in the transaction
    would hold a lock that all of the database shares while it commits. Readers look by themselves now and then, so
    that one that is lost costs time only."""

    store_id: int

    def __call__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(NOTIFY, (str(self.store_id),))


def _tell_once(told: ReadersTold) -> None:
    """However much a transaction records."""
    if not any(told in waiting for waiting in connection.run_on_commit):
        transaction.on_commit(told, robust=True)


def new_fact(
    fact: Fact,
    *,
    store_id: int,
    key: str | None = None,
    occurred_at: datetime | None = None,
    history: bool = False,
    user_id: str | None = None,
) -> NewEvent:
    """The row of the log that a fact makes; see `record`."""
    now = clock.now()
    name = type(fact).__name__
    fact_types.get(name)
    return NewEvent(
        store_id=store_id,
        received_at=now,
        occurred_at=occurred_at or now,
        source_id=None,
        key=new_key() if key is None else key_of(f"{name}:{key}"),
        history=history,
        type=FACT,
        name=name,
        user_id=user_id,
        anonymous_id=None,
        payload=msgspec.json.encode(fact),
    )


def history_fact(
    fact: Fact,
    *,
    store_id: int,
    key: str,
    received_at: datetime,
    occurred_at: datetime,
    user_id: str | None,
    import_id: int | None,
) -> NewEvent:
    """The row of the log that a fact of an import makes, as `new_fact`; made by position: there are millions."""
    name = type(fact).__name__
    fact_types.get(name)
    payload = msgspec.json.encode(fact)
    return NewEvent(
        store_id, received_at, occurred_at, None, key_of(f"{name}:{key}"), True, FACT, name, user_id, None,
        payload, import_id,
    )  # fmt: skip
