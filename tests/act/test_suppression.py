"""Addresses that a mail server refused for good: nothing more is sent to them, until somebody lets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from regard.act.domain.outbox import NewSend
from regard.act.domain.outbox_control import retry_send, retry_sends
from regard.act.domain.sending import send_due
from regard.act.domain.suppression import (
    allow_address,
    suppress_address,
    suppressed_addresses_for_viewer,
    suppressed_addresses_of_customer,
)
from regard.act.models import Purpose, Send, SuppressedAddress
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core import clock
from regard.core.models import AuditEntry, Store
from regard.profile.domain.finding import find_customer
from regard.profile.domain.personal_data import erase_customer, export_customer
from tests.act.queueing import queue_send
from tests.connect.mailserver import running_mail_server
from tests.profile.histories import call, tell

pytestmark = pytest.mark.django_db(transaction=True)
GONE = "550 5.1.1 <ada@example.com>: no such mailbox"


@pytest.fixture
def server():
    with running_mail_server() as running:
        running.refusals = {"ada@example.com": GONE, "bob@example.com": "550 relay not permitted"}
        yield running


def queued(store: Store, number: int, recipient: str = "ada@example.com") -> Send:
    new = NewSend(
        channel="email", recipient=recipient, purpose=Purpose.TRANSACTIONAL, intent="order",
        instance=str(number), subject=f"Message {number}", body_text="Hello",
    )  # fmt: skip
    return queue_send(store, new)


def sent(server) -> int:
    return send_due(channels={"email": SmtpChannel(mail_server(server.url), sender="a@shop.example")})


def state(send: Send) -> tuple[str, str]:
    send.refresh_from_db()
    return send.state, send.last_error


def test_whom_a_server_does_not_know_is_not_written_to_again(store, other_store, server):
    first, waiting = queued(store, 1), queued(store, 2, "Ada <ADA@example.com>")
    assert sent(server) == 2
    told = f"The address was refused for good: {GONE}"
    assert (state(first), state(waiting)) == (("failed", GONE), ("suppressed", told))
    assert state(queued(store, 3)) == ("suppressed", told)
    assert state(queued(other_store, 4)) == ("queued", "")
    [row] = suppressed_addresses_for_viewer(store=store).rows
    assert (row.channel, row.address, row.reason) == ("email", "ada@example.com", GONE)
    assert suppressed_addresses_for_viewer(store=other_store).rows == []


def test_a_refusal_that_speaks_of_us_is_no_word_on_the_address(store, server):
    send = queued(store, 1, "bob@example.com")
    sent(server)
    assert state(send) == ("failed", "550 relay not permitted")
    assert not SuppressedAddress.objects.exists()


def test_somebody_can_let_the_address_be_written_to_again(store, server):
    send = queued(store, 1)
    sent(server)
    allow_address(SuppressedAddress.objects.get(), actor="ann@example.com")
    server.refusals = {}

    assert retry_send(send, actor="ann@example.com")
    sent(server)

    assert state(send) == ("sent", "")
    audited = AuditEntry.objects.filter(store=store, action="address.allowed")
    assert [(entry.actor, entry.target.split()[0]) for entry in audited] == [("ann@example.com", "address")]


def test_what_was_held_back_can_be_sent_when_the_address_is_written_to_again(store, other_store, server):
    queued(store, 1), queued(other_store, 1)
    assert sent(server) == 2
    held_back = [queued(store, 2), queued(store, 3, "Ada <ADA@example.com>")]
    marketing, long_ago, to_others = queued(store, 4), queued(store, 5), queued(other_store, 6)
    Send.objects.filter(pk=marketing.pk).update(purpose=Purpose.MARKETING)
    Send.objects.filter(pk=long_ago.pk).update(created_at=clock.now() - timedelta(days=8))
    assert not retry_send(marketing, actor="ann@example.com")

    server.refusals = {}
    numbers = allow_address(SuppressedAddress.objects.get(store=store), actor="ann@example.com")
    assert numbers == [send.pk for send in held_back]
    assert retry_sends(store, [*numbers, to_others.pk], actor="ann@example.com") == 2
    assert retry_sends(store, numbers, actor="ann@example.com") == 0
    sent(server)
    assert [state(send)[0] for send in (*held_back, marketing, long_ago, to_others)] == [
        "sent", "sent", "suppressed", "suppressed", "suppressed",
    ]  # fmt: skip
    audited = AuditEntry.objects.get(store=store, action="sends.retried")
    assert audited.detail["count"] == 2


def test_a_message_that_may_still_not_go_is_held_back_again(store, server):
    queued(store, 1)
    sent(server)
    send = queued(store, 2)
    assert retry_send(send, actor="ann@example.com")
    sent(server)
    assert state(send)[0] == "suppressed"


def test_of_an_erased_address_only_a_hash_is_left_and_still_nothing_is_sent(store, other_store, server):
    with transaction.atomic():
        tell(store, call(store, type="identify", user="u1", traits={"email": "Ada@example.com"}))
    for place in (store, other_store):
        suppress_address(place, channel="email", address="ada@example.com", reason=GONE)
    suppress_address(store, channel="email", address="eve@example.com", reason="550 unknown")
    customer = find_customer(store, "u1")
    assert [row.address for row in suppressed_addresses_of_customer(store, customer.pk)] == [
        "ada@example.com"
    ]
    held = export_customer(store=store, customer_id=customer.pk, actor="tests")
    assert [row["reason"] for row in held["held"]["acts"]["suppressed_addresses"]] == [GONE]

    erase_customer(store=store, customer_id=customer.pk, actor="tests")

    kept = SuppressedAddress.objects.order_by("id")
    assert list(kept.values_list("address", "reason")) == [
        ("", ""), ("ada@example.com", GONE), ("eve@example.com", "550 unknown"),
    ]  # fmt: skip
    assert not any(
        "ada@" in str(row) for row in kept.filter(store=store).values()
    )  # "ada" may stand in a hash
    assert state(queued(store, 9)) == ("suppressed", "The address was refused for good.")


def test_an_address_that_is_erased_while_its_server_answers_is_kept_as_a_hash_alone(store, server):
    with transaction.atomic():
        tell(store, call(store, type="identify", user="u1", traits={"email": "ada@example.com"}))
    ada = find_customer(store, "u1")

    class Erasing(SmtpChannel):
        def send(self, message):
            erase_customer(store=store, customer_id=ada.pk, actor="tests")
            return super().send(message)

    queued(store, 1)
    send_due(channels={"email": Erasing(mail_server(server.url), sender="a@shop.example")})

    assert list(SuppressedAddress.objects.values_list("address", "reason")) == [("", "")]
    assert list(Send.objects.values_list("state", "last_error")) == [("cancelled", "")]
    assert state(queued(store, 2)) == ("suppressed", "The address was refused for good.")


def test_the_log_tells_why_a_message_is_given_up_and_not_to_whom(store, server, caplog):
    send = queued(store, 1)
    sent(server)
    assert [told.getMessage() for told in caplog.records if told.name == "regard.outbox"] == [
        f"send {send.pk} is given up after 1 attempts: AddressRefused 550"
    ]
