"""Senders against a real SMTP server: attempts, waits, leases, and what kills them."""

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
from django.db import OperationalError, connection

from regard.act.domain import sending
from regard.act.domain.outbox import queue_sends
from regard.act.domain.outbox_control import (
    retry_send,
)
from regard.act.domain.pauses import Pauses
from regard.act.domain.sending import MAX_ATTEMPTS, send_due, send_forever
from regard.act.domain.thresholds import RETRY_MINUTES
from regard.act.models import Send
from regard.connect.channels import Receipt, TemporaryFailure
from regard.connect.mail.folder import FolderChannel
from regard.connect.mail.server import mail_server
from regard.connect.mail.smtp import SmtpChannel
from regard.core import clock
from regard.core.models import AuditEntry
from tests.act.queueing import channels, facts, ids, queue_send, wanted
from tests.conftest import ROOT, wait_until
from tests.connect.mailserver import running_mail_server
from tests.score.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server():
    with running_mail_server() as running:
        yield running


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


@pytest.mark.parametrize("asked", [10**6, 1e300, float("inf")])
def test_a_receivers_wish_to_wait_is_kept_up_to_a_day(store, asked):
    class Busy:
        def send(self, message):
            raise TemporaryFailure("slow down", retry_after=asked)

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


def test_an_outcome_that_cannot_be_kept_never_stops_the_rest(store, server, monkeypatch, caplog):
    def fail(send):
        if send.instance == "1":
            raise OverflowError("a fault of ours")
        kept(send)

    kept = sending._note_sent
    monkeypatch.setattr(sending, "_note_sent", fail)
    queue_sends(store, [wanted(1), wanted(2)])
    assert send_due(channels=channels(server)) == 2
    assert dict(Send.objects.values_list("instance", "state")) == {"1": "sending", "2": "sent"}
    assert "its outcome cannot be kept" in caplog.text


def test_a_database_that_is_away_is_no_fault_of_a_message(store, server, monkeypatch):
    def fail(_send):
        raise OperationalError("the database is away")

    monkeypatch.setattr(sending, "_note_sent", fail)
    queue_send(store, wanted())
    with pytest.raises(OperationalError):
        send_due(channels=channels(server))


def test_a_message_is_not_sent_before_it_is_due(store, server):
    with clock.set_to(NOW):
        queue_send(store, wanted(due_at=NOW + timedelta(hours=1)))
        assert send_due(channels=channels(server)) == 0
    with clock.set_to(NOW + timedelta(hours=1)):
        assert send_due(channels=channels(server)) == 1


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
    sending._attempt(claimed, {"email": FolderChannel(tmp_path, sender="a@b.example")}, Pauses())
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
