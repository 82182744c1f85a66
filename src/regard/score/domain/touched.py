"""Refreshing the customers whose facts a batch of events has changed."""

from __future__ import annotations

from regard.capture.domain.batch import Batch
from regard.profile.models import Identity
from regard.score.domain.causes import Cause
from regard.score.domain.refresh import refresh_health
from regard.score.domain.rules.browsing import refresh_intents
from regard.score.domain.stale import mark_stale, stale_among


def refresh_touched_health(batch: Batch) -> None:
    """Compute the health of the batch's touched customers, or mark it stale when nothing of the batch happens now.

    A score is caused by the customer's last event of the batch. A customer touched without an event of their own
    (a merge) is caused by the batch as a whole.
    """
    if not batch.touched:
        return
    if batch.is_backfill:
        mark_stale(batch.store, batch.touched)
        return
    whole = Cause(batch.events[-1].id)
    causes = _causes(batch)
    refresh_health(store=batch.store, customer_ids=batch.touched, cause=whole, causes=causes)
    refresh_intents(batch.store, batch.touched, cause=whole, causes=causes)


def _causes(batch: Batch) -> dict[int, Cause]:
    """By customer. What a stale one's score moves by is an import's doing at least in part, and so history."""
    owners = dict(
        Identity.objects.filter(store=batch.store, id__in=set(batch.identity_of.values())).values_list(
            "id", "customer_id"
        )
    )
    stale = stale_among(batch.store, batch.touched)
    causes: dict[int, Cause] = {}
    for event in batch.events:
        customer_id = owners.get(batch.identity_of.get(event.id, 0))
        if customer_id is not None:
            causes[customer_id] = Cause(event.id, history=customer_id in stale)
    return causes
