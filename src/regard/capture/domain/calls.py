"""Calls that this installation makes itself, read like those that come in over HTTP."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from regard.capture.domain.imports.bulk import append_many
from regard.capture.domain.segment import Rejection, read_event
from regard.capture.models import Source
from regard.core import clock


@transaction.atomic
def take_calls(source: Source, calls: Iterable[bytes], *, history: bool = False) -> int:
    """Append calls of Segment's API, as JSON, to the log of the source's store; gives how many were new.

    history: they tell of the past, as an import does: they form profiles and scores and never cause a message.
    Repeats are known whenever they first came. Raises ValueError, naming the field, for a call that the API would
    reject; then none is taken.
    """
    now = clock.now()
    rows = []
    for call in calls:
        row = read_event(
            "batch", call, store_id=source.store_id, source_id=source.pk, received_at=now, sent_at=None
        )
        if isinstance(row, Rejection):
            raise ValueError(f"{row.field}: {row.reason}")  # noqa: TRY004 - of what the call says
        rows.append(row._replace(history=history))
    if not rows:
        return 0
    with connection.cursor() as cursor:
        return append_many(cursor, rows)
