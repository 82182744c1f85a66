"""What a late parcel costs, asked of a made-up store whose truth says that it costs something."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from regard.measure.domain.showing import Wanted, metrics_for_viewer
from tests.sim.stores import UNTIL, column, plan_of, table_of

from .small_store import STORE
from .written_lake import write_lake

PLAN = plan_of(4_000)
TWO_YEARS = (date(2024, 6, 1), date(2026, 5, 31))


def rows_of(kind: str, *names: str) -> list[dict[str, Any]]:
    table = table_of(PLAN, kind)
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(column(table, name) for name in names), strict=True)
    ]


def day(moment: datetime | None) -> date | None:
    return moment and moment.date()


@pytest.fixture
def made_up_store() -> None:
    number = {name: place for place, name in enumerate(column(table_of(PLAN, "customers"), "customer_id"), 1)}
    told = ("order_id", "customer_id", "ordered_at", "promised_at", "delivered_at")
    orders = [
        {
            "order_id": row["order_id"], "identity_id": number[row["customer_id"]], "is_purchase": True,
            "ordered_at": row["ordered_at"], "ordered_on": day(row["ordered_at"]),
            "promised_on": day(row["promised_at"]), "delivered_on": day(row["delivered_at"]),
        }
        for row in rows_of("orders", *told)
    ]  # fmt: skip
    told = ("order_id", "customer_id", "measure", "value", "answered_at")
    answers = [
        {
            "order_id": row["order_id"] if row["measure"] == "csat" else "",
            "identity_id": number[row["customer_id"]], "measure": row["measure"],
            "score": (row["value"] - 1) * 25.0 if row["measure"] == "csat" else row["value"] * 10.0,
            "answered_at": row["answered_at"], "answered_on": day(row["answered_at"]),
        }
        for row in rows_of("answers", *told)
    ]  # fmt: skip
    people = [{"id": place, "customer_id": place} for place in number.values()]
    write_lake(STORE, {"orders": orders, "answers": answers, "identities": people}, at=UNTIL)


@pytest.mark.parametrize("name", ["csat_mean", "nps", "rpr"])
def test_late_parcels_cost_satisfaction_and_custom(made_up_store: None, name: str):
    """Ratings name their order, recommendations only their customer."""
    [shown] = metrics_for_viewer(STORE, [name], Wanted(*TWO_YEARS, ("delivery",)))
    told = {figure.split: figure for figure in shown.figures}
    on_time, late = told["on_time"], told["late_3"]
    assert min(on_time.n, late.n) >= 30
    assert late.value < on_time.value
    if shown.metric.sampled:  # the intervals lie apart
        assert late.high < on_time.low
