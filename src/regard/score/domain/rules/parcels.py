"""The risk of parcels that are on their way: read, computed on touch and by the hour, and kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from regard.capture.domain.batch import Batch
from regard.core import clock
from regard.core.models import Store
from regard.profile.domain.commerce_fields import country_told
from regard.profile.domain.lateness import late_sql
from regard.profile.domain.order_queries import OVER
from regard.profile.domain.told_shipments import tells_of_shipment
from regard.score.domain.causes import TIME_WENT_BY, Cause
from regard.score.domain.rules.keeping import Figures, hold_kept, keep_rule_scores
from regard.score.domain.rules.late_risk import LATE_RISK
from regard.score.models import CarrierRecord, Score, ScoreChange

LEAST_PARCELS = 30  # of which a share is told
PAST = timedelta(days=180)
FORGOTTEN = timedelta(days=60)  # nothing heard for so long: nobody waits for it any more
AT_A_TIME = 5_000
_COUNTRY = f"""coalesce((
    SELECT left(btrim({country_told("customer")}), 200) FROM profile_customer AS customer
    WHERE customer.id = identity.customer_id), '')"""
_WITH_ORDER = """
    FROM profile_shipment AS parcel
    LEFT JOIN profile_order AS placed
        ON placed.store_id = parcel.store_id AND placed.external_id = parcel.order_external_id
    LEFT JOIN profile_identity AS identity ON identity.id = placed.identity_id
    WHERE parcel.store_id = %(store)s AND NOT parcel.superseded
"""
_PROMISED = "coalesce(parcel.promised_at, placed.promised_at)"
_LATE = late_sql("parcel.delivered_at", _PROMISED)
MEASURE = f"""
    INSERT INTO score_carrierrecord (store_id, carrier, country, parcels, late)
    SELECT %(store)s, coalesce(carrier, ''), coalesce(country, ''), count(*), count(*) FILTER (WHERE is_late)
    FROM (
        SELECT nullif(parcel.carrier, '') AS carrier, nullif({_COUNTRY}, '') AS country, {_LATE} AS is_late
        {_WITH_ORDER} AND parcel.delivered_at BETWEEN %(since)s AND %(now)s
    ) AS came
    WHERE is_late IS NOT NULL
    GROUP BY GROUPING SETS ((carrier, country), (carrier), ())
    HAVING count(*) >= %(least)s AND (grouping(carrier) = 1 OR carrier IS NOT NULL)
        AND (grouping(country) = 1 OR country IS NOT NULL)
    ON CONFLICT (store_id, carrier, country) DO UPDATE SET parcels = excluded.parcels, late = excluded.late
"""
# Of parcels that are on their way, of which something was heard lately.
_ON_WAY = """
    FROM (SELECT * FROM profile_shipment WHERE store_id = %(store)s AND NOT superseded
        AND delivered_at IS NULL AND NOT state = ANY(%(over)s) AND {which}) AS parcel
    LEFT JOIN profile_order AS placed
        ON placed.store_id = parcel.store_id AND placed.external_id = parcel.order_external_id
    LEFT JOIN profile_identity AS identity ON identity.id = placed.identity_id
    LEFT JOIN LATERAL (
        SELECT max(at) AS at FROM profile_trackingstep WHERE store_id = parcel.store_id AND at <= %(now)s
            AND shipment_external_id = ANY(ARRAY[parcel.external_id] || parcel.tracking_numbers)
    ) AS step ON true
    WHERE greatest(step.at, parcel.shipped_at, placed.ordered_at) > %(since)s
        AND coalesce(placed.cancelled_at, %(now)s + interval '1 day') > %(now)s
"""
READ = f"""
    SELECT parcel.id, parcel.carrier, {_COUNTRY}, step.at, parcel.shipped_at, parcel.promised_at,
        placed.promised_at,
        {late_sql("%(now)s::timestamptz", _PROMISED)},
        {late_sql("parcel.promised_at", "placed.promised_at")}
    {_ON_WAY.format(which="id = ANY(%(parcels)s)")}
"""
LISTED = f"SELECT parcel.id {_ON_WAY.format(which='true')}"
_OF_CUSTOMERS = """
    SELECT parcel.id FROM profile_identity AS identity
    JOIN profile_order AS placed ON placed.identity_id = identity.id
    JOIN profile_shipment AS parcel
        ON parcel.order_external_id = placed.external_id AND parcel.store_id = placed.store_id
    WHERE identity.store_id = %(store)s AND identity.customer_id = ANY(%(customers)s)
