"""Products formed anew from what the log still tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import Batch, hold_readers
from regard.capture.models import ImportRun
from regard.core.models import Store
from regard.profile.domain.products import OF_ONE, OF_SEVERAL, project_products
from regard.profile.facts import OrderLineImported, ProductImported

FACTS = [ProductImported.__name__, OrderLineImported.__name__]
EVENTS_AT_A_TIME = 20_000
TOLD_BY_RUN = """
    SELECT DISTINCT payload->>'product_id' FROM capture_event
    WHERE store_id = %s AND import_id = %s AND id BETWEEN %s AND %s AND name = ANY(%s)
"""
# Reads all of the store's log, once.
TELLING = """
    SELECT id FROM capture_event AS event WHERE store_id = %b AND (
        (type = 'fact' AND name = ANY(%b) AND payload->>'product_id' = ANY(%b))
        OR (type = 'track' AND name = ANY(%b) AND (
            payload->'properties'->>'product_id' = ANY(%b) OR payload->'properties'->>'sku' = ANY(%b)))
        OR (type = 'track' AND name = ANY(%b) AND EXISTS (
            SELECT FROM json_array_elements(
                CASE json_typeof(payload->'properties'->'products') WHEN 'array'
                    THEN payload->'properties'->'products' ELSE '[]' END
            ) AS item WHERE item->>'product_id' = ANY(%b) OR item->>'sku' = ANY(%b)))
    ) ORDER BY id
"""
FORGET = "DELETE FROM profile_product WHERE store_id = %b AND external_id = ANY(%b)"


def products_told_by(run: ImportRun) -> list[str]:
    """External ids of the products that a run's facts tell of."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD_BY_RUN, (run.store_id, run.pk, run.first_event_id, run.last_event_id, FACTS))
        return sorted(product_id for (product_id,) in cursor.fetchall() if product_id)


@transaction.atomic
def retell_products(store: Store, product_ids: Sequence[str]) -> None:
    """Form these products, by external id, anew; those that nothing tells of any more are gone."""
    if not product_ids:
        return
    hold_readers(store)
    ids = list(product_ids)
    run_bulk(FORGET, (store.pk, ids))
    told = run_bulk(TELLING, (store.pk, FACTS, ids, sorted(OF_ONE), ids, ids, sorted(OF_SEVERAL), ids, ids))
    event_ids = [number for (number,) in told]
    for start in range(0, len(event_ids), EVENTS_AT_A_TIME):
        events = events_by_id(store.pk, event_ids[start : start + EVENTS_AT_A_TIME])
        project_products(Batch(store, events, is_replay=True))
