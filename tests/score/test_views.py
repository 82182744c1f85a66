"""The past, and what people and programs see of a health."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import click
import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from regard.cli.score_text import say_bands, score_all
from regard.core import clock
from regard.core.registry import event_words
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.models import Refund, Shipment
from regard.score.domain.past import past_health_for_viewer
from regard.score.domain.personal_data import erase_scores, export_scores
from regard.score.domain.queries import health_for_viewer
from regard.score.domain.refresh import bands_as_of, health_as_of, refresh_health
from regard.score.domain.score_views import scores_for_viewer
from regard.score.domain.strategies import strategy_for
from regard.score.models import CustomerFeatures, HealthBand, Score, ScoreChange
from regard.score.pages.panel import health_cells, line_through
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order, new_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def with_everything(store):
    """A customer of whom every kind of fact is known, a hundred days ago."""
    customer = new_customer(store)
    for days in (220, 160, 100):
        order = new_order(customer, days_ago(days))
    new_review(customer, days_ago(99), 4)
    for days, score in ((150, 90), (98, 70)):
        new_answer(customer, days_ago(days), score)
    new_answer(customer, days_ago(97), 25, measure="ces", topic="support")
    new_answer(customer, days_ago(96), 80, measure="csat", topic="delivery")
    Refund.objects.create(
        store=store, order_external_id=order.external_id, external_id="r", amount_minor=700, currency="EUR",
        refunded_at=days_ago(95), described_at=days_ago(95), event_id=0,
    )  # fmt: skip
    Shipment.objects.create(
        store=store, order_external_id=order.external_id, external_id="s", promised_at=days_ago(99),
        delivered_at=days_ago(98),
    )  # fmt: skip
    return customer, order


def test_what_is_known_is_kept_in_numbers(store):
    customer, _order = with_everything(store)

    refresh_health(store=store)

    kept = CustomerFeatures.objects.get(store=store, customer=customer)
    assert (kept.orders, kept.spent_minor, kept.priced_orders, kept.own_gap_days) == (3, 15_000, 3, 60)
    assert (kept.refunds, kept.refunded_minor, kept.troubled_orders) == (1, 700, 1)
    assert kept.net_spent_minor == 14_300
    assert (kept.deliveries, kept.late_deliveries) == (1, 1)
    assert (kept.last_nps, kept.previous_nps, kept.last_nps_at) == (7, 9, days_ago(98))
    assert (kept.reviews, kept.last_rating, kept.answers) == (1, 4, 4)
    assert (kept.last_csat, kept.support_mean, kept.product_mean) == (80, 25, 75)
    assert (kept.direction_series, kept.direction_last, kept.direction_previous) == ("nps", 70, 90)


def test_the_future_does_not_reach_into_the_past(store):
    """What is planted after a moment changes nothing of how that moment looks."""
    customer, order = with_everything(store)
    before = health_as_of(store, [customer.pk], as_of=days_ago(90))

    new_order(customer, days_ago(80), total=99_000)
    new_order(customer, days_ago(79), status="cancelled")
    new_review(customer, days_ago(78), 1)
    new_answer(customer, days_ago(77), 0)
    new_answer(customer, days_ago(76), 0, measure="csat", topic="support")
    Refund.objects.create(
        store=store, order_external_id=order.external_id, external_id="r2", currency="EUR",
        refunded_at=days_ago(75), described_at=days_ago(75), event_id=0,
    )  # fmt: skip

    assert health_as_of(store, [customer.pk], as_of=days_ago(90)) == before
    assert health_as_of(store, [customer.pk], as_of=NOW) != before
    assert len(before[customer.pk].contributions) == 7


def test_the_past_is_the_same_for_all_as_for_some(store):
    customer, _order = with_everything(store)
    new_order(new_customer(store), days_ago(20))

    bands = bands_as_of(store, as_of=days_ago(90))

    assert {band: count for band, count in bands.items() if count} == {
        health_as_of(store, [customer.pk], as_of=days_ago(90))[customer.pk].band: 1
    }


def test_viewers_see_what_to_do_and_what_is_not_known(store):
    customer, _order = with_everything(store)
    with clock.set_to(NOW + timedelta(days=300)):
        refresh_health(store=store)

    view = health_for_viewer(store, customer.pk)

    assert (view.band, view.needs_intervention) == (HealthBand.AT_RISK, True)
    assert len(view.strategy.treatments) == 5
    assert len(view.reasons) + len(view.unknown) == 12
    assert all(reason.sentence for reason in (*view.reasons, *view.unknown))


def test_there_is_no_number_and_no_strategy_where_there_is_not_enough_data(store):
    customer = new_customer(store)
    new_review(customer, NOW, 5)
    refresh_health(store=store)

    view = health_for_viewer(store, customer.pk)

    assert (view.value, view.strategy, view.needs_intervention) == (None, None, False)
    assert [change.value for change in view.changes] == [None]
    assert "100" not in health_cells(store, [customer.pk])[customer.pk]


def test_a_list_shows_how_a_health_has_moved_in_a_month(store):
    customer, _order = with_everything(store)
    refresh_health(store=store)
    change = ScoreChange.objects.get(store=store, subject_id=customer.pk, name="health")
    assert 'class="change' not in health_cells(store, [customer.pk])[customer.pk]

    change.changed_at, change.value = NOW - timedelta(days=31), change.value - 10
    change.save()
    assert "+10" in health_cells(store, [customer.pk])[customer.pk]
    change.band = HealthBand.NOT_ENOUGH_DATA
    change.save()
    assert "+10" not in health_cells(store, [customer.pk])[customer.pk]


def test_how_much_is_known_is_said_of_pillars_and_of_measures(store):
    customer = new_customer(store)
    new_review(customer, NOW, 5)
    new_order(customer, NOW)
    refresh_health(store=store)

    view = health_for_viewer(store, customer.pk)
    page = render_to_string("score/health.html", {"health": view, "tone": "", "line": None, "list_url": ""})

    assert (view.coverage, view.pillars_known, view.pillars_unknown) == (
        75, ("Satisfaction", "Behaviour"), ("Economy",),
    )  # fmt: skip
    assert (
        "Something is known of: Satisfaction, Behaviour; together they weigh 75 %. Nothing is known of: Economy."
        in page
    )
    assert "10 measures are not known; those known count for more in their place" in page
    assert "of what counts" not in page


def test_a_level_that_rests_on_too_little_is_none_to_fall_from():
    thin = {"previous_value": 100, "previous_band": "health:not_enough_data"}
    told = {"value": 31.25, "band": "health:critical"}

    assert event_words.get("HealthChanged")(thin | told) == "Health is 31 (Critical)"
    assert (
        event_words.get("HealthChanged")(
            {"previous_value": 31.25, "previous_band": "health:critical"}
            | {"value": 100, "band": "health:not_enough_data"}
        )
        == "Health is not known any more"
    )


def test_the_history_is_drawn_by_its_dates(store):
    customer = new_customer(store)
    new_review(customer, days_ago(300), 5)
    new_order(customer, days_ago(300))
    for days in (300, 150, 0):
        with clock.set_to(days_ago(days)):
            refresh_health(store=store)

    line = line_through(health_for_viewer(store, customer.pk).changes)

    assert [mark.value for mark in line.marks] == [100, 68.89, 53.33]
    assert [mark.x for mark in line.marks] == [4.0, 80.0, 156.0]
    assert "68" in line.summary


def test_what_is_computed_is_given_out_and_forgotten(store):
    customer, _order = with_everything(store)
    refresh_health(store=store)

    told = export_scores(store, customer.pk)
    inputs = {score["score"]: score["inputs"] for score in told["scores"]}
    assert (told["features"]["orders"], inputs["health"]["issue_resolution"]) == (3, 25)
    assert inputs["csi"]["nps"] == inputs["health"]["nps"]
    assert {change["score"] for change in told["changes"]} == set(inputs)

    assert erase_scores(store, customer.pk) == 1 + 2 * len(inputs)
    assert export_scores(store, customer.pk) == {"features": {}, "scores": [], "changes": []}
    assert (Score.objects.count(), ScoreChange.objects.count()) == (0, 0)


def test_the_night_can_be_had_by_day(store):
    customer, _order = with_everything(store)
    band = health_as_of(store, [customer.pk], as_of=days_ago(90))[customer.pk].band

    @click.command()
    def both():
        score_all(store)
        say_bands(store, days_ago(90))

    told = CliRunner().invoke(both).output.splitlines()

    assert told[0].startswith("All customers are scored: 1 moved")
    assert [line.split(None, 1) for line in told[1:]] == [
        [str(int(each == band)), each.label] for each in HealthBand
    ]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([(40, 90, 75)], True),
        ([(40, 90, 75), (35, 95, 40)], False),  # too little was known a month ago, whatever was known before
        ([(40, 95, 40), (35, 90, 75)], True),
        ([(29, 90, 75)], False),
    ],
)
def test_the_change_of_health_goes_by_what_was_known_thirty_days_ago(store, changes, found):
    """changes: days ago, value and coverage."""
    customer = new_customer(store)
    Score.objects.create(
        store=store, subject_id=customer.pk, value=70, band="health:healthy", coverage=75, history=False,
        computed_at=NOW,
    )  # fmt: skip
    for days, value, coverage in changes:
        ScoreChange.objects.create(
            store=store, name="health", subject_type="customer", subject_id=customer.pk, value=value,
            band="health:thriving", coverage=coverage, history=False, changed_at=days_ago(days),
        )  # fmt: skip

    rows = customers_in_segment(store=store, text="health_change_30d <= -20").rows
    assert [row.pk for row in rows] == ([customer.pk] if found else [])


def test_a_score_never_passes_for_the_band_above(store):
    customer = new_customer(store)
    Score.objects.create(
        store=store, subject_id=customer.pk, value="79.96", band="health:healthy", coverage=75, history=False,
        computed_at=NOW,
    )  # fmt: skip
    view = {"health": health_for_viewer(store, customer.pk), "tone": "", "line": None, "list_url": ""}
    page = render_to_string("score/health.html", view)
    told = {
        "previous_value": 80,
        "previous_band": "health:thriving",
        "value": 79.96,
        "band": "health:healthy",
    }

    assert ">79<" in page
    assert "80" not in page
    assert event_words.get("HealthChanged")(told) == "Health fell from 80 (Thriving) to 79 (Healthy)"


def test_the_past_of_one_customer_is_told_with_its_reasons(store):
    customer, _order = with_everything(store)
    refresh_health(store=store)
    kept, now = health_for_viewer(store, customer.pk), past_health_for_viewer(store, customer.pk, as_of=NOW)
    assert kept is not None
    assert (now.value, now.band, now.coverage, now.reasons) == (
        kept.value, kept.band, kept.coverage, kept.reasons,
    )  # fmt: skip

    first = past_health_for_viewer(store, customer.pk, as_of=days_ago(800))
    assert (first.value, first.band_label, first.coverage, first.reasons) == (None, "Not enough data", 0, ())
    with CaptureQueriesContext(connection) as queries:
        past_health_for_viewer(store, customer.pk, as_of=days_ago(800) + timedelta(minutes=1))
        past_health_for_viewer(store, customer.pk, as_of=NOW)
    measured = [query for query in queries.captured_queries if "percentile_cont" in query["sql"]]
    assert measured == [], (
        "all orders of the store are read once for a day, and not while the kept measure is new"
    )
    with pytest.raises(ValidationError, match="yet to come"):
        past_health_for_viewer(store, customer.pk, as_of=NOW + timedelta(seconds=1))


def test_a_score_that_moves_often_hides_no_other(store):
    customer = new_customer(store)
    new_order(customer, days_ago(3))
    new_answer(customer, days_ago(2), 90)
    refresh_health(store=store)
    [first] = ScoreChange.objects.filter(store=store, name="health")
    for minute in range(150):
        ScoreChange.objects.create(
            store=store, name="churn", subject_id=customer.pk, value=minute % 50, band="churn:low", coverage=60,
            history=False, changed_at=NOW + timedelta(minutes=minute),
        )  # fmt: skip
    shown = {view.name: view.changes for view in scores_for_viewer(store, customer.pk)}
    assert [change.at for change in shown["health"]] == [first.changed_at]


def test_of_a_detractor_things_are_put_right_first():
    usual, unhappy = (strategy_for(HealthBand.THRIVING, last_nps=rating) for rating in (7, 6))
    assert usual == strategy_for(HealthBand.THRIVING)
    assert unhappy.treatments == strategy_for(HealthBand.AT_RISK).treatments
    assert unhappy.signs == "Buys as before, yet would recommend you with 6 of 10 only."


def test_old_moves_by_rule_are_told_what_they_came_from_where_the_one_before_says_so(store):
    """Of purchase intent the band: its value moved in between without a word. After an end there was no score."""
    for name, value, band in (
        ("late_risk", 20, "on_track"), ("late_risk", 60, "at_risk"), ("late_risk", None, "not_enough_data"),
        ("late_risk", 30, "on_track"), ("intent", 35, "nudge"), ("intent", 70, "ready"), ("health", 50, "at_risk"),
        ("health", 60, "healthy"),
    ):  # fmt: skip
        ScoreChange.objects.create(
            store=store, name=name, subject_type="customer", subject_id=1, value=value, band=f"{name}:{band}",
            coverage=100, changed_at=NOW, history=False,
        )  # fmt: skip
    migration = import_module("regard.score.migrations.0017_what_scores_by_rule_moved_from")
    with connection.cursor() as cursor:
        cursor.execute(migration.TOLD_BY_THE_ONE_BEFORE)

    told = ScoreChange.objects.order_by("id").values_list("value_before", "band_before")
    assert list(told) == [
        (None, None), (20, "late_risk:on_track"), (60, "late_risk:at_risk"), (None, None), (None, None),
        (None, "intent:nudge"), (None, None), (None, None),
    ]  # fmt: skip
