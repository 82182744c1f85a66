"""The worked examples of the specification, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from regard.measure.domain import showing
from regard.measure.domain.arithmetic import (
    mean_interval,
    percent_change,
    points_change,
    share_interval,
    verdict,
)
from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.figures import FIGURES
from regard.measure.domain.periods import Period, before, periods_of
from regard.measure.domain.showing import Figure, Wanted, metrics_for_viewer
from tests.conftest import ROOT

from .small_store import STORE
from .written_lake import write_lake

DAY = date(2026, 2, 10)
MONTH = (date(2026, 2, 1), date(2026, 2, 28))


def figure(name: str, **tables: list[dict[str, Any]]) -> Figure:
    """Of February 2026, in a store with these rows alone."""
    write_lake(STORE, tables)
    [shown] = metrics_for_viewer(STORE, [name], Wanted(*MONTH))
    return shown.figures[0]


def answers(measure: str, *scores: tuple[int, float]) -> list[dict[str, Any]]:
    """(how many, score of 100)."""
    return [
        {"measure": measure, "score": score, "answered_on": DAY}
        for count, score in scores
        for _ in range(count)
    ]


def order(customer: int, day: date = DAY, **more: Any) -> dict[str, Any]:
    at = datetime.combine(day, datetime.min.time(), UTC)
    return {"identity_id": customer, "ordered_on": day, "ordered_at": at, "is_purchase": True, **more}


def people(count: int) -> list[dict[str, Any]]:
    return [{"customer_id": number} for number in range(1, count + 1)]


def ticket(customer: int = 1, **more: Any) -> dict[str, Any]:
    return {"identity_id": customer, "opened_on": DAY, "opened_at": datetime(2026, 2, 10, tzinfo=UTC), **more}


def test_recommendation():
    # 50 promoters, 30 passives, 20 detractors.
    assert figure("nps", answers=answers("nps", (50, 90), (30, 80), (20, 60))).value == 30


def test_share_of_the_satisfied():
    # 17 of 20 rated 4 or 5 of 5.
    assert figure("csat_pct", answers=answers("csat", (10, 100), (7, 75), (3, 50))).value == 85


def test_effort():
    # 2.1 of 7 is an ease of 81.7; 4.5 of 5 one of 87.5; 60 × "1", 25 × "2–4", 15 × "5" of 5: +45.
    ease = (7 - 2.1) / 6 * 100
    assert figure("ces", answers=answers("ces", (1, ease))).value == 2.1
    assert round(figure("ces_ease", answers=answers("ces", (1, ease))).value, 1) == 81.7
    assert figure("ces:ease_of_5", answers=answers("ces", (1, 87.5))).value == 4.5
    assert figure("ces:net", answers=answers("ces", (60, 100), (25, 50), (15, 0))).value == 45


def test_tickets_to_orders():
    # 50 tickets, 1,000 orders.
    assert figure("ticket_to_order", tickets=[ticket()] * 50, orders=[order(1)] * 1000).value == 5


def test_contact_rate():
    # 34 of 100 customers: more than a third, which is a warning.
    asked = figure(
        "contact_rate",
        identities=people(100),
        orders=[order(number) for number in range(1, 101)],
        tickets=[ticket(number) for number in range(1, 35)] * 2,
    )
    # The year that it looks back on is not on record, so it is held against no target.
    assert (asked.value, asked.meets_target, asked.is_window_full) == (34, None, False)


def test_post_support_conversion():
    # 12 purchases follow 200 tickets.
    helped = [ticket(number) for number in range(1, 201)]
    bought = [order(number, DAY + timedelta(days=5)) for number in range(1, 13)]
    late = [order(number, DAY + timedelta(days=6)) for number in range(13, 60)]
    assert figure("post_support_cvr", identities=people(200), tickets=helped, orders=bought + late).value == 6


def test_retention():
    # S = 200, N = 50, E = 110: (110 − 50) ÷ 200 = 30 %; churn is the rest.
    start, end = date(2025, 1, 20), date(2026, 2, 10)
    year = (date(2026, 1, 1), date(2026, 12, 31))
    write_lake(
        STORE,
        {
            "identities": people(250),
            "orders": [order(number, start) for number in range(1, 201)]
            + [order(number, end) for number in [*range(1, 61), *range(201, 251)]],
        },
        at=datetime(2027, 2, 1, tzinfo=UTC),
    )
    kept, gone = metrics_for_viewer(STORE, ["crr", "churn_rate"], Wanted(*year))
    assert (kept.figures[0].value, kept.figures[0].n, gone.figures[0].value) == (30, 200, 70)


def test_repeat_purchases():
    # 80 of 230 customers: 34.78 %.
    bought = [order(number) for number in range(1, 231)]
    again = [order(number, date(2026, 2, 20)) for number in range(1, 81)]
    assert round(figure("rpr", identities=people(230), orders=bought + again).value, 2) == 34.78


def test_promoters_are_worth_more_at_the_same_number_of_purchases():
    # 138 against 100.
    write_lake(
        STORE,
        {
            "identities": people(2),
            "orders": [order(1, total_minor=13_800), order(2, total_minor=10_000)],
            "answers": [
                {"measure": "nps", "score": score, "identity_id": number, "answered_on": DAY}
                | {"answered_at": datetime(2026, 2, 10, tzinfo=UTC)}
                for number, score in ((1, 100), (2, 10))
            ],
        },
    )
    [shown] = metrics_for_viewer(STORE, ["promoter_premium"], Wanted(*MONTH))
    assert [(figure.split, figure.value) for figure in shown.figures] == [("1", 38)]


@pytest.mark.parametrize(
    ("now", "earlier", "change"),
    [
        (187, 182, 2.7), (34, 31, 9.7), (23, 19, 21.1), (4.2, 4.1, 2.4), (4.2, 5.1, -17.6), (67, 64, 4.7),
        (640, 890, -28.1), (16 / 30, 16, -96.7), (78, 61, 27.9), (82, 58, 41.4), (2.1, 3.2, -34.4), (71, 52, 36.5),
        (4.6, 3.1, 48.4), (5.2, 8.5, -38.8), (94, 87, 8.0), (89, 67, 32.8), (67, 45, 48.9), (42, 67, -37.3),
        (340, 195, 74.4), (2.8, 4.2, -33.3), (58, 76, -23.7), (10, -40, 125.0),
    ],
)  # fmt: skip
def test_change(now: float, earlier: float, change: float):
    assert percent_change(now, earlier) == change


def test_change_in_points():
    assert points_change(47, 12) == 35
    assert percent_change(5, 0) is None
    assert points_change(None, 5) is None


def test_good_and_bad_follow_the_direction():
    assert verdict(CATALOGUE["ttr"], 4.2, 5.1) == "better"
    assert verdict(CATALOGUE["nps"], 19, 23) == "worse"
    assert verdict(CATALOGUE["nps"], 23, 23) == "same"
    assert verdict(CATALOGUE["ltv_by_nps"], 2, 1) is None


def test_intervals():
    # Wilson's of 17 of 20: from 63.96 to 94.76 %; the mean of 5, 4, 3 with deviation 1: 4 ± 1.96 ÷ √3.
    assert [round(bound, 2) for bound in share_interval(85, 20)] == [63.96, 94.76]
    assert [round(bound, 3) for bound in mean_interval(4, 1, 3)] == [2.868, 5.132]
    assert mean_interval(4, None, 1) == (None, None)
    told = figure("csat_mean", answers=answers("csat", (1, 100), (1, 75), (1, 50)))
    assert (told.value, told.low, told.high) == (4, 2.8684, 5.1316)


def test_periods():
    assert periods_of(date(2026, 1, 15), date(2026, 2, 3), "month") == [
        Period(date(2026, 1, 1), date(2026, 2, 1)), Period(date(2026, 2, 1), date(2026, 3, 1)),
    ]  # fmt: skip
    assert periods_of(date(2026, 11, 22), date(2026, 11, 22), "week")[0].first == date(2026, 11, 16)
    assert periods_of(date(2026, 5, 5), date(2026, 5, 5), "quarter")[0].after == date(2026, 7, 1)
    # Whole months are compared with as many; other days with as many days.
    quarter, week = Period(date(2026, 1, 1), date(2026, 4, 1)), Period(date(2026, 1, 8), date(2026, 1, 15))
    assert before(quarter, None).first == date(2025, 10, 1)
    assert before(week, None).first == date(2026, 1, 1)
    with pytest.raises(ValidationError, match="more than 400 periods"):
        periods_of(date(2020, 1, 1), date(2026, 1, 1), "day")


def test_the_catalogue_is_that_of_the_specification():
    assert [metric.row for metric in CATALOGUE.values() if metric.row] == list(range(1, 128))
    own = [metric.id for metric in CATALOGUE.values() if metric.row is None]
    assert own == ["orders", "revenue", "units", "average_price", "buyers", "new_customers"]
    live = {metric.id for metric in CATALOGUE.values() if metric.is_live}
    assert live == {name.partition(":")[0] for name in FIGURES}
    for metric in CATALOGUE.values():
        variants = {name.partition(":")[2] for name in FIGURES if name.startswith(f"{metric.id}:")}
        assert set(metric.ready_variants) == variants, metric.id


REFUSED: list[tuple[str, Callable[[], Wanted], str]] = [
    ("unheard_of", lambda: Wanted(*MONTH), "There is no metric unheard_of"),
    ("rpr:weekly", lambda: Wanted(*MONTH), "There is no metric rpr:weekly"),
    ("cvr_high_ticket", lambda: Wanted(*MONTH), "has no data yet. It needs: prices"),
    (
        "nps",
        lambda: Wanted(*MONTH, by=("agent",)),
        "nps can be split by: day, week, month, quarter, year, topic",
    ),
    ("nps", lambda: Wanted(*MONTH, by=("topic", "survey")), "one other split at most"),
    ("nps", lambda: Wanted(MONTH[1], MONTH[0]), "It lies before the first day"),
    ("nps", lambda: Wanted(date.min, DAY, ("month",)), "from.*Give a day from 1990-01-01 to 2199-12-31"),
    ("nps", lambda: Wanted(DAY, date.max), "to.*Give a day from 1990-01-01 to 2199-12-31"),
]


@pytest.mark.parametrize(("name", "wanted", "said"), REFUSED)
def test_what_cannot_be_told_is_refused(name: str, wanted: Callable[[], Wanted], said: str):
    with pytest.raises(ValidationError, match=said):
        metrics_for_viewer(STORE, [name], wanted())


MANY_PRODUCTS = [
    {"product_id": f"p{number:05}", "rating": 5, "reviewed_on": DAY}
    for number in range(100)
    for _ in range(1 if number > 3 else 2)
]


@pytest.mark.parametrize("compare", [False, True])
def test_more_figures_than_anybody_reads_are_refused(compare: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(showing, "MOST_FIGURES", 300)
    write_lake(STORE, {"reviews": MANY_PRODUCTS})
    by_product = Wanted(*MONTH, ("product_id",), compare)
    assert len(metrics_for_viewer(STORE, ["review_rating"] * 3, by_product)[0].figures) == 100
    with pytest.raises(ValidationError, match="more than 300 figures"):
        metrics_for_viewer(STORE, ["review_rating"] * 4, by_product)
    with pytest.raises(ValidationError, match="more than 300 figures"):
        metrics_for_viewer(STORE, ["review_rating"], Wanted(*MONTH, ("day", "product_id"), compare))


def test_the_largest_parts_may_be_asked_for_alone():
    write_lake(STORE, {"reviews": MANY_PRODUCTS})
    wanted = Wanted(*MONTH, ("day", "product_id"), parts=6)
    [shown] = metrics_for_viewer(STORE, ["review_rating"], wanted)
    assert len(shown.figures) == 28 * 6
    assert {figure.split for figure in shown.figures} == {f"p{number:05}" for number in range(6)}
    assert shown.parts_left_out
    [shown] = metrics_for_viewer(STORE, ["review_rating"], Wanted(*MONTH, ("product_id",), parts=100))
    assert (len(shown.figures), shown.parts_left_out) == (100, False)


def test_all_days_that_there_are_can_be_asked_for():
    write_lake(STORE, {"reviews": MANY_PRODUCTS})
    [shown] = metrics_for_viewer(STORE, ["review_rating"], Wanted(date(1990, 1, 1), date(2199, 12, 31)))
    assert [figure.n for figure in shown.figures] == [104]


def test_only_parcels_of_purchases_are_late():
    promised, came = DAY, DAY + timedelta(days=2)
    orders = [
        order(1, order_id=name, promised_on=promised, is_purchase=counts)
        for name, counts in (("bought", True), ("cancelled", False))
    ]
    parcels = [{"order_id": each["order_id"], "delivered_on": came} for each in orders]
    told = figure("on_time_rate", orders=orders, shipments=parcels)
    assert (told.value, told.n) == (0, 1)
    assert figure("shipment_analytics:late", orders=orders, shipments=parcels).n == 1


def test_what_may_still_change_is_not_complete():
    march = (date(2026, 3, 1), date(2026, 3, 31))
    for at, complete in ((date(2026, 4, 5), False), (date(2026, 4, 6), True)):
        write_lake(STORE, {}, at=datetime(at.year, at.month, at.day, tzinfo=UTC))
        after_help, volume = metrics_for_viewer(STORE, ["post_support_cvr", "ticket_volume"], Wanted(*march))
        assert (after_help.figures[0].is_complete, volume.figures[0].is_complete) == (complete, True)


def test_days_to_come_are_no_days_of_work():
    # 4 tickets of 1 agent, on the tenth day of the month.
    write_lake(STORE, {"tickets": [ticket(agent="a")] * 4}, at=datetime(2026, 2, 10, 12, tzinfo=UTC))
    [shown] = metrics_for_viewer(STORE, ["agent_volume"], Wanted(*MONTH))
    assert shown.figures[0].value == 0.4


def test_a_store_of_which_nothing_was_gathered_has_no_figures():
    nps, tickets = metrics_for_viewer(STORE, ["nps", "ticket_volume"], Wanted(*MONTH, compare=True))
    assert (nps.as_of, nps.figures[0].value) == (None, None)
    assert (tickets.figures[0].value, tickets.figures[0].is_complete) == (None, False)


def test_what_has_not_begun_has_no_value():
    write_lake(STORE, {}, at=datetime(2026, 2, 10, 12, tzinfo=UTC))
    [shown] = metrics_for_viewer(
        STORE, ["ticket_volume"], Wanted(date(2026, 1, 1), date(2026, 3, 31), ("month",))
    )
    assert [(figure.value, figure.is_complete) for figure in shown.figures] == [
        (0, True), (0, False), (None, False),
    ]  # fmt: skip


def test_the_documentation_lists_what_is_live():
    page = (ROOT / "docs" / "metrics.md").read_text()
    told = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \| .+ \|$", page, re.MULTILINE)
    live = [metric for metric in CATALOGUE.values() if metric.is_live]
    assert told == [(metric.id, metric.name, metric.formula) for metric in live]
    variants = re.findall(r"^\| `(\w+:\w+)` \| (.+) \|$", page, re.MULTILINE)
    assert variants == [
        (f"{metric.id}:{name}", variant.formula)
        for metric in live
        for name, variant in metric.ready_variants.items()
    ]


def test_goods_of_a_month_without_sales_are_paid_for_all_the_same():
    # 100 earned in January; goods cost 30 then and 20 in February, in which nothing was sold: half is left.
    sold = order(1, date(2026, 1, 10), total_minor=10_000)
    spent = [
        {"month": month, "kind": "goods", "amount_minor": minor}
        for month, minor in ((date(2026, 1, 1), 3_000), (date(2026, 2, 1), 2_000))
    ]
    assert figure("clv:margin", identities=people(1), orders=[sold], costs=spent).value == 5_000
