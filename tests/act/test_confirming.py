"""Double opt-in: a consent counts once whoever has the address has confirmed it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from regard.act import reactions as act
from regard.act.domain.confirming import INTENT, ask_again
from regard.act.domain.preferences import refuse_all_marketing
from regard.act.domain.public_links import preferences_url
from regard.act.domain.sending import send_due
from regard.act.domain.sending_rules import change_rules, rules_for_viewer
from regard.act.domain.suppression import suppress_address
from regard.act.models import ChannelAccount, Send
from regard.capture.domain.batch import Stage
from regard.capture.domain.record import new_fact
from regard.capture.models import Event
from regard.core import clock
from regard.core.models import AuditEntry
from regard.profile import reactions as profile
from regard.profile.domain.commerce_data import clear_consents
from regard.profile.domain.consents import consents_of, said_of, tell_consent
from regard.profile.domain.double_opt_in import double_opt_ins, set_double_opt_ins
from regard.profile.domain.segments.counting import count_segment
from regard.profile.facts import CustomerImported
from regard.profile.models import Customer, Identity
from tests.act.queueing import queue_send
from tests.act.test_channels import set_up
from tests.act.test_leaving import Recorder, marketing
from tests.act.test_preferences import path
from tests.profile.histories import append, at, call, take

pytestmark = pytest.mark.django_db(transaction=True)
STAGES = (
    Stage("identify", profile.identify),
    Stage("consents", profile.project_consents),
    Stage("confirming", act.ask_to_confirm),
)
NOW = at(1_000)  # when the events of these tests are received


@pytest.fixture(autouse=True)
def _asked(store):
    with clock.set_to(at(0)):
        set_double_opt_ins(store, ["email", "sms"])
    with clock.set_to(NOW):
        yield


def tell(store, *rows):
    with transaction.atomic():
        return take(store, append(rows), stages=STAGES)


def subscribes(store, *, hour=999.0, email="ada@example.com", name="Subscribed", **given):
    """As a form of the shop tells it."""
    tell(store, call(store, hour=hour - 0.1, user="1", type="identify", traits={"email": email}))
    tell(store, call(store, hour=hour, user="1", name=name, **given))
    return Customer.objects.get(store=store, merged_into=None)


def state(store, customer, channel="email"):
    return next(each for each in consents_of(store, customer.pk) if each.channel == channel)


def allows(store, customer, channel="email"):
    return bool(said_of(store, [customer.pk], channel)[customer.pk])


def questions():
    return list(Send.objects.filter(intent=INTENT).order_by("id"))


def link_of(send):
    return urlsplit(re.search(r"https?://\S+", send.body_text).group()).path


def test_marketing_waits_for_the_yes_of_whoever_has_the_address(store):
    ada = subscribes(store)
    assert (state(store, ada).given, state(store, ada).is_pending, allows(store, ada)) == (True, True, False)
    [question] = questions()
    assert (question.purpose, question.recipient, question.state) == (
        "transactional", "ada@example.com", "queued"
    )  # fmt: skip
    assert question.subject == "Please confirm that Acme may write to you"
    held = queue_send(store, marketing(1, ada))
    assert held.state == "suppressed"

    link, anonymous = link_of(question), Client(enforce_csrf_checks=True)
    assert "Yes, send me news" in anonymous.get(link).content.decode()
    assert anonymous.head(link).status_code == 200
    assert not allows(store, ada)  # those who look into mails confirm nothing
    shown = anonymous.post(link)
    assert "Thank you, it is confirmed" in shown.content.decode()
    assert (allows(store, ada), state(store, ada).origin) == (True, "confirmed")
    assert "There is nothing to confirm" in anonymous.get(link).content.decode()
    assert queue_send(store, marketing(2, ada)).state == "queued"


def test_it_is_asked_once_however_often_it_is_told_and_anew_after_a_withdrawal(store):
    ada = subscribes(store)
    tell(store, call(store, hour=999.5, user="1", type="identify", traits={"accepts_marketing": True}))
    subscribes(store, hour=999.6, name="Email Subscribed")
    assert len(questions()) == 1
    Client().post(link_of(questions()[0]))
    # What is told again later takes nothing away.
    tell(store, call(store, hour=999.7, user="1", type="identify", traits={"accepts_marketing": True}))
    assert (allows(store, ada), len(questions())) == (True, 1)
    with clock.set_to(NOW + timedelta(minutes=1)):
        refuse_all_marketing(Identity.objects.filter(customer=ada).first())
        assert not allows(store, ada)
    with clock.set_to(NOW + timedelta(days=1, minutes=1)):
        subscribes(store, hour=1_024)
    assert (allows(store, ada), state(store, ada).is_pending, len(questions())) == (False, True, 2)


def test_withdrawing_and_coming_back_again_and_again_asks_an_address_once_a_day(store):
    ada = subscribes(store)
    for turn in range(5):
        tell(store, call(store, hour=999.1 + turn / 10, user="1", name="Unsubscribed"))
        subscribes(store, hour=999.15 + turn / 10)
    assert [question.recipient for question in questions()] == ["ada@example.com"]
    assert state(store, ada).is_pending
    Client().post(link_of(questions()[0]))
    assert allows(store, ada)  # the link that is there still serves

    with clock.set_to(NOW + timedelta(minutes=1)):
        refuse_all_marketing(Identity.objects.filter(customer=ada).first())
    with clock.set_to(NOW + timedelta(days=1, minutes=2)):
        subscribes(store, hour=1_024)
        assert len(questions()) == 2
        # A cookie more that goes by the address is no way around it.
        tell(store, call(store, hour=1_024.1, user="2", type="identify", traits={"email": "ada@example.com"}))
        tell(store, call(store, hour=1_024.2, user="2", name="Subscribed"))
    assert len(questions()) == 2


def test_a_yes_holds_for_the_address_that_said_it(store):
    """Who signs up with an address of their own and then says that another is theirs gets that one no news."""
    mallory = subscribes(store, hour=900, email="mallory@example.com")
    mine = link_of(questions()[0])
    Client().post(mine)
    assert allows(store, mallory)

    tell(store, call(store, hour=910, user="1", type="identify", traits={"email": "victim@example.com"}))
    mallory.refresh_from_db()
    assert mallory.email == "victim@example.com"
    assert (allows(store, mallory), state(store, mallory).is_pending) == (False, True)
    assert count_segment(store, "consent.email = true") == 0
    assert queue_send(store, marketing(1, mallory)).state == "suppressed"
    # The link that was sent to the other address confirms nothing for this one.
    assert "There is nothing to confirm" in Client().post(mine).content.decode()
    assert not allows(store, mallory)

    subscribes(store, hour=920, email="victim@example.com")
    assert [question.recipient for question in questions()] == ["mallory@example.com", "victim@example.com"]
    Client().post(link_of(questions()[1]))
    assert allows(store, mallory)


def test_a_yes_comes_back_with_its_address_and_after_reading_again(store):
    ada = subscribes(store, hour=900)
    Client().post(link_of(questions()[0]))
    tell(store, call(store, hour=910, user="1", type="identify", traits={"email": "new@example.com"}))
    assert not allows(store, ada)
    tell(store, call(store, hour=920, user="1", type="identify", traits={"email": "ada@example.com"}))
    assert allows(store, ada)
    fact = Event.objects.get(store_id=store.pk, name="ConsentTold")
    assert fact.body["identity_id"] == Identity.objects.get(store=store, value="ada@example.com").pk


def test_nobody_is_asked_on_a_channel_that_is_not_set_up(store):
    tell(store, call(store, hour=998, user="1", type="identify", traits={"phone": "+4930555"}))
    ada = subscribes(store, name="Consent Given", properties={"channel": "sms"})
    assert (state(store, ada, "sms").is_pending, questions()) == (True, [])
    with pytest.raises(ValidationError, match="not set up"):
        ask_again(store, ada, channel="sms", actor="ana@x.co")
    assert not AuditEntry.objects.filter(action="consent.asked_again").exists()


def test_it_is_not_switched_on_where_nobody_could_be_asked(store):
    set_double_opt_ins(store, [])
    with pytest.raises(ValidationError, match="Set sms up first"):
        set_rules(store, ["email", "sms"])
    set_up(store, "sms", account_sid="AC1", auth_token="t", sender="+491")
    set_rules(store, ["email", "sms"])
    ChannelAccount.objects.all().delete()
    set_rules(store, ["email", "sms"])  # what is on may stay
    assert double_opt_ins(store) == ["email", "sms"]


def set_rules(store, channels):
    rules = rules_for_viewer(store)
    change_rules(
        store, quiet_from=rules.quiet_from, quiet_until=rules.quiet_until, weekly_cap=rules.weekly_cap,
        origin_limit=rules.origin_limit, store_limit=rules.store_limit, topics=[], double_opt_in=channels,
        actor="ana@x.co",
    )  # fmt: skip


def test_links_are_valid_for_a_week_and_not_when_tampered_with(store):
    ada = subscribes(store)
    link = link_of(questions()[0])
    assert Client().post(link[:-3] + "x/").status_code == 410
    with clock.set_to(NOW + timedelta(days=7, seconds=1)):
        assert Client().post(link).status_code == 410
        assert not allows(store, ada)
        assert ask_again(store, ada, channel="email", actor="ana@x.co")
        assert Client().post(link_of(questions()[1])).status_code == 200
        assert allows(store, ada)
        assert not ask_again(store, ada, channel="email", actor="ana@x.co")
    assert AuditEntry.objects.filter(action="consent.asked_again").count() == 1


def test_a_link_gives_nothing_to_whoever_withdrew_meanwhile(store):
    ada = subscribes(store)
    with clock.set_to(NOW + timedelta(minutes=1)):
        refuse_all_marketing(Identity.objects.filter(customer=ada).first())
        assert "There is nothing to confirm" in Client().post(link_of(questions()[0])).content.decode()
    assert not allows(store, ada)


def test_files_people_and_what_was_told_before_count_as_confirmed(store, other_store):
    tell(
        store,
        new_fact(
            CustomerImported(customer_id="1", email="ada@example.com", accepts_email=True, accepts_sms=None),
            store_id=store.pk, occurred_at=at(1), history=True,
        )._replace(received_at=at(1_000)),
    )  # fmt: skip
    ada = Customer.objects.get(store=store)
    assert allows(store, ada)
    tell_consent(store=store, customer=ada, channel="sms", given=True, actor="ana@x.co")
    assert allows(store, ada, "sms")
    elsewhere = subscribes(other_store)
    assert allows(other_store, elsewhere)
    with clock.set_to(NOW + timedelta(days=1)):
        set_double_opt_ins(other_store, ["email"])
        assert allows(other_store, elsewhere)
    assert questions() == []


def test_what_was_pending_stays_so_when_it_is_switched_off_or_read_again(store):
    ada = subscribes(store)
    with clock.set_to(NOW + timedelta(days=1)):
        set_double_opt_ins(store, [])
        assert (double_opt_ins(store), allows(store, ada)) == ([], False)
        clear_consents(store, list(Identity.objects.filter(customer=ada).values_list("pk", flat=True)))
        with transaction.atomic():
            event = append([call(store, hour=999, user="1", name="Subscribed")])
            take(store, event, stages=STAGES[:2])
        assert state(store, ada).is_pending


def test_the_page_of_preferences_shows_it_and_a_tick_is_a_yes(store):
    ada = subscribes(store)
    shown = path(preferences_url(store, Identity.objects.filter(customer=ada).first().pk))
    page = Client().get(shown).content.decode()
    assert "not confirmed yet" in page
    assert 'value="email" checked' not in page
    Client().post(shown, {"channel": []})
    assert state(store, ada).is_pending  # no tick is no refusal of what was not yet allowed
    Client().post(shown, {"channel": ["email"]})
    assert allows(store, ada)


def test_segments_tell_who_allows_from_who_has_yet_to_confirm(store):
    ada = subscribes(store)

    def count(text):
        return count_segment(store, text)

    assert (count("consent.email = true"), count("consent_pending.email = true")) == (0, 1)
    Client().post(link_of(questions()[0]))
    assert allows(store, ada)
    assert (count("consent.email = true"), count("consent_pending.email = true")) == (1, 0)


def test_a_question_for_an_sms_goes_to_the_phone(store):
    set_up(store, "sms", account_sid="AC1", auth_token="t", sender="+491")
    tell(store, call(store, hour=998, user="1", type="identify", traits={"phone": "+4930555"}))
    subscribes(store, name="Consent Given", properties={"channel": "sms"})
    assert [(send.channel, send.recipient) for send in questions()] == [("sms", "+4930555")]


def test_who_gives_nothing_costs_no_query(store, django_assert_num_queries):
    with transaction.atomic():
        batch = take(store, append([call(store, user="1", name="Product Viewed")]), stages=STAGES[:2])
    with django_assert_num_queries(0):
        act.ask_to_confirm(batch)


def test_the_question_is_no_marketing_and_goes_at_night_but_to_no_suppressed_address(store):
    suppress_address(store, channel="email", address="gone@example.com", reason="550")
    subscribes(store, email="gone@example.com")
    channel = Recorder()
    send_due(channels={"email": channel})
    assert (channel.taken, questions()[0].state) == ([], "suppressed")
    with pytest.raises(ValidationError, match="written to no more: 550"):
        ask_again(store, Customer.objects.get(store=store), channel="email", actor="ana@x.co")
    assert len(questions()) == 1
