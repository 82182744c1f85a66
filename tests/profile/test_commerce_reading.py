"""Orders with their parts as people and programs see them, give them out and erase them."""

from __future__ import annotations

import json
import re

import pytest
from tests.profile.histories import append, at, call, take
from tests.profile.orders_as_known import orders_as_known

from regard.capture.domain.batch import Stage
from regard.capture.domain.imports import import_file
from regard.capture.domain.logged import next_events
from regard.capture.models import Event
from regard.core import clock
from regard.profile import reactions as profile
from regard.profile.domain.commerce_data import CONSENTS_HELD, ORDERS_HELD
from regard.profile.domain.customers import placed_by
from regard.profile.domain.event_words import describe_event
from regard.profile.domain.order_queries import _shipments_of, latest_orders, latest_shipments
from regard.profile.domain.segments.counting import count_segment
from regard.profile.models import Consent, Customer, Order, OrderLine, Product, Refund, Shipment, TrackingStep

pytestmark = pytest.mark.django_db
STAGES = tuple(
    Stage(stage.__name__, stage)
    for stage in (
        profile.identify,
        profile.project_orders,
        profile.project_products,
        profile.project_consents,
    )
)
TEA = {"product_id": "tea", "name": "Tea", "brand": "Leaf", "price": 4, "quantity": 2}


def history(store, user="1", order="o1"):
    def event(hour, name, **properties):
        return call(store, hour=hour, user=user, name=name, properties={"order_id": order, **properties})

    return [
        event(1, "Order Completed", total=8, products=[TEA]),
        event(2, "Order Refunded", refund_id=f"r-{order}", total=3, reason="A dent, said Ann Smith"),
        event(3, "Order Shipped", tracking_number=f"T-{order}", promised_at="2026-11-01T20:00:00Z"),
        event(30, "Shipment Updated", tracking_number=f"T-{order}", status="delivered", place="Bonn"),
        event(31, "Consent Withdrawn", channel="email"),
    ]


def tell(store, *rows):
    return take(store, append(rows), stages=STAGES)


def known(store) -> tuple[int, ...]:
    tables = (Order, OrderLine, Refund, Shipment, TrackingStep, Consent)
    return tuple(table.objects.filter(store=store).count() for table in tables)


def test_an_order_is_read_with_all_of_its_parts(store, django_assert_num_queries):
    tell(store, *history(store))
    customer = Customer.objects.get()

    with django_assert_num_queries(5):
        [view] = latest_orders(store, customer.pk, limit=20)
    assert (view.order.external_id, view.order.refunded_minor) == ("o1", 300)
    assert [line.title for line in view.lines] == ["Tea"]
    assert [refund.amount_minor for refund in view.refunds] == [300]
    assert [step.state for step in view.shipments[0].steps] == ["delivered", "shipped"]
    assert view.shipments[0].is_late

    tell(store, *history(store, order="o2"), *history(store, order="o3"))
    with django_assert_num_queries(5):
        assert len(latest_orders(store, customer.pk, limit=20)) == 3
    with django_assert_num_queries(2):
        assert len(latest_shipments(store, customer.pk, limit=20)) == 3


@pytest.mark.parametrize(
    ("told", "late"),
    [
        ({"promised_at": "2026-11-02"}, True),
        ({"promised_at": "2026-11-04"}, False),
        ({"promised_at": "2026-11-02", "status": "lost"}, False),
        ({}, False),
    ],
)
def test_a_parcel_that_is_still_out_is_late_after_its_promise(store, told, late):
    tell(store, call(store, user="1", name="Order Shipped", properties={"order_id": "o1", **told}))

    with clock.set_to(at(48)):
        [view] = latest_shipments(store, Customer.objects.get().pk, limit=5)
    assert view.is_late is late


def test_a_parcel_without_a_promise_was_promised_for_when_its_order_was(store, django_assert_num_queries):
    tell(
        store,
        *(
            call(store, user="1", name="Order Completed", properties={"order_id": order, **promise})
            for order, promise in (("o1", {"promised_at": "2026-11-02"}), ("o2", {}), ("o3", {}))
        ),
        *(
            call(store, user="1", name="Order Shipped", properties={"order_id": order, "shipment_id": order})
            for order in ("o1", "o2", "o3")
        ),
    )
    customer = Customer.objects.get()

    with clock.set_to(at(48)), django_assert_num_queries(3):
        views = {view.shipment.external_id: view for view in latest_shipments(store, customer.pk, limit=5)}
    promised = views["o1"].promised_at
    assert promised is not None
    assert f"{promised:%Y-%m-%d}" == "2026-11-02"
    assert [views[name].is_late for name in ("o1", "o2", "o3")] == [True, False, False]
    assert views["o2"].promised_at is None


def test_whose_orders_and_parcels_they_are_is_found_once_whatever_statistics_say(store):
    """A join would be planned by them, and read all of one table for each row of the other when they are old."""
    plans = [_shipments_of(store, 1).explain(), placed_by(store, [1, 2]).explain()]
    assert [plan.count("InitPlan") > 0 for plan in plans] == [True, True]
    assert not any(re.search("Nested Loop|Join|SubPlan", plan) for plan in plans)


