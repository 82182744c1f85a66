"""What goes better or worse in a store. Only what happens live gives reason; what was imported may be the past
that it is compared with. Each check is one query over a few weeks of the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from regard.act.domain import thresholds
from regard.act.domain.raising import Reason
from regard.act.models import AlertKind, AlertLevel
from regard.core.models import Store
from regard.core.registry import volumes
from regard.listen.models import Measure, Topic
from regard.profile.domain.lateness import late_sql
from regard.profile.domain.product_titles import product_titles
from regard.score.domain.known_facts import told_by

SATISFACTION = """
    SELECT measure, topic, avg(score) FILTER (WHERE recent AND NOT history),
        count(*) FILTER (WHERE recent AND NOT history), avg(score) FILTER (WHERE before),
        count(*) FILTER (WHERE before)
    FROM (
        SELECT *, answered_at > %(recent)s AS recent, answered_at > %(from)s AND answered_at <= %(to)s AS before
        FROM listen_response
        WHERE store_id = %(store)s AND score IS NOT NULL AND answered_at > %(from)s AND answered_at <= %(now)s
    ) AS answer GROUP BY measure, topic ORDER BY measure, topic
"""
PRODUCTS = """
    SELECT product, avg(stars) FILTER (WHERE said_at > %(recent)s AND NOT history),
        count(*) FILTER (WHERE said_at > %(recent)s AND NOT history),
        avg(stars) FILTER (WHERE said_at <= %(recent)s), count(*) FILTER (WHERE said_at <= %(recent)s)
    FROM (
        SELECT product_external_id AS product, rating::float AS stars, reviewed_at AS said_at, history
        FROM listen_review
        WHERE store_id = %(store)s AND reviewed_at > %(from)s AND reviewed_at <= %(now)s
        UNION ALL SELECT product_external_id, 1 + score / 25, answered_at, history
        FROM listen_response WHERE store_id = %(store)s AND measure = 'csat' AND topic = 'product'
            AND answered_at > %(from)s AND answered_at <= %(now)s
    ) AS said
    WHERE product <> '' GROUP BY product ORDER BY product
"""
# A delivery happens live when what tells of it does: the order itself, or the last of its parcels.
TOLD_BY_IMPORT = f"""coalesce((
        SELECT event.history FROM capture_event AS event WHERE event.store_id = placed.store_id
        AND event.id = CASE WHEN placed.told ? 'delivered_at' THEN {told_by("placed", "delivered_at")} ELSE (
            SELECT {told_by("parcel", "delivered_at")} FROM profile_shipment AS parcel
            WHERE parcel.order_external_id = placed.external_id AND parcel.store_id + 0 = placed.store_id
                AND NOT parcel.superseded
            ORDER BY parcel.delivered_at DESC NULLS LAST, parcel.id LIMIT 1
        ) END
    ), placed.history)"""
DELIVERIES = f"""
    SELECT 100 * avg(in_time) FILTER (WHERE recent AND NOT history),
        count(*) FILTER (WHERE recent AND NOT history),
        100 * avg(in_time) FILTER (WHERE NOT recent), count(*) FILTER (WHERE NOT recent)
    FROM (
        SELECT delivered_at > %(recent)s AS recent,
            CASE WHEN delivered_at > %(recent)s THEN {TOLD_BY_IMPORT} END AS history,
            CASE WHEN {late_sql("delivered_at", "promised_at")} THEN 0.0 ELSE 1.0 END AS in_time
        FROM profile_order AS placed WHERE store_id = %(store)s AND promised_at IS NOT NULL
            AND delivered_at > %(from)s AND delivered_at <= %(now)s
    ) AS delivered
"""
VOLUMES = """
    SELECT what, count(*) FILTER (WHERE at > %(recent)s AND NOT history), count(*) FILTER (WHERE at <= %(recent)s)
    FROM ({sql}) AS counted (what, at, history) GROUP BY what ORDER BY what
