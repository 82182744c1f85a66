"""What Twilio tells of SMS and WhatsApp messages. Shapes as it documents them, over real HTTP."""

from __future__ import annotations

import httpx
import pytest

from regard import pipeline
from regard.act.domain.sending import send_due
from regard.act.domain.text_returns import take_status
from regard.act.domain.text_status import send_of_status, status_url
from regard.act.models import Reply, Send, SuppressedAddress
from regard.capture.domain.logged import events_by_id
from regard.capture.models import Event
from regard.connect.channels import message_channels
from regard.connect.twilio.webhooks import Became, Status, signature
from regard.core import clock
from regard.core.config import config
from regard.listen.models import Understanding
from regard.profile.domain.consents import consents_of, said_of, tell_consent
from regard.profile.models import ERASED, Identity
from tests.act.queueing import facts, queue_send, wanted
from tests.act.test_channels import TWILIO, set_up
from tests.act.test_leaving import NOON
from tests.connect.http import answering
from tests.profile.histories import take
from tests.score.people import identity_of, new_customer

pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC = "https://regard.example"
NUMBER = "+4930555"
TAKEN = (201, {}, b'{"sid": "SM1", "status": "queued"}')


@pytest.fixture(autouse=True)
def _in_public(monkeypatch):
    monkeypatch.setenv("REGARD_PUBLIC_URL", PUBLIC)
    monkeypatch.setenv("REGARD_INSIDE_ADDRESSES", "yes")  # where the tests have their servers
    config.cache_clear()
    with clock.set_to(NOON, rate=1):
        yield
    monkeypatch.undo()
    config.cache_clear()


@pytest.fixture
def ada(store):
    customer = new_customer(store)
    Identity.objects.create(store=store, kind="phone", value=NUMBER, customer=customer)
    for channel in ("sms", "whatsapp"):
        tell_consent(store=store, customer=customer, channel=channel, given=True, actor="ann@example.com")
    return customer


class Twilio:
    """Signs what it POSTs, as if to the public address, and hands it over to where that leads."""

    def __init__(self, server):
        self.server = server

    def posts(self, url, params, *, token=TWILIO["auth_token"], signed=None):
        headers = {"X-Twilio-Signature": signature(token, url, params) if signed is None else signed}
        return httpx.post(
            self.server.url + url.removeprefix(PUBLIC), data=params, headers=headers, timeout=30
        )

    def tells(self, send, status, code=""):
        told = {"MessageSid": "SM1", "AccountSid": "AC1", "From": TWILIO["sender"], "To": send.recipient,
                "MessageStatus": status, "SmsStatus": status, "ApiVersion": "2010-04-01"}  # fmt: skip
        return self.posts(status_url(send), told | ({"ErrorCode": code} if code else {})).status_code

    def hears(self, store, text, *, channel="sms", number=NUMBER, key="SM2", **more):
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        told = {"MessageSid": key, "AccountSid": "AC1", "From": f"{prefix}{number}", "To": f"{prefix}+4930123",
                "Body": text, "NumMedia": "0", "NumSegments": "1", "ApiVersion": "2010-04-01"}  # fmt: skip
        return self.posts(f"{PUBLIC}/webhooks/twilio/{store.slug}/{channel}/", told | more)


@pytest.fixture
def twilio(live_server):
    return Twilio(live_server)


def sent(store, ada, channel="sms"):
    with answering(TAKEN) as server:
        set_up(store, channel, **TWILIO, api=server.url)
        identity = identity_of(ada).pk
        send = queue_send(store, wanted(1, channel=channel, recipient=NUMBER, identity_id=identity))
        send_due(channels=message_channels(config()))
        [(_path, _headers, body)] = server.taken
    send.refresh_from_db()
    assert send.state == "sent"
    return send, body.decode()


