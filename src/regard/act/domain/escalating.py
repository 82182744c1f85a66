"""Telling those who lead a store of alerts that nobody handled in time, once each, and whoever they were given to.

That an alert was told is noted in the transaction that queues the messages: whoever is killed in between, it is
told, and once. All that are overdue by then are told in one message.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.act.domain.alert_list import list_alerts
from regard.act.domain.alert_mail import one_line, with_closing
from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.domain.team import TO_OWNERS, Place, member_addresses, places_told
from regard.act.domain.thresholds import BURST_SPAN
from regard.act.facts import AlertEscalated
from regard.act.models import Alert, AlertState, Purpose
from regard.capture.domain.log import REPEAT_HORIZON, append_events
from regard.capture.domain.reader import hold_readers
from regard.capture.domain.record import new_fact
from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store

TO_LEADERS = "alerts_overdue"
UNTOLD = {"state__in": [AlertState.NEW, AlertState.SEEN], "escalated_at": None}
AT_ONCE = 2_000  # alerts of a store in one transaction, and message


def stores_with_overdue_alerts() -> list[int]:
    """The ids of stores with alerts whose time has passed, of which nobody was told. One query along an index."""
    rows = Alert.objects.filter(**UNTOLD, due_at__lt=clock.now())
    return sorted(set(rows.order_by("due_at").values_list("store", flat=True)[:100_000]))


@transaction.atomic
def escalate_overdue(store: Store) -> int:
    """Tell of the alerts whose time has passed; gives how many there were, AT_ONCE at the most. None while the
    store was told a short while ago: what falls due one after another is told together.

    Readers of the log stand still, so that nobody is erased between what is read of them and what is written.
    """
    now = clock.now()
    if Alert.objects.filter(store=store, escalated_at__gt=now - BURST_SPAN).exists():
        return 0
    hold_readers(store)
    rows = Alert.objects.filter(**UNTOLD, store=store, due_at__lt=now).select_related("identity", "owner")
    # What somebody handles at this moment is left out, and looked at again in a minute.
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    alerts = sorted(locked.order_by("due_at", "id")[:AT_ONCE], key=lambda alert: alert.kind)
    if not alerts:
        return 0
    leaders = places_told(store)
    leading = {place.recipient for place in leaders if place.is_person}
    owned = _by_owner(store, [alert for alert in alerts if alert.owner and alert.owner.email not in leading])
    with translation.override(page_language(store.language)), timezone.override(ZoneInfo(store.time_zone)):
        to_leaders = [_message(store, alerts, place, intent=TO_LEADERS) for place in leaders]
        to_owners = [
            _message(store, theirs, Place("email", who), intent=TO_OWNERS) for who, theirs in owned.items()
        ]
        queue_sends(store, [*to_leaders, *to_owners])
    for alert in alerts:
        alert.escalated_at = now
        alert.escalated_to = len(leading) + bool(alert.owner and alert.owner.email in owned)
    Alert.objects.bulk_update(alerts, ["escalated_at", "escalated_to"])
    _record(store, alerts)
    return len(alerts)


def _by_owner(store: Store, alerts: Sequence[Alert]) -> dict[str, list[Alert]]:
    """These alerts by the addresses of their owners; who is no member any more is left out."""
    members = member_addresses(store) if alerts else []
    owned: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.owner and alert.owner.email in members:
            owned.setdefault(alert.owner.email, []).append(alert)
    return owned


def _message(store: Store, alerts: Sequence[Alert], place: Place, *, intent: str) -> NewSend:
    count = len(alerts)
    subject = ngettext(
        "%(store)s: %(count)s alert is overdue", "%(store)s: %(count)s alerts are overdue", count
    )
    said = ngettext(
        "It was to be handled by the time that stands with it, and is neither handled nor snoozed.",
        "They were to be handled by the times that stand with them, and are neither handled nor snoozed.",
        count,
    )
    body = f"{said}\n\n{list_alerts(store, alerts, add=_due_and_whose)}"
    theirs = _("You get this since it was given to you to be handled.")
    return NewSend(
        channel=place.channel,
        recipient=place.recipient,
        purpose=Purpose.TEAM,
        intent=intent,
        # An alert is told of once: no other message begins with this one.
        instance=str(alerts[0].pk),
        subject=subject % {"store": one_line(store.name), "count": count},
        body_text=f"{body}\n{theirs}\n" if intent == TO_OWNERS else with_closing(body, store, place),
    )


def _due_and_whose(alert: Alert) -> str:
    due_at = formats.date_format(timezone.localtime(alert.due_at), "DATETIME_FORMAT")
    if alert.owner is None:
        return " " + _("(by %(time)s; nobody's yet)") % {"time": due_at}
    return " " + _("(by %(time)s; %(owner)s)") % {"time": due_at, "owner": alert.owner.email}


def _record(store: Store, alerts: Sequence[Alert]) -> None:
    facts = [
        AlertEscalated(
            alert_id=alert.pk,
            due_at=alert.due_at.isoformat() if alert.due_at else "",
            mailed=alert.escalated_to or 0,
        )
        for alert in alerts
    ]
    rows = [new_fact(fact, store_id=store.pk, key=str(fact.alert_id)) for fact in facts]
    with connection.cursor() as cursor:
        append_events(cursor, rows, horizon=rows[0].received_at - REPEAT_HORIZON)
