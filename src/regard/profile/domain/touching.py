"""Which customers a batch of events has changed something of."""

from __future__ import annotations

from collections.abc import Collection

from regard.capture.domain.batch import Batch
from regard.capture.domain.bulk import run_bulk

CUSTOMERS_OF = "SELECT id, customer_id FROM profile_identity WHERE store_id = %b AND id = ANY(%b)"


def touch_customers(batch: Batch, identity_ids: Collection[int]) -> None:
    """Add the customers of these identities to `touched`; asks for those alone that the batch does not name."""
    unknown = [number for number in identity_ids if number not in batch.customer_of]
    if unknown:
        batch.customer_of.update(run_bulk(CUSTOMERS_OF, (batch.store.pk, unknown)))
    batch.touched.update(batch.customer_of[number] for number in identity_ids if number in batch.customer_of)
