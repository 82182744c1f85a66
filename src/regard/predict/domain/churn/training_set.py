"""What a churn model learns from: customers as they were at moments gone by, and whether they bought again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from regard.core.models import Store
from regard.predict.domain.churn.inputs import Seen
from regard.predict.domain.churn.outcomes import left_after
from regard.score.domain.columns import Chosen, Whole, chosen_rows, run_columns
from regard.score.domain.computing import features_as_of
from regard.score.domain.known_facts import FEW
from regard.score.domain.refresh import plan_for_many
from regard.score.domain.rhythm import expected_gap, past_rhythm

STEP = timedelta(days=30)  # between cut-offs
YOUNG = timedelta(days=45)  # of history before the first cut-off: sooner nobody could have come back
MOST_CUTOFFS = 18  # the newest; what held before says ever less about now
# Of a store; a sample of a larger one says the same. Measured on made-up customers: 20,000 at 18 moments hold
# 150 MB, and fitting takes 300 MB at its peak.
MOST_CUSTOMERS = 20_000
SEED = 1

_SAMPLE = """
    SELECT array_agg(id ORDER BY id) FROM (
        SELECT id FROM (
            SELECT DISTINCT identity.customer_id AS id FROM profile_identity AS identity
            JOIN profile_order AS placed ON placed.identity_id = identity.id AND NOT placed.is_return
            WHERE identity.store_id = %(store)s AND placed.store_id = %(store)s
        ) AS buyer
        ORDER BY hashint8extended(id, %(seed)s) LIMIT %(most)s
    ) AS sample
"""


@dataclass(frozen=True)
class Labelled:
    """Customers at a cut-off who had bought before it. left: no purchase within the window that follows."""

    seen: Seen
    left: Chosen

    @property
    def as_of(self) -> datetime:
        return self.seen.as_of


def cutoffs_before(first: datetime, *, known_at: datetime, days: int) -> list[datetime]:
    """The moments whose outcome was known at `known_at`, ascending. first: when the history begins."""
    last = known_at - timedelta(days=days)
    steps = (last - first - YOUNG) // STEP
    return [last - STEP * back for back in range(min(steps, MOST_CUTOFFS - 1), -1, -1)]


def labelled_at(
    store: Store,
    moments: Sequence[datetime],
    *,
    days: int,
    known_at: datetime,
    read: dict[datetime, Seen] | None = None,
) -> Iterator[Labelled]:
    """One cut-off after the other, each of the same customers: all who ordered, or a sample of a large store's.

    Whether they bought again goes by what was known at `known_at`. read: customers of moments that were read
    already, to which those read here are added: they are the same whoever asks, what they did since is not.
    """
    customers = sampled_customers(store)
    for moment in moments:
        seen = (read or {}).get(moment) or buyers_at(store, customers, as_of=moment)
        if read is not None:
            read[moment] = seen
        left = left_after(store, seen.customers, moment=moment, days=days, known_at=known_at)
        yield Labelled(seen, left)


def buyers_at(store: Store, customers: Whole, *, as_of: datetime) -> Seen:
    """Those of the customers (ids, ascending) who had bought by a moment gone by, as they were known then."""
    with transaction.atomic():
        if len(customers) > FEW:
            plan_for_many()
        found = features_as_of(store, as_of, customers)
    gap = expected_gap(past_rhythm(store, as_of=as_of))
    return Seen(chosen_rows(found, found.orders > 0), as_of, gap.days)


def sampled_customers(store: Store) -> Whole:
    """Ids, ascending, of those who ever ordered; the same ones whenever it is asked."""
    [(found,)] = run_columns(_SAMPLE, {"store": store.pk, "seed": SEED, "most": MOST_CUSTOMERS})
    nobody = np.empty(0, np.int64)
    return nobody if found is None else found
