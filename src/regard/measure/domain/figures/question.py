"""What the expressions of metrics share: the facts they read, the periods, and how rows become figures.

Every expression gives rows of (period, split, n, value), and where it is a mean (median, deviation) too. period:
number of the period, from 0. split: what it was told apart by, "" for all and for what nobody told. n: how many
observations the value rests on. A period or split without any has no row, or a null value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import ibis
import ibis.expr.types as ir

from regard.lake.domain.reading import Lake
from regard.measure.domain.periods import Period

UNBOUNDED = date(1, 1, 1)


@dataclass(frozen=True)
class Question:
    """Periods that follow each other, and what the figures are told apart by ("" for nothing).

    known_until: the day on which the lake is.
    """

    lake: Lake
    periods: Sequence[Period]
    split: str = ""
    known_until: date = date.max

    def table(self, name: str) -> ir.Table:
        return self.lake.table(name)

    @cached_property
    def calendar(self) -> ir.Table:
        """The days of the periods: (on, period)."""
        bounds = ibis.memtable(
            [
                {"period": number, "first": period.first, "after": period.after}
                for number, period in enumerate(self.periods)
            ],
            schema={"period": "int64", "first": "date", "after": "date"},
        )
        first, after = bounds["first"].cast("timestamp"), bounds["after"].cast("timestamp")
        days = ibis.range(first, after, ibis.interval(days=1))
        return bounds.select("period", on=days.unnest()).mutate(on=ibis._["on"].date())

    @cached_property
    def purchases(self) -> ir.Table:
        """Orders that count: (id, order_id, customer_id, at, day, total, paid_back); amounts in minor units."""
        orders = self.table("orders")
        return orders.filter(orders.is_purchase).select(
            "id", "order_id", "customer_id",
            at=orders.ordered_at, day=orders.ordered_on, total=orders.total_minor,
            paid_back=orders.refunded_minor.fill_null(0),
        )  # fmt: skip

    @cached_property
    def customers_purchases(self) -> ir.Table:
        """Those of which is known whose they are."""
        return self.purchases.filter(self.purchases.customer_id.notnull())


Figures = Callable[[Question], ir.Table]


def in_periods(rows: ir.Table, question: Question) -> ir.Table:
    """Rows that have a `day` in one of the periods, with its number as `period` and their `split`."""
    split = rows[question.split].cast("string").fill_null("") if question.split else ibis.literal("")
    rows = rows.mutate(split=split)
    return rows.inner_join(question.calendar, rows.day == question.calendar.on)


def mean_of(rows: ir.Table, question: Question) -> ir.Table:
    """Of the `value` of rows by `day`."""
    rows = in_periods(rows.filter(rows.value.notnull()), question)
    return rows.group_by("period", "split").agg(
        n=rows.count(),
        value=rows.value.mean(),
        median=rows.value.median(),
        deviation=rows.value.std(),
    )


def share_of(rows: ir.Table, question: Question) -> ir.Table:
    """Percent of the rows by `day` whose `value` is true."""
    rows = in_periods(rows.filter(rows.value.notnull()), question)
    return rows.group_by("period", "split").agg(n=rows.count(), value=rows.value.ifelse(100.0, 0.0).mean())


def count_of(rows: ir.Table, question: Question) -> ir.Table:
    rows = in_periods(rows, question)
    return rows.group_by("period", "split").agg(n=rows.count(), value=rows.count().cast("float64"))


def sum_of(rows: ir.Table, question: Question) -> ir.Table:
    """Of the `value` of rows by `day`."""
    rows = in_periods(rows.filter(rows.value.notnull()), question)
    return rows.group_by("period", "split").agg(n=rows.count(), value=rows.value.sum())


def between(day: ir.Value, first: date, after: date) -> ir.BooleanValue:
    """From the first day to the one before `after`."""
    bounds = day < ibis.literal(after)
    return bounds if first == UNBOUNDED else (day >= ibis.literal(first)) & bounds


def one_by_one(
    rows: ir.Table, question: Question, figures: Callable[[int, ir.Table], dict[str, ir.Value]]
) -> ir.Table:
    """Figures of each period over the same rows, of which some columns are of a period alone.

    figures: gives `n` and `value`, aggregates over the rows, for the number of a period. All of them are computed
    in one pass; rows are told apart by their column `split`.
    """
    wide = rows.group_by("split").agg(
        **{
            f"{name}_{number}": value
            for number in range(len(question.periods))
            for name, value in figures(number, rows).items()
        }
    )
    return ibis.union(
        *[
            wide.select(
                "split",
                period=ibis.literal(number, "int64"),
                n=wide[f"n_{number}"],
                value=wide[f"value_{number}"],
            )
            for number in range(len(question.periods))
        ]
    )


def beneath_each_other(question: Question, rows: Callable[[int], ir.Table]) -> ir.Table:
    """Rows that each period has, by its number, with that as `period`."""
    numbers = range(len(question.periods))
    return ibis.union(*[rows(number).mutate(period=ibis.literal(number, "int64")) for number in numbers])


def of_largest_parts(figures: ir.Table, count: int) -> ir.Table:
    """Only those of the so many parts with the most observations."""
    parts = figures.group_by("split").agg(observations=figures.n.sum().fill_null(0))
    largest = parts.order_by([parts.observations.desc(), parts.split]).limit(count)
    return figures.semi_join(largest, "split")
