"""The made-up store as files: the same seed gives the same bytes, and what belongs together is there."""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from regard.sim.calls import encode_call, live_calls, past_calls
from regard.sim.cells import make_cell
from regard.sim.files import read_plan, write_past, write_truth
from regard.sim.plan import CELL, DAY, Span
from regard.sim.tables import TABLES
from tests.sim.stores import UNTIL, bytes_of, cells_of, column, plan_of, table_of

SMALL = plan_of(400)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    write_past(SMALL, tmp_path / "one")
    write_past(SMALL, tmp_path / "again")
    write_past(plan_of(400, seed=2), tmp_path / "other")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "again")
    one, other = bytes_of(tmp_path / "one"), bytes_of(tmp_path / "other")
    assert [name for name in one if one[name] == other[name]] == ["products.parquet"]


def test_neither_processes_nor_a_larger_store_change_a_person(tmp_path):
    plan = plan_of(CELL + 50)
    write_past(plan, tmp_path / "one")
    write_past(plan, tmp_path / "two", processes=2)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    for kind in TABLES:
        alone = table_of(plan_of(CELL), kind)
        group = pq.ParquetFile(tmp_path / "one" / f"{kind}.parquet").read_row_group(0)
        assert group.cast(alone.schema).equals(alone)


def test_the_truth_is_of_the_same_store(tmp_path):
    write_truth(SMALL, tmp_path)
    people, orders = pq.read_table(tmp_path / "people.parquet"), pq.read_table(tmp_path / "orders.parquet")
    assert column(people, "customer_id") == column(table_of(SMALL, "customers"), "customer_id")
    told = table_of(SMALL, "orders")
    delivered = [
        order
        for order, at in zip(column(told, "order_id"), column(told, "delivered_at"), strict=True)
        if at is not None
    ]
    assert column(orders, "order_id") == delivered
    story = json.loads((tmp_path / "story.json").read_text())
    assert story["carrier_fails"]["days"] == ["2026-02-23", "2026-03-15"]
    assert story["black_friday"]["days"] == ["2025-11-28", "2025-12-01"]
    assert story["causes"]["late_hurts"] == 0.28


def test_a_plan_is_read_as_it_was_written(tmp_path):
    write_past(SMALL, tmp_path)
    assert read_plan(tmp_path / "plan.json") == SMALL


def test_keys_match():
    rows = {kind: table_of(SMALL, kind) for kind in TABLES}
    customers = column(rows["customers"], "customer_id")
    owners = dict(zip(column(rows["orders"], "order_id"), column(rows["orders"], "customer_id"), strict=True))
    assert len(set(customers)) == len(set(column(rows["customers"], "email"))) == 400
    assert set(owners.values()) <= set(customers)
    assert set(column(rows["order_lines"], "order_id")) == set(owners)
    assert set(column(rows["shipments"], "order_id")) <= set(owners)
    for kind in ("order_lines", "reviews", "answers", "tickets"):
        named = zip(column(rows[kind], "order_id"), column(rows[kind], "customer_id"), strict=True)
        assert all(owners[order] == customer for order, customer in named)


def test_an_order_is_worth_its_lines():
    worth: dict[str, int] = {}
    for line in table_of(SMALL, "order_lines").to_pylist():
        cents = round(float(line["price"]) * 100) * line["quantity"]
        worth[line["order_id"]] = worth.get(line["order_id"], 0) + cents
    orders = table_of(SMALL, "orders")
    totals = [round(float(total) * 100) for total in column(orders, "total")]
    assert dict(zip(column(orders, "order_id"), totals, strict=True)) == worth


def test_nothing_of_the_past_lies_in_the_future():
    for kind in TABLES:
        table = table_of(SMALL, kind)
        for name in (name for name in table.column_names if name.endswith("_at") and name != "promised_at"):
            assert max((at for at in column(table, name) if at), default=UNTIL) <= UNTIL, (kind, name)


def test_what_lies_ahead_goes_on_where_the_past_ended():
    [cell] = cells_of(SMALL)
    ahead = live_calls(cell, Span(SMALL.present, SMALL.present + 30 * DAY))
    names = {call.event for call in ahead}
    assert {"Order Completed", "Order Shipped", "Order Delivered", "Product Viewed", "Email Opened"} <= names
    assert {"Survey Answered", "Product Reviewed", "Ticket Opened", "Ticket Solved"} <= names
    under_way = {
        order["order_id"] for order in table_of(SMALL, "orders").to_pylist() if order["delivered_at"] is None
    }
    arrived = {call.told["order_id"] for call in ahead if call.event == "Order Delivered"}
    assert under_way <= arrived
    placed = {call.told["order_id"] for call in ahead if call.event == "Order Completed"}
    assert not placed & set(column(table_of(SMALL, "orders"), "order_id"))


def test_calls_of_a_time_are_those_of_its_parts():
    [cell] = cells_of(SMALL)
    whole = past_calls(cell, Span(SMALL.start, SMALL.present))
    middle = SMALL.start + 100 * DAY
    parts = past_calls(cell, Span(SMALL.start, middle)) + past_calls(cell, Span(middle, SMALL.present))
    assert sorted(whole, key=lambda call: call.number) == sorted(parts, key=lambda call: call.number)
    assert len({call.number for call in whole}) == len(whole)


def test_a_call_that_is_moved_keeps_how_long_things_take():
    [cell] = cells_of(SMALL)
    call = next(
        call
        for call in live_calls(cell, Span(SMALL.present, SMALL.horizon))
        if call.event == "Order Delivered"
    )

    def times(shift: float) -> tuple[datetime, datetime]:
        message = json.loads(encode_call(call, shift=shift))
        told = message["properties"]
        return datetime.fromisoformat(message["timestamp"]), datetime.fromisoformat(told["promised_at"])

    assert [b - a for a, b in zip(times(0), times(7_200), strict=True)] == [
        b - a for a, b in zip(times(-3_600), times(3_600), strict=True)
    ]
    assert (times(0)[1] - times(0)[0]) == (times(5_000)[1] - times(5_000)[0])


@pytest.mark.parametrize("number", [-1, 1])
def test_there_are_no_other_cells(number):
    with pytest.raises(IndexError, match="1 cells"):
        make_cell(SMALL, number)
