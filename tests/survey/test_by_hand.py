"""Asking a customer from their page, within the same rules that bind journeys."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from regard.act.models import Send
from regard.core import clock
from regard.core.models import AuditEntry
from regard.survey.domain.asking.by_hand import ask_by_hand, asked_of_customer
from regard.survey.models import Invitation
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, heading, publish

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
