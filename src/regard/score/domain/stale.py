"""Customers whose facts a backfill has changed: marked with it, and computed in bulk afterwards."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from django.db import Error as DatabaseError
from django.db import close_old_connections, transaction

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.band_totals import count_bands, is_small, note_past_changed
from regard.score.domain.causes import Cause
from regard.score.domain.columns import Whole, run_columns
from regard.score.domain.known_facts import FEW
from regard.score.domain.refresh import CHUNK, RANGE, keep_computed, look_at, look_at_many
from regard.score.domain.rhythm import expected_gap, measure_rhythm, rhythm_of
from regard.score.domain.rules.browsing import refresh_intents
from regard.score.domain.side_by_side import sum_side_by_side
from regard.score.domain.views import View
from regard.score.models import StaleCustomer

log = logging.getLogger("regard.score")

LOOK_EVERY = 1.0  # seconds

STALE_LOCK = 0x52454703  # first half of a two-part advisory lock; the second is the store
_MARK = """
    INSERT INTO score_stalecustomer (store_id, customer_id, marks)
    SELECT %(store)s, customer_id, 1 FROM unnest(%(customers)s::int8[]) AS new (customer_id) ORDER BY customer_id
    ON CONFLICT (store_id, customer_id) DO UPDATE SET marks = score_stalecustomer.marks + 1
"""
_READ = """
    SELECT array_agg(customer_id), array_agg(marks) FROM (
        SELECT customer_id, marks FROM score_stalecustomer WHERE store_id = %(store)s AND customer_id > %(after)s
        ORDER BY customer_id LIMIT %(limit)s
    ) AS next_ones
"""
# A mark that somebody is just making is left: its facts cannot be seen yet.
_TAKE = """
    WITH taken AS (
        DELETE FROM score_stalecustomer AS stale USING (
            SELECT customer_id FROM score_stalecustomer
            JOIN unnest(%(customers)s::int8[], %(marks)s::int8[]) AS seen (customer_id, marks)
                USING (customer_id, marks)
            WHERE store_id = %(store)s ORDER BY customer_id FOR UPDATE OF score_stalecustomer SKIP LOCKED
        ) AS free
        WHERE stale.store_id = %(store)s AND stale.customer_id = free.customer_id
        RETURNING stale.customer_id
    )
    SELECT array_agg(customer_id) FROM taken
"""


def mark_stale(store: Store, customer_ids: Collection[int]) -> None:
    """Note that the scores of these customers are to be computed, in the transaction that changes their facts."""
    if customer_ids:
        run_columns(_MARK, {"store": store.pk, "customers": np.array(sorted(customer_ids), np.int64)})


def stale_among(store: Store, customer_ids: Collection[int]) -> set[int]:
    """Those of the customers whose scores are yet to be computed after a backfill."""
    stale = StaleCustomer.objects.filter(store=store, customer_id__in=customer_ids)
    return set(stale.values_list("customer_id", flat=True))


def refresh_stale(store: Store) -> int:
    """Compute the scores of all stale customers of the store; gives how many moved.

    Any number of workers may call it: one at a time is at work in a store, the others go on at once. Killed, it
    loses nothing. What moves is history: an import causes no act. The bands are counted at once, but for a small
    import into a store that is not small: that is left to the next count, since each reads everybody.
    """
    if not has_stale(store):
        return 0
    many = StaleCustomer.objects.filter(store=store)[FEW : FEW + 1].exists()
    with _alone_in(store) as alone:
        if not alone:
            return 0
        moved = _refresh_all_stale(store, many=many)
    if many or is_small(store):
        count_bands(store)
    return moved


@contextmanager
def _alone_in(store: Store) -> Iterator[bool]:
    """False where another worker is at it."""
    [(alone,)] = run_columns("SELECT pg_try_advisory_lock(%(lock)s, %(store)s::int4)", _lock(store))
    try:
        yield alone
    finally:
        if alone:
            run_columns("SELECT pg_advisory_unlock(%(lock)s, %(store)s::int4)", _lock(store))


def _lock(store: Store) -> dict[str, int]:
    return {"lock": STALE_LOCK, "store": store.pk}


def _refresh_all_stale(store: Store, *, many: bool) -> int:
    moment = clock.now()
    # A large backfill may change how soon the store's customers buy again.
    rhythm = measure_rhythm(store, as_of=moment) if many else rhythm_of(store, as_of=moment)
    view = View(store, moment, expected_gap(rhythm))
    return sum_side_by_side(partial(_refresh_some, view), _stale_ranges(store), nothing=0)


def _stale_ranges(store: Store) -> Iterator[tuple[Whole, Whole]]:
    """The stale customers by id, and their marks, `RANGE` at most in each."""
    after = 0
    while True:
        [(customers, marks)] = run_columns(_READ, {"store": store.pk, "after": after, "limit": RANGE})
        if customers is None:
            return
        yield customers, marks
        after = int(customers[-1])


def _refresh_some(view: View, stale: tuple[Whole, Whole]) -> int:
    customers, marks = stale
    found = look_at_many(view, customers) if len(customers) > FEW else look_at(view, customers)
    moved = 0
    for start in range(0, len(customers), CHUNK):
        some = slice(start, start + CHUNK)
        with transaction.atomic():
            values = {"store": view.store.pk, "customers": customers[some], "marks": marks[some]}
            [(taken,)] = run_columns(_TAKE, values)
            if taken is not None:
                theirs = found.only(np.isin(found.customers, taken))
                moved += keep_computed(view, theirs, Cause(history=True), {}, always=False)
                refresh_intents(view.store, taken.tolist(), cause=Cause(history=True))
                note_past_changed(view.store)  # last: it locks the store's row
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


def count_stale(store: Store) -> int:
    """How many customers' scores are yet to be computed."""
    return StaleCustomer.objects.filter(store=store).count()


def has_stale(store: Store) -> bool:
    return StaleCustomer.objects.filter(store=store).exists()
