"""The rows behind the figures of metrics, over JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from ninja import Field, Query, Schema
from pydantic import ConfigDict

from regard.core.edges.api import ApiRequest, Page, PageQuery, Router, Text, requires, store_of
from regard.measure.domain.metric import RowKind, Unit
from regard.measure.domain.rows import WantedRows, rows_behind_for_viewer

router = Router(tags=["Metrics"])


class RowItem(Schema):
    """A row that a figure was computed of."""

    id: int = Field(description="Of the row, or of the customer; below zero: of an order without parcels.")
    customer_id: int | None = Field(description="Null: nobody knows whose it is.")
    reference: str = Field(description="The shop's number of the order or product that it is about.")
    on: date | None = Field(description="Its day; null for customers.")
    part: str = Field(description="The part of the split that it counts for.")
    value: float | None = Field(
        description="What it adds; of shares 100 is yes and 0 no. Money in minor units."
    )


class RowList(Page[RowItem]):
    counts: RowKind
    unit: Unit
    total: int = Field(description="How many there are in all: the figure's n.")


class RowQuery(PageQuery):
    model_config = ConfigDict(populate_by_name=True)

    id: Text = Field(max_length=80, description="Id of a metric, or `id:variant`.")
    first: date = Field(alias="from", description="The first day of the figure, in the store's time zone.")
    last: date = Field(alias="to", description="Its last day.")
    by: Text = Field("", max_length=40, description="What the figure is split by.")
    part: Text | None = Field(None, description="Of which part; left out: of all.")


@router.get(
    "/metrics/rows",
    operation_id="get_metric_rows",
    summary="Get the rows behind a figure",
    response=RowList,
    auth=requires("customers.read"),
)
def get_metric_rows(request: ApiRequest, query: Query[RowQuery]) -> dict[str, Any]:
    """The orders, answers, reviews, tickets, parcels or customers that a figure was computed of."""
    wanted = WantedRows(query.first, query.last, query.by, query.part)
    behind = rows_behind_for_viewer(
        store_of(request), query.id, wanted, cursor=query.cursor, limit=query.limit
    )
    return {
        "items": [asdict(row) for row in behind.rows],
        "next": behind.next_cursor or None,
        "counts": behind.metric.counts,
        "unit": behind.unit,
        "total": behind.total,
    }
