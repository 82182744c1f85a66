"""Figures of visits to the site or app."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regard.measure.domain.figures.question import (
    COUNTRY,
    Figures,
    Question,
    in_periods,
    mean_of,
    share_of,
)

DAY = 86_400  # seconds after a visit in which its cart may still be bought
CART, CHECKOUT = "cart", "checkout"


def _visits(question: Question) -> ir.Table:
    """By the day on which they began."""
    visits = question.table("visits")
    return visits.select(
        "id", "customer_id", "started_at", "ended_at", "had_cart", "bounced", "device", "landing_page",
        traffic_source=ibis.coalesce(visits.source.nullif(""), visits.referrer),
        cart_step=ibis.cases((visits.reached_checkout, CHECKOUT), else_=CART),
        day=visits.started_on,
    )  # fmt: skip


def bounces(question: Question) -> ir.Table:
    visits = _visits(question)
    return share_of(visits.mutate(value=visits.bounced), question)


def abandoned_carts(question: Question) -> ir.Table:
    """A cart counts as bought by whoever it belongs to today, on whatever device."""
    carts = _visits(question)
    carts = carts.filter(carts.had_cart)
    bought = question.customers_purchases.select("customer_id", "at")
    until = ibis.literal(DAY)
    pairs = carts.inner_join(bought, "customer_id")
    theirs = pairs.filter(
        (pairs["at"] >= pairs.started_at)
        & (pairs["at"].epoch_seconds() <= pairs.ended_at.epoch_seconds() + until)
    )
    found = theirs.select(bought_id="id").distinct()
    joined = carts.left_join(found, carts.id == found.bought_id)
    return share_of(joined.mutate(value=joined.bought_id.isnull()), question)


def _visitors(question: Question) -> ir.Table:
    """Each visitor of each period, once a part: with `day`, that of their first visit in it, their purchases in
    the period as `purchases`, and what these come to as `spent`."""
    visits = in_periods(_visits(question), question)
    visits = visits.filter(visits.customer_id.notnull())
    split = [question.split] if question.split not in {"", COUNTRY} else []
    visitors = visits.group_by("period", "customer_id", *split).agg(day=visits.day.min())
    bought = question.customers_purchases
    bought = bought.inner_join(question.calendar, bought.day == question.calendar.on)
    sums = bought.group_by(bought_in="period", buyer="customer_id").agg(
        purchases=bought.count(), spent=bought.total.sum()
    )
    joined = visitors.left_join(
        sums, (visitors.period == sums.bought_in) & (visitors.customer_id == sums.buyer)
    )
    return joined.drop("period", "bought_in", "buyer")


def buying_visitors(question: Question) -> ir.Table:
    visitors = _visitors(question)
    return share_of(visitors.mutate(value=visitors.purchases.notnull()), question)


def spent_by_visitor(question: Question) -> ir.Table:
    visitors = _visitors(question)
    return mean_of(visitors.mutate(value=visitors.spent.fill_null(0).cast("float64")), question, median=False)


FIGURES: dict[str, Figures] = {
    "cvr": buying_visitors,
    "rpv": spent_by_visitor,
    "cart_abandonment": abandoned_carts,
    "bounce_rate": bounces,
}
