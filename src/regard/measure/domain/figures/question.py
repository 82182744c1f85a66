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
from regard.measure.domain.metric import BETWEEN_PARTS
from regard.measure.domain.periods import Period

UNBOUNDED = date(1, 1, 1)
COUNTRY, CARRIER_AND_COUNTRY = "country", "carrier_and_country"


@dataclass(frozen=True)
class Question:
    """Periods that follow each other, and what the figures are told apart by ("" for nothing).

    known_until: the day on which the lake is. tells_rows: the same expressions give what the figures rest
    on instead: rows of (period, split, id, customer_id, reference, on, value), as many as n says.
    """

    lake: Lake
    periods: Sequence[Period]
    split: str = ""
    known_until: date = date.max
    tells_rows: bool = False

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
    rows = with_country(rows, question)
    split = rows[question.split].cast("string").fill_null("") if question.split else ibis.literal("")
    rows = rows.mutate(split=split)
    return rows.inner_join(question.calendar, rows.day == question.calendar.on)


def with_country(rows: ir.Table, question: Question) -> ir.Table:
    """Where the customer of each row lives, where figures are told apart by that: alone or within a carrier."""
    if question.split not in {COUNTRY, CARRIER_AND_COUNTRY}:
        return rows
    people = question.table("customers").select("customer_id", "country")
    rows = rows.left_join(people, "customer_id").drop("customer_id_right")
    rows = rows.mutate(country=rows.country.fill_null(""))
    if question.split == COUNTRY:
        return rows
    return rows.mutate(carrier_and_country=rows.carrier + BETWEEN_PARTS + rows.country)


def mean_of(rows: ir.Table, question: Question, *, median: bool = True) -> ir.Table:
    """Of the `value` of rows by `day`."""
    rows = in_periods(rows.filter(rows.value.notnull()), question)
    if question.tells_rows:
        return rows_behind(rows)
    middle = {"median": rows.value.median()} if median else {}
    return rows.group_by("period", "split").agg(
        n=rows.count(), value=rows.value.mean(), **middle, deviation=rows.value.std()
    )


def share_of(rows: ir.Table, question: Question) -> ir.Table:
    """Percent of the rows by `day` whose `value` is true."""
    rows = rows.mutate(value=percents(rows.value))
    rows = in_periods(rows.filter(rows.value.notnull()), question)
    if question.tells_rows:
        return rows_behind(rows)
    return rows.group_by("period", "split").agg(n=rows.count(), value=rows.value.mean())


def percents(condition: ir.BooleanValue) -> ir.FloatingValue:
    """100 or 0; what is not known stays so. Cast from whole numbers: to Spark 100.0 is a decimal, and their
    means are rounded."""
    return ibis.cases((condition, 100), (~condition, 0)).cast("float64")


def count_of(rows: ir.Table, question: Question) -> ir.Table:
    rows = in_periods(rows, question)
    if question.tells_rows:
        return rows_behind(rows.mutate(value=ibis.literal(1.0)))
    return rows.group_by("period", "split").agg(n=rows.count(), value=rows.count().cast("float64"))


def sum_of(rows: ir.Table, question: Question) -> ir.Table:
    """Of the `value` of rows by `day`."""
    rows = in_periods(rows.filter(rows.value.notnull()), question)
    if question.tells_rows:
        return rows_behind(rows)
    return rows.group_by("period", "split").agg(n=rows.count(), value=rows.value.sum())


def rows_behind(rows: ir.Table) -> ir.Table:
    """Rows that figures rest on, in one form: the number of the row in its table or of the customer, whose it is,
    what else it is known by (the number of an order or product), its day, and what it adds to the figure."""
    has = rows.columns
    nobody, nothing = ibis.null("int64"), ibis.literal("")
    references = [rows[name].nullif("") for name in ("order_id", "product_id") if name in has]
    return rows.select(
        "period", "split",
        id=rows["id" if "id" in has else "customer_id"],
        customer_id=rows.customer_id if "customer_id" in has else nobody,
        reference=ibis.coalesce(*references, nothing) if references else nothing,
        on=rows.day if "day" in has else ibis.null("date"),
        value=rows.value.cast("float64"),
    )  # fmt: skip


def between(day: ir.Value, first: date, after: date) -> ir.BooleanValue:
    """From the first day to the one before `after`."""
    bounds = day < ibis.literal(after)
    return bounds if first == UNBOUNDED else (day >= ibis.literal(first)) & bounds


@dataclass(frozen=True)
class Measured:
    """What is measured of each row in a period: its value, over the rows that are counted. of_all: how the figure
    follows from the values; their mean where it is not given."""

    value: ir.Value
    counted: ir.BooleanValue
    of_all: ir.Value | None = None

    @property
    def figure(self) -> ir.Value:
        return self.value.mean(where=self.counted) if self.of_all is None else self.of_all


def share_within(part: ir.BooleanValue, whole: ir.BooleanValue) -> Measured:
    """Percent of the rows of the whole that are of the part."""
    return Measured(percents(part.fill_null(False)), whole)


def one_by_one(rows: ir.Table, question: Question, measured: Callable[[int, ir.Table], Measured]) -> ir.Table:
    """Figures of each period over the same rows, of which some columns are of a period alone.

    measured: what is measured of the rows, for the number of a period. All periods are computed in one pass; rows
    are told apart by their column `split`.
    """
    numbers = range(len(question.periods))
    if question.tells_rows:
        return ibis.union(*[_rows_of_period(rows, number, measured(number, rows)) for number in numbers])
    aggregates: dict[str, ir.Value] = {}
    for number in numbers:
        each = measured(number, rows)
        aggregates |= {f"n_{number}": each.counted.sum(), f"value_{number}": each.figure}
    wide = rows.group_by("split").agg(**aggregates)
    return ibis.union(
        *[
            wide.select(
                "split",
                period=ibis.literal(number, "int64"),
                n=wide[f"n_{number}"],
                value=wide[f"value_{number}"],
            )
            for number in numbers
        ]
    )


def _rows_of_period(rows: ir.Table, number: int, measured: Measured) -> ir.Table:
    counted = rows.mutate(value=measured.value, period=ibis.literal(number, "int64")).filter(measured.counted)
    return rows_behind(counted)


def beneath_each_other(question: Question, rows: Callable[[int], ir.Table]) -> ir.Table:
    """Rows that each period has, by its number, with that as `period`."""
    numbers = range(len(question.periods))
    return ibis.union(*[rows(number).mutate(period=ibis.literal(number, "int64")) for number in numbers])


def of_largest_parts(figures: ir.Table, count: int) -> ir.Table:
    """Only those of the so many parts with the most observations."""
    parts = figures.group_by("split").agg(observations=figures.n.sum().fill_null(0))
    largest = parts.order_by([parts.observations.desc(), parts.split]).limit(count)
    return figures.semi_join(largest, "split")
