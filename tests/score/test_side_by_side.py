"""A large store's customers, part by part on several connections, give what they give in one go."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from regard.capture.models import Event
from regard.core import clock
from regard.score.domain import refresh, stale
from regard.score.domain.refresh import refresh_health
from regard.score.domain.side_by_side import AT_ONCE, sum_side_by_side
from regard.score.domain.stale import has_stale, mark_stale, refresh_stale
from regard.score.models import Score, ScoreChange, ScoreRun
from tests.score.people import NOW
from tests.score.test_refresh import buyer


def scores(store):
    kept = Score.objects.filter(store=store).order_by("subject_id", "name")
    return list(kept.values_list("subject_id", "value", "band", "coverage", "history", "digest"))


@pytest.mark.django_db(transaction=True)
def test_ranges_give_what_the_whole_gives(store, monkeypatch):
    with clock.set_to(NOW):
        customers = [buyer(store).pk for _ in range(7)]
        mark_stale(store, customers)
        monkeypatch.setattr(refresh, "RANGE", 2)
        monkeypatch.setattr(stale, "RANGE", 2)

        assert refresh_stale(store) == 7
    assert not has_stale(store)
    assert all(history for *_rest, history, _digest in scores(store))

    a_year_later = NOW + timedelta(days=365)
    assert refresh_health(store=store, as_of=a_year_later) == 7
    apart = scores(store)
    monkeypatch.setattr(refresh, "RANGE", 100)
    assert refresh_health(store=store, as_of=a_year_later) == 0
    assert scores(store) == apart
    assert [run.moved for run in ScoreRun.objects.order_by("id")] == [7, 0]
    assert ScoreChange.objects.filter(name="health").count() == 14
    facts = Event.objects.filter(store=store, name="HealthChanged")
    assert sorted(fact.body["customer_id"] for fact in facts) == customers


@pytest.mark.django_db(transaction=True)
def test_two_parts_are_at_work_at_once_on_connections_of_their_own(store):
    together = threading.Barrier(AT_ONCE, timeout=20)
    backends = set()

    def work(part: int) -> int:
        together.wait()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backends.add(cursor.fetchone()[0])
        return part

    assert sum_side_by_side(work, range(2 * AT_ONCE), nothing=0) == 6
    connection.ensure_connection()
    assert connection.connection.info.backend_pid not in backends


@pytest.mark.django_db(transaction=True)
def test_an_error_of_a_part_is_told(store):
    def fail(part: int) -> int:
        if part == 2:
            raise ValueError(f"part {part}")
        return part

    with pytest.raises(ValueError, match="part 2"):
        sum_side_by_side(fail, range(4), nothing=0)


@pytest.mark.django_db
def test_inside_a_transaction_all_parts_see_it(store):
    seen = []

    def work(part: int) -> int:
        seen.append((part, connection.in_atomic_block))
        return 1

    assert sum_side_by_side(work, range(3), nothing=0) == 3
    assert seen == [(0, True), (1, True), (2, True)]


@pytest.mark.django_db(transaction=True)
def test_no_parts_sum_up_to_nothing():
    assert sum_side_by_side(len, [], nothing=0) == 0
