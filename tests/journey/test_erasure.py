"""A person is erased: whatever field or file their words came in by, nothing of them is found afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from regard.act.domain.outbox import NewSend
from regard.act.models import Purpose, Send
from regard.capture.domain.imports.run import import_file
from regard.capture.models import ImportRun, ParkedEvent, RejectedEvent
from regard.core.domain.audit import record_audit
from regard.core.models import AuditEntry, Store
from regard.pipeline import STAGES
from regard.profile.domain.finding import find_customer
from regard.profile.domain.merging import merge_customers
from regard.profile.domain.personal_data import erase_customer, export_customer, held_counts
from regard.profile.domain.segments.saved import create_segment
from regard.profile.domain.tags import tag_customers
from regard.profile.models import Customer, CustomerEvent, Identity, Order
from tests.act.queueing import queue_send
from tests.profile.histories import append, call, take

pytestmark = pytest.mark.django_db

MARKER = "zzmarkerzz"
PHONE = "+4930901820"
EMAIL = f"{MARKER}@example.com"
ADDRESS = {"name": f"{MARKER} Person", "street": f"{MARKER} Street 1", "city": MARKER}
# Every table is looked through, with what each row holds; what the database keeps of the tests themselves is not.
TEXTS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN
        ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea', 'character', 'USER-DEFINED')
"""


def events_of_the_person(store: Store) -> list:
    """Everything that events can say of somebody, with the marker wherever a person or their words may stand."""
    user, browser = f"{MARKER}-user", f"{MARKER}-browser"
    context = {"ip": "203.0.113.7", "userAgent": MARKER, "page": {"url": f"https://x.co/{MARKER}"}}
    traits = {
        "email": EMAIL, "name": f"{MARKER} Person", "phone": PHONE, "address": ADDRESS, "nick": MARKER,
        "email_opt_in": True, "external_ids": {"crm": f"{MARKER}-crm"},
    }  # fmt: skip
    line = {"product_id": "p1", "name": "Shirt", "quantity": 1, "price": 20, "engraving": MARKER}
    order = {"order_id": "o-1", "total": 20, "currency": "EUR", "note": MARKER, "shipping_address": ADDRESS}

    def said(hour: float, name: str, **properties: object):
        return call(
            store, hour=hour, user=user, browser=browser, name=name, properties=properties, context=context
        )

    return [
        call(store, hour=1, browser=browser, type="page", properties={"url": MARKER}, context=context),
        call(store, hour=2, user=user, browser=browser, type="identify", traits=traits, context=context),
        said(3, "Order Completed", **order, products=[line], email=EMAIL),
        said(3.5, "Order Completed", order_id="o-2", total=30, currency="EUR"),
        said(4, "Order Shipped", order_id="o-1", tracking_number=MARKER, tracking_url=f"https://t.co/{MARKER}",
             location=MARKER, message=MARKER),
        said(5, "Order Refunded", order_id="o-1", refund_id="r-1", amount=5, reason=MARKER),
        said(6, "Product Reviewed", review_id="v-1", order_id="o-1", rating=1, review_title=MARKER,
             review_body=f"{MARKER} wrote this"),
        said(7, "Survey Answered", response_id="a-1", measure="nps", value=2, text=MARKER, survey="after"),
        said(8, "Ticket Opened", ticket_id="t-1", subject=MARKER, text=MARKER, requester=EMAIL),
        said(9, "Social Mention", mention_id="m-1", sentiment="negative", text=MARKER, author=MARKER,
             url=f"https://s.co/{MARKER}", followers=100_000),
        said(10, "Consent Given", channel="sms", source=MARKER, origin=MARKER),
        said(11, "Quiz Finished", **{MARKER: MARKER}),
    ]  # fmt: skip


def words_left_by_people(store: Store, customer: Customer, folder: Path) -> None:
    """What members, other programs and failures have kept of the person."""
    tag_customers(store, [customer.pk], MARKER, actor="ann@acme.example")
    create_segment(store=store, name="The one", text=f'email = "{EMAIL}"', actor="ann@acme.example")
    record_audit(
        store=store, actor="ann@acme.example", action="tests.looked_up", target=EMAIL, number=f"{MARKER}-user"
    )
    RejectedEvent.objects.create(
        store=store, sent_as="track", field="event", reason="There is no event.",
        body=f'{{"userId": "{MARKER}-user", "properties": {{"note": "{MARKER}"}}}}',
    )  # fmt: skip
    event = CustomerEvent.objects.filter(store=store, identity__customer=customer).first()
    ParkedEvent.objects.create(store=store, event_id=event.event_id, stage="orders", error=f"{MARKER} failed")
    queue_send(store, _send(EMAIL, Purpose.TRANSACTIONAL, f"Dear {MARKER}", customer))
    queue_send(store, _send("lead@acme.example", Purpose.TEAM, f"A customer, {EMAIL}, waits.", customer))
    path = folder / "customers.csv"
    path.write_text(
        f"customer_id,email,name\n{MARKER}-user,{EMAIL},{MARKER}\n,no address {EMAIL},{MARKER}\nu-2,b@x.co,B\n"
    )
    import_file(store=store, kind="customers", path=path, actor="ann@acme.example")


