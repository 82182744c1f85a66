"""Looking a store over once a day and once a week, and telling those who lead it in one message each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import ngettext

from regard.act.domain.alert_list import list_alerts
from regard.act.domain.alert_mail import one_line, with_closing
from regard.act.domain.conditions.expansion import check_expansion
from regard.act.domain.conditions.trends import (
    check_deliveries,
    check_products,
    check_satisfaction_falls,
    check_satisfaction_rises,
    check_volumes,
)
from regard.act.domain.high_value import compute_high_value_line
from regard.act.domain.outbox import NewSend, queue_sends
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.team import places_told
from regard.act.domain.thresholds import DIGEST_HOUR, OPPORTUNITY_COLLAPSE, WARNING_COLLAPSE
from regard.act.models import Alert, AlertLevel, Digest, DigestPeriod, Purpose
from regard.capture.domain.reader import hold_readers
from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store

Check = Callable[[Store, datetime], Iterable[Reason]]


@dataclass(frozen=True)
class Routine:
    """What is looked at in a period, and which alerts its message tells of."""

    level: AlertLevel
    checks: Sequence[Check]
    length: timedelta
    collapse: timedelta


ROUTINES = {
    DigestPeriod.DAILY: Routine(
        AlertLevel.WARNING,
        (check_satisfaction_falls, check_products, check_deliveries, check_volumes),
        timedelta(days=1),
        WARNING_COLLAPSE,
    ),
    DigestPeriod.WEEKLY: Routine(
        AlertLevel.OPPORTUNITY,
        (check_satisfaction_rises, check_expansion),
        timedelta(days=7),
        OPPORTUNITY_COLLAPSE,
    ),
}


def make_due_digests(store: Store) -> list[DigestPeriod]:
    """Make the digests of a store that are due and were not made; gives which.

    Due is the day's from 8 o'clock in the store's time zone, and the week's from 8 o'clock on Monday.
    """
    due_day = (clock.now().astimezone(ZoneInfo(store.time_zone)) - timedelta(hours=DIGEST_HOUR)).date()
    monday = due_day - timedelta(days=due_day.weekday())
    days = {DigestPeriod.DAILY: due_day, DigestPeriod.WEEKLY: monday}
    return [period for period, day in days.items() if _make_digest(store, period, day)]


@transaction.atomic
def _make_digest(store: Store, period: DigestPeriod, day: date) -> bool:
    """Look the store over and queue the messages, once a day or week; False when that was done before.

    The readers of the log stand still meanwhile: no alert of theirs falls between two digests, and nobody is
    erased between what is read of them and what is written.
    """
    now, routine = clock.now(), ROUTINES[period]
    digest, made = Digest.objects.get_or_create(
        store=store, period=period, day=day, defaults={"made_at": now}
    )
    if not made:
        return False
    hold_readers(store)
    with translation.override(page_language(store.language)):
        if period == DigestPeriod.DAILY:
            compute_high_value_line(store)
        reasons = [reason for check in routine.checks for reason in check(store, now)]
        raise_for(store, reasons, collapse=routine.collapse)
        digest.made_at = clock.now()  # the clock runs: what was just raised belongs to this digest
        digest.save()
        _queue_messages(store, period, day, _news(digest))
    return True


def _news(digest: Digest) -> list[Alert]:
    """The alerts that were raised since the digest before, or in one period's length if there was none."""
    store, routine, until = digest.store, ROUTINES[DigestPeriod(digest.period)], digest.made_at
    earlier = Digest.objects.filter(store=store, period=digest.period).exclude(pk=digest.pk)
    last = earlier.order_by("-made_at").first()
    since = last.made_at if last else until - routine.length
    raised = Alert.objects.filter(store=store, level=routine.level, raised_at__gt=since, raised_at__lte=until)
    return list(raised.select_related("identity").order_by("kind", "-raised_at", "-id"))


def _queue_messages(store: Store, period: DigestPeriod, day: date, alerts: Sequence[Alert]) -> None:
    """One message a place and digest; none when there is nothing to tell."""
    if not alerts:
        return
    if period == DigestPeriod.DAILY:
        subject = ngettext("%(store)s: %(count)s warning", "%(store)s: %(count)s warnings", len(alerts))
    else:
        subject = ngettext(
            "%(store)s: %(count)s opportunity", "%(store)s: %(count)s opportunities", len(alerts)
        )
    body = list_alerts(store, alerts)
    queue_sends(
        store,
        [
            NewSend(
                channel=place.channel,
                recipient=place.recipient,
                purpose=Purpose.TEAM,
                intent=f"{period}_digest",
                instance=day.isoformat(),
                subject=subject % {"store": one_line(store.name), "count": len(alerts)},
                body_text=with_closing(body, store, place),
            )
            for place in places_told(store, summaries=True)
        ],
    )
