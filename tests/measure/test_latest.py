"""How metrics stand: computed once an hour at most, by one of those who ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regard.core import clock
from regard.core.models import Store
from regard.measure.domain import latest
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.latest import LATEST_LOCK, latest_for_viewer
from regard.measure.domain.own import own_metrics
from regard.measure.domain.targets import set_target

from .small_store import TABLES
from .written_lake import write_lake

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = [{**parcel, "promised_on": None} for parcel in TABLES["shipments"][1:]]


@pytest.fixture
def filled(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Of a catalogue of two, which are quickly computed."""
    few = {name: CATALOGUE[name] for name in ("on_time_rate", "nps")}
    monkeypatch.setattr(latest, "CATALOGUE", few)
    store.time_zone = "UTC"
    write_lake(store, TABLES)
    return store


def on_time(store: Store, at: datetime) -> tuple[float | None, bool | None]:
    with clock.set_to(at):
        found = latest_for_viewer(store, "head", own_metrics(store))["on_time_rate"]
    return found.value, found.meets_target


def test_what_is_told_late_is_seen_within_an_hour(filled: Store):
    assert on_time(filled, NOON) == (66.6667, None)
    write_lake(filled, TABLES | {"shipments": LATE, "orders": TABLES["orders"][14:]})
    assert on_time(filled, NOON + HOUR / 2) == (66.6667, None)
    assert on_time(filled, NOON + HOUR) == (100, None)


def test_a_target_counts_at_once(filled: Store):
    on_time(filled, NOON)
    set_target(store=filled, name="on_time_rate", bound="least", value=60, actor="ana")
    assert on_time(filled, NOON) == (66.6667, True)


@pytest.mark.django_db(transaction=True)  # a lock lasts as long as its transaction
def test_while_one_computes_others_get_what_was_before(filled: Store):
    on_time(filled, NOON)
    write_lake(filled, TABLES | {"shipments": LATE, "orders": TABLES["orders"][14:]})
    dsn = conninfo_to_dict(settings.REGARD_DSN) | {"dbname": connection.settings_dict["NAME"]}
    with psycopg.connect(make_conninfo(**dsn)) as other:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key FROM web_cache WHERE cache_key LIKE '%%measure.latest%%'")
            [kept] = cursor.fetchall()
        key = kept[0].removeprefix(":1:")
        other.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (LATEST_LOCK, key))
        assert on_time(filled, NOON + HOUR) == (66.6667, None)
    assert on_time(filled, NOON + HOUR) == (100, None)
