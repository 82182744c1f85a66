"""The event log: how rows are written so that none is lost or doubled, and how far it may be read.

Three rules, each kept by PostgreSQL and none by a clock or by luck:

* **Once.** `key` is unique within a store and a monthly partition. A writer looks for its keys in the
  partitions of the last months before it writes; what two writers bring at the same instant, the unique
  index settles. Around the turn of a month a writer first waits for those still writing to the old one.
* **Read in order, miss nothing.** Transactions commit out of order, so the highest id says little. Every writer
  holds, until it commits, a shared advisory lock that carries the highest id given out before it began. A reader
  takes the highest id first and the locks second: whatever is at or below the lowest of them is settled.
* **Durable.** Nobody is told of an event before the transaction that holds it has committed.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from regard.capture.domain.partitions import ensure_partitions, month_number

MONTH_LOCK = 0x52454701  # first half of a two-part advisory lock; the second is the month
WRITER_LOCK = 0x5245 << 48  # or-ed with an id: the highest one given out before this writer began
REPEAT_HORIZON = timedelta(days=62)  # a repeat is known for two months, far above the thirty days we promise
MONTH_TURN = timedelta(minutes=5)  # clocks of hosts differ by less, and writers take less

COLUMNS = (
    "store_id", "received_at", "occurred_at", "source_id", "key", "history",
    "type", "name", "user_id", "anonymous_id", "payload", "import_id",
)  # fmt: skip
KEY, PAYLOAD = COLUMNS.index("key"), COLUMNS.index("payload")
COPY_EVENTS = f"COPY capture_event ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
HOLD_WRITER_LOCKS = (
    "SELECT pg_advisory_xact_lock_shared(%s, %s), pg_advisory_xact_lock_shared(%s | last_value)"
    " FROM capture_event_id"
)
AWAIT_OLD_MONTH = "SELECT pg_advisory_xact_lock(%s, %s)"
FIND_KEYS = "SELECT capture_known_keys(%s, %s::uuid[], %s)"
INSERT_EVENTS = f"""
    INSERT INTO capture_event ({", ".join(COLUMNS)})
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::uuid[],
        %s::boolean[], %s::text[], %s::text[], %s::text[], %s::text[], %s::json[], %s::bigint[])
    ON CONFLICT DO NOTHING RETURNING id
"""
CHANNEL = "regard_events"  # what readers listen to
NOTIFY = f"SELECT pg_notify('{CHANNEL}', %s)"  # with the id of a store that has new events
HIGHEST_ID = "SELECT last_value FROM capture_event_id"
LOWEST_WRITER = """
    SELECT min((classid::bigint & 65535) << 32 | objid::bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # PostgreSQL's
MICROSECOND = timedelta(microseconds=1)
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"
_WITH_SOURCE = struct.Struct(">hiqiqiqiqi16si?")
_WITHOUT_SOURCE = struct.Struct(">hiqiqiqii16si?")
_LENGTH = struct.Struct(">i")
_IMPORT = struct.Struct(">iq")
_NULL = _LENGTH.pack(-1)


class NewEvent(NamedTuple):
    """A row to append. Times are aware; `payload` is JSON text that PostgreSQL can read (see `clean_json`)."""

    store_id: int
    received_at: datetime
    occurred_at: datetime
    source_id: int | None
    key: bytes  # 16 of them
    history: bool
    type: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    payload: bytes
    import_id: int | None = None  # the run that brought it, see ImportRun


def key_of(message_id: str) -> bytes:
    """The idempotency key that stands for a `messageId` of any length: the same id, the same key."""
    return hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=16).digest()


def new_key() -> bytes:
    """The key of an event that nobody will send again."""
    return secrets.token_bytes(16)


def key_array(keys: Iterable[bytes]) -> str:
    """Keys as PostgreSQL writes an array of uuids; a text is far quicker to pass on than that many values."""
    return "{" + ",".join([key.hex() for key in keys]) + "}"


def pack_rows(rows: Iterable[NewEvent]) -> bytes:
    """The rows in PostgreSQL's binary COPY format, without its header and trailer.

    Source: the "Binary Format" section of PostgreSQL's documentation of COPY.
    """
    return b"".join([_pack(row) for row in rows])


