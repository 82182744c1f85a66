"""The mail server is away for an hour of the store's clock, and comes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from regard.act.domain import sending
from regard.act.domain.outbox import queue_sends
from regard.act.domain.pauses import Pauses
from regard.act.domain.sending import send_due, send_forever
from regard.act.models import Send
from regard.core import clock
from tests.act.queueing import channels, facts, ids, queue_send, wanted
from tests.act.test_leaving import NOON, Recorder, customer_at, marketing
from tests.conftest import wait_until
from tests.connect.mailserver import running_mail_server

pytestmark = pytest.mark.django_db(transaction=True)
RATE = 900  # so that an hour takes four seconds
HOUR = timedelta(hours=1)
OWED, WEEKLY = 30, 3


@pytest.fixture
def server():
    with running_mail_server() as running:
        yield running


@contextmanager
def senders(count, server) -> Iterator[None]:
    stop = threading.Event()

    def work():
        try:
            send_forever(stop, channels=channels(server))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def queue_what_an_hour_brings(store):
    """What is owed, one every two minutes, the latest queued first; and more marketing than the cap lets out."""
    owed = [wanted(n, due_at=NOON + n * timedelta(minutes=2)) for n in reversed(range(OWED))]
    people = [customer_at(store, f"c{n}@example.com") for n in range(4)]
    offers = [
        marketing(f"{n}-{priority}", person, recipient=f"c{n}@example.com", priority=priority,
                  subject=f"c{n} {priority}", due_at=NOON + timedelta(minutes=1))
        for n, person in enumerate(people) for priority in (10, 90, 30, 70, 50)
    ]  # fmt: skip
    queue_sends(store, owed + offers)


def live_through_an_outage(store, server, monkeypatch, dsn, *, count):
    monkeypatch.setattr(django_settings, "REGARD_DSN", dsn)
    monkeypatch.setattr(sending, "LOOK_EVERY", 0.02)
    with clock.set_to(NOON, rate=RATE):
        queue_send(store, wanted("before", subject="before"))
        with senders(count, server):
            wait_until(lambda: len(server.taken) == 1)
            server.stop()
            queue_what_an_hour_brings(store)
            wait_until(lambda: clock.now() > NOON + HOUR)
            assert len(server.taken) == 1
            server.start()
            wait_until(lambda: len(server.taken) >= 1 + OWED + 4 * WEEKLY)
            back = clock.now()
            wait_until(lambda: clock.now() > back + HOUR)  # in which what would come twice comes


def test_after_an_hour_without_a_mail_server_everything_leaves_once_and_within_the_caps(
    store, server, monkeypatch, database_dsn
):
    live_through_an_outage(store, server, monkeypatch, database_dsn, count=2)
    assert len(ids(server)) == len(set(ids(server))) == 1 + OWED + 4 * WEEKLY
    sent = {mail["Subject"] for mail in server.taken}
    assert {f"Message {n}" for n in range(OWED)} <= sent
    assert {subject for subject in sent if subject.startswith("c")} == {
        f"c{n} {priority}" for n in range(4) for priority in (90, 70, 50)
    }
    assert {attempts for (attempts,) in Send.objects.filter(state="sent").values_list("attempts")} == {1}
    assert (len(facts("EmailSent")), facts("EmailFailed")) == (1 + OWED + 4 * WEEKLY, [])


def test_what_waited_for_the_mail_server_leaves_in_its_order(store, server, monkeypatch, database_dsn):
    live_through_an_outage(store, server, monkeypatch, database_dsn, count=1)
    sent = [mail["Subject"] for mail in server.taken]
    assert [each for each in sent if each.startswith("Message")] == [f"Message {n}" for n in range(OWED)]
    left = [Send.objects.get(message_id=number) for number in ids(server)[1:]]
    places = [(send.purpose == "marketing", send.due_at) for send in left]
    assert places == sorted(places)  # marketing last


def test_other_channels_go_on_while_one_is_down(store, server):
    other = Recorder()
    ways = channels(server) | {"sms": other}
    server.stop()
    with clock.set_to(NOON):
        queue_sends(store, [wanted(1), wanted(2), wanted(3, channel="sms", recipient="+4930123456")])
        assert send_due(channels=ways) == 2
    assert [subject for _at, subject in other.taken] == ["Message 3"]
    assert sorted(Send.objects.values_list("state", "attempts", "channel")) == [
        ("queued", 0, "email"), ("queued", 0, "email"), ("sent", 1, "sms"),
    ]  # fmt: skip
    told = Send.objects.get(instance="1").last_error
    assert told.startswith("The mail server cannot be reached")


def test_a_channel_that_is_down_is_said_in_the_log(caplog):
    """At first, and with each of the longest pauses; and that it is up."""
    pauses = Pauses()
    for _time in range(7):
        pauses.note_down("email", NOON, "ChannelDown 535")
    waits = [record.args[1] for record in caplog.records]
    assert waits == [timedelta(seconds=5), *[timedelta(minutes=1)] * 3]
    assert caplog.text.count("the channel 'email' is down") == 4
    assert "ChannelDown 535" in caplog.text
    caplog.clear()
    with caplog.at_level("INFO", "regard.outbox"):
        pauses.note_up("email")
        pauses.note_up("email")
    assert caplog.text.count("the channel 'email' is up again") == 1
