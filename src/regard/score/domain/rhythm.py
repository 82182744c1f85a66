"""How soon the customers of a store usually buy again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction

from regard.core import clock
from regard.core.domain.audit import changed_fields, record_audit
from regard.core.models import Store
from regard.profile.domain.order_statuses import VOID_STATUSES
from regard.score.domain.known_facts import known_by_then, placed_by, status_by_then
from regard.score.models import PurchaseRhythm

LEAST_GAPS = 30  # proposal: fewer repeat orders than this say little about the store
FRESH = timedelta(days=2)  # measured every night, since it reads all orders
FRESH_WHILE_YOUNG = timedelta(minutes=1)  # a first import soon knows more than thirty repeat orders

_MEASURE = """
    SELECT extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY gap))::float8 / 86400, count(gap)
    FROM (
        SELECT ordered_at - lag(ordered_at) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS gap
        FROM profile_order JOIN profile_identity identity ON identity.id = identity_id
        WHERE profile_order.store_id = %(store)s AND ordered_at <= %(as_of)s AND NOT is_return
            AND lower({status}) <> ALL(%(void)s) {known}
    ) AS repeat
"""


@dataclass(frozen=True)
class ExpectedGap:
    """Days to expect between two orders, and what that rests on: "own", "store" or "default"."""

    days: float
    basis: str


def expected_gap(rhythm: PurchaseRhythm) -> ExpectedGap:
    """What to expect of a customer who has no rhythm of their own yet."""
    if rhythm.median_gap_days is not None and rhythm.gaps >= LEAST_GAPS:
        return ExpectedGap(rhythm.median_gap_days, "store")
    return ExpectedGap(float(rhythm.default_gap_days), "default")


def rhythm_of(store: Store, *, as_of: datetime) -> PurchaseRhythm:
    """The store's rhythm, measured anew when the last measure is too old (it reads all orders)."""
    rhythm = PurchaseRhythm.objects.filter(store=store).first()
    if rhythm is None or rhythm.measured_at is None or abs(as_of - rhythm.measured_at) >= _life(rhythm):
        return measure_rhythm(store, as_of=as_of)
    return rhythm


def _life(rhythm: PurchaseRhythm) -> timedelta:
    return FRESH if rhythm.gaps >= LEAST_GAPS else FRESH_WHILE_YOUNG


def measure_rhythm(store: Store, *, as_of: datetime) -> PurchaseRhythm:
    """Measure the gaps between all orders of every customer of the store, and keep the median."""
    median, gaps = _median_gap(_MEASURE.format(known="", status="status"), store.pk, as_of)
    measured = {"median_gap_days": median, "gaps": gaps, "measured_at": as_of}
    rhythm, _created = PurchaseRhythm.objects.update_or_create(store=store, defaults=measured)
    return rhythm


def past_rhythm(store: Store, *, as_of: datetime) -> PurchaseRhythm:
    """The rhythm as it was at a moment gone by, after what was known then; nothing is kept."""
    kept = PurchaseRhythm.objects.filter(store=store).first() or PurchaseRhythm(store=store)
    kept.median_gap_days, kept.gaps = _past_gap(store.pk, as_of)
    return kept


def past_rhythm_of_day(store: Store, *, as_of: datetime) -> PurchaseRhythm:
    """As `past_rhythm`, for somebody who waits: the kept one from when it was measured until it is too old, else
    the one at the beginning of the day (UTC), which a process measures once an hour at most for each day.
    """
    kept = PurchaseRhythm.objects.filter(store=store).first() or PurchaseRhythm(store=store)
    if kept.measured_at is not None and timedelta() <= as_of - kept.measured_at < _life(kept):
        return kept
    day, hour = as_of.astimezone(UTC).date(), int(clock.now().timestamp()) // 3600
    kept.median_gap_days, kept.gaps = _gap_of_day(store.pk, day, hour)
    return kept


@lru_cache(maxsize=1_000)
def _gap_of_day(store_id: int, day: date, hour: int) -> tuple[float | None, int]:  # noqa: ARG001 - ends the keeping
    return _past_gap(store_id, datetime(day.year, day.month, day.day, tzinfo=UTC))


def _past_gap(store_id: int, as_of: datetime) -> tuple[float | None, int]:
    known = f"AND {known_by_then(placed_by('profile_order'))}"
    return _median_gap(_MEASURE.format(known=known, status=status_by_then("profile_order")), store_id, as_of)


def default_gap(store: Store) -> int:
    """The days expected between orders while the store has too few repeat orders."""
    rhythm = PurchaseRhythm.objects.filter(store=store).first() or PurchaseRhythm()
    return rhythm.default_gap_days


@transaction.atomic
def change_default_gap(store: Store, *, days: int, actor: str) -> None:
    """Set the days expected between orders while the store has too few repeat orders.

    Raises django.core.exceptions.ValidationError for less than 7 or more than 1095 days.
    """
    rhythm, _created = PurchaseRhythm.objects.get_or_create(store=store)
    changes = changed_fields({"days": rhythm.default_gap_days}, {"days": days})
    if not changes:
        return
    rhythm.default_gap_days = days
    rhythm.full_clean()
    rhythm.save(update_fields=["default_gap_days"])
    record_audit(store=store, actor=actor, action="expected_gap.changed", target=store.slug, changes=changes)


@transaction.atomic
def _median_gap(statement: str, store_id: int, as_of: datetime) -> tuple[float | None, int]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")  # all orders are sorted, twice
        cursor.execute(statement, {"store": store_id, "as_of": as_of, "void": list(VOID_STATUSES)})
        median, gaps = cursor.fetchone()
    return median, gaps
