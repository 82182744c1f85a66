"""Since when a store tells of something: what lies before is not known, however little it may have been."""

from __future__ import annotations

from datetime import date

from regard.lake.domain.reading import Lake
from regard.measure.domain.metric import Metric, RowKind
from regard.measure.domain.periods import FIRST_DAY

FIRST_FACTS = {
    "orders": "ordered_on", "shipments": "delivered_on", "answers": "answered_on", "reviews": "reviewed_on",
    "tickets": "opened_on", "texts": "said_on", "score_changes": "changed_on", "lifetime_values": "computed_on",
    "costs": "month",
}  # fmt: skip
OF_ROWS: dict[RowKind, str] = {
    "customers": "orders", "orders": "orders", "lines": "orders", "parcels": "orders", "answers": "answers",
    "reviews": "reviews", "tickets": "tickets", "texts": "texts",
}  # fmt: skip


class History:
    """When the facts of a lake begin, each asked once."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._found: dict[str, date | None] = {}

    def of(self, metric: Metric) -> date | None:
        """The first day on record of what a metric rests on, of those that look back or count; None of others,
        and where nothing is known."""
        table = OF_ROWS.get(metric.counts)
        if table is None or not (metric.looks_back or metric.zero_without_rows):
            return None
        return self.first_day(table)

    def first_day(self, table: str) -> date | None:
        """Of a table's facts, of those on days that can be meant."""
        if table not in self._found:
            day = self._lake.table(table)[FIRST_FACTS[table]]
            [row] = self._lake.rows_of(day.min(where=day >= FIRST_DAY).name("first").as_table())
            self._found[table] = row["first"]
        return self._found[table]
