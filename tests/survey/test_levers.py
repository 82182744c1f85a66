"""What is tested is told by those for whom it was drawn, and by nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regard.core import clock
from regard.survey.domain.asking.levers import levers_of
from regard.survey.domain.definition.reading import read_yaml
from regard.survey.domain.rates import rates_of_test
from regard.survey.models import Invitation, InvitationState
from tests.journeys.shop import NOW, Shop
from tests.survey.asking import NPS, ask, publish
from tests.survey.sittings import add_invitation

TESTED = NPS + "tested: personal\n"


def test_half_have_what_is_tested_and_a_customer_always_the_same():
    definition = read_yaml(TESTED)
    drawn = [levers_of(definition, 7, customer) for customer in range(2_000)]
    having = sum(bool(levers["personal"]) for levers in drawn)
    assert 900 < having < 1_100
    assert {levers["tested"] for levers in drawn} == {"personal"}
    assert drawn == [levers_of(definition, 7, customer) for customer in range(2_000)]
    assert {levers["branded"] for levers in drawn} == {True}
    assert "tested" not in levers_of(replace(definition, tested=""), 7, 1)


@pytest.mark.django_db
def test_invitations_for_which_nothing_was_drawn_have_no_part_in_the_test(store):
    survey = publish(store, TESTED)
    complete, waiting = InvitationState.COMPLETED, InvitationState.WAITING
    for state, levers in (
        (complete, {"personal": True, "tested": "personal"}),
        (waiting, {"personal": True, "tested": "personal"}),
        (waiting, {"personal": False, "tested": "personal"}),
        (complete, {"personal": True}),  # all had it, before the test
        (complete, {"personal": False}),
        (complete, {"personal": False, "branded": True, "tested": "branded"}),  # another test
        (InvitationState.REFUSED, {"personal": False, "tested": "personal"}),
    ):
        add_invitation(survey, state, levers=levers)
    found = {rate.name: (rate.asked, rate.answered) for rate in rates_of_test(survey, "personal")}
    assert found == {"with": (2, 1), "without": (1, 0)}


@pytest.mark.django_db
def test_who_is_asked_while_it_is_tested_is_drawn_and_who_is_asked_after_is_not(store):
    with clock.set_to(NOW):
        shop = Shop(store)
        shop.identify("ada", name="Ada", email="ada@example.com")
        publish(store, TESTED)
        ask(store)
        publish(store, NPS)
        shop.later(days=100)
        ask(store, key="again")
        drawn = [row.levers.get("tested") for row in Invitation.objects.order_by("id")]
        shop.close()
    assert drawn == ["personal", None]
