from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from regard.capture.domain.log import COLUMNS, EPOCH, NewEvent, append_events, known_keys, locks_for
from regard.capture.domain.partitions import ensure_partitions, month_number

COPY_FACTS = f"COPY capture_event ({', '.join(COLUMNS)}) FROM STDIN"


def append_many(cursor: Any, rows: Sequence[NewEvent]) -> int:
    """`append_events` for thousands of rows of one store, looking for repeats in the whole log.

    COPY is several times faster, but cannot settle what another writer brings at the same instant: then the
    slower way does. Must run in a transaction.
    """
    try:
        with transaction.atomic():
            return _copy(cursor, rows)
    except IntegrityError:
        return append_events(cursor, rows, horizon=EPOCH)


def count_known(cursor: Any, rows: Sequence[NewEvent]) -> int:
    """How many of the rows, all of one store, the log holds."""
    return len(known_keys(cursor, rows[0].store_id, [row.key for row in rows], horizon=EPOCH))


def _copy(cursor: Any, rows: Sequence[NewEvent]) -> int:
    months = {month_number(row.received_at) for row in rows}
    ensure_partitions(cursor, months)
    for statement, values in locks_for(months, max(row.received_at for row in rows)):
        cursor.execute(statement, values)
    known = known_keys(cursor, rows[0].store_id, [row.key for row in rows], horizon=EPOCH)
    fresh = {row.key: row for row in rows if row.key not in known}
    if fresh:
        with cursor.copy(COPY_FACTS) as copy:
            for row in fresh.values():
                copy.write_row(_as_text(row))
    return len(fresh)


def _as_text(row: NewEvent) -> tuple[Any, ...]:
    before, after = row[:4], row[5:-1]
    return (*before, row.key.hex(), *after, row.payload.decode())
