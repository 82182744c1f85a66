"""What is kept of customers already, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from regard.core.models import Store
from regard.score.domain.columns import Column, Numbers, Whole, chosen_rows, run_columns
from regard.score.domain.health import BANDS, NOT_ENOUGH
from regard.score.domain.known_facts import Asked, asked_values

BAND_NAMES = [band.value for band in BANDS]


@dataclass(frozen=True)
class Present:
    """What is kept, a row a customer. revision and digests are 0, and value is NaN, where there is nothing."""

    customer_id: Whole
    revision: Whole
    features_digest: Whole
    value: Numbers
    band: Column
    score_digest: Whole


NOTHING_KEPT = Present(*(np.empty(0, kind) for kind in ("i8", "i8", "i8", "f8", "i2", "i8")))

_PRESENT = """
    SELECT array_agg(customer_id), array_agg(coalesce(revision, 0)), array_agg(coalesce(features.digest, 0)),
        array_agg(coalesce(value::float8, 'NaN')),
        array_agg((coalesce(array_position(%(bands)s::text[], band::text), 6) - 1)::int2),
        array_agg(coalesce(score.digest, 0))
    FROM (
        SELECT customer_id, revision, digest FROM score_customerfeatures
        WHERE store_id = %(store)s AND {features}
    ) AS features FULL JOIN (
        SELECT subject_id AS customer_id, value, band, digest FROM score_score
        WHERE store_id = %(store)s AND name = 'health' AND subject_type = 'customer' AND {scores}
    ) AS score USING (customer_id)
"""
_BY_ID = "{} = ANY(%(customers)s)"
_BY_RANGE = "{} BETWEEN %(first)s AND %(last)s"


def present_scores(store: Store, asked: Asked) -> Present:
    """What is kept of these customers, those of whom anything is; by id. One query."""
    where = _BY_RANGE if isinstance(asked, tuple) else _BY_ID
    statement = _PRESENT.format(features=where.format("customer_id"), scores=where.format("subject_id"))
    values = {"store": store.pk, "bands": BAND_NAMES, **asked_values(asked)}
    [columns] = run_columns(statement, values)
    if columns[0] is None:
        return NOTHING_KEPT
    present = Present(*columns)
    return chosen_rows(present, np.argsort(present.customer_id))


def present_of(present: Present, customers: Whole) -> Present:
    """A row for each of these customers (ids in ascending order), of whom nothing need be kept."""
    places = np.searchsorted(customers, present.customer_id)
    size = len(customers)
    nothing, unknown = np.zeros(size, np.int64), np.full(size, np.nan)
    band = np.full(size, NOT_ENOUGH, np.int16)
    every = Present(customers, nothing, nothing.copy(), unknown, band, nothing.copy())
    for column in fields(Present)[1:]:
        getattr(every, column.name)[places] = getattr(present, column.name)
    return every
