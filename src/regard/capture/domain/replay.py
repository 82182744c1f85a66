"""Reading a store's log again from its beginning: everything that was formed from it is formed anew.

For a fault that is mended, or a stage that is new. What people decided, and the ids of identities and customers,
stay. Nothing that is read again causes a message; live events that come meanwhile wait until it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from regard.capture.domain.partitions import month_number, month_start
from regard.capture.domain.reader import hold_readers
from regard.capture.models import ParkedEvent, ReaderPosition
from regard.core import clock
from regard.core.domain.audit import record_audit
from regard.core.models import Store
from regard.core.registry import data_holders

CHUNK = 50_000  # identities


@dataclass(frozen=True)
class ReplayProgress:
    """How far a replay has come, in ids of events."""

    read: int
    until: int


@transaction.atomic
def replay_log(
    *, store: Store, reader: str, identity_ids: Sequence[int], force: bool = False, actor: str
) -> None:
    """Let the reader begin anew; what it had come to is read again in large batches by whoever follows the log.

    identity_ids: all of the store. Raises ValidationError where retention has deleted events, since what they
    told would be lost, unless `force`.
    """
    if not force:
        check_log_is_whole(store)
    hold_readers(store)
    position = ReaderPosition.objects.filter(store=store, reader=reader).first()
    if position is None:
        return
    for start in range(0, len(identity_ids), CHUNK):
        clear_projections(store, identity_ids[start : start + CHUNK])
    clear_waiting(store, None)
    ParkedEvent.objects.filter(store=store).delete()  # those that fail again are parked again
    position.replay_until = max(position.event_id, position.replay_until or 0)
    position.event_id = 0
    position.save()
    record_audit(store=store, actor=actor, action="log.replayed", target=str(position.replay_until))


def replay_progress(store: Store, *, reader: str) -> ReplayProgress | None:
    """None while no replay is going on."""
    position = ReaderPosition.objects.filter(store=store, reader=reader).exclude(replay_until=None).first()
    return ReplayProgress(position.event_id, position.replay_until or 0) if position else None


def check_log_is_whole(store: Store) -> None:
    """Raises ValidationError when retention has deleted events of the store."""
    months = store.event_retention_months
    if months is None:
        return
    kept_since = month_start(month_number(clock.now()) - months)
    if store.created_at < kept_since:
        raise ValidationError(
            _(
                "Events before %(day)s have been deleted, as the store's settings say. What they told, orders "
                "among it, would be lost. Force it only if you have a copy to import again."
            ),
            params={"day": kept_since.date().isoformat()},
        )


def clear_projections(store: Store, identity_ids: Sequence[int]) -> None:
    """Delete what was formed from the events of these identities; what refers to others goes first."""
    for holder in sorted(data_holders, key=lambda holder: -holder.order):
        if holder.clear is not None:
            holder.clear(store, identity_ids)


def clear_waiting(store: Store, event_ids: Sequence[int] | None) -> set[int]:
    """Delete what these events told, or all events if None, of whom nobody knows yet; gives the ids of the other
    events that told the same things."""
    others: set[int] = set()
    for holder in sorted(data_holders, key=lambda holder: -holder.order):
        if holder.clear_waiting is not None:
            others.update(holder.clear_waiting(store, event_ids))
    return others