def test_the_signature_is_twilios():
    """The example of its documentation."""
    params = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
              "To": "+18005551212"}  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_what_becomes_of_a_message_is_told_to_an_address_of_its_own(store, ada, twilio, channel):
    send, body = sent(store, ada, channel)
    assert httpx.QueryParams(body)["StatusCallback"] == status_url(send)
    assert twilio.tells(send, "sent") == 204
    assert facts("MessageDelivered") == []
    for _twice in range(2):
        assert twilio.tells(send, "delivered") == 204
    about = {"channel": channel, "send_id": send.pk, "intent": "alert", "instance": "1"}
    assert facts("MessageDelivered") == [about | {"identity_id": identity_of(ada).pk}]
    assert (facts("MessageRead"), Send.objects.get().opened_at) == ([], None)


def test_reading_counts_as_an_opening(store, ada, twilio):
    send, _body = sent(store, ada, "whatsapp")
    for _twice in range(2):
        twilio.tells(send, "read")
    assert (len(facts("MessageRead")), len(facts("MessageDelivered"))) == (1, 1)
    assert Send.objects.get().opened_at is not None


@pytest.mark.parametrize(
    ("lost", "is_final"),
    [("undelivered 30005", True), ("undelivered 30006", True), ("failed 21211", True),
     ("undelivered 30003", False), ("undelivered 30007", False), ("failed 30008", False), ("failed ", False)],
)  # fmt: skip
def test_a_number_that_is_none_is_left_alone_and_one_that_is_off_is_not(store, ada, twilio, lost, is_final):
    send, _body = sent(store, ada)
    status, code = lost.split(" ")
    for _twice in range(2):
        assert twilio.tells(send, status, code) == 204
    assert [(fact["code"], fact["is_final"]) for fact in facts("MessageBounced")] == [(code, is_final)]
    kept = list(SuppressedAddress.objects.values_list("channel", "address"))
    assert kept == ([("sms", NUMBER)] if is_final else [])
    assert said_of(store, [ada.pk], "sms") == {ada.pk: True}


@pytest.mark.parametrize(
    ("channel", "word"),
    [("sms", "STOP"), ("sms", " Stop. "), ("sms", "Stopp"), ("whatsapp", "unsubscribe"), ("sms", "BASTA")],
)
def test_stop_ends_marketing_on_that_channel_and_start_undoes_it(store, ada, twilio, channel, word):
    more = {"OptOutType": "STOP"} if word == "BASTA" else {}  # as Twilio itself says it in other languages
    set_up(store, channel, **TWILIO)
    other = {"sms": "whatsapp", "whatsapp": "sms"}[channel]
    for _twice in range(2):
        assert twilio.hears(store, word, channel=channel, **more).status_code == 200
    assert said_of(store, [ada.pk], channel) == {ada.pk: False}
    assert said_of(store, [ada.pk], other) == {ada.pk: True}
    assert (Reply.objects.count(), len([f for f in facts("ConsentTold") if not f["given"]])) == (0, 1)

    suppressed = {"store": store, "channel": channel, "address": NUMBER}
    twilio.hears(store, "START", channel=channel)
    assert said_of(store, [ada.pk], channel) == {ada.pk: True}
    assert SuppressedAddress.objects.filter(**suppressed).count() == 0


def test_stop_is_heard_where_a_carrier_tells_of_it(store, ada, twilio):
    send, _body = sent(store, ada)
    twilio.tells(send, "undelivered", "21610")
    assert said_of(store, [ada.pk], "sms") == {ada.pk: False}
    assert SuppressedAddress.objects.count() == 1
    twilio.hears(store, "start")
    assert said_of(store, [ada.pk], "sms") == {ada.pk: True}
    assert SuppressedAddress.objects.count() == 0


