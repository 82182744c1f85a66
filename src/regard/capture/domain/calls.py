"""Calls that this installation makes itself, read like those that come in over HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.db import connection, transaction

from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.segment import Rejection, read_event
from regard.capture.models import Source
from regard.core import clock


@transaction.atomic
def take_calls(source: Source, calls: Iterable[Mapping[str, Any]]) -> int:
    """Append calls of Segment's API to the log of the source's store; gives how many were new.

    Raises ValueError, naming the field, for a call that the API would reject; then none is taken.
    """
    now = clock.now()
    rows = []
    for call in calls:
        row = read_event(
            "batch",
            msgspec.json.encode(call),
            store_id=source.store_id,
            source_id=source.pk,
            received_at=now,
            sent_at=None,
        )
        if isinstance(row, Rejection):
            raise ValueError(f"{row.field}: {row.reason}")  # noqa: TRY004 - of what the call says
        rows.append(row)
    with connection.cursor() as cursor:
        return append_events(cursor, rows, horizon=now - REPEAT_HORIZON)
