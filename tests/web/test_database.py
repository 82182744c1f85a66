"""Pages and a database that is started again."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connection

from regard.core.models import Store


def in_a_request(served_by: list[int]) -> None:
    """As a page's thread does: a connection of the pool, given back at the end."""

    def serve() -> None:
        try:
            assert Store.objects.exists()
            served_by.append(connection.connection.info.backend_pid)
        finally:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    thread.join(60)


@pytest.mark.django_db(transaction=True)
def test_a_request_after_the_database_was_restarted_is_served(test_dsn, store):
    connection.close()
    served_by: list[int] = []
    in_a_request(served_by)
    with psycopg.connect(test_dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (served_by[0],))
    in_a_request(served_by)
    assert len(set(served_by)) == 2
