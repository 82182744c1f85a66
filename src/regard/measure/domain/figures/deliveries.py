"""How parcels came: what answers, reviews, orders and customers are told apart by, to see what lateness costs."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import CARRIER_AND_COUNTRY, COUNTRY, Question

DELIVERY = "delivery"
ON_TIME, LATE, VERY_LATE = "on_time", "late_1_2", "late_3"
LITTLE = 2  # days late, to which it is LATE


def parcels_of_purchases(question: Question) -> ir.Table:
    """Parcels, and purchases without any; what a parcel does not tell, its order does."""
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


def with_customers(parcels: ir.Table, question: Question) -> ir.Table:
    """Whose order each is of, where figures are told apart by where that is."""
    if question.split not in {COUNTRY, CARRIER_AND_COUNTRY}:
        return parcels
    orders = question.table("orders").select("order_id", "customer_id")
    return parcels.left_join(orders, "order_id").drop("order_id_right")


def _deliveries(question: Question, *keys: str) -> ir.Table:
    """A row for each of these keys: `came`, the last day, and `late`, the most days late; null: not promised."""
    parcels = parcels_of_purchases(question)
    parcels = parcels.filter(parcels.day.notnull()).mutate(came=parcels.day)
    seconds = (
        parcels.day.cast("timestamp").epoch_seconds() - parcels.promised.cast("timestamp").epoch_seconds()
    )
    parcels = parcels.mutate(late=seconds / 86_400.0)
    if "came" in keys:
        return parcels.group_by(*keys).agg(late=parcels.late.max())
    return parcels.group_by(*keys).agg(came=parcels.came.max(), late=parcels.late.max())


def _word(late: ir.Value) -> ir.StringValue:
    return ibis.cases((late <= 0, ON_TIME), (late <= LITTLE, LATE), (late > LITTLE, VERY_LATE), else_="")


def with_delivery_before(rows: ir.Table, question: Question) -> ir.Table:
    """How the order that a row names had come by its `day`, or else the last one that had come to its customer."""
    if question.split != DELIVERY:
        return rows
    named = _deliveries(question, "order_id").rename(
        named_id="order_id", named_came="came", named_late="late"
    )
    to_customer = _deliveries(question, "customer_id", "came").rename(receiver_id="customer_id")
    unnamed = rows.filter(rows.order_id == "").select(row_id="id", row_customer="customer_id", row_day="day")
    reached = unnamed.inner_join(
        to_customer,
        [unnamed.row_customer == to_customer.receiver_id, to_customer.came <= unnamed.row_day],
    )
    # Of several days the last: its lateness, where that is known; beyond a thousand years nothing is promised.
    last = reached.group_by("row_id").agg(last_late=reached.late.fill_null(NEVER).argmax(reached.came))
    joined = rows.left_join(named, [rows.order_id == named.named_id, named.named_came <= rows.day])
    joined = joined.left_join(last, joined.id == last.row_id)
    late = (joined.order_id == "").ifelse(joined.last_late.nullif(NEVER), joined.named_late)
    return joined.mutate(delivery=_word(late)).drop(
        "named_id", "named_came", "named_late", "row_id", "last_late"
    )


NEVER = -1e6  # days, for what was not promised


def with_delivery(orders: ir.Table, question: Question) -> ir.Table:
    """How each order came."""
    if question.split != DELIVERY:
        return orders
    came = _deliveries(question, "order_id").select(came_id="order_id", late="late")
    joined = orders.left_join(came, orders.order_id == came.came_id)
    return joined.mutate(delivery=_word(joined.late)).drop("came_id", "late")


def with_first_delivery(customers: ir.Table, question: Question) -> ir.Table:
    """How the first purchase of each customer came."""
    if question.split != DELIVERY:
        return customers
    bought = question.customers_purchases
    first = bought.group_by(buyer_id=bought.customer_id).agg(order_id=bought.order_id.argmin(bought.at))
    told = with_delivery(first, question).select("buyer_id", "delivery")
    joined = customers.left_join(told, customers.customer_id == told.buyer_id).drop("buyer_id")
    return joined.mutate(delivery=joined.delivery.fill_null(""))
