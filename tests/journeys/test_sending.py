"""What journeys send: messages in the outbox, once each, and what becomes of those that cannot be made."""

from __future__ import annotations

import pytest
from django.utils.html import escape

from regard.act.domain.public_links import unsubscribe_url
from regard.act.models import Send
from regard.core.domain.written.reading import DefinitionInvalid
from regard.journey.domain.checking import check_definition
from regard.journey.domain.definition.reading import read_yaml
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


def test_the_link_in_a_message_takes_off_the_same_as_that_in_its_head(thanks):
    texts = {"en": {"subject": "News", "body": [{"text": "Hello"}]}}
    written = {"key": "news", "name": "News", "purpose": "marketing", "texts": texts}
    save_template(thanks.store, read_definition(written), actor="tests")
    thanks.identify("ada", name="Ada", email="ada@example.com")
    journey = thanks.journey(
        JOURNEY.replace("send: thanks", "send: news").replace("holdout: 0", "holdout: 0\ntopic: news")
    )

    buy(thanks, "ada", "A1")

    send = Send.objects.get()
    link = unsubscribe_url(thanks.store, send.identity_id, channel="email", topic="news")
    assert (send.topic, link in send.body_text, escape(link) in send.body_html) == ("news", True, True)
    dry = simulate_journey(thanks.store, definition_of(journey), thanks.customer("ada").pk)
    assert dry is not None
    assert link in dry.steps[0].message.body_text


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


def test_each_gets_it_by_the_channel_that_is_best_for_them(thanks):
    written = {"key": "thanks-sms", "name": "Thanks", "channel": "sms", "purpose": "transactional"}
    texts = {"en": {"body": "Hello {{ customer.name }}"}}
    save_template(thanks.store, read_definition({**written, "texts": texts}), actor="tests")
    journey = thanks.journey(JOURNEY.replace("send: thanks", "send: thanks\n    others: {sms: thanks-sms}"))
    for user, wish in (("ada", "sms"), ("bob", "email")):
        thanks.identify(
            user, name=user, email=f"{user}@example.com", phone="+43 660 1234567", preferred_channel=wish
        )
        buy(thanks, user, f"O-{user}")

    sends = Send.objects.order_by("id").values_list("channel", "recipient", "template_version")
    assert list(sends) == [
        ("sms", "+436601234567", "thanks-sms, 1"),
        ("email", "bob@example.com", "thanks, 1"),
    ]
    said = StepEntry.objects.filter(step="s1").order_by("id").values_list("said", flat=True)
    assert list(said) == [
        "The message “thanks-sms” was queued. By SMS, as the customer wishes.",
        "The message “thanks” was queued. By e-mail, as the customer wishes.",
    ]
    told = {"order_id": "O-7"}
    dry = simulate_journey(thanks.store, definition_of(journey), thanks.customer("ada").pk, told=told)
    assert dry is not None
    assert dry.steps[0].said == "By SMS, as the customer wishes."


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("{send: thanks, others: {sms: thanks}}", "The template “thanks” is for E-mail and not for sms."),
        ("{send: thanks, others: {sms: offers-sms}}", "The templates for its channels differ"),
    ],
)
def test_templates_for_other_channels_must_fit(thanks, step, said):
    written = {"key": "offers-sms", "name": "Offers", "channel": "sms", "purpose": "marketing"}
    texts = {"en": {"body": "Hello"}}
    save_template(thanks.store, read_definition({**written, "texts": texts}), actor="tests")
    definition = read_yaml(JOURNEY.replace("send: thanks", f"id: s1\n  - {step}").replace("  - id: s1\n", ""))
    assert [problem.said for problem in check_definition(thanks.store, definition) if said in problem.said]


@pytest.mark.parametrize(
    "step", ["{send: thanks, others: {slack: x}}", "{send: thanks, channel: slack, others: {sms: x}}"]
)
def test_what_reaches_no_customer_alone_is_nothing_to_choose_from(step):
    with pytest.raises(DefinitionInvalid, match="others"):
        read_yaml(JOURNEY.replace("send: thanks", f"id: s1\n  - {step}").replace("  - id: s1\n", ""))


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
