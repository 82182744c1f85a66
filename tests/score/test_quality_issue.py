"""What seems to be wrong with a product: by hand, with its evidence, and gone when the weeks are over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.core import clock
from regard.profile.models import OrderLine, Product
from regard.score.domain.rules.products import evidence_of_product, refresh_products
from regard.score.domain.rules.quality_issue import QUALITY_ISSUE, QualityBand
from regard.score.domain.things import scores_of_thing
from regard.score.models import ScoreChange
from tests.score.people import NOW, days_ago, new_customer, new_order, new_refund, new_review


@given(st.lists(st.integers(0, 500), min_size=6, max_size=6))
def test_contributions_add_up(figures):
    value = QUALITY_ISSUE.value(figures)

    assert 0 <= value <= 100
    assert sum(part.points for part in QUALITY_ISSUE.parts(figures)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("figures", "band"),
    [
        ((5, 10, 0, 0, 20, 100), QualityBand.ISSUE),  # 25 % against 10 %
        ((5, 10, 0, 0, 25, 100), QualityBand.USUAL),  # 20 % is twice it, and not more
        ((4, 4, 4, 4, 5, 100), QualityBand.USUAL),  # too few cases
        ((0, 0, 6, 9, 30, 300), QualityBand.ISSUE),
    ],
)
def test_more_than_twice_the_usual_share_with_five_cases(figures, band):
    assert QUALITY_ISSUE.band(QUALITY_ISSUE.value(figures), figures) == band


def sold(store, customer, days, product):
    order = new_order(customer, days_ago(days))
    OrderLine.objects.create(
        store=store, order_external_id=order.external_id, external_id="1", product_external_id=product,
        quantity=1, currency="EUR", described_at=order.ordered_at, event_id=0,
    )  # fmt: skip
    return order


@pytest.mark.django_db
def test_a_product_with_doubled_returns_is_flagged_with_evidence(store, other_store):
    """Six of ten orders of two weeks came back, and six of forty of 90 days: 60 % against 15 %, four times."""
    Product.objects.create(store=store, external_id="mug", title="Mug", currency="EUR")
    Product.objects.create(store=store, external_id="cup", title="Cup", currency="EUR")
    customer = new_customer(store)
    for number in range(40):
        order = sold(store, customer, 5 if number < 10 else 50, "mug")
        if number < 6:
            refund = new_refund(order, 100, days_ago(2))
            refund.reason = "Broken handle"
            refund.save()
    sold(store, customer, 5, "cup")
    new_review(customer, days_ago(1), 1)
    with clock.set_to(NOW):
        assert refresh_products(store) == 1
        assert refresh_products(store) == 0
        assert refresh_products(other_store) == 0
        assert evidence_of_product(store, "mug").reasons == [("Broken handle", 6)]
        assert evidence_of_product(other_store, "mug").reasons == []
    [view] = scores_of_thing(store, "product", "mug")
    assert (view.value, view.band) == (50, QualityBand.ISSUE)
    [part] = view.parts
    assert part.sentence == (
        "In 14 days 6 beside 10 orders, in 90 days 6 beside 40: 4.0 times the usual share."
    )
    assert scores_of_thing(store, "product", "cup") == []

    with clock.set_to(NOW + timedelta(days=20)):
        assert refresh_products(store) == 1
    assert scores_of_thing(store, "product", "mug") == []
    assert ScoreChange.objects.filter(store=store, subject_type="product").count() == 2


@pytest.mark.django_db
def test_orders_that_were_called_off_and_refunds_of_nothing_are_no_returns(store):
    Product.objects.create(store=store, external_id="mug", title="Mug", currency="EUR")
    customer = new_customer(store)
    for number in range(12):
        order = sold(store, customer, 5, "mug")
        refund = new_refund(order, 0 if number < 6 else 100, days_ago(2))
        refund.reason = "Broken handle"
        refund.save()
        if number >= 6:
            order.status = "Cancelled"
            order.save()
    with clock.set_to(NOW):
        assert refresh_products(store) == 0
        assert evidence_of_product(store, "mug").reasons == []
