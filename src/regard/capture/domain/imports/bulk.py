from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from psycopg.errors import UniqueViolation

from regard.capture.domain.log import EPOCH, HIGHEST_ID, NewEvent, append_events, copy_events, known_keys
from regard.capture.domain.partitions import ensure_partitions, month_number


def append_many(cursor: Any, rows: Sequence[NewEvent]) -> int:
    """`append_events` for thousands of rows of one store, looking for repeats in the whole log.

    COPY is several times faster, but cannot settle what another writer brings at the same instant: then the
    slower way does. Must run in a transaction.
    """
    ensure_partitions(cursor, {month_number(row.received_at) for row in rows})
    try:
        with transaction.atomic():
            return copy_events(cursor, rows, horizon=EPOCH)
    except UniqueViolation:  # psycopg's own: Django does not translate the errors of COPY
        return append_events(cursor, rows, horizon=EPOCH)


def count_known(cursor: Any, rows: Sequence[NewEvent]) -> int:
    """How many of the rows, all of one store, the log holds."""
    return len(known_keys(cursor, rows[0].store_id, [row.key for row in rows], horizon=EPOCH))


def last_given_id(cursor: Any) -> int:
    """The highest id given out so far; what is written after this has a higher one."""
    cursor.execute(HIGHEST_ID)
    return int(cursor.fetchone()[0])