def _pack(row: NewEvent) -> bytes:
    (
        store,
        received,
        occurred,
        source,
        key,
        history,
        type_,
        name,
        user_id,
        anonymous_id,
        payload,
        import_id,
    ) = row
    times = ((received - EPOCH) // MICROSECOND, 8, (occurred - EPOCH) // MICROSECOND)
    if source is None:
        fixed = _WITHOUT_SOURCE.pack(len(COLUMNS), 8, store, 8, *times, -1, 16, key, 1, history)
    else:
        fixed = _WITH_SOURCE.pack(len(COLUMNS), 8, store, 8, *times, 8, source, 16, key, 1, history)
    texts = (_text(type_), _text(name), _text(user_id), _text(anonymous_id))
    brought_by = _NULL if import_id is None else _IMPORT.pack(8, import_id)
    return b"".join((fixed, *texts, _LENGTH.pack(len(payload)), payload, brought_by))


def _text(value: str | None) -> bytes:
    if value is None:
        return _NULL
    data = value.encode()
    return _LENGTH.pack(len(data)) + data


def locks_for(months: set[int], moment: datetime) -> list[tuple[str, Sequence[Any]]]:
    """The statements, with their values, that begin a writing transaction.

    months: of the rows' `received_at` (see month_number); moment: now.
    """
    statements: list[tuple[str, Sequence[Any]]] = [
        (HOLD_WRITER_LOCKS, (MONTH_LOCK, month, WRITER_LOCK)) for month in sorted(months)
    ]
    newest = max(months)
    if month_number(moment - MONTH_TURN) < newest:
        statements.append((AWAIT_OLD_MONTH, (MONTH_LOCK, newest - 1)))
    return statements


def append_events(cursor: Any, rows: Sequence[NewEvent], *, horizon: datetime) -> int:
    """Write rows in the caller's transaction; gives how many were new.

    cursor: an open cursor of psycopg or Django. horizon: repeats are looked for from this time of receipt on.
    What another writer brings at the same instant is waited for and left out.
    """
    if not rows:
        return 0
    ensure_partitions(cursor, {month_number(row.received_at) for row in rows})
    columns = [list(column) for column in zip(*_fresh_rows(cursor, rows, horizon), strict=True)]
    if not columns:
        return 0
    columns[KEY] = [key.hex() for key in columns[KEY]]
    columns[PAYLOAD] = [payload.decode() for payload in columns[PAYLOAD]]
    cursor.execute(INSERT_EVENTS, columns)
    return len(cursor.fetchall())


def copy_events(cursor: Any, rows: Sequence[NewEvent], *, horizon: datetime) -> int:
    """As `append_events`, quicker for many rows, where the caller can begin its transaction anew.

    Raises psycopg's UniqueViolation when another writer brought a key at the same instant, and CheckViolation
    when there is no partition for a month; both end the transaction.
    """
    fresh = _fresh_rows(cursor, rows, horizon)
    if fresh:
        with cursor.copy(COPY_EVENTS) as copy:
            copy.write(b"".join((COPY_HEADER, pack_rows(fresh), COPY_TRAILER)))
    return len(fresh)


def _fresh_rows(cursor: Any, rows: Sequence[NewEvent], horizon: datetime) -> list[NewEvent]:
    """Take the locks that a writer holds, then those of the rows that the log has not got, each key once."""
    months = {month_number(row.received_at) for row in rows}
    for statement, values in locks_for(months, max(row.received_at for row in rows)):
        cursor.execute(statement, values)
    fresh = {(row.store_id, row.key): row for row in rows}
    by_store: dict[int, list[bytes]] = {}
    for store_id, key in fresh:
        by_store.setdefault(store_id, []).append(key)
    for store_id, keys in by_store.items():
        for key in known_keys(cursor, store_id, keys, horizon=horizon):
            del fresh[store_id, key]
    return list(fresh.values())


def known_keys(cursor: Any, store_id: int, keys: Iterable[bytes], *, horizon: datetime) -> set[bytes]:
    """Those of the keys that the store's log holds, received at `horizon` or later."""
    cursor.execute(FIND_KEYS, (store_id, key_array(keys), horizon))
    return {key for (key,) in cursor.fetchall()}


def settled_id(cursor: Any) -> int:
    """The highest id at or below which no writer is still at work.

    Must run in READ COMMITTED, and the rows be read by a later statement, so that it sees what has committed.
    """
    cursor.execute(HIGHEST_ID)
    highest: int = cursor.fetchone()[0]
    cursor.execute(LOWEST_WRITER, (WRITER_LOCK >> 48,))
    lowest = cursor.fetchone()[0]
    return highest if lowest is None else min(highest, lowest)
