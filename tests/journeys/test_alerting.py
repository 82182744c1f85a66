"""Journeys that raise alerts, and steps for which the database takes too long."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection

from regard.act.models import Alert
from regard.core.registry import Action, ActionCall, ActionOutcome, actions
from regard.journey.domain.running import run_due
from regard.journey.models import Enrolment
from tests.journeys.shop import Shop, said, states

pytestmark = pytest.mark.django_db

ALERTING = """
journey: care
name: Care
holdout: 0
start: {event: Signed Up}
steps:
  - do: alert
    with: {level: warning, text: 'The plan is {{ event.plan }}'}
  - wait: 1 day
"""


def test_a_journey_raises_an_alert_about_its_customer(shop: Shop) -> None:
    journey = shop.journey(ALERTING)
    shop.happens("ada", "Signed Up", plan="gold")

    (alert,) = Alert.objects.filter(store=shop.store)
    assert (alert.level, alert.reason) == ("warning", "The plan is gold")
    assert alert.customer_id == shop.customer("ada").pk
    assert f"Alert {alert.pk}: The plan is gold" in said(journey)
    assert states(journey) == [("active", "s2", "")]


SLOW = """
journey: slow
name: Slow
holdout: 0
start: {event: Signed Up}
steps: [{wait: 1 hour}, {do: slow}]
"""


@pytest.fixture
def slow(shop: Shop) -> list[int]:
    """An action that takes too long for bob, and how many it was asked for at once, each time."""
    asked: list[int] = []

    def perform(_store: object, calls: Sequence[ActionCall]) -> list[ActionOutcome]:
        asked.append(len(calls))
        if shop.customer("bob").pk in {call.customer_id for call in calls}:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '20ms'")
                cursor.execute("SELECT PG_SLEEP(10)")
        return [ActionOutcome("Done.") for _call in calls]

    actions.add("slow", Action("slow", "Slow", (), perform, lambda _store, _given: []))
    return asked


@pytest.fixture(autouse=True)
def _forgotten() -> object:
    yield
    actions._items.pop("slow", None)


def test_a_chunk_that_takes_too_long_is_parted_until_one_is_left_who_is_put_off(
    shop: Shop, slow: list[int]
) -> None:
    journey = shop.journey(SLOW)
    for user in ("ada", "bob", "cem", "dan"):
        shop.tell(user, "Signed Up")
    shop.settle()

    shop.later(hours=1)

    ended = dict(Enrolment.objects.filter(journey=journey).values_list("identity__value", "state"))
    assert ended == {"ada": "done", "bob": "active", "cem": "done", "dan": "done"}
    assert slow == [4, 2, 1, 1, 1, 2]
    bob = Enrolment.objects.get(journey=journey, identity__value="bob")
    assert (bob.attempts, bob.wake_at is not None and bob.wake_at > shop.now()) == (1, True)
    assert "The step failed: the database took too long for it." in said(journey)
    assert run_due() == 0

    for _try in range(8):
        shop.later(days=1)
    bob.refresh_from_db()
    assert (bob.state, bob.reason) == ("failed", "The step failed: the database took too long for it.")
