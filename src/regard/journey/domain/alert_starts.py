"""Journeys that start when something goes better or worse in the whole store: then a saved segment enters."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from regard.act.facts import AlertRaised
from regard.act.models import AlertKind
from regard.capture.domain.batch import Batch
from regard.capture.domain.logged import LoggedEvent
from regard.core import clock
from regard.core.languages import page_language
from regard.journey.domain.broadcasting import call_runner
from regard.journey.domain.definition.parts import AlertStart
from regard.journey.domain.programs import Running
from regard.journey.domain.thresholds import NEWS_AGE
from regard.journey.models import Broadcast
from regard.profile.domain.segments.saved import segments_of

# Alerts about the store: what they are raised for concerns no customer alone.
KINDS = (
    AlertKind.SATISFACTION_FALL, AlertKind.SATISFACTION_RISE, AlertKind.PRODUCT_FALL, AlertKind.LATE_DELIVERIES,
    AlertKind.VOLUME_RISE, AlertKind.THEME_RISE,
)  # fmt: skip


def enter_by_alerts(batch: Batch, journeys: Iterable[Running]) -> None:
    """Let the segments of these journeys in, in the runner, for alerts that were raised now; once for each alert.

    No statement without such an alert, three for all journeys with one.
    """
    raised = [event for event in batch.events if _is_of_store(event)]
    starting = [
        (running, running.program.definition.start, event)
        for running in journeys
        for event in raised
        if isinstance(running.program.definition.start, AlertStart)
        and event.body.get("kind") in running.program.definition.start.kinds
    ]
    if not starting:
        return
    texts = dict(segments_of(batch.store).values_list("name", "text"))
    with translation.override(page_language(batch.store.language)):
        begun = [
            _begun(running, start, event, texts.get(start.segment)) for running, start, event in starting
        ]
    Broadcast.objects.bulk_create(begun, ignore_conflicts=True)
    call_runner()


def _is_of_store(event: LoggedEvent) -> bool:
    return (
        event.type == "fact"
        and event.name == AlertRaised.__name__
        and not event.history
        and event.body.get("customer_id") is None
        and event.occurred_at >= clock.now() - NEWS_AGE
    )


def _begun(running: Running, start: AlertStart, event: LoggedEvent, text: str | None) -> Broadcast:
    """text: what the segment asks; None where there is none of that name any more, which the page says."""
    now = clock.now()
    return Broadcast(
        journey_id=running.journey_id,
        segment=text or "",
        begun_by=_("Alert: %s") % AlertKind(event.body["kind"]).label,
        begun_at=now,
        next_at=now,
        alert_id=event.body.get("alert_id"),
        ended_at=None if text else now,
        reason="" if text else _("There is no saved segment “%s”.") % start.segment,
    )
