"""Raising alerts from what a batch of events has brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from regard.act.domain.alert_mail import queue_alert_mails
from regard.act.domain.thresholds import COLLAPSE, LATE_FACTS, NEGATIVE_STARS, REPEAT_ORDERS
from regard.act.facts import AlertRaised
from regard.act.models import Alert, AlertKind, AlertLevel, AlertOccurrence, AlertState
from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.reader import Batch
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Identity
from regard.score.domain.features import VOID_STATUSES
from regard.score.domain.subjects import user_ids_of

QUOTE_LENGTH = 200  # characters of a review that an alert shows

# Orders count up to the moment of the review, so that it makes no difference which of them is read first.
FIND_NEGATIVE_REVIEWS = """
    SELECT review.external_id, review.event_id, author.customer_id, review.rating, bought.orders,
        coalesce(nullif(review.title, ''), review.body)
    FROM profile_identity author JOIN listen_review review ON review.identity_id = author.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS orders FROM profile_identity own JOIN profile_order ON identity_id = own.id
        WHERE own.store_id = author.store_id AND own.customer_id = author.customer_id
            AND ordered_at <= review.reviewed_at AND lower(status) <> ALL(%(void)s)
    ) AS bought
    WHERE author.store_id = %(store)s AND author.customer_id = ANY(%(touched)s)
        AND NOT review.history AND review.rating <= %(stars)s AND bought.orders >= %(orders)s
        AND (review.event_id = ANY(%(live_events)s)
            OR author.customer_id = ANY(%(live_customers)s) AND review.reviewed_at > %(late)s)
        AND NOT EXISTS (
            SELECT FROM act_alertoccurrence known WHERE known.store_id = author.store_id
            AND known.kind = %(kind)s AND known.instance = review.external_id)
    ORDER BY review.reviewed_at, review.external_id
"""


@dataclass(frozen=True)
class NegativeReview:
    external_id: str
    event_id: int
    customer_id: int
    rating: int
    orders: int
    words: str


def raise_alerts(batch: Batch) -> None:
    """Raise the alerts that the live events of a batch give reason for; imported ones never do.

    A review raises one alert, however often it is read; while an alert of the same customer is open and
    younger than a day, it collapses into that. New alerts are e-mailed to those who lead the store. The same
    few queries, whatever the number of events.
    """
    live = [] if batch.is_backfill else [event.id for event in batch.events if not event.history]
    if not live:
        return
    found = _negative_reviews(batch, live)
    if not found:
        return
    open_alerts = _open_alerts(batch.store, {review.customer_id for review in found})
    new: dict[int, Alert] = {}
    with translation.override(batch.store.language):
        for review in found:
            if review.customer_id in open_alerts:
                open_alerts[review.customer_id].repeats += 1
            else:
                new[review.customer_id] = _new_alert(batch.store, review)
                open_alerts[review.customer_id] = new[review.customer_id]
        _keep(batch.store, found, open_alerts, list(new.values()))
        queue_alert_mails(batch.store, list(new.values()))


def _negative_reviews(batch: Batch, live: list[int]) -> list[NegativeReview]:
    identities = {batch.identity_of[event] for event in live if event in batch.identity_of}
    owners = Identity.objects.filter(store=batch.store, id__in=identities)
    live_customers = set(owners.values_list("customer_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            FIND_NEGATIVE_REVIEWS,
            {
                "store": batch.store.pk,
                "touched": sorted(batch.touched | live_customers),
                "live_events": live,
                "live_customers": sorted(live_customers),
                "late": clock.now() - LATE_FACTS,
                "stars": NEGATIVE_STARS,
                "orders": REPEAT_ORDERS,
                "void": list(VOID_STATUSES),
                "kind": AlertKind.NEGATIVE_REVIEW,
            },
        )
        return [NegativeReview(*row) for row in cursor.fetchall()]


def _open_alerts(store: Store, customer_ids: set[int]) -> dict[int, Alert]:
    """Locked, so that nobody handles an alert while something collapses into it."""
    rows = Alert.objects.select_for_update().filter(
        store=store,
        kind=AlertKind.NEGATIVE_REVIEW,
        customer_id__in=customer_ids,
        raised_at__gt=clock.now() - COLLAPSE,
    )
    return {alert.customer_id: alert for alert in rows.exclude(state=AlertState.HANDLED).order_by("id")}


def _new_alert(store: Store, review: NegativeReview) -> Alert:
    return Alert(
        store=store,
        kind=AlertKind.NEGATIVE_REVIEW,
        level=AlertLevel.CRITICAL,
        customer_id=review.customer_id,
        reason=_reason(review),
        event_id=review.event_id,
        instance=review.external_id,
        raised_at=clock.now(),
    )


def _reason(review: NegativeReview) -> str:
    said = {"stars": review.rating, "orders": review.orders, "words": _quote(review.words)}
    if not said["words"]:
        return _("%(stars)s of 5 stars from a customer with %(orders)s orders.") % said
    return _("%(stars)s of 5 stars from a customer with %(orders)s orders: “%(words)s”") % said


def _quote(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= QUOTE_LENGTH else line[: QUOTE_LENGTH - 1] + "…"


def _keep(
    store: Store, found: Sequence[NegativeReview], alert_of: dict[int, Alert], new: Sequence[Alert]
) -> None:
    """alert_of: by customer. Writes alerts, what they are about, and the facts."""
    Alert.objects.bulk_create(new)
    Alert.objects.bulk_update([alert for alert in alert_of.values() if alert not in new], ["repeats"])
    AlertOccurrence.objects.bulk_create(
        [
            AlertOccurrence(
                store=store,
                kind=AlertKind.NEGATIVE_REVIEW,
                instance=review.external_id,
                alert=alert_of[review.customer_id],
                event_id=review.event_id,
                at=clock.now(),
            )
            for review in found
        ]
    )
    _record_raised(store, new)


def _record_raised(store: Store, alerts: Sequence[Alert]) -> None:
    if not alerts:
        return
    user_ids = user_ids_of(store, [alert.customer_id for alert in alerts])
    rows = [
        new_fact(
            AlertRaised(
                alert_id=alert.pk,
                kind=alert.kind,
                level=alert.level,
                customer_id=alert.customer_id,
                event_id=alert.event_id,
            ),
            store_id=store.pk,
            key=str(alert.pk),
            user_id=user_ids.get(alert.customer_id),
        )
        for alert in alerts
    ]
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=rows[0].received_at - REPEAT_HORIZON)
