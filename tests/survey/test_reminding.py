"""Asking once more: whoever has answered, refuses or is too late is not reminded."""

from __future__ import annotations

import pytest

from regard.act.domain.preferences import tell_preferences
from regard.act.models import Send
from regard.core import clock
from regard.profile.models import Identity
from regard.survey.domain.reminding import expire, remind, stores_with_due_reminders
from regard.survey.models import Invitation, Survey
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        for user in ("ada", "bob", "cyd"):
            shop.identify(user, name=user.title(), email=f"{user}@example.com")
        publish(store, NPS)
        yield shop
        shop.close()


def reminded():
    return list(Send.objects.filter(instance__contains=":").order_by("id").values_list("recipient", "state"))


def test_only_who_has_not_answered_is_asked_once_more_by_the_same_link(shop):
    links = {user: ask(shop.store, user).url for user in ("ada", "bob", "cyd")}
    Visitor(links["bob"]).answer("9")
    Visitor(links["cyd"]).answer("3")
    shop.later(days=2)
    assert (stores_with_due_reminders(), remind(shop.store)) == ([], 0)
    shop.later(days=1)

    assert stores_with_due_reminders() == [shop.store.pk]
    assert (remind(shop.store), remind(shop.store)) == (2, 0)
    assert reminded() == [("ada@example.com", "queued"), ("cyd@example.com", "queued")]
    again = Send.objects.get(recipient="ada@example.com", instance__contains=":")
    assert again.subject == "Still open: How are we doing?"
    assert f'href="{links["ada"]}?likely=7"' in again.body_html
    assert set(Invitation.objects.values_list("reminded", "next_reminder_at")) == {(0, None), (1, None)}


def test_who_refuses_by_now_is_not_reminded_nor_of_what_is_not_live(shop):
    for user in ("ada", "bob"):
        ask(shop.store, user)
    identity = Identity.objects.get(kind="user_id", value="ada")
    tell_preferences(identity, refused_topics=["surveys"], wants_less=False)
    shop.later(days=3)
    assert remind(shop.store) == 1
    assert reminded() == [("bob@example.com", "queued")]

    ask(shop.store, "cyd")
    Survey.objects.update(state="paused")
    shop.later(days=3)
    assert remind(shop.store) == 0


def test_what_is_over_expires_and_what_was_finished_stays(shop):
    Visitor(ask(shop.store, "ada").url).answer("9")
    ask(shop.store, "bob")
    shop.later(days=14)

    assert (expire(), expire()) == (1, 0)
    assert list(Invitation.objects.order_by("id").values_list("state", flat=True)) == ["completed", "expired"]
