"""Purchase intent of customers and visitors: read from their visits, kept as events arrive, gone when it fades."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from regard.capture.domain.record import new_fact, record_all
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import ERASED
from regard.score.domain.causes import TIME_WENT_BY, Cause
from regard.score.domain.rules.intent import FADES_AFTER, INTENT, IntentBand
from regard.score.domain.rules.keeping import Figures, Move, hold_kept, keep_rule_scores
from regard.score.domain.subjects import user_ids_of
from regard.score.facts import ScoreChanged
from regard.score.models import Score

AT_A_TIME = 5_000  # customers
# Of the visits of a customer, the figures in the order of the inputs. A cart is carried from visit to visit, and a
# cart was left by whoever came and did not look into it.
_FIGURES = """
    greatest(sum(in_cart) - sum(taken_out), (array_agg(in_cart ORDER BY ended_at DESC))[1])::float8,
    bool_or(reached_checkout)::int4::float8,
    max(most_looks)::float8, sum(cardinality(product_ids))::float8, sum(pages)::float8,
    coalesce(max(deepest_scroll), 0)::float8, sum(policy_pages)::float8, count(*)::float8, {orders}::float8,
    (CASE WHEN (array_agg(had_cart ORDER BY ended_at DESC))[1] THEN 0
        ELSE count(*) FILTER (WHERE in_cart > 0) END)::float8,
    ((array_agg(bounced ORDER BY ended_at DESC))[1])::int4::float8
"""
# Identity by identity by their index, see known_facts. Visits that the last order followed have had their intent.
_VISITS = """
    FROM profile_identity AS identity
    CROSS JOIN LATERAL (
        SELECT * FROM profile_visit WHERE identity_id = identity.id AND started_at > {until} - %(window)s * 2
            AND ended_at > {until} - %(window)s AND ended_at <= {until} AND order_external_id = '' OFFSET 0
    ) AS visit
"""
_SINCE_ORDER = "(features.last_ordered_at IS NULL OR visit.started_at > features.last_ordered_at)"
READ = f"""
    SELECT identity.customer_id, {_FIGURES.format(orders="coalesce(max(orders), 0)")}
    {_VISITS.format(until="%(now)s")}
    LEFT JOIN score_customerfeatures AS features
        ON features.store_id = identity.store_id AND features.customer_id = identity.customer_id
    WHERE identity.store_id = %(store)s AND identity.customer_id = ANY(%(customers)s)
        AND NOT starts_with(identity.value, %(erased)s) AND {_SINCE_ORDER}
    GROUP BY identity.customer_id
"""
_ORDERS = """
    FROM profile_identity AS theirs JOIN profile_order AS placed ON placed.identity_id = theirs.id
    WHERE theirs.customer_id = past.customer_id AND NOT placed.is_return
"""
# The same at the end of visits gone by, and whether the customer ordered in the days that followed.
READ_PAST = f"""
    SELECT EXISTS (
        SELECT {_ORDERS} AND placed.ordered_at > past.ended_at AND placed.ordered_at <= past.ended_at + %(days)s
    ), told.*
    FROM (
        SELECT identity.customer_id, visit.ended_at
        FROM profile_visit AS visit JOIN profile_identity AS identity ON identity.id = visit.identity_id
        WHERE visit.store_id = %(store)s AND visit.started_at BETWEEN %(since)s AND %(until)s
            AND visit.order_external_id = '' AND NOT starts_with(identity.value, %(erased)s)
        ORDER BY hashint8(visit.id) LIMIT %(most)s
    ) AS past
    CROSS JOIN LATERAL (
        SELECT count(*) AS orders, max(placed.ordered_at) AS last_ordered_at {_ORDERS}
            AND placed.ordered_at <= past.ended_at
    ) AS features
    CROSS JOIN LATERAL (
        SELECT {_FIGURES.format(orders="features.orders")} {_VISITS.format(until="past.ended_at")}
        WHERE identity.customer_id = past.customer_id AND {_SINCE_ORDER} HAVING count(*) > 0
    ) AS told
"""


def intents_known(store: Store, customer_ids: Collection[int], *, now: datetime) -> dict[int, Figures]:
    """The figures of those of the customers who were on the site lately, in the order of the inputs. One query."""
    values: dict[str, Any] = {"store": store.pk, "customers": list(customer_ids), "now": now}
    with connection.cursor() as cursor:
        cursor.execute(READ, values | {"erased": ERASED, "window": FADES_AFTER})
        return {customer_id: figures for customer_id, *figures in cursor}


def past_intents(
    store: Store, *, since: datetime, until: datetime, days: int, most: int
) -> list[tuple[bool, Figures]]:
    """Whether somebody bought within so many days, and the figures of their intent, at the end of each of `most`
    visits without an order that began in this time. One query."""
    values: dict[str, Any] = {"store": store.pk, "since": since, "until": until, "most": most}
    values["days"] = timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(READ_PAST, values | {"erased": ERASED, "window": FADES_AFTER})
        return [(bought, figures) for bought, *figures in cursor]


@transaction.atomic
def refresh_intents(
    store: Store,
    customer_ids: Collection[int],
    *,
    cause: Cause = TIME_WENT_BY,
    causes: Mapping[int, Cause] | None = None,
) -> int:
    """Compute and keep the intent of these customers; gives how many moved."""
    now = clock.now()
    hold_kept(store, INTENT, customer_ids)
    known = intents_known(store, customer_ids, now=now)
    moves = keep_rule_scores(
        store, INTENT, known, looked_at=customer_ids, now=now, cause=cause, causes=causes
    )
    _tell(store, [move for move in moves if _is_told(move)], now)
    return len(moves)


def fade_intents(store: Store) -> int:
    """Look again at all who have an intent, which are those of three days: their visits leave the window one by
    one. Gives how many moved."""
    old = Score.objects.filter(store=store, name=INTENT.name, subject_type=INTENT.subject).order_by(
        "subject_id"
    )
    moved, after = 0, 0
    while some := list(old.filter(subject_id__gt=after).values_list("subject_id", flat=True)[:AT_A_TIME]):
        moved += refresh_intents(store, some)
        after = some[-1]
    return moved


def _is_told(move: Move) -> bool:
    """That somebody came, and that they are gone, is told by their visits."""
    band, before = move.band, move.previous_band
    return band not in {before, IntentBand.NOTHING} and (before, band) != (
        IntentBand.NOTHING,
        IntentBand.LEAVING,
    )


def _tell(store: Store, crossed: Collection[Move], now: datetime) -> None:
    """Moves into another band, to the log."""
    if not crossed:
        return
    user_ids = user_ids_of(store, [move.subject_id for move in crossed])
    rows = [
        new_fact(
            _changed(move), store_id=store.pk, occurred_at=now, history=move.history,
            user_id=user_ids.get(move.subject_id),
        )
        for move in crossed
    ]  # fmt: skip
    record_all(rows)


def _changed(move: Move) -> ScoreChanged:
    return ScoreChanged(
        score=INTENT.name, customer_id=move.subject_id, band=move.band, previous_band=move.previous_band,
        value=move.value, previous_value=move.previous_value, coverage=100,
    )  # fmt: skip
