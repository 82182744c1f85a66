"""What came of alerts: said by whoever handles them or later, taken back, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from regard.act.domain.alert_handling import handle_alert, handle_alerts, reopen_alert, tell_resolution
from regard.act.domain.personal_data import ACTS
from regard.act.domain.queries import AlertFilter, alerts_for_viewer
from regard.act.domain.resolutions import resolutions_for_viewer
from regard.act.models import Alert, AlertKind, AlertLevel, AlertState
from regard.capture.models import Event
from regard.core import clock
from regard.core.models import AuditEntry, Store
from tests.api.rows import add_customer, add_identity
from tests.query_plans import plan_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
WORDS = "Mrs. Zwickmuehle got a new one"


def add(store: Store, number: int, **values: object) -> Alert:
    given = {
        "kind": AlertKind.VOLUME_RISE, "level": AlertLevel.WARNING, "reason": str(number),
        "instance": str(number), "raised_at": NOON - timedelta(hours=number),
    }  # fmt: skip
    return Alert.objects.create(store=store, **{**given, **values})


def said(alert: Alert) -> tuple[str, str, str]:
    fresh = Alert.objects.get(pk=alert.pk)
    return fresh.state, fresh.resolution, fresh.resolution_words


def told(store: Store, name: str) -> list[str]:
    return [event.body["resolution"] for event in Event.objects.filter(store=store, name=name).order_by("id")]


def audited(store: Store) -> list[tuple[str, object]]:
    rows = AuditEntry.objects.filter(store=store, action__startswith="alert.").order_by("id")
    return list(rows.values_list("action", "detail"))


def test_what_came_of_it_is_said_when_it_is_handled_and_taken_back_with_that(store: Store) -> None:
    alert = add(store, 1)
    assert handle_alert(alert, actor="ada", resolution="solved", words=f" {WORDS} ") is True
    assert handle_alert(alert, actor="bo", resolution="used") is False
    assert said(alert) == ("handled", "solved", WORDS)
    assert told(store, "AlertHandled") == ["solved"]
    reopen_alert(alert, actor="ada")
    assert said(alert) == ("new", "", "")
    assert WORDS not in str(audited(store))  # no erasure reaches those


def test_what_came_of_it_is_said_later_and_said_otherwise(store: Store) -> None:
    alert = add(store, 1)
    with pytest.raises(ValidationError) as refused:
        tell_resolution(alert, resolution="used", actor="ada")
    assert refused.value.message_dict == {
        "resolution": ["The alert is open: handle it to say what came of it."]
    }
    handle_alert(alert, actor="ada")
    assert tell_resolution(alert, resolution="used", actor="ada") is True
    assert tell_resolution(alert, resolution="used", actor="ada") is False
    assert tell_resolution(alert, resolution="used", words="A bundle", actor="ada") is True
    assert tell_resolution(alert, resolution="", actor="bo") is True
    assert said(alert) == ("handled", "", "")
    assert told(store, "AlertResolutionTold") == ["used", "used", ""]
    assert [action for action, _ in audited(store)] == ["alert.handled", *["alert.resolved"] * 3]


@pytest.mark.parametrize(
    ("given", "field"), [({"resolution": "whatever"}, "resolution"), ({"words": "x" * 501}, "words")]
)
def test_what_cannot_be_said_is_refused_and_leaves_no_trace(
    store: Store, given: dict[str, str], field: str
) -> None:
    alerts = [add(store, number) for number in (1, 2)]
    for act in (
        lambda: handle_alert(alerts[0], actor="ada", **given),
        lambda: handle_alerts(alerts, actor="ada", **given),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert list(refused.value.message_dict) == [field]
    assert [said(alert) for alert in alerts] == [("new", "", "")] * 2
    assert audited(store) == []


def test_what_came_of_alerts_is_counted_by_kind_for_a_quarter(
    store: Store, other_store: Store, django_assert_num_queries: object
) -> None:
    with clock.set_to(NOON - timedelta(days=91)):
        handle_alert(add(store, 1), actor="ada", resolution="false_alarm")
    with clock.set_to(NOON):
        for number, resolution in enumerate(["solved", "solved", "", "passed_on"], start=2):
            handle_alert(add(store, number), actor="ada", resolution=resolution)
        handle_alert(add(store, 9, kind=AlertKind.PROMOTER), actor="ada", resolution="used")
        handle_alert(add(other_store, 1), actor="eve", resolution="solved")
        add(store, 10)  # open
        with django_assert_num_queries(1):
            counted = resolutions_for_viewer(store, kind=AlertKind.VOLUME_RISE)
        everything = resolutions_for_viewer(store)
    expected = {"solved": 2, "used": 0, "passed_on": 1, "nothing_to_do": 0, "false_alarm": 0, "": 1}
    assert counted == expected
    assert everything == {**expected, "used": 1}
    page = alerts_for_viewer(store=store, only=AlertFilter(state="handled", resolution="solved"))
    assert [alert.reason for alert in page.rows] == ["2", "3"]


def test_counting_reads_along_an_index(store: Store) -> None:
    Alert.objects.bulk_create(
        Alert(
            store=store, kind=AlertKind.VOLUME_RISE, level=AlertLevel.WARNING, reason="", instance=str(number),
            raised_at=NOON, state=AlertState.NEW if number % 50 else AlertState.HANDLED,
            handled_at=None if number % 50 else NOON,
        )
        for number in range(4_000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE act_alert")
    with CaptureQueriesContext(connection) as caught, clock.set_to(NOON):
        assert resolutions_for_viewer(store, kind=AlertKind.VOLUME_RISE)[""] == 80
    assert "handled_alerts_by_kind" in plan_of(caught.captured_queries[0]["sql"])


def test_what_the_team_said_is_given_out_and_erased(store: Store) -> None:
    customer = add_customer(store)
    alert = add(store, 1, identity_id=add_identity(store, customer))
    handle_alert(alert, actor="ada", resolution="solved", words=WORDS)
    with transaction.atomic():
        [held] = ACTS.export(store, customer)["alerts"]
        assert (held["resolution"], held["resolution_words"]) == ("solved", WORDS)
        ACTS.erase(store, customer)
    assert said(alert) == ("handled", "solved", "")