def test_products_are_as_last_described_part_by_part(store):
    viewed = {"product_id": "tea", "name": "Green tea", "url": "https://shop.example/tea"}
    later = call(store, hour=5, user="1", name="Product Viewed", properties=viewed)
    tell(store, later)
    tell(store, *history(store))

    product = Product.objects.get()
    assert (product.title, product.brand, product.price_minor) == ("Green tea", "Leaf", 400)
    assert product.url == "https://shop.example/tea"


def test_what_is_held_is_given_out_and_erased(store):
    tell(store, *history(store), *history(store, user="2", order="o2"))
    customer = Customer.objects.get(pk=Order.objects.get(external_id="o1").identity.customer_id)

    [order] = json.loads(json.dumps(ORDERS_HELD.export(store, customer.pk)))
    assert (order["external_id"], order["lines"][0]["title"]) == ("o1", "Tea")
    assert order["shipments"][0]["tracking_number"] == "T-o1"
    assert order["refunds"][0]["reason"] == "A dent, said Ann Smith"
    assert [said["given"] for said in CONSENTS_HELD.export(store, customer.pk)] == [False]

    assert (ORDERS_HELD.erase(store, customer.pk), CONSENTS_HELD.erase(store, customer.pk)) == (5, 1)
    held = json.dumps(ORDERS_HELD.export(store, customer.pk))
    assert "T-o1" not in held
    assert "Ann" not in held
    assert known(store) == (2, 2, 2, 2, 2, 1)
    assert Order.objects.get(external_id="o1").refunded_minor == 300
    assert "T-o2" in json.dumps(orders_as_known(store), default=str)


def test_what_was_projected_is_deleted_and_comes_back_when_the_events_are_read_again(store):
    rows = history(store)
    batch = tell(store, *rows)
    before, identity = orders_as_known(store), Order.objects.get().identity_id

    ORDERS_HELD.clear(store, [identity])
    CONSENTS_HELD.clear(store, [identity])
    assert known(store) == (0, 0, 0, 0, 0, 0)

    take(store, list(batch.events), stages=STAGES)
    assert orders_as_known(store) == before


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ('bought contains "tea"', 1),
        ('bought contains "Tea"', 1),
        ('bought contains "cup"', 0),
        ("consent.email = false", 1),
        ("consent.email = true", 0),
        ("consent.sms is unknown", 2),
    ],
)
def test_segments_ask_for_purchases_and_consent(store, text, number):
    tell(store, *history(store), call(store, user="2", type="identify"))

    assert count_segment(store, text) == number


def lives_in_bonn(store) -> list[int]:
    return [count_segment(store, text) for text in ('country = "DE"', 'city = "Bonn"')]


@pytest.mark.parametrize(
    "traits",
    [
        {"country": "DE", "city": "Bonn"},
        {"address": {"country": "DE", "city": "Bonn", "street": "Am Hof 1"}},
        {"country": "", "city": None, "address": {"country": "DE", "city": "Bonn"}},
    ],
)
def test_segments_ask_where_somebody_lives_as_identify_told(store, traits):
    tell(store, call(store, user="1", type="identify", traits=traits), call(store, user="2", type="identify"))

    assert lives_in_bonn(store) == [1, 1]


@pytest.mark.parametrize(
    "columns", ["country,city", "billing_country,billing_city", "address.country,address.city"]
)
def test_segments_ask_where_somebody_lives_as_a_file_told(store, tmp_path, monkeypatch, columns):
    monkeypatch.setenv("REGARD_DATA", str(tmp_path / "data"))
    (tmp_path / "people.csv").write_text(f"customer_id,{columns}\n1,DE,Bonn\n2,FR,Lyon\n")

    import_file(store=store, kind="customers", path=tmp_path / "people.csv", actor="tests")
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=10), stages=STAGES)

    assert lives_in_bonn(store) == [1, 1]


@pytest.mark.parametrize(
    ("name", "properties", "words"),
    [
        ("Order Completed", {"order_id": 7, "total": 49, "currency": "EUR"}, "Order 7 completed, 49.00 EUR"),
        ("Order Completed", {"order_id": "A-7", "total": "49"}, "Order A-7 completed, 49"),
        ("Order Updated", {"order_id": "7", "status": "packed"}, "Order 7 changed, packed"),
        ("Order Refunded", {"order_id": "7", "reason": "late"}, "Order 7 refunded, late"),
        (
            "Shipment Updated",
            {"tracking_number": "T", "status": "in_transit"},
            "News of shipment T, in_transit",
        ),
        ("Product Viewed", {"name": "Tea"}, "Looked at Tea"),
        ("Consent Given", {"channels": ["email", "sms"]}, "Allowed marketing by email, sms"),
        ("Order Completed", {}, "Order completed"),
        ("Video Played", {"name": "x"}, "Video Played"),
    ],
)
def test_events_are_told_in_words(store, name, properties, words):
    append([call(store, user="1", name=name, properties=properties)])

    assert describe_event(Event.objects.get()) == words
