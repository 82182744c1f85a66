"""Figures of what the store spends. Costs are told by month; of other stretches each day has its equal part."""

from __future__ import annotations

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import Figures, Measured, Question, one_by_one
from regard.measure.domain.figures.retention import YEAR, customers_within, lifetime, trailing, worth
from regard.measure.domain.figures.support import opened
from regard.measure.domain.figures.trade import first_purchases, net_revenue
from regard.measure.models import CostKind

SECONDS_A_DAY = 86_400


def _told(question: Question, *kinds: CostKind) -> ir.Table:
    """Of each month with any of these kinds: (month, amount)."""
    costs = question.table("costs")
    known = costs.filter(costs.kind.isin([kind.value for kind in kinds]) & costs.amount_minor.notnull())
    return known.group_by("month").agg(amount=known.amount_minor.sum().cast("float64"))


def _spent(question: Question, *kinds: CostKind) -> ir.Table:
    """(period, spent), of periods of which it is told for every day so far."""
    calendar = question.calendar
    days = calendar.filter(calendar["on"] <= ibis.literal(question.known_until))
    days = days.mutate(month=days["on"].truncate("M"))
    told = _told(question, *kinds)
    first = told.month.cast("timestamp")
    length = ((first + ibis.interval(months=1)).epoch_seconds() - first.epoch_seconds()) / SECONDS_A_DAY
    daily = told.select(told_month="month", daily=told.amount / length)
    joined = days.left_join(daily, days.month == daily.told_month)
    sums = joined.group_by("period").agg(
        spent=joined.daily.sum(), days=joined.count(), known=joined.daily.count()
    )
    return sums.filter(sums.days == sums.known).select("period", "spent")


def cost_for_each(kind: CostKind, counted: Figures, *, times: float = 1.0) -> Figures:
    """What was spent on this ÷ what is counted, times `times`; n and the rows behind are those counted."""

    def figures(question: Question) -> ir.Table:
        base = counted(question)
        if question.tells_rows:
            return base
        spent = _spent(question, kind)
        joined = base.inner_join(spent, "period")
        value = (joined.value > 0).ifelse(joined.spent * times / joined.value, ibis.null("float64"))
        return joined.select("period", "split", "n", value=value)

    return figures


def _active_customers(question: Question) -> ir.Table:
    def of_period(number: int, rows: ir.Table) -> Measured:
        bought = rows[f"orders_{number}"] >= 1
        return Measured(ibis.literal(1.0), bought, bought.sum().cast("float64"))

    return one_by_one(customers_within(question, trailing(YEAR)), question, of_period)


def _margins(question: Question) -> ir.Table:
    """(period, margin): the share of revenue that goods and shipping leave, of the whole months to the
    end of each period of which costs of goods are told."""
    goods, all_costs = _told(question, CostKind.GOODS), _told(question, CostKind.GOODS, CostKind.SHIPPING)
    costs = all_costs.semi_join(goods, "month").select(cost_month="month", cost="amount")
    bought = question.purchases
    net = bought.mutate(month=bought.day.truncate("M"), net=(bought.total - bought.paid_back).cast("float64"))
    revenue = net.group_by("month").agg(revenue=net.net.sum())
    # A month in which nothing was sold has its costs all the same.
    months = costs.left_join(revenue, costs.cost_month == revenue.month).mutate(split=ibis.literal(""))

    def of_period(number: int, rows: ir.Table) -> Measured:
        over = ibis.literal(min(question.periods[number].after, question.known_until))
        inside = rows.cost_month + ibis.interval(months=1) <= over
        cost, earned = rows.cost.sum(where=inside), rows.revenue.sum(where=inside)
        margin = (earned > 0).ifelse(1.0 - cost / earned, ibis.null("float64"))
        return Measured(ibis.literal(1.0), inside, margin)

    return one_by_one(months, replace(question, split=""), of_period).select("period", margin="value")


def worth_after_goods(question: Question) -> ir.Table:
    spent = worth(lifetime)(question)
    if question.tells_rows:
        return spent
    joined = spent.inner_join(_margins(question), "period")
    return joined.select("period", "split", "n", value=joined.value * joined.margin)


FIGURES: dict[str, Figures] = {
    "cac": cost_for_each(CostKind.MARKETING, first_purchases),
    "cost_per_contact": cost_for_each(CostKind.SUPPORT, opened),
    "support_cost_per_customer": cost_for_each(CostKind.SUPPORT, _active_customers),
    "support_cost_share": cost_for_each(CostKind.SUPPORT, net_revenue, times=100.0),
    "clv:margin": worth_after_goods,
}
