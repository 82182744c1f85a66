"""Marketing that runs away is held until a person decides, and nothing that is owed to a customer is."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from regard.act.domain import sending
from regard.act.domain.alert_handling import handle_alert
from regard.act.domain.holds import drop_held, hold_for_viewer, holds_for_viewer, release_held
from regard.act.domain.leaving import EVERYTHING, Hold, LetGo, Limits, decide_hold
from regard.act.domain.outbox import queue_sends
from regard.act.domain.outbox_control import cancel_send, outbox_for_viewer
from regard.act.domain.sending import send_due
from regard.act.models import Alert, Purpose, Send, SendingHold, SendingRules
from regard.connect.channels import Receipt
from regard.core import clock
from regard.core.models import AuditEntry
from regard.profile.domain.consents import tell_consent
from regard.profile.models import Identity
from tests.act.queueing import queue_send, wanted
from tests.act.test_leaving import LIMITS, NOON, Recorder
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOON + timedelta(minutes=61)


@pytest.fixture(autouse=True)
def _limited(store):
    with clock.set_to(NOON):
        SendingRules.objects.create(store=store, origin_limit=3, store_limit=5)


def readers(store, count, start=0):
    """Customers who allow marketing; by their numbers."""
    made = []
    for number in range(start, start + count):
        customer = new_customer(store)
        Identity.objects.create(
            store=store, kind="email", value=f"reader{number}@example.com", customer=customer
        )
        tell_consent(store=store, customer=customer, channel="email", given=True, actor="ada@example.com")
        made.append(customer)
    return made


def queue(store, customers, intent="journey:win-back", **changes):
    queue_sends(
        store,
        [
            wanted(
                f"{intent} {customer.pk}", subject=intent, intent=intent, purpose=Purpose.MARKETING,
                recipient=identity_of(customer).value, identity_id=identity_of(customer).pk, **changes
            )
            for customer in customers
        ],
    )  # fmt: skip


def send_all():
    channel = Recorder()
    while send_due(channels={"email": channel}):
        pass
    return [subject for _at, subject in channel.taken]


def states(store):
    return sorted(Send.objects.filter(store=store).exclude(purpose="team").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("gone", "decision"),
    [
        (LetGo(2, 2), None),
        (LetGo(3, 3), Hold("journey:x")),
        (LetGo(3, 5), Hold("journey:x")),
        (LetGo(0, 5), Hold(EVERYTHING)),
        (LetGo(0, 4), None),
    ],
)
def test_the_rule(gone, decision):
    limits = Limits(LIMITS.quiet_from, LIMITS.quiet_until, 3, of_origin=3, in_all=5)
    assert decide_hold("journey:x", gone, limits) == decision


def test_what_runs_away_is_held_and_told_until_a_person_lets_it_go(store, other_store):
    with clock.set_to(NOON):
        queue(store, readers(store, 7))
        queue_send(store, wanted("owed", subject="owed", recipient="bob@example.com"))
        assert sorted(send_all()) == ["journey:win-back"] * 3 + ["owed"]
        assert states(store) == ["held"] * 4 + ["sent"] * 4
        [hold] = holds_for_viewer(store)
        said = "4 messages of journey win-back are held: 3 an hour is your limit."
        assert (hold.origin, hold.held, hold.words) == ("journey:win-back", 4, said)
        assert (outbox_for_viewer(store).holds, holds_for_viewer(other_store)) == ([hold], [])
        alert = Alert.objects.get(store=store)
        assert (alert.kind, alert.level, alert.reason) == ("messages_held", "critical", said)
        # What is queued now is held from the start, and tells of no second alert.
        queue(store, readers(store, 1, start=7))
        assert send_all() == []
    with clock.set_to(LATER):  # nobody has decided: the next hour lets nothing go either
        assert send_all() == []
        assert (holds_for_viewer(store)[0].held, Alert.objects.count()) == (5, 1)

        assert release_held(hold_for_viewer(store, hold.id), actor="ana@x.co", most=2) == 2
        assert send_all() == ["journey:win-back"] * 2
        assert holds_for_viewer(store)[0].held == 3

        assert release_held(hold_for_viewer(store, hold.id), actor="ana@x.co") == 3
        assert send_all() == ["journey:win-back"] * 3
        assert holds_for_viewer(store) == []
        alert.refresh_from_db()
        assert alert.state == "handled"
        # From then on it is counted anew.
        queue(store, readers(store, 4, start=20))
        assert send_all() == ["journey:win-back"] * 3
    assert [(entry.action, entry.actor, entry.detail["count"]) for entry in decisions()] == [
        ("sending.released", "ana@x.co", 2),
        ("sending.released", "ana@x.co", 3),
    ]


def decisions():
    return AuditEntry.objects.filter(action__in=["sending.released", "sending.dropped"]).order_by("id")


def test_what_is_dropped_never_leaves_and_what_has_left_counts_still(store):
    with clock.set_to(NOON):
        queue(store, readers(store, 5))
        send_all()
        hold = SendingHold.objects.get()
        assert drop_held(hold, actor="ana@x.co") == 2
        assert states(store) == ["cancelled"] * 2 + ["sent"] * 3
        assert (drop_held(hold, actor="bob@x.co"), release_held(hold, actor="bob@x.co")) == (None, None)
        queue(store, readers(store, 1, start=5))
        assert (send_all(), holds_for_viewer(store)[0].held) == ([], 1)
        drop_held(hold, actor="ana@x.co")
    with clock.set_to(LATER):
        queue(store, readers(store, 3, start=6))
        assert send_all() == ["journey:win-back"] * 3
    assert [entry.detail["count"] for entry in decisions()] == [2, 1]


def test_all_marketing_together_is_limited_and_each_hold_has_its_own(store):
    with clock.set_to(NOON):
        people = readers(store, 12)
        queue(store, people[:4], intent="journey:a")
        queue(store, people[4:6], intent="journey:b")
        queue(store, people[6:9], intent="journey:c")
        sent = send_all()
        assert [sent.count(f"journey:{key}") for key in "abc"] == [3, 2, 0]
        assert {hold.origin: hold.held for hold in holds_for_viewer(store)} == {"journey:a": 1, EVERYTHING: 3}
        assert holds_for_viewer(store)[1].words == (
            "3 marketing messages are held: 5 an hour in all is your limit."
        )
        everything = SendingHold.objects.get(origin=EVERYTHING)
        assert release_held(everything, actor="ana@x.co") == 3
        assert send_all() == ["journey:c"] * 3
        assert [hold.origin for hold in holds_for_viewer(store)] == ["journey:a"]


def test_what_waits_for_the_morning_is_held_too_and_may_be_cancelled_singly(store):
    with clock.set_to(NOON):
        people = readers(store, 5)
        queue(store, people[4:], due_at=NOON + timedelta(days=1))
        queue(store, people[:4])
        send_all()
        late = Send.objects.get(due_at__gt=NOON)
        assert (late.state, late.last_error) == (
            "held", "Held until somebody lets it go, since too much marketing left within an hour."
        )  # fmt: skip
        assert cancel_send(late, actor="ana@x.co")
        assert holds_for_viewer(store)[0].held == 1
        assert release_held(SendingHold.objects.get(), actor="ana@x.co") == 1
        late.refresh_from_db()
        assert (late.state, late.is_freed) == ("cancelled", False)


def test_one_that_is_tried_again_is_counted_once(store):
    class Busy:
        def send(self, message):
            raise ConnectionError("busy")

        def forget(self, message_ids):
            pass

        def close(self):
            pass

    with clock.set_to(NOON):
        queue(store, readers(store, 3))
        assert send_due(channels={"email": Busy()}) == 3
    with clock.set_to(NOON + timedelta(minutes=10)):
        assert send_all() == ["journey:win-back"] * 3
        assert holds_for_viewer(store) == []


def test_senders_at_once_never_pass_the_limit(store):
    """Four of them, each slow enough that all have a message at a time."""
    taken, gate = [], threading.Barrier(4, timeout=20)

    class Slow(Recorder):
        def send(self, message):
            taken.append(message.subject)
            return Receipt("taken")

    def run():
        gate.wait()
        try:
            while send_due(channels={"email": Slow()}):
                pass
        finally:
            connection.close()

    with clock.set_to(NOON):
        queue(store, readers(store, 20))
        threads = [threading.Thread(target=run) for _sender in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(taken) == 3
    assert states(store) == ["held"] * 17 + ["sent"] * 3
    assert (SendingHold.objects.count(), Alert.objects.count()) == (1, 1)


def test_a_handled_alert_is_no_decision_and_the_next_hold_is_told_anew(store):
    with clock.set_to(NOON):
        queue(store, readers(store, 4))
        send_all()
        handle_alert(Alert.objects.get(), actor="ana@x.co")
        assert holds_for_viewer(store)[0].held == 1
        drop_held(SendingHold.objects.get(), actor="ana@x.co")
    with clock.set_to(LATER):
        queue(store, readers(store, 4, start=4))
        send_all()
    assert [alert.state for alert in Alert.objects.order_by("id")] == ["handled", "new"]


def test_a_person_who_lets_go_at_once_leaves_nothing_held(store, monkeypatch):
    """As soon as the decision to hold can be seen, what it holds can be seen as held."""
    decide = sending.decide_now

    def decided(send):
        decision = decide(send)
        if isinstance(decision, Hold):
            release_held(SendingHold.objects.get(), actor="ana@x.co")
        return decision

    monkeypatch.setattr(sending, "decide_now", decided)
    with clock.set_to(NOON):
        queue(store, readers(store, 4))
        assert send_all() == ["journey:win-back"] * 4
    assert states(store) == ["sent"] * 4
    assert set(Send.objects.filter(purpose="marketing").values_list("attempts", flat=True)) == {1}


def test_one_message_may_begin_two_holds(store):
    """One at a time: the first is over when it is queued again by hand."""
    with clock.set_to(NOON):
        queue(store, readers(store, 4))
        send_all()
        [first] = Send.objects.filter(state="held")
        SendingHold.objects.update(held_at=None)
        Send.objects.filter(pk=first.pk).update(state="queued")
    with clock.set_to(NOON + timedelta(minutes=1)):
        assert send_all() == []
    first.refresh_from_db()
    assert (first.state, first.attempts, len(holds_for_viewer(store))) == ("held", 0, 1)


def test_what_a_late_sender_had_sent_already_is_not_sent_again_after_the_hold(store):
    """Its lease ran out while it was sending, and all of its origin were held meanwhile."""

    class Late(Recorder):
        def send(self, message):
            Send.objects.filter(message_id=message.message_id).update(state="held")
            return super().send(message)

    with clock.set_to(NOON):
        queue(store, readers(store, 1))
        assert send_due(channels={"email": Late()}) == 1
        assert (states(store), send_all()) == (["sent"], [])
