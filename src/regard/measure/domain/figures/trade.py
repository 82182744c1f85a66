"""Figures of how much is sold, and to how many."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import (
    Figures,
    Measured,
    Question,
    count_of,
    in_periods,
    one_by_one,
    rows_behind,
    sum_of,
)
from regard.measure.domain.figures.retention import customers_within, within
from regard.measure.domain.figures.sales import purchases
from regard.measure.domain.figures.satisfaction import with_product


def placed(question: Question) -> ir.Table:
    return count_of(purchases(question), question)


def net_revenue(question: Question) -> ir.Table:
    bought = purchases(question)
    return sum_of(bought.mutate(value=(bought.total - bought.paid_back).cast("float64")), question)


def _lines(question: Question) -> ir.Table:
    """Those of purchases, with their day and `value`, the pieces."""
    bought = question.purchases.select("order_id", "customer_id", "day")
    lines = question.table("lines")
    sold = lines.filter(lines.quantity > 0).inner_join(bought, "order_id")
    return with_product(sold.mutate(value=sold.quantity), question)


def pieces(question: Question) -> ir.Table:
    return sum_of(_lines(question), question)


def price_of_a_piece(question: Question) -> ir.Table:
    lines = _lines(question)
    rows = in_periods(lines.filter(lines.total_minor.notnull()), question)
    if question.tells_rows:
        return rows_behind(rows.mutate(value=rows.total_minor / rows.quantity))
    return rows.group_by("period", "split").agg(
        n=rows.count(), value=rows.total_minor.sum().cast("float64") / rows.quantity.sum()
    )


def buying_customers(question: Question) -> ir.Table:
    def of_period(number: int, rows: ir.Table) -> Measured:
        bought = rows[f"orders_{number}"] >= 1
        return Measured(ibis.literal(1.0), bought, bought.sum().cast("float64"))

    return one_by_one(customers_within(question, within), question, of_period)


def first_purchases(question: Question) -> ir.Table:
    """A row a customer, on the day of the first purchase."""
    bought = question.customers_purchases
    return count_of(bought.group_by("customer_id").agg(day=bought.day.min()), question)


FIGURES: dict[str, Figures] = {
    "orders": placed,
    "revenue": net_revenue,
    "units": pieces,
    "average_price": price_of_a_piece,
    "buyers": buying_customers,
    "new_customers": first_purchases,
}
