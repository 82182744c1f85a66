"""Orders with lines, refunds and shipments: what each event adds, and that their order does not matter."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, permutations

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profile.histories import append, at, call, take, tell
from tests.profile.orders_as_known import orders_as_known

from regard.capture.domain.log import NewEvent, key_of
from regard.capture.domain.record import new_fact
from regard.core.registry import Fact
from regard.profile.domain.refunds import LEFT_OUT
from regard.profile.facts import OrderImported, OrderLineImported, ShipmentImported
from regard.profile.models import CustomerEvent, Order, OrderLine, Refund, RefundKind, Shipment

pytestmark = pytest.mark.django_db


def of_order(store, hour, name="Order Completed", *, user=None, **properties) -> NewEvent:
    return call(store, hour=hour, user=user, name=name, properties={"order_id": "o1", **properties})


def imported(store, fact: Fact, *, hour: float = 0, key: str | None = None) -> NewEvent:
    row = new_fact(fact, store_id=store.pk, key=key, occurred_at=at(hour), history=True)
    return row._replace(received_at=at(1_000))


def line(store, *, hour=0, order="o1", key=None, **values) -> NewEvent:
    told = {"currency": "EUR", "customer_id": "1", "ordered_at": at(hour), **values}
    return imported(store, OrderLineImported(order_id=order, **told), hour=hour, key=key)


def lines_of(order: str = "o1") -> list[tuple]:
    rows = OrderLine.objects.filter(order_external_id=order).order_by("external_id")
    return list(rows.values_list("external_id", "quantity", "total_minor"))


# Lines


def test_the_products_of_an_order_are_its_lines(store):
    products = [
        {"product_id": "p1", "name": "Tea", "variant": "100 g", "price": "4.50", "quantity": 2},
        {"sku": "s2", "title": "Cup", "price": 8},
        {"sku": "s2", "title": "Cup", "price": 8},
    ]
    tell(store, of_order(store, 1, user="1", total=25, products=products))

    assert lines_of() == [("p1/100 g", Decimal(2), 900), ("s2", Decimal(1), 800), ("s2#2", Decimal(1), 800)]
    assert Order.objects.get().total_minor == 2500


def test_of_two_listings_the_later_counts_whichever_comes_first(store):
    tell(store, of_order(store, 2, "Order Updated", products=[{"product_id": "b", "price": 2}]))
    tell(store, of_order(store, 1, user="1", products=[{"product_id": "a", "price": 1}]))

    assert lines_of() == [("b", Decimal(1), 200)]
    assert Order.objects.get().total_minor == 200


def test_a_file_of_lines_makes_orders(store):
    tell(
        store,
        line(store, hour=2, product_id="a", quantity=Decimal(3), price_minor=250),
        line(store, hour=1, product_id="b", total_minor=100),
    )

    order = Order.objects.get()
    assert (order.ordered_at, order.total_minor, order.identity.value) == (at(1), 850, "1")
    assert (order.is_return, order.refunded_minor, order.history) == (False, 0, True)


def test_returned_lines_are_a_refund_and_alone_no_order(store):
    tell(
        store,
        line(store, order="1", quantity=Decimal(3), price_minor=250),
        line(store, order="1", quantity=Decimal(-1), price_minor=250),
        line(store, order="C2", quantity=Decimal(-2), price_minor=250),
    )

    orders = Order.objects.order_by("external_id").values_list("total_minor", "refunded_minor", "is_return")
    assert list(orders) == [(750, 250, False), (0, 500, True)]
    assert list(Refund.objects.order_by("order_external_id").values_list("kind", "amount_minor")) == [
        (RefundKind.RETURNED, 250), (RefundKind.RETURNED, 500),
    ]  # fmt: skip


def test_an_order_that_is_described_keeps_its_total(store):
    tell(store, line(store, quantity=Decimal(-1), price_minor=250), of_order(store, 1, user="1", total=7))

    order = Order.objects.get()
    assert (order.total_minor, order.is_return, order.refunded_minor) == (700, False, 0)


def test_exact_repeats_of_a_line_stay_and_a_line_with_an_id_is_told_again(store):
    tell(store, line(store, key="a", total_minor=100), line(store, key="b", total_minor=100))
    tell(store, line(store, line_id="7", total_minor=100), line(store, line_id="7", total_minor=300))

    assert Order.objects.get().total_minor == 500


def test_lines_of_nobody_make_an_order_of_nobody(store):
    batch = tell(store, line(store, customer_id="", total_minor=100))

    assert (Order.objects.get().identity_id, batch.touched) == (None, set())


# Refunds


def test_refunds_add_up_and_one_without_an_amount_is_of_the_whole_order(store):
    tell(store, of_order(store, 1, user="1", total=20))
    tell(
        store,
        of_order(store, 2, "Order Refunded", refund_id="r1", total=5, reason="late"),
        of_order(store, 3, "Order Refunded", refund_id="r2", amount="2.50"),
        of_order(store, 4, "Order Refunded", refund_id="r1", total=6),
    )
    assert Order.objects.get().refunded_minor == 850

    order = Order.objects.get()
    assert (order.refunded_minor, order.status) == (850, "partially refunded")

    tell(store, of_order(store, 5, "Order Refunded"))
    order = Order.objects.get()
    assert (order.refunded_minor, order.status) == (2000, "refunded")
    assert list(Refund.objects.filter(counted=True).values_list("amount_minor")) == [(None,)]


@pytest.mark.parametrize("arrival", list(permutations(range(4))))
def test_the_status_of_an_order_follows_what_was_paid_back_of_it(store, arrival):
    rows = [
        of_order(store, 1, user="1", total=20, status="paid"),
        of_order(store, 2, "Order Refunded", refund_id="r1", total=5),
        of_order(store, 4, "Order Refunded", refund_id="r2", total=15),
        of_order(store, 3, "Order Updated", status="packed"),
    ]
    statuses = []
    for place in arrival:
        tell(store, rows[place])
        statuses.append(Order.objects.get().status)
    assert statuses[-1] == "refunded"
    if arrival[:3] == (0, 2, 1):
        assert statuses[:2] == ["paid", "partially refunded"]


@pytest.mark.parametrize(
    ("told", "status", "refunded"),
    [
        ({"status": "refunded"}, "refunded", 2000),
        ({"status": "Refunded", "refunded_minor": 700}, "Refunded", 700),
        ({"status": "fulfilled", "payment_status": "refunded"}, "refunded", 2000),
        ({"status": "fulfilled", "payment_status": "partially_refunded"}, "partially refunded", 0),
        ({"status": "", "payment_status": "voided"}, "voided", 0),
        ({"status": "fulfilled", "payment_status": "paid"}, "fulfilled", 0),
        ({"payment_status": "refunded", "cancelled_at": at(1)}, "cancelled", 2000),
        ({"status": "canceled", "cancelled_at": at(1)}, "canceled", 0),
    ],
)
def test_what_the_states_of_a_file_mean_for_the_money(store, told, status, refunded):
    fact = OrderImported(
        order_id="o1", ordered_at=at(0), customer_id="1", total_minor=2000, currency="EUR", **told
    )
    tell(store, imported(store, fact))
    order = Order.objects.get()
    assert (order.status, order.refunded_minor, order.total_minor) == (status, refunded, 2000)


def test_an_order_in_the_state_refunded_is_paid_back_once_whatever_else_tells_of_it(store):
    tell(
        store,
        of_order(store, 1, user="1", total=20),
        of_order(store, 2, "Order Updated", financial_status="refunded"),
        of_order(store, 3, "Order Refunded", total=20),
    )
    assert Order.objects.get().refunded_minor == 2000
    assert list(Refund.objects.filter(counted=True).values_list("kind", "amount_minor")) == [("sum", None)]


@pytest.mark.parametrize("arrival", list(permutations(range(5))))
def test_an_order_is_refunded_by_its_state_until_another_is_told(store, arrival):
    rows = [
        of_order(store, 1, user="1", total=20, status="completed"),
        of_order(store, 2, "Order Refunded", refund_id="r1", total=5),
        of_order(store, 3, "Order Updated", status="refunded"),
        of_order(store, 4, "Order Delivered"),
        of_order(store, 5, "Order Updated", status="completed"),
    ]
    refunded = []
    for place in arrival:
        tell(store, rows[place])
        refunded.append(Order.objects.get().refunded_minor)
    assert refunded[-1] == 500
    if arrival == (0, 1, 2, 3, 4):
        assert refunded == [0, 500, 2000, 2000, 500]


def test_a_sum_told_by_a_file_holds_the_refunds_before_its_import(store):
    fact = OrderImported(
        order_id="o1", ordered_at=at(0), customer_id="1", total_minor=2000, refunded_minor=500, currency="EUR"
    )
    tell(store, of_order(store, 2, "Order Refunded", total=5), imported(store, fact))
    assert Order.objects.get().refunded_minor == 500

    tell(store, of_order(store, 1_001, "Order Refunded", total=1))
    assert Order.objects.get().refunded_minor == 600


def notes() -> list[str]:
    return list(CustomerEvent.objects.order_by("occurred_at").values_list("note", flat=True))


@pytest.mark.parametrize("user", ["1", None])
@pytest.mark.parametrize("arrival", [(0, 1), (1, 0)])
def test_a_refund_in_another_currency_has_no_part_and_the_timeline_says_so(store, user, arrival):
    rows = [
        of_order(store, 1, user="1", total=50, currency="EUR"),
        of_order(store, 2, "Order Refunded", user=user, refund_id="r", total=10, currency="USD"),
    ]
    for place in arrival:
        tell(store, rows[place])
    assert (Order.objects.get().refunded_minor, notes()) == (0, ["", LEFT_OUT])

    tell(store, of_order(store, 3, "Order Refunded", user=user, refund_id="r", total=9, currency="EUR"))
    assert (Order.objects.get().refunded_minor, notes()) == (900, ["", "", ""])

    tell(store, of_order(store, 4, "Order Updated", user="1", total=60, currency="GBP"))
    assert (Order.objects.get().refunded_minor, notes()) == (0, ["", "", LEFT_OUT, ""])


# Whom events follow


def test_an_event_that_names_nobody_follows_its_order_even_when_it_comes_first(store):
    first = tell(store, of_order(store, 5, "Order Updated", status="packed", promised_at="soon"))
    assert (first.touched, Order.objects.get().identity_id) == (set(), None)

    second = tell(store, of_order(store, 1, user="1", total=5))
    order = Order.objects.get()
    assert (order.status, order.identity.value) == ("packed", "1")
    assert second.touched == {order.identity.customer_id}
    placed = CustomerEvent.objects.order_by("occurred_at").values_list("identity", "note")
    noted = "promised_at is 'soon'; use ISO 8601, like 2026-01-31T09:30:00Z."
    assert list(placed) == [(order.identity_id, ""), (order.identity_id, noted)]


def test_the_customer_of_an_event_that_follows_is_known_to_later_stages(store):
    tell(store, of_order(store, 1, user="1", total=5))
    batch = tell(store, of_order(store, 2, "Order Cancelled"))

    [event] = batch.events
    order = Order.objects.get()
    assert batch.identity_of == {event.id: order.identity_id}
    assert batch.touched == {order.identity.customer_id}
    assert order.cancelled_at == at(2)


# Shipments


def test_a_parcel_is_told_of_by_shop_and_carrier(store):
    tell(store, of_order(store, 1, user="1"))
    tell(
        store,
        call(store, hour=5, name="Shipment Updated", properties={"tracking_number": "T", "status": "InTransit"}),
        of_order(store, 3, "Order Shipped", shipment_id="S", tracking_number="T", carrier="DHL",
                 estimated_delivery="2026-11-03"),
    )  # fmt: skip
    delivered = call(
        store, hour=60, name="Shipment Updated",
        properties={"tracking_number": "T", "steps": [
            {"status": "out_for_delivery", "at": "2026-11-03T08:00:00Z", "place": "Berlin"},
            {"status": "delivered", "at": "2026-11-03T10:00:00Z", "text": "Left with neighbour"},
        ]},
    )  # fmt: skip
    batch = tell(store, delivered)

    shipment = Shipment.objects.get(superseded=False)
    order = Order.objects.get()
    assert (shipment.external_id, shipment.order_external_id, shipment.carrier) == ("S", "o1", "DHL")
    assert (shipment.state, shipment.shipped_at, shipment.delivered_at) == ("delivered", at(3), at(58))
    assert (order.promised_at, order.delivered_at, order.status) == (at(48), at(58), "shipped")
    assert batch.touched == {order.identity.customer_id}
    assert CustomerEvent.objects.filter(identity=order.identity).count() == 4


def test_an_order_is_delivered_when_all_of_its_parcels_are(store):
    parcels = [
        imported(
            store, ShipmentImported(order_id="o1", shipment_id=name, shipped_at=at(1), delivered_at=told)
        )
        for name, told in (("S1", at(9)), ("S2", None))
    ]
    tell(store, of_order(store, 1, user="1"), *parcels)
    assert Order.objects.get().delivered_at is None

    tell(store, of_order(store, 12, "Order Delivered", shipment_id="S2"))
    assert Order.objects.get().delivered_at == at(12)


def test_what_is_told_of_the_order_alone_is_a_parcel_until_one_has_a_number(store):
    tell(store, of_order(store, 1, "Order Shipped", user="1"))
    assert Shipment.objects.get(superseded=False).external_id == "order:o1"

    tell(store, of_order(store, 2, "Order Fulfilled", shipment_id="S"))
    assert Shipment.objects.get(superseded=False).external_id == "S"


def test_a_parcel_that_turns_out_to_be_of_another_order_leaves_the_nameless_one(store, other_store):
    def told(where):
        return [
            call(where, hour=1, user="1", name="Order Shipped", properties={"order_id": "A"}),
            call(where, hour=2, user="1", name="Order Shipped", properties={"order_id": "A", "shipment_id": "S"}),
            call(where, hour=3, user="1", name="Order Shipped", properties={"order_id": "B", "shipment_id": "S"}),
        ]  # fmt: skip

    for row in told(store):
        tell(store, row)
    nameless, moved, named = (told(other_store)[place] for place in (0, 2, 1))
    for row in (nameless, moved, named):
        tell(other_store, row)

    for where in (store, other_store):
        shown = Shipment.objects.filter(store=where, superseded=False).order_by("external_id")
        assert list(shown.values_list("external_id", "order_external_id")) == [("S", "B"), ("order:A", "A")]


def test_words_that_are_not_known_are_kept(store):
    tell(store, of_order(store, 1, "Shipment Updated", user="1", status="Eaten by the dog"))

    shipment = Shipment.objects.get()
    assert (shipment.state, shipment.state_text) == ("unknown", "Eaten by the dog")


# Whatever the order of arrival


PRODUCTS = st.lists(
    st.fixed_dictionaries({"product_id": st.sampled_from("abc"), "price": st.integers(1, 9)}), max_size=3
)
NAMES = ("Order Completed", "Order Updated", "Order Cancelled", "Order Refunded", "Order Shipped",
         "Order Delivered", "Shipment Updated")  # fmt: skip
PARCELS = st.sampled_from(
    [
        {},
        {"shipment_id": "S"},
        {"tracking_number": "T"},
        {"shipment_id": "S", "tracking_number": "T"},
        {"shipment_id": "S2"},
        {"shipment_id": "S", "order_id": "o2"},
        {"tracking_number": "T", "order_id": "o2"},
    ]
)
CALLS = st.tuples(
    st.just("call"),
    st.sampled_from(NAMES),
    st.integers(0, 5),
    st.sampled_from([None, None, "1", "2"]),
    st.fixed_dictionaries(
        {},
        optional={
            "total": st.integers(1, 9),
            "currency": st.just("USD"),
            "status": st.sampled_from(["packed", "in_transit", "delivered", "odd words"]),
            "products": PRODUCTS,
            "refund_id": st.sampled_from("rs"),
            "promised_at": st.sampled_from(["2026-11-02", "2026-11-03"]),
            "delivered_at": st.sampled_from(["2026-11-02", "never"]),
        },
    ),
    PARCELS,
)
LINES = st.tuples(
    st.just("line"),
    st.integers(0, 5),
    st.sampled_from(["", "1", "2"]),
    st.fixed_dictionaries(
        {"quantity": st.sampled_from([Decimal(2), Decimal(-1)]), "price_minor": st.integers(1, 9)},
        optional={"line_id": st.sampled_from("ab"), "updated_at": st.integers(0, 5).map(at)},
    ),
)
SUMS = st.tuples(st.just("order"), st.integers(0, 5), st.sampled_from([None, 0, 300]))


def written(store, told, number: int) -> NewEvent:
    match told:
        case ("call", name, hour, user, properties, parcel):
            row = of_order(store, hour, name, user=user, **properties, **parcel)
        case ("line", hour, user, values):
            row = line(store, hour=hour, customer_id=user, **values)
        case (_, hour, refunded):
            fact = OrderImported(
                order_id="o1", ordered_at=at(hour), customer_id="1", refunded_minor=refunded, currency="EUR"
            )
            row = imported(store, fact, hour=hour)
    return row._replace(key=key_of(f"{number}"))


@settings(max_examples=60)
@given(st.data())
def test_any_order_of_arrival_gives_the_same_orders(store, data):
    told = data.draw(st.lists(st.one_of(CALLS, CALLS, LINES, SUMS), min_size=1, max_size=8))
    shuffled = data.draw(st.permutations(range(len(told))))
    repeated = shuffled + data.draw(st.lists(st.sampled_from(shuffled), max_size=3))
    cuts = data.draw(st.sets(st.integers(1, len(repeated)), max_size=3))
    with transaction.atomic():
        events = append([written(store, said, number) for number, said in enumerate(told)])
        bounds = [0, *sorted(cuts), len(repeated)]
        with_savepoint = transaction.savepoint()
        take(store, events)
        in_order = orders_as_known(store)
        transaction.savepoint_rollback(with_savepoint)
        for start, end in pairwise(bounds):
            take(store, [events[place] for place in dict.fromkeys(repeated[start:end])])
        assert orders_as_known(store) == in_order
        transaction.set_rollback(True)
