"""Figures of orders and parcels."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.deliveries import parcels_of_purchases, with_customers, with_delivery
from regard.measure.domain.figures.question import Figures, Question, mean_of, share_of

FIRST, REPEAT = "first", "repeat"


def purchases(question: Question) -> ir.Table:
    """With what they are told apart by: `purchase`, whether it is the customer's first, "" of nobody known; or
    `delivery`, how it came."""
    bought = with_delivery(question.purchases, question)
    if question.split != "purchase":
        return bought
    known = question.customers_purchases
    first = known.group_by("customer_id").agg(first_id=known.id.argmin(known.at))
    joined = bought.left_join(first, "customer_id").drop("customer_id_right")
    told = ibis.cases((joined.customer_id.isnull(), ""), (joined.id == joined.first_id, FIRST), else_=REPEAT)
    return joined.mutate(purchase=told)


def order_value(question: Question) -> ir.Table:
    bought = purchases(question)
    return mean_of(bought.mutate(value=bought.total.cast("float64")), question)


def paid_back(*kinds: str) -> Figures:
    """Percent of the purchases of which money was given back, in these kinds of refunds or in any."""

    def figures(question: Question) -> ir.Table:
        bought, refunds = purchases(question), question.table("refunds")
        refunds = refunds.filter(refunds.kind.isin(kinds)) if kinds else refunds
        refunded = refunds.select(refunded_id="order_id").distinct()
        joined = bought.left_join(refunded, bought.order_id == refunded.refunded_id)
        value = joined.refunded_id.notnull()
        return share_of(joined.mutate(value=value if kinds else value | (joined.paid_back > 0)), question)

    return figures


def on_time(question: Question) -> ir.Table:
    parcels = parcels_of_purchases(question)
    return share_of(parcels.mutate(value=parcels.day <= parcels.promised), question)


def late(question: Question) -> ir.Table:
    parcels = parcels_of_purchases(question)
    return share_of(parcels.mutate(value=parcels.day > parcels.promised), question)


def days_on_the_way(question: Question) -> ir.Table:
    parcels = with_customers(question.table("shipments"), question)
    came = parcels.filter(parcels.delivered_at >= parcels.shipped_at)
    days = (came.delivered_at.epoch_seconds() - came.shipped_at.epoch_seconds()) / 86_400.0
    return mean_of(came.mutate(day=came.delivered_on, value=days), question)


FIGURES: dict[str, Figures] = {
    "aov": order_value,
    "refund_return_rate": paid_back(),
    "refund_return_rate:refund": paid_back("single", "sum"),
    "refund_return_rate:return": paid_back("returned"),
    "on_time_rate": on_time,
    "shipment_analytics": days_on_the_way,
    "shipment_analytics:late": late,
}
