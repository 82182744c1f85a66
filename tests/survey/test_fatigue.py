"""How often customers are asked, and which survey goes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.act.models import Send
from regard.capture.models import Event
from regard.core import clock
from regard.profile.domain.event_words import describe_event
from regard.survey.domain.asking import inviting
from regard.survey.domain.asking.exemption import is_exempt
from regard.survey.domain.asking.fatigue import Ask, Drop, Earlier, Limits, decide_asking
from regard.survey.domain.asking.messages import Unsent
from regard.survey.domain.asking.reasons import Why
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.models import Invitation
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, publish

LIMITS = Limits()
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WISHES = st.lists(
    st.tuples(st.integers(0, 30 * 24), st.integers(10, 60), st.booleans(), st.booleans()), max_size=40
)


def at(days):
    return NOON - timedelta(days=days)


@pytest.mark.parametrize(
    ("rank", "earlier", "outcome"),
    [
        (30, [], Ask()),
        (30, [Earlier(1, at(2.9), 40)], Drop(Why.TOO_SOON)),
        (30, [Earlier(1, at(3), 40)], Ask()),
        (30, [Earlier(1, at(0), 40, is_waiting=True)], Ask((1,))),
        (30, [Earlier(1, at(0), 30, is_waiting=True)], Drop(Why.OUTRANKED)),
        (30, [Earlier(1, at(0), 10, is_waiting=True)], Drop(Why.OUTRANKED)),
        (30, [Earlier(n, at(10 * n), 20) for n in range(1, 6)], Drop(Why.TOO_MANY)),
        (30, [Earlier(n, at(10 * n), 20) for n in range(1, 5)], Ask()),
        (30, [Earlier(n, at(61), 20) for n in range(9)], Ask()),
    ],
)
def test_the_rule(rank, earlier, outcome):
    assert decide_asking(rank, earlier, LIMITS, NOON) == outcome


@given(WISHES)
def test_no_history_asks_anybody_more_often(wishes):
    """Whatever is wanted when, waits or has left: no span of 3 days has two invitations, none of 60 days six."""
    held: list[Earlier] = []
    for number, (hour, rank, leaves, is_free) in enumerate(sorted(wishes)):
        now = NOON + timedelta(hours=hour)
        outcome = decide_asking(rank, held, LIMITS, now, is_exempt=is_free)
        if is_free:
            assert outcome == Ask()
            continue
        if isinstance(outcome, Ask):
            dropped = [one for one in held if one.id in outcome.instead_of]
            assert all(one.is_waiting and one.rank > rank for one in dropped)
            held = [one for one in held if one.id not in outcome.instead_of]
            held.append(Earlier(number, now, rank, is_waiting=not leaves))
    for span, most in ((LIMITS.short, LIMITS.most_in_short), (LIMITS.long, LIMITS.most_in_long)):
        for one in held:
            assert sum(one.at <= other.at < one.at + span for other in held) <= most


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com")
        yield shop
        shop.close()


def survey(store, key, rank, **more):
    text = NPS.replace("survey: nps", f"survey: {key}").replace(
        "name: Recommendation", f"name: {key.title()}"
    )
    return publish(
        store, text + f"rank: {rank}\n" + "".join(f"{name}: {value}\n" for name, value in more.items())
    )


def reasons():
    return list(Invitation.objects.order_by("id").values_list("survey__key", "state", "why"))


@pytest.mark.django_db
def test_of_two_on_one_day_the_one_that_matters_more_is_asked_and_the_timeline_says_why(shop):
    survey(shop.store, "feature", 50)
    survey(shop.store, "delivery", 10)
    survey(shop.store, "visit", 90, exempt="true", touchpoint="support")
    ask(shop.store, survey="feature")
    ask(shop.store, survey="visit")
    ask(shop.store, survey="delivery")
    ask(shop.store, survey="feature", key="again")

    assert reasons() == [
        ("feature", "refused", "outranked"), ("visit", "waiting", ""), ("delivery", "waiting", ""),
        ("feature", "refused", "outranked"),
    ]  # fmt: skip
    sent = Send.objects.order_by("id").values_list("intent", "state")
    assert list(sent) == [
        ("survey:feature", "cancelled"), ("survey:visit", "queued"), ("survey:delivery", "queued"),
    ]  # fmt: skip
    told = Event.objects.filter(store_id=shop.store.pk, name="SurveyNotAsked").order_by("id")
    assert describe_event(told[0]) == (
        "Was not asked the survey “Feature”: Another survey that matters more was to be asked on the same day."
    )


@pytest.mark.django_db
def test_nobody_is_asked_who_refused_and_nothing_is_asked_twice(shop):
    survey(shop.store, "nps", 30)
    first, second = ask(shop.store), ask(shop.store)
    assert first.invitation == second.invitation
    assert Send.objects.count() == 1

    shop.identify("bob", name="Bob", email="bob@example.com", accepts_marketing=False)
    assert ask(shop.store, "bob").why is Why.REFUSED
    shop.identify("cyd", name="Cyd")
    assert ask(shop.store, "cyd").why is Why.NO_ADDRESS
    assert ask(shop.store, "cyd", key="link", channel="link").url


@pytest.mark.django_db
def test_nothing_gives_way_to_what_cannot_be_sent_and_what_gave_way_cannot_be_answered(shop, monkeypatch):
    survey(shop.store, "feature", 50)
    survey(shop.store, "delivery", 10)
    first = ask(shop.store, survey="feature")
    monkeypatch.setattr(
        inviting, "first_messages", lambda _store, told: [Unsent("no template") for _ in told]
    )
    ask(shop.store, survey="delivery")
    assert reasons() == [("feature", "waiting", ""), ("delivery", "refused", "no_message")]
    assert Visitor(first.url).status() == 200
    monkeypatch.undo()

    ask(shop.store, survey="delivery", key="again")
    assert reasons()[0] == ("feature", "refused", "outranked")
    assert Visitor(first.url).status() == 410


@pytest.mark.django_db
def test_what_is_being_sent_gives_way_to_nothing(shop):
    survey(shop.store, "feature", 50)
    survey(shop.store, "delivery", 10)
    ask(shop.store, survey="feature")
    Send.objects.update(state="sending")
    ask(shop.store, survey="delivery")
    assert reasons() == [("feature", "waiting", ""), ("delivery", "refused", "too_soon")]


@pytest.mark.parametrize(("touchpoint", "channel", "free"), [
    ("visit", "link", True), ("purchase", "web", True), ("visit", "email", False), ("purchase", "sms", False),
    ("support", "email", True), ("return", "sms", True),
])  # fmt: skip
def test_a_message_counts_whatever_the_survey_says(touchpoint, channel, free):
    definition = read_yaml(f"{NPS}exempt: true\ntouchpoint: {touchpoint}\n")
    assert is_exempt(definition, channel) is free
    assert not is_exempt(replace(definition, is_exempt=False), channel)
