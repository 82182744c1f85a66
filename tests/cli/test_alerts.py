"""Alerts and the outbox from the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from regard.act.models import Alert, AlertResolution, Send, SendState
from regard.cli.alerts import RESOLUTIONS
from regard.cli.main import main
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, Store, User
from tests.web.rows import add_alert, add_customer, add_hold, add_send, add_suppressed_address

pytestmark = pytest.mark.django_db


def called(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--store", "acme"])


def run(*words: object) -> str:
    result = called(*words)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def alert(store: Store) -> Alert:
    return add_alert(store, add_customer(store))


def audited(store: Store) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(store=store).order_by("id")
    return [(entry.action, entry.actor) for entry in entries if entry.action.startswith(("alert", "send"))]


def test_alerts_are_listed_and_shown(store: Store, alert: Alert):
    when = f"{alert.raised_at:%Y-%m-%d %H:%M}"
    line = (
        f"{alert.pk:>6}  {when}  critical     new      nobody's yet  no deadline  Customer C-1  2 of 5 stars"
    )
    assert run("alerts", "list") == f"{line}\n"
    assert run("alerts", "list", "--state", "handled") == ""
    assert run("alerts", "list", "--class", "warning") == ""
    [told] = json.loads(run("alerts", "list", "--json"))
    assert (told["id"], told["state"], told["owner"]) == (alert.pk, "new", None)
    assert run("alerts", "show", alert.pk).splitlines() == [
        f"Negative review from a repeat customer  critical, new  alert {alert.pk}",
        "  about     Customer C-1",
        "  reason    2 of 5 stars",
        f"  raised    {when}, 0 came on top",
        "  owner     nobody",
    ]
    assert json.loads(run("alerts", "show", alert.pk, "--json")) == {**told, "reasons": []}


def test_what_is_overdue_is_listed_and_said(store: Store, alert: Alert):
    past, ahead = (clock.now() + timedelta(hours=hours) for hours in (-1, 1))
    late = add_alert(store, add_customer(store, 2), 2)
    Alert.objects.filter(pk=late.pk).update(due_at=past, escalated_at=past, escalated_to=2)
    Alert.objects.filter(pk=alert.pk).update(due_at=ahead)
    assert [line.split()[0] for line in run("alerts", "list", "--overdue").splitlines()] == [str(late.pk)]
    told = json.loads(run("alerts", "list", "--due", "--json"))
    assert [(one["id"], one["is_overdue"], one["due_at"]) for one in told] == [
        (late.pk, True, past.isoformat()), (alert.pk, False, ahead.isoformat()),
    ]  # fmt: skip
    said = run("alerts", "show", late.pk).splitlines()
    assert said[-2:] == [
        f"  due       overdue {past:%Y-%m-%d %H:%M}",
        f"  escalated {past:%Y-%m-%d %H:%M}, neither handled nor snoozed: 2 people e-mailed",
    ]


def test_alerts_are_seen_given_handled_and_opened_again(store: Store, alert: Alert):
    add_member(store=store, user=User.objects.create_user("ana@x.co"), role="agent", actor="tests")
    number = alert.pk
    assert run("alerts", "seen", number) == f"Alert {number} is seen.\n"
    assert run("alerts", "seen", number) == f"Alert {number} was not new.\n"
    assert run("alerts", "assign", number, "--to", "ana@x.co") == f"Alert {number} is given to ana@x.co.\n"
    assert run("alerts", "assign", number) == f"Alert {number} is nobody's now.\n"
    assert run("alerts", "handle", number) == f"Alert {number} is handled.\n"
    assert run("alerts", "handle", number) == f"Alert {number} was handled before, by cli.\n"
    assert " by cli, after" in run("alerts", "show", number)
    assert run("alerts", "reopen", number) == f"Alert {number} is open again.\n"
    assert audited(store) == [
        (f"alert.{done}", "cli") for done in ("seen", "assigned", "assigned", "handled", "reopened")
    ]


def test_what_came_of_alerts_is_said_when_they_are_handled_or_later(store: Store, alert: Alert):
    number = alert.pk
    assert f"Alert {number}: The alert is open" in called("alerts", "resolve", number, "--as", "used").output
    words = ("--as", "passed_on", "--words", "To the warehouse")
    assert run("alerts", "handle", number, *words) == f"Alert {number} is handled.\n"
    assert run("alerts", "show", number).splitlines()[-1] == "  came of   Passed on: To the warehouse"
    assert run("alerts", "resolve", number, "--as", "false_alarm") == f"Alert {number} is false alarm.\n"
    [told] = json.loads(run("alerts", "list", "--state", "handled", "--json"))
    assert (told["resolution"], told["resolution_words"]) == ("false_alarm", "")
    assert told["handled_by"] == "cli"
    assert called("alerts", "handle", number, "--as", "whatever").exit_code == 2
    assert audited(store) == [("alert.handled", "cli"), ("alert.resolved", "cli")]


def test_the_command_offers_every_resolution():
    assert AlertResolution.values == RESOLUTIONS


def test_what_is_not_the_stores_is_refused_and_nothing_changes(
    store: Store, other_store: Store, alert: Alert
):
    elsewhere = add_alert(other_store, add_customer(other_store))
    refused = called("alerts", "handle", alert.pk, elsewhere.pk)
    assert (refused.exit_code, f"acme has no alert {elsewhere.pk}" in refused.output) == (1, True)
    assert "eve@x.co is no member of acme" in called("alerts", "assign", alert.pk, "--to", "eve@x.co").output
    assert f"acme has no message {10**6}" in called("outbox", "retry", 10**6).output
    assert audited(store) == []


def test_messages_are_listed_sent_again_and_cancelled(store: Store):
    send = add_send(store, 1)
    add_send(store, 2)
    sent = add_send(store, 3, state=SendState.SENT)
    lines = run("outbox", "list", "--state", "failed").splitlines()
    assert [line.split()[0] for line in lines[:2]] == [str(send.pk + 1), str(send.pk)]
    assert lines[2].startswith("No mail server is set")
    assert {told["state"] for told in json.loads(run("outbox", "list", "--json"))} == {"failed", "sent"}
    assert run("outbox", "retry", send.pk, sent.pk) == (
        f"Message {send.pk} is queued again.\nMessage {sent.pk} has not failed.\n"
    )
    assert run("outbox", "retry", "--all") == "Messages queued again: 1\n"
    assert run("outbox", "cancel", send.pk) == f"Message {send.pk} is cancelled.\n"
    assert called("outbox", "cancel", sent.pk).exit_code == 1
    assert called("outbox", "retry").exit_code == 2
    assert Send.objects.get(pk=send.pk).state == SendState.CANCELLED


def test_addresses_are_listed_and_written_to_again(store: Store):
    row = add_suppressed_address(store)
    when = f"{row.suppressed_at:%Y-%m-%d %H:%M}"
    listed = f"{row.pk:>6}  {when}  gone1@example.com  550 5.1.1 unknown\n"
    assert run("outbox", "suppressed") == listed
    assert [told["id"] for told in json.loads(run("outbox", "suppressed", "--json"))] == [row.pk]
    assert run("outbox", "allow", row.pk) == "gone1@example.com is written to again.\n"
    assert "acme has no such address" in called("outbox", "allow", row.pk).output
    assert run("outbox", "suppressed") == ""


def test_sending_is_stopped_and_goes_on(store: Store):
    run("outbox", "stop")
    assert "Sending is stopped by cli" in run("outbox", "list")
    run("outbox", "resume")
    assert "stopped" not in run("outbox", "list")
    assert audited(store) == [("sending.stopped", "cli"), ("sending.resumed", "cli")]


def test_marketing_that_is_held_is_listed_let_go_and_dropped(store: Store):
    hold = add_hold(store)
    assert run("outbox", "held") == (
        f"{hold.pk:>6}  {hold.held_at:%Y-%m-%d %H:%M}  2 messages of alert are held: 500 an hour is your limit.\n"
    )
    assert [told["held"] for told in json.loads(run("outbox", "held", "--json"))] == [2]
    assert run("outbox", "release", hold.pk, "--next", 1) == "Messages on their way: 1\n"
    assert run("outbox", "drop", hold.pk) == "Messages dropped: 1\n"
    assert f"acme holds nothing under {hold.pk}" in called("outbox", "drop", hold.pk).output
    assert audited(store) == [("sending.released", "cli"), ("sending.dropped", "cli")]
