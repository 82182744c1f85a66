"""The risk of each customer by the model in use, kept with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from regard.capture.domain.log import REPEAT_HORIZON, NewEvent, append_events
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.core.models import Store
from regard.predict.domain.churn.inputs import Seen
from regard.predict.domain.churn.logistic import ChurnModel
from regard.predict.facts import ChurnRiskCrossed
from regard.predict.models import ChurnRisk, FittedModel
from regard.profile.models import ERASED
from regard.score.domain.churn.risk import ROUTED_ABOVE
from regard.score.domain.columns import Chosen, Numbers, Whole, chosen_rows, run_columns
from regard.score.domain.computing import features_now
from regard.score.domain.known_facts import Asked
from regard.score.domain.refresh import customer_ranges, plan_for_many
from regard.score.domain.rhythm import expected_gap, rhythm_of
from regard.score.domain.subjects import user_ids_of

MOVED_BY = 5  # points: less is no news
MOVES_KEPT = timedelta(days=761)  # two years and a month, so that a year can be judged against the one before

_PRESENT = """
    SELECT array_agg(customer_id), array_agg(noted::float8), coalesce(bool_or(computed_at >= %(fitted_at)s), FALSE)
    FROM predict_churnrisk
    WHERE store_id = %(store)s AND customer_id BETWEEN %(first)s AND %(last)s
"""
# Somebody may have been erased since their facts were read: of them nothing is kept.
_IS_SOMEBODY = """
    EXISTS (
        SELECT FROM profile_identity AS identity
        WHERE identity.store_id = %(store)s AND identity.customer_id = new.customer_id
            AND NOT starts_with(identity.value, %(erased)s))
"""
_KEEP = f"""
    INSERT INTO predict_churnrisk (store_id, customer_id, value, noted, computed_at)
    SELECT %(store)s, customer_id, value, noted, %(now)s
    FROM unnest(%(customers)s::int8[], %(values)s::float8[], %(noted)s::float8[])
        AS new (customer_id, value, noted)
    WHERE {_IS_SOMEBODY}
    ORDER BY customer_id
    ON CONFLICT (store_id, customer_id) DO UPDATE SET
        value = excluded.value, noted = excluded.noted, computed_at = excluded.computed_at
    WHERE (predict_churnrisk.value, predict_churnrisk.noted) <> (excluded.value, excluded.noted)
"""
_NOTE = f"""
    WITH noted AS (
        INSERT INTO predict_churnriskchange (store_id, customer_id, model_id, value, predicted_at)
        SELECT %(store)s, customer_id, %(model)s, value, %(now)s
        FROM unnest(%(customers)s::int8[], %(values)s::float8[]) AS new (customer_id, value)
        WHERE {_IS_SOMEBODY}
        RETURNING customer_id
    ) SELECT coalesce(array_agg(customer_id), '{{}}') FROM noted
"""
_LEAVE_OUT = """
    DELETE FROM predict_churnrisk
    WHERE store_id = %(store)s AND customer_id BETWEEN %(first)s AND %(last)s
        AND customer_id <> ALL(%(customers)s::int8[])
"""


_FORGET = """
    DELETE FROM predict_churnriskchange AS old WHERE store_id = %(store)s AND predicted_at < %(bound)s AND EXISTS (
        SELECT FROM predict_churnriskchange AS later
        WHERE later.store_id = old.store_id AND later.customer_id = old.customer_id
            AND later.predicted_at < %(bound)s AND (later.predicted_at, later.id) > (old.predicted_at, old.id))
