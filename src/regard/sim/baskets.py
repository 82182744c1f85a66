"""What people put into an order, and at which prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.sim.catalogue import CATEGORY_FROM, CATEGORY_TO, CENTS, IS_DEARER, SOLD_UP_TO
from regard.sim.causes import ELASTICITY, PEAK_DISCOUNT, PRICE_RISE
from regard.sim.people import People
from regard.sim.plan import Floats, Ints, Plan, Story
from regard.sim.season import World, peaks_of

LINES = 4
MORE = 0.38  # the chance of a further line
OF_TASTE = 0.55  # lines from the category they like best
PAIRS = 0.08  # the chance of two pieces


@dataclass(frozen=True)
class Baskets:
    """Four columns each: products by their number, pieces (0 where there is no line), and prices in cents.

    What was bought comes first; an order without a piece is none.
    """

    products: Ints
    quantities: Ints
    prices: Ints


def fill_baskets(people: People, who: Ints, at: Floats, world: World) -> Baskets:
    """A basket for each of `who` at the moment `at`. Some find what they wanted too dear and leave it."""
    dice, story = world.dice, world.story
    shape = (who.size, LINES)
    products = _pick(people.taste[who], dice, shape)
    wanted = np.cumprod(
        np.column_stack((np.ones(who.size), dice.random((who.size, LINES - 1)) < MORE)), axis=1
    )
    pieces = wanted.astype(np.int64) * (1 + (dice.random(shape) < PAIRS))
    for line in range(1, LINES):  # the same thing twice is left out
        pieces[:, line] *= ~(products[:, :line] == products[:, line : line + 1]).any(axis=1)
    is_dearer = IS_DEARER[products] & (at >= story.price_rise)[:, None]
    keeps = PRICE_RISE ** (-ELASTICITY * people.price_sensitivity[who])
    pieces *= ~is_dearer | (dice.random(shape) < keeps[:, None])
    order = np.argsort(pieces == 0, axis=1, kind="stable")
    products, pieces = np.take_along_axis(products, order, 1), np.take_along_axis(pieces, order, 1)
    return Baskets(products, pieces, prices_at(products, at, story, world.plan))


def prices_at(products: Ints, at: Floats, story: Story, plan: Plan) -> Ints:
    """Prices in cents of rows of products at a moment each."""
    is_dearer = IS_DEARER[products] & (at >= story.price_rise)[:, None]
    prices = CENTS[products] * np.where(is_dearer, PRICE_RISE, 1.0)
    in_peak = np.logical_or.reduce([peak.holds(at) for peak in peaks_of(plan)])
    prices = prices * np.where(in_peak, 1 - PEAK_DISCOUNT, 1.0)[:, None]
    return (np.rint(prices / 10) * 10).astype(np.int64)


def _pick(taste: Ints, dice: np.random.Generator, shape: tuple[int, int]) -> Ints:
    """Products: from the category they like, or from all, the popular ones more often."""
    lots, of_taste = dice.random(shape), dice.random(shape) < OF_TASTE
    first, last = CATEGORY_FROM[taste][:, None], CATEGORY_TO[taste][:, None]
    lots = np.where(of_taste, first + lots * (last - first), lots)
    return np.minimum(np.searchsorted(SOLD_UP_TO, lots, side="right"), len(CENTS) - 1).astype(np.int64)
