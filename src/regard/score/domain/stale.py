"""Customers whose facts a backfill has changed: marked with it, and computed in bulk afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection

import numpy as np
from django.db import Error as DatabaseError
from django.db import close_old_connections, transaction

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.causes import Cause
from regard.score.domain.columns import Whole, run_columns
from regard.score.domain.computing import View
from regard.score.domain.known_facts import FEW
from regard.score.domain.refresh import CHUNK, refresh_chunk
from regard.score.domain.rhythm import expected_gap, measure_rhythm, rhythm_of
from regard.score.models import StaleCustomer

log = logging.getLogger("regard.score")

LOOK_EVERY = 1.0  # seconds

# Updating a row to what it is locks it: who computes it cannot take it away before these facts can be read.
_MARK = """
    INSERT INTO score_stalecustomer (store_id, customer_id)
    SELECT %(store)s, customer_id FROM unnest(%(customers)s::int8[]) AS new (customer_id) ORDER BY customer_id
    ON CONFLICT (store_id, customer_id) DO UPDATE SET customer_id = excluded.customer_id WHERE false
"""
_CLAIM = """
    WITH claimed AS (
        DELETE FROM score_stalecustomer USING (
            SELECT store_id, customer_id FROM score_stalecustomer WHERE store_id = %(store)s
            ORDER BY customer_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        ) AS free
        WHERE score_stalecustomer.store_id = free.store_id AND score_stalecustomer.customer_id = free.customer_id
        RETURNING score_stalecustomer.customer_id
    )
    SELECT array_agg(customer_id) FROM claimed
"""


def mark_stale(store: Store, customer_ids: Collection[int]) -> None:
    """Note that the scores of these customers are to be computed, in the transaction that changes their facts."""
    if customer_ids:
        run_columns(_MARK, {"store": store.pk, "customers": np.array(sorted(customer_ids), np.int64)})


def refresh_stale(store: Store) -> int:
    """Compute the scores of all stale customers of the store; gives how many moved.

    Any number of workers may do so at once: each takes what no other has, and loses nothing when it is killed.
    What moves is history: an import causes no act.
    """
    if not has_stale(store):
        return 0
    moment = clock.now()
    many = StaleCustomer.objects.filter(store=store)[FEW : FEW + 1].exists()
    # A large backfill may change how soon the store's customers buy again.
    rhythm = measure_rhythm(store, as_of=moment) if many else rhythm_of(store, as_of=moment)
    view = View(store, moment, expected_gap(rhythm))
    moved = 0
    while (some := _refresh_some(view)) is not None:
        moved += some
    return moved


def refresh_stale_forever(stop: threading.Event, *, is_behind: Callable[[Store], bool]) -> None:
    """Compute what becomes stale in any store, until `stop` is set.

    is_behind: whether much of the store's log is yet to be read; a store is left alone until it is, since its
    customers would be computed again and again.
    """
    while not stop.wait(LOOK_EVERY):
        try:
            for store in Store.objects.filter(pk__in=StaleCustomer.objects.values("store").distinct()):
                if not stop.is_set() and not is_behind(store):
                    refresh_stale(store)
        except DatabaseError as problem:
            log.warning("stale scores wait for the database: %s", problem)
            close_old_connections()


def has_stale(store: Store) -> bool:
    return StaleCustomer.objects.filter(store=store).exists()


@transaction.atomic
def _refresh_some(view: View) -> int | None:
    """None when there is nothing to take."""
    [(claimed,)] = run_columns(_CLAIM, {"store": view.store.pk, "limit": CHUNK})
    if claimed is None:
        return None
    customers: Whole = np.sort(claimed)
    return refresh_chunk(view, customers, Cause(history=True), {})
