"""The groups that customers are in: by shares of what they spent, by bounds, and by their scores."""

from __future__ import annotations

import pytest

from regard.core import clock
from regard.profile.domain.segments.ask import customers_in_segment
from regard.score.domain.groups import groups_of
from regard.score.domain.refresh import refresh_health
from regard.score.domain.standing import measure_standing
from regard.score.jobs import count_bands_of_store
from tests.score.people import NOW, days_ago, new_answer, new_customer, new_order, new_refund

pytestmark = pytest.mark.django_db


def spenders(store, *totals):
    customers = [new_customer(store) for _ in totals]
    for customer, total in zip(customers, totals, strict=True):
        new_order(customer, days_ago(10), total=total)
    refresh_health(store=store)
    measure_standing(store)
    return customers


def in_set(customer, name):
    return {group.set_name: group.name for group in groups_of(customer.store, customer.pk)}.get(name)


def counted(store, text):
    return len(customers_in_segment(store=store, text=text, limit=100).rows)


def test_shares_are_of_those_who_bought_and_ties_go_to_the_higher_group(store):
    """Of twenty who bought 10 % are two, but the third has spent as much as the second; 25 % are five."""
    totals = [900_00, 500_00, 500_00, *(100_00 + n for n in range(17))]
    customers = spenders(store, *totals)
    new_customer(store)

    assert counted(store, 'routing_value = "vip"') == 3
    assert counted(store, 'routing_value = "high"') == 2
    assert counted(store, 'routing_value = "standard"') == 15
    assert counted(store, 'forecast_group = "vip"') == 1
    assert counted(store, 'win_back_value = "high"') == 4
    assert in_set(customers[2], "routing_value") == "vip"
    assert in_set(customers[-1], "forecast_group") == "one_time"


@pytest.mark.parametrize(
    ("total", "band"), [(500_01, "high"), (500_00, "medium"), (100_00, "medium"), (99_99, "low")]
)
def test_bands_of_what_was_spent(store, total, band):
    [customer] = spenders(store, total)

    assert in_set(customer, "spend_band") == band


@pytest.mark.parametrize(
    ("rating", "group"), [(60.0, "detractor"), (70.0, "passive"), (80.0, "passive"), (90.0, "promoter")]
)
def test_the_group_of_the_last_recommendation(store, rating, group):
    customer = new_customer(store)
    new_answer(customer, days_ago(9), rating)
    refresh_health(store=store)

    assert in_set(customer, "nps_group") == group
    assert counted(store, f'nps_group = "{group}"') == 1


def test_the_lifecycle(store):
    new, old, loyal = (new_customer(store) for _ in range(3))
    for customer, days in ((new, 89), (old, 91), *((loyal, days) for days in (100, 50, 1))):
        new_order(customer, days_ago(days))
    refresh_health(store=store)

    with clock.set_to(NOW):
        assert [in_set(one, "lifecycle") for one in (new, old, loyal)] == ["new", "other", "loyal"]


def test_bands_of_scores_are_groups_and_fields_of_segments(store, other_store):
    customer = new_customer(store)
    new_answer(customer, days_ago(9), 90.0)
    new_answer(customer, days_ago(9), 80.0, measure="csat", topic="product")
    refresh_health(store=store)

    assert in_set(customer, "csi_band") == "champions"
    assert counted(store, 'csi >= 80 and csi_band = "champions"') == 1
    assert counted(other_store, 'csi_band = "champions"') == 0
    assert counted(store, 'churn_band = "not_enough_data"') == 1
    assert groups_of(other_store, customer.pk) == []


def test_all_groups_of_a_customer_take_one_query(store, django_assert_num_queries):
    [customer] = spenders(store, 100_00)

    with clock.set_to(NOW), django_assert_num_queries(1):
        found = groups_of(store, customer.pk)
    assert [(group.set_name, group.name) for group in found] == [
        ("spend_band", "medium"),
        ("win_back_value", "high"),
        ("forecast_group", "vip"),
        ("lifecycle", "new"),
        ("routing_value", "vip"),
    ]


def test_who_spent_an_unknown_amount_is_in_no_group_by_it(store):
    rich, dollars = new_customer(store), new_customer(store)
    new_order(rich, days_ago(9), total=900_00)
    new_order(dollars, days_ago(9), total=900_00, currency="USD")
    refresh_health(store=store)
    measure_standing(store)

    for name in ("spend_band", "win_back_value", "routing_value"):
        assert in_set(rich, name) is not None
        assert in_set(dollars, name) is None
    assert in_set(dollars, "forecast_group") == "one_time"


def test_shares_count_who_got_everything_back_and_put_nobody_first_who_spent_nothing(store):
    """Of ten who bought 20 % are two, though eight were paid back all."""
    for total in (900_00, 500_00, *(100_00 for _ in range(8))):
        order = new_order(new_customer(store), days_ago(10), total=total)
        if total == 100_00:
            new_refund(order, total, days_ago(5))
    refresh_health(store=store)
    measure_standing(store)

    assert counted(store, 'win_back_value = "high"') == 2
    assert counted(store, 'win_back_value = "medium"') == 8
    assert counted(store, 'routing_value = "high"') == 1
    assert counted(store, 'routing_value = "standard"') == 8


def test_shares_follow_whenever_bands_are_counted(store):
    """Those who came first are not all the best, as soon as others have come."""
    spenders(store, 10_00)
    count_bands_of_store(store.pk)
    for total in range(20, 60):
        new_order(new_customer(store), days_ago(10), total=total * 100)
    refresh_health(store=store)
    count_bands_of_store(store.pk)

    assert counted(store, 'forecast_group = "vip"') == 3
