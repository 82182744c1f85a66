"""How many are in each band, and what they spent: the numbers of the lists that they lead to."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from regard.core import clock
from regard.listen.models import Review
from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.segments.counting import count_segment
from regard.profile.models import Customer, Identity, Order
from regard.score.domain import band_totals
from regard.score.domain.band_totals import count_bands, health_totals, is_small, was_counted
from regard.score.domain.personal_data import drop_scores
from regard.score.domain.refresh import bands_as_of, refresh_health
from regard.score.domain.stale import mark_stale, refresh_stale
from regard.score.models import BandTotal, CustomerFeatures, HealthBand
from regard.score.pages.today import load_health, load_money
from tests.score.people import NOW, days_ago, new_customer, new_order, new_refund, new_review


@pytest.fixture
def shop(store):
    """Three who bought, of whom two said how it was, and one of whom nothing is known."""
    for stars, days in ((5, 20), (1, 5), (None, 3)):
        customer = new_customer(store)
        order = new_order(customer, days_ago(days + 10))
        if stars:
            new_review(customer, days_ago(days), stars)
        assert order.total_minor
    new_customer(store)
    with clock.set_to(NOW):
        refresh_health(store=store)
        count_bands(store)
    return store


def behind(store, url: str) -> int:
    """How many customers stand in the list that a card leads to."""
    [text] = parse_qs(urlsplit(url).query)["segment"]
    return count_segment(store, text)


def test_totals_are_those_of_the_segments(shop):
    totals = health_totals(shop)
    rows = load_health(shop)["rows"]
    with clock.set_to(NOW):
        assert [count.customers for count in totals.bands] == [behind(shop, row["url"]) for row in rows]
    assert totals.customers == 4
    known = CustomerFeatures.objects.filter(store=shop).values_list("net_spent_minor", flat=True)
    assert sum(count.spent_minor for count in totals.bands) == sum(known)


def test_the_week_before_is_computed_where_it_was_not_counted(shop):
    totals = health_totals(shop)
    assert totals.compared_with == (NOW - timedelta(days=7)).date()
    past = bands_as_of(shop, as_of=NOW - timedelta(days=7))
    assert [count.before for count in totals.bands] == [past[count.band] for count in totals.bands]


def test_the_last_count_of_a_day_holds_and_stays(shop):
    new_customer(shop)
    with clock.set_to(NOW + timedelta(minutes=30)):
        count_bands(shop)
    assert health_totals(shop).customers == 5
    assert health_totals(shop).counted_at == NOW + timedelta(minutes=30)
    assert BandTotal.objects.filter(store=shop, band=HealthBand.LOST).count() == 2  # today and a week ago
    with clock.set_to(NOW + timedelta(days=7, minutes=5)):
        count_bands(shop)
    before = {count.band: count.before for count in health_totals(shop).bands}
    assert sum(before.values()) == 5  # as it was counted then, not computed anew


def test_nothing_is_told_before_anything_was_counted(store, other_store, shop):
    assert health_totals(other_store) is None
    assert not was_counted(other_store)
    count_bands(other_store)  # there is nobody to count
    assert health_totals(other_store) is None
    assert load_health(other_store) == {"totals": None}
    assert load_money(other_store) == {"totals": None}


def import_somebody(shop):
    """An import tells of one more customer, known for long, and is taken in."""
    customer = new_customer(shop)
    new_order(customer, days_ago(60))
    new_review(customer, days_ago(40), 5)
    mark_stale(shop, [customer.pk])
    refresh_stale(shop)


def known_before(shop) -> int:
    return sum(count.before for count in health_totals(shop).bands)


def test_a_small_store_is_counted_after_each_import(shop):
    before = known_before(shop)
    with clock.set_to(NOW):
        import_somebody(shop)
    assert (health_totals(shop).customers, known_before(shop)) == (5, before + 1)


def test_how_many_there_were_is_one_sum_of_the_last_count(shop, monkeypatch, django_assert_num_queries):
    with clock.set_to(NOW):
        assert is_small(shop)
        count_bands(shop)
    customers = health_totals(shop).customers
    for small, answer in ((customers, True), (customers - 1, False)):
        monkeypatch.setattr(band_totals, "SMALL", small)
        with django_assert_num_queries(1):
            assert is_small(shop) is answer


def test_the_count_after_an_import_changes_the_week_before_too(shop, monkeypatch):
    monkeypatch.setattr(band_totals, "SMALL", 0)
    before = known_before(shop)
    with clock.set_to(NOW):
        import_somebody(shop)
        assert known_before(shop) == before  # the import itself does not compute what everybody's health was
        import_somebody(shop)
        count_bands(shop)
    assert known_before(shop) == before + 2
    with clock.set_to(NOW + timedelta(days=7)):
        import_somebody(shop)
        count_bands(shop)
    assert known_before(shop) == before + 3  # though the day was counted when it was today


def test_of_a_large_store_the_past_is_computed_once_an_hour(shop, monkeypatch):
    monkeypatch.setattr(band_totals, "SMALL", 0)
    monkeypatch.setattr(band_totals, "LARGE", 0)
    before = known_before(shop)
    known = []
    for minutes in (0, 15, 45, 61):
        with clock.set_to(NOW + timedelta(minutes=minutes)):
            import_somebody(shop)
            count_bands(shop)
        totals = health_totals(shop)
        known.append(known_before(shop) - before if totals.compared_with else None)
    assert known == [1, None, None, 4]  # what was computed without the last imports compares with nothing


def test_the_first_import_is_counted_at_once(store):
    with clock.set_to(NOW):
        import_somebody(store)
    totals = health_totals(store)
    assert (totals.customers, known_before(store)) == (1, 1)


def test_customers_who_are_gone_are_not_told_of(shop):
    everybody = list(Customer.objects.filter(store=shop).values_list("pk", flat=True))
    for model in (Review, Order, Identity, Customer):
        model.objects.filter(store=shop).delete()
    drop_scores(shop, everybody)
    with clock.set_to(NOW + timedelta(minutes=15)):
        count_bands(shop)
    totals = health_totals(shop)
    assert (totals.customers, totals.compared_with) == (0, None)
    assert [row["value"] for row in load_health(shop)["rows"]] == ["0"] * 6
    assert load_money(shop) == {"totals": None}


def test_what_was_paid_back_is_not_at_risk(shop):
    before = load_money(shop)
    [customer] = customers_in_segment(store=shop, text='health_band in ("at_risk", "critical")').rows
    [order] = Order.objects.filter(identity__customer=customer)
    with clock.set_to(NOW):
        new_refund(order, 1_200, days_ago(1))
        refresh_health(store=shop)
        count_bands(shop)
        after = load_money(shop)
    assert (before["at_stake"], after["at_stake"]) == (5_000, 3_800)
    assert (before["spent"], after["spent"]) == (15_000, 13_800)


def test_money_at_risk_is_what_those_of_two_bands_spent(shop):
    shown, totals = load_money(shop), health_totals(shop)
    counts = totals.of(HealthBand.AT_RISK, HealthBand.CRITICAL)
    assert shown["at_stake"] == sum(count.spent_minor for count in counts)
    assert shown["customers"] == sum(count.customers for count in counts)
    assert [count for count, _url in shown["counts"]] == list(counts)
    with clock.set_to(NOW):
        assert behind(shop, shown["url"]) == shown["customers"] == 1
        assert [behind(shop, url) for _count, url in shown["counts"]] == [count.customers for count in counts]


def test_counting_takes_as_many_queries_for_many(shop, django_assert_num_queries):
    with clock.set_to(NOW), django_assert_num_queries(4):
        count_bands(shop)
    with django_assert_num_queries(2):
        health_totals(shop)
