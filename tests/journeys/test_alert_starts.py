"""Alerts about the whole store that let a segment into a journey."""

from __future__ import annotations

import pytest

from regard.act.facts import AlertRaised
from regard.capture.domain.record import record
from regard.journey.domain.broadcasting import broadcasts_of
from regard.journey.domain.checking import check_definition
from regard.journey.domain.definition.reading import read_yaml
from regard.journey.domain.definition.writing import definition_yaml
from regard.journey.domain.words import describe_start
from regard.journey.models import Enrolment, Journey
from regard.profile.domain.segments.saved import create_segment, segments_of
from tests.journeys.shop import Shop

pytestmark = pytest.mark.django_db
LATE = """
journey: sorry
name: Sorry
holdout: 0
again: always
start:
  alert: [late_deliveries, volume_rise]
  segment: Waiting
steps: [{do: tag, with: {tag: told}}]
"""


def raise_alert(
    shop: Shop, number: int, kind: str, *, customer: int | None = None, history: bool = False
) -> None:
    fact = AlertRaised(alert_id=number, kind=kind, level="warning", customer_id=customer, event_id=None)
    record(fact, store_id=shop.store.pk, key=f"{number} {kind}", history=history)
    shop.settle()


def entered(journey: Journey) -> list[str]:
    rows = Enrolment.objects.filter(journey=journey).order_by("id")
    return list(rows.values_list("identity__value", flat=True))


def test_an_alert_about_the_store_lets_a_segment_in_once(shop: Shop) -> None:
    create_segment(store=shop.store, name="Waiting", text='attr.waits = "yes"', actor="ana@x.co")
    for user, waits in (("ada", "yes"), ("bob", "yes"), ("cem", "no")):
        shop.identify(user, waits=waits)
    journey = shop.journey(LATE)

    raise_alert(shop, 1, "satisfaction_fall")
    raise_alert(shop, 2, "late_deliveries", customer=shop.customer("ada").pk)
    raise_alert(shop, 3, "late_deliveries", history=True)
    assert entered(journey) == []
    raise_alert(shop, 4, "late_deliveries")
    assert sorted(entered(journey)) == ["ada", "bob"]
    (one,) = broadcasts_of(journey)
    assert (one.alert_id, one.total, one.entered) == (4, 2, 2)
    assert one.begun_by == "Alert: Fewer deliveries come in time"

    raise_alert(shop, 4, "volume_rise")  # the same alert is told again
    assert len(entered(journey)) == 2
    raise_alert(shop, 5, "volume_rise")
    assert len(entered(journey)) == 4


def test_a_segment_that_is_gone_is_told(shop: Shop) -> None:
    create_segment(store=shop.store, name="Waiting", text='attr.waits = "yes"', actor="ana@x.co")
    journey = shop.journey(LATE)
    segments_of(shop.store).delete()
    raise_alert(shop, 1, "late_deliveries")
    (one,) = broadcasts_of(journey)
    assert (one.reason, one.ended_at is not None) == ("There is no saved segment “Waiting”.", True)


def test_it_is_written_checked_and_told(shop: Shop) -> None:
    definition = read_yaml(LATE)
    assert read_yaml(definition_yaml(definition)) == definition
    assert describe_start(definition.start).said == (
        "When people are alerted (Fewer deliveries come in time · More tickets of a category), "
        "for the segment “Waiting”"
    )
    wrong = read_yaml(LATE.replace("volume_rise", "nps_fall"))
    assert [problem.where for problem in check_definition(shop.store, wrong)] == [
        "start.alert",
        "start.segment",
    ]
