"""What somebody has spent is after refunds, wherever it is asked, sorted or counted."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from regard.profile.domain.segments.ask import customers_in_segment
from regard.profile.domain.segments.saved import create_segment
from regard.score.domain.refresh import refresh_health
from regard.score.models import CustomerFeatures
from tests.score.people import days_ago, new_customer, new_order, new_refund

pytestmark = pytest.mark.django_db
RENAME: str = import_module("regard.score.migrations.0009_spent_after_refunds").RENAME


def kept(store) -> list[tuple[int | None, int | None]]:
    refresh_health(store=store)
    found = CustomerFeatures.objects.filter(store=store).order_by("customer")
    return list(found.values_list("spent_minor", "net_spent_minor"))


def test_the_list_is_asked_and_sorted_by_what_is_left_after_refunds(store):
    people = [new_customer(store) for _ in range(3)]
    for customer, total, paid_back in zip(people, (10_000, 9_000, 8_000), (3_000, 0, 500), strict=True):
        order = new_order(customer, days_ago(20), total=total)
        if paid_back:
            new_refund(order, paid_back, days_ago(10))
    assert kept(store) == [(10_000, 7_000), (9_000, 9_000), (8_000, 7_500)]

    listed = customers_in_segment(store=store, order="-spent").rows
    assert [customer.pk for customer in listed] == [people[1].pk, people[2].pk, people[0].pk]
    asked = customers_in_segment(store=store, text="spent >= 75 and spent_before_refunds < 90").rows
    assert [customer.pk for customer in asked] == [people[2].pk]


def test_a_refund_in_another_currency_takes_nothing_away(store):
    customer = new_customer(store)
    new_order(customer, days_ago(20), total=10_000)
    elsewhere = new_order(customer, days_ago(20), total=4_000, currency="USD")
    new_refund(elsewhere, 4_000, days_ago(10), currency="USD")
    assert kept(store) == [(10_000, 10_000)]


def test_who_has_only_orders_in_other_currencies_has_spent_what_is_not_known(store):
    new_order(new_customer(store), days_ago(20), total=4_000, currency="USD")
    assert kept(store) == [(None, None)]


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("net_spent > 5 and spent < 3", "spent > 5 and spent < 3"),
        (
            'attr.net_spent > 5 or tags contains "net_spent"',
            'attr.net_spent > 5 or tags contains "net_spent"',
        ),
    ],
)
def test_saved_segments_ask_under_the_new_name(store, text, renamed):
    segment = create_segment(store=store, name="Old", text="spent > 1", actor="tests")
    segment.__class__.objects.update(text=text)
    with connection.cursor() as cursor:
        cursor.execute(RENAME)
    segment.refresh_from_db()
    assert segment.text == renamed
