"""Monthly partitions of the log: made when first needed, dropped when their month is past keeping."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

MONTHS_AHEAD = 2
# Two processes that make the same partition wait for each other.
PARTITIONS_LOCK = "SELECT pg_advisory_xact_lock(hashtext('regard: partitions of the log'))"


def month_number(moment: datetime) -> int:
    """Months since year 0, in UTC: a number that grows by one a month."""
    utc = moment.astimezone(UTC)
    return utc.year * 12 + utc.month - 1


def month_start(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def partition_name(number: int) -> str:
    return f"capture_event_{number // 12:04d}_{number % 12 + 1:02d}"


def partition_statements(number: int) -> tuple[str, ...]:
    """What makes a month's partition where it is missing; run under PARTITIONS_LOCK in one transaction."""
    name = partition_name(number)
    start, end = month_start(number).isoformat(), month_start(number + 1).isoformat()
    return (
        f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF capture_event FOR VALUES FROM ('{start}') TO ('{end}')",
        f"CREATE UNIQUE INDEX IF NOT EXISTS {name}_key ON {name} (key, store_id)",
    )


def ensure_partitions(cursor: Any, months: Iterable[int]) -> None:
    """Make the partitions of these months (see month_number) where they are missing; must run in a transaction.

    Asked anew each time: what this transaction makes is gone again if it is rolled back.
    """
    for number in sorted(months):
        cursor.execute("SELECT to_regclass(%s)", (partition_name(number),))
        if cursor.fetchone()[0] is None:
            cursor.execute(PARTITIONS_LOCK)
            for statement in partition_statements(number):
                cursor.execute(statement)


def months_to_prepare(moment: datetime) -> range:
    """The months whose partitions a nightly job makes, so that no writer has to."""
    month = month_number(moment)
    return range(month, month + MONTHS_AHEAD + 1)


def existing_partitions(cursor: Any) -> list[int]:
    """The month numbers that have a partition, oldest first."""
    cursor.execute(
        "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
        " WHERE inhparent = 'capture_event'::regclass ORDER BY relname"
    )
    names = [name for (name,) in cursor.fetchall()]
    return [int(name[-7:-3]) * 12 + int(name[-2:]) - 1 for name in names]


def expire_events(cursor: Any, *, keep_months: dict[int, int | None], moment: datetime) -> int:
    """Delete events that are past the retention of their store; gives how many months were dropped whole.

    keep_months: for every store its months of retention, None for ever. A month counts from its end, so an event
    is kept for at least that long. Months that no store keeps are dropped, which costs nothing; in the others
    the rows of the stores concerned are deleted.
    """
    dropped = []
    for number in existing_partitions(cursor):
        age = month_number(moment) - number - 1
        expired = [store for store, keep in keep_months.items() if keep is not None and age >= keep]
        if not expired:
            continue
        name = partition_name(number)
        if len(expired) == len(keep_months):
            dropped.append(name)
        else:
            cursor.execute(f"DELETE FROM {name} WHERE store_id = ANY(%s)", (expired,))
    for name in dropped:  # last, since it keeps writers out until the transaction ends
        cursor.execute(f"DROP TABLE {name}")
    return len(dropped)
