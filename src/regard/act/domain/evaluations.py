"""What came of checking events for alerts, kept for a while so that people can see why or why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from regard.act.domain.conditions.finding import Finding
from regard.act.domain.thresholds import EVALUATIONS_KEPT
from regard.act.models import Alert, AlertKind, Evaluation
from regard.capture.domain.batch import Batch
from regard.core import clock
from regard.core.models import Store

WHY_LENGTH = 300
FIND_WAITING = """
    SELECT waiting.kind, waiting.event_id, waiting.identity_id
    FROM act_evaluation waiting JOIN profile_identity known ON known.id = waiting.identity_id
    WHERE waiting.store_id = %s AND waiting.waits_until > %s
        AND known.store_id = waiting.store_id AND known.customer_id = ANY(%s)
"""


@dataclass(frozen=True)
class Evaluated:
    """A finding of one kind, and the alert that it raised or went into."""

    kind: AlertKind
    finding: Finding
    alert: Alert | None


def waiting_events(batch: Batch) -> dict[str, dict[int, int]]:
    """Kind -> event id -> identity, of what was checked before and may match now: its customer was touched."""
    if not batch.touched:
        return {}
    waiting: dict[str, dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(FIND_WAITING, (batch.store.pk, clock.now(), list(batch.touched)))
        for kind, event_id, identity_id in cursor.fetchall():
            waiting.setdefault(kind, {})[event_id] = identity_id
    return waiting


def keep_evaluations(store: Store, evaluated: Iterable[Evaluated]) -> None:
    """Keep what came of each event and kind; what is known of one already is replaced."""
    now = clock.now()
    Evaluation.objects.bulk_create(
        [
            Evaluation(
                store=store,
                event_id=one.finding.event_id,
                kind=one.kind,
                identity_id=one.finding.identity_id,
                matched=one.finding.matched,
                why=one.finding.why[:WHY_LENGTH],
                alert=one.alert,
                waits_until=one.finding.waits_until,
                at=now,
            )
            for one in evaluated
        ],
        update_conflicts=True,
        unique_fields=["store", "event_id", "kind"],
        update_fields=["identity", "matched", "why", "alert", "waits_until", "at"],
    )


def forget_old_evaluations() -> int:
    """Delete what is older than it is kept for, in all stores; gives how many there were."""
    return Evaluation.objects.filter(at__lt=clock.now() - EVALUATIONS_KEPT).delete()[0]
