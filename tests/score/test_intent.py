"""Purchase intent: points that add up, classes that follow the visitor, and its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.capture.domain.batch import Stage
from regard.core import clock
from regard.profile import reactions as profile
from regard.profile.models import Customer
from regard.score import reactions as score
from regard.score.domain.rules.browsing import fade_intents
from regard.score.domain.rules.intent import INPUTS, INTENT, POINTS, POINTS_IN_WORDS, IntentBand
from regard.score.domain.score_views import scores_for_viewer
from regard.score.models import CustomerFeatures, Score, ScoreChange
from tests.profile.histories import append, at, call, take

STAGES = (
    Stage("identify", profile.identify),
    Stage("orders", profile.project_orders),
    Stage("visits", profile.project_visits),
    Stage("health", score.refresh_touched),
)
MINUTE = 1 / 60


def tell(store, *rows):
    """As they happen, a minute after the last of them."""
    last = max(row.occurred_at for row in rows)
    with clock.set_to(last + timedelta(minutes=1)):
        return take(store, append(rows), stages=STAGES)


def step(store, minute, name, *, browser="b1", user=None, **properties):
    where = {"hour": minute * MINUTE, "browser": browser, "user": user}
    return call(store, name=name, properties=properties, **where)


def band(store) -> str | None:
    customer = Customer.objects.get(store=store, merged_into=None)
    return next((view.band for view in scores_for_viewer(store, customer.pk) if view.name == "intent"), None)


def contributions(store) -> dict[str, float]:
    [view] = [view for view in scores_for_viewer(store, Customer.objects.get().pk) if view.name == "intent"]
    return {part.name: part.points for part in view.parts}


@given(st.lists(st.integers(0, 200), min_size=len(INPUTS), max_size=len(INPUTS)))
def test_contributions_add_up(figures):
    value = INTENT.value(figures)

    assert 0 <= value <= 100
    assert sum(part.points for part in INTENT.parts(figures)) == pytest.approx(value)
    assert INTENT.band(value, figures) in IntentBand.values[:-1]


def test_every_input_has_points_and_words():
    assert list(POINTS) == list(INPUTS) == list(POINTS_IN_WORDS)


@pytest.mark.django_db
def test_the_class_changes_as_a_visitor_goes_on(store):
    """A product is 3 and a page 1, a visit of one page takes 10; three looks at one thing are 15, a cart 30."""
    tell(store, step(store, 0, "Product Viewed", product_id="p1"))
    assert band(store) == IntentBand.LEAVING
    tell(store, step(store, 1, "Product Viewed", product_id="p1"))
    tell(store, step(store, 2, "Product Viewed", product_id="p1"))
    tell(store, step(store, 3, "Product Viewed", product_id="p2"))
    tell(store, step(store, 4, "Product Viewed", product_id="p3"))
    # 15 for three looks, 9 for three products, 5 for pages: 29.
    assert band(store) == IntentBand.LEAVING
    tell(store, step(store, 5, "Product Viewed", product_id="p3"))
    assert band(store) == IntentBand.NUDGE
    tell(store, step(store, 6, "Product Added", product_id="p1"))
    assert band(store) == IntentBand.READY
    kept = Score.objects.get(name="intent")
    assert (float(kept.value), kept.input_values[:3]) == (60, [1, 0, 3])
    assert CustomerFeatures.objects.count() == 0  # a mere visitor is nobody's customer

    tell(store, step(store, 7, "Product Removed", product_id="p1"))
    assert band(store) == IntentBand.NUDGE


@pytest.mark.django_db
def test_a_cart_is_carried_from_visit_to_visit_until_it_is_emptied(store):
    """Two visits of a cart of 30: in the second 10 go while they do not look into it, and 5 come for coming."""
    tell(store, step(store, 0, "Product Added", product_id="p1", quantity=2))
    assert contributions(store) == {"cart": 30}
    tell(store, step(store, 60, "Product Viewed", product_id="p2"))
    looked = {"products": 3, "pages": 1, "visits": 5, "bounced": -10}
    assert contributions(store) == {"cart": 30, "left_carts": -10} | looked
    del looked["bounced"]
    tell(store, step(store, 61, "Product Removed", product_id="p1"))
    assert contributions(store) == {"cart": 30} | looked
    assert Score.objects.get(name="intent").input_values[0] == 1  # of two
    tell(store, step(store, 62, "Product Removed", product_id="p1"))
    assert contributions(store) == looked
    tell(store, step(store, 63, "Product Added", product_id="p3"))
    assert contributions(store) == {"cart": 30} | looked


@pytest.mark.django_db
def test_an_order_ends_it_and_counts_the_next_time(store):
    tell(store, step(store, 0, "Product Added", user="7", product_id="p1"))
    assert band(store) == IntentBand.NUDGE
    order = {"order_id": "o1", "total": 10, "currency": "EUR"}
    tell(store, step(store, 5, "Order Completed", user="7", browser=None, **order))
    assert band(store) is None
    tell(store, step(store, 100, "Product Added", user="7", product_id="p1"))
    assert contributions(store) == {"cart": 30, "orders": 5}


@pytest.mark.django_db
def test_it_fades_with_time_and_the_history_keeps_that(store, other_store):
    tell(store, step(store, 0, "Product Added", product_id="p1"))
    tell(other_store, step(other_store, 0, "Product Added", product_id="p1"))
    with clock.set_to(at(71)):
        assert fade_intents(store) == 0
    with clock.set_to(at(73)):
        assert fade_intents(store) == 1
        assert fade_intents(store) == 0

    assert band(store) is None
    changes = ScoreChange.objects.filter(store=store, name="intent").order_by("id")
    assert list(changes.values_list("value", "band")) == [
        (30, IntentBand.NUDGE),
        (None, IntentBand.NOTHING),
    ]
    assert band(other_store) == IntentBand.NUDGE


@pytest.mark.django_db
def test_what_was_done_more_than_three_days_ago_has_no_part_in_it(store):
    tell(store, step(store, 0, "Product Added", product_id="p1"))
    tell(store, step(store, 70 * 60, "Product Viewed", product_id="p2"))
    with clock.set_to(at(72.5)):
        fade_intents(store)
    assert band(store) == IntentBand.LEAVING
    assert Score.objects.get(store=store, name="intent").input_values[0] == 0  # the cart
