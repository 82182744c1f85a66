"""Whether and when a message may leave: the rules themselves, and that no history gets past them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from regard.act.domain import sending
from regard.act.domain.holds import drop_held, release_held
from regard.act.domain.leaving import (
    Case,
    Leave,
    Limits,
    Never,
    Person,
    Reason,
    Wait,
    decide_leaving,
    quiet_end,
)
from regard.act.domain.outbox import queue_sends
from regard.act.domain.outbox_control import resume_sending, stop_sending
from regard.act.domain.preferences import tell_preferences
from regard.act.domain.sending import send_due
from regard.act.domain.suppression import allow_address, suppress_address
from regard.act.models import Purpose, Send, SendingHold, SendingRules, SuppressedAddress
from regard.connect.channels import Receipt
from regard.core import clock
from regard.core.models import Store
from regard.profile.domain.consents import tell_consent
from regard.profile.models import Consent, Identity
from tests.act.queueing import queue_send, wanted
from tests.score.people import identity_of, new_customer

BERLIN = ZoneInfo("Europe/Berlin")
LIMITS = Limits(time(21), time(8), 3)
NOON = datetime(2026, 11, 4, 12, tzinfo=UTC)
ADA = Person(has_consent=True, zone=BERLIN)


def case(*people, purpose=Purpose.MARKETING, **given):
    return Case(purpose=purpose, people=people, **given)


def ada(**given):
    return Person(**{"has_consent": True, "zone": BERLIN} | given)


def ago(**span):
    return NOON - timedelta(**span)


@pytest.mark.parametrize(
    ("asked", "decision"),
    [
        (case(ADA), Leave()),
        (case(), Never(Reason.NO_CONSENT)),
        (case(ADA, ada(has_consent=False)), Never(Reason.NO_CONSENT)),
        (case(ADA, suppressed="550"), Never(Reason.SUPPRESSED, "550")),
        (case(ADA, may_wait_until=ago(hours=1)), Never(Reason.TOO_LATE)),
        (case(purpose=Purpose.TRANSACTIONAL), Leave()),
        (case(purpose=Purpose.TRANSACTIONAL, suppressed="550"), Never(Reason.SUPPRESSED, "550")),
        (case(ada(has_consent=False), purpose=Purpose.REPLY), Leave()),
        (case(purpose=Purpose.REPLY, suppressed="550"), Never(Reason.SUPPRESSED, "550")),
        # A survey asks whoever has not refused it, by day.
        (case(ada(has_consent=False), purpose=Purpose.SURVEY), Leave()),
        (case(purpose=Purpose.SURVEY), Leave()),
        (case(ADA, ada(has_refused=True), purpose=Purpose.SURVEY), Never(Reason.REFUSED)),
        (case(ada(refuses_topic=True), purpose=Purpose.SURVEY), Never(Reason.TOPIC_REFUSED)),
        (case(ADA, purpose=Purpose.SURVEY, may_wait_until=ago(hours=1)), Never(Reason.TOO_LATE)),
        (case(ada(left_at=[ago(days=1)] * 9), purpose=Purpose.SURVEY), Leave()),
        (
            case(ada(zone=ZoneInfo("Asia/Tokyo")), purpose=Purpose.SURVEY),
            Wait(datetime(2026, 11, 4, 23, tzinfo=UTC), Reason.QUIET),
        ),
        (case(purpose=Purpose.TEAM, leads=False), Never(Reason.LEFT_TEAM)),
        (case(ada(left_at=[ago(days=8), ago(days=6), ago(days=1)])), Leave()),
        (case(ada(left_at=[ago(days=6), ago(days=6), ago(days=1)])), Wait(ago(days=-1), Reason.CAP)),
        (case(ada(left_at=[ago(days=1)], ahead=2)), Wait(ago(minutes=-1), Reason.OTHERS_FIRST)),
        (case(ada(left_at=[ago(days=1)], ahead=1)), Leave()),
        # Half as many, as three in two weeks, for whoever opened nothing for ninety days, or asked for it.
        (
            case(ada(left_at=[ago(days=13)] * 3, first_sent_at=ago(days=91))),
            Wait(ago(days=-1), Reason.CAP),
        ),
        (case(ada(left_at=[ago(days=13)] * 3, first_sent_at=ago(days=89))), Leave()),
        (
            case(ada(left_at=[ago(days=13)] * 3, first_sent_at=ago(days=91), last_opened_at=ago(days=2))),
            Leave(),
        ),
        (case(ada(left_at=[ago(days=13)] * 3, wants_less=True)), Wait(ago(days=-1), Reason.CAP)),
        # Until it is outdated at the longest, and not into somebody's night.
        (
            case(ada(left_at=[ago(days=6)] * 3), may_wait_until=ago(hours=-1)),
            Wait(ago(hours=-1) + timedelta(microseconds=1), Reason.CAP),
        ),
        (
            case(ada(left_at=[ago(days=6, hours=16)] * 3)),
            Wait(datetime(2026, 11, 5, 7, tzinfo=UTC), Reason.CAP),
        ),
    ],
)  # fmt: skip
def test_the_rules(asked, decision):
    assert decide_leaving(asked, LIMITS, NOON) == decision


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-04T19:59", None),
        ("2026-11-04T20:00", "2026-11-05T07:00"),
        ("2026-11-05T06:59", "2026-11-05T07:00"),
        ("2026-11-05T07:00", None),
        ("2026-03-28T22:00", "2026-03-29T06:00"),  # the night when clocks are put forward
        ("2026-10-24T22:00", "2026-10-25T07:00"),  # and back
    ],
)
def test_quiet_hours_are_the_customers_own(at, ends):
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert quiet_end(BERLIN, LIMITS, moment) == (
        datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None
    )


def test_hours_that_begin_and_end_alike_are_never_quiet():
    limits = Limits(time(8), time(8), 3)
    assert not any(quiet_end(BERLIN, limits, NOON + timedelta(hours=hour)) for hour in range(24))


class Recorder:
    """A channel that notes when it was handed what."""

    def __init__(self):
        self.taken = []

    def send(self, message):
        self.taken.append((clock.now(), message.subject))
        return Receipt("taken")

    def forget(self, message_ids):
        pass

    def close(self):
        pass


def customer_at(store, email, **attributes):
    customer = new_customer(store)
    customer.attributes = attributes
    customer.save()
    Identity.objects.create(store=store, kind="email", value=email, customer=customer)
    tell(store, customer, given=True)
    return customer


def tell(store, customer, *, given):
    tell_consent(store=store, customer=customer, channel="email", given=given, actor="ada@example.com")


def marketing(number, customer, **changes):
    return wanted(number, purpose=Purpose.MARKETING, identity_id=identity_of(customer).pk, **changes)


@pytest.mark.django_db(transaction=True)
def test_what_waits_says_why_and_leaves_when_it_may(store):
    night = datetime(2026, 11, 4, 23, tzinfo=UTC)
    with clock.set_to(night):
        customer = customer_at(store, "ada@example.com")
        send = queue_send(store, marketing(1, customer))
        assert (send.state, send.due_at) == ("queued", datetime(2026, 11, 5, 7, tzinfo=UTC))
        assert send.last_error == "Waits for the end of the customer's quiet hours."
        assert send_due(channels={"email": Recorder()}) == 0
    with clock.set_to(datetime(2026, 11, 5, 7, tzinfo=UTC)):
        assert send_due(channels={"email": Recorder()}) == 1
    send.refresh_from_db()
    assert (send.state, send.last_error, send.attempts) == ("sent", "", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "attributes", [{"timezone": "Asia/Tokyo"}, {"country": "Japan"}, {"address": {"country": "JP"}}]
)
def test_it_is_night_where_the_customer_is(store, attributes):
    with clock.set_to(NOON):  # nine in the evening in Tokyo
        customer = customer_at(store, "ada@example.com", **attributes)
        send = queue_send(store, marketing(1, customer))
        assert send.due_at == datetime(2026, 11, 4, 23, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_of_what_competes_the_higher_priority_goes_and_what_is_outdated_is_dropped(store):
    channel = Recorder()
    with clock.set_to(NOON):
        customer = customer_at(store, "ada@example.com")
        SendingRules.objects.create(store=store, weekly_cap=1)
        queue_sends(
            store,
            [
                marketing(1, customer, priority=10, may_wait_until=NOON + timedelta(days=3)),
                marketing(2, customer, priority=90),
                marketing(3, customer, priority=20),
            ],
        )
        while send_due(channels={"email": channel}):
            pass
        assert [subject for _at, subject in channel.taken] == ["Message 2"]
    with clock.set_to(NOON + timedelta(minutes=2)):
        send_due(channels={"email": channel})
        waiting = Send.objects.get(subject="Message 3")
        assert (waiting.state, waiting.attempts, waiting.due_at) == ("queued", 0, NOON + timedelta(days=7))
        assert waiting.last_error == (
            "Waits, since the customer has got as much marketing lately as anybody may."
        )
    for days in (4, 8):
        with clock.set_to(NOON + timedelta(days=days)):
            send_due(channels={"email": channel})
    assert [subject for _at, subject in channel.taken] == ["Message 2", "Message 3"]
    dropped = Send.objects.get(subject="Message 1")
    assert (dropped.state, dropped.last_error) == ("suppressed", "It could not leave before it was outdated.")


@pytest.mark.django_db(transaction=True)
def test_nothing_but_the_suppression_of_their_address_keeps_a_reply_from_who_began_to_talk(
    store, monkeypatch
):
    monkeypatch.setattr(sending, "BLAST_CAP", 1)
    channel, night = Recorder(), datetime(2026, 11, 4, 23, tzinfo=UTC)
    with clock.set_to(NOON):
        customer = customer_at(store, "ada@example.com")
        SendingRules.objects.create(store=store, weekly_cap=1, origin_limit=1, store_limit=1)
        queue_sends(store, [marketing(1, customer), *(wanted(n, purpose=Purpose.TEAM) for n in (2, 3))])
        send_due(channels={"email": channel})
    with clock.set_to(night):
        tell(store, customer, given=False)
        tell_preferences(identity_of(customer), refused_topics=["news"], wants_less=True)
        about = {"purpose": Purpose.REPLY, "identity_id": identity_of(customer).pk, "topic": "news"}
        replies = [wanted(n, subject=f"Reply {n}", priority=1, **about) for n in range(10, 14)]
        queue_sends(store, replies)
        send_due(channels={"email": channel})
        said = [(at, subject) for at, subject in channel.taken if subject.startswith("Reply")]
        assert said == [(night, f"Reply {n}") for n in range(10, 14)]
        suppress_address(store, channel="email", address="ada@example.com", reason="550")
        assert queue_send(store, wanted(20, **about)).state == "suppressed"


WHO = st.sampled_from("ab")
OF_ORIGIN, IN_ALL = 2, 3  # marketing that leaves in an hour unasked
ACTS = st.one_of(
    st.tuples(st.just("tell"), WHO, st.booleans()),
    st.tuples(st.just("subscribe"), WHO),
    st.tuples(st.just("refuse"), WHO, st.booleans()),
    st.tuples(st.just("prefer"), WHO, st.booleans(), st.booleans()),
    st.tuples(st.just("open"), WHO),
    st.tuples(st.just("switch"), st.booleans()),
    st.tuples(st.just("release"), st.sampled_from([None, 1, 2])),
    st.tuples(st.just("drop")),
    *2
    * [
        st.tuples(
            st.just("queue"),
            WHO,
            st.sampled_from(["marketing", "marketing", "marketing", "transactional", "reply"]),
            st.tuples(st.sampled_from(["x", "y"]), st.sampled_from(["any", "news"])),
            st.integers(0, 2),
            st.integers(0, 50),
        )
    ],
    st.tuples(st.just("wait"), st.one_of(st.integers(1, 40), st.integers(80 * 24, 95 * 24))),
)


class History:
    """Two customers of a store, and what is known of them without asking the product."""

    def __init__(self):
        Send.objects.all().delete()  # of the histories before
        self.store = Store.objects.create(
            slug=f"h-{next(_numbers)}", currency="EUR", time_zone="Europe/Berlin"
        )
        SendingRules.objects.create(store=self.store, origin_limit=OF_ORIGIN, store_limit=IN_ALL)
        self.people = {
            "a": customer_at(self.store, "a@example.com"),
            "b": customer_at(self.store, "b@example.com", timezone="America/Los_Angeles"),
        }
        self.zones = {"a": BERLIN, "b": ZoneInfo("America/Los_Angeles")}
        self.allows, self.gone = {"a": True, "b": True}, {"a": False, "b": False}
        self.refuses_news, self.wants_less = {"a": False, "b": False}, {"a": False, "b": False}
        self.left, self.opened = {"a": [], "b": []}, {"a": None, "b": None}
        self.stopped = False
        self.owed: set[str] = set()
        self.dropped: set[str] = set()
        self.unasked: list[tuple[datetime, str]] = []  # marketing that left within the limits, and its origin
        self.counted_from: dict[str, datetime] = {}
        self.channel, self.read = Recorder(), 0

    def tell(self, who, given):
        tell(self.store, self.people[who], given=given)
        self.allows[who] = given

    def subscribe(self, who):
        """In a form, where it has to be confirmed: it allows nothing that was not allowed."""
        Consent.objects.create(
            store=self.store, identity=identity_of(self.people[who]), channel="email", given=True,
            told_at=clock.now(), event_id=10**12 + next(_numbers), history=False, needs_confirming=True,
        )  # fmt: skip

    def refuse(self, who, gone):
        if gone:
            suppress_address(self.store, channel="email", address=f"{who}@example.com", reason="550")
        else:
            for row in SuppressedAddress.objects.filter(store=self.store, address=f"{who}@example.com"):
                allow_address(row, actor="ada@example.com")
        self.gone[who] = gone

    def prefer(self, who, refuses_news, wants_less):
        tell_preferences(
            identity_of(self.people[who]),
            refused_topics=["news"] if refuses_news else [],
            wants_less=wants_less,
        )
        self.refuses_news[who], self.wants_less[who] = refuses_news, wants_less

    def open(self, who):
        sent = Send.objects.filter(
            store=self.store, recipient=f"{who}@example.com", purpose="marketing", state="sent"
        )
        if sent.update(opened_at=clock.now()):
            self.opened[who] = clock.now()

    def switch(self, stopped):
        (stop_sending if stopped else resume_sending)(self.store, actor="ada@example.com")
        self.stopped = stopped

    def release(self, most):
        for hold in SendingHold.objects.filter(store=self.store, held_at__isnull=False):
            release_held(hold, actor="ada@example.com", most=most)
            if most is None:
                self.counted_from[hold.origin] = clock.now()

    def drop(self):
        self.dropped |= set(
            Send.objects.filter(store=self.store, state="held").values_list("subject", flat=True)
        )
        for hold in SendingHold.objects.filter(store=self.store, held_at__isnull=False):
            drop_held(hold, actor="ada@example.com")

    def queue(self, who, purpose, about, priority, hours):
        intent, topic = about
        number = f"{who} {purpose} {intent} {topic} {next(_numbers)}"
        new = wanted(
            number, subject=number, recipient=f"{who}@example.com", purpose=Purpose(purpose), priority=priority,
            identity_id=identity_of(self.people[who]).pk, intent=intent, topic="news" if topic == "news" else "",
            may_wait_until=clock.now() + timedelta(hours=hours) if hours else None,
        )  # fmt: skip
        queue_sends(self.store, [new])
        if purpose == "reply" and not self.gone[who]:
            self.owed.add(number)

    def check(self):
        while send_due(channels={"email": self.channel}):
            pass
        taken = self.channel.taken[self.read :]
        self.read = len(self.channel.taken)
        assert not (self.stopped and taken)
        freed = set(Send.objects.filter(store=self.store, is_freed=True).values_list("subject", flat=True))
        for at, subject in taken:
            who, purpose, origin, topic, _number = subject.split()
            assert not self.gone[who]
            assert subject not in self.dropped
            self.owed.discard(subject)
            if purpose == "marketing":
                self._check_marketing(who, topic, at)
                if subject not in freed:
                    self._check_runaway(origin, at)
        self.owed = {subject for subject in self.owed if not self.gone[subject[0]]}
        assert self.stopped or not self.owed

    def _check_marketing(self, who, topic, at):
        assert self.allows[who]
        assert not (topic == "news" and self.refuses_news[who])
        assert 8 <= at.astimezone(self.zones[who]).hour < 21
        span = self._span(who, at)
        self.left[who].append(at)
        assert sum(each > at - span for each in self.left[who]) <= 3

    def _span(self, who, at):
        """Half as many is as many in twice the time."""
        while_ago = at - timedelta(days=90)
        is_new = not self.left[who] or self.left[who][0] > while_ago
        opens = self.opened[who] is not None and self.opened[who] > while_ago
        return timedelta(days=7 if (is_new or opens) and not self.wants_less[who] else 14)

    def _check_runaway(self, origin, at):
        self.unasked.append((at, origin))
        lately = [(when, of) for when, of in self.unasked if when > at - timedelta(hours=1)]
        since, since_all = (self.counted_from.get(each, NOON) for each in (origin, ""))
        assert sum(of == origin and when >= since for when, of in lately) <= OF_ORIGIN
        assert sum(when >= since_all for when, _of in lately) <= IN_ALL


_numbers = count(1)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=25)
@given(acts=st.lists(ACTS, min_size=8, max_size=30))
def test_no_history_gets_a_message_past_the_rules(acts):
    now = NOON
    with clock.set_to(now):
        history = History()
    for name, *values in acts:
        if name == "wait":
            now += timedelta(hours=values[0])
        with clock.set_to(now):
            if name != "wait":
                with transaction.atomic():
                    getattr(history, name)(*values)
            history.check()
        now += timedelta(seconds=1)
