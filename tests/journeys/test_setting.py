"""Journeys that set attributes of customers: by way of the log, so that they stay and go with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.capture.models import Event
from regard.core.registry import ActionCall, actions
from regard.journey.domain.checking import check_definition
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.simulating import simulate_journey
from regard.pipeline import STAGES
from regard.profile.domain.merging import merge_customers
from regard.profile.domain.personal_data import erase_customer
from regard.profile.domain.rebuild import rebuild_customers
from regard.profile.models import Customer, Identity
from tests.journeys.shop import Shop, said

pytestmark = pytest.mark.django_db

SETTING = """
journey: care
name: Care
holdout: 0
start: {event: Signed Up}
steps:
  - do: set
    with: {attribute: plan, value: '{{ event.plan }}'}
  - do: set
    with: {attribute: welcomed, value: true}
  - do: set
    with: {attribute: mails, value: 3}
  - do: set
    with: {attribute: old}
"""


def set_by_hand(shop: Shop, user: str, key: str, **parameters: Any) -> tuple[str, bool]:
    identity = Identity.objects.get(store=shop.store, value=user)
    call = ActionCall(identity.pk, identity.customer_id, key, "journey:care", parameters)
    (outcome,) = actions.get("set").perform(shop.store, [call])
    return outcome.said, outcome.is_done


def test_what_a_journey_sets_is_an_attribute_of_the_customer(shop: Shop) -> None:
    journey = shop.journey(SETTING)
    shop.identify("ada", old="x", plan="silver")
    shop.happens("ada", "Signed Up", plan=" gold ")

    assert shop.customer("ada").attributes == {"plan": "gold", "welcomed": True, "mails": 3}
    assert [word for word in said(journey) if word.startswith("The attribute")] == [
        "The attribute “plan” was set.",
        "The attribute “welcomed” was set.",
        "The attribute “mails” was set.",
        "The attribute “old” was taken away.",
    ]
    shop.later(hours=1)
    shop.identify("ada", plan="bronze")
    assert shop.customer("ada").attributes["plan"] == "bronze"


def test_it_is_there_after_the_customer_is_formed_anew(shop: Shop) -> None:
    shop.journey(SETTING)
    shop.identify("ada", size=38)
    shop.happens("ada", "Signed Up", plan="gold")
    before = shop.customer("ada").attributes
    assert before == {"plan": "gold", "welcomed": True, "mails": 3, "size": 38}
    Customer.objects.update(attributes={})

    rebuild_customers(store=shop.store, customer_ids=[shop.customer("ada").pk], stages=STAGES)

    assert shop.customer("ada").attributes == before


def test_one_wish_sets_once_and_many_cost_as_much_as_one(shop: Shop) -> None:
    shop.identify("ada", size=38)
    assert set_by_hand(shop, "ada", "1:s1", attribute="plan", value="gold") == (
        "The attribute “plan” was set.",
        True,
    )
    shop.later(hours=1)
    set_by_hand(shop, "ada", "1:s1", attribute="plan", value="silver")
    shop.read_log()
    assert shop.customer("ada").attributes == {"plan": "gold", "size": 38}
    assert Event.objects.filter(store_id=shop.store.pk, name="AttributesSet").count() == 1

    identity = Identity.objects.get(store=shop.store, value="ada")
    costs = []
    for many in (1, 3):
        calls = [
            ActionCall(
                identity.pk, identity.customer_id, f"{many}:{number}", "x", {"attribute": f"a{number}"}
            )
            for number in range(many)
        ]
        with CaptureQueriesContext(connection) as asked:
            actions.get("set").perform(shop.store, calls)
        costs.append(len(asked))
    assert costs == [6, 6]


def test_a_value_that_is_too_long_is_not_set(shop: Shop) -> None:
    shop.identify("ada", size=38)
    assert set_by_hand(shop, "ada", "1", attribute="plan", value="x" * 1_000) == (
        "The attribute “plan” was not set: a value has 1000 characters at most.",
        False,
    )
    shop.read_log()
    assert shop.customer("ada").attributes == {"size": 38}


def test_it_moves_with_a_merge_and_goes_with_an_erasure(shop: Shop) -> None:
    for user in ("ada", "bob"):
        shop.identify(user, size=38)
    set_by_hand(shop, "bob", "1", attribute="plan", value="ada.lovelace@example.com")
    shop.read_log()
    merge_customers(
        store=shop.store,
        first=shop.customer("ada").pk,
        second=shop.customer("bob").pk,
        force=True,
        actor="ana@x.co",
    )
    assert shop.customer("ada").attributes == {"plan": "ada.lovelace@example.com", "size": 38}

    set_by_hand(shop, "bob", "2", attribute="note", value="her secret")  # not read yet
    erase_customer(store=shop.store, customer_id=shop.customer("ada").pk, actor="ana@x.co")
    shop.read_log()

    payloads = Event.objects.filter(store_id=shop.store.pk).values_list("payload", flat=True)
    assert len(payloads) >= 4
    assert not [
        text for text in map(str, payloads) if "lovelace" in text or "secret" in text or "plan" in text
    ]
    assert set(map(str, Customer.objects.filter(store=shop.store).values_list("attributes", flat=True))) == {
        "{}"
    }
    rebuild_customers(
        store=shop.store,
        customer_ids=list(Customer.objects.values_list("pk", flat=True)),
        stages=STAGES,
        force=True,
    )
    assert set(map(str, Customer.objects.filter(store=shop.store).values_list("attributes", flat=True))) == {
        "{}"
    }


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{attribute: '{{ event.name }}', value: x}", "without braces"),
        ("{attribute: attr.plan, value: x}", "Write the attribute without “attr.”: plan"),
        ("{attribute: email, value: x}", "“email” is no custom attribute"),
        ("{attribute: newsletter, value: true}", "“newsletter” is no custom attribute"),
        ("{attribute: plan, value: [1]}", "a text, a number, or true or false"),
        ("{value: x}", "set needs attribute."),
    ],
)
def test_what_cannot_be_set_is_said(shop: Shop, written: str, problem: str) -> None:
    start = "start: {event: Signed Up}"
    definition = read_yaml(f"journey: c\nname: C\n{start}\nsteps: [{{do: set, with: {written}}}]")
    (found,) = check_definition(shop.store, definition)
    assert problem in found.said


def test_a_dry_run_says_what_would_be_set_and_sets_nothing(shop: Shop) -> None:
    shop.identify("ada", size=38)
    dry = simulate_journey(shop.store, read_yaml(SETTING), shop.customer("ada").pk, told={"plan": "gold"})
    assert dry is not None
    assert [step.said for step in dry.steps] == [
        "Set an attribute: plan, gold",
        "Set an attribute: welcomed, True",
        "Set an attribute: mails, 3",
        "Set an attribute: old",
    ]
    assert shop.customer("ada").attributes == {"size": 38}
