"""Products formed anew from what the log still tells of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from regard.capture.domain.batch import Stage
from regard.capture.domain.bulk import run_bulk
from regard.capture.domain.log import settled_id
from regard.capture.domain.logged import events_by_id
from regard.capture.domain.reader import hold_readers, take_through
from regard.capture.models import ImportRun
from regard.core.models import Store
from regard.profile.domain.products import OF_ONE, OF_SEVERAL, project_products
from regard.profile.facts import OrderLineImported, ProductImported

FACTS = [ProductImported.__name__, OrderLineImported.__name__]
EVENTS_AT_A_TIME = 20_000
BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))  # what str.strip takes away; none lies behind
TOLD_BY_RUN = """
    SELECT DISTINCT payload->>'product_id' FROM capture_event
    WHERE store_id = %s AND import_id = %s AND id BETWEEN %s AND %s AND name = ANY(%s)
"""
# Reads all of the store's log, once. Blanks around an id are no part of it.
TELLING = """
    SELECT id FROM capture_event AS event WHERE store_id = %b AND id > %b AND (
        (type = 'fact' AND name = ANY(%b) AND payload->>'product_id' = ANY(%b))
        OR (type = 'track' AND name = ANY(%b) AND (
            btrim(payload->'properties'->>'product_id', %b) = ANY(%b)
            OR btrim(payload->'properties'->>'sku', %b) = ANY(%b)))
        OR (type = 'track' AND name = ANY(%b) AND EXISTS (
            SELECT FROM json_array_elements(
                CASE json_typeof(payload->'properties'->'products') WHEN 'array'
                    THEN payload->'properties'->'products' ELSE '[]' END
            ) AS item WHERE btrim(item->>'product_id', %b) = ANY(%b) OR btrim(item->>'sku', %b) = ANY(%b)))
    ) ORDER BY id
"""
FORGET = "DELETE FROM profile_product WHERE store_id = %b AND external_id = ANY(%b)"


def products_told_by(run: ImportRun) -> list[str]:
    """External ids of the products that a run's facts tell of."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD_BY_RUN, (run.store_id, run.pk, run.first_event_id, run.last_event_id, FACTS))
        return sorted(product_id for (product_id,) in cursor.fetchall() if product_id)


def retell_products(store: Store, product_ids: Sequence[str]) -> None:
    """Form these products, by external id, anew; those that nothing tells of any more are gone.

    Readers are held from where the log's events are taken again. An event that cannot be taken is parked.
    """
    if not product_ids:
        return
    ids = list(product_ids)
    with connection.cursor() as cursor:
        read = settled_id(cursor)  # what has a higher one may not be seen yet
    event_ids = _telling(store, ids, after=0)
    with transaction.atomic():
        hold_readers(store)
        since = _telling(store, ids, after=read)
        run_bulk(FORGET, (store.pk, ids))
        _take(store, sorted({*event_ids, *since}))


def _telling(store: Store, ids: Sequence[str], *, after: int) -> list[int]:
    """Ids of the log's events that tell of these products, those up to `after` left out."""
    of_one = sorted(OF_ONE), BLANKS, ids, BLANKS, ids
    of_several = sorted(OF_SEVERAL), BLANKS, ids, BLANKS, ids
    told = run_bulk(TELLING, (store.pk, after, FACTS, ids, *of_one, *of_several))
    return [number for (number,) in told]


def _take(store: Store, event_ids: Sequence[int]) -> None:
    stages = [Stage("products", project_products)]
    for start in range(0, len(event_ids), EVENTS_AT_A_TIME):
        events = events_by_id(store.pk, event_ids[start : start + EVENTS_AT_A_TIME])
        take_through(store, events, stages, is_replay=True)
