"""The planner's statistics, brought up to date by the reader where it has made them wrong.

PostgreSQL looks once a minute, and while the first large batch is on its way it finds the tables empty. The joins
of the next batches would then be planned for one row, and take hours for what takes a second.
"""

from __future__ import annotations

from django.db import connection

# Tables that have changed more, since they were last analysed, than they were thought to hold; and those which a
# vacuum found empty that came while their first rows were being written.
OUTGROWN = """
    SELECT format('%I.%I', schemaname, stat.relname) FROM pg_stat_user_tables stat
    JOIN pg_class ON pg_class.oid = relid
    WHERE n_mod_since_analyze > greatest(reltuples, 5000)
        OR reltuples = 0 AND relpages > 10 AND n_live_tup > 1000
"""


# Tables that this transaction has more than doubled.
OUTGROWN_HERE = """
    SELECT format('%I.%I', schemaname, here.relname) FROM pg_stat_xact_user_tables AS here
    JOIN pg_class ON pg_class.oid = relid
    WHERE n_tup_ins > greatest(reltuples, 1000)
"""


def refresh_statistics() -> None:
    """Analyse the tables that have outgrown what is known of them. Must run outside of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(OUTGROWN)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {table}")


def learn_new_rows() -> None:
    """Analyse the tables that the current transaction has outgrown, for what it does next.

    Of a store that looked around with a few rows before its first import, the planner else compares each row of
    the import with each other. What somebody else analyses just now is left to them.
    """
    with connection.cursor() as cursor:
        cursor.execute(OUTGROWN_HERE)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {table}")


def forget_plans() -> None:
    """Let the foreign keys of what this transaction has written be checked by plans for tables as large as now.

    They are checked when it ends, by plans that a connection keeps: those made while a table was small read all of
    it for each row.
    """
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
