"""The past of every score: as it was told then, whatever came later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError

from regard.cli.main import main
from regard.core import clock
from regard.core.domain.moments import moment_named
from regard.core.models import Store
from regard.listen.models import Response, Review
from regard.profile.models import Order, Refund
from regard.score.domain.kinds import score_kinds
from regard.score.domain.past import past_scores_for_viewer
from regard.score.domain.refresh import refresh_health
from regard.score.domain.score_views import scores_for_viewer
from regard.score.domain.tuning import change_weights
from regard.score.models import ScoreChange
from tests.api.conftest import caller_of  # noqa: F401 - a fixture
from tests.score.people import (
    NOW,
    days_ago,
    identity_of,
    new_answer,
    new_customer,
    new_order,
    new_refund,
    new_review,
)
from tests.web.rows import add_event

pytestmark = pytest.mark.django_db
THEN = days_ago(90)


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def customer(store):
    """Of whom enough for every score is known, a hundred days ago."""
    found = new_customer(store)
    for days in (220, 160, 100):
        new_order(found, days_ago(days))
    for days, rating in ((199, 5), (99, 4)):
        new_review(found, days_ago(days), rating)
    for days, score in ((150, 90), (140, 80), (98, 70)):
        new_answer(found, days_ago(days), score)
    for days, (score, measure, topic) in enumerate(
        ((25, "ces", "support"), (95, "csat", "purchase"), (80, "csat", "delivery")), 95
    ):
        new_answer(found, days_ago(days), score, measure=measure, topic=topic)
    return found


def told(store, customer, at=THEN):
    return past_scores_for_viewer(store, customer.pk, as_of=at).scores


def test_the_past_is_what_was_kept_then(store, customer):
    """Nothing was learned later, so each score is the one that was kept, for the same reasons."""
    with clock.set_to(THEN):
        refresh_health(store=store)
        kept = scores_for_viewer(store, customer.pk)
    refresh_health(store=store)  # today they are others
    assert [view.name for view in kept] == [kind.name for kind in score_kinds]
    assert told(store, customer) == tuple(replace(view, changes=()) for view in kept)
    for change in ScoreChange.objects.filter(changed_at=THEN):
        [past] = [view for view in told(store, customer) if view.name == change.name]
        assert (past.value, past.band) == (None if change.value is None else float(change.value), change.band)


def test_the_future_has_no_influence(store, customer, live_event):
    before = told(store, customer)
    late = new_order(customer, days_ago(80), total=99_000)
    new_order(customer, days_ago(79), status="cancelled")
    new_refund(late, 500, days_ago(78))
    new_review(customer, days_ago(78), 1)
    for measure, topic in (
        ("nps", "relationship"),
        ("csat", "support"),
        ("csat", "purchase"),
        ("ces", "support"),
    ):
        new_answer(customer, days_ago(76), 0, measure=measure, topic=topic)
    # Told later of what was then: an order, a review, an answer and money back.
    event_id = live_event(days_ago(70))
    backdated = new_order(customer, days_ago(105), event_id=event_id, history=False)
    new_review(customer, days_ago(104), 1, event_id=event_id, history=False)
    Response.objects.filter(pk=new_answer(customer, days_ago(103), 0).pk).update(event_id=event_id)
    first = Order.objects.filter(identity=identity_of(customer)).earliest("ordered_at")
    Refund.objects.filter(pk=new_refund(first, 100, days_ago(101)).pk).update(event_id=event_id)
    change_weights(
        store, "csi", {"nps": 100, "product": 0, "ease": 0, "delivery": 0, "purchase": 0}, actor="tests"
    )
    assert told(store, customer) == before
    assert backdated.external_id
    assert told(store, customer, NOW) != before


def test_an_order_that_was_called_off_since_counts_as_it_did(store, customer, live_event):
    before = told(store, customer)
    last = Order.objects.filter(identity=identity_of(customer)).latest("ordered_at")
    Order.objects.filter(pk=last.pk).update(status="cancelled", cancelled_at=days_ago(50))
    assert told(store, customer) == before
    assert told(store, customer, NOW) != before


def test_what_was_worded_anew_is_left_out(store, customer, live_event):
    """Only the latest wording is kept, so the one of then is not known."""
    Review.objects.filter(identity=identity_of(customer)).update(
        event_id=live_event(days_ago(60)), history=False
    )
    [health, *_rest] = told(store, customer)
    assert "product_satisfaction" in {part.name for part in health.unknown}


def test_visits_that_are_not_kept_are_said(store, customer):
    assert past_scores_for_viewer(store, customer.pk, as_of=THEN).visits_known_from is None
    store.event_retention_months = 1
    since = past_scores_for_viewer(store, customer.pk, as_of=THEN).visits_known_from
    assert since is not None
    assert (since.year, since.month, since.day) == (2026, 10, 1)
    assert past_scores_for_viewer(store, customer.pk, as_of=NOW).visits_known_from is None


def test_nothing_was_known_of_a_stranger(store):
    assert told(store, new_customer(store)) == ()
    with pytest.raises(ValidationError, match="yet to come"):
        told(store, new_customer(store), NOW + timedelta(seconds=1))


def test_the_command_tells_it(store, customer):
    shown = CliRunner().invoke(
        main,
        ["score", "show", str(customer.pk), "--store", store.slug, "--as-of", f"{THEN:%Y-%m-%dT%H:%M:%S}"],
    )
    assert shown.exit_code == 0, shown.output
    [csi] = [view for view in told(store, customer) if view.name == "csi"]
    assert f"{csi.label}: {csi.value:g} of 100" in shown.output
    assert "Learned churn risk: none was kept by then." in shown.output


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", "2026-03-02T05:00:00Z"),  # its end in New York
        ("2026-03-01T12:00", "2026-03-01T17:00:00Z"),
        ("2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"),
        ("2026-03-08", "2026-03-09T04:00:00Z"),  # a day of 23 hours
    ],
)
def test_a_day_is_its_end_where_the_store_is(store, text, moment):
    store.time_zone = "America/New_York"
    with clock.set_to(datetime(2026, 4, 1, tzinfo=UTC)):
        named = moment_named(store, text)
    assert datetime.fromisoformat(moment) - named in {timedelta(), timedelta(microseconds=1)}


def test_the_day_that_lasts_ends_now_and_others_are_refused(store):
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.set_to(now):
        assert moment_named(store, "2026-03-01") == now
        for text, said in (
            ("2026-03-02", "yet to come"), ("9999-12-31", "yet to come"), ("1800-01-01", "so long ago"),
            ("0001-01-01", "so long ago"), ("soon", "is no day"), ("2026-02-30", "is no day"),
        ):  # fmt: skip
            with pytest.raises(ValidationError, match=said):
                moment_named(store, text)


def test_commands_and_the_api_mean_the_same_day(store, customer, caller_of):  # noqa: F811
    """In Tokyo a day ends nine hours before it does in London: what was said in between is of the day after."""
    Store.objects.filter(pk=store.pk).update(time_zone="Asia/Tokyo")
    new_answer(customer, datetime(2026, 10, 20, 16, tzinfo=UTC), 0)
    caller = caller_of(store, "customers.read")
    told = {}
    for day in ("2026-10-20", "2026-10-21"):
        line = ["score", "show", str(customer.pk), "--store", store.slug, "--as-of", day, "--json"]
        said = json.loads(CliRunner().invoke(main, line).output)["scores"]
        items = caller.get(f"/customers/{customer.pk}/scores/past?as_of={day}").json()["scores"]
        told[day] = {score["name"]: score["value"] for score in items}
        assert told[day] == {score["name"]: score["value"] for score in said}
    assert told["2026-10-20"] != told["2026-10-21"]


@pytest.fixture
def live_event(store):
    """Makes the event by which something was told live at a moment; gives its id."""

    def make(at):
        with clock.set_to(at):
            return add_event(store).id

    return make
