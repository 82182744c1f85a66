"""E-mail through a provider, and what its webhooks tell. Shapes as Postmark documents them."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace

import pytest

from regard.act.domain.sending import send_due
from regard.act.models import SuppressedAddress
from regard.connect.channels import message_channels
from regard.core import clock
from regard.core.config import ConfigError, config, load_config
from regard.profile.domain.consents import said_of
from tests.act.queueing import facts, queue_send
from tests.act.test_leaving import NOON, customer_at, marketing
from tests.connect.http import answering

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN = (200, {"Content-Type": "application/json"}, json.dumps(
    {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": "ada@example.com"}
).encode())  # fmt: skip
REFUSED = (
    422,
    {"Content-Type": "application/json"},
    b'{"ErrorCode": 300, "Message": "Invalid email request"}',
)
BUSY = (503, {}, b"")
SECRET = "postmark:letmein"


@pytest.fixture(autouse=True)
def _noon():
    with clock.set_to(NOON, rate=1):
        yield


@pytest.fixture
def provider(monkeypatch, settings):
    with answering(TAKEN) as server:
        keys = {"POSTMARK_SERVER_TOKEN": "t", "WEBHOOK_SECRET": SECRET}
        monkeypatch.setenv("REGARD_MAIL_PROVIDER", "postmark")
        monkeypatch.setenv("REGARD_MAIL_PROVIDER_SETTINGS", json.dumps(keys))
        settings.ANYMAIL = keys | {"POSTMARK_API_URL": f"{server.url}/"}
        config.cache_clear()
        yield server
    monkeypatch.undo()
    config.cache_clear()


def sent(store, provider, **changes):
    customer = customer_at(store, "ada@example.com")
    send = queue_send(store, replace(marketing(1, customer), **changes))
    send_due(channels=message_channels(config()))
    send.refresh_from_db()
    return customer, send


def told(client, send, kind, *, secret=SECRET, **more):
    body = {
        "RecordType": kind,
        "Metadata": {"regard_message": send.message_id},
        "MessageID": "b7bc2f4a",
    } | more
    return client.post(
        "/webhooks/mail/postmark/", json.dumps(body), content_type="application/json",
        headers={"Authorization": "Basic " + b64encode(secret.encode()).decode()},
    )  # fmt: skip


def test_a_provider_takes_what_a_mail_server_would(store, provider):
    _customer, send = sent(store, provider)
    assert send.state == "sent"
    [(path, headers, body)] = provider.taken
    mail = json.loads(body)
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", "t")
    assert mail["Metadata"] == {"regard_message": send.message_id}
    assert {"Message-ID", "List-Unsubscribe"} <= {each["Name"] for each in mail["Headers"]}


@pytest.mark.parametrize(("answer", "state"), [(REFUSED, "failed"), (BUSY, "queued")])
def test_what_a_provider_refuses_fails_and_what_it_cannot_take_now_waits(store, provider, answer, state):
    provider.answers = [answer]
    assert sent(store, provider)[1].state == state


@pytest.mark.parametrize("details", ["550 5.1.1 unknown", ""])
def test_a_final_bounce_has_the_address_left_alone(store, provider, client, details):
    _customer, send = sent(store, provider)
    for _twice in range(2):
        bounce = {"Type": "HardBounce", "Email": "ada@example.com", "Details": details, "ID": 1}
        assert told(client, send, "Bounce", **bounce).status_code == 200
    [kept] = SuppressedAddress.objects.filter(store=store)
    assert (kept.address, kept.reason) == ("ada@example.com", details)
    assert [fact["is_final"] for fact in facts("EmailBounced")] == [True]


@pytest.mark.parametrize("details", ["452 full", "", "550 5.2.2 mailbox full"])
def test_a_full_mailbox_does_not(store, provider, client, details):
    _customer, send = sent(store, provider)
    told(client, send, "Bounce", Type="SoftBounce", Email="ada@example.com", Details=details, ID=1)
    assert SuppressedAddress.objects.count() == 0
    assert [fact["is_final"] for fact in facts("EmailBounced")] == [False]


def test_who_complains_gets_no_marketing(store, provider, client):
    customer, send = sent(store, provider)
    for _twice in range(2):
        told(client, send, "SpamComplaint", Type="SpamComplaint", Email="ada@example.com", ID=2)
    assert len(facts("EmailComplained")) == 1
    assert said_of(store, [customer.pk], "email") == {customer.pk: False}


def test_openings_and_clicks_of_a_provider_count(store, provider, client):
    _customer, send = sent(store, provider)
    told(client, send, "Open", Recipient="ada@example.com")
    told(client, send, "Click", Recipient="ada@example.com", OriginalLink="https://shop.example/a?b=c")
    assert len(facts("EmailOpened")) == 1
    assert [fact["url"] for fact in facts("EmailClicked")] == ["https://shop.example/a"]


def test_webhooks_are_guarded(store, provider, client, monkeypatch):
    _customer, send = sent(store, provider)
    bounce = {"Type": "HardBounce", "Email": "ada@example.com", "Details": "550", "ID": 1}
    assert told(client, send, "Bounce", secret="a:b", **bounce).status_code == 400
    assert told(client, send, "Bounce", **bounce | {"Email": "eve@example.com"}).status_code == 200
    assert client.post("/webhooks/mail/sendgrid/").status_code == 404
    for other in (
        {"POSTMARK_SERVER_TOKEN": "t-WEBHOOK"},
        {"MAILGUN_WEBHOOK_SIGNING_KEY": "k"},
        {"WEBHOOK_SECRET": ""},
    ):
        monkeypatch.setenv("REGARD_MAIL_PROVIDER_SETTINGS", json.dumps(other))
        config.cache_clear()
        assert told(client, send, "Bounce", **bounce).status_code == 404
    assert (SuppressedAddress.objects.count(), facts("EmailBounced")) == (0, [])


@pytest.mark.parametrize(
    "environ",
    [
        {"REGARD_MAIL_PROVIDER": "pigeon"},
        {"REGARD_MAIL_PROVIDER": "amazon_ses"},  # needs a package that is not there
        {"REGARD_MAIL_PROVIDER": "postmark", "REGARD_MAIL_PROVIDER_SETTINGS": "secret"},
        {"REGARD_MAIL_PROVIDER": "postmark", "REGARD_MAIL_PROVIDER_SETTINGS": '{"secret": 1}'},
    ],
)
def test_settings_of_a_provider_are_checked_and_never_shown(environ):
    with pytest.raises(ConfigError) as refusal:
        message_channels(load_config(environ))
    assert "secret" not in str(refusal.value)
