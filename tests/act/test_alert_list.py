"""The list of alerts: in which order they stand, page by page, and what finds them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regard.act.domain.queries import DUE, IN_TIME, OPEN, OVERDUE, WORTH, AlertFilter, alerts_for_viewer
from regard.act.models import Alert, AlertKind, AlertLevel, AlertState
from regard.core import clock
from regard.core.models import Store
from regard.score.domain.refresh import refresh_health
from tests.api.rows import add_customer, add_identity, add_order
from tests.query_plans import plan_of, sorts_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CRITICAL, WARNING, OPPORTUNITY = AlertLevel
# Alerts of three classes, of which every fifth is open.
ADD_MANY = """
    INSERT INTO act_alert (store_id, kind, level, subject, reason, instance, state, raised_at, repeats)
    SELECT %s, 'volume_rise', (ARRAY['critical', 'warning', 'opportunity'])[number %% 3 + 1], '', '', number::text,
        CASE number %% 5 WHEN 0 THEN 'new' ELSE 'handled' END, now() - number * interval '1 minute', 0
    FROM generate_series(1, 20000) AS number
"""


@pytest.fixture
def alerts(store: Store, other_store: Store) -> None:
    """Numbered from the earliest; every third state is handled. Another store has one as well."""
    rows = [
        (store, level, AlertState.values[number % 3])
        for number, level in enumerate(
            [OPPORTUNITY, WARNING, CRITICAL, WARNING, CRITICAL, OPPORTUNITY, CRITICAL]
        )
    ]
    rows.append((other_store, CRITICAL, AlertState.NEW))
    Alert.objects.bulk_create(
        Alert(
            store=whose, kind=AlertKind.VOLUME_RISE, level=level, state=state, reason=str(number),
            instance=str(number), raised_at=NOON + timedelta(minutes=number),
        )
        for number, (whose, level, state) in enumerate(rows)
    )  # fmt: skip


def listed(store: Store, *, limit: int = 2, **only: str) -> list[str]:
    """What all pages show together."""
    shown, cursor = [], ""
    while True:
        page = alerts_for_viewer(store=store, only=AlertFilter(**only), cursor=cursor, limit=limit)
        shown += [f"{alert.level} {alert.reason}" for alert in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return shown


def test_open_ones_stand_by_class_and_then_by_how_long_they_wait(store, alerts):
    assert listed(store, state=OPEN) == [
        "critical 4",
        "critical 6",
        "warning 1",
        "warning 3",
        "opportunity 0",
    ]
    assert listed(store, state="new") == ["critical 6", "warning 3", "opportunity 0"]
    assert listed(store, state=OPEN, level="warning", limit=1) == ["warning 1", "warning 3"]


def test_the_others_begin_with_the_newest(store, alerts):
    assert listed(store, state="handled") == ["opportunity 5", "critical 2"]
    assert [line[-1] for line in listed(store)] == ["6", "5", "4", "3", "2", "1", "0"]
    assert listed(store, level="critical") == ["critical 6", "critical 4", "critical 2"]


def test_open_ones_stand_by_what_their_customers_spent(store, alerts):
    for number, total in ((0, 9_000), (4, 4_000)):
        customer_id = add_customer(store, number)
        identity_id = add_identity(store, customer_id, f"buyer-{number}")
        add_order(store, customer_id, number, identity_id=identity_id, total_minor=total)
        Alert.objects.filter(store=store, instance=str(number)).update(identity=identity_id)
    refresh_health(store=store)
    by_worth = ["opportunity 0", "critical 4", "warning 1", "warning 3", "critical 6"]
    assert listed(store, state=OPEN, order=WORTH) == by_worth
    assert listed(store, state="handled", order=WORTH) == listed(store, state="handled")


def test_open_ones_stand_by_when_they_are_due_and_the_others_come_last(store, alerts):
    late, later = NOON - timedelta(hours=2), NOON + timedelta(hours=2)
    for number, due_at in ((6, late), (2, late), (1, later), (5, late)):
        Alert.objects.filter(store=store, instance=str(number)).update(due_at=due_at)
    with clock.set_to(NOON):
        by_due = ["critical 6", "warning 1", "opportunity 0", "warning 3", "critical 4"]
        assert listed(store, state=OPEN, order=DUE) == by_due
        assert listed(store, state="handled", order=DUE) == listed(store, state="handled")
        assert listed(store, state=OPEN, due=OVERDUE) == listed(store, due=OVERDUE) == ["critical 6"]
        assert listed(store, due=IN_TIME, order=DUE) == ["warning 1"]
        assert listed(store, state="handled", due=OVERDUE) == []


@pytest.mark.parametrize("due", ["", OVERDUE])
def test_what_is_due_first_is_read_along_its_index_on_every_page(store, due):
    only = AlertFilter(state=OPEN, order=DUE, due=due)
    with connection.cursor() as cursor:
        cursor.execute(ADD_MANY, [store.pk])
        cursor.execute("UPDATE act_alert SET due_at = raised_at WHERE id % 4 = 0")
        cursor.execute("ANALYZE act_alert")
    first = alerts_for_viewer(store=store, only=only)
    with CaptureQueriesContext(connection) as queries:
        assert len(alerts_for_viewer(store=store, only=only, cursor=first.next_cursor).rows) == 50
    plan = plan_of(queries.captured_queries[0]["sql"])
    assert "open_alerts_by_due" in plan
    assert sorts_of(plan, "act_alert") == []


@pytest.mark.parametrize("level", ["", "opportunity"])
def test_open_ones_are_read_along_their_index_on_every_page(store, level):
    only = AlertFilter(state=OPEN, level=level)
    with connection.cursor() as cursor:
        cursor.execute(ADD_MANY, [store.pk])
        cursor.execute("ANALYZE act_alert")
    first = alerts_for_viewer(store=store, only=only)
    with CaptureQueriesContext(connection) as queries:
        assert len(alerts_for_viewer(store=store, only=only, cursor=first.next_cursor).rows) == 50
    plan = plan_of(queries.captured_queries[0]["sql"])
    assert "open_alerts_by_urgency" in plan
    assert sorts_of(plan, "act_alert") == []
