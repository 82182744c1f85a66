"""The hour of the day at which a customer reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from regard.core.models import Store

USUAL_HOUR = 10  # of whom nothing is known yet [P], spec act §10


@dataclass(frozen=True)
class GoodHour:
    """hour: 0 to 23, in the customer's time zone."""

    hour: int
    zone: ZoneInfo


def good_hours(store: Store, customer_ids: Collection[int]) -> dict[int, GoodHour]:
    """The hour at which to write to each of these customers."""
    usual = GoodHour(USUAL_HOUR, ZoneInfo(store.time_zone))
    return dict.fromkeys(customer_ids, usual)
