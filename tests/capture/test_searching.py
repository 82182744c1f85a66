"""Looking for rare events in a long log: bounded in time, said, and gone on with."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.capture.domain import searching
from regard.capture.domain.searching import search_events
from regard.capture.models import Event
from regard.core.edges.keyset import CursorInvalid, encode_cursor
from tests.capture.test_log import append, new_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(store, other_store):
    """Thirty events, every tenth of them rare, among another store's; gives the rare ones' ids, newest first."""
    for number in range(30):
        append(new_event(store.pk, f"{number}", name="Rare" if number % 10 == 4 else "Usual"))
        append(new_event(other_store.pk, f"o{number}", name="Rare"))
    rare = Event.objects.filter(store_id=store.pk, name="Rare").order_by("-id")
    return list(rare.values_list("id", flat=True))


def all_pages(store, **asked):
    cursor, pages = "", []
    while True:
        found = search_events(store, cursor=cursor, **asked)
        pages.append(found)
        cursor = found.page.next_cursor
        if not cursor:
            return pages


def ids_of(pages):
    return [event.id for found in pages for event in found.page.rows]


@pytest.mark.parametrize("step", [1, 3, 7, 30, 100])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_rare_events_are_all_found_once_however_the_walk_is_cut(store, log, monkeypatch, step, limit):
    monkeypatch.setattr(searching, "STEP", step)
    assert ids_of(all_pages(store, name="Rare", limit=limit)) == log
    monkeypatch.setattr(searching, "PATIENCE", -1)
    assert ids_of(all_pages(store, name="Rare", limit=limit)) == log


def test_a_search_that_ends_early_says_how_far_it_came(store, log, monkeypatch):
    monkeypatch.setattr(searching, "STEP", 7)
    monkeypatch.setattr(searching, "PATIENCE", -1)
    pages = all_pages(store, name="Rare")
    newest_first = list(Event.objects.filter(store_id=store.pk).order_by("-id"))
    told = [event.received_at for event in newest_first[6:28:7]]
    assert [found.searched_to for found in pages] == [*told, None]
    assert [len(found.page.rows) for found in pages] == [1, 0, 1, 1, 0]


def test_a_walk_reads_no_more_of_the_log_than_its_step(store, log, monkeypatch):
    monkeypatch.setattr(searching, "STEP", 5)
    monkeypatch.setattr(searching, "PATIENCE", -1)
    with CaptureQueriesContext(connection) as queries:
        search_events(store, name="Nobody knows")
    assert len(queries) == 3
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {queries[2]['sql']}")
        plan = [line for (line,) in cursor.fetchall()]
    assert sum(int(line.split(": ")[1]) for line in plan if "Rows Removed by Filter" in line) == 5


def test_without_conditions_it_is_the_plain_list(store, log, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = search_events(store, limit=10, name="", history=None)
    assert (len(found.page.rows), found.searched_to) == (10, None)
    assert len(ids_of(all_pages(store, limit=7))) == 30


def test_a_cursor_of_another_list_is_refused(store):
    with pytest.raises(CursorInvalid):
        search_events(store, name="Rare", cursor=encode_cursor(["-raised_at", 5]))
