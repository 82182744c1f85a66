"""Channels other than e-mail, over real HTTP against servers that answer as theirs do."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from regard.act.domain.channel_accounts import (
    account_of,
    channels_set_up,
    posted_alerts,
    remove_account,
    set_account,
    set_posted_alerts,
)
from regard.act.domain.digests import make_due_digests
from regard.act.domain.raising import Reason, raise_for
from regard.act.domain.sending import send_due
from regard.act.domain.webhook_action import tell_system, unusable_webhook
from regard.act.models import (
    Alert,
    AlertKind,
    AlertLevel,
    ChannelAccount,
    PostedAlerts,
    Send,
    SuppressedAddress,
)
from regard.connect.channels import message_channels
from regard.connect.signing import signature
from regard.core import clock
from regard.core.config import config
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, User
from regard.core.registry import ActionCall
from regard.core.secrets import encrypt
from tests.act.queueing import facts, queue_send, wanted
from tests.connect.http import answering
from tests.score.people import NOW, identity_of, new_customer

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a secret of the shop's system"
OK = (200, {}, b"ok")
TWILIO = {"account_sid": "AC1", "auth_token": "t", "sender": "+4930123"}


@pytest.fixture(autouse=True)
def _servers_are_here(monkeypatch):
    monkeypatch.setenv("REGARD_INSIDE_ADDRESSES", "yes")
    config.cache_clear()
    yield
    config.cache_clear()


def set_up(store, channel, **values):
    """As set_account does, with an address that needs no certificate."""
    ChannelAccount.objects.create(store=store, channel=channel, values=encrypt(json.dumps(values)))


def sent(store, channel, **changes):
    send = queue_send(store, wanted(1, channel=channel, **changes))
    with clock.set_to(NOW):
        Send.objects.update(due_at=NOW)
        send_due(channels=message_channels(config()))
    send.refresh_from_db()
    return send


def test_a_webhook_is_signed_and_tells_another_system_once(store):
    customer = new_customer(store)
    call = ActionCall(
        identity_of(customer).pk, customer.pk, "enrolment:1:a", "journey:x", {"name": "won back"}
    )
    assert [outcome.is_done for outcome in tell_system(store, [call])] == [False]
    with answering(OK) as server:
        set_up(store, "webhook", url=f"{server.url}/in", secret=SECRET)
        assert [outcome.is_done for outcome in tell_system(store, [call, call])] == [True, True]
        Send.objects.update(due_at=NOW)
        with clock.set_to(NOW):
            send_due(channels=message_channels(config()))
        [(path, headers, body)] = server.taken
    assert path == "/in"
    assert json.loads(body) == {
        "name": "won back", "key": "enrolment:1:a", "origin": "journey:x",
        "customer": {"id": customer.pk, "name": "Ada", "email": "", "phone": ""},
    }  # fmt: skip
    moment = str(int(NOW.timestamp()))
    assert headers["Regard-Timestamp"] == moment
    assert headers["Regard-Signature"] == f"v1={signature(SECRET, moment, body)}"
    send = Send.objects.get()
    assert headers["Regard-Id"] == send.message_id.strip("<>")
    assert (send.state, [fact["channel"] for fact in facts("MessageSent")]) == ("sent", ["webhook"])
    assert facts("EmailSent") == []


def test_push_tells_the_app_whom_and_what_signed(store):
    words = {"subject": "On its way", "body_text": "Your mug left.\n\nFollow it: https://shop.example/p/1"}
    with answering(OK) as server:
        set_up(store, "push", url=f"{server.url}/push", secret=SECRET)
        send = sent(store, "push", recipient="C-7", **words)
        [(path, headers, body)] = server.taken
    assert (path, send.state) == ("/push", "sent")
    assert json.loads(body) == {
        "customer": "C-7", "title": "On its way", "text": "Your mug left.", "url": "https://shop.example/p/1",
    }  # fmt: skip
    moment = headers["Regard-Timestamp"]
    assert headers["Regard-Signature"] == f"v1={signature(SECRET, moment, body)}"
    assert headers["Regard-Id"] == send.message_id.strip("<>")


def test_push_without_an_account_fails_with_the_remedy(store):
    send = sent(store, "push", recipient="C-7")
    assert (send.state, send.last_error) == ("failed", "The store has set no address and secret for push.")


@pytest.mark.parametrize("asked", ["9" * 400, "9" * 9, "\u00b2", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_that_no_clock_knows_ends_no_sender(store, asked):
    with answering((429, {"Retry-After": asked}, b"slow \x00down")) as server:
        set_up(store, "webhook", url=server.url, secret=SECRET)
        send = sent(store, "webhook", recipient="webhook")
    assert (send.state, send.attempts, send.last_error) == ("queued", 1, "429 slow down")
    assert timedelta(seconds=30) < send.due_at - NOW <= timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "state"),
    [((500, {}, b"down"), "queued"), ((429, {"Retry-After": "3600"}, b""), "queued"), ((410, {}, b""), "failed"),
     ((302, {"Location": "http://127.0.0.1:1/"}, b""), "queued")],
)  # fmt: skip
def test_what_a_receiver_cannot_take_now_is_tried_again(store, answer, state):
    with answering(answer) as server:
        set_up(store, "webhook", url=server.url, secret=SECRET)
        assert sent(store, "webhook", recipient="webhook").state == state
        assert len(server.taken) == 1


def test_slack_gets_plain_words(store):
    with answering(OK) as server:
        set_up(store, "slack", url=server.url)
        sent(store, "slack", recipient="slack", subject="1 < 2", body_text="<!channel> & more")
        [(_path, _headers, body)] = server.taken
    assert json.loads(body) == {"text": "*1 &lt; 2*\n&lt;!channel&gt; &amp; more"}


def raise_one(store, instance="m1"):
    with clock.set_to(NOW), transaction.atomic():
        raise_for(
            store,
            [Reason(kind=AlertKind.SOCIAL_COMPLAINT, level=AlertLevel.CRITICAL, instance=instance,
                    text="Avoid <them>.", subject=instance)],
        )  # fmt: skip


def test_a_critical_alert_is_posted_to_slack_at_once(store):
    """With the reason and a link, and also where nobody leads the store."""
    with answering(OK) as server:
        set_up(store, "slack", url=server.url)
        raise_one(store)
        with clock.set_to(NOW):
            send_due(channels=message_channels(config()))
        [(_path, _headers, body)] = server.taken
    assert json.loads(body) == {
        "text": "*Acme: Critical: Complaint in public that many see*\nAvoid &lt;them&gt;.\n\n"
        f"The alerts: {config().public_url}/s/acme/alerts/\n"
    }
    [send] = Send.objects.all()
    assert (send.recipient, send.purpose, send.state) == ("slack", "team", "sent")


@pytest.mark.parametrize(
    ("alerts", "posted"),
    [("all", ["alert", "daily_digest", "weekly_digest"]), ("critical", ["alert"]), ("none", [])],
)
def test_a_store_chooses_which_alerts_are_posted(store, alerts, posted):
    set_up(store, "slack", url="https://hooks.slack.example/x")
    assert set_posted_alerts(store, channel="slack", alerts=PostedAlerts(alerts), actor="ada")
    raise_one(store)
    for kind, level in (("theme_rise", "warning"), ("promoter", "opportunity")):
        Alert.objects.create(
            store=store, kind=kind, level=level, reason=f"{kind}.", instance="1", raised_at=NOW
        )
    with clock.set_to(NOW + timedelta(hours=1)):
        make_due_digests(store)

    assert sorted(Send.objects.filter(channel="slack").values_list("intent", flat=True)) == posted
    assert AuditEntry.objects.get(action="channel.alerts_chosen").detail == {"alerts": alerts}


def test_a_summary_in_slack_says_what_the_e_mail_says_but_who_gets_it(store):
    add_member(store=store, user=User.objects.create_user("ada@example.com"), role="owner", actor="tests")
    set_up(store, "slack", url="https://hooks.slack.example/x")
    Alert.objects.create(
        store=store, kind="promoter", level="opportunity", reason="Nine of ten.", instance="1", raised_at=NOW,
        identity=identity_of(new_customer(store)),
    )  # fmt: skip
    with clock.set_to(NOW + timedelta(hours=1)):
        make_due_digests(store)
    mail, post = Send.objects.filter(intent="weekly_digest").order_by("channel")
    assert (mail.channel, post.channel, post.recipient) == ("email", "slack", "slack")
    assert mail.body_text == f"{post.body_text}\nYou get this as somebody who leads Acme.\n"


def test_setting_the_account_anew_keeps_what_was_chosen(store):
    values = {"url": "https://hooks.slack.example/x"}
    set_account(store, channel="slack", values=values, actor="ada")
    assert posted_alerts(store) == {"slack": PostedAlerts.ALL}
    set_posted_alerts(store, channel="slack", alerts=PostedAlerts.NONE, actor="ada")
    set_account(store, channel="slack", values=values, actor="ada")
    assert posted_alerts(store) == {"slack": PostedAlerts.NONE}


@pytest.mark.parametrize("channel", ["slack", "webhook"])
def test_alerts_are_chosen_only_for_a_channel_of_the_team_that_is_set_up(store, other_store, channel):
    set_up(other_store, "slack", url="https://hooks.slack.example/x")
    set_up(store, "webhook", url="https://shop.example/in", secret=SECRET)
    assert not set_posted_alerts(store, channel=channel, alerts=PostedAlerts.ALL, actor="ada")
    assert not AuditEntry.objects.filter(action="channel.alerts_chosen").exists()


@pytest.mark.parametrize(("channel", "prefix"), [("sms", ""), ("whatsapp", "whatsapp:")])
def test_twilio_is_told_from_whom_to_whom_and_what(store, channel, prefix):
    with answering((201, {}, b'{"sid": "SM1", "status": "queued"}')) as server:
        set_up(store, channel, **TWILIO, api=server.url)
        assert sent(store, channel, recipient="+4930555").state == "sent"
        [(path, headers, body)] = server.taken
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC1:t"
    assert parse_qs(body.decode()) == {
        "To": [f"{prefix}+4930555"], "From": [f"{prefix}+4930123"], "Body": ["Hello"]
    }  # fmt: skip


def test_a_number_that_is_none_is_left_alone(store):
    with answering((400, {}, b'{"code": 21211, "message": "Invalid To"}')) as server:
        set_up(store, "sms", **TWILIO, api=server.url)
        assert sent(store, "sms", recipient="+4930555").state == "failed"
    assert SuppressedAddress.objects.get(store=store).channel == "sms"


def test_accounts_are_checked_encrypted_and_audited_without_their_values(store, other_store):
    with pytest.raises(ValidationError) as refusal:
        set_account(store, channel="webhook", values={"url": "http://x", "secret": SECRET}, actor="ada")
    assert list(refusal.value.message_dict) == ["url"]
    with pytest.raises(ValidationError):
        set_account(store, channel="webhook", values={"url": "https://x", "secret": "short"}, actor="ada")
    values = {"url": "https://shop.example/in", "secret": SECRET}
    set_account(store, channel="webhook", values=values, actor="ada")
    assert SECRET not in ChannelAccount.objects.get().values
    assert SECRET not in json.dumps(list(AuditEntry.objects.values("detail", "target")))
    assert account_of(store, "webhook") == values
    assert (channels_set_up(store), channels_set_up(other_store)) == (["webhook"], [])
    assert unusable_webhook(store, {"name": "x"}) == []
    assert len(unusable_webhook(other_store, {})) == 2
    assert remove_account(store, channel="webhook", actor="ada")
    assert sent(store, "webhook", recipient="webhook").state == "failed"


def test_an_address_inside_is_refused_unless_the_operator_allows_it(store, monkeypatch):
    monkeypatch.delenv("REGARD_INSIDE_ADDRESSES")
    config.cache_clear()
    with answering(OK) as server:
        set_up(store, "webhook", url=server.url, secret=SECRET)
        send = sent(store, "webhook", recipient="webhook")
        assert server.taken == []
    assert send.state == "failed"
    assert send.last_error == (
        "The address of this channel leads into the network where Regard runs. "
        "Set REGARD_INSIDE_ADDRESSES=yes if that is meant."
    )


def test_who_was_erased_meanwhile_is_told_of_to_nobody_and_stops_nobody_else(store):
    set_up(store, "webhook", url="https://shop.example/in", secret=SECRET)
    customer = new_customer(store)
    identity = identity_of(customer).pk
    calls = [
        ActionCall(identity, customer.pk, "1", "journey:x", {"name": "won back"}),
        ActionCall(identity, customer.pk + 1_000, "2", "journey:x", {"name": "won back"}),
    ]
    assert [outcome.is_done for outcome in tell_system(store, calls)] == [True, False]
    assert [send.instance for send in Send.objects.all()] == ["1"]
