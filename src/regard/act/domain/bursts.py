"""Telling of critical alerts without a storm of messages.

The first few that a store raises are told at once, each by itself. What comes on top within ten minutes of the
first is gathered, and told together once these are over. What is gathered is rows of the transaction that raised
it, and it is told in the transaction that notes that it was: whoever is killed in between, all of it is told, and
once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils import translation
from django.utils.translation import ngettext

from regard.act.domain.alert_list import list_alerts
from regard.act.domain.alert_mail import one_line, queue_alert_messages, with_closing
from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.domain.team import places_told
from regard.act.domain.thresholds import BURST_ALONE, BURST_SPAN
from regard.act.models import Alert, AlertBurst, GatheredAlert, Purpose
from regard.capture.domain.reader import hold_readers
from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store

INTENT = "alerts"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('critical alerts of a store', %s))"
log = logging.getLogger("regard.alerts")


def tell_critical(store: Store, alerts: Sequence[Alert]) -> int:
    """Tell those who lead the store of these new critical alerts, or gather them; gives the number of people.

    In the caller's transaction, and the language that is active. The alerts come with their identities.
    """
    if not alerts:
        return 0
    places = places_told(store)
    people = sum(place.is_person for place in places)
    if not people:
        log.warning(
            "store %s: an alert is e-mailed to nobody: there is no owner, admin or manager", store.slug
        )
    burst = _open_burst(store)
    room = max(BURST_ALONE - burst.alone, 0)
    alone, on_top = alerts[:room], alerts[room:]
    queue_alert_messages(store, alone, places)
    GatheredAlert.objects.bulk_create([GatheredAlert(alert=alert, burst=burst) for alert in on_top])
    burst.alone += len(alone)
    burst.gathered += len(on_top)
    burst.save(update_fields=["alone", "gathered"])
    return people


def stores_with_gathered_due() -> list[int]:
    """The ids of stores with something gathered that is to be told by now. One query along an index."""
    due = AlertBurst.objects.filter(told_at=None, gathered__gt=0, began_at__lte=clock.now() - BURST_SPAN)
    return sorted(set(due.values_list("store_id", flat=True)))


@transaction.atomic
def tell_gathered_due(store: Store) -> None:
    """Tell of what was gathered, where its time is over. Readers of the log stand still, so that nobody is erased
    between what is read of them and what is written."""
    hold_readers(store)
    _lock(store)
    due = AlertBurst.objects.filter(
        store=store, told_at=None, gathered__gt=0, began_at__lte=clock.now() - BURST_SPAN
    )
    with translation.override(page_language(store.language)):
        for burst in due.order_by("began_at"):
            _tell_gathered(store, burst)


def sends_about(alert_ids: Sequence[int]) -> Q:
    """Which messages tell the team of these alerts, by themselves or among others. One query."""
    gathered = GatheredAlert.objects.filter(alert__in=alert_ids)
    bursts = {str(number) for number in gathered.values_list("burst", flat=True)}
    alone = Q(intent="alert", instance__in=[str(number) for number in alert_ids])
    return alone | Q(intent=INTENT, instance__in=bursts)


def told_together_at(store: Store, alert_ids: Sequence[int]) -> datetime | None:
    """When those of these alerts that are gathered, and not told yet, will be. One query."""
    waiting = GatheredAlert.objects.filter(alert__in=alert_ids, burst__store=store, burst__told_at=None)
    began_at = waiting.aggregate(last=Max("burst__began_at"))["last"]
    return began_at + BURST_SPAN if began_at else None


def _open_burst(store: Store) -> AlertBurst:
    """The one that goes on, or a new one. Two at once cannot go on: whoever asks waits for the others."""
    _lock(store)
    now = clock.now()
    last = AlertBurst.objects.filter(store=store).order_by("-began_at").first()
    if last is not None and _goes_on(last, now):
        return last
    return AlertBurst.objects.create(store=store, began_at=now)


def _goes_on(burst: AlertBurst, now: datetime) -> bool:
    return now < burst.began_at + BURST_SPAN


def _lock(store: Store) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [store.pk])


def _tell_gathered(store: Store, burst: AlertBurst) -> None:
    """One message a place. By kind, in the order in which they were raised."""
    gathered = GatheredAlert.objects.filter(burst=burst).values("alert")
    rows = Alert.objects.filter(store=store, pk__in=gathered).select_related("identity")
    alerts = list(rows.order_by("kind", "raised_at", "id"))
    subject = ngettext(
        "%(store)s: %(count)s more critical alert", "%(store)s: %(count)s more critical alerts", len(alerts)
    ) % {"store": one_line(store.name), "count": len(alerts)}
    body = list_alerts(store, alerts)
    messages = [
        NewSend(
            channel=place.channel,
            recipient=place.recipient,
            purpose=Purpose.TEAM,
            intent=INTENT,
            instance=str(burst.pk),
            subject=subject,
            body_text=with_closing(body, store, place),
        )
        for place in places_told(store)
    ]
    queue_sends(store, messages)
    burst.told_at = clock.now()
    burst.save(update_fields=["told_at"])
