"""Asking a customer from their page, within the same rules that bind journeys."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from regard.act.models import Send
from regard.core import clock
from regard.core.domain.members import add_member
from regard.core.models import AuditEntry, User
from regard.survey.domain.asking.by_hand import ask_by_hand, asked_of_customer
from regard.survey.models import Invitation
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, form_of, heading, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada", email="ada@example.com")
        publish(store, NPS)
        yield shop
        shop.close()


def test_a_person_asks_once_and_is_told_why_not_again(shop):
    ada = shop.customer("ada")
    asked = ask_by_hand(ada, survey="nps", channel="link", actor="bo@acme.example")
    assert heading(Visitor(asked.url).look()) == "How likely are you to recommend us?"
    assert not Send.objects.exists()

    with pytest.raises(ValidationError, match="Another survey was asked a short while before"):
        ask_by_hand(ada, survey="nps", channel="email", actor="bo@acme.example")
    with pytest.raises(ValidationError, match="no survey"):
        ask_by_hand(ada, survey="none", channel="email", actor="bo@acme.example")
    assert Invitation.objects.count() == 1
    assert [(each.invitation.state, each.why) for each in asked_of_customer(shop.store, ada.pk, limit=5)] == [
        ("waiting", "")
    ]
    assert AuditEntry.objects.filter(action="survey.asked", actor="bo@acme.example").count() == 1


def test_by_mail_it_leaves_at_once(shop):
    ask_by_hand(shop.customer("ada"), survey="nps", channel="email", actor="bo@acme.example")
    assert Send.objects.get().due_at == NOW


def test_a_form_sent_twice_asks_once_and_is_audited_once(shop):
    ada, form = shop.customer("ada"), uuid4()
    asked = [
        ask_by_hand(ada, survey="nps", channel="email", actor="bo@acme.example", form=form) for _press in "12"
    ]
    assert asked[0].invitation == asked[1].invitation
    assert asked[0].url == asked[1].url
    assert Send.objects.count() == 1
    assert AuditEntry.objects.filter(action="survey.asked").count() == 1


def test_a_form_that_came_back_may_ask_something_else(shop):
    ada, form = shop.customer("ada"), uuid4()
    ask_by_hand(ada, survey="nps", channel="email", actor="bo@acme.example", form=form)
    with pytest.raises(ValidationError, match="matters more was to be asked"):
        ask_by_hand(ada, survey="nps", channel="link", actor="bo@acme.example", form=form)


def test_the_form_of_a_page_asks_once_however_often_it_is_pressed(shop):
    bo = User.objects.create_user("bo@acme.example")
    add_member(store=shop.store, user=bo, role="owner", actor="tests")
    browser = Client()
    browser.force_login(bo)
    page = f"/s/{shop.store.slug}/customers/{shop.customer('ada').pk}/"
    form = form_of(browser.get(f"{page}parts/beside/").content.decode())["form"]
    assert form_of(browser.get(f"{page}parts/beside/").content.decode())["form"] != form
    told = {"survey": "nps", "channel": "email", "form": form}
    for _press in range(2):
        said = browser.post(f"{page}ask/", told, follow=True).content.decode()
        assert "is on its way" in said
    assert Send.objects.count() == 1
    browser.post(f"{page}ask/", {**told, "form": "made up"})
    assert Invitation.objects.count() == 1
