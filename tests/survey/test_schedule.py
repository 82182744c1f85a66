"""The playbooks that ask surveys, by days: each at its time, once, and within what anybody is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regard.act.models import Send
from regard.core import clock
from regard.survey.domain.shipped import ensure_survey
from regard.survey.models import Invitation
from tests.journeys.shop import Shop, states
from tests.journeys.test_playbooks_going import days_pass, start_playbook
from tests.survey.asking import NPS, Visitor, ask, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def spring(store):
    with clock.set_to(datetime(2026, 3, 1, 10, tzinfo=UTC)):
        shop = Shop(store)
        shop.identify("ada", name="Ada", email="ada@example.com")
        for key in (
            "survey-purchase",
            "survey-delivery",
            "survey-loyalty",
            "survey-support",
            "survey-return",
        ):
            start_playbook(shop, key)
        yield shop
        shop.close()


def asked(shop):
    """(day, survey, why not) in order."""
    rows = Invitation.objects.filter(store=shop.store).order_by("invited_at", "id")
    return [
        (f"{at:%m-%d}", key, why) for at, key, why in rows.values_list("invited_at", "survey__key", "why")
    ]


def test_a_purchase_asks_each_at_its_time(spring):
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    spring.later(days=1, minutes=1)
    days_pass(spring, (3, 5))
    spring.happens("ada", "Order Delivered", order_id="A1")
    days_pass(spring, (3, 7), (3, 13), (4, 1), (5, 31))

    assert asked(spring) == [
        ("03-02", "day-after-purchase", ""),
        ("03-06", "delivery", ""),
        ("03-12", "product-use", ""),
        ("03-31", "nps-after-30-days", ""),
        ("05-30", "feature-ideas", ""),
    ]


def test_who_answered_at_the_checkout_is_not_asked_the_day_after(spring):
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    ensure_survey(spring.store, "purchase-micro", actor="tests")
    asking = ask(spring.store, survey="purchase-micro", channel="link", order_id="A1")
    Visitor(asking.url).answer("5")
    spring.settle()
    days_pass(spring, (3, 4))

    assert asked(spring) == [("03-01", "purchase-micro", "")]


def test_what_falls_together_is_asked_by_rank_and_support_and_returns_are_asked_anyway(spring):
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    spring.happens("ada", "Order Delivered", order_id="A1")
    spring.later(days=1, minutes=1)
    spring.happens("ada", "Ticket Solved", ticket_id="T1")
    spring.happens("ada", "Order Returned", order_id="A1")

    assert sorted(asked(spring)) == [
        ("03-02", "day-after-purchase", "outranked"),
        ("03-02", "delivery", ""),
        ("03-02", "return", ""),
        ("03-02", "support-csat", ""),
    ]
    csat = Invitation.objects.get(survey__key="support-csat")
    assert (csat.about, csat.about_id) == ("ticket", "T1")


def test_the_quarterly_survey_ends_a_year_after_the_last_order(spring):
    journey = start_playbook(spring, "survey-relationship")
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    for _quarter in range(6):
        spring.later(days=92)

    told = [at for at, key, _why in asked(spring) if key == "quarterly-relationship"]
    assert told == ["06-01", "09-01", "12-02"]
    assert not [state for state, *_rest in states(journey) if state == "active"]


def test_looking_at_one_product_asks_nothing_and_what_is_mailed_counts(spring):
    start_playbook(spring, "survey-exit")
    spring.happens("ada", "Product Viewed", product_id="P1")
    spring.later(hours=2)
    assert asked(spring) == []

    spring.happens("ada", "Cart Viewed", products=[{"product_id": "P1", "price": 10}])
    spring.later(hours=2)
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    spring.later(days=1, minutes=1)
    # The mail about leaving is a mail: while it waits it gives way to one that matters more.
    assert asked(spring) == [("03-01", "exit-intent", "outranked"), ("03-02", "day-after-purchase", "")]


def test_the_one_that_matters_more_is_asked_also_when_it_comes_up_hours_later(spring):
    """Ordered at 11:00 and delivered at 17:00 in Berlin: a day later both are to be asked, six hours apart."""
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    spring.later(hours=6)
    spring.happens("ada", "Order Delivered", order_id="A1")
    spring.later(hours=18, minutes=1)
    assert asked(spring) == [("03-02", "day-after-purchase", "")]
    mail = Send.objects.get(purpose="survey")
    assert mail.due_at == datetime(2026, 3, 2, 18, tzinfo=UTC)

    spring.later(hours=6)
    assert asked(spring) == [("03-02", "day-after-purchase", "outranked"), ("03-02", "delivery", "")]
    sent = Send.objects.filter(purpose="survey").order_by("id").values_list("intent", "state", "due_at")
    assert list(sent) == [
        ("survey:day-after-purchase", "cancelled", datetime(2026, 3, 2, 18, tzinfo=UTC)),
        ("survey:delivery", "queued", datetime(2026, 3, 2, 18, tzinfo=UTC)),
    ]


def test_in_the_evening_half_an_hour_is_waited(spring):
    spring.later(hours=8, minutes=45)
    publish(spring.store, NPS)
    ask(spring.store)
    assert Send.objects.get().due_at == datetime(2026, 3, 1, 19, 15, tzinfo=UTC)
