"""What is kept of customers in numbers, as columns: much quicker to read than the facts that it was made of."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from regard.core.models import Store
from regard.score.domain.columns import Whole, run_columns
from regard.score.domain.features import SERIES, Features
from regard.score.domain.known_facts import Kind

# A column's type -> how it is read: NULL is NaN, NaT or 0.
_READ = {
    "Whole": "{}::int8",
    "Numbers": "coalesce({}::float8, 'NaN')",
    "Times": "coalesce({}, '-infinity')",
    "Column": "(CASE WHEN {0} IS NULL THEN 0 ELSE array_position(%(series)s::text[], {0}::text) END)::int2",
}
_COLUMNS = {field.name: _READ[str(field.type)].format(field.name) for field in fields(Features)}
_BUYERS = f"""
    SELECT {", ".join(f"coalesce(array_agg({column}), '{{}}')" for column in _COLUMNS.values())} FROM (
        SELECT * FROM score_customerfeatures
        WHERE store_id = %(store)s AND customer_id = ANY(%(customers)s) AND orders > 0 ORDER BY customer_id
    ) AS buyer
"""
_SERIES = [SERIES[kind].value if kind in SERIES else None for kind in Kind]


def kept_buyers(store: Store, customers: Whole) -> Features:
    """Those of the customers who have bought, as they were kept last; rows by ascending id. One query."""
    [columns] = run_columns(
        _BUYERS, {"store": store.pk, "customers": np.unique(customers), "series": _SERIES}
    )
    return Features(**dict(zip(_COLUMNS, columns, strict=True)))
