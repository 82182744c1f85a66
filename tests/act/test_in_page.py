"""Messages that wait in the shop's pages: for whom, until when, and what becomes of them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from regard.act.domain.in_page import note_followed, note_shown, waiting_message
from regard.act.domain.outbox_control import stop_sending
from regard.act.domain.preferences import refuse_all_marketing, tell_preferences, unsubscribe
from regard.act.domain.sending import send_due
from regard.act.models import Purpose, Send
from regard.connect.channels import message_channels
from regard.core import clock
from regard.core.config import config
from regard.core.models import Store
from regard.profile.domain.consents import tell_consent
from regard.profile.models import Customer, Identity
from tests.act.queueing import facts, queue_send, wanted
from tests.score.people import NOW as NIGHT
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db(transaction=True)
NOON = NIGHT.replace(hour=11)
BROWSER = "2c1f5a54-7f1c-4e0e-9a3e-0d2b0a6f9f11"
_numbers = count(1)


@pytest.fixture(autouse=True)
def _noon():
    with clock.set_to(NOON):
        yield


@pytest.fixture
def ada(store: Store) -> Customer:
    customer = new_customer(store)
    visits_with(customer, BROWSER)
    return customer


def visits_with(customer: Customer, browser: str) -> Identity:
    return Identity.objects.create(
        store=customer.store, kind="anonymous_id", value=browser, customer=customer
    )


def lay_out(
    customer: Customer, *, text: str = "Hello", purpose: str = "transactional", **more: object
) -> Send:
    """As a journey does, and as senders let it go."""
    send = queue_send(
        customer.store,
        wanted(
            next(_numbers), channel="in_page", recipient=f"customer:{customer.pk}", purpose=Purpose(purpose),
            identity_id=identity_of(customer).pk, body_text=text, **more,
        ),
    )  # fmt: skip
    send_due(channels=message_channels(config()))
    send.refresh_from_db()
    return send


def waits(store: Store, browser: str = BROWSER) -> str:
    send = waiting_message(store, browser)
    return send.subject if send else ""


def say(customer: Customer, channel: str, given: bool) -> None:
    tell_consent(
        store=customer.store, customer=customer, channel=channel, given=given, actor="ann@example.com"
    )


def test_it_waits_for_its_customer_alone_and_is_shown_once(store, other_store, ada):
    send = lay_out(ada)
    assert (send.state, [fact["channel"] for fact in facts("MessageSent")]) == ("sent", ["in_page"])
    visits_with(new_customer(store), "another-browser-of-somebody")
    visits_with(new_customer(other_store), BROWSER)
    assert [waits(store, "another-browser-of-somebody"), waits(store, "nobody"), waits(other_store)] == [
        ""
    ] * 3
    assert waits(store) == send.subject

    assert not note_shown(store, "another-browser-of-somebody", send.pk)
    assert not note_shown(other_store, BROWSER, send.pk)
    assert waits(store) == send.subject
    assert [note_shown(store, BROWSER, send.pk) for _twice in range(2)] == [True, True]
    assert waits(store) == ""
    send.refresh_from_db()
    assert send.opened_at == NOON
    about = {
        "channel": "in_page", "send_id": send.pk, "intent": send.intent, "instance": send.instance,
        "identity_id": identity_of(ada).pk,
    }  # fmt: skip
    assert facts("MessageRead") == [about]


def test_a_link_that_is_followed_counts_once_and_without_its_query(store, ada):
    send = lay_out(ada, text="It is late.\n\nFollow it: https://shop.example/p?key=secret")
    assert [note_followed(store, BROWSER, send.pk) for _twice in range(2)] == [True, True]
    assert len(facts("MessageRead")) == 1
    assert [fact["url"] for fact in facts("MessageClicked")] == ["https://shop.example/p"]
    assert waits(store) == ""


def test_it_follows_its_customer_through_a_merge(store, ada):
    send = lay_out(ada)
    into = new_customer(store)
    Identity.objects.filter(customer=ada).update(customer=into)
    assert waits(store) == send.subject


def test_the_more_urgent_goes_first_then_the_newer_and_what_is_outdated_not_at_all(store, ada):
    first = lay_out(ada)
    second = lay_out(ada)
    urgent = lay_out(ada, priority=90, may_wait_until=NOON + timedelta(hours=1))
    seen = []
    while send := waiting_message(store, BROWSER):
        seen.append(send.pk)
        note_shown(store, BROWSER, send.pk)
    assert seen == [urgent.pk, second.pk, first.pk]

    Send.objects.update(opened_at=None)
    with clock.set_to(NOON + timedelta(hours=2)):
        assert waits(store) == second.subject
    with clock.set_to(NOON + timedelta(days=31)):
        assert waits(store) == ""


def test_nothing_is_shown_while_sending_is_stopped_nor_what_was_not_let_go(store, ada):
    lay_out(ada)
    queued = queue_send(
        store,
        wanted(99, channel="in_page", recipient="customer:1", identity_id=identity_of(ada).pk, priority=99),
    )
    assert queued.state == "queued"
    assert waits(store) != queued.subject
    stop_sending(store, actor="ann@example.com")
    assert waits(store) == ""


@pytest.mark.parametrize(
    ("said", "is_shown"),
    [
        ({}, True),
        ({"email": True}, True),
        ({"email": False}, False),
        ({"email": False, "sms": True}, True),
        ({"email": False, "sms": False}, False),
    ],
)
def test_marketing_is_shown_to_who_did_not_refuse_it_everywhere(store, ada, said, is_shown):
    for channel, given in said.items():
        say(ada, channel, given)
    send = lay_out(ada, purpose="marketing", priority=1)
    assert (send.state == "sent", waits(store) == send.subject) == (is_shown, is_shown)
    owed = lay_out(ada)
    assert waits(store) == owed.subject


@pytest.mark.parametrize(
    "refuse",
    [
        refuse_all_marketing,
        lambda identity: unsubscribe(identity, channel="email"),
        lambda identity: tell_preferences(identity, refused_topics=["news"], wants_less=False),
    ],
)
def test_who_refuses_after_it_was_laid_out_is_shown_no_marketing(store, ada, refuse):
    Identity.objects.create(store=store, kind="email", value="ada@example.com", customer=ada)
    say(ada, "email", True)
    send = lay_out(ada, purpose="marketing", topic="news")
    assert waits(store) == send.subject
    refuse(identity_of(ada))
    assert waits(store) == ""
    owed = lay_out(ada, priority=1)
    assert waits(store) == owed.subject


def test_marketing_waits_for_the_day_as_by_any_channel(store, ada):
    with clock.set_to(NOON + timedelta(hours=12)):
        assert lay_out(ada, purpose="marketing").state == "queued"
        assert waits(store) == ""


def test_what_waits_is_found_with_one_statement(store, ada, django_assert_num_queries):
    for _each in range(30):
        lay_out(ada)
    with django_assert_num_queries(1):
        waiting_message(store, BROWSER)
