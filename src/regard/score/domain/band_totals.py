"""How many customers are in each band of health, and what they spent: counted now and then, kept by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.refresh import bands_as_of
from regard.score.domain.segment_fields import BAND, FEATURES, HEALTH
from regard.score.models import BandTotal, HealthBand, Score

WEEK = timedelta(days=7)
LATELY = timedelta(minutes=1)
# The customers and the definitions of segments, so that a number here is that of the list it leads to.
_COUNT = f"""
    SELECT 'health:' || {BAND}, count(*), coalesce(sum(features.spent_minor), 0)::int8
    FROM profile_customer AS customer {HEALTH.join} {FEATURES.join}
    WHERE customer.store_id = %(store)s AND customer.merged_into_id IS NULL GROUP BY 1
"""


@dataclass(frozen=True)
class BandCount:
    """before: the customers a week ago, None where that is not known. spent_minor: in the store's currency."""

    band: HealthBand
    customers: int
    before: int | None
    spent_minor: int


@dataclass(frozen=True)
class HealthTotals:
    """The customers of a store by band, as last counted; scored: those with enough data for a band."""

    counted_at: datetime
    compared_with: date | None
    bands: tuple[BandCount, ...]

    @property
    def customers(self) -> int:
        return sum(count.customers for count in self.bands)

    @property
    def scored(self) -> int:
        return sum(count.customers for count in self.bands if count.band != HealthBand.NOT_ENOUGH_DATA)

    def of(self, *bands: HealthBand) -> tuple[BandCount, ...]:
        return tuple(count for count in self.bands if count.band in bands)


def count_bands(store: Store, *, past_has_changed: bool = False) -> None:
    """Count the store's customers of today, and those of a week ago where that was not done then.

    past_has_changed: an import has told of the time before, so the week before is computed anew. Reads all
    customers; the past is computed from what was known then. Without customers nothing is kept.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"store": store.pk, "now": now})
        found = {band: (customers, spent) for band, customers, spent in cursor.fetchall()}
    if not found:
        return
    _keep(store, now, found)
    earlier = now - WEEK
    if past_has_changed or not BandTotal.objects.filter(store=store, day=_day(store, earlier)).exists():
        past = bands_as_of(store, as_of=earlier)
        _keep(store, earlier, {band: (count, None) for band, count in past.items()})


def is_counted_lately(store: Store) -> bool:
    """Whether the customers were counted within the last minute."""
    return BandTotal.objects.filter(store=store, counted_at__gt=clock.now() - LATELY).exists()


def health_totals(store: Store) -> HealthTotals | None:
    """As last counted, compared with the week before; None before anything was counted. Two queries."""
    latest = BandTotal.objects.filter(store=store, customers__gt=0).order_by("-day").first()
    if latest is None:
        return None
    before_day = latest.day - WEEK
    rows = BandTotal.objects.filter(store=store, day__in=[latest.day, before_day])
    now = {row.band: row for row in rows if row.day == latest.day}
    before = {row.band: row.customers for row in rows if row.day == before_day}
    if not any(before.values()):  # a store that nobody knew then has nothing to compare with
        before = {}
    return HealthTotals(
        counted_at=latest.counted_at,
        compared_with=before_day if before else None,
        bands=tuple(
            BandCount(band, now[band].customers, before.get(band), now[band].spent_minor or 0)
            for band in HealthBand
        ),
    )


def _keep(store: Store, moment: datetime, found: Mapping[str, tuple[int, int | None]]) -> None:
    nobody = (0, 0)
    BandTotal.objects.bulk_create(
        [
            BandTotal(
                store=store, day=_day(store, moment), band=band, customers=found.get(band, nobody)[0],
                spent_minor=found.get(band, nobody)[1], counted_at=moment,
            )
            for band in HealthBand
        ],
        update_conflicts=True,
        unique_fields=["store", "day", "band"],
        update_fields=["customers", "spent_minor", "counted_at"],
    )  # fmt: skip


def _day(store: Store, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(store.time_zone)).date()


def has_scores(store: Store) -> bool:
    """Whether the health of anybody is known."""
    return Score.objects.filter(store=store, name="health", coverage__gte=50).exists()
