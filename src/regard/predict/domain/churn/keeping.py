"""The risk of each customer by the model in use, kept with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from regard.capture.domain.log import NewEvent
from regard.capture.domain.record import new_fact, record_all
from regard.core import clock
from regard.core.models import Store
from regard.predict.facts import ChurnRiskCrossed
from regard.predict.models import FittedModel
from regard.profile.models import ERASED
from regard.score.domain.churn.risk import ROUTED_ABOVE
from regard.score.domain.columns import Chosen, Numbers, Whole, chosen_rows, run_columns
from regard.score.domain.known_facts import Asked, asked_values
from regard.score.domain.subjects import user_ids_of

MOVED_BY = 5  # points: less is no news
MOVES_KEPT = timedelta(days=761)  # two years and a month, so that a year can be judged against the one before

_BY_ID, _BY_RANGE = "customer_id = ANY(%(customers)s)", "customer_id BETWEEN %(first)s AND %(last)s"
_NOTED = """
    SELECT array_agg(customer_id), array_agg(noted::float8), array_agg(model_id)
    FROM predict_churnrisk WHERE store_id = %(store)s AND {whom}
"""
# Somebody may have been erased since their facts were read: of them nothing is kept.
_IS_SOMEBODY = """
    EXISTS (
        SELECT FROM profile_identity AS identity
        WHERE identity.store_id = %(store)s AND identity.customer_id = new.customer_id
            AND NOT starts_with(identity.value, %(erased)s))
"""
_KEEP = f"""
    INSERT INTO predict_churnrisk (store_id, customer_id, model_id, value, noted, computed_at)
    SELECT %(store)s, customer_id, %(model)s, value, noted, %(now)s
    FROM unnest(%(customers)s::int8[], %(values)s::float8[], %(noted)s::float8[])
        AS new (customer_id, value, noted)
    WHERE {_IS_SOMEBODY}
    ORDER BY customer_id
    ON CONFLICT (store_id, customer_id) DO UPDATE SET
        value = excluded.value, noted = excluded.noted, model_id = excluded.model_id,
        computed_at = excluded.computed_at
    WHERE (predict_churnrisk.value, predict_churnrisk.noted, predict_churnrisk.model_id)
        <> (excluded.value, excluded.noted, excluded.model_id)
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
# Who is told nothing any more is noted so: what was told before holds no longer.
_FORGET = """
    WITH gone AS (
        DELETE FROM predict_churnrisk WHERE store_id = %(store)s AND {whom} RETURNING customer_id, model_id
    )
    INSERT INTO predict_churnriskchange (store_id, customer_id, model_id, predicted_at)
    SELECT %(store)s, customer_id, model_id, %(now)s FROM gone
"""
_FORGET_OLD = """
    DELETE FROM predict_churnriskchange AS old WHERE store_id = %(store)s AND predicted_at < %(bound)s AND EXISTS (
        SELECT FROM predict_churnriskchange AS later
        WHERE later.store_id = old.store_id AND later.customer_id = old.customer_id
            AND later.predicted_at < %(bound)s AND (later.predicted_at, later.id) > (old.predicted_at, old.id))
"""


@dataclass(frozen=True)
class Noted:
    """A row a customer: the value noted last, NaN for none, and the model that it is kept of, 0 for none."""

    value: Numbers
    model: Whole


@dataclass(frozen=True)
class Risks:
    """Columns by ascending customer: percent with one decimal, the value noted last, NaN for none, and whether a
    move of it is history, by which nobody is alarmed."""

    customers: Whole
    value: Numbers
    noted: Numbers
    is_past: Chosen

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


def noted_of(store: Store, asked: Asked, customers: Whole) -> Noted:
    """What is kept of these customers (ids, ascending), of those asked for. One query."""
    found = Noted(np.full(len(customers), np.nan), np.zeros(len(customers), np.int64))
    [(known, values, models)] = run_columns(_NOTED.format(whom=_whom(asked)), _asked(store, asked))
    if known is not None:
        _both, ours, theirs = np.intersect1d(customers, known, return_indices=True)
        found.value[ours], found.model[ours] = values[theirs], models[theirs]
    return found


def keep_risks(store: Store, kept: FittedModel, risks: Risks, *, now: datetime) -> None:
    """Keep the risks, note those that are news, and record who crossed the line."""
    moved = chosen_rows(risks, risks.moved)
    common = {"store": store.pk, "model": kept.pk, "now": now, "erased": ERASED}
    [(told,)] = run_columns(_NOTE, common | {"customers": moved.customers, "values": moved.value})
    noted = np.where(risks.moved, risks.value, risks.noted)
    run_columns(_KEEP, common | {"customers": risks.customers, "values": risks.value, "noted": noted})
    _record_crossings(store, chosen_rows(risks, risks.crossed & np.isin(risks.customers, told)), now)


def leave_out(store: Store, asked: Asked, customers: Whole, *, now: datetime) -> None:
    """Forget the risks of those asked for who are none of these customers."""
    whom = f"{_whom(asked)} AND customer_id <> ALL(%(told)s::int8[])"
    run_columns(_FORGET.format(whom=whom), _asked(store, asked) | {"told": customers, "now": now})


def forget_risks(store: Store) -> None:
    """Of all customers, where no model is in use any more; what was predicted stays, to be judged by."""
    run_columns(_FORGET.format(whom="TRUE"), {"store": store.pk, "now": clock.now()})


def _whom(asked: Asked) -> str:
    return _BY_RANGE if isinstance(asked, tuple) else _BY_ID


def _asked(store: Store, asked: Asked) -> dict[str, Any]:
    return {"store": store.pk, **asked_values(asked)}


def _record_crossings(store: Store, crossed: Risks, now: datetime) -> None:
    if not len(crossed.customers):
        return
    rows = _facts(store, crossed, now)
    record_all(rows)


def _facts(store: Store, crossed: Risks, now: datetime) -> list[NewEvent]:
    user_ids = user_ids_of(store, crossed.customers.tolist())
    columns = (crossed.customers, crossed.value, crossed.noted, crossed.is_past)
    return [
        new_fact(
            ChurnRiskCrossed(
                customer_id=customer_id, is_above=value > ROUTED_ABOVE, value=value, previous_value=noted
            ),
            store_id=store.pk,
            occurred_at=now,
            history=is_past,
            user_id=user_ids.get(customer_id),
        )
        for customer_id, value, noted, is_past in zip(*(each.tolist() for each in columns), strict=True)
    ]


def forget_old_moves(store: Store) -> int:
    """Delete what was told long ago and was no longer true long ago; gives how many that were.

    Of each customer the risk that held at the bound stays, since it is what was told then.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FORGET_OLD, {"store": store.pk, "bound": clock.now() - MOVES_KEPT})
        return int(cursor.rowcount)
