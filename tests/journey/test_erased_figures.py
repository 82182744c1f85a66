"""What an erasure leaves in the log gives the same figures whenever it is read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from regard.capture.domain.impersonal import impersonal_id, pseudonym_of
from regard.capture.domain.imports.run import import_file
from regard.capture.domain.logged import next_events
from regard.capture.domain.redact import redact_events
from regard.capture.models import Event, ParkedEvent
from regard.core.models import Store
from regard.core.registry import Fact, fact_types
from regard.desk.models import Ticket
from regard.listen.models import Response, Review
from regard.pipeline import STAGES
from regard.profile.domain.finding import find_customer
from regard.profile.domain.personal_data import erase_customer
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.models import Order, OrderLine, Refund, Shipment
from tests.profile.histories import append, call, take

pytestmark = pytest.mark.django_db

FILES = {
    "orders": "order_id,ordered_at,customer_id,total,refunded,promised_at\nf1,2026-01-01,u1,80,20,2026-01-05\n",
    "order_lines": "order_id,ordered_at,customer_id,product_id,price,quantity\nf1,2026-01-01,u1,p9,40,2\n",
    "shipments": "shipment_id,order_id,shipped_at,delivered_at\nfs1,f1,2026-01-02,2026-01-04\n",
    "reviews": "review_id,rating,reviewed_at,customer_id\nfr1,2,2026-01-06,u1\n",
    "answers": "response_id,measure,value,lowest,highest,answered_at,customer_id\nfa1,csat,9,0,10,2026-01-07,u1\n",
    "tickets": "ticket_id,opened_at,first_reply_at,solved_at,customer_id\nft1,2026-01-01,2026-01-02,2026-01-03,u1",
}


def calls(store: Store) -> Sequence[Any]:
    """A call of each kind that figures are taken from."""

    def said(hour: float, name: str, **properties: object):
        return call(store, hour=hour, user="u1", name=name, properties=properties)

    item = {
        "product_id": "ring",
        "name": "Ring for Ann",
        "variant": "Engraved: Ann",
        "price": 50,
        "quantity": 2,
    }
    steps = [{"status": "delivered", "at": "2026-11-04T09:00:00Z", "text": "Left with Ann", "place": "Ulm"}]
    return [
        said(1, "Order Completed", order_id="o1", total=100, products=[item], estimated_delivery="2026-11-05"),
        said(2, "Order Shipped", order_id="o1", tracking_number="TN1", expected_delivery="2026-11-06"),
        said(3, "Shipment Updated", tracking_number="TN1", status="in_transit"),
        said(99, "Shipment Updated", tracking_number="TN1", order_id="o1", steps=steps),
        said(100, "Order Refunded", order_id="o1", refund_amount=30),
        said(101, "Survey Answered", measure="csat", value=9, scale=[0, 10], topic="product", response_id="a1"),
        said(102, "Survey Answered", measure="ces", value=4, scale=[1, 5], response_id="ann@x.co/2"),
        said(103, "Product Reviewed", rating=2, review_body="Too small for Ann"),
        said(104, "Ticket Opened", ticket_id="t1", subject="Ann", category="For Ann", priority="high"),
        said(105, "Ticket Solved", ticket_id="t1"),
    ]  # fmt: skip


def figures() -> dict[str, list[Any]]:
    return {
        "orders": list(Order.objects.order_by("external_id").values_list(
            "external_id", "status", "total_minor", "refunded_minor", "promised_at", "delivered_at")),
        "lines": sorted(OrderLine.objects.values_list(
            "order_external_id", "product_external_id", "quantity", "price_minor", "total_minor")),
        "refunds": sorted(Refund.objects.values_list("order_external_id", "amount_minor", "refunded_at")),
        "shipments": sorted(Shipment.objects.values_list(
            "order_external_id", "state", "promised_at", "shipped_at", "delivered_at"), key=str),
        "answers": sorted(Response.objects.values_list(
            "external_id", "measure", "topic", "value", "score", "answered_at")),
        "reviews": sorted(Review.objects.values_list("external_id", "rating", "reviewed_at")),
        "tickets": list(Ticket.objects.order_by("external_id").values_list(
            "external_id", "status", "priority", "opened_at", "first_answered_at", "solved_at")),
    }  # fmt: skip


def test_figures_stay_when_the_log_is_read_again_after_an_erasure(store: Store, tmp_path: Path):
    for kind, text in FILES.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(text)
        import_file(store=store, kind=kind, path=path, actor="tests")
    append(calls(store))
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=1_000), stages=STAGES)
    before = figures()
    assert {name: len(rows) for name, rows in before.items()} == {
        "orders": 2, "lines": 2, "refunds": 2, "shipments": 2, "answers": 3, "reviews": 2, "tickets": 2,
    }  # fmt: skip

    customer = find_customer(store, "u1")
    erase_customer(store=store, customer_id=customer.pk, actor="tests")
    erased = figures()
    rebuild_customers(store=store, customer_ids=[customer.pk], stages=STAGES)

    assert figures() == erased
    assert list(ParkedEvent.objects.values_list("stage", "error")) == []
    expected = {
        **before,
        "answers": sorted((impersonal_id(name), *rest) for name, *rest in before["answers"]),
    }
    assert erased == expected
    assert "Ann" not in repr([event.payload for event in Event.objects.filter(store_id=store.pk)])
    rows = [
        *OrderLine.objects.values_list("title", "variant", "external_id"),
        *Ticket.objects.values_list("category"),
    ]
    assert "Ann" not in repr(rows)


def test_words_where_none_belong_are_erased_and_figures_stay(store: Store):
    """Whatever senders write into fields of ids, states and numbers."""

    def said(hour: float, name: str, **properties: object):
        return call(store, hour=hour, user="u1", name=name, properties=properties)

    item = {"product_id": "Ring, Ann", "sku": "Ann's ring", "price": 50, "quantity": 2}
    append(
        [
            said(1, "Form Submitted", value="Ann, Main Street", topic="Ann", state="Ann", date="1980-02-03"),
            said(
                2, "Order Completed", order_id="for Ann", status="left with Ann", value="Ann", products=[item]
            ),
            said(3, "Order Shipped", order_id="for Ann", carrier="Ann", status="with Ann", date="Ann's"),
            said(
                4, "Ticket Opened", ticket_id="Ann 1", order_id="for Ann", status="Ann", channel="Ann's phone"
            ),
            said(5, "Survey Answered", measure="nps", value=9, survey="Dear Ann", response_id="of Ann"),
            said(6, "Product Reviewed", rating=4, product_id="Ring, Ann", review_id="by Ann"),
            said(7, "Consent Given", channel="Ann", origin="Ann"),
        ]
    )
    take(store, next_events(store.pk, after=0, up_to=2**62, limit=1_000), stages=STAGES)
    customer = find_customer(store, "u1")
    erase_customer(store=store, customer_id=customer.pk, actor="tests")
    erased = figures()
    rebuild_customers(store=store, customer_ids=[customer.pk], stages=STAGES)

    assert figures() == erased
    assert {name: len(rows) for name, rows in erased.items()} == {
        "orders": 1, "lines": 1, "refunds": 0, "shipments": 1, "answers": 1, "reviews": 1, "tickets": 1,
    }  # fmt: skip
    assert Order.objects.get(store=store).status == "shipped"
    told = [event.payload for event in Event.objects.filter(store_id=store.pk)]
    kept = [*Shipment.objects.values_list("carrier"), *Response.objects.values_list("survey")]
    assert [word for word in ("Ann", "1980") if word in repr((told, erased, kept))] == []


def test_ids_that_name_nobody_stay_as_they_are():
    assert impersonal_id("a1") == "a1"
    assert impersonal_id("Ann Lee") == pseudonym_of("Ann Lee")
    assert impersonal_id("x" * 65) == pseudonym_of("x" * 65)
    assert impersonal_id("ann@x.co/2") == pseudonym_of("ann@x.co/2")
    assert pseudonym_of("TN1") != pseudonym_of("TN2")


def sample(annotation: Any) -> Any:
    """A value of this type, in plain JSON."""
    kind = next((part for part in get_args(annotation) if part is not type(None)), annotation)
    values = {int: 7, float: 7.5, bool: True, Decimal: "7.5", datetime: "2026-01-01T00:00:00Z", str: "Ann"}
    return values.get(kind)


@pytest.mark.parametrize("name", fact_types.names())
def test_numbers_and_times_of_every_fact_stay(store: Store, name: str):
    fact_type: type[Fact] = fact_types.get(name)
    told = {field.name: sample(field.type) for field in msgspec.structs.fields(fact_type)}
    row = call(store)._replace(type="fact", name=name, payload=msgspec.json.encode(told))
    [event] = append([row])

    redact_events(store=store, events={event.id: (None, "erased")})

    left = Event.objects.get(store_id=store.pk, id=event.id).payload
    texts = {"customer_id"}  # the shop's id of a person in most facts
    wanted = {
        field: value for field, value in told.items() if value not in ("Ann", None) and field not in texts
    }
    assert {field: left.get(field) for field in wanted} == wanted
