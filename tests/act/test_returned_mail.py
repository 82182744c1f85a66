"""What comes back over a plain mail server: a real one, and a real mailbox that is read over IMAP."""

from __future__ import annotations

import json
from itertools import count

import pytest
from django.db import DataError, OperationalError, transaction
from django.test import RequestFactory

from regard import pipeline
from regard.act.domain import returned_mail
from regard.act.domain.personal_data import erase_acts, export_acts
from regard.act.domain.return_addresses import answer_address, marked_send_id
from regard.act.domain.returned_mail import read_returned_mail
from regard.act.domain.sending import send_due
from regard.act.jobs import read_returned_mail_every_minute
from regard.act.models import Purpose, Reply, Send, SuppressedAddress
from regard.act.pages.replies import render_replies
from regard.capture.domain.logged import events_by_id
from regard.capture.models import Event
from regard.core import clock
from regard.core.config import config
from regard.listen.models import Understanding
from tests.act.queueing import channels, facts, queue_send, wanted
from tests.act.test_leaving import NOON, customer_at, marketing
from tests.conftest import free_ports
from tests.connect.imapserver import running_imap_server
from tests.connect.mailserver import running_mail_server
from tests.connect.returned import answer_mail, report
from tests.profile.histories import take
from tests.score.people import identity_of

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(1)


@pytest.fixture(scope="module")
def imap():
    with running_imap_server() as running:
        yield running


@pytest.fixture
def smtp():
    with running_mail_server() as running:
        yield running


class Mailbox:
    """A mailbox of its own, and what Regard is told of it."""

    def __init__(self, server, user):
        self.server, self.user = server, user

    def deliver(self, raw):
        self.server.deliver(raw, self.user)

    def read(self):
        return read_returned_mail(config())

    def count(self, criterion):
        return self.server.count(criterion, self.user)

    def forget_that_it_was_read(self):
        self.server.mark("\\Seen", on=False, user=self.user)


@pytest.fixture
def mailbox(imap, monkeypatch):
    user = f"box{next(_numbers)}"
    monkeypatch.setenv("REGARD_RETURNS_IMAP_URL", imap.url(user))
    monkeypatch.setenv("REGARD_RETURNS_ADDRESS", "returns@shop.example")
    config.cache_clear()
    with clock.set_to(NOON, rate=1):
        yield Mailbox(imap, user)
    monkeypatch.undo()
    config.cache_clear()


def sent(store, smtp, **changes):
    """An e-mail to Ada as it left."""
    customer = customer_at(store, "ada@example.com")
    send = queue_send(store, marketing(1, customer, **changes))
    assert send_due(channels=channels(smtp)) == 1
    send.refresh_from_db()
    assert send.state == "sent"
    return customer, send


def read_the_log(store):
    ids = list(Event.objects.filter(store_id=store.pk).values_list("id", flat=True))
    take(store, events_by_id(store.pk, ids), stages=pipeline.STAGES)


def test_mail_bounces_and_is_answered_to_an_address_of_its_own(store, smtp, mailbox):
    _customer, send = sent(store, smtp)
    [mail], [envelope] = smtp.taken, smtp.envelopes
    assert envelope.mail_from == answer_address(send) == mail["Reply-To"]
    assert mail["From"] == "Regard <regard@shop.example>"
    mark = envelope.mail_from.removeprefix("returns+").removesuffix("@shop.example")
    assert marked_send_id(mark) == send.pk
    number, _parted, digest = mark.partition("-")
    for made_up in (
        f"{int(number) + 1}-{digest}",
        f"{number}-",
        "a-b",
        f"{number}-ä",
        "",
        f"{number}-{digest}0",
    ):
        assert marked_send_id(made_up) is None


