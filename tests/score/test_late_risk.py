"""The risk that a parcel comes late: by hand, as events arrive, and as days go by."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from regard.capture.domain.batch import Stage
from regard.cli.main import main
from regard.core import clock
from regard.profile import reactions as profile
from regard.profile.models import Customer, Shipment, TrackingStep
from regard.score import reactions as score
from regard.score.domain.rules.late_risk import LATE_RISK, LateRiskBand
from regard.score.domain.rules.parcels import measure_carriers, refresh_all_parcels
from regard.score.domain.things import parcel_risks_of, scores_of_thing
from regard.score.models import CarrierRecord, Score, ScoreChange
from tests.profile.histories import append, at, call, take

STAGES = (
    Stage("identify", profile.identify),
    Stage("orders", profile.project_orders),
    Stage("health", score.refresh_touched),
)


def tell(store, *rows):
    with clock.set_to(max(row.occurred_at for row in rows) + timedelta(minutes=1)):
        return take(store, append(rows), stages=STAGES)


def order(store, hour, number, *, promised):
    told = {"order_id": number, "total": 10, "currency": "EUR", "promised_at": at(promised).isoformat()}
    return call(store, hour=hour, user="7", name="Order Completed", properties=told)


def parcel(store, hour, name, number, **told):
    told = {"order_id": number, "shipment_id": f"S{number}", "carrier": "DHL", **told}
    return call(store, hour=hour, user="7", name=name, properties=told)


@given(st.tuples(st.floats(0, 100), *[st.integers(0, 90)] * 3))
def test_contributions_add_up_to_a_probability(figures):
    value = LATE_RISK.value(figures)

    assert 0 <= value <= 100
    assert sum(part.points for part in LATE_RISK.parts(figures)) == pytest.approx(value, abs=0.02)
    assert value >= round(figures[0], 2) - 0.01
    assert value == 100 or figures[3] == 0


@pytest.mark.django_db
def test_a_parcel_without_a_scan_is_flagged_and_one_that_came_is_not(store):
    """Of 40 parcels 10 came late: 25. Three days of silence add half of 75, a promise gone by all that is left."""
    tell(store, order(store, 0, "o1", promised=24 * 9))
    CarrierRecord.objects.create(store=store, carrier="DHL", country="", parcels=40, late=10)
    tell(store, parcel(store, 2, "Order Shipped", "o1"))
    [view] = scores_of_thing(store, "shipment", "So1")
    assert (view.value, view.band) == (25, LateRiskBand.ON_TRACK)

    with clock.set_to(at(2 + 24 * 3 + 1)):
        assert refresh_all_parcels(store) == 1
        assert refresh_all_parcels(store) == 0
    [view] = scores_of_thing(store, "shipment", "So1")
    assert (view.value, view.band) == (62.5, LateRiskBand.AT_RISK)
    assert {part.name: part.points for part in view.parts} == {"past": 25, "silence": 37.5}
    customer = Customer.objects.get()
    assert [risk.order_id for risk in parcel_risks_of(store, customer.pk)] == ["o1"]
    said = CliRunner().invoke(main, ["score", "show", "--subject", "shipment:So1", "--store", store.slug])
    assert "Risk of coming late: 62.5 of 100, May come late" in said.output
    assert "Days without a scan: 3." in said.output

    with clock.set_to(at(24 * 10 + 1)):
        refresh_all_parcels(store)
    [view] = scores_of_thing(store, "shipment", "So1")
    assert (view.value, view.band) == (100, LateRiskBand.LATE)

    tell(store, parcel(store, 24 * 10 + 2, "Order Delivered", "o1"))
    assert scores_of_thing(store, "shipment", "So1") == []
    assert parcel_risks_of(store, customer.pk) == []
    changes = ScoreChange.objects.filter(store=store, subject_type="shipment").order_by("id")
    assert list(changes.values_list("value", flat=True)) == [25, 62.5, 100, None]


@pytest.mark.django_db
def test_what_the_carrier_expects_after_the_promise_is_flagged(store):
    tell(store, order(store, 0, "o1", promised=24 * 3))
    tell(store, parcel(store, 2, "Order Shipped", "o1", promised_at=at(24 * 5).isoformat()))

    [view] = scores_of_thing(store, "shipment", "So1")
    assert (view.value, view.band) == (80, LateRiskBand.AT_RISK)


@pytest.mark.django_db
def test_the_past_of_carriers_is_measured(store, other_store):
    """Thirty came, each fifth a day late."""
    for number in range(30):
        came = 24 * (5 if number % 5 else 6)
        tell(store, order(store, number / 60, f"o{number}", promised=24 * 5))
        tell(store, parcel(store, came, "Order Delivered", f"o{number}", delivered_at=at(came).isoformat()))
    with clock.set_to(at(24 * 20)):
        measure_carriers(store)
        measure_carriers(other_store)

    records = CarrierRecord.objects.values_list("carrier", "country", "parcels", "late")
    assert sorted(records) == [("", "", 30, 6), ("DHL", "", 30, 6)]


@pytest.mark.django_db
def test_what_is_kept_of_parcels_that_are_gone_goes(store):
    tell(store, order(store, 0, "o1", promised=24))
    tell(store, parcel(store, 2, "Order Shipped", "o1"))
    assert Score.objects.filter(name="late_risk").count() == 1
    Shipment.objects.all().delete()
    measure_carriers(store)

    assert not Score.objects.filter(name="late_risk").exists()
    assert not ScoreChange.objects.filter(name="late_risk").exists()


@pytest.mark.django_db
def test_a_scan_told_by_a_number_of_the_parcel_is_heard(store):
    tell(store, order(store, 0, "o1", promised=24 * 9))
    tell(store, parcel(store, 2, "Order Shipped", "o1", tracking_number="N1"))
    TrackingStep.objects.create(
        store=store, shipment_external_id="N1", state="in_transit", at=at(24 * 3), event_id=0
    )
    with clock.set_to(at(24 * 4)):
        refresh_all_parcels(store)

    assert scores_of_thing(store, "shipment", "So1")[0].band == LateRiskBand.ON_TRACK


@pytest.mark.django_db
def test_the_promise_of_the_parcel_goes_before_that_of_its_order(store):
    tell(store, order(store, 0, "o1", promised=24 * 2))
    tell(store, parcel(store, 2, "Order Shipped", "o1", promised_at=at(24 * 4).isoformat()))
    with clock.set_to(at(24 * 3 + 1)):
        refresh_all_parcels(store)
    assert scores_of_thing(store, "shipment", "So1")[0].band == LateRiskBand.AT_RISK
    with clock.set_to(at(24 * 6 + 1)):
        refresh_all_parcels(store)

    [view] = scores_of_thing(store, "shipment", "So1")
    assert view.band == LateRiskBand.LATE
    assert Score.objects.get(name="late_risk").input_values[3] == 2


@pytest.mark.django_db
def test_parcels_of_long_ago_are_not_looked_at_and_what_is_kept_is_held_before_it_is_read(store):
    tell(store, order(store, 0, "o1", promised=24))
    tell(store, parcel(store, 2, "Order Shipped", "o1"))
    with clock.set_to(at(24)), CaptureQueriesContext(connection) as seen:
        refresh_all_parcels(store)
    held = next(place for place, each in enumerate(seen.captured_queries) if "FOR UPDATE" in each["sql"])
    read = next(
        place
        for place, each in enumerate(seen.captured_queries)
        if "customer.id = identity.customer_id" in each["sql"]
    )
    assert held < read

    with clock.set_to(at(24 * 70)):
        assert refresh_all_parcels(store) == 1
        with CaptureQueriesContext(connection) as seen:
            assert refresh_all_parcels(store) == 0
    assert len(seen) == 2
