"""The hour of the day at which a customer reads: learned from when they opened what was sent to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from regard.act.domain.thresholds import LEAST_SENDS, USUAL_HOUR
from regard.act.domain.time_zones import zone_of
from regard.core.models import Store
from regard.profile.models import Customer

OPENED = """
    SELECT identity.customer_id, send.opened_at
    FROM profile_identity AS identity JOIN act_send AS send ON send.identity_id = identity.id
    WHERE identity.store_id = %s AND identity.customer_id = ANY(%s) AND send.sent_at IS NOT NULL
"""


@dataclass(frozen=True)
class GoodHour:
    """hour: 0 to 23, in the customer's time zone. is_learned: by their own opening; else it is the usual one."""

    hour: int
    zone: ZoneInfo
    is_learned: bool = False


def good_hours(store: Store, customer_ids: Collection[int]) -> dict[int, GoodHour]:
    """The hour at which to write to each of these customers. Two queries."""
    known = Customer.objects.filter(store=store, pk__in=customer_ids).values_list("pk", "attributes")
    zones = {pk: zone_of(attributes, otherwise=store.time_zone) for pk, attributes in known}
    sent: dict[int, list[datetime | None]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(OPENED, (store.pk, list(customer_ids)))
        for customer_id, opened_at in cursor.fetchall():
            sent[customer_id].append(opened_at)
    usual = ZoneInfo(store.time_zone)
    return {pk: _good_hour(sent[pk], zones.get(pk, usual)) for pk in customer_ids}


def hour_most_opened(opened: Iterable[datetime], zone: ZoneInfo) -> int | None:
    """The hour with most openings in and beside it, of several the nearest to the usual; None for none."""
    hours = Counter(at.astimezone(zone).hour for at in opened)
    if not hours:
        return None
    around = {hour: sum(hours[(hour + off) % 24] for off in (-1, 0, 1)) for hour in hours}
    return max(around, key=lambda hour: (around[hour], hours[hour], -abs(hour - USUAL_HOUR), -hour))


def _good_hour(sent: Collection[datetime | None], zone: ZoneInfo) -> GoodHour:
    opened = [at for at in sent if at is not None]
    hour = hour_most_opened(opened, zone) if len(sent) >= LEAST_SENDS else None
    return GoodHour(USUAL_HOUR, zone) if hour is None else GoodHour(hour, zone, is_learned=True)