"""


def check_satisfaction_falls(store: Store, now: datetime) -> Iterator[Reason]:
    """The answers of 7 days, at least 20, are on average 5 % below those of 28 days."""
    recent, since = now - thresholds.TREND_RECENT, now - thresholds.TREND_BASELINE
    values = {"recent": recent, "from": since, "to": now}
    for measure, topic, mean, count, before, _count in _rows(SATISFACTION, store, now, values):
        if count >= thresholds.TREND_ANSWERS and mean <= before * (1 - thresholds.TREND_SHARE):
            told = _satisfaction(measure, topic) | _figures(mean, before, count)
            text = _(
                "%(measure)s with %(topic)s: %(mean)s of 100 in 7 days (%(count)s answers), %(before)s in 28."
            )
            yield _warning(AlertKind.SATISFACTION_FALL, f"{measure}/{topic}", text % told, now)


def check_satisfaction_rises(store: Store, now: datetime) -> Iterator[Reason]:
    """The answers of 28 days are on average 5 % above those of the 28 days before, at least 20 of each."""
    recent = now - thresholds.TREND_BASELINE
    values = {"recent": recent, "from": recent - thresholds.TREND_BASELINE, "to": recent}
    for measure, topic, mean, count, before, earlier in _rows(SATISFACTION, store, now, values):
        enough = min(count, earlier) >= thresholds.TREND_ANSWERS
        if enough and mean >= before * (1 + thresholds.TREND_SHARE):
            told = _satisfaction(measure, topic) | _figures(mean, before, count)
            text = _(
                "%(measure)s with %(topic)s: %(mean)s of 100 in 28 days (%(count)s answers), %(before)s before."
            )
            yield _reason(AlertKind.SATISFACTION_RISE, f"{measure}/{topic}", text % told, now)


def check_products(store: Store, now: datetime) -> Iterator[Reason]:
    """A product's ratings of 28 days, at least 10, are 0.3 stars below those of the year before, at least 20."""
    recent = now - thresholds.PRODUCT_RECENT
    values = {"recent": recent, "from": recent - thresholds.PRODUCT_BASELINE}
    rows = _rows(PRODUCTS, store, now, values)
    titles = product_titles(store, (row[0] for row in rows))
    for product, mean, count, before, earlier in rows:
        enough = count >= thresholds.PRODUCT_RATINGS and earlier >= thresholds.PRODUCT_RATINGS_BEFORE
        if enough and mean <= before - thresholds.PRODUCT_FALL_STARS + 1e-9:
            stars = {"mean": number_format(mean, 1), "before": number_format(before, 1)}
            told = stars | {"count": count, "product": titles.get(product, product)}
            text = _("%(product)s: %(mean)s of 5 stars in 28 days (%(count)s ratings), %(before)s before.")
            yield _warning(AlertKind.PRODUCT_FALL, product, text % told, now)


def check_deliveries(store: Store, now: datetime) -> Iterator[Reason]:
    """Of the deliveries of 7 days, at least 20, 5 points fewer came in time than in the 28 days before."""
    recent = now - thresholds.TREND_RECENT
    values = {"recent": recent, "from": recent - thresholds.TREND_BASELINE, "zone": store.time_zone}
    for share, count, before, earlier in _rows(DELIVERIES, store, now, values):
        enough = min(count, earlier) >= thresholds.LATE_DELIVERIES
        if enough and float(share) <= float(before) - thresholds.LATE_POINTS:
            told = _figures(share, before, count)
            text = _("%(mean)s %% of %(count)s deliveries came in time in 7 days, %(before)s %% before.")
            yield _warning(AlertKind.LATE_DELIVERIES, "deliveries", text % told, now)


def check_volumes(store: Store, now: datetime) -> Iterator[Reason]:
    """Of a category of tickets at least 10 came in 7 days, and 25 % more than in the 7 days before."""
    recent = now - thresholds.TREND_RECENT
    since = recent - thresholds.TREND_RECENT
    for volume in volumes:
        values = {"recent": recent, "since": since, "until": now}
        for what, count, before in _rows(VOLUMES.format(sql=volume.sql), store, now, values):
            if count >= thresholds.VOLUME_LEAST and count >= before * (1 + thresholds.VOLUME_SHARE):
                told = {"count": count, "before": before, "what": what}
                text = _("%(what)s: %(count)s in 7 days, %(before)s in the 7 days before.")
                yield _warning(AlertKind.VOLUME_RISE, f"{volume.name}/{what}"[:200], text % told, now)


def _rows(statement: str, store: Store, now: datetime, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"store": store.pk, "now": now, **values})
        return list(cursor.fetchall())


def _satisfaction(measure: str, topic: str) -> dict[str, str]:
    return {"measure": str(Measure(measure).label), "topic": str(Topic(topic).label)}


def _figures(mean: float, before: float, count: int) -> dict[str, str]:
    return {"mean": f"{mean:.0f}", "before": f"{before:.0f}", "count": str(count)}


def _warning(kind: AlertKind, subject: str, text: str, now: datetime) -> Reason:
    return _reason(kind, subject, text, now, AlertLevel.WARNING)


def _reason(
    kind: AlertKind, subject: str, text: str, now: datetime, level: AlertLevel = AlertLevel.OPPORTUNITY
) -> Reason:
    instance = f"{now.isoformat()}/{subject}"
    return Reason(kind=kind, level=level, instance=instance, text=text, subject=subject)
