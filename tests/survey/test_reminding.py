"""Asking once more: whoever has answered, refuses or is too late is not reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard.act.domain.preferences import tell_preferences
from regard.act.models import Send
from regard.capture.models import Event
from regard.core import clock
from regard.profile.domain.event_words import describe_event
from regard.profile.models import Identity
from regard.survey.domain import reminding
from regard.survey.domain.asking.reasons import Why
from regard.survey.domain.queries import overviews
from regard.survey.domain.reminding import expire, note_unsent, remind, stores_with_due_reminders
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
    assert states() == ["completed", "expired"]


def states():
    return list(Invitation.objects.order_by("id").values_list("state", flat=True))


def test_what_was_begun_counts_as_answered_when_its_time_is_over(shop):
    Visitor(ask(shop.store, "ada").url).answer("3")
    ask(shop.store, "bob")
    shop.later(days=14)
    expire()

    assert states() == ["partial", "expired"]
    assert overviews([Survey.objects.get()])[0].percent == 50
    assert not Invitation.objects.exclude(next_reminder_at=None).exists()


def test_nobody_was_asked_by_a_message_that_never_left(shop):
    links = {user: ask(shop.store, user).url for user in ("ada", "bob", "cyd")}
    for user, state in (("ada", "suppressed"), ("bob", "failed"), ("cyd", "sent")):
        Send.objects.filter(recipient=f"{user}@example.com").update(state=state)
    assert (note_unsent(), note_unsent()) == (1, 0)
    assert states() == ["refused", "waiting", "waiting"]
    assert overviews([Survey.objects.get()])[0].asked == 2
    assert Visitor(links["ada"]).status() == 410
    told = Event.objects.filter(name="SurveyNotAsked").get()
    assert describe_event(told).endswith("The message never left; the outbox says why.")

    shop.later(days=14)
    assert (note_unsent(), expire()) == (1, 1)
    assert states() == ["refused", "refused", "expired"]


def test_what_never_left_keeps_nobody_from_being_asked(shop):
    publish(shop.store, NPS.replace("survey: nps", "survey: other"))
    ask(shop.store, "ada")
    assert ask(shop.store, "ada", "other", key="sooner").why is Why.OUTRANKED
    Send.objects.update(state="failed")
    assert ask(shop.store, "ada", "other", key="later").is_asked


def test_all_who_are_due_are_reminded_in_one_run_however_many(
    shop, monkeypatch, django_assert_max_num_queries
):
    publish(shop.store, NPS + "quota: 50\n")
    for user in ("ada", "bob", "cyd"):
        ask(shop.store, user)
    shop.later(days=3)
    with django_assert_max_num_queries(200) as asked:
        assert remind(shop.store) == 3
    full = [row for row in asked.captured_queries if "completed_at" in row["sql"] and "COUNT" in row["sql"]]
    assert len(full) == 1  # of the survey, not of each who is asked

    Invitation.objects.update(next_reminder_at=clock.now(), expires_at=clock.now() + timedelta(days=9))
    monkeypatch.setattr(reminding, "MOST", 2)
    remind(shop.store)
    assert stores_with_due_reminders() == []
