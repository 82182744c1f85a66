"""The outbox: what is queued, who may get it, and how people stop, resume and repeat it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from regard.act.domain import sending
from regard.act.domain.outbox import queue_sends
from regard.act.domain.outbox_control import (
    cancel_send,
    outbox_for_viewer,
    resume_sending,
    retry_failed_sends,
    retry_send,
    send_for_viewer,
    sends_for_viewer,
    stop_sending,
)
from regard.act.domain.sending import send_due
from regard.act.models import Purpose, Send
from regard.connect.channels import MessageInvalid
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core import clock
from regard.core.domain.members import add_member, remove_member
from regard.core.models import AuditEntry, Member, User
from regard.profile.domain.consents import tell_consent
from regard.profile.models import Identity
from tests.act.queueing import channels, facts, ids, queue_send, wanted
from tests.connect.mailserver import running_mail_server
from tests.score.people import NOW, identity_of, new_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _noon():
    """Marketing rests at night."""
    with clock.set_to(NOW, rate=1):
        yield


@pytest.fixture
def server():
    with running_mail_server() as running:
        yield running


def for_the_team(number=1, **changes):
    return wanted(number, purpose=Purpose.TEAM, **changes)


def leader(store, email="ada@example.com"):
    add_member(store=store, user=User.objects.create_user(email), role="manager", actor="tests")
    return Member.objects.get(store=store, user__email=email)


def test_a_queued_message_is_sent_once_and_told(store, server):
    send = queue_send(store, wanted())

    assert send_due(channels=channels(server)) == 1
    assert send_due(channels=channels(server)) == 0

    send.refresh_from_db()
    assert (send.state, send.attempts, send.last_error, send.leased_until) == ("sent", 1, "", None)
    assert send.sent_at is not None
    assert ids(server) == [send.message_id]
    assert facts("EmailSent") == [
        {"send_id": send.pk, "intent": "alert", "instance": "1", "purpose": "transactional", "attempts": 1}
    ]


def test_the_same_wish_is_queued_once(store, other_store, server):
    first = queue_send(store, wanted())
    again = queue_send(store, wanted(subject="another text"))
    queue_send(other_store, wanted())

    assert again == first
    assert send_due(channels=channels(server)) == 2
    assert sorted(email["Subject"] for email in server.taken) == ["Message 1", "Message 1"]


def consents(store, *, email="ada@example.com"):
    """A customer who goes by this address, and a way to say whether they allow marketing."""
    customer = new_customer(store)
    Identity.objects.create(store=store, kind="email", value=email, customer=customer)

    def tell(given):
        tell_consent(store=store, customer=customer, channel="email", given=given, actor="ada@example.com")

    return customer, tell


def marketing(number=1, **changes):
    return wanted(number, purpose=Purpose.MARKETING, **changes)


def test_marketing_goes_to_those_who_allowed_it_and_to_nobody_else(store, other_store, server):
    customer, tell = consents(store)
    other, tell_other = consents(store, email="bob@example.com")
    tell(True)
    tell_other(False)
    silent, _tell = consents(store, email="cy@example.com")
    _elsewhere, tell_elsewhere = consents(other_store, email="dora@example.com")
    tell_elsewhere(True)

    queue_sends(
        store,
        [
            marketing(1, identity_id=identity_of(customer).pk),
            marketing(2),  # known by the address alone
            marketing(3, recipient="bob@example.com", identity_id=identity_of(other).pk),
            marketing(
                4, recipient="bob@example.com", identity_id=identity_of(customer).pk
            ),  # the address withdrew it
            marketing(5, recipient="cy@example.com", identity_id=identity_of(silent).pk),
            marketing(6, recipient="dora@example.com"),  # unknown in this store
            wanted(7, recipient="bob@example.com", identity_id=identity_of(other).pk),
        ],
    )
    send_due(channels=channels(server))

    sends = Send.objects.order_by("id")
    assert [send.state for send in sends] == ["sent"] * 2 + ["suppressed"] * 4 + ["sent"]
    assert sends[2].last_error == (
        "Marketing needs consent on this channel; it was never given, or was withdrawn."
    )
    assert sorted(email["Subject"] for email in server.taken) == ["Message 1", "Message 2", "Message 7"]


def test_consent_that_is_withdrawn_while_a_message_waits_holds_it_back(store, server):
    customer, tell = consents(store)
    tell(True)
    send = queue_send(store, marketing(identity_id=identity_of(customer).pk))
    assert send.state == "queued"
    tell(False)

    assert send_due(channels=channels(server)) == 1

    send.refresh_from_db()
    assert (send.state, send.sent_at, server.taken) == ("suppressed", None, [])
    assert not retry_send(send, actor="ada@example.com")


def test_consent_costs_the_same_for_many_and_nothing_without_marketing(store, django_assert_num_queries):
    customer, tell = consents(store)
    tell(True)
    whose = identity_of(customer).pk
    with django_assert_num_queries(5):  # suppressed addresses, savepoint, insert, notify, release
        queue_sends(store, [wanted(number) for number in range(3)])
    for numbers in (range(10, 11), range(20, 50)):
        # Also: whom it reaches, their consents, attributes, contacts and preferences, the store's
        # rules, and what is held.
        with django_assert_num_queries(12):
            queue_sends(store, [marketing(number, identity_id=whose) for number in numbers])


def test_who_leads_a_store_no_more_gets_no_mail_that_waited_for_them(store, server):
    left = leader(store, "bob@example.com")
    leader(store)
    queue_sends(store, [for_the_team(recipient=one) for one in ("ada@example.com", "bob@example.com")])
    remove_member(left, actor="ada@example.com", granted_by=None)

    assert send_due(channels=channels(server)) == 2

    assert [email["To"] for email in server.taken] == ["ada@example.com"]
    held_back = Send.objects.get(recipient="bob@example.com")
    assert (held_back.state, held_back.last_error) == (
        "suppressed", "Whoever has this address does not lead the store any more.",
    )  # fmt: skip


def test_all_failed_messages_can_be_sent_again_at_once(store, other_store, server):
    server.replies = ["550 no"] * 3
    queue_sends(store, [wanted(1), wanted(2)])
    queue_sends(other_store, [wanted(3)])
    send_due(channels=channels(server))

    assert retry_failed_sends(store, actor="ada@example.com") == 2
    assert retry_failed_sends(store, actor="ada@example.com") == 0
    send_due(channels=channels(server))

    assert list(Send.objects.order_by("id").values_list("state", flat=True)) == ["sent", "sent", "failed"]
    entry = AuditEntry.objects.get(action="sends.retried")
    assert (entry.store, entry.actor, entry.detail) == (store, "ada@example.com", {"count": 2})


def test_a_wish_that_is_rolled_back_is_never_sent(store, server):
    with transaction.atomic():
        queue_send(store, wanted())
        transaction.set_rollback(True)

    assert send_due(channels=channels(server)) == 0


def test_a_message_with_a_forged_header_is_refused_whole(store):
    with pytest.raises(MessageInvalid):
        queue_sends(store, [wanted(1), wanted(2, subject="Hi\r\nBcc: eve@example.com")])

    assert Send.objects.count() == 0


def test_the_kill_switch_stops_a_store_at_once_and_no_other(store, other_store, server):
    queue_sends(store, [wanted(1), wanted(2)])
    queue_send(other_store, wanted())
    stop_sending(store, actor="ada@example.com")
    stop_sending(store, actor="bob@example.com")

    assert send_due(channels=channels(server)) == 1
    view = outbox_for_viewer(store)
    assert (view.stopped_by, view.counts["queued"]) == ("ada@example.com", 2)

    resume_sending(store, actor="ada@example.com")
    assert send_due(channels=channels(server)) == 2
    assert outbox_for_viewer(store).stopped_at is None
    audited = AuditEntry.objects.filter(store=store, action__startswith="sending.").order_by("id")
    assert list(audited.values_list("action", flat=True)) == ["sending.stopped", "sending.resumed"]


def test_the_kill_switch_stops_in_the_middle_of_a_round(store, server):
    class Stopping(SmtpChannel):
        def send(self, message):
            stop_sending(store, actor="ada@example.com")
            return super().send(message)

    queue_sends(store, [wanted(number) for number in range(5)])

    assert send_due(channels={"email": Stopping(mail_server(server.url), sender="a@b.example")}) == 1


def test_the_blast_cap_stops_a_runaway_but_not_the_alerts_about_it(store, server, monkeypatch):
    leader(store)
    monkeypatch.setattr(sending, "BLAST_CAP", 2)
    monkeypatch.setattr("regard.act.domain.outbox_control.BLAST_CAP", 2)
    with clock.set_to(NOW):
        queue_sends(store, [wanted(number) for number in range(5)])
        queue_send(store, for_the_team("alert"))
        assert send_due(channels=channels(server)) == 3
        assert outbox_for_viewer(store).capped is True
        assert Send.objects.filter(state="queued").count() == 3
    with clock.set_to(NOW + timedelta(minutes=61)):
        assert outbox_for_viewer(store).capped is False
        assert send_due(channels=channels(server)) == 2


def test_a_cancelled_message_is_not_sent(store, server):
    send = queue_send(store, wanted())

    assert cancel_send(send, actor="ada@example.com") is True

    assert send_due(channels=channels(server)) == 0
    assert (send.state, cancel_send(send, actor="ada@example.com")) == ("cancelled", False)
    assert AuditEntry.objects.filter(store=store, action="send.cancelled").count() == 1


def test_lists_are_paged_by_key_and_cost_one_query(store, other_store, django_assert_num_queries):
    for number in range(3):
        with clock.set_to(NOW + timedelta(minutes=number)):
            queue_send(store, wanted(number))
    queue_send(other_store, wanted())
    newest_first = list(Send.objects.filter(store=store).order_by("-created_at"))

    for limit in (1, 3):
        with django_assert_num_queries(1):
            assert sends_for_viewer(store=store, limit=limit).rows == newest_first[:limit]
    first = sends_for_viewer(store=store, state="queued", limit=2)
    assert sends_for_viewer(store=store, state="queued", cursor=first.next_cursor).rows == newest_first[2:]
    assert sends_for_viewer(store=store, state="failed").rows == []
    with pytest.raises(Send.DoesNotExist):
        send_for_viewer(other_store, newest_first[0].pk)
