"""Moves of health from one band into another, told to the log."""

from __future__ import annotations

import numpy as np
from django.db import connection

from regard.capture.domain.log import REPEAT_HORIZON, NewEvent, append_events
from regard.capture.domain.record import new_fact
from regard.score.domain.causes import Causes
from regard.score.domain.columns import chosen_rows
from regard.score.domain.computing import Computed, View
from regard.score.domain.health import BANDS, NOT_ENOUGH
from regard.score.domain.subjects import user_ids_of
from regard.score.facts import HealthChanged


def record_crossings(view: View, moved: Computed, causes: Causes) -> None:
    """Record HealthChanged for those whose band is another now.

    The first band of somebody is a move only when an event of theirs brought it: a million of such facts after an
    import would tell nothing. Of whom nothing is known any more, as of who was merged into another, has not moved.
    """
    band, before = moved.healths.band, moved.before.band
    by_event = (causes.event_id != 0) & ~causes.history
    is_known = moved.healths.coverage > 0
    crossed = is_known & (band != before) & (by_event | (before != NOT_ENOUGH))
    if not crossed.any():
        return
    rows = _facts(view, moved.only(crossed), chosen_rows(causes, crossed))
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=rows[0].received_at - REPEAT_HORIZON)


def _facts(view: View, crossed: Computed, causes: Causes) -> list[NewEvent]:
    user_ids = user_ids_of(view.store, crossed.customers.tolist())
    return [
        new_fact(
            _health_changed(crossed, row, customer_id),
            store_id=view.store.pk,
            occurred_at=view.as_of,
            history=bool(causes.history[row]),
            user_id=user_ids.get(customer_id),
        )
        for row, customer_id in enumerate(crossed.customers.tolist())
    ]


def _health_changed(crossed: Computed, row: int, customer_id: int) -> HealthChanged:
    return HealthChanged(
        customer_id=customer_id,
        band=BANDS[crossed.healths.band[row]].value,
        previous_band=BANDS[crossed.before.band[row]].value,
        value=_known(crossed.healths.value[row]),
        previous_value=_known(crossed.before.value[row]),
        coverage=int(crossed.healths.coverage[row]),
    )


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
