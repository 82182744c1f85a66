"""What customers say of marketing by the links that stand in messages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client

from regard.act.domain.personal_data import erase_acts, export_acts
from regard.act.domain.preferences import Preferences, preferences_of, tell_preferences
from regard.act.domain.public_links import preferences_url, unsubscribe_url
from regard.act.domain.sending import send_due
from regard.act.models import Purpose
from regard.core import clock
from regard.profile.domain.consents import consents_of, said_of
from regard.profile.models import Identity
from tests.act.queueing import channels, facts, queue_send
from tests.act.test_leaving import NOON, customer_at, marketing
from tests.connect.mailserver import running_mail_server
from tests.score.people import identity_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _noon():
    with clock.set_to(NOON, rate=1):
        yield


@pytest.fixture
def ada(store):
    return customer_at(store, "ada@example.com")


def path(url):
    return urlsplit(url).path


def allows(store, customer):
    return bool(said_of(store, [customer.pk], "email")[customer.pk])


def test_mail_programs_end_marketing_with_one_click(store, ada):
    with running_mail_server() as server:
        queue_send(store, marketing(1, ada))
        send_due(channels=channels(server))
        [sent] = server.taken
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = sent["List-Unsubscribe"].strip(" <>\r\n")
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(path(link), {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert not allows(store, ada)
    [told] = [fact for fact in facts("ConsentTold") if not fact["given"]]
    assert (told["channel"], told["origin"]) == ("email", "preferences")
    assert queue_send(store, marketing(2, ada)).state == "suppressed"


def test_what_is_owed_has_no_such_link_and_marketing_to_an_address_alone_has(store, ada):
    with running_mail_server() as server:
        queue_send(store, replace(marketing(1, ada), purpose=Purpose.TRANSACTIONAL))
        queue_send(store, replace(marketing(2, ada), identity_id=None))
        send_due(channels=channels(server))
        send_due(channels=channels(server))
        found = {mail["Subject"]: "List-Unsubscribe" in mail for mail in server.taken}
    assert found == {"Message 1": False, "Message 2": True}


def test_looking_at_the_page_changes_nothing(store, ada, client):
    link = path(unsubscribe_url(store, identity_of(ada).pk, topic="offers"))
    page = client.get(link)
    assert "<h1>Do you want no more of these messages?" in page.content.decode()
    assert client.head(link).status_code == 200
    assert allows(store, ada)
    assert preferences_of(store, [ada.pk]) == {}
    assert len(page.content) < 30_000
    assert not client.cookies


def test_a_topic_is_ended_alone_and_all_marketing_by_a_further_button(store, ada, client):
    link = path(unsubscribe_url(store, identity_of(ada).pk, topic="offers"))
    client.post(link)
    assert preferences_of(store, [ada.pk]) == {ada.pk: Preferences(frozenset({"offers"}))}
    assert allows(store, ada)
    refused = queue_send(store, marketing(1, ada, topic="offers"))
    assert (refused.state, refused.last_error) == (
        "suppressed",
        "The customer wants nothing about this topic.",
    )
    assert queue_send(store, marketing(2, ada, topic="news")).state == "queued"

    client.post(link, {"all": "1"})
    assert not allows(store, ada)


def test_preferences_are_shown_and_saved(store, ada, client):
    link = path(preferences_url(store, identity_of(ada).pk))
    page = client.get(link).content.decode()
    assert page.count("checked") == 5  # e-mail, the three topics and surveys
    answer = client.post(link, {"topic": ["news"], "less": "1"}, follow=True)
    assert "Saved." in answer.content.decode()
    assert preferences_of(store, [ada.pk]) == {
        ada.pk: Preferences(frozenset({"offers", "surveys", "tips"}), wants_less=True)
    }
    assert not allows(store, ada)
    client.post(link, {"topic": ["news"], "channel": ["email", "pigeon"]})
    assert allows(store, ada)
    client.post(link, {"all": "1"})
    assert {state.channel for state in consents_of(store, ada.pk) if state.given is False} == {"email"}


def test_a_page_speaks_the_customers_language(store, ada, client):
    ada.attributes = {"language": "de-AT"}
    ada.save()
    page = client.get(path(preferences_url(store, identity_of(ada).pk))).content.decode()
    assert '<html lang="de"' in page
    assert "Speichern" in page


def test_links_that_were_changed_lead_nowhere(store, other_store, ada, client):
    link = path(preferences_url(store, identity_of(ada).pk))
    forged = link.replace(f"/{store.pk}.", f"/{other_store.pk}.")
    assert client.get(forged).status_code == 410
    assert client.post(forged).status_code == 410
    Identity.objects.filter(customer=ada).update(value="erased:1")
    assert client.get(link).status_code == 410


def test_preferences_are_given_out_and_erased(store, ada, client):
    client.post(path(unsubscribe_url(store, identity_of(ada).pk, topic="offers")))
    [held] = export_acts(store, ada.pk)["preferences"]
    assert held["refused_topics"] == ["offers"]
    with transaction.atomic():
        erase_acts(store, ada.pk)
    assert export_acts(store, ada.pk)["preferences"] == []


def test_a_topic_with_a_dot_keeps_its_link(store, ada, client):
    link = path(unsubscribe_url(store, identity_of(ada).pk, topic="news.weekly"))
    assert client.post(link).status_code == 200
    assert preferences_of(store, [ada.pk])[ada.pk] == Preferences(frozenset({"news.weekly"}))
    assert allows(store, ada)


def test_what_was_refused_of_a_topic_that_is_gone_stays_refused(store, ada):
    whose = identity_of(ada)
    tell_preferences(whose, refused_topics=["sale", "tips"], wants_less=False)
    shown = path(preferences_url(store, whose.pk))
    assert "sale" not in Client().get(shown).content.decode()
    Client().post(shown, {"topic": ["offers", "tips"], "channel": ["email"]})
    assert preferences_of(store, [ada.pk])[ada.pk].refused_topics == {"sale", "news", "surveys"}


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ({"locale": "de-AT"}, "Was Sie von uns bekommen"),
        ({"locale": "de_AT"}, "Was Sie von uns bekommen"),
        ({"language": "xx", "locale": "de"}, "Was Sie von uns bekommen"),
        ({"language": "en", "locale": "de"}, "What you get from us"),
    ],
)
def test_the_page_is_in_the_language_of_the_customer(store, attributes, title):
    customer = customer_at(store, "eve@example.com", **attributes)
    shown = Client().get(path(preferences_url(store, identity_of(customer).pk))).content.decode()
    assert title in shown
