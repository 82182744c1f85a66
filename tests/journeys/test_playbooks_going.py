"""Playbooks as a store has them: ready to be switched on, tried in all their ways; some as they go, by days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regard.act.models import Send
from regard.connect.channels import message_channels
from regard.core import clock
from regard.core.config import config
from regard.journey.domain.checking import check_definition
from regard.journey.domain.definition.parts import (
    INSTANCES,
    Branch,
    Definition,
    Do,
    EventStart,
    Leave,
    Split,
    Step,
    WaitFor,
)
from regard.journey.domain.definition.parts import Send as SendStep
from regard.journey.domain.definition.program import all_steps, ways_of
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.journeys import save_journey, switch_on
from regard.journey.domain.playbooks import add_playbook, shipped_playbooks
from regard.journey.domain.simulating import simulate_journey
from regard.journey.models import Journey
from regard.message.domain.starters import add_starters
from regard.message.domain.templates import read_definition as read_template
from regard.message.domain.templates import save_template
from regard.message.models import TemplateChannel
from regard.offer.domain.pools import PoolTerms, create_pool
from regard.offer.models import OfferPool
from regard.survey.domain.shipped import ensure_survey, shipped_surveys
from regard.task.models import Task
from tests.journeys.shop import Shop, states

NAMES = sorted(shipped_playbooks())
ABOUT = {name: f"{name}-1" for fields in INSTANCES.values() for name in fields[:1]}


def pools_of(definitions: Iterable[Definition]) -> set[str]:
    steps = [step for definition in definitions for step in all_steps(definition.steps)]
    return {str(step.parameters["pool"]) for step in steps if isinstance(step, Do) and step.action == "offer"}


def with_pools(store, *definitions: Definition) -> None:
    for pool in sorted(pools_of(definitions)):
        terms = PoolTerms(
            name=pool, kind="percent", percent=10, because="a test", makes_codes=True, worth_minor=500
        )
        create_pool(store=store, key=pool, terms=terms, actor="tests")


def ways(steps: tuple[Step, ...], then: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Each way from the first of these steps to the end, without the forks on it."""
    if not steps:
        yield from [then] if not then else ways(then)
        return
    step, rest = steps[0], steps[1:] + then
    match step:
        case Branch() | WaitFor() | Split():
            for _name, way in ways_of(step):
                yield from ways(way + rest)
        case Leave():
            yield (step,)
        case _:
            for way in ways(rest):
                yield (step, *way)


def ways_that_cover(definition: Definition) -> list[tuple[Step, ...]]:
    """So many ways that every step is on one of them."""
    chosen, covered = [], set()
    for way in ways(definition.steps):
        new = {step.id for step in way} - covered
        if new:
            chosen.append(way)
            covered |= new
    return chosen


