"""Journeys that are sent to more customers than one transaction should let in."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from regard.journey.domain import entering, handling
from regard.journey.domain.broadcasting import broadcasts_of, enter_next_chunk
from regard.journey.domain.handling import broadcast
from regard.journey.domain.journeys import pause_journey, switch_off, switch_on
from regard.journey.domain.running import run_due
from regard.journey.models import Broadcast, Enrolment, Journey, StepTotal
from regard.profile.domain.merging import merge_customers
from regard.profile.domain.personal_data import erase_customer
from tests.journeys.shop import Shop

pytestmark = pytest.mark.django_db
USERS = ("ada", "bob", "cem", "dan", "eve")
NEWS = """
journey: news
name: News
holdout: 0
again: always
start: {by_hand: true}
steps: [{do: tag, with: {tag: told}}]
"""


@pytest.fixture
def many(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """A journey to be sent to five customers, which are too many for one chunk of two."""
    monkeypatch.setattr(handling, "AT_ONCE", 2)
    for user in USERS:
        shop.identify(user, plan="gold")
    return shop.journey(NEWS)


def inside(journey: Journey) -> list[str]:
    rows = Enrolment.objects.filter(journey=journey).order_by("identity__value")
    return list(rows.values_list("identity__value", flat=True))


def progress(journey: Journey) -> tuple[int | None, int, int, bool]:
    (one,) = broadcasts_of(journey)
    return one.total, one.place, one.entered, one.ended_at is not None


def test_many_come_in_chunk_by_chunk(shop: Shop, many: Journey) -> None:
    assert broadcast(many, 'attr.plan = "gold"', actor="ana@x.co").entered is None
    assert inside(many) == []

    seen = []
    while enter_next_chunk(2):
        seen.append((*progress(many), len(inside(many))))
    assert seen == [
        (5, 0, 0, False, 0),
        (5, 2, 2, False, 2),
        (5, 4, 4, False, 4),
        (5, 5, 5, True, 5),
    ]
    assert inside(many) == list(USERS)
    assert Broadcast.objects.get().customers is None
    assert StepTotal.objects.get(journey=many, step="", what="entered").count == 5


def test_few_come_in_at_once(shop: Shop, many: Journey) -> None:
    shop.identify("bob", plan="silver")
    shop.identify("ada", plan="silver")
    assert broadcast(many, 'attr.plan = "silver"', actor="ana@x.co").entered == 2
    assert inside(many) == ["ada", "bob"]
    assert broadcasts_of(many) == []


def test_after_a_kill_it_goes_on_where_it_was_and_lets_nobody_in_twice(
    shop: Shop, many: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast(many, "", actor="ana@x.co")
    enter_next_chunk(2)
    enter_next_chunk(2)
    with monkeypatch.context() as killed:

        def kill(*_given: object) -> None:
            raise KeyboardInterrupt

        killed.setattr(entering, "record_journey_facts", kill)  # when the rows of the chunk are written
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            enter_next_chunk(2)
    assert progress(many) == (5, 2, 2, False)
    assert len(inside(many)) == 2

    while enter_next_chunk(2):
        shop.settle()  # who is through the journey could enter again
    assert progress(many) == (5, 5, 5, True)
    assert inside(many) == list(USERS)
    assert set(Enrolment.objects.filter(journey=many).values_list("state", flat=True)) == {"done"}


def test_the_runner_works_it_off(shop: Shop, many: Journey) -> None:
    broadcast(many, "", actor="ana@x.co")
    while run_due():
        pass
    assert progress(many) == (5, 5, 5, True)


def test_a_chunk_that_fails_is_tried_again_and_given_up_at_last(
    shop: Shop, many: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast(many, "", actor="ana@x.co")
    enter_next_chunk(2)

    def fail(*_given: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as failing:
        failing.setattr(entering, "record_journey_facts", fail)
        assert enter_next_chunk(2) == 1
        assert enter_next_chunk(2) == 0  # not yet again
    assert progress(many) == (5, 0, 0, False)
    shop.later(minutes=2)
    assert progress(many) == (5, 5, 5, True)

    broadcast(many, "", actor="ana@x.co")
    enter_next_chunk(2)
    monkeypatch.setattr(entering, "record_journey_facts", fail)
    assert enter_next_chunk(2) == 1
    for _number in range(4):
        assert broadcasts_of(many)[0].ended_at is None
        shop.later(hours=7)
    assert broadcasts_of(many)[0].reason == "It failed again and again: RuntimeError"
    assert len(inside(many)) == 5


def test_a_chunk_that_takes_too_long_is_parted(
    shop: Shop, many: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast(many, "", actor="ana@x.co")
    enter_next_chunk(4)
    whole, sizes = entering.record_journey_facts, list[int]()

    def slow(store: object, facts: list[object]) -> None:
        sizes.append(len(facts))
        if len(facts) > 2:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '20ms'")
                cursor.execute("SELECT PG_SLEEP(10)")
        whole(store, facts)  # type: ignore[arg-type]

    monkeypatch.setattr(entering, "record_journey_facts", slow)
    assert enter_next_chunk(4) == 1
    assert sizes == [4, 2]
    assert progress(many) == (5, 2, 2, False)


def test_those_who_were_merged_or_erased_since_enter_as_they_are_now(shop: Shop, many: Journey) -> None:
    broadcast(many, "", actor="ana@x.co")
    enter_next_chunk(2)
    enter_next_chunk(2)
    merge_customers(
        store=shop.store,
        first=shop.customer("cem").pk,
        second=shop.customer("dan").pk,
        force=True,
        actor="ana@x.co",
    )
    erase_customer(store=shop.store, customer_id=shop.customer("eve").pk, actor="ana@x.co")
    while enter_next_chunk(2):
        pass
    assert progress(many) == (5, 5, 3, True)
    assert inside(many) == ["ada", "bob", "cem"]


def test_a_pause_holds_it_and_switching_off_ends_it(shop: Shop, many: Journey) -> None:
    broadcast(many, "", actor="ana@x.co")
    enter_next_chunk(2)
    pause_journey(many, actor="ana@x.co")
    assert enter_next_chunk(2) == 0
    switch_on(many, actor="ana@x.co")
    assert enter_next_chunk(2) == 1
    switch_off(many, actor="ana@x.co")
    assert progress(many) == (5, 2, 2, True)
    assert broadcasts_of(many)[0].reason == "The journey was switched off."
    switch_on(many, actor="ana@x.co")
    assert enter_next_chunk(2) == 0
