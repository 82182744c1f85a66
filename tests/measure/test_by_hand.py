"""Every live metric of a store of thirty orders in February 2026, worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from regard.measure.domain.catalogue import CATALOGUE
from regard.measure.domain.figures import FIGURES
from regard.measure.domain.showing import Figure, Wanted, metrics_for_viewer

from .small_store import STORE, TABLES
from .written_lake import write_lake

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))


@pytest.fixture(autouse=True)
def small_store() -> None:
    write_lake(STORE, TABLES)


def figures(name: str, *by: str, days: tuple[date, date] = FEBRUARY, compare: bool = False) -> list[Figure]:
    [shown] = metrics_for_viewer(STORE, [name], Wanted(*days, by, compare))
    return shown.figures


def figures_of_all(names: Iterable[str], wanted: Wanted) -> dict[str, list[Figure]]:
    """Asked for at once."""
    names = list(names)
    shown = metrics_for_viewer(STORE, names, wanted)
    return {name: each.figures for name, each in zip(names, shown, strict=True)}


# name: value, n, median; money in cents.
BY_HAND = {
    # Answers of customers 1 and 2 promote, 3 is passive, 4 and 5 detract: 2/5 − 2/5.
    "nps": (0, 5, None),
    "nps:last_answers": (0, 5, None),
    # 5, 4, 3, 2, 5, 4, 5: 28 ÷ 7; five of seven are 4 or 5; by topic (5+4+3)÷3, (2+5)÷2, 4 and 5.
    "csat_mean": (4, 7, 4),
    "csat_pct": (71.4286, 7, None),
    # 5, 4, 3, 5, 4 and 5 of seven; 5, 5 and 5.
    "csat_pct:from_3": (85.7143, 7, None),
    "csat_pct:from_5": (42.8571, 7, None),
    "support_csat": (4, 3, 4),
    "product_csat": (3.5, 2, 3.5),
    "delivery_score": (4, 1, 4),
    "purchase_score": (5, 1, 5),
    # 5 and 4 of three; 5 of two; the only ones.
    "support_csat:share": (66.6667, 3, None),
    "product_csat:share": (50, 2, None),
    "delivery_score:share": (100, 1, None),
    "purchase_score:share": (100, 1, None),
    # Of the two that name an order, o14 is the first of customer 6, o16 the second of customer 7: 2.
    "first_purchase_csat": (2, 1, 2),
    "first_purchase_csat:share": (0, 1, None),
    # Efforts 1, 3 and 7 of 7: 11 ÷ 3; ease 100, 66.67 and 0: 55.56, on 1–5 that is 1 + 55.56 ÷ 25; 1/3 − 1/3.
    "ces": (3.6667, 3, 3),
    "ces_ease": (55.5556, 3, 66.6667),
    "ces:ease_of_5": (3.2222, 3, 3.6667),
    # Of 5: 1, 5 − 0.6667 × 4 = 2.3333 and 5.
    "ces:effort_of_5": (2.7778, 3, 2.3333),
    "ces:net": (0, 3, None),
    # At the end 1 stands at 60 and 2 at 40; of 3 too little is known again; 99 is no customer any more.
    "health_avg": (50, 2, None),
    # 1 stands at 85, 2 at 55, who had 45 at the start; 1 had none then.
    "csi": (70, 2, None),
    "sat_trend": (10, 1, None),
    # Of six texts that are understood 2 are positive, 3 negative and 1 is neither.
    "sentiment_share": (33.3333, 6, None),
    "sentiment_share:negative": (50, 6, None),
    "sentiment_share:neutral": (16.6667, 6, None),
    # (5 + 4 + 1) ÷ 3; one of three.
    "review_rating": (3.3333, 3, 4),
    "review_rating:five_stars": (33.3333, 3, None),
    # Opened: all but the fifth. Solved: 1, 2, 5, 6.
    "ticket_volume": (5, 5, None),
    "ticket_volume:solved": (4, 4, None),
    # 5 tickets ÷ 9 purchases: o04, o07, o11, o14, o15, o16, o18, o27, o28.
    "ticket_to_order": (55.5556, 9, None),
    # 1, 5 and 9 asked; from March 2025 on 1, 2, 3, 4, 5, 6, 7, 8 and 11 bought: 2 ÷ 9; ever 9 as well: 3 ÷ 10.
    "contact_rate": (22.2222, 9, None),
    "contact_rate:lifetime": (30, 10, None),
    # 4 tickets of known customers ÷ 3.
    "contacts_per_customer": (1.3333, 3, None),
    # The first and the third, of three whose subject is understood.
    "wismo_share": (66.6667, 3, None),
    # First answers in February after 2, 0.5, 24 and 1 hours: 27.5 ÷ 4; of the solved ones 2, 0.5, 4 and 1.
    "frt": (6.875, 4, 1.5),
    "frt:resolved": (1.875, 4, 1.5),
    # Solved after 24, 6, 96 and 3 hours: 129 ÷ 4.
    "ttr": (32.25, 4, 15),
    "total_resolution_time": (129, 4, None),
    # The third and the fourth.
    "ticket_backlog": (2, 2, None),
    "escalation_rate": (20, 5, None),
    # 4 tickets of agents ÷ 2 agents ÷ 28 days.
    "agent_volume": (0.0714, 4, None),
    # Of the 4 tickets of known customers only the second is followed within 5 days, by o04.
    "post_support_cvr": (25, 4, None),
    # (70 + 60 + 100 + 50 + 55 + 45 + 150 + 10 + 500) ÷ 9 = 115.56; in the middle stands 60.
    "aov": (11_556, 9, 6_000),
    # o04, o07, o11, o14, o15, o16, o18, o27 and o28: 1040 less 20 and 30.
    "orders": (9, 9, None),
    "revenue": (99_000, 9, None),
    # 2 of o14, 1 of o16, 3 and 1 of o18; (50 + 45 + 120) ÷ 6 of those with a value; o29 was called off.
    "units": (7, 4, None),
    "average_price": (3_583, 3, None),
    # 1, 2, 4, 6, 7, 8 and 11; of these 6 for the first time and 7, with o15.
    "buyers": (7, 7, None),
    "new_customers": (2, 2, None),
    # 140 ÷ 2; 99 ÷ 5 tickets; 99 ÷ the 9 who bought from March 2025 on; 99 ÷ 990.
    "cac": (7_000, 2, None),
    "cost_per_contact": (1_980, 5, None),
    "support_cost_per_customer": (1_100, 9, None),
    "support_cost_share": (10, 9, None),
    # January earned 260 and February 990, of which goods and parcels took 100 + 510: 0.512 of 139 are left.
    "clv:margin": (7_117, 10, None),
    # o11 and o18 of 9.
    "refund_return_rate": (22.2222, 9, None),
    "refund_return_rate:refund": (11.1111, 9, None),
    "refund_return_rate:return": (11.1111, 9, None),
    # At the start 1, 2, 3, 4, 5, 8 and 11 had bought within a year; at the end they still had.
    "crr": (100, 7, None),
    "churn_rate": (0, 7, None),
    # In the 180 days before 1 February (from 5 August) 1, 2, 4, 5, 8 and 11 had bought; in the 90 days before
    # (from 3 November) all of these but 8. On 1 March they had as well.
    "crr:within_180": (100, 6, None),
    "crr:within_90": (100, 5, None),
    "churn_rate:within_180": (0, 6, None),
    "churn_rate:within_90": (0, 5, None),
    # All of 10 but 3 and 6.
    "crr:came_back": (80, 10, None),
    # Of the 9 who bought from March 2025 on, 3 and 6 did so for the first time and once: 7 ÷ 9.
    "rpr": (77.7778, 9, None),
    # In February 1, 2, 4, 6, 7, 8 and 11 bought, 6 for the first time: 6 ÷ 7.
    "rpr:period": (85.7143, 7, None),
    # From 2 September on, and from 1 December on, 1, 2, 4, 5, 6, 7, 8 and 11 bought, 6 for the first time: 7/8.
    "rpr:within_180": (87.5, 8, None),
    "rpr:within_90": (87.5, 8, None),
    # By the end of February 10 had bought, 3 and 6 once: 8 ÷ 10.
    "rpr:lifetime": (80, 10, None),
    "one_time_share": (20, 10, None),
    # From March 2025 on: 3 + 2 + 1 + 3 + 2 + 1 + 2 + 2 + 5 = 21 purchases of 9.
    "purchase_frequency": (2.3333, 9, None),
    # 30 (o03–o04), 21 (o06–o07), 28 (o10–o11), 17 (o15–o16), 201 (o17–o18) and 32 (o26–o27): 329 ÷ 6.
    "days_between": (54.8333, 6, 29),
    # 6 of 7 customers; 7 of their 8 purchases; of 540 less 50 paid back all but the 50 of customer 6: 440 ÷ 490.
    "repeat_contribution": (85.7143, 7, None),
    "repeat_contribution:orders": (87.5, 7, None),
    "repeat_contribution:revenue": (89.7959, 7, None),
    # 300, 100, 30, 280, 60, 50, 100, 320, 100 (of 9) and 50: 1390 ÷ 10.
    "clv": (13_900, 10, None),
    # From 30 January on: 70, 60, 190, 50, 100, 120 and 10: 600 ÷ 7 = 85.71.
    "clv:window_30": (8_571, 7, None),
    # From 31 December on: 150, 60, 190, 60, 50, 100, 120, 20: 750 ÷ 8 = 93.75.
    "clv:window_60": (9_375, 8, None),
    # From 1 December on as well o09 and o25: 840 + 10 = 850 ÷ 8 = 106.25.
    "clv:window_90": (10_625, 8, None),
    # From March 2025 on: 200, 60, 30, 280, 60, 50, 100, 320, 50: 1150 ÷ 9 = 127.78.
    "clv:window_365": (12_778, 9, None),
    # Expected of 1, 2 and 3: 90 + 30 + 15 = 135 ÷ 3; of 4 no model expects anything.
    "clv:predicted": (4_500, 3, None),
    # o14 came a day late, o15 on the day that its order was promised for, o16 without a parcel early.
    "on_time_rate": (66.6667, 3, None),
    # 4, 1 and 2 days.
    "shipment_analytics": (2.3333, 3, 2),
    "shipment_analytics:late": (33.3333, 3, None),
    # 1, 2, 3 and 8 were there; 1 bought o04, 2 o07 and 8 o18: 70, 60 and 150 of four.
    "cvr": (75, 4, None),
    "rpv": (7_000, 4, None),
    # Carts of 1, bought ten minutes later; of 2, bought the next noon; and of 3, who bought nothing.
    "cart_abandonment": (33.3333, 3, None),
    # Six began in February, three of them ended with the page that they began with.
    "bounce_rate": (50, 6, None),
}
SPLIT_BY_HAND = {
    # where, where, return, other, and one without: of all five.
    "contact_reason_share": {"": (20, 5), "other": (20, 5), "return": (20, 5), "where": (40, 5)},
    # Spent by the end of February: 1 300, 2 100; 3 30; 4 280, 5 60.
    "ltv_by_nps": {"detractor": (17_000, 2), "passive": (3_000, 1), "promoter": (20_000, 2)},
    # 1 bought four times, 2 and 4 three times, 5 twice, 3 once.
    "ltv_nps_cohort": {
        "detractor 2": (6_000, 1),
        "detractor 3": (28_000, 1),
        "passive 1": (3_000, 1),
        "promoter 3": (10_000, 1),
        "promoter 4+": (30_000, 1),
    },
    # At three purchases (100 − 280) ÷ 280; elsewhere one of the groups is missing.
    "promoter_premium": {"1": (None, 0), "2": (None, 1), "3": (-64.2857, 2), "4+": (None, 1)},
    # 1, 5, 8 and 9 asked for help: 780 ÷ 4; the others 610 ÷ 6.
    "exposure_ltv": {"exposed": (19_500, 4), "not exposed": (10_167, 6)},
    # 1 to 7 answered: 920 ÷ 7; 8, 9 and 11 did not: 470 ÷ 3.
    "exposure_ltv:survey": {"exposed": (13_143, 7), "not exposed": (15_667, 3)},
}


def test_every_live_metric_is_worked_out():
    assert sorted([*BY_HAND, *SPLIT_BY_HAND]) == sorted(FIGURES)


def told(figure: Figure) -> tuple[float | None, int, float | None]:
    return figure.value, figure.n, figure.median


def by_hand(name: str) -> dict[str, Any]:
    """Of each part value, n and median, as a figure is told."""
    parts = SPLIT_BY_HAND.get(name) or {"": BY_HAND[name]}
    return {
        part: (approximately(value), n, approximately(median[0]) if median else None)
        for part, (value, n, *median) in parts.items()
    }


def approximately(value: float | None) -> Any:
    return value if value is None else pytest.approx(value, abs=5e-5)


def test_in_a_month():
    found = figures_of_all(FIGURES, Wanted(*FEBRUARY))
    assert {name: {each.split: told(each) for each in figures} for name, figures in found.items()} == {
        name: by_hand(name) for name in FIGURES
    }


def test_a_month_is_the_same_among_others():
    """By month from December to March, and compared with the month before."""
    wanted = Wanted(date(2025, 12, 1), date(2026, 3, 31), ("month",), compare=True)
    for name, months in figures_of_all(FIGURES, wanted).items():
        of_january, of_february = (
            {figure.split: figure for figure in months if figure.first == first}
            for first in (date(2026, 1, 1), date(2026, 2, 1))
        )
        for part, expected in by_hand(name).items():
            assert told(of_february[part]) == expected, name
            same = of_february[part]
            assert same.previous == (of_january[part].value if same.is_comparable else None), name


SPLITS = sorted({split for metric in CATALOGUE.values() if metric.is_live for split in metric.splits})


@pytest.mark.parametrize("split", SPLITS)
def test_whatever_it_is_split_by_the_parts_are_there(split: str):
    """Each split of each metric can be asked, of variants the first; what counts rows adds up to the whole."""
    names = []
    for name in BY_HAND:
        id_, colon, _variant = name.partition(":")
        splits = CATALOGUE[id_].splits
        names += [name] if split in (splits[:1] if colon else splits) else []
    for name, parts in figures_of_all(names, Wanted(*FEBRUARY, (split,))).items():
        whole = sum(figure.n for figure in parts)
        if name not in {"ticket_to_order", "contacts_per_customer", "health_avg", "csi"}:
            assert whole == BY_HAND[name][1], name


def test_splits():
    # 50 and 55; 70, 60, 100, 45, 150 and 10; 500 of nobody known.
    told = {figure.split: figure.value for figure in figures("aov", "purchase")}
    assert told == {"first": 5_250, "repeat": 7_250, "": 50_000}
    # 3 is told by its last band though it has no value.
    bands = {figure.split: (figure.value, figure.n) for figure in figures("health_avg", "band")}
    assert bands == {
        "health:at_risk": (40, 1), "health:healthy": (60, 1), "health:not_enough_data": (None, 1),
    }  # fmt: skip
    # March: of those who began in March 2025 (3) none is a customer any more.
    march = (date(2026, 3, 1), date(2026, 3, 31))
    kept = {figure.split: figure.value for figure in figures("crr", "cohort", days=march)}
    assert kept["2025-03"] == 0


def test_where_carriers_fail():
    # Customer 6 lives in France and 7 in Germany, whose o16 came without a parcel.
    told = {figure.split: (figure.value, figure.n) for figure in figures("on_time_rate", "country")}
    assert told == {"DE": (100, 2), "FR": (0, 1)}
    both = {figure.split: figure.value for figure in figures("on_time_rate", "carrier_and_country")}
    assert both == {"DHL · FR": 0, "UPS · DE": 100, " · DE": 100}
    # Of customer 8 nobody told where they live.
    days = {figure.split: figure.value for figure in figures("shipment_analytics", "country")}
    assert days == {"FR": 4, "DE": 1, "": 2}


def test_what_reaches_beyond_the_history_is_marked():
    # Orders begin on 24 December 2024: 365 days to the end of December 2025 are on record, of November not.
    months = Wanted(date(2025, 11, 1), date(2026, 1, 31), ("month",), compare=True)
    [rpr, ninety, revenue] = metrics_for_viewer(STORE, ["rpr", "rpr:within_90", "revenue"], months)
    assert rpr.history_from == date(2024, 12, 24)
    assert [(each.is_window_full, each.is_comparable) for each in rpr.figures] == [
        (False, False), (True, False), (True, True),
    ]  # fmt: skip
    assert [each.change_points is None for each in rpr.figures] == [True, True, False]
    assert all(each.is_window_full and each.is_comparable for each in ninety.figures)
    assert [each.is_comparable for each in revenue.figures] == [True, True, True]
    # What is retained rests on the year before the month: that of January 2026 is on record, of December not.
    [kept] = metrics_for_viewer(STORE, ["crr"], months)
    assert [each.is_window_full for each in kept.figures] == [False, False, True]


def test_a_month_is_compared_with_none_of_before_the_history():
    [revenue] = metrics_for_viewer(
        STORE, ["revenue"], Wanted(date(2024, 12, 1), date(2025, 2, 28), ("month",), compare=True)
    )
    told = [(each.value, each.is_comparable, each.change_percent) for each in revenue.figures]
    # December 2024 began with the history and not before; of January a change is told by February alone.
    assert told == [(7_500, False, None), (12_500, False, None), (4_000, True, -68)]


def test_costs_of_other_stretches_than_months():
    # A week has 7 ÷ 28 of February's 140; o14 of 6 and o15 of 7 are first purchases, both in the first week.
    week = figures("cac", days=(date(2026, 2, 2), date(2026, 2, 8)))
    assert [(each.value, each.n) for each in week] == [(1_750, 2)]
    # January has no first purchase but o12 of 5; over both months 450 ÷ 3.
    both = figures("cac", days=(date(2026, 1, 1), date(2026, 2, 28)))
    assert [(each.value, each.n) for each in both] == [(15_000, 3)]
    # Of December nothing is told: no value, rather than too low a one.
    assert [each.value for each in figures("cac", days=(date(2025, 12, 1), date(2026, 2, 28)))] == [None]


def test_what_lateness_costs():
    # Customer 6 speaks of o14, which came a day late; 7 of o16, which came early, and without a number of o15,
    # the last that had come by then; 6 on 2 February of nothing yet, and to customer 1 nothing ever came.
    told = {each.split: (each.value, each.n) for each in figures("csat_mean", "delivery")}
    assert told == {"late_1_2": (2, 1), "on_time": (4.5, 2), "": (4.25, 4)}
    # Of customers their first purchase: o14 of 6, who did not come again, o15 of 7.
    again = {each.split: (each.value, each.n) for each in figures("rpr", "delivery")}
    assert again == {"late_1_2": (0, 1), "on_time": (100, 1), "": (85.7143, 7)}
    placed = {each.split: each.n for each in figures("orders", "delivery")}
    assert placed == {"late_1_2": 1, "on_time": 2, "": 6}


def test_where_the_store_sells():
    # o14; o15 and o16; of the others nobody told.
    told = {figure.split: (figure.value, figure.n) for figure in figures("aov", "country")}
    assert told == {"FR": (5_000, 1), "DE": (5_000, 2), "": (14_833, 6)}
    again = {figure.split: (figure.value, figure.n) for figure in figures("rpr:period", "country")}
    assert again == {"FR": (0, 1), "DE": (100, 1), "": (100, 5)}


def test_retention_counts_those_who_were_there_at_the_start():
    # January: 1, 2, 3, 4, 8, 9 and 11 had bought within a year; 9 lapses on 31 January: 6 ÷ 7.
    # March: of the nine at the start 3 lapses; 10 is new and does not count: (9 − 1) ÷ 9.
    months = figures("crr", "month", days=(date(2026, 1, 1), date(2026, 3, 31)))
    assert [(figure.value, figure.n) for figure in months] == [(85.7143, 7), (100, 7), (88.8889, 9)]


def test_compared_with_the_month_before():
    # January: (80 + 110 + 20 + 40 + 10) ÷ 5 = 52; 11556 ÷ 5200 − 1 = 122.2 %.
    [value] = figures("aov", compare=True)
    assert (value.previous, value.change_percent, value.verdict) == (5_200, 122.2, "better")
    # The only answer of January detracts; from −100 to 0.
    [score] = figures("nps", compare=True)
    assert (score.previous, score.change_points, score.change_percent) == (-100, 100, 100)
    # One ticket was open at the end of January, two at the end of February.
    [backlog] = figures("ticket_backlog", compare=True)
    assert (backlog.previous, backlog.verdict) == (1, "worse")


def test_without_anything_there_is_no_value_and_counts_are_nothing():
    years_ago = Wanted(date(2020, 1, 1), date(2020, 1, 31))
    standard = [name for name in BY_HAND if ":" not in name]
    for shown in metrics_for_viewer(STORE, standard, years_ago):
        counted = shown.metric.zero_without_rows
        [figure] = shown.figures
        assert (figure.value, figure.n, figure.low) == (0 if counted else None, 0, None), shown.metric.id
