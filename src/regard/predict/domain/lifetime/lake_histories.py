"""What customers have bought, read from the lake: all of them in one expression."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from regard.lake.domain.reading import Lake
from regard.predict.domain.lifetime.histories import Histories


def read_histories(lake: Lake, *, as_of: datetime, today: date, cut: date) -> Histories:
    """What customers had bought by the end of the day `cut`, and what in the days held out, up to `as_of`.

    today: the day of `as_of` in the store's zone. Orders that were called off, documents of returns, and those of
    people who were erased are left out. What was paid back by the cut is taken off; of later purchases, by today.
    """
    days = _days(lake, as_of, cut, today)
    before, after = days.day <= ibis.literal(cut), days.day > ibis.literal(cut)
    rows = days.group_by("customer_id").agg(
        first=days.day.min(),
        last=days.day.max(where=before),
        days=before.sum(),
        priced=days.net_then.count(where=before),
        spent=days.net_then.sum(where=before),
        later=after.sum(),
        later_spent=days.net_now.sum(where=after),
    )
    found = lake.columns_of(rows.filter(rows.first <= ibis.literal(cut)).order_by("customer_id"))
    return _histories(found, cut)


def _histories(found: dict[str, NDArray[Any]], cut: date) -> Histories:
    first, last = (found[name].astype("datetime64[D]") for name in ("first", "last"))
    return Histories(
        customer_id=found["customer_id"].astype(np.int64),
        repeats=found["days"].astype(float) - 1,
        recency=(last - first).astype(float) / 7,
        age=(np.datetime64(cut) - first).astype(float) / 7,
        priced=found["priced"].astype(float),
        spent=found["spent"].astype(float),
        later=found["later"].astype(float),
        later_spent=np.nan_to_num(found["later_spent"].astype(float)),
    )


def _days(lake: Lake, as_of: datetime, cut: date, today: date) -> ir.Table:
    """A row a customer and day of purchases: (customer_id, day, net_then, net_now), amounts after refunds."""
    orders, people = lake.table("orders"), lake.table("identities")
    bought = orders.filter(
        orders.is_purchase, orders.customer_id.notnull(), orders.ordered_at <= ibis.literal(as_of)
    )
    bought = bought.anti_join(people.filter(people.is_erased), bought.identity_id == people.id)
    refunds = lake.table("refunds")
    back = refunds.select("is_whole", about="order_id", on="refunded_on", amount="amount_minor")
    told = bought.join(back, bought.order_id == back.about, how="left")
    amount = ibis.ifelse(told.is_whole, told.total_minor, told.amount)  # null in another currency
    orders = told.group_by("id", "customer_id", day=told.ordered_on, total=told.total_minor).agg(
        back_then=amount.sum(where=told["on"] <= ibis.literal(cut)).fill_null(0),
        back_now=amount.sum(where=told["on"] <= ibis.literal(today)).fill_null(0),
    )
    return orders.group_by("customer_id", "day").agg(
        net_then=(orders.total - orders.back_then).cast("float64").sum(),
        net_now=(orders.total - orders.back_now).cast("float64").sum(),
    )
