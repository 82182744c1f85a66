"""Critical alerts: the first few at once, each by itself, and what comes on top together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard import pipeline
from regard.act.domain import bursts
from regard.act.domain.bursts import stores_with_gathered_due, tell_gathered_due
from regard.act.domain.personal_data import erase_acts
from regard.act.domain.queries import people_mailed
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.trace import trace_for_viewer
from regard.act.jobs import tell_gathered_alerts_every_minute
from regard.act.models import Alert, AlertBurst, AlertKind, AlertLevel, Send
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import Store, User
from tests.profile.histories import append, at, call, take
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db
NOW = at(50)
LOUD = {"sentiment": "negative", "interactions": 99}
LATER = NOW + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _leaders(store):
    for name in ("ada", "bob"):
        user = User.objects.create_user(f"{name}@example.com")
        add_member(store=store, user=user, role="owner", actor="tests")
    with clock.set_to(NOW):
        yield


def raise_some(store, number, *, first=0, identity=None):
    """Each about something of its own."""
    reasons = [
        Reason(
            kind=AlertKind.SOCIAL_COMPLAINT, level=AlertLevel.CRITICAL, instance=f"m{each}",
            text=f"Complaint {each}.", subject=f"m{each}", identity_id=identity,
        )
        for each in range(first, first + number)
    ]  # fmt: skip
    return list(raise_for(store, reasons).values())


def told(recipient="ada@example.com"):
    rows = Send.objects.filter(recipient=recipient).order_by("id")
    return [(send.intent, send.subject.partition(": ")[2]) for send in rows]


ALONE = ("alert", "Critical: Complaint in public that many see")


def test_a_thousand_at_once_are_six_messages_a_person(store):
    rows = [
        call(
            store, name="Social Mention",
            properties=LOUD | {"text": f"Avoid them {n}", "mention_id": f"m{n}"},
        )._replace(anonymous_id=None)
        for n in range(1_000)
    ]  # fmt: skip
    take(store, append(rows), stages=pipeline.STAGES)
    assert Alert.objects.filter(level="critical").count() == 1_000
    assert told() == told("bob@example.com") == [ALONE] * 5

    with clock.set_to(LATER):
        tell_gathered_alerts_every_minute(0)
        tell_gathered_alerts_every_minute(0)

    assert told() == told("bob@example.com") == [*[ALONE] * 5, ("alerts", "995 more critical alerts")]
    text = Send.objects.filter(intent="alerts")[0].body_text
    assert text.startswith("Complaint in public that many see\n- A complaint of 99 interactions")
    assert text.count("Avoid them") == 10
    assert "- and 985 more\n\nAll alerts: " in text
    assert text.endswith("/s/acme/alerts/\n\nYou get this as somebody who leads Acme.\n")


def test_a_history_of_a_thousand_tells_nobody(store):
    rows = [
        call(store, name="Social Mention", properties=LOUD | {"mention_id": f"m{n}"})._replace(history=True)
        for n in range(1_000)
    ]  # fmt: skip
    take(store, append(rows), stages=pipeline.STAGES)
    with clock.set_to(LATER):
        tell_gathered_alerts_every_minute(0)
    assert (Alert.objects.count(), Send.objects.count()) == (0, 0)


def test_five_within_ten_minutes_go_out_each_by_itself(store):
    raise_some(store, 3)
    with clock.set_to(NOW + timedelta(minutes=9)):
        raise_some(store, 2, first=3)
    with clock.set_to(LATER):
        tell_gathered_alerts_every_minute(0)
        raise_some(store, 5, first=5)
    assert told() == [ALONE] * 10


def test_what_comes_on_top_waits_for_the_ten_minutes_and_what_comes_later_does_not(store):
    raise_some(store, 4)
    with clock.set_to(NOW + timedelta(minutes=9)):
        raise_some(store, 2, first=4)
        assert stores_with_gathered_due() == []
        tell_gathered_due(store)
    with clock.set_to(LATER):
        assert told() == [ALONE] * 5
        raise_some(store, 1, first=6)
        assert stores_with_gathered_due() == [store.pk]
        tell_gathered_due(store)
    assert told() == [*[ALONE] * 6, ("alerts", "1 more critical alert")]
    assert "Complaint 5." in Send.objects.filter(intent="alerts")[0].body_text


def test_whoever_is_killed_while_telling_tells_it_the_next_time_once(store, monkeypatch):
    raise_some(store, 8)
    queue_sends = bursts.queue_sends

    def killed(*wanted):
        queue_sends(*wanted)
        raise SystemExit

    with clock.set_to(LATER):
        monkeypatch.setattr(bursts, "queue_sends", killed)
        with pytest.raises(SystemExit):
            tell_gathered_due(store)
        monkeypatch.undo()
        assert told() == [ALONE] * 5
        tell_gathered_due(store)
        tell_gathered_due(store)
    assert told() == [*[ALONE] * 5, ("alerts", "3 more critical alerts")]


def test_stores_do_not_use_up_each_others(store, other_store):
    raise_some(store, 5)
    user = User.objects.create_user("olga@example.com")
    add_member(store=other_store, user=user, role="owner", actor="tests")
    raise_some(other_store, 1)
    assert told("olga@example.com") == [ALONE]
    assert AlertBurst.objects.filter(gathered__gt=0).count() == 0


def test_warnings_take_no_place_of_critical_ones(store):
    for n in range(9):
        subject = f"t{n}"
        level = AlertLevel.WARNING
        reason = Reason(
            kind=AlertKind.THEME_RISE, level=level, instance=subject, text="More.", subject=subject
        )
        raise_for(store, [reason])
    raise_some(store, 5)
    assert told() == [ALONE] * 5


def test_the_pages_say_when_gathered_ones_are_told_and_to_how_many(store, client):
    rows = [
        call(
            store, name="Social Mention", hour=49,
            properties=LOUD | {"mention_id": f"m{n}"},
        )._replace(anonymous_id=None)
        for n in range(7)
    ]  # fmt: skip
    take(store, append(rows), stages=pipeline.STAGES)
    first, *_others, last = Alert.objects.order_by("id")
    assert (people_mailed(first), people_mailed(last)) == (2, 0)
    waiting = trace_for_viewer(store, last.event_id)
    assert (waiting.told_together_at, waiting.is_untold) == (LATER, False)
    client.force_login(User.objects.get(email="ada@example.com"))
    page = client.get(f"/s/{store.slug}/alerts/{last.pk}/").content.decode()
    assert "told with others at" in page
    assert "nobody: the store had no owner" not in page

    with clock.set_to(LATER):
        tell_gathered_due(store)

    assert (people_mailed(first), people_mailed(last)) == (2, 2)
    trace = trace_for_viewer(store, last.event_id)
    assert (trace.told_together_at, [send.intent for send in trace.sends]) == (None, ["alerts", "alerts"])


def test_who_is_erased_is_gone_from_what_is_told_together(store):
    customer, other = new_customer(store), new_customer(store)
    raise_some(store, 5)
    for number, who in ((5, customer), (6, other)):
        raise_some(store, 1, first=number, identity=identity_of(who).pk)
    with clock.set_to(LATER):
        tell_gathered_due(store)
        assert all("Complaint 5." in send.body_text for send in Send.objects.filter(intent="alerts"))
        erase_acts(store, customer.pk)
    for send in Send.objects.filter(intent="alerts"):
        assert "Complaint 5." not in send.body_text
        assert "Complaint 6." in send.body_text


def test_what_is_told_together_is_in_the_language_of_the_store(store):
    Store.objects.filter(pk=store.pk).update(language="de")
    raise_some(store, 7)
    with clock.set_to(LATER):
        tell_gathered_alerts_every_minute(0)
    assert told()[-1] == ("alerts", "2 weitere kritische Meldungen")
