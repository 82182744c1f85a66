"""Telling senders that something is due."""

from __future__ import annotations

from django.db import connection

NOTIFICATION = "regard_outbox"


def wake_senders() -> None:
    """When the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", (NOTIFICATION,))
