"""Parked events: looked at, and taken through the pipeline again. The reader parks them (reader.py)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from regard.capture.domain.batch import Stage
from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import LIVE_BATCH, apart, hold_readers, replay_parked, take_through
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


def retry_all_parked(*, store: Store, stages: Sequence[Stage], actor: str) -> tuple[int, int]:
    """Take all parked events of a store through the stages again; gives how many passed, and how many still
    fail.

    Those that fail anew stay parked with the new error; those that the log no longer has are forgotten. Raises
    OperationalError when the database goes away; what had passed by then has passed.
    """
    waiting = list(parked_events_of(store).order_by("event_id").values_list("event_id", flat=True))
    for start in range(0, len(waiting), LIVE_BATCH):
        _retry(store, waiting[start : start + LIVE_BATCH], stages)
    parked = ParkedEvent.objects.filter(store=store, event_id__in=waiting).count()
    record_audit(store=store, actor=actor, action="parked.all_replayed", passed=len(waiting) - parked)
    return len(waiting) - parked, parked


@transaction.atomic
def _retry(store: Store, event_ids: Sequence[int], stages: Sequence[Stage]) -> None:
    hold_readers(store)
    ParkedEvent.objects.filter(store=store, event_id__in=event_ids).delete()
    for part in apart(events_by_id(store.pk, event_ids)):
        take_through(store, part, stages)
