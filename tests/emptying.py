"""Emptying the tables after a test of several transactions, whose changes no rollback takes back."""

from __future__ import annotations

from django.db import OperationalError, connection
from django.test import TransactionTestCase

# Django truncates all tables, which makes the files of each and of its indexes anew and takes fifty times as long.
# The lock waits for what others have open, as TRUNCATE does. A replica minds neither foreign keys nor the guard of
# the audit log, but only a superuser may play one. Tables that grew big are truncated, or they would stay big.
DEADLOCK = "40P01"
EMPTY = """
DO $$
DECLARE
    tables regclass[];
    one regclass;
    largest bigint;
BEGIN
    SELECT array_agg(oid) INTO tables FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission');
    EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ') || ' IN ACCESS EXCLUSIVE MODE';
    SELECT max(pg_relation_size(oid)) INTO largest FROM pg_class WHERE oid = ANY (tables) OR relispartition;
    IF largest < 1000000 AND current_setting('is_superuser')::bool THEN
        SET LOCAL session_replication_role = replica;
        FOREACH one IN ARRAY tables LOOP
            EXECUTE 'DELETE FROM ' || one;
        END LOOP;
    ELSE
        EXECUTE 'TRUNCATE ' || array_to_string(tables, ', ');
    END IF;
END $$
"""


ATTEMPTS = 5


def empty_tables(_test: TransactionTestCase) -> None:
    """A page that a browser asked for last may still be read, in another order: then one of both gives way."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with connection.cursor() as cursor:
                cursor.execute(EMPTY)
        except OperationalError as error:
            if attempt == ATTEMPTS or getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
        else:
            return