def test_start_gives_no_consent_that_was_not_there(store, twilio):
    customer = new_customer(store)
    Identity.objects.create(store=store, kind="phone", value=NUMBER, customer=customer)
    set_up(store, "sms", **TWILIO)
    for word in ("START", "STOP", "START"):
        twilio.hears(store, word)
    assert said_of(store, [customer.pk], "sms") == {customer.pk: False}
    tell_consent(store=store, customer=customer, channel="sms", given=True, actor="ann@example.com")
    tell_consent(store=store, customer=customer, channel="sms", given=False, actor="ann@example.com")
    twilio.hears(store, "START")
    [state] = [each for each in consents_of(store, customer.pk) if each.channel == "sms"]
    assert state.given is False


def test_a_number_that_nobody_goes_by_is_left_alone_after_stop(store, twilio):
    set_up(store, "sms", **TWILIO)
    twilio.hears(store, "STOP")
    twilio.hears(store, "Hello?")
    [kept] = SuppressedAddress.objects.all()
    assert (kept.address, kept.reason, Reply.objects.count()) == (
        "",
        "STOP",
        0,
    )  # nobody's erasure would find it
    twilio.hears(store, "START")
    assert SuppressedAddress.objects.count() == 0


def test_an_answer_is_kept_once_and_understood(store, ada, twilio):
    send, _body = sent(store, ada)
    for _twice in range(2):
        answer = twilio.hears(store, "It is broken, I want my money back!")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml")
        assert answer.text.endswith("<Response></Response>")
    twilio.hears(store, "HELP", key="SM3")  # nobody but a person can
    first, second = Reply.objects.order_by("id")
    assert (first.text, first.send_id, second.text) == (
        "It is broken, I want my money back!",
        send.pk,
        "HELP",
    )
    assert first.identity.customer_id == ada.pk
    assert [(fact["channel"], fact["send_id"]) for fact in facts("MessageReplied")] == [("sms", send.pk)] * 2
    assert Send.objects.get().opened_at is not None
    ids = list(Event.objects.filter(store_id=store.pk).values_list("id", flat=True))
    take(store, events_by_id(store.pk, ids), stages=pipeline.STAGES)
    assert Understanding.objects.get(source="replies", source_id=first.pk).feeling == "negative"


def test_only_twilio_is_heard(store, ada, twilio, other_store):
    send, _body = sent(store, ada)
    url, told = status_url(send), {"MessageStatus": "undelivered", "ErrorCode": "30005"}
    right = signature(TWILIO["auth_token"], url, told)
    assert twilio.posts(url, told, signed="").status_code == 403
    assert twilio.posts(url, told, token="other").status_code == 403
    assert twilio.posts(url, told | {"ErrorCode": "30006"}, signed=right).status_code == 403
    assert twilio.posts(f"{PUBLIC}/webhooks/twilio-status/1:x/", told).status_code == 404
    assert twilio.hears(store, "STOP", channel="whatsapp").status_code == 403  # no account there
    assert twilio.hears(other_store, "STOP").status_code == 403
    assert twilio.posts(f"{PUBLIC}/webhooks/twilio/none/sms/", {}).status_code == 404
    assert twilio.posts(f"{PUBLIC}/webhooks/twilio/{store.slug}/slack/", {}).status_code == 404
    assert (facts("MessageBounced"), SuppressedAddress.objects.count()) == ([], 0)
    assert said_of(store, [ada.pk], "sms") == {ada.pk: True}


def test_where_nobody_could_reach_us_nothing_is_asked_for(store, ada, monkeypatch):
    monkeypatch.setenv("REGARD_PUBLIC_URL", "http://localhost:8000")
    config.cache_clear()
    _send, body = sent(store, ada)
    assert "StatusCallback" not in body
    assert send_of_status("1") is None


def test_what_became_of_a_message_to_whom_was_erased_keeps_no_address(store, ada, twilio):
    send, _body = sent(store, ada)
    Send.objects.update(recipient=f"{ERASED}{send.pk}")
    take_status(Send.objects.select_related("store").get(), Status(Became.LOST, "21610", True, True))
    assert SuppressedAddress.objects.count() == 0
