"""What a backfill leaves to be computed in bulk, and who computes it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from regard.capture.models import Event
from regard.core import clock
from regard.score.domain.causes import TIME_WENT_BY
from regard.score.domain.computing import compute
from regard.score.domain.kept import present_scores
from regard.score.domain.refresh import keep_computed, refresh_health
from regard.score.domain.rhythm import ExpectedGap
from regard.score.domain.stale import has_stale, mark_stale, refresh_stale
from regard.score.domain.views import View
from regard.score.models import CustomerFeatures, Score, ScoreChange, StaleCustomer
from regard.score.reactions import refresh_touched
from tests.score.people import NOW, days_ago, new_review
from tests.score.test_refresh import batch_of, buyer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def test_a_backfill_only_marks(store):
    customers = [buyer(store) for _ in range(3)]

    refresh_touched(batch_of(store, (customers[0], True), (customers[1], True)))
    refresh_touched(batch_of(store, (customers[1], True)))

    assert Score.objects.count() == 0
    assert sorted(StaleCustomer.objects.values_list("customer_id", flat=True)) == [
        customers[0].pk, customers[1].pk,
    ]  # fmt: skip


def test_what_is_stale_is_computed_once_and_as_history(store, other_store):
    customers = [buyer(store) for _ in range(3)]
    mark_stale(store, [one.pk for one in customers])

    assert (refresh_stale(store), refresh_stale(store), refresh_stale(other_store)) == (3, 0, 0)
    assert not has_stale(store)
    assert set(ScoreChange.objects.values_list("history", "event_id")) == {(True, None)}
    assert Event.objects.filter(name="HealthChanged").count() == 0  # a first band is no move


def test_a_backfill_that_moves_a_band_is_told_as_history(store):
    customer = buyer(store)
    refresh_health(store=store)
    new_review(customer, days_ago(0), 1)
    new_review(customer, days_ago(0), 1)
    mark_stale(store, [customer.pk])

    refresh_stale(store)

    last = Event.objects.filter(name="HealthChanged").latest("id")
    assert (last.body["customer_id"], last.history) == (customer.pk, True)


def test_a_run_over_everybody_leaves_to_others_what_a_backfill_has_changed(store):
    stale, other = buyer(store), buyer(store)
    mark_stale(store, [stale.pk])

    refresh_health(store=store)
    assert set(ScoreChange.objects.values_list("subject_id", "history")) == {(other.pk, False)}

    refresh_stale(store)
    assert set(ScoreChange.objects.filter(subject_id=stale.pk).values_list("history", flat=True)) == {True}


def test_every_night_nothing_is_written_where_nothing_moves(store):
    customer = buyer(store)
    refresh_health(store=store)
    before = CustomerFeatures.objects.get(customer=customer)

    with clock.set_to(NOW + timedelta(days=1)):
        refresh_health(store=store)

    after = CustomerFeatures.objects.get(customer=customer)
    assert (after.revision, after.computed_at) == (before.revision, before.computed_at)


def test_a_bulk_run_does_not_cover_what_was_written_meanwhile(store):
    """Between reading and writing of the night's run an event arrives, and has its own view written."""
    customer = buyer(store)
    refresh_health(store=store)
    view = View(store, NOW + timedelta(days=100), ExpectedGap(90, "default"))
    found = compute(view, (0, customer.pk), present_scores(store, (0, customer.pk)))
    new_review(customer, days_ago(0), 1)
    refresh_health(store=store, customer_ids=[customer.pk])
    written = Score.objects.get(subject_id=customer.pk, name="health")

    assert keep_computed(view, found, TIME_WENT_BY, {}, always=False) == 0
    assert Score.objects.get(subject_id=customer.pk, name="health").value == written.value


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_is_not_committed_yet_is_not_taken_away(store):
    """Else its facts, which nobody else can see yet, would never be computed."""
    customer = buyer(store)
    mark_stale(store, [customer.pk])
    moved = []

    def work_beside():
        moved.append(refresh_stale(store))
        connection.close()

    with transaction.atomic():
        mark_stale(store, [customer.pk])
        other = threading.Thread(target=work_beside)
        other.start()
        other.join(60)

    assert moved == [0]
    assert refresh_stale(store) == 1
