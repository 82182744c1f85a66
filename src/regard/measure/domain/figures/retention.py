"""Figures of customers who come back: each customer's purchases are summed up once, for all periods."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.deliveries import DELIVERY, with_first_delivery
from regard.measure.domain.figures.question import (
    COUNTRY,
    UNBOUNDED,
    Figures,
    Measured,
    Question,
    between,
    mean_of,
    one_by_one,
    percents,
    share_within,
    with_country,
)
from regard.measure.domain.periods import Period

YEAR = 365
Window = Callable[[Period], tuple[date, date]]  # the first day, and the one after the last


def trailing(days: int) -> Window:
    return lambda period: (period.after - timedelta(days=days), period.after)


def within(period: Period) -> tuple[date, date]:
    return period.first, period.after


def lifetime(period: Period) -> tuple[date, date]:
    return UNBOUNDED, period.after


def customers_within(question: Question, window: Window) -> ir.Table:
    """A row a customer: when they first bought, and for each period how often and for how much within its window.

    Columns: first, split, orders_N, spent_N (net of what was paid back by now; null: no amount known).
    """
    bought = question.customers_purchases
    net = (bought.total - bought.paid_back).cast("float64")  # exact for whole numbers, and quicker to add up
    aggregates = {"first": bought.day.min()}
    for number, period in enumerate(question.periods):
        inside = between(bought.day, *window(period))
        aggregates[f"orders_{number}"] = bought.count(where=inside)
        aggregates[f"spent_{number}"] = net.sum(where=inside)
    customers = bought.group_by("customer_id").agg(**aggregates)
    return _told_apart(customers, question)


def _told_apart(customers: ir.Table, question: Question) -> ir.Table:
    customers = with_country(customers, question)
    customers = with_first_delivery(customers, question)
    told = {COUNTRY: "country", DELIVERY: "delivery"}.get(question.split)
    return customers.mutate(split=customers[told] if told else _cohort(customers.first, question))


def _cohort(first: ir.DateValue, question: Question) -> ir.StringValue:
    """The month of the first purchase, where the figures are told apart by that."""
    return first.strftime("%Y-%m") if question.split == "cohort" else ibis.literal("")


def _is_repeat(number: int, rows: ir.Table, first_day: date) -> ir.BooleanValue:
    """Whether a customer bought in the window other than for the first time."""
    orders = rows[f"orders_{number}"]
    earlier = rows.first < ibis.literal(first_day) if first_day != UNBOUNDED else ibis.literal(False)
    return (orders >= 2) | ((orders >= 1) & earlier)


def repeat_rate(window: Window) -> Figures:
    def figures(question: Question) -> ir.Table:
        def of_period(number: int, rows: ir.Table) -> Measured:
            first_day, _after = window(question.periods[number])
            return share_within(_is_repeat(number, rows, first_day), rows[f"orders_{number}"] >= 1)

        return one_by_one(customers_within(question, window), question, of_period)

    return figures


def frequency(question: Question) -> ir.Table:
    def of_period(number: int, rows: ir.Table) -> Measured:
        orders = rows[f"orders_{number}"]
        return Measured(orders, orders >= 1)

    return one_by_one(customers_within(question, trailing(YEAR)), question, of_period)


def bought_once(question: Question) -> ir.Table:
    def of_period(number: int, rows: ir.Table) -> Measured:
        orders = rows[f"orders_{number}"]
        return share_within(orders == 1, orders >= 1)

    return one_by_one(customers_within(question, lifetime), question, of_period)


def repeat_orders(question: Question) -> ir.Table:
    """Percent of a period's purchases that are made by its repeat customers."""
    return _part_of_repeat("orders", question)


def repeat_revenue(question: Question) -> ir.Table:
    return _part_of_repeat("spent", question)


def _part_of_repeat(column: str, question: Question) -> ir.Table:
    def of_period(number: int, rows: ir.Table) -> Measured:
        is_repeat = _is_repeat(number, rows, question.periods[number].first)
        amount = rows[f"{column}_{number}"].cast("float64")
        part, whole = amount.sum(where=is_repeat).fill_null(0.0), amount.sum()
        value = (whole > 0).ifelse(part * 100.0 / whole, ibis.null("float64"))
        return Measured(percents(is_repeat), rows[f"orders_{number}"] >= 1, value)

    return one_by_one(customers_within(question, within), question, of_period)


def worth(window: Window) -> Figures:
    """Mean of what customers with a purchase in the window spent in it."""

    def figures(question: Question) -> ir.Table:
        def of_period(number: int, rows: ir.Table) -> Measured:
            spent = rows[f"spent_{number}"]
            return Measured(spent, spent.notnull())

        return one_by_one(customers_within(question, window), question, of_period)

    return figures


def came_back(question: Question) -> ir.Table:
    figures = bought_once(question)
    return figures.mutate(value=100.0 - figures.value)


def retained(days: int) -> Figures:
    """(E − N) ÷ S: those at the end who are not new are those at the start who still are customers, having bought
    in so many days before."""

    def figures(question: Question) -> ir.Table:
        def of_period(number: int, rows: ir.Table) -> Measured:
            at_start = rows[f"active_{number}"]
            return share_within(at_start & rows[f"active_{number + 1}"], at_start)

        return one_by_one(_active(question, days), question, of_period)

    return figures


def lost(days: int) -> Figures:
    def figures(question: Question) -> ir.Table:
        kept = retained(days)(question)
        return kept.mutate(value=100.0 - kept.value)

    return figures


def _active(question: Question, days: int) -> ir.Table:
    """A row a customer: whether they had bought in so many days before each bound of the periods."""
    bought = question.customers_purchases
    bounds = [question.periods[0].first, *(period.after for period in question.periods)]
    aggregates = {"first": bought.day.min()}
    for number, bound in enumerate(bounds):
        aggregates[f"active_{number}"] = between(bought.day, bound - timedelta(days=days), bound).any()
    customers = bought.group_by("customer_id").agg(**aggregates)
    return _told_apart(customers, question)


def days_since_the_one_before(question: Question) -> ir.Table:
    bought = question.customers_purchases
    in_turn = ibis.window(group_by="customer_id", order_by=["at", "id"])
    moment = bought.at.epoch_seconds()
    gaps = bought.mutate(
        value=(moment - moment.lag().over(in_turn)) / 86_400.0,
        cohort=_cohort(bought.day.min().over(ibis.window(group_by="customer_id")), question),
    )
    return mean_of(gaps, question)


FIGURES: dict[str, Figures] = {
    "crr": retained(YEAR),
    "crr:within_180": retained(180),
    "crr:within_90": retained(90),
    "crr:came_back": came_back,
    "churn_rate": lost(YEAR),
    "churn_rate:within_180": lost(180),
    "churn_rate:within_90": lost(90),
    "rpr": repeat_rate(trailing(YEAR)),
    "rpr:period": repeat_rate(within),
    "rpr:within_180": repeat_rate(trailing(180)),
    "rpr:within_90": repeat_rate(trailing(90)),
    "rpr:lifetime": repeat_rate(lifetime),
    "purchase_frequency": frequency,
    "days_between": days_since_the_one_before,
    "one_time_share": bought_once,
    "repeat_contribution": repeat_rate(within),
    "repeat_contribution:orders": repeat_orders,
    "repeat_contribution:revenue": repeat_revenue,
    "clv": worth(lifetime),
    **{f"clv:window_{days}": worth(trailing(days)) for days in (30, 60, 90, 365)},
}
