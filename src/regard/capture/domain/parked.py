"""Parked events: looked at, and taken through the pipeline again. The reader parks them (reader.py)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from regard.capture.domain.reader import Stage, replay_parked
from regard.capture.models import ParkedEvent
from regard.core.domain.audit import record_audit
from regard.core.models import Store


def parked_events_of(store: Store) -> QuerySet[ParkedEvent]:
    """The parked events of a store, the newest first."""
    return ParkedEvent.objects.filter(store=store).select_related("store").order_by("-id")


def parked_event_of(store: Store, parked_id: int) -> ParkedEvent:
    """Raises ParkedEvent.DoesNotExist."""
    return parked_events_of(store).get(pk=parked_id)


@transaction.atomic
def retry_parked(parked: ParkedEvent, *, stages: Sequence[Stage], actor: str) -> None:
    """Take the event through the stages again. Raises StageFailed when it fails anew, and stays parked."""
    replay_parked(parked, stages=stages)
    record_audit(store=parked.store, actor=actor, action="parked.replayed", target=str(parked.event_id))
