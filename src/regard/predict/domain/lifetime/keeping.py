"""The lifetime values of all customers of a store, computed and kept at night for lists and segments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import transaction

from regard.core.models import Store
from regard.lake.domain.reading import open_lake
from regard.predict.domain.fitted import model_in_use
from regard.predict.domain.lifetime.histories import Histories, Numbers, day_in
from regard.predict.domain.lifetime.lake_histories import read_histories
from regard.predict.domain.lifetime.valuing import Values, model_of, values_of
from regard.predict.models import LifetimeValue, ModelKind
from regard.profile.models import ERASED
from regard.score.domain.columns import Column, run_columns

CHUNK = 50_000  # customers written in one transaction
EPOCH = date(1970, 1, 1)  # days are sent as numbers since then
HIGH = 0.25  # specification, routing value: the quarter of most value counts as high

_COLUMNS = {
    "customer_id": ("int8[]", "{}"),
    "purchases": ("int8[]", "{}"),
    "first_day": ("int8[]", "date '1970-01-01' + {}::int"),
    "last_day": ("int8[]", "date '1970-01-01' + {}::int"),
    "spent": ("float8[]", "nullif({}, 'NaN')"),
    "alive": ("float8[]", "nullif({}, 'NaN')"),
    "expected": ("float8[]", "nullif({}, 'NaN')"),
    "worth": ("float8[]", "nullif({}, 'NaN')"),
    "is_high": ("bool[]", "CASE WHEN worth <> 'NaN' THEN {} END"),
}
_KEPT = (
    "customer_id", "purchases", "first_on", "last_on", "spent_minor", "alive", "expected_purchases",
    "expected_minor", "is_likely_high",
)  # fmt: skip
# Somebody may have been erased or merged since the lake was read: of them no row is made.
_KEEP = f"""
    INSERT INTO predict_lifetimevalue (store_id, model_id, computed_at, {", ".join(_KEPT)})
    SELECT %(store)s, %(model)s, %(as_of)s, {", ".join(null.format(name) for name, (_t, null) in _COLUMNS.items())}
    FROM unnest({", ".join(f"%({name})s::{sent}" for name, (sent, _null) in _COLUMNS.items())})
        AS new ({", ".join(_COLUMNS)})
    WHERE EXISTS (
        SELECT FROM profile_identity AS identity
        WHERE identity.store_id = %(store)s AND identity.customer_id = new.customer_id
            AND NOT starts_with(identity.value, %(erased)s))
    ORDER BY customer_id
    ON CONFLICT (store_id, customer_id) DO UPDATE SET model_id = excluded.model_id,
        computed_at = excluded.computed_at, {", ".join(f"{name} = excluded.{name}" for name in _KEPT[1:])}
    WHERE predict_lifetimevalue.computed_at <= excluded.computed_at
"""


def refresh_lifetime_values(store: Store, *, as_of: datetime) -> int:
    """Compute and keep the value of every customer who bought, as the lake knows them; gives how many.

    as_of: the present. Without a model in use only what was realised is kept. What a run that began later has
    kept meanwhile stays as it is.
    """
    today = day_in(store, as_of)
    with open_lake(store) as lake:
        histories = read_histories(lake, as_of=as_of, today=today, cut=today)
    model = model_in_use(store, ModelKind.LIFETIME_VALUE)
    values = values_of(model_of(model.parameters), histories) if model and len(histories) else None
    columns = _columns(histories, values, today)
    told = {"store": store.pk, "model": model and model.pk, "as_of": as_of, "erased": ERASED}
    for start in range(0, len(histories), CHUNK):
        some = {name: column[start : start + CHUNK] for name, column in columns.items()}
        with transaction.atomic():
            run_columns(_KEEP, some | told)
    LifetimeValue.objects.filter(store=store).filter(computed_at__lt=as_of).delete()
    return len(histories)


def likely_high(worth: Numbers) -> Column:
    """Who is in the quarter of most worth to come; who is level with its last counts too."""
    if not len(worth):
        return np.zeros(0, bool)
    least = np.sort(worth)[::-1][max(int(np.ceil(len(worth) * HIGH)) - 1, 0)]
    high: Column = (worth >= least) & (worth > 0)
    return high


def _columns(histories: Histories, values: Values | None, today: date) -> dict[str, Any]:
    first = (today - EPOCH).days - np.round(histories.age * 7).astype(np.int64)
    unknown = np.full(len(histories), np.nan)
    return {
        "customer_id": histories.customer_id,
        "purchases": histories.repeats.astype(np.int64) + 1,
        "first_day": first,
        "last_day": first + np.round(histories.recency * 7).astype(np.int64),
        "spent": histories.spent,
        "alive": np.where(histories.repeats > 0, values.alive, np.nan) if values else unknown,
        "expected": values.purchases if values else unknown,
        "worth": np.round(values.worth) if values else unknown,
        "is_high": likely_high(values.worth) if values else np.zeros(len(histories), bool),
    }
