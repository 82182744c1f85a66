"""The history of scores from before they were kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regard.core import clock
from regard.listen.models import Response, Review
from regard.profile.models import ERASED, Identity, Order
from regard.score.domain import retelling
from regard.score.domain.band_totals import note_past_changed
from regard.score.domain.keeping import keep_changes
from regard.score.domain.past import past_scores_for_viewer
from regard.score.domain.personal_data import SCORE_DATA
from regard.score.domain.refresh import refresh_health
from regard.score.domain.retelling import ends_of_months, retell_past, stores_to_retell
from regard.score.models import ScoreChange
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order, new_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def customer(store):
    found = new_customer(store)
    for days in (300, 160, 100):
        new_order(found, days_ago(days))
    for days, rating in ((199, 5), (99, 2)):
        new_review(found, days_ago(days), rating)
    for days, score in ((150, 90), (98, 40)):
        new_answer(found, days_ago(days), score)
    note_past_changed(store)
    return found


def history(store, name="health"):
    rows = ScoreChange.objects.filter(store=store, name=name).order_by("changed_at", "id")
    return [
        (row.changed_at, row.value, row.band, row.value_before, row.band_before, row.retold) for row in rows
    ]


def test_each_month_is_told_as_it_would_have_been(store, customer):
    refresh_health(store=store)
    assert retell_past(store) == sum(row.retold for row in ScoreChange.objects.filter(store=store))
    told = history(store)
    assert {row[0] for row in told if row[5]} <= set(ends_of_months(store))
    for at in ends_of_months(store):
        past = past_scores_for_viewer(store, customer.pk, as_of=at)
        value = next(
            (float(row[1]) for row in reversed(told) if row[0] <= at and "not_enough" not in row[2]), None
        )
        assert value == next((view.value for view in past.scores if view.name == "health"), None)
    assert len(told) > 4


def test_moves_follow_on_each_other_up_to_what_was_kept_at_its_time(store, customer):
    refresh_health(store=store)
    retell_past(store)
    told = history(store)
    assert told[0][3:5] == (None, None)
    assert [row[3:5] for row in told[1:]] == [row[1:3] for row in told[:-1]]
    assert [row[5] for row in told] == [True] * (len(told) - 1) + [False]
    # In no sum over moves is anybody counted twice.
    assert sum(1 for row in told if row[4] is None) == 1


def test_it_is_told_again_when_more_becomes_known_and_only_then(store, customer):
    refresh_health(store=store)
    assert stores_to_retell() == [store]
    retell_past(store)
    first = history(store)
    assert stores_to_retell() == []
    retell_past(store)
    assert history(store) == first
    new_answer(customer, days_ago(40), 0)
    note_past_changed(store)
    assert stores_to_retell() == []
    with clock.set_to(NOW + timedelta(minutes=10)):
        assert stores_to_retell() == [store]
        retell_past(store)
    assert history(store)[: len(first) - 4] == first[:-4]
    assert history(store) != first


def test_what_was_told_at_its_time_stays(store, customer):
    with clock.set_to(days_ago(95)):
        refresh_health(store=store)
    refresh_health(store=store)
    kept = [row[:3] for row in history(store)]
    retell_past(store)
    told = history(store)
    assert [row[:3] for row in told if not row[5]] == kept
    assert max(row[0] for row in told if row[5]) < days_ago(95)


def test_another_store_is_left_alone(store, other_store, customer):
    theirs = new_customer(other_store)
    new_order(theirs, days_ago(200))
    new_answer(theirs, days_ago(150), 90)
    refresh_health(store=other_store)
    before = history(other_store)
    refresh_health(store=store)
    retell_past(store)
    assert history(other_store) == before
    assert stores_to_retell() == []


def test_nothing_is_told_of_who_is_erased_meanwhile(store, customer, monkeypatch):
    refresh_health(store=store)

    def erased_meanwhile(*args, **kwargs):
        Identity.objects.filter(customer=customer).update(value=f"{ERASED}1")
        SCORE_DATA.erase(store, customer.pk)
        return keep_changes(*args, **kwargs)

    monkeypatch.setattr(retelling, "keep_changes", erased_meanwhile)
    retell_past(store)
    assert history(store) == []


def test_what_is_kept_begins_anew_where_its_past_is_gone(store, customer):
    refresh_health(store=store)
    retell_past(store)
    for model in (Order, Review, Response):
        model.objects.filter(store=store).delete()
    retell_past(store)
    [(_at, _value, _band, *before, retold)] = history(store)
    assert (before, retold) == ([None, None], False)
