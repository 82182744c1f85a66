"""Who is proposed for which programme."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.core.models import Store
from regard.grow.domain.candidates import propose_candidates
from regard.grow.domain.members import move_member
from regard.grow.domain.programmes import switch_programme
from regard.grow.models import Programme, ProgrammeMember
from regard.profile.models import Customer
from tests.grow.boards import ANA, joined, measured, new_programme
from tests.score.people import new_customer

pytestmark = pytest.mark.django_db


def candidates(programme: Programme) -> list[Customer]:
    rows = ProgrammeMember.objects.filter(programme=programme, state="candidate")
    return [row.identity.customer for row in rows.order_by("-standing", "id")]


def people(store: Store, count: int = 100) -> list[Customer]:
    """Each better in everything than the one before."""
    return [measured(store, csi=n / 2, behaviour=n / 2, spent=n * 100) for n in range(count)]


def test_a_board_is_the_best_two_of_a_hundred_by_three_figures(store: Store) -> None:
    known = people(store)
    measured(store, csi=None, behaviour=99, spent=10**6)  # of whom not all is known
    measured(store, csi=99, behaviour=None, spent=10**6)
    programme = new_programme(store)
    assert propose_candidates(programme, actor=ANA) == 2
    assert candidates(programme) == [known[99], known[98]]
    assert (programme.bought_customers, programme.known_customers) == (102, 100)
    best = ProgrammeMember.objects.get(identity__customer=known[99])
    assert (best.satisfaction, best.engagement, best.value_minor) == (49.5, 49.5, 9900)
    assert (best.standing, best.satisfaction_rank, best.value_rank) == (100, 100, 100)
    assert programme.least_standing == pytest.approx(100 * 98 / 99)


def test_whoever_stands_as_the_last_one_does_is_in(store: Store) -> None:
    people(store, 98)
    for _number in range(3):
        measured(store, csi=90, behaviour=90, spent=10**6)
    assert propose_candidates(new_programme(store, share_percent=1), actor=ANA) == 3


def test_a_beta_test_does_not_ask_what_was_spent(store: Store) -> None:
    people(store)
    poor = measured(store, csi=99, behaviour=99, spent=0)
    programme = new_programme(store, "beta", share_percent=1)
    propose_candidates(programme, actor=ANA)
    assert poor in candidates(programme)
    assert ProgrammeMember.objects.get(identity__customer=poor).value_rank is None


def test_of_too_few_nobody_is_proposed(store: Store) -> None:
    people(store, 49)
    programme = new_programme(store)
    assert (propose_candidates(programme, actor=ANA), programme.known_customers) == (0, 49)


def test_a_pre_launch_test_proposes_by_chance_and_the_same_ones_again(store: Store) -> None:
    for _number in range(100):
        measured(store, csi=None, behaviour=None, spent=100)
    programme = new_programme(store, "pre_launch")
    assert propose_candidates(programme, actor=ANA) == 5
    first = candidates(programme)
    propose_candidates(programme, actor=ANA)
    assert candidates(programme) == first


def test_looking_again_leaves_those_invited_and_put_there_by_hand(store: Store) -> None:
    known = people(store)
    programme = new_programme(store)
    by_hand = joined(programme, new_customer(store), "candidate")
    propose_candidates(programme, actor=ANA)
    best = ProgrammeMember.objects.select_related("programme__store", "identity", "store").get(
        identity__customer=known[99]
    )
    move_member(best, "invited", actor=ANA)
    assert propose_candidates(programme, actor=ANA) == 1
    assert set(candidates(programme)) == {known[98], by_hand.identity.customer}


def test_another_store_has_no_part_and_a_closed_programme_looks_for_nobody(
    store: Store, other_store: Store
) -> None:
    people(other_store, 60)
    programme = new_programme(store)
    assert (propose_candidates(programme, actor=ANA), programme.bought_customers) == (0, 0)
    switch_programme(programme, is_open=False, actor=ANA)
    with pytest.raises(Exception, match="closed"):
        propose_candidates(programme, actor=ANA)


def test_a_hundred_cost_as_many_statements_as_none(store: Store) -> None:
    programme = new_programme(store)
    with CaptureQueriesContext(connection) as none:
        propose_candidates(programme, actor=ANA)
    people(store)
    with CaptureQueriesContext(connection) as many:
        propose_candidates(programme, actor=ANA)
    assert len(many) == len(none)
