"""Answers that are taken back, or that the way comes by no more, count for nothing until they count again."""

from __future__ import annotations

import pytest

from regard.capture.models import Event
from regard.core import clock
from regard.listen.models import Response
from regard.profile.models import Identity
from regard.score.models import Score
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, Visitor, ask, publish

pytestmark = pytest.mark.django_db

EASE = """
survey: ease
name: Ease
title: How easy was it?
questions:
  - {id: ease, kind: ces, text: How easy, ends: {lowest: Very easy, highest: Very hard}}
  - id: price
    kind: single
    measure: csat
    text: And the price?
    options:
      - {value: fair, text: Fair, score: 5}
      - {value: dear, text: Dear, score: 1}
      - {value: unknown, text: No idea}
"""


@pytest.fixture
def shop(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada Lind", email="ada@example.com", accepts_marketing=True)
        yield shop
        shop.close()


def kept():
    return set(Response.objects.values_list("measure", "value", "text"))


def told(store):
    events = Event.objects.filter(store_id=store.pk, name__in=["AnswerGiven", "AnswerWithdrawn"]).order_by(
        "id"
    )
    return [(event.name, event.body["question"]) for event in events]


def health(store):
    ada = Identity.objects.get(store=store, kind="user_id", value="ada").customer_id
    return (
        Score.objects.filter(name="health", subject_type="customer", subject_id=ada)
        .values_list("value", flat=True)
        .get()
    )


def test_who_passes_over_what_they_had_answered_takes_it_back_and_their_health_follows(shop):
    publish(shop.store, NPS.replace("    required: true\n", ""))
    shop.happens("ada", "NPS Survey Submitted", value=9, response_id="before")
    shop.later(days=1)
    before = health(shop.store)
    visitor = Visitor(ask(shop.store).url)
    visitor.answer("2")
    shop.settle()
    assert health(shop.store) < before

    for _press in range(2):
        visitor.client.post(visitor.path, {"question": "likely", "skip": "1"})
    shop.settle()

    assert kept() == {("nps", 9, "")}
    assert health(shop.store) == before
    assert told(shop.store) == [("AnswerGiven", "likely"), ("AnswerWithdrawn", "likely")]


def test_what_the_way_comes_by_no_more_is_forgotten_and_kept_again_with_it(shop):
    publish(shop.store, NPS)
    visitor = Visitor(ask(shop.store).url)
    for answer in ("3", "price", "Too dear."):
        visitor.answer(answer)
    shop.settle()
    assert kept() == {("nps", 3, ""), ("text", None, "Too dear.")}

    shop.later(hours=1)
    visitor.client.post(visitor.path, {"question": "likely", "answer": "9"})
    shop.settle()
    assert kept() == {("nps", 9, "")}
    assert told(shop.store)[-2:] == [("AnswerWithdrawn", "wrong"), ("AnswerWithdrawn", "words")]

    shop.later(hours=1)
    visitor.client.post(visitor.path, {"question": "likely", "answer": "2"})
    shop.settle()
    assert kept() == {("nps", 2, ""), ("text", None, "Too dear.")}


def test_a_choice_without_a_figure_takes_the_figure_back(shop):
    publish(shop.store, EASE)
    visitor = Visitor(ask(shop.store, survey="ease").url)
    visitor.answer("1")
    visitor.answer("dear")
    shop.settle()
    assert kept() == {("ces", 1, ""), ("csat", 1, "")}

    visitor.client.post(visitor.path, {"question": "price", "answer": "unknown"})
    shop.settle()
    assert kept() == {("ces", 1, "")}


def test_what_a_machine_takes_back_is_not_told_either(shop):
    publish(shop.store, EASE)
    visitor = Visitor(ask(shop.store, survey="ease").url)
    visitor.answer("7", website="x")
    visitor.client.post(visitor.path, {"question": "ease", "skip": "1"})
    assert told(shop.store) == []


def test_who_answers_namelessly_takes_back_as_well(shop):
    publish(shop.store, EASE + "anonymous: true\n")
    visitor = Visitor(ask(shop.store, survey="ease").url)
    visitor.answer("7")
    shop.settle()
    assert kept() == {("ces", 7, "")}
    visitor.client.post(visitor.path, {"question": "ease", "skip": "1"})
    shop.settle()
    assert kept() == set()
    [gone] = Event.objects.filter(store_id=shop.store.pk, name="AnswerWithdrawn")
    assert gone.body["identity_id"] is None
