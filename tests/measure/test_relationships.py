"""Scores over time, worked by hand: four customers of a store, and the moves of their health.

    day         who  health               first bought
    2026-01-10  1    none -> 85 thriving  2026-01-08
    2026-01-20  2    none -> 50 at risk   2026-01-19
    2026-02-03  2    50 at risk -> 62 healthy
    2026-02-10  3    none -> 45 at risk   2026-02-09
    2026-03-05  1    85 thriving -> 70 healthy
    2026-03-06  3    45 at risk -> no verdict
    2026-03-20  4    none -> 90 thriving  2026-03-20

The lake is of 1 April.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from django.core.exceptions import ValidationError
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from regard.core.edges.keyset import CursorInvalid
from regard.measure.domain.relationships.bands import Standing
from regard.measure.domain.relationships.cohorts import Direction, scores_by_cohort
from regard.measure.domain.relationships.moves import MovedCustomer, moved_customers, moves_between
from regard.measure.domain.relationships.over_time import Since, scores_over_time

from .small_store import STORE
from .written_lake import write_lake

BANDS = ("thriving", "healthy", "at_risk", "critical", "lost")
NONE = "health:not_enough_data"
MOVES = (
    ("2026-01-10", 1, None, "", 85, "thriving"),
    ("2026-01-20", 2, None, "", 50, "at_risk"),
    ("2026-02-03", 2, 50, "at_risk", 62, "healthy"),
    ("2026-02-10", 3, None, "", 45, "at_risk"),
    ("2026-03-05", 1, 85, "thriving", 70, "healthy"),
    ("2026-03-06", 3, 45, "at_risk", None, "not_enough_data"),
    ("2026-03-20", 4, None, "", 90, "thriving"),
)
PATHS = (("2026-02-03", 2, None, "", 70, "up"), ("2026-03-05", 1, None, "", 60, "down"))
FIRSTS = {1: "2026-01-08", 2: "2026-01-19", 3: "2026-02-09", 4: "2026-03-20"}


def move(name: str, *told: Any) -> dict[str, Any]:
    on, who, before, band_before, value, band = told
    day = date.fromisoformat(on)
    return {
        "name": name, "customer_id": who, "value": value, "band": f"{name}:{band}",
        "value_before": before, "band_before": f"{name}:{band_before}" if band_before else "",
        "changed_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "changed_on": day,
    }  # fmt: skip


def order(number: int, who: int, on: str) -> dict[str, Any]:
    day = date.fromisoformat(on)
    return {"order_id": f"o{number}", "identity_id": who, "is_purchase": True, "ordered_on": day,
            "ordered_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC)}  # fmt: skip


TABLES = {
    "identities": [{"id": who, "customer_id": who} for who in FIRSTS],
    "orders": [order(who, who, on) for who, on in FIRSTS.items()] + [order(9, 1, "2026-03-01")],
    "score_changes": [move("health", *each) for each in MOVES]
    + [move("trajectory", *each) for each in PATHS],
}


@pytest.fixture
def written() -> None:
    write_lake(STORE, TABLES)


def standing(mean: float | None, *customers: int) -> Standing:
    names = [f"health:{band}" for band in BANDS]
    return Standing(dict(zip(names, (*customers, 0, 0, 0, 0, 0), strict=False)), mean)


def test_by_month(written):
    told = scores_over_time(STORE, "health", first=date(2025, 12, 5), last=date(2026, 4, 1), each="month")
    assert told.since == Since(date(2026, 1, 10), date(2026, 1, 10))
    assert [end.period.first.month for end in told.ends] == [12, 1, 2, 3, 4]
    assert [end.standing for end in told.ends] == [
        None,  # nothing was kept in December
        standing(67.5, 1, 0, 1),  # 85 and 50
        standing(64.0, 1, 1, 1),  # 85, 62 and 45
        standing(74.0, 1, 2, 0),  # 70, 62 and 90; of customer 3 too little is known
        standing(74.0, 1, 2, 0),  # so far
    ]
    assert [end.is_complete for end in told.ends] == [True, True, True, True, False]
    assert told.ends[1].standing.share("health:at_risk") == 50


def test_what_was_computed_afterwards_stands_before_what_was_kept():
    """Customer 2 had 50 at the end of December, as computed afterwards; from 10 January on scores were kept."""
    past = move("health", "2025-12-31", 2, None, "", 50, "at_risk") | {"is_retold": True, "id": 99}
    kept = [row for row in TABLES["score_changes"] if row["name"] == "health"]
    kept[1] = move("health", "2026-01-20", 2, 50, "at_risk", 50, "at_risk")
    rows = [row | {"id": number} for number, row in enumerate(kept)]
    write_lake(STORE, {**TABLES, "score_changes": [*rows, past]})
    told = scores_over_time(STORE, "health", first=date(2025, 12, 1), last=date(2026, 1, 31), each="month")
    assert told.since == Since(date(2025, 12, 31), date(2026, 1, 10))
    assert [end.standing for end in told.ends] == [standing(50.0, 0, 0, 1), standing(67.5, 1, 0, 1)]
    moved = moves_between(STORE, "health", first=date(2025, 12, 31), last=date(2026, 2, 28))
    assert moved.customers[("health:at_risk", "health:healthy")] == 1


def test_by_week_what_was_before_counts_too(written):
    told = scores_over_time(STORE, "health", first=date(2026, 3, 2), last=date(2026, 3, 22), each="week")
    assert [end.standing for end in told.ends] == [
        standing(66.0, 0, 2), standing(66.0, 0, 2), standing(74.0, 1, 2),
    ]  # fmt: skip


def test_by_cohort(written):
    told = scores_by_cohort(STORE, "health", first=date(2026, 1, 1), last=date(2026, 4, 1))
    january, february, march = told.cohorts
    assert january.ages == (
        standing(67.5, 1, 0, 1),
        standing(73.5, 1, 1),
        standing(66.0, 0, 2),
        standing(66.0, 0, 2),
    )
    assert february.ages == (standing(45.0, 0, 0, 1), standing(None), standing(None))
    assert march.ages == (standing(90.0, 1), standing(90.0, 1))
    assert (january.direction, january.direction.word) == (Direction(up=1, flat=0, down=1), "flat")
    assert february.direction.word == ""
    # In the first month: 85, 50, 45 and 90.
    assert told.life[0] == standing(67.5, 2, 0, 2)
    assert told.life[3] == january.ages[3]


@pytest.mark.parametrize(("up", "flat", "down", "word"), [
    (11, 88, 1, "up"), (10, 88, 2, "flat"), (2, 88, 12, "flat"), (1, 88, 11, "down"), (0, 5, 0, "flat"),
])  # fmt: skip
def test_direction_of_a_cohort(up: int, flat: int, down: int, word: str):
    assert Direction(up, flat, down).word == word


def test_moves_between_two_days(written):
    told = moves_between(STORE, "health", first=date(2026, 2, 15), last=date(2026, 3, 31))
    assert told.first == date(2026, 2, 15)
    assert told.customers == {
        ("health:thriving", "health:healthy"): 1,  # customer 1
        ("health:healthy", "health:healthy"): 1,  # customer 2
        ("health:at_risk", ""): 1,  # customer 3 is gone
        ("", "health:thriving"): 1,  # customer 4 is new
    }
    assert told.share("health:at_risk", "") == 100
    assert told.share("health:lost", "health:lost") is None
    assert (told.before("health:healthy"), told.after("health:healthy")) == (1, 2)
    earlier = moves_between(STORE, "health", first=date(2025, 2, 15), last=date(2026, 3, 31))
    assert earlier.first == earlier.since.known == date(2026, 1, 10)  # nothing was kept before
    assert earlier.before("health:thriving") == 1


def test_who_moved(written):
    days = {"first": date(2026, 1, 31), "last": date(2026, 3, 31)}
    found, following = moved_customers(STORE, "health", **days, then="", now="health:thriving")
    assert (found, following) == ([MovedCustomer(4, None, 90.0)], "")
    gone, _ = moved_customers(
        STORE, "health", first=date(2026, 2, 15), last=days["last"], then="health:at_risk", now=""
    )
    assert gone == [MovedCustomer(3, 45.0, None)]
    with pytest.raises(ValidationError, match="Give one of"):
        moved_customers(STORE, "health", **days, then="csi:champions", now="")


def test_pages_of_who_moved_follow_each_other():
    firsts = [move("health", "2026-01-10", who, None, "", 85, "thriving") for who in (5, 3, 9)]
    write_lake(STORE, {**TABLES, "score_changes": firsts})
    asked = {"first": date(2026, 1, 31), "last": date(2026, 3, 31)} | dict.fromkeys(
        ("then", "now"), "health:thriving"
    )
    page, following = moved_customers(STORE, "health", **asked, limit=2)
    assert [each.customer_id for each in page] == [3, 5]
    rest, end = moved_customers(STORE, "health", **asked, cursor=following, limit=2)
    assert ([each.customer_id for each in rest], end) == ([9], "")
    with pytest.raises(CursorInvalid):
        moved_customers(STORE, "health", **asked | {"now": ""}, cursor=following)


def test_what_makes_no_sense_is_refused(written):
    with pytest.raises(ValidationError, match="There is no score"):
        scores_over_time(STORE, "mood", first=date(2026, 1, 1), last=date(2026, 2, 1), each="month")
    with pytest.raises(ValidationError, match="lies before the first"):
        moves_between(STORE, "health", first=date(2026, 3, 1), last=date(2026, 2, 1))


def test_a_store_without_scores_has_none():
    write_lake(STORE, {})
    days = {"first": date(2026, 1, 1), "last": date(2026, 3, 31)}
    assert [each.standing for each in scores_over_time(STORE, "health", **days, each="month").ends] == [
        None
    ] * 3
    assert scores_by_cohort(STORE, "health", **days).cohorts == ()
    assert moves_between(STORE, "health", **days).customers == {}


@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
@given(st.lists(st.tuples(st.integers(0, 89), st.integers(1, 4), st.integers(0, 5)), max_size=25))
def test_figures_are_those_of_a_plain_query(told: list[tuple[int, int, int]]):
    """Whatever moves there are: the last one of each customer until a day says where they stand."""
    rows, last = [], {}
    for days, who, band in sorted(told, key=lambda each: each[0]):
        before, band_before = last.get(who, (None, ""))
        name = (*BANDS, "not_enough_data")[band]
        value = None if band == 5 else 90 - 20 * band
        on = (date(2026, 1, 1) + timedelta(days=days)).isoformat()
        moved = move("health", on, who, before, band_before, value, name)
        moved["changed_at"] += timedelta(minutes=len(rows))
        rows.append(moved)
        last[who] = (value, name)
    write_lake(STORE, {**TABLES, "score_changes": rows})
    moves = [
        (number, row["customer_id"], row["changed_on"], row["band"], row["value"])
        for number, row in enumerate(rows)
    ]
    plain = duckdb.connect()
    plain.execute("CREATE TABLE moves (id INT, who INT, day DATE, band TEXT, value DOUBLE)")
    if moves:
        plain.executemany("INSERT INTO moves VALUES (?, ?, ?, ?, ?)", moves)
    query = f"""
        SELECT who, band, value FROM (
            SELECT *, row_number() OVER (PARTITION BY who ORDER BY id DESC) AS back FROM moves WHERE day <= ?
        ) WHERE back = 1 AND band <> '{NONE}'
    """

    def stood(day: date) -> dict[int, tuple[str, float]]:
        return {who: (band, value) for who, band, value in plain.execute(query, [day]).fetchall()}

    shown = scores_over_time(STORE, "health", first=date(2026, 1, 1), last=date(2026, 3, 31), each="month")
    for end in shown.ends:
        there = stood(end.period.last)
        if end.standing:
            assert {band: n for band, n in end.standing.customers.items() if n} == Counter(
                b for b, _ in there.values()
            )
            assert end.standing.mean == (
                pytest.approx(sum(v for _, v in there.values()) / len(there), abs=0.005001) if there else None
            )
        else:
            assert not there
    told_moves = moves_between(STORE, "health", first=date(2026, 2, 10), last=date(2026, 3, 31))
    first, now = stood(told_moves.first), stood(date(2026, 3, 31))
    pairs = Counter(
        (first.get(who, ("", 0))[0], now.get(who, ("", 0))[0]) for who in first.keys() | now.keys()
    )
    assert told_moves.customers == pairs


def test_as_many_are_listed_as_were_counted_also_from_before_anything_was_known(written):
    days = {"first": date(2025, 2, 15), "last": date(2026, 3, 31)}
    counted = moves_between(STORE, "health", **days).customers

    assert counted
    for (then, now), customers in counted.items():
        found, _following = moved_customers(STORE, "health", **days, then=then, now=now)
        assert len(found) == customers