"""
FORGET = """
    DELETE FROM {table} AS kept WHERE store_id = %(store)s AND name = 'late_risk' AND subject_type = 'shipment'
        AND NOT EXISTS (SELECT FROM profile_shipment AS parcel WHERE parcel.id = kept.subject_id)
"""


class Parcel(NamedTuple):
    """A parcel that is on its way, as READ tells it; late: today, and by what its carrier expects."""

    id: int
    carrier: str
    country: str
    scanned_at: datetime | None
    shipped_at: datetime | None
    expected_at: datetime | None
    promised_at: datetime | None
    is_late: bool | None
    is_expected_late: bool | None

    def figures(self, past: float, now: datetime) -> Figures:
        """past: percent of the like that came late."""
        heard = max((at for at in (self.scanned_at, self.shipped_at) if at), default=None)
        promised = self.expected_at or self.promised_at
        silent = (now - heard).days if heard else 0
        expected = _days(self.expected_at, self.promised_at) if self.is_expected_late else 0
        return (past, max(silent, 0), expected, _days(now, promised) if self.is_late else 0)


def _days(later: datetime | None, earlier: datetime | None) -> int:
    """At least one: it is another day."""
    return max((later - earlier).days, 1) if later and earlier else 0


def measure_carriers(store: Store) -> None:
    """Count what came late, by carrier and country, and forget what is kept of parcels that are gone."""
    now = clock.now()
    values: dict[str, Any] = {"store": store.pk, "now": now, "since": now - PAST, "zone": store.time_zone}
    with transaction.atomic(), connection.cursor() as cursor:
        CarrierRecord.objects.filter(store=store).delete()
        cursor.execute(MEASURE, values | {"least": LEAST_PARCELS})
        for model in (Score, ScoreChange):
            cursor.execute(FORGET.format(table=model._meta.db_table), values)  # noqa: SLF001 - documented


def refresh_touched_parcels(batch: Batch) -> None:
    """Bring the risks of the touched customers' parcels up to date where the batch tells of parcels."""
    told = next(filter(tells_of_shipment, reversed(batch.events)), None)
    if batch.is_backfill or not batch.touched or told is None:
        return
    values: dict[str, Any] = {"store": batch.store.pk, "customers": list(batch.touched)}
    with connection.cursor() as cursor:
        cursor.execute(_OF_CUSTOMERS, values)
        parcels = [row[0] for row in cursor]
    refresh_parcels(batch.store, parcels, cause=Cause(told.id))


@transaction.atomic
def refresh_parcels(store: Store, shipment_ids: Collection[int], *, cause: Cause = TIME_WENT_BY) -> int:
    """Compute and keep the risk of these parcels; gives how many moved."""
    if not shipment_ids:
        return 0
    hold_kept(store, LATE_RISK, shipment_ids)
    now, past = clock.now(), _past_shares(store)
    found = _parcels(store, shipment_ids, now)
    known = {each.id: each.figures(_share(past, each), now) for each in found}
    moves = keep_rule_scores(store, LATE_RISK, known, looked_at=shipment_ids, now=now, cause=cause)
    return len(moves)


def refresh_all_parcels(store: Store) -> int:
    """The same of all that are on their way, and of those that have a risk."""
    kept = Score.objects.filter(store=store, name=LATE_RISK.name, subject_type=LATE_RISK.subject)
    with connection.cursor() as cursor:
        cursor.execute(LISTED, _values(store, clock.now()))
        ids = sorted({*kept.values_list("subject_id", flat=True), *(row[0] for row in cursor)})
    some = (ids[start : start + AT_A_TIME] for start in range(0, len(ids), AT_A_TIME))
    return sum(refresh_parcels(store, part) for part in some)


def _parcels(store: Store, shipment_ids: Collection[int], now: datetime) -> Iterable[Parcel]:
    values = _values(store, now) | {"zone": store.time_zone, "parcels": list(shipment_ids)}
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        return [Parcel(*row) for row in cursor]


def _values(store: Store, now: datetime) -> dict[str, Any]:
    return {"store": store.pk, "now": now, "since": now - FORGOTTEN, "over": list(OVER)}


def _past_shares(store: Store) -> dict[tuple[str, str], float]:
    rows = CarrierRecord.objects.filter(store=store).values_list("carrier", "country", "parcels", "late")
    return {(carrier, country): 100 * late / parcels for carrier, country, parcels, late in rows}


def _share(past: dict[tuple[str, str], float], parcel: Parcel) -> float:
    """Of the carrier to the country, of the carrier, or of all; 0 where too few have come."""
    like = ((parcel.carrier, parcel.country), (parcel.carrier, ""), ("", ""))
    return round(next((past[each] for each in like if each in past), 0.0), 1)