"""


@dataclass(frozen=True)
class Risks:
    """Columns by ascending customer: percent with one decimal, and the value noted last, NaN for none."""

    customers: Whole
    value: Numbers
    noted: Numbers

    @property
    def moved(self) -> Chosen:
        """Whose risk is news: the first, one that is far from what was noted, or across the line."""
        far = ~(np.abs(self.value - self.noted) < MOVED_BY)
        moved: Chosen = far | self.crossed
        return moved

    @property
    def crossed(self) -> Chosen:
        """Whose risk was noted on the other side of the line; the first one crosses nothing."""
        sides = (self.value > ROUTED_ABOVE) != (self.noted > ROUTED_ABOVE)
        crossed: Chosen = sides & ~np.isnan(self.noted)
        return crossed


def predict_all(store: Store, kept: FittedModel, model: ChurnModel) -> int:
    """Compute and keep the risk of every customer who has bought; gives how many there are."""
    return sum(_predict_range(store, kept, model, asked) for asked in customer_ranges(store))


@transaction.atomic
def _predict_range(store: Store, kept: FittedModel, model: ChurnModel, asked: tuple[int, int]) -> int:
    now = clock.now()
    plan_for_many()
    seen = seen_now(store, asked, now=now)
    value = np.round(100 * model.risks(seen), 1)
    ends = {"store": store.pk, "first": asked[0], "last": asked[1]}
    before, is_first = _present(ends | {"fitted_at": kept.fitted_at}, seen.customers)
    risks = Risks(seen.customers, value, before)
    run_columns(_LEAVE_OUT, ends | {"customers": risks.customers})
    keep_risks(store, kept, risks, now=now, is_first=is_first)
    return len(risks.customers)


def seen_now(store: Store, asked: Asked, *, now: datetime) -> Seen:
    """Those of the customers who have bought, as they are known."""
    gap = expected_gap(rhythm_of(store, as_of=now))
    found = features_now(store, now, asked)
    return Seen(chosen_rows(found, found.orders > 0), now, gap.days)


def _present(asked: dict[str, Any], customers: Whole) -> tuple[Numbers, bool]:
    """What was noted of each, and whether the model tells of these customers for the first time."""
    noted = np.full(len(customers), np.nan)
    [(known, values, is_told)] = run_columns(_PRESENT, asked)
    if known is not None:
        _both, ours, theirs = np.intersect1d(customers, known, return_indices=True)
        noted[ours] = values[theirs]
    return noted, not is_told


def keep_risks(store: Store, kept: FittedModel, risks: Risks, *, now: datetime, is_first: bool) -> None:
    """Keep the risks, note those that are news, and record who crossed the line.

    is_first: the model tells of these customers for the first time. Who crosses the line then has done nothing, it
    is the model that differs: the fact is history, by which nobody is alarmed.
    """
    moved = chosen_rows(risks, risks.moved)
    common = {"store": store.pk, "model": kept.pk, "now": now, "erased": ERASED}
    [(told,)] = run_columns(_NOTE, common | {"customers": moved.customers, "values": moved.value})
    noted = np.where(risks.moved, risks.value, risks.noted)
    run_columns(_KEEP, common | {"customers": risks.customers, "values": risks.value, "noted": noted})
    crossed = chosen_rows(risks, risks.crossed & np.isin(risks.customers, told))
    _record_crossings(store, crossed, now, history=is_first)


def _record_crossings(store: Store, crossed: Risks, now: datetime, *, history: bool) -> None:
    if not len(crossed.customers):
        return
    rows = _facts(store, crossed, now, history=history)
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=rows[0].received_at - REPEAT_HORIZON)


def _facts(store: Store, crossed: Risks, now: datetime, *, history: bool) -> list[NewEvent]:
    user_ids = user_ids_of(store, crossed.customers.tolist())
    return [
        new_fact(
            ChurnRiskCrossed(
                customer_id=customer_id, is_above=value > ROUTED_ABOVE, value=value, previous_value=noted
            ),
            store_id=store.pk,
            occurred_at=now,
            history=history,
            user_id=user_ids.get(customer_id),
        )
        for customer_id, value, noted in zip(*(column.tolist() for column in _columns(crossed)), strict=True)
    ]


def _columns(risks: Risks) -> tuple[Whole, Numbers, Numbers]:
    return risks.customers, risks.value, risks.noted


def forget_risks(store: Store) -> None:
    """The present risks, where no model is in use any more; what was predicted stays, to be judged by."""
    ChurnRisk.objects.filter(store=store).delete()


def forget_old_moves(store: Store) -> int:
    """Delete what was told long ago and was no longer true long ago; gives how many that were.

    Of each customer the risk that held at the bound stays, since it is what was told then.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"store": store.pk, "bound": clock.now() - MOVES_KEPT})
        return int(cursor.rowcount)
