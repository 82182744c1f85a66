"""What journeys send: messages in the outbox, once each, and what becomes of those that cannot be made."""

from __future__ import annotations

import pytest

from regard.act.models import Send
from regard.journey.domain.explaining import explain_journeys
from regard.journey.domain.journeys import definition_of
from regard.journey.domain.simulating import simulate_journey
from regard.journey.models import StepEntry
from regard.message.domain.templates import read_definition, save_template
from regard.task.models import Task
from tests.journeys.shop import Shop, states

pytestmark = pytest.mark.django_db

JOURNEY = """
journey: thanks
name: Thanks
holdout: 0
instance: order
start: {event: Order Completed}
steps:
  - send: thanks
  - do: task
    with: {title: 'Write to {{ customer.name }} about {{ event.order_id }}'}
"""


@pytest.fixture
def thanks(shop: Shop) -> Shop:
    texts = {"en": {"subject": "Order {{ event.order_id }}", "body": [{"text": "Hello {{ customer.name }}"}]}}
    written = {"key": "thanks", "name": "Thanks", "purpose": "transactional", "texts": texts}
    save_template(shop.store, read_definition(written), actor="tests")
    return shop


def buy(shop: Shop, user: str, number: str) -> None:
    shop.happens(user, "Order Completed", order_id=number, total=10, currency="EUR")


def test_a_message_is_made_for_the_customer_and_queued_once(thanks):
    thanks.identify("ada", name="Ada", email="ada@example.com")
    journey = thanks.journey(JOURNEY)

    buy(thanks, "ada", "A1")
    buy(thanks, "ada", "A1")
    buy(thanks, "ada", "A2")

    sends = Send.objects.order_by("id").values_list(
        "recipient", "subject", "purpose", "intent", "template_version"
    )
    assert list(sends) == [
        ("ada@example.com", f"Order {number}", "transactional", "journey:thanks", "thanks, 1")
        for number in ("A1", "A2")
    ]
    assert "Hello Ada" in Send.objects.order_by("id")[0].body_text
    titles = Task.objects.order_by("id").values_list("title", flat=True)
    assert list(titles) == ["Write to Ada about A1", "Write to Ada about A2"]
    assert [state for state, *_ in states(journey)] == ["done", "done"]


def test_who_has_no_address_is_told_so_and_goes_on(thanks):
    thanks.identify("bob", name="Bob")
    thanks.journey(JOURNEY)

    buy(thanks, "bob", "B1")

    assert Send.objects.count() == 0
    (told,) = explain_journeys(thanks.store, thanks.customer("bob").pk)
    assert next(line.said.partition(" ")[2] for line in told.lines) == "No address is known for E-mail."
    assert Task.objects.count() == 1


def test_what_cannot_be_sent_to_one_stops_nobody_else(thanks):
    thanks.identify("ada", name="Ada", email="ada@example.com")
    journey = thanks.journey(JOURNEY)

    buy(thanks, "ada", "A1\x07")
    buy(thanks, "ada", "A2")

    assert [send.subject for send in Send.objects.all()] == ["Order A2"]
    assert [state for state, *_ in states(journey)] == ["done", "done"]
    why = "The message “thanks” cannot be sent: its subject or address holds a control character."
    assert StepEntry.objects.filter(said=why).count() == 1
    assert Task.objects.count() == 2


def test_a_dry_run_shows_the_message(thanks):
    thanks.identify("ada", name="Ada", email="ada@example.com")
    journey = thanks.journey(JOURNEY)

    run = simulate_journey(
        thanks.store, definition_of(journey), thanks.customer("ada").pk, told={"order_id": "X1"}
    )

    assert run is not None
    assert [(step.step, step.said) for step in run.steps] == [
        ("s1", "Order X1"),
        ("s2", "Give somebody a task: Write to Ada about X1"),
    ]
    assert Send.objects.count() == Task.objects.count() == 0