def test_an_address_for_answers_of_the_store_stays(store, smtp, mailbox):
    store.reply_to = "help@shop.example"
    store.save()
    queue_send(store, wanted(1))
    send_due(channels=channels(smtp))
    [mail], [envelope] = smtp.taken, smtp.envelopes
    assert mail["Reply-To"] == "help@shop.example"
    assert envelope.mail_from.startswith("returns+")
    assert answer_address(Send(pk=1, purpose=Purpose.TEAM, channel="email")) == ""


def test_without_a_mailbox_everything_stays_as_it_is(store, smtp):
    queue_send(store, wanted(1))
    send_due(channels=channels(smtp))
    [mail], [envelope] = smtp.taken, smtp.envelopes
    assert (mail["Reply-To"], envelope.mail_from) == (None, "regard@shop.example")
    assert read_returned_mail(config()) == 0
    read_returned_mail_every_minute(0)


@pytest.mark.parametrize("by", ["message", "address"])
def test_a_final_bounce_has_the_address_left_alone(store, smtp, mailbox, by):
    _customer, send = sent(store, smtp)
    known = {"message_id": send.message_id} if by == "message" else {"to": smtp.envelopes[0].mail_from}
    mailbox.deliver(report(**known))
    assert mailbox.read() == 1
    [kept] = SuppressedAddress.objects.filter(store=store)
    assert (kept.address, kept.reason) == ("ada@example.com", "550 5.1.1 unknown user")
    assert [(fact["send_id"], fact["is_final"]) for fact in facts("EmailBounced")] == [(send.pk, True)]

    mailbox.forget_that_it_was_read()
    mailbox.deliver(report(**known))
    assert mailbox.read() == 2
    assert (len(facts("EmailBounced")), SuppressedAddress.objects.count()) == (1, 1)
    assert mailbox.count("UNSEEN") == 0
    assert queue_send(store, wanted(2)).state == "suppressed"


@pytest.mark.parametrize(
    "told",
    [
        {"status": "5.2.2", "words": "smtp; 552 5.2.2 mailbox full"},
        {"status": "4.4.1", "words": "smtp; 421 no answer"},
        {"recipient": "old@elsewhere.example"},  # to which Ada has her mail handed on
    ],
)
def test_what_may_pass_or_concerns_another_address_does_not(store, smtp, mailbox, told):
    _customer, send = sent(store, smtp)
    mailbox.deliver(report(message_id=send.message_id, **told))
    assert mailbox.read() == 1
    assert [fact["is_final"] for fact in facts("EmailBounced")] == [False]
    assert SuppressedAddress.objects.count() == 0


def test_an_answer_is_kept_understood_and_shown(store, smtp, mailbox):
    customer, send = sent(store, smtp, subject="How was it?")
    text = "The lid is broken, I want my money back!\n\nOn 4 Nov 2026, Shop <shop@shop.example> wrote:\n> So?"
    mailbox.deliver(answer_mail(text, **{"In-Reply-To": send.message_id}))
    assert mailbox.read() == 1

    reply = Reply.objects.get()
    assert (reply.text, reply.send_id) == ("The lid is broken, I want my money back!", send.pk)
    [fact] = facts("EmailReplied")
    assert fact == {
        "reply_id": reply.pk, "send_id": send.pk, "intent": "alert", "instance": "1",
        "identity_id": send.identity_id,
    }  # fmt: skip
    send.refresh_from_db()
    assert send.opened_at is not None  # who answers has read

    read_the_log(store)
    [understood] = Understanding.objects.filter(source="replies")
    assert (understood.source_id, understood.feeling) == (reply.pk, "negative")
    assert "refund" in understood.intents
    shown = render_replies(RequestFactory().get("/"), store, customer.pk)
    assert "The lid is broken, I want my money back!" in shown
    assert "How was it?" in shown
    assert render_replies(RequestFactory().get("/"), store, customer.pk + 1) == ""


