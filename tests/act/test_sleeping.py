"""Alerts that sleep: until when, and what wakes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from regard.act.domain.alert_handling import handle_alert, reopen_alert, snooze_alert, wake_alert
from regard.act.domain.queries import (
    OPEN,
    AlertFilter,
    alerts_for_viewer,
    open_alert_counts,
    open_alert_summary,
)
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.sleeping import moment_to_wake, named_moments, stores_with_sleepers_due, wake_due
from regard.act.models import Alert, AlertKind, AlertLevel
from regard.capture.models import Event
from regard.core import clock
from regard.core.models import AuditEntry, Store

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


def add(store: Store, **values: object) -> Alert:
    given = {
        "kind": AlertKind.VOLUME_RISE, "level": AlertLevel.CRITICAL, "reason": "Parcels", "subject": "parcels",
        "instance": "1", "raised_at": clock.now() - timedelta(hours=1),
    }  # fmt: skip
    return Alert.objects.create(store=store, **{**given, **values})


def stands(alert: Alert) -> tuple[str, bool, bool]:
    """Its state, whether it is to wake, and whether it is marked as back."""
    fresh = Alert.objects.get(pk=alert.pk)
    return fresh.state, fresh.wakes_at is not None, fresh.woke_at is not None


def woken(store: Store) -> list[str]:
    rows = Event.objects.filter(store=store, name="AlertWoken").order_by("id")
    return [event.body["why"] for event in rows]


def put_to_sleep(store: Store, **values: object) -> Alert:
    alert = add(store, **values)
    assert snooze_alert(alert, until=clock.now() + LATER, actor="ada") is True
    return alert


def oversleep(alert: Alert) -> None:
    Alert.objects.filter(pk=alert.pk).update(wakes_at=clock.now() - timedelta(minutes=1))


def test_a_sleeper_is_in_no_list_of_open_ones_and_no_count(store):
    alert = put_to_sleep(store)
    assert stands(alert) == ("asleep", True, False)
    assert alerts_for_viewer(store=store, only=AlertFilter(state=OPEN)).rows == []
    assert open_alert_counts(store) == {"new": 0, "seen": 0}
    assert open_alert_summary(store).open == 0
    asleep = alerts_for_viewer(store=store, only=AlertFilter(state="asleep")).rows
    assert [each.pk for each in asleep] == [alert.pk]


@pytest.mark.parametrize(("seen_at", "state"), [(None, "new"), (datetime(2026, 1, 1, tzinfo=UTC), "seen")])
def test_it_wakes_once_when_its_time_has_come_in_the_state_it_had(store, other_store, seen_at, state):
    alert = put_to_sleep(store, seen_at=seen_at)
    put_to_sleep(other_store)
    assert (stores_with_sleepers_due(), wake_due(store)) == ([], 0)
    oversleep(alert)
    assert (stores_with_sleepers_due(), wake_due(store)) == ([store.pk], 1)
    assert stands(alert) == (state, False, True)
    assert (stores_with_sleepers_due(), wake_due(store), woken(store)) == ([], 0, ["time"])


def test_something_new_wakes_it_at_once(store):
    alert = put_to_sleep(store)
    reason = Reason(
        kind=AlertKind.VOLUME_RISE, level=AlertLevel.CRITICAL, instance="2", text="More", subject="parcels"
    )
    raise_for(store, [reason])
    assert stands(alert) == ("new", False, True)
    assert (Alert.objects.get().repeats, woken(store)) == (1, ["news"])


def test_people_wake_it_and_that_is_no_return(store):
    alert = put_to_sleep(store)
    assert wake_alert(alert, actor="bo") is True
    assert wake_alert(alert, actor="bo") is False
    assert (stands(alert), woken(store)) == (("new", False, False), ["person"])
    rows = AuditEntry.objects.filter(store=store, action__startswith="alert.").order_by("id")
    assert list(rows.values_list("action", "actor")) == [("alert.snoozed", "ada"), ("alert.woken", "bo")]


def test_a_sleeper_can_be_handled_and_then_sleeps_no_more(store):
    alert = put_to_sleep(store)
    assert handle_alert(alert, actor="ada") is True
    assert stands(alert) == ("handled", False, False)
    assert snooze_alert(alert, until=clock.now() + LATER, actor="ada") is False
    reopen_alert(alert, actor="ada")
    assert stands(alert) == ("new", False, False)


def test_it_sleeps_otherwise_but_not_twice_until_the_same(store):
    alert = put_to_sleep(store)
    until = Alert.objects.get().wakes_at
    assert snooze_alert(alert, until=until, actor="ada") is False
    assert snooze_alert(alert, until=until + LATER, actor="ada") is True
    assert Alert.objects.get().wakes_at == until + LATER


@pytest.mark.parametrize("far", [timedelta(minutes=-1), timedelta(days=366)])
def test_a_time_that_is_past_or_too_far_is_refused(store, far):
    with pytest.raises(ValidationError) as refused:
        snooze_alert(add(store), until=clock.now() + far, actor="ada")
    assert list(refused.value.message_dict) == ["until"]


def test_times_are_the_store_s(store, monkeypatch):
    store.time_zone = "Europe/Berlin"
    monkeypatch.setattr(
        clock, "now", lambda: datetime(2026, 11, 4, 16, 30, tzinfo=UTC)
    )  # 17:30 of a Wednesday
    assert {name: f"{moment:%a %d %H:%M}" for name, moment in named_moments(store).items()} == {
        "hour": "Wed 04 18:30", "evening": "Wed 04 18:00", "tomorrow": "Thu 05 09:00", "monday": "Mon 09 09:00",
    }  # fmt: skip
    said = [moment_to_wake(store, words) for words in ("2026-12-24", "2026-12-24T15:00", "2026-12-24T15:00Z")]
    assert [moment.astimezone(UTC).hour for moment in said] == [8, 14, 15]
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 4, 18, tzinfo=UTC))
    assert list(named_moments(store)) == ["hour", "tomorrow", "monday"]


@pytest.mark.parametrize("said", ["", "soon", "2026-02-31", "2026-02-31T10:00"])
def test_words_that_are_no_time_are_refused(store, said):
    with pytest.raises(ValidationError):
        moment_to_wake(store, said)
