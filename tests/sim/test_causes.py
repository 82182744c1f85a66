"""What is wired into the store is found again in what it tells, by least squares and comparing shares."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from regard.sim import causes
from regard.sim.calls import past_calls
from regard.sim.catalogue import DEARER
from regard.sim.plan import Span, story_of
from regard.sim.tables import products_table
from regard.sim.truth import orders_truth, people_truth
from tests.sim.stores import cells_of, plan_of, regress, table_of

PLAN = plan_of(40_000, seed=11)
WITHIN = 3.3  # standard errors: one true value in a thousand falls outside


def is_found(found: float, error: float, wired: float) -> bool:
    """Whether the estimate is near enough to what was wired, and says anything at all."""
    return abs(found - wired) < WITHIN * error and error < abs(wired) / 3


@cache
def answers(measure: str) -> list[tuple[float, str]]:
    """Answers from 0 to 1, with the order each is about."""
    lowest, highest = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}[measure]
    return [
        ((answer["value"] - lowest) / (highest - lowest), answer["order_id"])
        for answer in table_of(PLAN, "answers").to_pylist()
        if answer["measure"] == measure
    ]


@cache
def late_orders() -> dict[str, bool]:
    """Whether a delivered order came after its promised day, as its parcel tells."""
    return {
        parcel["order_id"]: parcel["delivered_at"].date() > parcel["promised_at"].date()
        for parcel in table_of(PLAN, "shipments").to_pylist()
        if parcel["delivered_at"]
    }


@cache
def truth() -> dict[str, dict[str, Any]]:
    table = pa.concat_tables([orders_truth(cell) for cell in cells_of(PLAN)])
    return {order["order_id"]: order for order in table.to_pylist()}


@cache
def arms() -> dict[str, bool]:
    """Orders of the trial, as its calls tell: whether they were treated."""
    span = Span(PLAN.start, PLAN.present)
    return {
        call.told["order_id"]: call.told["variation_name"] != "nothing"
        for cell in cells_of(PLAN)
        for call in past_calls(cell, span)
        if call.event == "Experiment Viewed"
    }


def is_first(order_id: str) -> bool:
    return order_id.endswith("-1")


def test_a_late_parcel_lowers_satisfaction():
    asked = [(value, order) for value, order in answers("csat") if is_first(order)]
    known = [truth()[order] for _value, order in asked]
    beta, error = regress(
        [value for value, _order in asked],
        [late_orders()[order] for _value, order in asked],
        [order["is_poor"] for order in known],
        [order["is_small"] for order in known],
    )
    assert is_found(beta[0], error[0], -causes.LATE_HURTS)
    assert is_found(beta[1], error[1], -causes.POOR_HURTS)
    assert is_found(beta[2], error[2], -causes.SMALL_HURTS)
    assert is_found(beta[3], error[3], causes.CONTENT)


def test_a_late_parcel_keeps_people_from_coming_back():
    """Who leaves never orders again, whoever stays does so within a time by chance; so the share of returns falls
    by the chance to leave, in proportion."""
    days = timedelta(days=150)
    placed: dict[str, list[datetime]] = defaultdict(list)
    for order in table_of(PLAN, "orders").to_pylist():
        placed[order["customer_id"]].append(order["ordered_at"])
    first = [
        order
        for order in table_of(PLAN, "orders").to_pylist()
        if is_first(order["order_id"]) and order["delivered_at"] and order["delivered_at"] + days < PLAN.until
    ]
    came_back = [
        any(order["ordered_at"] < at <= order["delivered_at"] + days for at in placed[order["customer_id"]])
        for order in first
    ]
    known = [truth()[order["order_id"]] for order in first]
    beta, error = regress(
        came_back,
        [late_orders()[order["order_id"]] for order in first],
        [order["is_poor"] for order in known],
        [order["is_small"] for order in known],
        [order["is_treated"] or False for order in known],
    )
    staying = 1 - causes.LEAVES
    found, spread = -beta[0] / beta[4] * staying, error[0] / beta[4] * staying
    assert is_found(found, spread, causes.LATE_LEAVES)


def test_who_left_is_explained_by_what_went_wrong():
    orders = [order for order in truth().values() if order["nth"] == 1]
    core = {
        person["customer_id"]: person["is_core"]
        for cell in cells_of(PLAN)
        for person in people_truth(cell).to_pylist()
    }
    beta, error = regress(
        [order["left"] for order in orders],
        [order["is_late"] for order in orders],
        [order["is_poor"] for order in orders],
        [order["is_small"] for order in orders],
        [order["is_treated"] or False for order in orders],
        [core[order["customer_id"]] for order in orders],
    )
    wired = (
        causes.LATE_LEAVES, causes.POOR_LEAVES, causes.SMALL_LEAVES, -causes.RECOVERY_KEEPS,
        causes.CORE_LEAVES - causes.LEAVES, causes.LEAVES,
    )  # fmt: skip
    assert [is_found(*found) for found in zip(beta, error, wired, strict=True)] == [True] * 6


def test_the_trial_shows_what_an_apology_does():
    asked = [(value, arms()[order]) for value, order in answers("nps") if order in arms()]
    beta, error = regress([value for value, _arm in asked], [arm for _value, arm in asked])
    assert is_found(beta[0], error[0], causes.RECOVERY_LIFTS)
    share = np.mean(list(arms().values()))
    assert abs(share - causes.RECOVERY_SHARE) < WITHIN * 0.5 / np.sqrt(len(arms()))


def test_slow_help_takes_effort_and_hurts():
    hours = {
        ticket["order_id"]: (ticket["solved_at"] - ticket["opened_at"]).total_seconds() / 3_600
        for ticket in table_of(PLAN, "tickets").to_pylist()
        if ticket["solved_at"]
    }
    effort = [(value, hours[order] / 24) for value, order in answers("ces")]
    beta, error = regress([value for value, _days in effort], [days for _value, days in effort])
    assert is_found(beta[0], error[0], causes.EFFORT_A_DAY)
    said = [(value, order) for value, order in answers("nps") if order in hours]
    known = [truth()[order] for _value, order in said]
    beta, error = regress(
        [value for value, _order in said],
        [hours[order] / 24 for _value, order in said],
        [order["satisfaction"] for order in known],
        [order["is_treated"] or False for order in known],
    )
    assert is_found(beta[0], error[0], -causes.SLOW_HURTS)


def test_dearer_things_sell_less():
    """Units of the dearer category against the others', before and after; wired is the mean over all people."""
    category = {product["product_id"]: product["category"] for product in products()}
    rise = story_of(PLAN).price_rise
    sold = np.zeros((2, 2))
    for line in table_of(PLAN, "order_lines").to_pylist():
        after = line["ordered_at"].timestamp() >= rise
        sold[int(after), int(category[line["product_id"]] == DEARER)] += 1
    found = np.log(sold[1, 1] / sold[1, 0]) - np.log(sold[0, 1] / sold[0, 0])
    error = np.sqrt((1 / sold).sum())
    sensitivity = np.concatenate([cell.people.price_sensitivity for cell in cells_of(PLAN)])
    wired = np.log(np.mean(causes.PRICE_RISE ** (-causes.ELASTICITY * sensitivity)))
    assert is_found(found, error, wired)


def products() -> list[dict[str, Any]]:

    rows: list[dict[str, Any]] = products_table(PLAN).to_pylist()
    return rows
