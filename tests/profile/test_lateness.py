"""What is late: the same for pages, queries and scores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import at, call, tell

from regard.core import clock
from regard.profile.domain.lateness import is_late, late_sql
from regard.profile.domain.order_queries import shipment_views
from regard.profile.models import Shipment

pytestmark = pytest.mark.django_db

ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
# Around days on which clocks are changed too.
MOMENTS = st.datetimes(datetime(2026, 10, 23), datetime(2026, 11, 5), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("zone", "hours", "late"),
    [
        ("UTC", 23, False),  # any time of the day that was promised
        ("UTC", 24, True),
        ("Europe/Berlin", 22, False),
        ("Europe/Berlin", 23, True),  # where the next day has begun
        ("America/New_York", 4, False),
        ("America/New_York", 5, True),
    ],
)
def test_late_is_after_the_end_of_the_promised_day_where_the_store_is(zone, hours, late):
    assert is_late(at(96 + hours), at(96), ZoneInfo(zone)) is late


@settings(max_examples=100)
@given(MOMENTS, MOMENTS, st.sampled_from(ZONES))
def test_queries_have_the_same_rule(came, promised, zone):
    with connection.cursor() as cursor:
        statement = f"SELECT {late_sql('%(came)s::timestamptz', '%(promised)s::timestamptz')}"
        cursor.execute(statement, {"came": came, "promised": promised, "zone": zone})
        assert cursor.fetchone() == (is_late(came, promised, ZoneInfo(zone)),)


def test_a_parcel_is_late_from_the_day_after_the_promised_one(store):
    store.time_zone = "Europe/Berlin"
    told = {"order_id": "o1", "shipment_id": "S", "promised_at": "2026-11-05T10:00:00Z"}
    tell(store, call(store, hour=1, user="1", name="Order Shipped", properties=told))

    def late_at(moment: datetime) -> bool:
        with clock.set_to(moment):
            [view] = shipment_views(store, Shipment.objects.all())
            return view.is_late

    midnight = datetime(2026, 11, 6, tzinfo=ZoneInfo("Europe/Berlin"))
    assert [late_at(midnight - timedelta(seconds=1)), late_at(midnight)] == [False, True]
