"""The demo store is believable, and what happens in its year shows in what it tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from statistics import mean
from typing import Any

from regard.sim.calls import past_calls
from regard.sim.catalogue import RUNS_SMALL
from regard.sim.plan import DAY, Span, story_of
from tests.sim.stores import cells_of, plan_of, table_of

PLAN = plan_of(3_000)  # as `regard demo` makes it
STORY = story_of(PLAN)


def rows(kind: str) -> list[dict[str, Any]]:
    return _rows(kind)


@cache
def _rows(kind: str) -> Any:
    return table_of(PLAN, kind).to_pylist()


def test_customers_come_back_as_in_a_store():
    orders = Counter(row["customer_id"] for row in rows("orders"))
    repeat = mean(count > 1 for count in orders.values())
    assert 0.3 < repeat < 0.5
    often = sum(count for _customer, count in orders.most_common(len(orders) // 10))
    assert 0.25 < often / orders.total() < 0.5  # a loyal core


def test_they_say_what_people_say():
    nps = [row["value"] for row in rows("answers") if row["measure"] == "nps"]
    score = 100 * (mean(value >= 9 for value in nps) - mean(value <= 6 for value in nps))
    assert 0 < score < 40
    assert 3.9 < mean(row["rating"] for row in rows("reviews")) < 4.5
    assert 0.05 < len(rows("tickets")) / len(rows("orders")) < 0.12


def test_one_carrier_fails_in_one_country_for_three_weeks():
    country = {row["customer_id"]: row["country"] for row in rows("customers")}
    placed = {row["order_id"]: row for row in rows("orders")}
    late: dict[tuple[str, str, bool], list[bool]] = defaultdict(list)
    for parcel in rows("shipments"):
        if parcel["delivered_at"] is None:
            continue
        order = placed[parcel["order_id"]]
        in_span = STORY.carrier_fails.first <= order["ordered_at"].timestamp() < STORY.carrier_fails.last
        key = parcel["carrier"], country[order["customer_id"]], in_span
        late[key].append(parcel["delivered_at"].date() > parcel["promised_at"].date())
    shares = {key: mean(told) for key, told in late.items() if len(told) >= 15}
    assert shares.pop(("Swiftline", "FR", True)) > 0.5
    assert max(shares.values()) < 0.35
    assert STORY.carrier_fails.last - STORY.carrier_fails.first == 21 * DAY


def test_a_batch_that_runs_small_comes_back_and_is_spoken_of():
    sold = {
        row["order_id"]: STORY.small_batch.first <= row["ordered_at"].timestamp() < STORY.small_batch.last
        for row in rows("order_lines")
        if row["product_id"] == RUNS_SMALL.product_id and row["line_id"] == "1"
    }
    span = Span(PLAN.start, PLAN.present)
    reasons = {
        call.told["order_id"]: call.told["reason"]
        for cell in cells_of(PLAN)
        for call in past_calls(cell, span)
        if call.event == "Order Refunded"
    }
    share = {
        in_batch: mean(reasons.get(order) == "too small" for order, was in sold.items() if was == in_batch)
        for in_batch in (True, False)
    }
    assert share[True] > 0.2
    assert share[False] < 0.06
    stars = {
        in_batch: mean(row["rating"] for row in rows("reviews") if sold.get(row["order_id"]) is in_batch)
        for in_batch in (True, False)
    }
    assert stars[True] < stars[False]


def test_black_friday_is_a_peak():
    days = Counter(row["ordered_at"].timestamp() // DAY for row in rows("orders"))
    peak = mean(days[STORY.peak.first // DAY + day] for day in range(4))
    assert peak > 2.5 * mean(days.values())
    assert days.most_common(1)[0][0] in {STORY.peak.first // DAY + day for day in range(4)}
