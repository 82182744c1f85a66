"""What is sold, worked out by hand; and prices that change for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regard.core.edges.keyset import CursorInvalid, encode_cursor
from regard.core.models import Store
from regard.lake.domain.reading import open_lake
from regard.measure.domain.products.figures import (
    ORDERS,
    Days,
    ProductFigures,
    Wanted,
    first_day_of,
    product_weeks,
    products_in,
)
from regard.measure.domain.products.price_steps import price_step

from .written_lake import write_lake

STORE = Store(pk=1, slug="small", currency="EUR", time_zone="UTC")
FEBRUARY, JANUARY = (
    Days(date(2026, 2, 1), date(2026, 2, 28)),
    Days(date(2026, 1, 4), date(2026, 1, 31)),
)
PRODUCTS = [
    {"product_id": "cap", "title": "Cap", "category": "Hats"},
    {"product_id": "boot", "title": "Warm boot", "category": "Shoes"},
    {"product_id": "old", "title": "old laces", "category": "Shoes"},
]
ORDERS_OF_TEST = [
    {"order_id": name, "ordered_on": day, "is_purchase": bought}
    for name, day, bought in (
        ("a", date(2026, 1, 31), True),
        ("b", date(2026, 2, 1), True),
        ("c", date(2026, 2, 28), True),
        ("d", date(2026, 2, 10), False),
        ("e", date(2026, 3, 1), True),
        ("f", date(2026, 1, 3), True),
    )
]
REFUNDS = [
    {"order_id": "c", "kind": "single", "amount_minor": 500},
    {"order_id": "c", "kind": "returned"},  # how much nobody told
    {"order_id": "b", "kind": "single", "amount_minor": 0},
]
LINES = [
    {"order_id": order, "product_id": product, "quantity": pieces, "total_minor": minor}
    for order, product, pieces, minor in (
        ("a", "boot", 2.0, 10000),
        ("b", "boot", 1.0, 6000),
        ("b", "cap", 3.0, 3000),
        ("c", "boot", 2.0, 12000),
        ("c", "cap", 1.0, None),
        ("c", "boot", -1.0, -6000),
        ("c", "", 1.0, 100),
        ("d", "cap", 9.0, 9000),
        ("e", "cap", 5.0, 5000),
        ("f", "cap", 5.0, 5000),
        ("b", "rope", 1.0, 250),
    )
]
REVIEWS = [
    {"product_id": product, "rating": rating, "reviewed_on": day}
    for product, rating, day in (
        ("boot", 5, date(2026, 2, 3)),
        ("boot", 2, date(2026, 2, 4)),
        ("boot", 4, date(2026, 1, 20)),
        ("old", 1, date(2026, 2, 28)),
        ("", 1, date(2026, 2, 28)),
    )
]
BOOT = ProductFigures(
    product_id="boot",
    title="Warm boot",
    category="Shoes",
    pieces=3,  # one in b, two in c; what came back is no purchase
    pieces_before=2,
    revenue_minor=18_000,
    price_minor=6_000,
    price_before_minor=5_000,
    price_change=20.0,
    orders=2,
    refunded_percent=50.0,  # c of b and c
    reviews=2,
    stars=3.5,
    stars_before=4.0,
)


@pytest.fixture
def ask() -> Callable[[Wanted], tuple[list[ProductFigures], str]]:
    tables = {"products": PRODUCTS, "orders": ORDERS_OF_TEST, "lines": LINES, "reviews": REVIEWS}
    write_lake(STORE, {**tables, "refunds": REFUNDS})

    def asked(wanted: Wanted) -> tuple[list[ProductFigures], str]:
        with open_lake(STORE) as lake:
            return products_in(lake, wanted)

    return asked


def test_products_are_counted_in_a_span_and_the_one_before(ask) -> None:
    found = {each.product_id: each for each in ask(Wanted(FEBRUARY, JANUARY))[0]}
    assert list(found) == ["boot", "cap", "rope", "old"]  # by what they were bought for
    boot = found["boot"]
    assert replace(boot, price_change=round(boot.price_change, 6)) == BOOT
    cap = found["cap"]
    assert (cap.pieces, cap.pieces_before, cap.revenue_minor, cap.price_minor) == (4, 0, 3_000, 1_000)
    assert (cap.price_before_minor, cap.price_change, cap.stars, cap.reviews) == (None, None, None, 0)
    assert (found["rope"].title, found["rope"].refunded_percent) == ("", 0)
    assert (found["old"].pieces, found["old"].revenue_minor, found["old"].stars) == (0, None, 1)


def test_what_was_given_away_before_has_no_change_of_price(ask) -> None:
    free = [{**line, "total_minor": 0} if line["order_id"] == "a" else line for line in LINES]
    write_lake(STORE, {"products": PRODUCTS, "orders": ORDERS_OF_TEST, "lines": free})
    with open_lake(STORE) as lake:
        boot = products_in(lake, Wanted(FEBRUARY, JANUARY, product_id="boot"))[0][0]
    assert (boot.price_minor, boot.price_before_minor, boot.price_change) == (6_000, 0, None)


def test_without_a_span_before_nothing_is_compared(ask) -> None:
    for each in ask(Wanted(FEBRUARY))[0]:
        assert (each.pieces_before, each.price_before_minor, each.stars_before) == (0, None, None)


@pytest.mark.parametrize("order", [*ORDERS, "-pieces"])
def test_pages_follow_each_other_without_gap_or_repeat(ask, order) -> None:
    asked = Wanted(FEBRUARY, JANUARY, order=order.removeprefix("-"), is_reversed="-" in order)
    whole = [each.product_id for each in ask(replace(asked, limit=None))[0]]
    paged, cursor = [], ""
    while True:
        rows, cursor = ask(replace(asked, limit=len(paged) + 1, cursor=cursor))
        paged += [each.product_id for each in rows]
        if not cursor:
            break
    assert paged == whole
    assert sorted(whole) == ["boot", "cap", "old", "rope"]


def test_lists_are_narrowed_and_ordered(ask) -> None:
    def ids(**asked) -> list[str]:
        return [each.product_id for each in ask(Wanted(FEBRUARY, JANUARY, **asked))[0]]

    assert ids(words="WARM bo") == ids(words="boot") == ids(product_id="boot") == ["boot"]
    assert ids(words="warm cap") == []
    assert ids(category="Shoes") == ["boot", "old"]
    assert ids(order="title") == ["rope", "cap", "old", "boot"]
    assert ids(order="stars", is_reversed=True) == ["boot", "old", "cap", "rope"]  # the best first
    assert ids(order="stars") == ["old", "boot", "cap", "rope"]  # the worst first, without reviews last
    with open_lake(STORE) as lake:
        assert first_day_of(lake) == date(2026, 1, 3)


def test_a_cursor_of_another_list_is_refused(ask) -> None:
    for cursor in ("x", encode_cursor(["stars", 1.0, "cap"]), encode_cursor(["revenue", 1.0])):
        with pytest.raises(CursorInvalid):
            ask(Wanted(FEBRUARY, cursor=cursor))


def test_weeks_of_a_product(ask) -> None:
    mondays = [date(2026, 1, 26), date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)]
    with open_lake(STORE) as lake:
        first, second, third, _fourth, last = product_weeks(lake, "boot", mondays)
    assert (first.monday, first.pieces, first.price_minor) == (mondays[0], 3, pytest.approx(16_000 / 3))
    assert (second.pieces, second.reviews, second.stars, second.price_minor) == (0, 2, 3.5, None)
    assert (third.pieces, third.reviews) == (0, 0)
    assert (last.pieces, last.price_minor) == (2, 6_000)


def test_a_price_that_stays_is_told_from_a_sale() -> None:
    steady, sale = [50.0] * 6, [40.0] * 2
    assert price_step(steady + sale + steady, [1.0] * 14) is None
    assert price_step([*steady, 51.0, 51.0, 51.0, 51.0], [1.0] * 10) is None  # two percent
    found = price_step([*steady, None, *[60.0] * 6], [4.0] * 6 + [0.0] + [2.0] * 6)
    assert found is not None
    assert (found.place, found.price_before, found.price_after, found.weeks) == (7, 50, 60, 6)
    assert (found.pieces_before, found.pieces_after) == (pytest.approx(20 / 6), 2)
    fallen = price_step([9.0] * 4 + [8.0] * 4, [1.0] * 8)
    assert fallen is not None
    assert (fallen.place, fallen.price_after) == (4, 8)
    given_away = price_step([0.0] * 4 + [5.0] * 4 + [7.0] * 4, [1.0] * 12)
    assert given_away is not None
    assert (given_away.place, given_away.price_before) == (8, 5)
    assert price_step([0.0] * 4 + [5.0] * 4, [1.0] * 8) is None
    assert price_step([], []) is None
    assert price_step([None] * 20, [0.0] * 20) is None


PRICES = st.lists(st.one_of(st.none(), st.just(0.0), st.floats(1, 1e6)), max_size=60)


@given(PRICES, st.sampled_from([0.25, 2.0, 1024.0]))
def test_a_step_does_not_depend_on_the_currency(prices: list[float | None], rate: float) -> None:
    pieces = [1.0] * len(prices)
    found = price_step(prices, pieces)
    other = price_step([None if price is None else price * rate for price in prices], pieces)
    in_other = found and replace(
        found, price_before=found.price_before * rate, price_after=found.price_after * rate
    )
    assert other == in_other


@given(PRICES, st.floats(1, 1e5), st.floats(1.04, 5), st.integers(4, 20), st.integers(4, 20))
def test_a_lasting_change_is_found_where_it_is(
    noise: list[float | None], price: float, times: float, before: int, after: int
) -> None:
    found = price_step([price] * before + [price * times] * after, [1.0] * (before + after))
    assert found is not None
    assert (found.place, found.price_before, found.price_after) == (before, price, price * times)
    some = price_step(noise, [0.0] * len(noise))
    assert some is None or noise[some.place] is not None