def _send(recipient: str, purpose: Purpose, body: str, customer: Customer) -> NewSend:
    return NewSend(
        channel="email", recipient=recipient, purpose=purpose, intent="tests", instance="tests",
        subject=f"About {MARKER}", body_text=body,
        identity_id=Identity.objects.filter(customer=customer).order_by("id")[0].pk,
    )  # fmt: skip


def places_of(words: str) -> list[str]:
    """The columns of the whole database in which the words stand."""
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        columns = cursor.fetchall()
        found = []
        for table, column in columns:
            cursor.execute(f'SELECT COUNT(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{words}%"])
            found += [f"{table}.{column}"] if cursor.fetchone()[0] else []
    return sorted(found)


@pytest.fixture
def person(store: Store, tmp_path: Path) -> Customer:
    """Somebody of whom everything is known, put together with another record of theirs."""
    take(store, append(events_of_the_person(store)), stages=STAGES)
    customer = find_customer(store, EMAIL)
    other = call(store, hour=12, user=f"{MARKER}-old", type="identify", traits={"name": f"{MARKER} Old"})
    take(store, append([other]), stages=STAGES)
    merge_customers(
        store=store,
        first=customer.pk,
        second=find_customer(store, f"{MARKER}-old").pk,
        force=True,
        actor="tests",
    )
    words_left_by_people(store, customer, tmp_path)
    return find_customer(store, EMAIL)


def test_nothing_of_an_erased_person_is_left(
    store: Store, person: Customer, django_capture_on_commit_callbacks
):
    before = places_of(MARKER)
    assert set(before) > {
        "act_send.recipient", "capture_event.payload", "capture_rejectedevent.body", "core_auditentry.target",
        "desk_ticket.subject", "listen_response.text", "listen_review.body", "profile_customer.name",
        "profile_identity.value", "profile_segment.text", "profile_shipment.tracking_url",
    }  # fmt: skip
    rejects = Path(ImportRun.objects.get(store=store).rejects_path)
    assert MARKER in rejects.read_text()

    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase_customer(store=store, customer_id=person.pk, actor="ann@acme.example")

    assert places_of(MARKER) == []
    assert places_of(PHONE[3:]) == []
    assert MARKER not in rejects.read_text()
    with pytest.raises(Customer.DoesNotExist):
        find_customer(store, EMAIL)
    proof = AuditEntry.objects.get(store=store, action="customer.erased")
    assert (proof.actor, proof.target) == ("ann@acme.example", str(person.pk))
    assert proof.detail == {"rows": dict(erasure.rows), "digest": erasure.digest}
    assert len(erasure.digest) == 64


def test_the_shops_figures_stay(store: Store, person: Customer):
    def figures() -> list[tuple[object, ...]]:
        return list(
            Order.objects.filter(store=store)
            .order_by("external_id")
            .values_list("external_id", "total_minor")
        )

    before = figures()
    erase_customer(store=store, customer_id=person.pk, actor="tests")
    assert figures() == before == [("o-1", 2000), ("o-2", 3000)]


def test_an_export_holds_all_that_the_person_said(store: Store, person: Customer):
    held = export_customer(store=store, customer_id=person.pk, actor="tests")["held"]
    text = str(held)
    for said in (
        EMAIL,
        PHONE,
        f"{MARKER} Street 1",
        f"{MARKER} wrote this",
        f"{MARKER}-crm",
        "o-1",
        "t-1",
        "a-1",
    ):
        assert said in text, said
    counts = held_counts(held)
    assert counts["events"] == 13
    assert counts["orders"] == 2


def test_others_are_left_as_they_are(store: Store, person: Customer):
    take(
        store,
        append([call(store, hour=13, user="bob", traits={"name": "Bob", "email": "bob@x.co"})]),
        stages=STAGES,
    )
    bob = find_customer(store, "bob@x.co")
    held = export_customer(store=store, customer_id=bob.pk, actor="tests")["held"]
    RejectedEvent.objects.create(
        store=store, sent_as="track", field="event", reason="?", body='{"userId": "bob"}'
    )

    erase_customer(store=store, customer_id=person.pk, actor="tests")

    assert export_customer(store=store, customer_id=bob.pk, actor="tests")["held"] == held
    assert RejectedEvent.objects.filter(store=store).count() == 1
    assert Send.objects.filter(store=store, recipient="lead@acme.example").count() == 1


def test_who_comes_back_begins_anew(store: Store, person: Customer):
    erase_customer(store=store, customer_id=person.pk, actor="tests")
    take(store, append([call(store, hour=20, user=f"{MARKER}-user", traits={"email": EMAIL})]), stages=STAGES)

    again = find_customer(store, EMAIL)
    assert again.pk != person.pk
    assert not Order.objects.filter(store=store, identity__customer=again).exists()