def test_what_was_answered_is_given_out_and_taken_out(store, smtp, mailbox):
    customer, send = sent(store, smtp)
    mailbox.deliver(answer_mail("Zwickmuehle", **{"In-Reply-To": send.message_id}))
    mailbox.read()
    read_the_log(store)
    [given] = export_acts(store, customer.pk)["replies"]
    assert (given["text"], given["send_id"]) == ("Zwickmuehle", send.pk)
    with transaction.atomic():
        erase_acts(store, customer.pk)
    assert "Zwickmuehle" not in json.dumps(list(Reply.objects.values()), default=str)
    assert Understanding.objects.filter(source="replies").count() == 0


def test_an_answer_that_is_read_twice_is_one(store, smtp, mailbox):
    _customer, send = sent(store, smtp)
    answered = {"In-Reply-To": send.message_id}
    mailbox.deliver(answer_mail("Yes", **answered))
    mailbox.deliver(answer_mail("Yes", **answered))
    assert mailbox.read() == 1
    mailbox.forget_that_it_was_read()
    assert mailbox.read() == 0
    mailbox.deliver(answer_mail("And one thing more", **answered | {"Message-ID": "<2@mail.example>"}))
    assert mailbox.read() == 1
    assert (Reply.objects.count(), len(facts("EmailReplied"))) == (2, 2)


@pytest.mark.parametrize("by", ["message", "address"])
def test_nobody_puts_words_into_another_customers_mouth(store, smtp, mailbox, by):
    _customer, send = sent(store, smtp)
    customer_at(store, "bob@example.com")
    known = {"In-Reply-To": send.message_id} if by == "message" else {"To": answer_address(send)}
    for n, sender in enumerate(("bob@example.com", "nobody@example.com")):
        mailbox.deliver(answer_mail("Yes", **known | {"From": sender, "Message-ID": f"<{n}@mail.example>"}))
    assert mailbox.read() == 2
    assert list(Reply.objects.values_list("identity_id", flat=True)) == [send.identity_id] * 2


def test_what_a_team_member_answers_is_no_customers(store, smtp, mailbox):
    customer = customer_at(store, "ada@example.com")
    about = {"identity_id": identity_of(customer).pk, "purpose": Purpose.TEAM}
    send = queue_send(store, wanted(1, recipient="ann@shop.example", **about))
    mailbox.deliver(answer_mail("She is a nuisance", **{"In-Reply-To": send.message_id}))
    assert mailbox.read() == 0
    assert (Reply.objects.count(), facts("EmailReplied"), mailbox.count("UNSEEN")) == (0, [], 0)


def test_what_comes_after_an_erasure_is_not_kept(store, smtp, mailbox):
    customer, send = sent(store, smtp)
    with transaction.atomic():
        erase_acts(store, customer.pk)
    mailbox.deliver(answer_mail("Zwickmuehle", **{"In-Reply-To": send.message_id}))
    assert mailbox.read() == 0
    assert (Reply.objects.count(), mailbox.count("UNSEEN")) == (0, 0)


def test_answers_to_messages_about_nobody_are_erased_by_their_address(store, smtp, mailbox):
    customer = customer_at(store, "ada@example.com")
    sends = [
        queue_send(store, wanted(n, recipient=f"{name}@example.com")) for n, name in enumerate(("ada", "bob"))
    ]
    for send in sends:
        known = {"In-Reply-To": send.message_id, "Message-ID": f"<{send.pk}@mail.example>"}
        mailbox.deliver(answer_mail("Zwickmuehle", **known))
    assert mailbox.read() == 2
    with transaction.atomic():
        erase_acts(store, customer.pk)
    assert list(Reply.objects.order_by("send_id").values_list("text", flat=True)) == ["", "Zwickmuehle"]


