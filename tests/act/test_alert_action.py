"""Alerts that journeys raise for people."""

from __future__ import annotations

import pytest

from regard.act.domain.alert_action import alert_people, unusable_alert
from regard.act.domain.alert_handling import handle_alert
from regard.act.models import Alert, Send
from regard.capture.models import Event
from regard.core import clock
from regard.core.models import Member
from regard.core.models.member import Role
from regard.core.registry import ActionCall, ActionOutcome
from tests.score.people import NOW, identity_of, new_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(store, django_user_model):
    user = django_user_model.objects.create_user("mia@shop.example")
    Member.objects.create(store=store, user=user, role=Role.AGENT)
    return user


def call(customer, key, **parameters):
    told = {"level": "warning", "text": "Ada waits for an answer", **parameters}
    return ActionCall(identity_of(customer).pk, customer.pk, key, "journey:care", told)


def alerts(store):
    rows = Alert.objects.filter(store=store).order_by("id")
    return [(alert.level, alert.reason, alert.customer_id, alert.repeats) for alert in rows]


def test_an_alert_is_raised_once_for_a_key_and_goes_to_its_owner(store, member):
    ada = new_customer(store)
    with clock.set_to(NOW):
        asked = call(ada, "1:s1", owner="Mia@shop.example")
        (first,) = alert_people(store, [asked])
        again = alert_people(store, [asked, asked])

    (alert,) = Alert.objects.filter(store=store)
    said = f"Alert {alert.pk}: Ada waits for an answer"
    assert first == ActionOutcome(said, {"alert_id": alert.pk})
    assert again == [first, first]
    assert (alert.kind, alert.owner, alert.instance, alert.repeats) == ("journey", member, "1:s1", 0)
    assert Event.objects.filter(store=store, name="AlertRaised").count() == 1


def test_the_same_words_collapse_while_open_and_others_do_not(store):
    ada, bob = new_customer(store), new_customer(store)
    with clock.set_to(NOW):
        alert_people(store, [call(ada, "1:s1"), call(bob, "2:s1")])
        alert_people(store, [call(ada, "3:s1"), call(ada, "3:s2", text="Ada left")])
        alert_people(store, [call(ada, "4:s1", level="critical")])

        words = "Ada waits for an answer"
        assert alerts(store) == [
            ("warning", words, ada.pk, 1),
            ("warning", words, bob.pk, 0),
            ("warning", "Ada left", ada.pk, 0),
            ("critical", words, ada.pk, 0),
        ]
        handle_alert(Alert.objects.order_by("id")[0], actor="tests")
        alert_people(store, [call(ada, "5:s1")])
    assert alerts(store)[4:] == [("warning", words, ada.pk, 0)]


def test_a_critical_one_is_mailed_at_once_on_one_line(store, member):
    Member.objects.filter(user=member).update(role=Role.MANAGER)
    with clock.set_to(NOW):
        alert_people(store, [call(new_customer(store), "1:s1", level="critical", text="Ada\nis  angry ")])

    assert [reason for _level, reason, _customer, _repeats in alerts(store)] == ["Ada is angry"]
    assert list(Send.objects.filter(store=store).values_list("recipient")) == [("mia@shop.example",)]


def test_what_is_filled_in_may_be_empty_or_too_long_and_nobody_is_told_of_who_is_gone(store):
    ada = new_customer(store)
    gone = ActionCall(0, 0, "9:s1", "journey:care", {"level": "warning", "text": "x"})
    with clock.set_to(NOW):
        done = alert_people(store, [call(ada, "1:s1", text=" "), gone, call(ada, "2:s1", text="x" * 400)])

    assert [outcome.is_done for outcome in done] == [True, False, True]
    assert [reason for _level, reason, _customer, _repeats in alerts(store)] == [
        "Look at this customer.",
        "x" * 300,
    ]


def test_many_cost_as_many_queries_as_one(store, django_assert_num_queries, django_assert_max_num_queries):
    warm, one, *more = [call(new_customer(store), f"{number}:s1") for number in range(5)]
    with clock.set_to(NOW):
        alert_people(store, [warm])  # what is asked once for all is known after this
        with django_assert_max_num_queries(30) as first:
            alert_people(store, [one])
        with django_assert_num_queries(len(first.captured_queries)):
            alert_people(store, more)
    assert len(alerts(store)) == 5


def test_a_step_is_checked(store, member):
    fine = {"level": "critical", "text": "Look", "owner": "mia@shop.example"}
    assert unusable_alert(store, fine) == []
    assert unusable_alert(store, {"level": "critical", "text": "Look"}) == []
    assert unusable_alert(store, {"level": "high", "text": "", "owner": "eve@shop.example"}) == [
        "The level of an alert is one of: critical, warning, opportunity.",
        "Say in at most 300 characters what people are told.",
        "“eve@shop.example” is no member of this store. Say “nobody”, or the e-mail of a member.",
    ]
