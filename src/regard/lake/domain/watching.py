"""How the lake learns which rows changed: PostgreSQL notes it, in the transaction that changes them.

Triggers on the tables that sources read note the store and the bucket (a range of ids) of every row that a
statement wrote or deleted, each once a statement. So nothing can change a row past the lake, whether a stage of
the pipeline, a merge, an erasure, an import that is taken back or a repair by hand, and finding changes reads no
table.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from regard.core.registry import LakeSource, lake_sources

BUCKET_BITS = 16  # a bucket is 65,536 ids: small enough to write anew every minute, large enough for a file
PATIENCE = "5s"  # for writers, whom making a trigger would hold up meanwhile
PRESENT = r"""
    SELECT tgname, tgrelid::regclass::text FROM pg_trigger
    WHERE tgname LIKE 'lake\_%' AND NOT tgisinternal
"""
WHOLE = """
    CREATE OR REPLACE TRIGGER {trigger} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION lake_note_rows({source})
"""
# Where most updates are none of the lake's business, as when somebody was merely seen again, comparing a few
# values of each row is cheaper than keeping all rows until the statement ends.
SINGLE = """
    CREATE OR REPLACE TRIGGER {trigger} AFTER UPDATE OF {columns} ON {table}
    FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION lake_note_row({source})
"""
FORGET_ALL = sql.SQL("; DELETE FROM lake_lakestate")


def bucket_of(row_id: int) -> int:
    return row_id >> BUCKET_BITS


def watch_sources(connection: psycopg.Connection) -> None:
    """Make the triggers that are missing, and remove those of sources that are gone.

    While one was missing nothing was noted, of any store: what the database knows of their files is dropped with
    it, so that all are made anew.
    Returns when whatever began before them has ended, so that a later snapshot holds all that they did not note.
    connection: in autocommit. Raises psycopg.errors.LockNotAvailable while writers keep a table busy.
    """
    wanted = {name: statement for source in lake_sources for name, statement in _triggers(source)}
    present: dict[str, str] = dict(connection.execute(PRESENT).fetchall())
    if wanted.keys() == present.keys():
        return
    for name in sorted(present.keys() - wanted.keys()):
        drop = sql.SQL("DROP TRIGGER {} ON {}").format(sql.Identifier(name), sql.Identifier(present[name]))
        _change_table(connection, drop)
    for name in sorted(wanted.keys() - present.keys()):
        _change_table(connection, wanted[name] + FORGET_ALL)


def _change_table(connection: psycopg.Connection, statement: sql.Composed) -> None:
    """One table a transaction: who holds one and waits for the next stands in the way of who writes to both."""
    with connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", (PATIENCE,))
        connection.execute(statement)


def _triggers(source: LakeSource) -> list[tuple[str, sql.Composed]]:
    """Their names, which tell what they do, and what makes them."""
    events = [("INSERT", "NEW"), ("DELETE", "OLD")]
    if not source.moved_by:
        events.append(("UPDATE", "NEW"))
    made = [(f"lake_{source.name}_{event.lower()}", _whole(source, event, rows)) for event, rows in events]
    return made + ([_single(source)] if source.moved_by else [])


def _whole(source: LakeSource, event: str, rows: str) -> sql.Composed:
    return sql.SQL(WHOLE).format(
        trigger=sql.Identifier(f"lake_{source.name}_{event.lower()}"),
        event=sql.SQL(event),
        rows=sql.SQL(rows),
        table=sql.Identifier(source.table),
        source=sql.Literal(source.name),
    )


def _single(source: LakeSource) -> tuple[str, sql.Composed]:
    name = f"lake_{source.name}_{'_'.join(source.moved_by)}"
    changed = sql.SQL("OLD.{0} IS DISTINCT FROM NEW.{0}")
    statement = sql.SQL(SINGLE).format(
        trigger=sql.Identifier(name),
        columns=sql.SQL(", ").join(map(sql.Identifier, source.moved_by)),
        table=sql.Identifier(source.table),
        moved=sql.SQL(" OR ").join(changed.format(sql.Identifier(column)) for column in source.moved_by),
        source=sql.Literal(source.name),
    )
    return name, statement
