"""The outbox against a real SMTP server and real senders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from regard.act.domain import sending
from regard.act.domain.outbox import NewSend, queue_sends
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
from regard.act.domain.sending import MAX_ATTEMPTS, send_due, send_forever
from regard.act.domain.thresholds import RETRY_MINUTES
from regard.act.models import Purpose, Send
from regard.capture.models import Event
from regard.connect.channels import MessageInvalid, Receipt, TemporaryFailure
from regard.connect.mail.folder import FolderChannel
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core import clock
from regard.core.domain.members import add_member, remove_member
from regard.core.models import AuditEntry, Member, User
from regard.profile.domain.consents import tell_consent
from regard.profile.models import Identity
from tests.act.queueing import queue_send
from tests.conftest import ROOT, wait_until
from tests.connect.mailserver import running_mail_server
from tests.score.people import NOW, identity_of, new_customer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server():
    with running_mail_server() as running:
        yield running


def channels(server):
    return {"email": SmtpChannel(mail_server(server.url), sender="Regard <regard@shop.example>")}


def wanted(number=1, **changes):
    return NewSend(
        **{
            "channel": "email",
            "recipient": "ada@example.com",
            "purpose": Purpose.TRANSACTIONAL,
            "intent": "alert",
            "instance": str(number),
            "subject": f"Message {number}",
            "body_text": "Hello",
        }
        | changes
    )


def for_the_team(number=1, **changes):
    return wanted(number, purpose=Purpose.TEAM, **changes)


def leader(store, email="ada@example.com"):
    add_member(store=store, user=User.objects.create_user(email), role="manager", actor="tests")
    return Member.objects.get(store=store, user__email=email)


def facts(name):
    return [event.body for event in Event.objects.filter(name=name).order_by("id")]


def ids(server):
    return [email["Message-ID"] for email in server.taken]


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
        with django_assert_num_queries(7):
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


def test_4xx_is_tried_again_later_with_the_same_message_id(store, server):
    server.replies = ["451 busy"]
    with clock.set_to(NOW):
        send = queue_send(store, wanted())
        assert send_due(channels=channels(server)) == 1
        assert send_due(channels=channels(server)) == 0
        send.refresh_from_db()
        assert (send.state, send.attempts, send.last_error) == ("queued", 1, "451 busy")
        assert timedelta(seconds=48) <= send.due_at - NOW <= timedelta(seconds=72)
    assert facts("EmailFailed") == []

    with clock.set_to(NOW + timedelta(seconds=72)):
        assert send_due(channels=channels(server)) == 1

    send.refresh_from_db()
    assert (send.state, send.attempts, send.last_error) == ("sent", 2, "")
    assert ids(server) == [send.message_id]


def test_waits_grow_to_a_day_and_then_it_is_given_up(store, server):
    server.replies = ["451 busy"] * MAX_ATTEMPTS
    moment = NOW
    with clock.set_to(moment):
        send = queue_send(store, wanted())
    waits = []
    for _ in range(MAX_ATTEMPTS):
        with clock.set_to(moment):
            assert send_due(channels=channels(server)) == 1
        send.refresh_from_db()
        waits.append((send.due_at - moment).total_seconds() / 60)
        moment = max(moment, send.due_at)

    assert (send.state, send.attempts, send.last_error) == ("failed", MAX_ATTEMPTS, "451 busy")
    assert all(
        0.8 * minutes <= wait <= 1.2 * minutes for minutes, wait in zip(RETRY_MINUTES, waits, strict=False)
    )
    assert 20 * 60 < sum(RETRY_MINUTES) <= 24 * 60
    assert len(facts("EmailFailed")) == 1


def test_a_receivers_wish_to_wait_is_kept_up_to_a_day(store):
    class Busy:
        def send(self, message):
            raise TemporaryFailure("slow down", retry_after=10**6)

        def close(self):
            pass

    with clock.set_to(NOW):
        send = queue_send(store, wanted())
        send_due(channels={"email": Busy()})

    send.refresh_from_db()
    assert send.due_at == NOW + timedelta(days=1)


def test_5xx_is_a_dead_letter_that_can_be_sent_again_by_hand(store, server):
    server.replies = ["550 no such mailbox"]
    send = queue_send(store, wanted())
    assert retry_send(send, actor="ada@example.com") is False
    send_due(channels=channels(server))
    send.refresh_from_db()
    assert (send.state, send.attempts, send.last_error) == ("failed", 1, "550 no such mailbox")
    assert len(facts("EmailFailed")) == 1

    assert retry_send(send, actor="ada@example.com") is True
    assert send_due(channels=channels(server)) == 1

    send.refresh_from_db()
    assert (send.state, len(server.taken)) == ("sent", 1)
    assert AuditEntry.objects.filter(store=store, action="send.retried").count() == 1


def test_one_bad_message_never_stops_the_rest(store, server):
    class Faulty(SmtpChannel):
        def send(self, message):
            if message.subject == "Message 1":
                raise KeyError("a fault of ours")
            return super().send(message)

    queue_sends(store, [wanted(1), wanted(2, recipient="nobody"), wanted(3, channel="fax"), wanted(4)])

    assert send_due(channels={"email": Faulty(mail_server(server.url), sender="a@b.example")}) == 4

    states = dict(Send.objects.values_list("instance", "state"))
    assert states == {"1": "queued", "2": "failed", "3": "failed", "4": "sent"}
    assert Send.objects.get(instance="3").last_error == "There is no channel 'fax' here."


def test_a_message_is_not_sent_before_it_is_due(store, server):
    with clock.set_to(NOW):
        queue_send(store, wanted(due_at=NOW + timedelta(hours=1)))
        assert send_due(channels=channels(server)) == 0
    with clock.set_to(NOW + timedelta(hours=1)):
        assert send_due(channels=channels(server)) == 1


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


def test_two_senders_at_once_never_send_twice(store, server):
    queue_sends(store, [wanted(number) for number in range(60)])
    tried = []

    def work():
        try:
            while count := send_due(limit=10, channels=channels(server)):
                tried.append(count)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sum(tried), len(server.taken), len(set(ids(server)))) == (60, 60, 60)
    assert set(Send.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert len(facts("EmailSent")) == 60


SENDER = "import django; django.setup(); from regard.act.domain.sending import send_due; send_due()"


def test_a_sender_killed_in_the_middle_is_followed_by_another_with_the_same_message_id(
    store, server, database_dsn
):
    send = queue_send(store, wanted())
    server.delay = 3
    environment = os.environ | {"DATABASE_URL": database_dsn, "REGARD_SMTP_URL": server.url}
    process = subprocess.Popen([sys.executable, "-c", SENDER], env=environment, cwd=ROOT)
    wait_until(lambda: server.attempts == 1)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    server.delay = 0

    send.refresh_from_db()
    assert (send.state, send.attempts) == ("sending", 1)
    assert send_due(channels=channels(server)) == 0
    Send.objects.update(leased_until=send.leased_until - timedelta(minutes=10))
    assert send_due(channels=channels(server)) == 1

    send.refresh_from_db()
    assert (send.state, send.attempts, server.attempts) == ("sent", 2, 2)
    assert set(ids(server)) == {send.message_id}


def test_a_message_that_kills_its_senders_is_given_up_in_the_end(store, server):
    send = queue_send(store, wanted())
    for _ in range(MAX_ATTEMPTS):
        assert sending._claim() == send
        Send.objects.update(leased_until="2000-01-01T00:00:00Z")
        sending._free_leases()

    assert send_due(channels=channels(server)) == 0
    send.refresh_from_db()
    assert (send.state, send.attempts, send.leased_until) == ("failed", MAX_ATTEMPTS, None)
    assert send.last_error == "The sender was stopped in the middle of the last attempt."
    assert [fact["send_id"] for fact in facts("EmailFailed")] == [send.pk]


@pytest.mark.parametrize(
    ("reply", "state", "told"), [("451 busy", "cancelled", 0), ("550 no", "cancelled", 0), ("", "sent", 1)]
)
def test_what_is_cancelled_while_it_is_sent_is_not_tried_again(store, server, reply, state, told):
    """As when its customer is erased. What has gone out is noted all the same."""

    class Erased(SmtpChannel):
        def send(self, message):
            Send.objects.update(state="cancelled")
            return super().send(message)

    server.replies = [reply] if reply else []
    queue_send(store, wanted())
    send_due(channels={"email": Erased(mail_server(server.url), sender="a@b.example")})

    assert list(Send.objects.values_list("state", "last_error")) == [(state, "")]
    assert (len(facts("EmailSent")), len(facts("EmailFailed"))) == (told, 0)


def test_what_is_erased_while_it_is_sent_leaves_no_file(store, tmp_path):
    """Whether that is before the message is handed over or while its file is written."""

    class Erased(FolderChannel):
        def send(self, message):
            receipt = super().send(message)
            assert list(tmp_path.glob("*.eml"))
            Send.objects.update(state="cancelled", body_text="(erased)")
            return receipt

    folder = {"email": Erased(tmp_path, sender="a@b.example")}
    queue_send(store, wanted(1))
    claimed = sending._claim()
    Send.objects.update(state="cancelled", body_text="(erased)")
    sending._attempt(claimed, {"email": FolderChannel(tmp_path, sender="a@b.example")})
    assert list(tmp_path.iterdir()) == []
    assert list(Send.objects.values_list("state")) == [("cancelled",)]

    queue_send(store, wanted(2))
    assert send_due(channels=folder) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_slow_sender_does_not_undo_what_a_later_one_did(store, server):
    """Its lease ran out while it was sending; another has sent the message meanwhile."""
    quick = channels(server)

    class Slow:
        def send(self, message):
            Send.objects.update(leased_until="2000-01-01T00:00:00Z")
            assert send_due(channels=quick) == 1
            raise TemporaryFailure("the connection broke")

        def close(self):
            pass

    send = queue_send(store, wanted())
    send_due(limit=1, channels={"email": Slow()})

    send.refresh_from_db()
    assert (send.state, send.attempts, len(facts("EmailSent"))) == ("sent", 2, 1)


def test_the_loop_wakes_when_a_message_is_queued(store, server, database_dsn, monkeypatch):
    monkeypatch.setattr(django_settings, "REGARD_DSN", database_dsn)
    monkeypatch.setattr(sending, "LOOK_EVERY", 30.0)
    stop = threading.Event()

    def work():
        try:
            send_forever(stop, channels=channels(server))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        queue_send(store, wanted(1))
        wait_until(lambda: len(server.taken) == 1)
        queue_send(store, wanted(2))
        wait_until(lambda: len(server.taken) == 2, seconds=60)
    finally:
        stop.set()
        queue_send(store, wanted(3))
        thread.join(60)
    assert not thread.is_alive()


def test_without_a_mail_server_messages_land_in_the_data_folder(store, tmp_path):
    send = queue_send(store, wanted())

    send_due(channels={"email": FolderChannel(tmp_path, sender="Regard <regard@shop.example>")})

    (path,) = tmp_path.iterdir()
    assert message_from_bytes(path.read_bytes(), policy=default)["Message-ID"] == send.message_id
    assert Send.objects.get().state == "sent"


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


def test_claiming_costs_the_same_however_much_waits(store, django_assert_num_queries):
    class Silent:
        def send(self, message):
            return Receipt("")

        def close(self):
            pass

    queue_sends(store, [wanted(number) for number in range(4)])
    send_due(limit=1, channels={"email": Silent()})

    for limit in (1, 2):
        with django_assert_num_queries(3 + limit * 13):
            send_due(limit=limit, channels={"email": Silent()})
