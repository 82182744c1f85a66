"""Alerts that are due: when that is, what moves it, and who is told once when nobody handled them in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction

from regard.act.domain.alert_handling import (
    assign_alert,
    handle_alert,
    mark_seen,
    reopen_alert,
    snooze_alert,
    wake_alert,
)
from regard.act.domain.channel_accounts import set_account, set_posted_alerts
from regard.act.domain.escalating import escalate_overdue, stores_with_overdue_alerts
from regard.act.domain.personal_data import erase_acts
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.sending import send_due
from regard.act.domain.sleeping import wake_due
from regard.act.jobs import escalate_alerts_every_minute
from regard.act.models import AFTER_WAKING, Alert, AlertKind, AlertLevel, PostedAlerts, Send
from regard.capture.models import Event
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, Member, Store, User
from tests.act.queueing import channels
from tests.conftest import ROOT
from tests.connect.mailserver import running_mail_server
from tests.profile.histories import at
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db
NOW = at(50)
HOURS = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DUE = NOW + 4 * HOURS
LATE = DUE + MINUTE


@pytest.fixture(autouse=True)
def _now():
    with clock.set_to(NOW):
        yield


def join(store, name, role="owner") -> User:
    user = User.objects.create_user(f"{name}@example.com")
    add_member(store=store, user=user, role=role, actor="tests")
    return user


def raise_one(store, number=1, *, level=AlertLevel.CRITICAL, **more) -> Alert:
    reason = Reason(
        kind=AlertKind.SOCIAL_COMPLAINT, level=level, instance=f"m{number}", text=f"Complaint {number}.",
        subject=f"m{number}", **more,
    )  # fmt: skip
    with transaction.atomic():
        return raise_for(store, [reason])[reason.kind, reason.instance]


def told(*intents: str) -> list[tuple[str, str, str]]:
    """Of what is overdue: by which intent, to whom, and the subject."""
    rows = Send.objects.filter(intent__in=intents or ["alerts_overdue", "own_alerts_overdue"])
    return list(rows.order_by("id").values_list("intent", "recipient", "subject"))


def due_at(alert) -> object:
    return Alert.objects.get(pk=alert.pk).due_at


def escalated() -> list[dict]:
    return [event.body for event in Event.objects.filter(name="AlertEscalated").order_by("id")]


ONE = ("alerts_overdue", "ada@example.com", "Acme: 1 alert is overdue")


@pytest.mark.parametrize(("level", "due"), [("critical", DUE), ("warning", None), ("opportunity", None)])
def test_a_critical_alert_is_due_within_four_hours_and_the_others_are_not(store, level, due):
    assert due_at(raise_one(store, level=AlertLevel(level))) == due


def test_when_nobody_handled_it_in_time_those_who_lead_are_told_once(store, other_store):
    join(store, "ada")
    join(other_store, "olga")
    alert = raise_one(store)
    mark_seen(alert, actor="bo")
    with clock.set_to(DUE):
        escalate_alerts_every_minute(0)
    assert (told(), Alert.objects.get().escalated_at) == ([], None)
    with clock.set_to(LATE):
        assert stores_with_overdue_alerts() == [store.pk]
        assert Alert.objects.get().is_overdue
        escalate_alerts_every_minute(0)
        escalate_alerts_every_minute(0)
        assert (stores_with_overdue_alerts(), escalate_overdue(store)) == ([], 0)
    with clock.set_to(LATE + 9 * HOURS):
        escalate_alerts_every_minute(0)
    assert told() == [ONE]
    alert.refresh_from_db()
    assert (alert.escalated_at, alert.escalated_to) == (LATE, 1)
    assert escalated() == [{"alert_id": alert.pk, "due_at": DUE.isoformat(), "mailed": 1}]
    text = Send.objects.get(intent="alerts_overdue").body_text
    assert text.startswith("It was to be handled by the time that stands with it, and is neither")
    assert "- Complaint 1. (by " in text
    assert "; nobody's yet)\n" in text
    assert text.endswith("You get this as somebody who leads Acme.\n")


def test_what_is_handled_or_asleep_is_told_to_nobody(store):
    join(store, "ada")
    handle_alert(raise_one(store, 1), actor="ada")
    snooze_alert(raise_one(store, 2), until=NOW + 9 * HOURS, actor="ada")
    raise_one(store, 3, level=AlertLevel.WARNING)
    with clock.set_to(LATE):
        assert (stores_with_overdue_alerts(), escalate_overdue(store)) == ([], 0)
    assert (told(), escalated()) == ([], [])


def test_a_thousand_of_a_minute_are_one_message_a_person(store):
    join(store, "ada")
    join(store, "bob", "manager")
    join(store, "cid", "agent")
    join(store, "dan", "admin")
    reasons = [
        Reason(
            kind=AlertKind.SOCIAL_COMPLAINT, level=AlertLevel.CRITICAL, instance=f"m{number}",
            text=f"Complaint {number}.", subject=f"m{number}",
        )
        for number in range(1_000)
    ]  # fmt: skip
    raise_for(store, reasons)
    with clock.set_to(LATE):
        escalate_alerts_every_minute(0)
        escalate_alerts_every_minute(0)
    leads = [f"{name}@example.com" for name in ("ada", "bob", "dan")]
    assert told() == [("alerts_overdue", who, "Acme: 1000 alerts are overdue") for who in leads]
    text = Send.objects.filter(intent="alerts_overdue")[0].body_text
    assert (text.count("- Complaint"), "- and 990 more\n\nAll alerts: " in text) == (10, True)
    assert len(escalated()) == 1_000


def test_whose_it_is_is_told_of_theirs_alone_and_those_who_lead_of_all(store):
    join(store, "ada")
    cid, eva, gone = (join(store, name, "agent") for name in ("cid", "eva", "gone"))
    for number, owner in enumerate([cid, cid, eva, gone]):
        assign_alert(raise_one(store, number), owner=owner, actor="ada")
    Member.objects.get(user=gone).delete()
    with clock.set_to(LATE):
        escalate_overdue(store)
    assert told() == [
        ("alerts_overdue", "ada@example.com", "Acme: 4 alerts are overdue"),
        ("own_alerts_overdue", "cid@example.com", "Acme: 2 alerts are overdue"),
        ("own_alerts_overdue", "eva@example.com", "Acme: 1 alert is overdue"),
    ]
    theirs = Send.objects.get(recipient="eva@example.com").body_text
    assert ("Complaint 2." in theirs, "Complaint 1." in theirs) == (True, False)
    assert theirs.endswith("You get this since it was given to you to be handled.\n")
    assert list(Alert.objects.order_by("id").values_list("escalated_to", flat=True)) == [2, 2, 2, 1]


def test_whoever_leads_and_has_it_gets_one_message(store):
    ada = join(store, "ada")
    assign_alert(raise_one(store), owner=ada, actor="ada")
    with clock.set_to(LATE):
        escalate_overdue(store)
    assert told() == [ONE]
    assert "; ada@example.com)" in Send.objects.get(intent="alerts_overdue").body_text


def test_an_owner_gets_it_and_who_has_left_or_leads_no_more_does_not(store):
    join(store, "first")
    join(store, "ada", "manager")
    agents = [join(store, name, "agent") for name in ("cid", "eva")]
    for number, owner in enumerate(agents):
        assign_alert(raise_one(store, number), owner=owner, actor="ada")
    with clock.set_to(LATE):
        escalate_overdue(store)
        Send.objects.filter(intent="alert").delete()
        Member.objects.get(user__email="eva@example.com").delete()
        Member.objects.filter(user__email="ada@example.com").update(role="agent")
        with running_mail_server() as server:
            send_due(channels=channels(server))
    states = dict(Send.objects.values_list("recipient", "state"))
    assert states == {
        "first@example.com": "sent", "ada@example.com": "suppressed", "cid@example.com": "sent",
        "eva@example.com": "suppressed",
    }  # fmt: skip


@pytest.mark.parametrize(("alerts", "posted"), [("all", 1), ("critical", 1), ("none", 0)])
def test_slack_gets_it_where_it_gets_critical_alerts(store, alerts, posted):
    set_account(store, channel="slack", values={"url": "https://hooks.slack.com/services/x"}, actor="ada")
    set_posted_alerts(store, channel="slack", alerts=PostedAlerts(alerts), actor="ada")
    raise_one(store)
    raise_one(store, 2)
    with clock.set_to(LATE):
        escalate_overdue(store)
    assert told() == [("alerts_overdue", "slack", "Acme: 2 alerts are overdue")] * posted
    for send in Send.objects.filter(intent="alerts_overdue"):
        assert send.body_text.endswith("/s/acme/alerts/\n")


def test_where_nobody_leads_it_is_noted_all_the_same(store):
    raise_one(store)
    with clock.set_to(LATE):
        escalate_overdue(store)
    assert (told(), [body["mailed"] for body in escalated()]) == ([], [0])
    assert Alert.objects.get().escalated_to == 0


def test_one_that_sleeps_longer_is_due_half_an_hour_after_it_wakes(store):
    join(store, "ada")
    alert = raise_one(store)
    until = NOW + 9 * HOURS
    snooze_alert(alert, until=until, actor="ada")
    due = until + AFTER_WAKING
    assert (due_at(alert), alert.falls_due_at, alert.is_overdue) == (DUE, due, False)
    assert AuditEntry.objects.get(action="alert.snoozed").detail["changes"]["due"] == {
        "before": DUE.isoformat(), "after": due.isoformat(),
    }  # fmt: skip
    with clock.set_to(until + 3 * MINUTE):
        wake_due(store)
        assert (due_at(alert), escalate_overdue(store)) == (due, 0)
    with clock.set_to(due + MINUTE):
        escalate_overdue(store)
    assert told() == [ONE]


def test_what_falls_due_soon_after_others_were_told_of_is_told_together(store, other_store):
    join(store, "ada")
    join(other_store, "olga")
    for minute in range(8):
        with clock.set_to(NOW + minute * MINUTE):
            raise_one(store, minute)
    with clock.set_to(NOW + 5 * MINUTE):
        raise_one(other_store)
    for minute in range(1, 14):
        with clock.set_to(DUE + minute * MINUTE):
            escalate_alerts_every_minute(0)
    assert told() == [
        ONE,
        ("alerts_overdue", "olga@example.com", "Globex: 1 alert is overdue"),
        ("alerts_overdue", "ada@example.com", "Acme: 7 alerts are overdue"),
    ]


def test_one_that_wakes_before_it_is_due_is_due_as_before(store):
    alert = raise_one(store)
    snooze_alert(alert, until=NOW + HOURS, actor="ada")
    assert alert.falls_due_at == DUE
    assert "due" not in AuditEntry.objects.get(action="alert.snoozed").detail["changes"]
    with clock.set_to(NOW + HOURS + MINUTE):
        wake_due(store)
    assert due_at(alert) == DUE


def wakes_by_hand(store, alert):
    wake_alert(alert, actor="ada")


def wakes_by_news(store, alert):
    reason = Reason(
        kind=AlertKind.SOCIAL_COMPLAINT,
        level=AlertLevel.CRITICAL,
        instance="news",
        text="More.",
        subject="m1",
    )
    raise_for(store, [reason])


def is_handled_and_opened(store, alert):
    handle_alert(alert, actor="ada")
    reopen_alert(alert, actor="ada")


@pytest.mark.parametrize("ends", [wakes_by_hand, wakes_by_news, is_handled_and_opened])
@pytest.mark.parametrize(("after", "due"), [(2 * HOURS, DUE), (6 * HOURS, NOW + 6 * HOURS + AFTER_WAKING)])
def test_whatever_ends_sleep_early_leaves_the_time_or_makes_it_half_an_hour(store, ends, after, due):
    alert = raise_one(store)
    snooze_alert(alert, until=NOW + 9 * HOURS, actor="ada")
    with clock.set_to(NOW + after):
        ends(store, alert)
    fresh = Alert.objects.get(pk=alert.pk)
    assert (fresh.state, fresh.due_at, fresh.falls_due_at) == ("new", due, due)


def test_one_that_is_opened_again_has_the_time_that_was_left(store):
    join(store, "ada")
    alert = raise_one(store)
    with clock.set_to(NOW + HOURS):
        handle_alert(alert, actor="ada")
    with clock.set_to(NOW + 72 * HOURS):
        reopen_alert(alert, actor="ada")
        assert escalate_overdue(store) == 0
    assert due_at(alert) == NOW + 75 * HOURS


def test_one_without_a_deadline_gets_none_by_sleep_or_being_opened_again(store):
    alert = raise_one(store, level=AlertLevel.WARNING)
    snooze_alert(alert, until=NOW + HOURS, actor="ada")
    wake_alert(alert, actor="ada")
    handle_alert(alert, actor="ada")
    reopen_alert(alert, actor="ada")
    assert (due_at(alert), alert.falls_due_at, alert.is_overdue) == (None, None, False)


def test_one_that_was_told_of_is_not_told_again_when_it_was_asleep_or_handled_since(store):
    join(store, "ada")
    alert = raise_one(store)
    with clock.set_to(LATE):
        escalate_overdue(store)
        snooze_alert(alert, until=LATE + HOURS, actor="ada")
    with clock.set_to(LATE + 2 * HOURS):
        wake_due(store)
        handle_alert(alert, actor="ada")
        reopen_alert(alert, actor="ada")
    with clock.set_to(LATE + 9 * HOURS):
        assert escalate_overdue(store) == 0
    assert told() == [ONE]


def test_who_is_erased_is_gone_from_what_was_told(store):
    join(store, "ada")
    cid = join(store, "cid", "agent")
    people = [new_customer(store), new_customer(store)]
    for number, who in enumerate(people):
        assign_alert(raise_one(store, number, identity_id=identity_of(who).pk), owner=cid, actor="ada")
    with clock.set_to(LATE):
        escalate_overdue(store)
        erase_acts(store, people[0].pk)
    texts = [send.body_text for send in Send.objects.filter(intent__endswith="alerts_overdue")]
    assert [("Complaint 0." in text, "Complaint 1." in text) for text in texts] == [(False, True)] * 2


def test_it_is_told_in_the_language_and_the_time_zone_of_the_store(store):
    Store.objects.filter(pk=store.pk).update(language="de")
    join(store, "ada")
    raise_one(store)
    with clock.set_to(LATE):
        escalate_alerts_every_minute(0)
    send = Send.objects.get(intent="alerts_overdue")
    assert send.subject == "Acme: 1 Meldung ist überfällig"
    local = DUE.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{local:%H:%M}; noch niemandem zugewiesen)" in send.body_text


KILLED = """
import os, signal, sys
import django; django.setup()
from regard.act.domain import escalating
from regard.core.models import Store
step = getattr(escalating, sys.argv[1])
def killed(*args, **named):
    step(*args, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(escalating, sys.argv[1], killed)
escalating.escalate_overdue(Store.objects.get(slug="acme"))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("step", "kept"),
    [("hold_readers", 0), ("queue_sends", 0), ("_record", 0), ("escalate_overdue", 1)],
)
def test_whoever_is_killed_in_between_is_followed_by_another_who_tells_it_once(
    store, database_dsn, step, kept
):
    """Before anything is written, with messages and no note, with all but the commit, and after it."""
    join(store, "ada")
    raise_one(store)
    environment = os.environ | {"DATABASE_URL": database_dsn, "REGARD_CLOCK": LATE.isoformat()}
    died = subprocess.run(
        [sys.executable, "-c", KILLED, step], env=environment, cwd=ROOT, timeout=60, check=False
    )
    assert died.returncode == -signal.SIGKILL
    assert (len(told()), len(escalated())) == (kept, kept)
    with clock.set_to(LATE + MINUTE):
        escalate_overdue(store)
        escalate_overdue(store)
    assert (told(), len(escalated())) == ([ONE], 1)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_just_handling_is_left_out(store):
    join(store, "ada")
    first, second = raise_one(store, 1), raise_one(store, 2)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE act_alert SET state = 'handled' WHERE id = %s", [first.pk])
            with clock.set_to(LATE):
                assert escalate_overdue(store) == 1
            cursor.execute("COMMIT")
    finally:
        other.close()
    with clock.set_to(LATE + MINUTE):
        assert escalate_overdue(store) == 0
    assert (told(), due_at(second)) == ([ONE], DUE)


def test_what_is_overdue_is_found_along_its_index(store):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO act_alert (store_id, kind, level, subject, reason, instance, state, raised_at, repeats,
                due_at)
            SELECT %s, 'volume_rise', 'critical', '', '', number::text,
                CASE number %% 50 WHEN 0 THEN 'new' ELSE 'handled' END, now(), 0, now()
            FROM generate_series(1, 20000) AS number""",
            [store.pk],
        )
        cursor.execute("ANALYZE act_alert")
        rows = Alert.objects.filter(state__in=["new", "seen"], escalated_at=None, due_at__lt=LATE).order_by(
            "due_at"
        )
        plan = rows.values_list("store").explain()
    assert "alerts_to_escalate" in plan
