"""Computing the health of many customers, and keeping what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

import numpy as np
from django.db import connection, transaction
from django.db.models import Max, Min

from regard.core import clock
from regard.core.models import Store
from regard.profile.models import Customer
from regard.score.domain.causes import TIME_WENT_BY, Cause, causes_of
from regard.score.domain.columns import Whole, chosen_rows
from regard.score.domain.computing import Computed, compute
from regard.score.domain.crossings import record_crossings
from regard.score.domain.health import BANDS, Health, health_at
from regard.score.domain.keeping import keep_changes, keep_features, keep_scores
from regard.score.domain.kept import present_scores
from regard.score.domain.known_facts import FEW, Asked
from regard.score.domain.rhythm import expected_gap, measure_rhythm, past_rhythm, rhythm_of
from regard.score.domain.score_rows import changed_rows
from regard.score.domain.side_by_side import sum_side_by_side
from regard.score.domain.views import View
from regard.score.models import CustomerFeatures, HealthBand, ScoreRun, StaleCustomer

RANGE = 250_000  # customers whose facts are read at once, twice side by side: 800 MB at nine facts each
CHUNK = 50_000  # customers that are written in one transaction, and so may keep others waiting: seconds

# For one transaction. Looking up each of many rows by an index takes ten times as long.
PLAN_FOR_MANY = """
    SELECT set_config('enable_nestloop', 'off', true), set_config('jit', 'off', true),
        set_config('work_mem', '128MB', true)
"""


def refresh_health(
    *,
    store: Store,
    customer_ids: Iterable[int] | None = None,
    as_of: datetime | None = None,
    cause: Cause = TIME_WENT_BY,
    causes: Mapping[int, Cause] | None = None,
) -> int:
    """Compute and keep features and scores of these customers, or of all; gives of how many any score moved.

    as_of: the moment taken as the present. causes: by customer id, where they differ from `cause`. Customers of
    whom nothing is known get no score. A move into another band is recorded as a fact, see `record_crossings`.
    The past: `health_as_of`.
    """
    moment = as_of or clock.now()
    if customer_ids is None:
        return _refresh_all(store, moment, cause)
    view = View(store, moment, expected_gap(rhythm_of(store, as_of=moment)))
    ids = np.unique(np.fromiter(customer_ids, np.int64))
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    return sum(refresh_chunk(view, chunk, cause, causes or {}) for chunk in chunks)


def health_as_of(store: Store, customer_ids: Sequence[int], *, as_of: datetime) -> dict[int, Health]:
    """The health of these customers as it would have been computed at a moment gone by; nothing is kept.

    Customers of whom nothing was known are left out.
    """
    view = View(store, as_of, expected_gap(past_rhythm(store, as_of=as_of)), past=True)
    found = compute(view, np.unique(np.array(customer_ids, np.int64)), further=False)
    return {
        customer_id: health_at(found.scores["health"], row)
        for row, customer_id in enumerate(found.customers.tolist())
    }


def bands_as_of(store: Store, *, as_of: datetime) -> dict[HealthBand, int]:
    """How many customers were in each band at a moment gone by; nothing is kept."""
    view = View(store, as_of, expected_gap(past_rhythm(store, as_of=as_of)), past=True)
    nobody = np.zeros(len(BANDS), np.int64)
    counts = sum_side_by_side(partial(_count_range, view), customer_ranges(store), nothing=nobody)
    return dict(zip(BANDS, counts.tolist(), strict=True))


def _count_range(view: View, asked: tuple[int, int]) -> Whole:
    with transaction.atomic():
        plan_for_many()
        found = compute(view, asked, further=False)
    return np.bincount(found.scores["health"].band, minlength=len(BANDS))


def _refresh_all(store: Store, moment: datetime, cause: Cause) -> int:
    view = View(store, moment, expected_gap(measure_rhythm(store, as_of=moment)))
    run = ScoreRun(store=store, started_at=moment)
    run.moved = sum_side_by_side(partial(_refresh_range, view, cause), customer_ranges(store), nothing=0)
    run.customers = CustomerFeatures.objects.filter(store=store).count()
    run.finished_at = clock.now()
    run.save()
    return run.moved


def _refresh_range(view: View, cause: Cause, asked: tuple[int, int]) -> int:
    found = _without_stale(view.store, look_at_many(view, asked))
    moved = 0
    for start in range(0, len(found.customers), CHUNK):
        some = found.only(slice(start, start + CHUNK))
        with transaction.atomic():
            moved += keep_computed(view, some, cause, {}, always=False)
    return moved


def _without_stale(store: Store, found: Computed) -> Computed:
    """Those whose facts no backfill has changed: what it moves is history, and is kept as such by others.

    To be asked after the facts were read, since marks are made with them.
    """
    stale = StaleCustomer.objects.filter(store=store).values_list("customer_id", flat=True)
    return found.only(~np.isin(found.customers, np.fromiter(stale.iterator(), np.int64)))


def customer_ranges(store: Store, *, size: int = RANGE) -> Iterator[tuple[int, int]]:
    """First and last ids that hold all customers of the store, `size` at most in each."""
    customers = Customer.objects.filter(store=store)
    last = customers.aggregate(last=Max("id"))["last"]
    first = customers.aggregate(first=Min("id"))["first"]
    while first is not None:
        following = customers.filter(id__gte=first).order_by("id").values_list("id", flat=True)
        after = next(iter(following[size : size + 1]), None)
        yield first, last if after is None else after - 1
        first = after


@transaction.atomic
def refresh_chunk(view: View, customers: Whole, cause: Cause, causes: Mapping[int, Cause]) -> int:
    """Compute and keep customers whose facts have changed, in one transaction; gives of how many any
    score moved."""
    found = look_at_many(view, customers) if len(customers) > FEW else look_at(view, customers)
    return keep_computed(view, found, cause, causes, always=True)


def look_at(view: View, asked: Asked) -> Computed:
    """What is kept and what should be: read in this order, so that whoever writes between is noticed."""
    return compute(view, asked, present_scores(view.store, asked))


@transaction.atomic
def look_at_many(view: View, asked: Asked) -> Computed:
    """The same where tables are read as a whole, each once, and put together in memory."""
    plan_for_many()
    return look_at(view, asked)


def plan_for_many() -> None:
    """For the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(PLAN_FOR_MANY)


def keep_computed(
    view: View, found: Computed, cause: Cause, causes: Mapping[int, Cause], *, always: bool
) -> int:
    """Keep what was computed, in the caller's transaction; gives of how many customers any score moved.

    always: facts have changed, so every row is written; else see `keep_features`.
    """
    written = keep_features(view, found, always=always)
    rows = changed_rows(written, causes_of(written.customers, cause, causes))
    keep_scores(view, rows)
    moved = chosen_rows(rows, rows.moved())
    keep_changes(view, moved)
    record_crossings(view, moved)
    return len(np.unique(moved.customer))
