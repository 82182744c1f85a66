"""What people say of the store in public, on networks and platforms, by names that the shop rarely knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.sim.lives import Orders
from regard.sim.plan import DAY, Floats, Ints, Plan, Stream, Truths
from regard.sim.said import draw_causes

NETWORKS = ("talk.example", "pictures.example", "shorts.example", "stars.example")
SHARES = (0.4, 0.25, 0.15, 0.2)  # of what is said on each
SPEAKS, SPEAKS_MOVED, SPEAKS_TROUBLED = (
    0.05,
    0.20,
    0.15,
)  # the chance to speak of an order, and what adds to it
KNOWN = 0.4  # share of the authors whom the shop has found among its customers
HEARD = 0.7  # share of which the listening tool says how it sounds
BEFORE_PARCEL = 0.6  # share of those whose parcel is late who do not wait for it
SAD, GLAD = 0.45, 0.7  # felt below, and from which on, it sounds so
# Medians and spreads (of the logarithm) of how many answer, and of how many follow the author.
ANSWERS, ANSWERS_SPREAD = 6.0, 1.2
FOLLOWERS, FOLLOWERS_SPREAD = 250.0, 1.6


@dataclass(frozen=True)
class Mentions:
    """order: the row of the order. cause: as of reviews. network: the place in NETWORKS. is_known: the shop knows
    which customer the author is. feeling: "" where the listening tool does not say."""

    order: Ints
    at: Floats
    cause: Ints
    network: Ints
    is_known: Truths
    feeling: list[str]
    interactions: Ints
    followers: Ints


def speak(plan: Plan, cell: int, orders: Orders) -> Mentions:
    """What the people of a cell say of their orders in public."""
    dice = plan.dice(cell, Stream.MENTIONS)
    troubled = orders.is_late | orders.is_poor | orders.is_small
    chance = SPEAKS + SPEAKS_MOVED * np.abs(orders.felt - 0.6) + SPEAKS_TROUBLED * troubled
    rows = np.flatnonzero(dice.random(len(orders)) < chance)
    felt, count = orders.felt[rows], rows.size
    heard = np.select([felt < SAD, felt >= GLAD], ["negative", "positive"], "neutral")
    return Mentions(
        order=rows,
        at=_when(orders, rows, dice),
        cause=draw_causes(orders, rows, felt, dice),
        network=dice.choice(len(NETWORKS), count, p=SHARES),
        is_known=dice.random(count) < KNOWN,
        feeling=np.where(dice.random(count) < HEARD, heard, "").tolist(),
        interactions=_numbers(ANSWERS, ANSWERS_SPREAD, count, dice),
        followers=_numbers(FOLLOWERS, FOLLOWERS_SPREAD, count, dice),
    )


def _when(orders: Orders, rows: Ints, dice: np.random.Generator) -> Floats:
    """Some who miss their parcel say so before they have it; the others when they have used what was in it."""
    waits = orders.is_late[rows] & (dice.random(rows.size) < BEFORE_PARCEL)
    missed = orders.promised[rows] + dice.uniform(0.5, 2.0, rows.size) * DAY
    had = orders.delivered[rows] + dice.uniform(0.1, 20.0, rows.size) * DAY
    return np.where(waits, missed, had)


def _numbers(median: float, spread: float, count: int, dice: np.random.Generator) -> Ints:
    return np.floor(dice.lognormal(np.log(median), spread, count)).astype(np.int64)
