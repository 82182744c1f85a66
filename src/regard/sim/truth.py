"""What nobody sees: people's traits, what each order did to them, and the store's story with its constants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from regard.sim import causes
from regard.sim.catalogue import CATEGORIES, DEARER, RUNS_SMALL
from regard.sim.cells import Cell, is_past
from regard.sim.lives import NOT_IN_TRIAL, TREATED
from regard.sim.places import CARRIERS, CHANNELS, COUNTRIES, FAILING_CARRIER, FAILING_COUNTRY
from regard.sim.plan import Plan, day_of, story_of
from regard.sim.tables import times


def people_truth(cell: Cell) -> pa.Table:
    """A row a customer. left_at: when they had enough, empty for those who would come back."""
    people, orders = cell.people, cell.orders
    gone = np.full(len(people), np.inf)
    has_left = orders.left & is_past(cell.plan, orders.delivered)
    gone[orders.who[has_left]] = orders.delivered[has_left]
    known = np.isfinite(gone)
    return pa.table(
        {
            "customer_id": cell.customer_ids,
            "taste": [CATEGORIES[taste] for taste in people.taste.tolist()],
            "patience": people.patience,
            "price_sensitivity": people.price_sensitivity,
            "orders_a_year": people.orders_a_year,
            "is_core": people.is_core,
            "leniency": people.leniency,
            "reviews": people.reviews,
            "answers": people.answers,
            "opens": people.opens,
            "clicks": people.clicks,
            "joined_at": times(people.joined),
            "country": [COUNTRIES[country].code for country in people.country.tolist()],
            "acquired_by": [CHANNELS[channel][0] for channel in people.channel.tolist()],
            "left_at": times(np.where(known, gone, 0.0), known),
        }
    )


def orders_truth(cell: Cell) -> pa.Table:
    """A row an order that was delivered by the present.

    is_treated: in the recovery trial, empty outside of it. satisfaction: the mean that the order led to, and
    afterwards with what followed, from 0 to 1; felt: what came of it. leaving: the chance to never order again.
    """
    orders = cell.orders
    rows = np.flatnonzero(is_past(cell.plan, orders.delivered))
    arm = orders.arm[rows]
    return pa.table(
        {
            "order_id": pa.array(cell.order_ids).take(pa.array(rows)),
            "customer_id": pa.array(cell.customer_ids).take(pa.array(orders.who[rows])),
            "nth": orders.nth[rows],
            "ordered_at": times(orders.at[rows]),
            "carrier": [CARRIERS[carrier].name for carrier in orders.carrier[rows].tolist()],
            "is_late": orders.is_late[rows],
            "is_poor": orders.is_poor[rows],
            "is_small": orders.is_small[rows],
            "is_treated": pa.array(arm == TREATED, mask=arm == NOT_IN_TRIAL),
            "has_ticket": orders.has_ticket[rows],
            "handling_hours": pa.array(orders.handling_hours[rows], mask=~orders.has_ticket[rows]),
            "satisfaction": orders.satisfaction[rows],
            "felt": orders.felt[rows],
            "afterwards": orders.afterwards[rows],
            "leaving": orders.leaving[rows],
            "left": orders.left[rows],
        }
    )


def story_truth(plan: Plan) -> dict[str, Any]:
    """The store's story with its dates (the first and the last day of each part), and every cause's size."""
    story = story_of(plan)
    return {
        "seed": plan.seed,
        "customers": plan.customers,
        "until": plan.until.isoformat(),
        "carrier_fails": {
            "carrier": FAILING_CARRIER, "country": FAILING_COUNTRY, "days": story.carrier_fails.days(),
        },
        "small_batch": {
            "product_id": RUNS_SMALL.product_id, "title": RUNS_SMALL.title, "sold": story.small_batch.days(),
        },
        "price_rise": {"category": DEARER, "times": causes.PRICE_RISE, "on": day_of(story.price_rise)},
        "black_friday": {"times": causes.PEAK, "days": story.peak.days()},
        "recovery_trial": {"from": day_of(story.trial), "share_treated": causes.RECOVERY_SHARE},
        "causes": {name.lower(): value for name, value in vars(causes).items() if name.isupper()},
    }  # fmt: skip
