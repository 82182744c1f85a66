"""Statements for somebody who waits: given up when they take long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

_SET = "SELECT SET_CONFIG('statement_timeout', %s, TRUE)"


class TakesTooLong(Exception):
    """A statement was given up; what came before it in the block is undone."""


@contextmanager
def statements_within(longest: str) -> Iterator[None]:
    """Each statement of the block may take so long, such as "2s"; afterwards what held before holds again.

    Raises TakesTooLong.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT CURRENT_SETTING('statement_timeout')")
            [before] = cursor.fetchone()
            cursor.execute(_SET, [longest])
            yield
            cursor.execute(_SET, [before])
    except OperationalError as error:
        if took_too_long(error):
            raise TakesTooLong from error
        raise


def took_too_long(error: Exception) -> bool:
    """Whether the database gave a statement up; what else goes wrong with it may be right the next time."""
    return isinstance(error.__cause__, QueryCanceled)
