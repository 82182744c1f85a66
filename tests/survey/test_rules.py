"""How often customers are asked, as people set it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from regard.core import clock
from regard.core.models import AuditEntry
from regard.survey.domain.asking.rules import asking_rules, change_asking_rules
from regard.survey.models import AskingRules, Invitation
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, ask, publish

pytestmark = pytest.mark.django_db
ANA = "ana@acme.example"


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com")
        publish(store, NPS)
        yield shop
        shop.close()


def test_what_is_set_holds_for_whatever_is_asked_next(shop, other_store, owner):
    ask(shop.store, key="first", channel="link")
    assert ask(shop.store, key="second", channel="link").why == "too_soon"

    page = f"/s/{shop.store.slug}/surveys/how-often/"
    assert page in owner.get(f"/s/{shop.store.slug}/surveys/").content.decode()
    told = {"short_days": 3, "most_in_short": 2, "long_days": 60, "most_in_long": 2}
    assert owner.post(page, told).status_code == 302
    assert 'name="most_in_long" value="2"' in owner.get(page).content.decode()
    assert not ask(shop.store, key="third", channel="link").why
    shop.later(days=10)
    assert ask(shop.store, key="fourth", channel="link").why == "too_many"
    assert Invitation.objects.exclude(state="refused").count() == 2
    assert AuditEntry.objects.get(action="survey.rules_changed").actor == ANA
    assert asking_rules(other_store).most_in_short == 1


def test_what_cannot_hold_is_refused(store):
    with pytest.raises(ValidationError, match="cannot be shorter"):
        change_asking_rules(store, short_days=30, most_in_short=1, long_days=20, most_in_long=5, actor=ANA)
    with pytest.raises(ValidationError):
        change_asking_rules(store, short_days=3, most_in_short=0, long_days=20, most_in_long=5, actor=ANA)
    assert not AskingRules.objects.exists()


def test_without_a_longer_time_the_shorter_holds_alone(shop):
    change_asking_rules(shop.store, short_days=1, most_in_short=1, long_days=0, most_in_long=1, actor=ANA)
    for number in range(4):
        assert not ask(shop.store, key=f"day {number}", channel="link").why
        shop.later(days=1)
