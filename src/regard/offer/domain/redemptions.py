"""That offers were redeemed: orders that came with their codes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import columns_of, run_bulk
from regard.capture.domain.logged import LoggedEvent
from regard.capture.domain.record import new_fact, record_all
from regard.core.models import Store
from regard.offer.domain.told_codes import ToldCode, told_codes
from regard.offer.facts import OfferRedeemed
from regard.offer.models import Offer, OfferCode

# The first event counts that names order and code, so that the order in which they are read does not matter.
KEEP = """
    INSERT INTO offer_offerredemption AS known
        (store_id, offer_id, identity_id, order_external_id, discount_minor, currency, redeemed_at, event_id)
    SELECT DISTINCT ON (offer_id, order_id) %b, offer_id, identity_id, order_id, discount, currency, at, event_id
    FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::bigint[], %b::text[], %b::timestamptz[], %b::bigint[])
        AS new (offer_id, identity_id, order_id, discount, currency, at, event_id)
    ORDER BY offer_id, order_id, at, event_id
    ON CONFLICT (offer_id, order_external_id) DO UPDATE SET
        identity_id = EXCLUDED.identity_id, discount_minor = EXCLUDED.discount_minor,
        currency = EXCLUDED.currency, redeemed_at = EXCLUDED.redeemed_at, event_id = EXCLUDED.event_id
    WHERE (EXCLUDED.redeemed_at, EXCLUDED.event_id) < (known.redeemed_at, known.event_id)
    RETURNING offer_id, order_external_id, discount_minor, event_id, (xmax = 0)
"""


def note_redemptions(batch: Batch) -> None:
    """Keep which offers the orders of the batch came with. Runs after identify_batch.

    A code that nobody was given is given to nobody any more. No query where no order of the batch names a code.
    """
    told = batch.read(read_codes)
    if not told:
        return
    codes = OfferCode.objects.filter(store=batch.store, folded__in={each.folded for each in told})
    ids = dict(codes.values_list("folded", "pk"))
    if not ids:
        return
    OfferCode.objects.filter(pk__in=ids.values(), is_taken=False).update(is_taken=True)
    rows = Offer.objects.filter(code__in=ids.values()).select_related("pool", "identity")
    offers = {offer.code_id: offer for offer in rows}
    used = [(offers[ids[each.folded]], each) for each in told if ids.get(each.folded) in offers]
    if used:
        _tell(batch, {offer.pk: offer for offer, _each in used}, _keep(batch, used))


def read_codes(store: Store, events: Sequence[LoggedEvent]) -> list[ToldCode]:
    """The codes that the orders among these events came with."""
    return [told for event in events for told in told_codes(event, currency=store.currency)]


def clear_redemptions(store: Store, identity_ids: Collection[int]) -> None:
    """Forget what the events of these identities told; see core.registry.DataHolder."""
    run_bulk(
        "DELETE FROM offer_offerredemption WHERE store_id = %b AND identity_id = ANY(%b)",
        (store.pk, list(identity_ids)),
    )


def _keep(batch: Batch, used: Sequence[tuple[Offer, ToldCode]]) -> list[tuple[Any, ...]]:
    rows = [
        (
            offer.pk, batch.identity_of.get(told.event.id), told.order_id,
            told.discount[0] if told.discount else None, told.currency, told.event.occurred_at, told.event.id,
        )
        for offer, told in used
    ]  # fmt: skip
    return run_bulk(KEEP, (batch.store.pk, *columns_of(rows, 7)))


def _tell(batch: Batch, offers: dict[int, Offer], kept: Sequence[tuple[Any, ...]]) -> None:
    """Told once for an offer and order; what is read again is not told again."""
    if batch.is_replay:
        return
    history = {event.id: event.history for event in batch.events}
    rows = [
        new_fact(
            OfferRedeemed(
                offer_id=offer_id, pool=offers[offer_id].pool.key, customer_id=offers[offer_id].customer_id,
                order_id=order_id, discount_minor=discount,
            ),
            store_id=batch.store.pk,
            key=f"{offer_id}:{order_id}",
            history=history[event_id],
        )
        for offer_id, order_id, discount, event_id, is_new in kept
        if is_new
    ]  # fmt: skip
    record_all(rows)