@pytest.mark.parametrize(("text", "charset"), [("\\ud800 odd", "unicode_escape"), ("+2AA- odd", "utf-7")])
def test_odd_mail_is_kept_and_stops_nobody_elses(store, smtp, mailbox, text, charset):
    _customer, send = sent(store, smtp)
    known = {"In-Reply-To": send.message_id, "Message-ID": "<odd@mail.example>"}
    mailbox.deliver(answer_mail(text, **known | {"Content-Type": f"text/plain; charset={charset}"}))
    mailbox.deliver(answer_mail("After all", **known | {"Message-ID": "<2@mail.example>"}))
    assert mailbox.read() == 2
    first, second = Reply.objects.order_by("id").values_list("text", flat=True)
    assert (first.endswith("odd"), second, mailbox.count("UNSEEN")) == (True, "After all", 0)
    assert mailbox.count("FLAGGED") == 0


def test_mail_that_cannot_be_kept_is_set_aside(store, smtp, mailbox, monkeypatch, caplog):
    def keep(new):
        if new.text == "Bad":
            raise DataError("no such text")
        return kept(new)

    kept = returned_mail.take_reply
    monkeypatch.setattr(returned_mail, "take_reply", keep)
    _customer, send = sent(store, smtp)
    for n, text in enumerate(("Bad", "Good")):
        mailbox.deliver(
            answer_mail(text, **{"In-Reply-To": send.message_id, "Message-ID": f"<{n}@mail.example>"})
        )
    assert mailbox.read() == 1
    assert (mailbox.count("UNSEEN"), mailbox.count("FLAGGED"), Reply.objects.get().text) == (0, 1, "Good")
    assert "cannot be kept: DataError" in caplog.text


def test_a_run_ends_in_time_and_the_next_goes_on(store, smtp, mailbox, monkeypatch):
    monkeypatch.setattr(returned_mail, "MOST_SECONDS", 0.0)
    _customer, send = sent(store, smtp)
    for n in range(2):
        mailbox.deliver(
            answer_mail("Yes", **{"In-Reply-To": send.message_id, "Message-ID": f"<{n}@mail.example>"})
        )
    assert (mailbox.read(), mailbox.count("UNSEEN")) == (1, 1)
    assert (mailbox.read(), mailbox.count("UNSEEN")) == (1, 0)


def test_mail_is_acknowledged_once_it_is_kept_and_not_before(store, smtp, mailbox, monkeypatch):
    def fail(_new):
        raise OperationalError("the database is away")

    _customer, send = sent(store, smtp)
    mailbox.deliver(answer_mail("Yes", **{"In-Reply-To": send.message_id}))
    with monkeypatch.context() as away:
        away.setattr(returned_mail, "take_reply", fail)
        with pytest.raises(OperationalError):
            mailbox.read()
    assert (mailbox.count("UNSEEN"), Reply.objects.count()) == (1, 0)
    assert mailbox.read() == 1
    assert (mailbox.count("UNSEEN"), Reply.objects.count()) == (0, 1)


def test_what_is_not_ours_is_left_where_it_is_and_nothing_is_kept(store, smtp, mailbox):
    _customer, send = sent(store, smtp)
    wrong = f"returns+{send.pk}-0123456789abcdef@shop.example"
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3_000)
    )
    for raw in (
        answer_mail("Buy now"), answer_mail("Yes", To=wrong), report(to=wrong, message_id="<9@shop.example>"),
        deep,
        answer_mail("I am away", **{"In-Reply-To": send.message_id, "Auto-Submitted": "auto-replied"}),
    ):  # fmt: skip
        mailbox.deliver(raw)
    assert mailbox.read() == 0
    assert (Reply.objects.count(), facts("EmailReplied"), facts("EmailBounced")) == (0, [], [])
    assert (mailbox.count("ALL"), mailbox.count("UNSEEN")) == (5, 0)


def test_a_mailbox_that_is_away_is_looked_for_again(mailbox, monkeypatch, caplog):
    monkeypatch.setenv("REGARD_RETURNS_IMAP_URL", f"imap://u:secret@127.0.0.1:{free_ports()}/INBOX?tls=none")
    config.cache_clear()
    assert read_returned_mail(config()) == 0
    assert "cannot be read" in caplog.text
    assert "secret" not in caplog.text
