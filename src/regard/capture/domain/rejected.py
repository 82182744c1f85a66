"""Rejected events: looked at, mended and taken in after all, or put aside."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regard.capture.domain.log import REPEAT_HORIZON, NewEvent
from regard.capture.domain.record import record_all
from regard.capture.domain.segment import Rejection, read_event
from regard.capture.models import RejectedEvent
from regard.capture.models.rejected import RejectedState
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store


def rejected_events_of(store: Store, *, state: str = "") -> QuerySet[RejectedEvent]:
    """The rejected events of a store, the newest first; those in one state if given."""
    rows = RejectedEvent.objects.filter(store=store).order_by("-id")
    return rows.filter(state=state) if state else rows


def rejected_event_of(store: Store, rejected_id: int) -> RejectedEvent:
    """Raises RejectedEvent.DoesNotExist."""
    return RejectedEvent.objects.select_related("store").get(store=store, pk=rejected_id)


@transaction.atomic
def replay_rejected(rejected: RejectedEvent, *, actor: str, body: str = "") -> RejectedEvent:
    """Take the event in, as it came or as mended in `body`, as though it had been sent rightly at the time.

    A repeat of an event that the log holds changes nothing. Raises ValidationError, by the event's own field,
    when it still cannot be accepted, and for one that was settled before; then nothing has changed.
    """
    settling = _lock_open(rejected)
    event = _accepted(settling, body or settling.body)
    record_all([event], horizon=settling.received_at - REPEAT_HORIZON)
    return _settle(settling, RejectedState.REPLAYED, actor=actor)


@transaction.atomic
def discard_rejected(rejected: RejectedEvent, *, actor: str) -> RejectedEvent:
    """Put the event aside, to be restored if need be. Raises ValidationError when it was settled before."""
    return _settle(_lock_open(rejected), RejectedState.DISCARDED, actor=actor)


@transaction.atomic
def restore_rejected(rejected: RejectedEvent, *, actor: str) -> RejectedEvent:
    """Open a discarded event again. Raises ValidationError for one that is not discarded."""
    discarded = _lock(rejected)
    if discarded.state != RejectedState.DISCARDED:
        raise ValidationError({"state": _("Only a discarded event can be restored.")})
    discarded.state, discarded.settled_at, discarded.settled_by = RejectedState.OPEN, None, ""
    discarded.save(update_fields=["state", "settled_at", "settled_by"])
    record_audit(store=discarded.store, actor=actor, action="rejected.restored", target=str(discarded.pk))
    return discarded


def _accepted(rejected: RejectedEvent, body: str) -> NewEvent:
    row = read_event(
        rejected.sent_as,
        body.encode("utf-8", "replace"),
        store_id=rejected.store_id,
        source_id=rejected.source_id,
        received_at=rejected.received_at,  # the sender's clock is judged by when the event came in
        sent_at=None,
    )
    if isinstance(row, Rejection):
        raise ValidationError({row.field: row.reason})
    return row._replace(received_at=clock.now())


def _lock(rejected: RejectedEvent) -> RejectedEvent:
    return RejectedEvent.objects.select_related("store").select_for_update(of=("self",)).get(pk=rejected.pk)


def _lock_open(rejected: RejectedEvent) -> RejectedEvent:
    locked = _lock(rejected)
    if locked.state != RejectedState.OPEN:
        raise ValidationError(
            {"state": _("This event has been settled already; restore a discarded one first.")}
        )
    return locked


def _settle(rejected: RejectedEvent, state: RejectedState, *, actor: str) -> RejectedEvent:
    rejected.state, rejected.settled_at, rejected.settled_by = state, clock.now(), actor
    rejected.save(update_fields=["state", "settled_at", "settled_by"])
    record_audit(store=rejected.store, actor=actor, action=f"rejected.{state}", target=str(rejected.pk))
    return rejected
