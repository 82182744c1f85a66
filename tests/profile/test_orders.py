from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.profile.histories import append, at, call, take, tell

from regard.profile.models import CustomerEvent, Order

pytestmark = pytest.mark.django_db


def order_event(store, hour, name="Order Completed", **properties):
    return call(store, hour=hour, user="1", name=name, properties={"order_id": "o1", **properties})


def parts(order: Order) -> tuple:
    return (order.status, order.ordered_at, order.total_minor, order.currency, order.described_at)


def test_a_completed_order_is_kept_in_the_shops_currency(store):
    batch = tell(store, order_event(store, 1, total="20.50"))

    order = Order.objects.get()
    assert parts(order) == ("completed", at(1), 2050, "EUR", at(1))
    assert batch.touched == {order.identity.customer_id}


@pytest.mark.parametrize(
    ("properties", "total"),
    [
        ({"total": 5, "revenue": 4, "value": 3}, (500, "EUR")),
        ({"revenue": 4, "value": 3, "currency": "usd"}, (400, "USD")),
        ({"value": 3, "currency": "JPY"}, (3, "JPY")),
        ({"total": 0}, (0, "EUR")),
    ],
)
def test_the_total_is_the_first_amount_that_is_there(store, properties, total):
    tell(store, order_event(store, 1, **properties))

    assert Order.objects.values_list("total_minor", "currency").get() == total


def test_a_later_description_wins_and_an_older_one_fills_what_is_missing(store):
    tell(store, order_event(store, 3, "Order Updated", status="shipped"))
    tell(store, order_event(store, 1, total=10))
    tell(store, order_event(store, 2, "Order Updated", total=12, status="packed"))

    assert parts(Order.objects.get()) == ("shipped", at(1), 1200, "EUR", at(3))


@pytest.mark.parametrize(
    ("name", "status"), [("Order Cancelled", "cancelled"), ("Order Refunded", "partially refunded")]
)
def test_cancelling_and_refunding_change_the_status_and_not_the_total(store, name, status):
    tell(store, order_event(store, 1, total=10), order_event(store, 2, name, total=4))

    assert parts(Order.objects.get())[:3] == (status, at(1), 1000)


def test_times_of_delivery_can_be_told(store):
    tell(store, order_event(store, 1, promised_at="2026-11-05T00:00:00+01:00"))
    tell(store, order_event(store, 5, "Order Updated", delivered_at="2026-11-04T12:00:00Z"))

    order = Order.objects.get()
    assert (order.promised_at, order.delivered_at) == (at(95), at(84))


@pytest.mark.parametrize(
    ("properties", "note"),
    [
        ({"total": "abc"}, "total was left out: 'abc' is no number; write it like 1234.50."),
        ({"total": 5, "currency": "EURO"}, "total was left out: 'EURO' is no ISO 4217 currency"),
        ({"total": -5}, "total was left out: it is -5, and it is never below zero."),
        ({"status": ["new"]}, 'status is ["new"]; it must be a text of at most 40 characters.'),
        ({"promised_at": "soon"}, "promised_at is 'soon'; use ISO 8601, like 2026-01-31T09:30:00Z."),
    ],
)
def test_a_value_that_cannot_be_used_is_left_out_and_noted(store, properties, note):
    tell(store, order_event(store, 1, **properties))

    order = Order.objects.get()
    assert (order.total_minor, order.status, order.promised_at) == (None, "completed", None)
    noted = CustomerEvent.objects.get().note
    assert noted.startswith(note.split(";")[0].split(":")[0])


@pytest.mark.parametrize("order_id", [None, "", {"a": 1}, True, "x" * 201])
def test_without_an_order_id_there_is_no_order_and_the_others_go_on(store, order_id):
    tell(store, order_event(store, 1, order_id=order_id), order_event(store, 2, order_id=77))

    assert [order.external_id for order in Order.objects.all()] == ["77"]
    notes = CustomerEvent.objects.order_by("event_id").values_list("note", flat=True)
    assert [note.startswith("No order was kept: order_id is ") for note in notes] == [True, False]


def test_an_order_stays_history_until_something_live_tells_of_it(store):
    tell(store, call(store, user="1", name="Order Completed", history=True, properties={"order_id": "o1"}))
    assert Order.objects.get().history is True

    tell(store, order_event(store, 1, "Order Updated", status="shipped"))
    assert Order.objects.get().history is False


def test_queries_do_not_grow_with_the_batch(store, django_assert_num_queries):
    small = append([call(store, user="a", name="Order Completed", properties={"order_id": "a"})])
    orders = [(f"u{n}", {"order_id": n}) for n in range(30)]
    large = append([call(store, user=u, name="Order Completed", properties=told) for u, told in orders])
    with CaptureQueriesContext(connection) as first:
        take(store, small)
    with django_assert_num_queries(len(first)):
        take(store, large)
    assert Order.objects.filter(store=store).count() == 31
