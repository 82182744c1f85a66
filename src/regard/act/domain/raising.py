"""Raising alerts for reasons that were found, or letting open ones take them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q

from regard.act.domain.alert_mail import queue_alert_mails
from regard.act.domain.thresholds import COLLAPSE
from regard.act.facts import AlertRaised
from regard.act.models import Alert, AlertKind, AlertLevel, AlertOccurrence, AlertState
from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Customer
from regard.score.domain.subjects import user_ids_of

About = tuple[str, int | None, str]  # kind, and the customer or subject


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why an alert is raised. instance: what was said or counted, once; text: a sentence for people.

    subject: what it is about where there is no customer.
    """

    kind: AlertKind
    level: AlertLevel
    instance: str
    text: str
    event_id: int | None = None
    customer_id: int | None = None
    subject: str = ""

    @property
    def about(self) -> About:
        return (self.kind, self.customer_id, "" if self.customer_id else self.subject)


def raise_for(
    store: Store, reasons: Sequence[Reason], *, collapse: timedelta = COLLAPSE
) -> dict[tuple[AlertKind, str], Alert]:
    """Raise an alert for each of these reasons; gives the alert of each by (kind, instance).

    While an alert about the same customer or subject is open and younger than `collapse`, a reason collapses
    into that. Critical ones are e-mailed at once to those who lead the store. In the caller's transaction,
    language and order; a kind and instance must not have been raised before.
    """
    if not reasons:
        return {}
    alert_of = _open_alerts(store, reasons, collapse)
    new: list[Alert] = []
    given: dict[tuple[AlertKind, str], Alert] = {}
    for reason in reasons:
        alert = alert_of.get(reason.about)
        if alert is None:
            alert = alert_of[reason.about] = _new_alert(store, reason)
            new.append(alert)
        elif (reason.kind, reason.instance) not in given:
            alert.repeats += 1
        given[reason.kind, reason.instance] = alert
    _keep(store, reasons, given, new)
    queue_alert_mails(store, [alert for alert in new if alert.level == AlertLevel.CRITICAL])
    return given


def _open_alerts(store: Store, reasons: Sequence[Reason], collapse: timedelta) -> dict[About, Alert]:
    """Locked, so that nobody handles an alert while something collapses into it.

    Alerts of customers who were merged since count as those of who they are now.
    """
    living = _living(store, {reason.customer_id for reason in reasons if reason.customer_id})
    subjects = {reason.subject for reason in reasons if not reason.customer_id and reason.subject}
    rows = Alert.objects.select_for_update().filter(
        Q(customer__in=living) | Q(customer=None, subject__in=subjects),
        store=store,
        kind__in={reason.kind for reason in reasons},
        raised_at__gt=clock.now() - collapse,
    )
    return {
        (alert.kind, living.get(alert.customer_id or 0), "" if alert.customer_id else alert.subject): alert
        for alert in rows.exclude(state=AlertState.HANDLED).order_by("id")
    }


def _living(store: Store, customer_ids: set[int]) -> dict[int, int]:
    """These customers and those that were merged into them -> who they are now."""
    if not customer_ids:
        return {}
    merged = Customer.objects.filter(store=store, merged_into__in=customer_ids)
    return {pk: pk for pk in customer_ids} | dict(merged.values_list("pk", "merged_into_id"))


def _new_alert(store: Store, reason: Reason) -> Alert:
    return Alert(
        store=store,
        kind=reason.kind,
        level=reason.level,
        customer_id=reason.customer_id,
        subject=reason.subject,
        reason=reason.text,
        event_id=reason.event_id,
        instance=reason.instance,
        raised_at=clock.now(),
    )


def _keep(
    store: Store,
    reasons: Iterable[Reason],
    given: dict[tuple[AlertKind, str], Alert],
    new: Sequence[Alert],
) -> None:
    """Write alerts, what they are about, and the facts."""
    Alert.objects.bulk_create(new)
    grown = {alert.pk: alert for alert in given.values() if alert.repeats}
    Alert.objects.bulk_update(grown.values(), ["repeats"])
    first = {(reason.kind, reason.instance): reason for reason in reversed(list(reasons))}
    AlertOccurrence.objects.bulk_create(
        [
            AlertOccurrence(
                store=store,
                kind=kind,
                instance=instance,
                alert=given[kind, instance],
                event_id=reason.event_id,
                at=clock.now(),
            )
            for (kind, instance), reason in first.items()
        ]
    )
    _record_raised(store, new)


def _record_raised(store: Store, alerts: Sequence[Alert]) -> None:
    if not alerts:
        return
    user_ids = user_ids_of(store, [alert.customer_id for alert in alerts if alert.customer_id])
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
            user_id=user_ids.get(alert.customer_id or 0),
        )
        for alert in alerts
    ]
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=rows[0].received_at - REPEAT_HORIZON)
