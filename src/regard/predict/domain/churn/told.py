"""What was told of customers at the time, held against what they did then."""

from __future__ import annotations

from datetime import datetime, timedelta

from regard.core.models import Store
from regard.predict.domain.churn.judging import Judged, judge
from regard.predict.domain.churn.outcomes import left_after
from regard.score.domain.columns import run_columns

# The last risk of each customer that had been kept by the moment; moves by less than five points are not kept.
_TOLD = """
    SELECT array_agg(customer_id), array_agg(value) FROM (
        SELECT DISTINCT ON (customer_id) customer_id, value::float8 FROM predict_churnriskchange
        WHERE store_id = %(store)s AND predicted_at <= %(moment)s
        ORDER BY customer_id, predicted_at DESC, id DESC
    ) AS last
"""


def judge_told(store: Store, *, now: datetime, days: int) -> Judged | None:
    """The risks that held so many days ago, by what happened since; None where none were told by then."""
    moment = now - timedelta(days=days)
    [(customers, percent)] = run_columns(_TOLD, {"store": store.pk, "moment": moment})
    if customers is None:
        return None
    return judge(percent / 100, left_after(store, customers, moment=moment, days=days, known_at=now))
