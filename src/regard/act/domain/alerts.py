"""Raising alerts from what a batch of events has brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils import translation
from django.utils.translation import gettext as _

from regard.act.domain.alert_table import LIVE_ALERTS, LiveAlert
from regard.act.domain.conditions.finding import Checked, Finding
from regard.act.domain.evaluations import Evaluated, keep_evaluations, waiting_events
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.thresholds import NEWS_AGE
from regard.act.models import AlertKind, AlertOccurrence
from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.core import clock
from regard.core.languages import page_language
from regard.core.models import Store


@dataclass
class _Work:
    """What one kind of alert has to check: new events, and by event id the identities of earlier ones.

    too_old: what is no news any more.
    """

    events: list[LoggedEvent] = field(default_factory=list)
    too_old: list[LoggedEvent] = field(default_factory=list)
    waiting: dict[int, int] = field(default_factory=dict)


def raise_alerts(batch: Batch) -> None:
    """Check the live events of a batch against every alert, raise those they give reason for, and note why or
    why not.

    Imported events never do, nor do those of longer ago than `NEWS_AGE`. A thing that was said raises one alert,
    however often it is told. What may match when more becomes known of its customer is checked again then. The
    number of queries does not depend on that of events: one when none of them concerns an alert.
    """
    if batch.is_backfill:
        return
    work = _work(batch)
    for kind, waiting in waiting_events(batch).items():
        work.setdefault(AlertKind(kind), _Work()).waiting = waiting
    if not work:
        return
    with translation.override(page_language(batch.store.language)):
        found = [
            (alert, finding)
            for alert in LIVE_ALERTS
            if alert.kind in work
            for finding in _check(alert, batch, work[alert.kind])
        ]
        _settle(batch.store, found)


def _work(batch: Batch) -> dict[AlertKind, _Work]:
    """The live events of the batch, by the kinds of alert that they concern."""
    work: dict[AlertKind, _Work] = {}
    oldest = clock.now() - NEWS_AGE
    for event in batch.events:
        if not event.history:
            for alert in LIVE_ALERTS:
                if alert.concerns(event):
                    theirs = work.setdefault(alert.kind, _Work())
                    (theirs.events if event.occurred_at >= oldest else theirs.too_old).append(event)
    return work


def _check(alert: LiveAlert, batch: Batch, work: _Work) -> list[Finding]:
    old = [_too_old(event, batch.identity_of.get(event.id)) for event in work.too_old]
    if not (work.events or work.waiting):
        return old
    named = {event.id: batch.identity_of[event.id] for event in work.events if event.id in batch.identity_of}
    return [*old, *alert.check(Checked(batch.store, work.waiting | named, work.events))]


def _too_old(event: LoggedEvent, identity_id: int | None) -> Finding:
    why = _("It happened more than %(days)s days before it was read, which is no news.")
    return Finding(
        event_id=event.id,
        instance="",
        matched=False,
        why=why % {"days": NEWS_AGE.days},
        identity_id=identity_id,
    )


def _settle(store: Store, found: Sequence[tuple[LiveAlert, Finding]]) -> None:
    """Raise what matches and was not known, and keep what came of everything."""
    known = _known(store, [(alert.kind, finding.instance) for alert, finding in found if finding.matched])
    fresh = [(alert, finding) for alert, finding in found if (alert.kind, finding.instance) not in known]
    raised = raise_for(store, [_reason(*one) for one in fresh if one[1].matched])
    repeated = [
        Evaluated(alert.kind, replace(finding, matched=False, why=_("It has raised an alert before.")), None)
        for alert, finding in found
        if known.get((alert.kind, finding.instance), finding.event_id) != finding.event_id
    ]
    evaluated = [
        Evaluated(alert.kind, finding, raised.get((alert.kind, finding.instance))) for alert, finding in fresh
    ]
    keep_evaluations(store, [*evaluated, *repeated])


def _reason(alert: LiveAlert, finding: Finding) -> Reason:
    return Reason(
        kind=alert.kind,
        level=alert.level,
        instance=finding.instance,
        text=finding.reason,
        event_id=finding.event_id,
        identity_id=finding.identity_id,
        subject=finding.subject,
    )


def _known(store: Store, things: Iterable[tuple[AlertKind, str]]) -> dict[tuple[str, str], int | None]:
    """Those of these things that have raised an alert or gone into one, with the event that told of it."""
    wanted = set(things)
    if not wanted:
        return {}
    rows = AlertOccurrence.objects.filter(
        store=store,
        kind__in={kind for kind, _instance in wanted},
        instance__in={instance for _kind, instance in wanted},
    )
    found = rows.values_list("kind", "instance", "event_id")
    return {(kind, instance): event_id for kind, instance, event_id in found}
