"""What was told of customers at the time, held against what they did then."""

from __future__ import annotations

from datetime import datetime, timedelta

from regard.core.models import Store
from regard.predict.domain.churn.judging import Judged, judge
from regard.predict.domain.churn.outcomes import left_after
from regard.score.domain.columns import run_columns

# The last risk of each customer that had been kept by the moment; moves by less than five points are not kept.
# Left out are those of whom none was told any more, who were merged since, and what was told of another window.
_TOLD = """
    SELECT array_agg(last.customer_id), array_agg(last.value::float8) FROM (
        SELECT DISTINCT ON (customer_id) customer_id, model_id, value FROM predict_churnriskchange
        WHERE store_id = %(store)s AND predicted_at <= %(moment)s
        ORDER BY customer_id, predicted_at DESC, id DESC
    ) AS last
    JOIN profile_customer AS customer
        ON customer.id = last.customer_id AND customer.store_id = %(store)s AND customer.merged_into_id IS NULL
    JOIN predict_fittedmodel AS model
        ON model.id = last.model_id AND model.card -> 'days' = to_jsonb(%(days)s::int)
    WHERE last.value IS NOT NULL
"""


def judge_told(store: Store, *, now: datetime, days: int) -> Judged | None:
    """The risks that held so many days ago, by what happened since; None where none were told by then."""
    moment = now - timedelta(days=days)
    [(customers, percent)] = run_columns(_TOLD, {"store": store.pk, "moment": moment, "days": days})
    if customers is None:
        return None
    return judge(percent / 100, left_after(store, customers, moment=moment, days=days, known_at=now))