@pytest.mark.django_db
def test_all_are_ready_in_a_store_that_has_the_offers_they_name(store):
    definitions = shipped_playbooks().values()
    add_starters(store, actor="tests")
    with_surveys(store)
    lacking = {name: said for name in NAMES if (said := problems(store, shipped_playbooks()[name]))}
    with_pools(store, *definitions)

    wanted = {name: pools_of([shipped_playbooks()[name]]) for name in NAMES}
    assert lacking == {
        name: [f"There is no offer “{pool}”. The page Offers names them." for pool in sorted(pools)]
        for name, pools in wanted.items()
        if pools
    }
    assert [said for definition in definitions for said in problems(store, definition)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("channel", TemplateChannel.values)
def test_a_journey_sends_by_whatever_templates_are_written_for(store, channel):
    blocks = [{"text": "Good day."}] if channel == "email" else "Good day."
    subject = {"subject": "Hello"} if channel in {"email", "in_page", "push"} else {}
    written = {
        "key": "note",
        "name": "Note",
        "channel": channel,
        "texts": {"en": {**subject, "body": blocks}},
    }
    save_template(store, read_template(written), actor="tests")
    text = f"{{journey: x, name: X, start: {{by_hand: true}}, steps: [{{send: note, channel: {channel}}}]}}"
    assert problems(store, read_yaml(text)) == []
    assert channel in message_channels(config())


def with_surveys(store) -> None:
    for key in shipped_surveys():
        ensure_survey(store, key, actor="tests")


def problems(store, definition: Definition) -> list[str]:
    return [problem.said for problem in check_definition(store, definition)]


@pytest.mark.django_db
def test_each_is_tried_through_all_its_ways_with_its_messages_and_words(shop):
    add_starters(shop.store, actor="tests")
    shop.identify("ada", name="Ada", email="ada@example.com", phone="+4930123456", accepts_marketing=True)
    shop.happens(
        "ada", "Order Completed", order_id="A-0", total=20, products=[{"product_id": "p", "name": "Mug"}]
    )
    ada = shop.customer("ada").pk

    refused = []
    for definition in shipped_playbooks().values():
        for way in ways_that_cover(definition):
            alone = replace(definition, steps=way)
            dry = simulate_journey(shop.store, alone, ada, told=what_is_told(definition))
            assert dry is not None
            by_id = {step.step: step for step in dry.steps}
            assert list(by_id) == [step.id for step in way]
            refused += [
                (definition.key, step.id, by_id[step.id].said)
                for step in way
                if (isinstance(step, SendStep) and by_id[step.id].message is None)
                or (isinstance(step, Do) and "{{" in by_id[step.id].said)
            ]
    assert refused == []
    assert not Send.objects.exists()


def what_is_told(definition: Definition) -> Mapping[str, Any]:
    """As little as such an event tells."""
    if not isinstance(definition.start, EventStart):
        return {}
    return {**ABOUT, "event": definition.start.events[0], "promised_at": "2026-11-03", "status": "exception"}


@pytest.fixture
def spring(store) -> Iterator[Shop]:
    with clock.set_to(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        shop = Shop(store)
        shop.identify("ada", name="Ada", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def start_playbook(shop: Shop, key: str, *, holdout: int = 0) -> Journey:
    """The shipped one, with everybody in it, so that one customer is enough to see it."""
    definition = replace(shipped_playbooks()[key], holdout=holdout)
    with_pools(shop.store, definition)
    journey = save_journey(shop.store, definition, actor="tests")
    switch_on(journey, actor="tests")
    return journey


def queued(journey: Journey) -> list[tuple[str, str]]:
    """(day, what) of each message of a journey, in order."""
    rows = Send.objects.filter(store=journey.store, intent=f"journey:{journey.key}").order_by("id")
    return [
        (f"{at:%m-%d}", instance.partition(":")[2])
        for at, instance in rows.values_list("created_at", "instance")
    ]


def days_pass(shop: Shop, *until: tuple[int, int]) -> None:
    """To each of these days by the day before it, so that what comes too early is seen."""
    for month, day in until:
        left = (datetime(2026, month, day, 12, tzinfo=UTC) - shop.now()).days
        for days in (left - 1, 1):
            shop.later(days=days)


@pytest.mark.django_db
def test_five_mails_and_three_bundles_after_a_purchase_count_from_delivery(spring):
    updates, after, bundles = (
        start_playbook(spring, key) for key in ("order-updates", "post-purchase", "bundle-touchpoints")
    )

    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    days_pass(spring, (3, 2))
    spring.happens("ada", "Order Shipped", order_id="A1")
    days_pass(spring, (3, 5))
    spring.happens("ada", "Order Delivered", order_id="A1")
    days_pass(spring, (3, 8), (3, 12), (3, 19), (3, 26), (4, 4), (4, 19))

    assert queued(updates) == [("03-01", "confirmed"), ("03-02", "shipped")]
    assert queued(after) == [("03-08", "day-3"), ("03-19", "day-14"), ("04-04", "day-30")]
    assert queued(bundles) == [("03-12", "day-7"), ("03-26", "day-21"), ("04-19", "day-45")]


@pytest.mark.django_db
def test_a_complaint_halts_what_follows_a_purchase_and_a_return_ends_it(spring):
    after = start_playbook(spring, "post-purchase")
    spring.happens("ada", "Order Completed", order_id="A1", total=50)
    spring.happens("ada", "Order Completed", order_id="A2", total=50)
    spring.happens("ada", "Shipment Updated", order_id="A1", status="delivered")
    spring.happens("ada", "Ticket Opened", ticket_id="T1", subject="Broken")

    days_pass(spring, (3, 4), (3, 6))
    halted = queued(after)
    spring.happens("ada", "Ticket Solved", ticket_id="T1")

    assert (halted, queued(after)) == ([], [("03-06", "day-3")])
    spring.happens("ada", "Order Refunded", order_id="A1")
    assert [(state, instance) for state, _step, instance in states(after)] == [
        ("exited", "A1"),
        ("active", "A2"),
    ]


@pytest.mark.django_db
def test_days_count_from_the_promise_where_nobody_tells_of_a_delivery(spring):
    after = start_playbook(spring, "post-purchase")
    spring.happens("ada", "Order Completed", order_id="A1", total=50, promised_at="2026-03-20T12:00:00Z")
    spring.happens("ada", "Order Completed", order_id="A2", total=50)

    days_pass(spring, (3, 15), (3, 20), (3, 23))

    assert queued(after) == [("03-23", "day-3")]
    assert [(state, instance) for state, _step, instance in states(after)] == [
        ("active", "A1"),
        ("exited", "A2"),
    ]


@pytest.mark.django_db
def test_a_cart_is_reminded_of_three_times_until_it_is_bought(shop):
    journey = start_playbook(shop, "cart-abandonment")
    for user in ("ada", "bob"):
        shop.identify(user, name=user, email=f"{user}@example.com", accepts_marketing=True)
        shop.happens(user, "Cart Viewed", cart_id=f"{user}'s")

    shop.later(minutes=59)
    assert queued(journey) == []
    shop.later(minutes=1)
    assert queued(journey) == [("11-01", "hour-1"), ("11-01", "hour-1")]
    shop.happens("bob", "Order Completed", order_id="B1", total=50)
    shop.later(hours=22, minutes=59)
    assert len(queued(journey)) == 2
    shop.later(minutes=1)
    shop.later(days=2)
    assert queued(journey)[2:] == [("11-02", "hour-24"), ("11-04", "hour-72")]
    assert [(state, instance) for state, _step, instance in states(journey)] == [
        ("done", "ada's"), ("goal", "bob's"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_detractor_is_called_within_four_hours_followed_up_for_eight_weeks_and_anew_after_another_complaint(
    spring,
):
    journey = start_playbook(spring, "detractor-recovery")
    begun = spring.now()
    spring.happens("ada", "NPS Survey Submitted", value=3)

    (call,) = Task.objects.filter(store=spring.store)
    assert call.due_at == begun + timedelta(hours=4)
    days_pass(spring, (3, 8), (3, 15), (3, 29), (4, 26))
    made = Task.objects.filter(store=spring.store).order_by("id").values_list("made_at", flat=True)
    assert [(at - begun).days for at in made] == [0, 7, 14, 28, 56]
    assert queued(journey)[1:] == [
        ("03-08", "mail-1"), ("03-15", "mail-2"), ("03-29", "mail-4"), ("04-26", "mail-8"),
    ]  # fmt: skip
    spring.happens("ada", "NPS Survey Submitted", value=4)
    spring.later(days=2)
    spring.happens("ada", "NPS Survey Submitted", value=2)
    assert [state for state, *_ in states(journey)] == ["done", "exited", "active"]


@pytest.mark.django_db
def test_no_offer_no_message_about_one(spring):
    journey = start_playbook(spring, "second-purchase")
    OfferPool.objects.filter(store=spring.store, key="second-order").update(budget_minor=500)
    for user in ("ada", "bob"):
        spring.identify(user, name=user, email=f"{user}@example.com", accepts_marketing=True)
        spring.happens(user, "Order Completed", order_id=user, total=50)
        spring.happens(user, "Order Delivered", order_id=user)

    days_pass(spring, (3, 11))

    assert queued(journey) == [("03-11", "offer")]


@pytest.mark.django_db
def test_a_store_adds_a_playbook_with_its_messages(store):
    journey = add_playbook(store, "browse-abandonment", actor="tests")

    assert (journey.state, journey.is_playbook) == ("draft", True)
    assert problems(store, shipped_playbooks()[journey.key]) == []
