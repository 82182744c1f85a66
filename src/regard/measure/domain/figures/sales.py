"""Figures of orders and parcels."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import (
    CARRIER_AND_COUNTRY,
    COUNTRY,
    Figures,
    Question,
    mean_of,
    share_of,
)

FIRST, REPEAT = "first", "repeat"


def purchases(question: Question) -> ir.Table:
    """With `purchase`, where that is asked for: whether it is the customer's first; "" of nobody known."""
    bought = question.purchases
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


def _parcels(question: Question) -> ir.Table:
    """Those of purchases, and purchases without any; what a parcel does not tell, its order does."""
    orders, parcels = question.table("orders"), question.table("shipments")
    orders = orders.filter(orders.is_purchase).select(
        "id", "order_id", "customer_id", order_promised="promised_on", order_delivered="delivered_on"
    )
    parcels = parcels.select(
        parcel_id="id",
        parcel_order="order_id",
        carrier="carrier",
        promised="promised_on",
        delivered="delivered_on",
    )
    joined = orders.left_join(parcels, orders.order_id == parcels.parcel_order)
    return joined.select(
        "order_id",
        "customer_id",
        id=ibis.coalesce(joined.parcel_id, -joined.id),  # below zero: of an order without parcels
        carrier=joined.carrier.fill_null(""),
        day=ibis.coalesce(joined.delivered, joined.order_delivered),
        promised=ibis.coalesce(joined.promised, joined.order_promised),
    )


def on_time(question: Question) -> ir.Table:
    parcels = _parcels(question)
    return share_of(parcels.mutate(value=parcels.day <= parcels.promised), question)


def late(question: Question) -> ir.Table:
    parcels = _parcels(question)
    return share_of(parcels.mutate(value=parcels.day > parcels.promised), question)


def _with_customers(parcels: ir.Table, question: Question) -> ir.Table:
    """Whose order each is of, where figures are told apart by where that is."""
    if question.split not in {COUNTRY, CARRIER_AND_COUNTRY}:
        return parcels
    orders = question.table("orders").select("order_id", "customer_id")
    return parcels.left_join(orders, "order_id").drop("order_id_right")


def days_on_the_way(question: Question) -> ir.Table:
    parcels = _with_customers(question.table("shipments"), question)
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
