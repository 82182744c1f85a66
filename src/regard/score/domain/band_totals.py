"""How many customers are in each band of health, and what they spent: counted now and then, kept by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.refresh import bands_as_of
from regard.score.domain.segment_fields import BAND, FEATURES, HEALTH
from regard.score.models import BandTotal, HealthBand, PastChange, Score

WEEK = timedelta(days=7)
SMALL = 1_000  # customers: to count so many takes no time
LARGE = 100_000  # customers: computing the past of so many takes ten seconds
LATELY = timedelta(hours=1)
# The customers and the definitions of segments, so that a number here is that of the list it leads to.
_COUNT = f"""
    SELECT 'health:' || {BAND}, count(*), coalesce(sum(features.net_spent_minor), 0)::int8
    FROM profile_customer AS customer {HEALTH.join} {FEATURES.join}
    WHERE customer.store_id = %(store)s AND customer.merged_into_id IS NULL GROUP BY 1
"""
_NOTE = """
    INSERT INTO score_pastchange AS past (store_id, changes) VALUES (%s, 1)
    ON CONFLICT (store_id) DO UPDATE SET changes = past.changes + 1
"""


@dataclass(frozen=True)
class BandCount:
    """before: the customers a week ago, None where that is not known. spent_minor: after refunds, in the store's
    currency."""

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


def count_bands(store: Store) -> None:
    """Count the store's customers of today, and those of a week ago where that is not known.

    It is not where nothing was counted then, nor where history has come in since: it is computed then from what is
    known of that day, in large stores once an hour at most. Reads all customers. Nothing is kept before there were
    any.
    """
    now = clock.now()
    # Read before the customers, so that what changes meanwhile is counted the next time.
    past = PastChange.objects.filter(store=store).first() or PastChange(store=store)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"store": store.pk, "now": now})
        found = {band: (customers, spent) for band, customers, spent in cursor.fetchall()}
    if not found and not was_counted(store):
        return
    _keep(store, now, found, past.changes)
    large = sum(customers for customers, _spent in found.values()) > LARGE
    if not _is_known(store, _day(store, now - WEEK), past) and not (large and _is_recounted_lately(past)):
        _count_past(store, now - WEEK, past)


def note_past_changed(store: Store) -> None:
    """History has changed what is known of the past, in the caller's transaction; the next count heeds it."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [store.pk])


def was_counted(store: Store) -> bool:
    """Whether the customers were counted ever."""
    return BandTotal.objects.filter(store=store).exists()


def is_small(store: Store) -> bool:
    """Whether the store had few customers when they were last counted, or never was. One query."""
    return _last_count(store) <= SMALL


def is_large(store: Store) -> bool:
    """Whether the store had many customers when they were last counted. One query."""
    return _last_count(store) > LARGE


def _last_count(store: Store) -> int:
    counted = BandTotal.objects.filter(store=store).order_by("-day").values("day")
    return counted.annotate(everybody=Sum("customers")).values_list("everybody", flat=True).first() or 0


def health_totals(store: Store) -> HealthTotals | None:
    """As last counted, compared with the week before; None before anything was counted. Two queries.

    There is no comparison with a day that was counted before history came in of which today's count knows.
    """
    latest = BandTotal.objects.filter(store=store).order_by("-day").first()
    if latest is None:
        return None
    before_day = latest.day - WEEK
    rows = BandTotal.objects.filter(store=store, day__in=[latest.day, before_day])
    now = {row.band: row for row in rows if row.day == latest.day}
    before = {
        row.band: row.customers for row in rows if row.day == before_day and row.changes >= latest.changes
    }
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


def _is_known(store: Store, day: date, past: PastChange) -> bool:
    """Whether the day was counted with all that has become known of the past."""
    return BandTotal.objects.filter(store=store, day=day, changes__gte=past.changes).exists()


def _is_recounted_lately(past: PastChange) -> bool:
    return past.recounted_at is not None and past.recounted_at > clock.now() - LATELY


def _count_past(store: Store, moment: datetime, past: PastChange) -> None:
    counts = bands_as_of(store, as_of=moment)
    _keep(store, moment, {band: (count, None) for band, count in counts.items()}, past.changes)
    PastChange.objects.filter(store=store).update(recounted_at=clock.now())


def _keep(store: Store, moment: datetime, found: Mapping[str, tuple[int, int | None]], changes: int) -> None:
    nobody = (0, 0)
    BandTotal.objects.bulk_create(
        [
            BandTotal(
                store=store, day=_day(store, moment), band=band, customers=found.get(band, nobody)[0],
                spent_minor=found.get(band, nobody)[1], counted_at=moment, changes=changes,
            )
            for band in HealthBand
        ],
        update_conflicts=True,
        unique_fields=["store", "day", "band"],
        update_fields=["customers", "spent_minor", "counted_at", "changes"],
    )  # fmt: skip


def _day(store: Store, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(store.time_zone)).date()


def has_scores(store: Store) -> bool:
    """Whether the health of anybody is known."""
    return Score.objects.filter(store=store, name="health", coverage__gte=50).exists()
