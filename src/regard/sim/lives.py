"""Order after order: what people buy, what happens to them with it, and whether they come back.

All people of a cell place their next order in one step, then those who stay theirs after that, until nobody has
one left before the horizon. So a step is a few dozen operations on whole columns.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from regard.sim import causes
from regard.sim.baskets import Baskets, fill_baskets
from regard.sim.catalogue import IS_SIZED, POOR, RUNS_SMALL
from regard.sim.parcels import Parcels, send_parcels
from regard.sim.people import People
from regard.sim.plan import DAY, Floats, Ints, Plan, Stream, Truths, story_of
from regard.sim.season import Season, World

LEAST, MOST = 0.03, 0.97  # of the mean of a satisfaction
TREATED_AFTER = DAY  # from delivery to the apology
UNTREATED, TREATED, NOT_IN_TRIAL = 0, 1, -1


@dataclass(frozen=True)
class Orders:
    """Columns, a row an order, by person and time. Times are seconds since 1970.

    who: the place of the person among those of the cell. nth: of their orders, from 1. products, quantities,
    prices: four columns; 0 pieces where the basket has no more. arm: UNTREATED or TREATED in the recovery trial,
    else NOT_IN_TRIAL. satisfaction: the mean that the order itself leads to; afterwards: with what followed. felt:
    what it came to for this person. leaving: the chance to never order again; left: whether so.
    """

    who: Ints
    nth: Ints
    at: Floats
    products: Ints
    quantities: Ints
    prices: Ints
    carrier: Ints
    shipped: Floats
    promised: Floats
    delivered: Floats
    is_late: Truths
    is_poor: Truths
    is_small: Truths
    arm: Ints
    has_ticket: Truths
    handling_hours: Floats
    satisfaction: Floats
    felt: Floats
    afterwards: Floats
    leaving: Floats
    left: Truths

    def __len__(self) -> int:
        return len(self.who)

    def pick(self, rows: Ints | Truths) -> Orders:
        """Some of the rows."""
        return Orders(**{column.name: getattr(self, column.name)[rows] for column in fields(self)})

    @property
    def totals(self) -> Ints:
        """What is paid, in cents."""
        cents: Ints = (self.prices * self.quantities).sum(axis=1)
        return cents


@dataclass(frozen=True)
class Turn:
    """The next order of some people. who: their places; mood: what is left of how they felt, around 0."""

    who: Ints
    at: Floats
    nth: Ints
    mood: Floats
    baskets: Baskets


def live(plan: Plan, cell: int, people: People, season: Season) -> Orders:
    """The orders of some people from the beginning of the year that is told to the horizon."""
    world = World(plan, story_of(plan), season, plan.dice(cell, Stream.LIVES))
    mood, nth = np.zeros(len(people)), np.zeros(len(people), np.int64)
    at = _first_orders(people, world)
    rounds: list[Orders] = []
    while (who := np.flatnonzero(np.isfinite(at))).size:
        baskets = fill_baskets(people, who, at[who], world)
        bought: Truths = baskets.quantities.sum(axis=1) > 0
        nth[who[bought]] += 1
        done = _experience(people, Turn(who, at[who], nth[who], mood[who], baskets), world)
        mood[who[bought]] = (done.afterwards - causes.CONTENT)[bought]
        waits = world.dice.exponential(size=who.size) / people.orders_a_year[who]
        since = np.where(bought, done.delivered, at[who])
        at[who] = np.where(done.left & bought, np.inf, season.after(since, waits))
        rounds.append(done.pick(bought))
    orders = _joined(rounds)
    return orders.pick(np.lexsort((orders.nth, orders.who)))


def _first_orders(people: People, world: World) -> Floats:
    """Most new people join by buying; all others order some time after they joined or the year began."""
    waits = world.dice.exponential(size=len(people)) / people.orders_a_year
    later = world.season.after(np.maximum(people.joined, world.plan.start), waits)
    return np.where(people.joins_by_buying, people.joined + 300.0, later)


def _joined(rounds: list[Orders]) -> Orders:
    return Orders(
        **{
            column.name: np.concatenate([getattr(done, column.name) for done in rounds])
            for column in fields(Orders)
        }
    )


def _experience(people: People, turn: Turn, world: World) -> Orders:
    """What comes of an order each."""
    who, at, dice = turn.who, turn.at, world.dice
    parcels = send_parcels(people.country[who], at, world.story, dice)
    harms = _harms(parcels, turn, world)
    satisfaction = np.clip(
        causes.CONTENT
        + people.leniency[who]
        + causes.LINGERS * turn.mood
        - harms.added(causes.LATE_HURTS, causes.POOR_HURTS, causes.SMALL_HURTS),
        LEAST, MOST,
    )  # fmt: skip
    chance = harms.added(causes.TICKET_LATE, causes.TICKET_POOR, causes.TICKET_SMALL)
    has_ticket = dice.random(who.size) < causes.TICKET_PLAIN + chance
    hours = np.minimum(dice.lognormal(2.1, 0.9, who.size), causes.LONGEST_HANDLING)
    arm = _arms(parcels, harms, world)
    handled = causes.HANDLED_LIFTS - causes.SLOW_HURTS * hours / 24
    afterwards = satisfaction + causes.RECOVERY_LIFTS * (arm == TREATED) + handled * has_ticket
    leaving = _leaving(people, who, harms, arm)
    return Orders(
        who=who, nth=turn.nth, at=at,
        products=turn.baskets.products, quantities=turn.baskets.quantities, prices=turn.baskets.prices,
        carrier=parcels.carrier, shipped=parcels.shipped, promised=parcels.promised, delivered=parcels.delivered,
        is_late=harms.is_late, is_poor=harms.is_poor, is_small=harms.is_small,
        arm=arm, has_ticket=has_ticket, handling_hours=hours,
        satisfaction=satisfaction, felt=draw_felt(satisfaction, dice),
        afterwards=np.clip(afterwards, LEAST, MOST),
        leaving=leaving, left=dice.random(who.size) < leaving,
    )  # fmt: skip


def draw_felt(mean: Floats, dice: np.random.Generator) -> Floats:
    """Satisfactions from 0 to 1 around their means."""
    drawn: Floats = dice.beta(mean * causes.SPREAD, (1 - mean) * causes.SPREAD)
    return drawn


@dataclass(frozen=True)
class Harms:
    """What went wrong with an order each: the parcel late, the first product poor, or smaller than it says."""

    is_late: Truths
    is_poor: Truths
    is_small: Truths

    def added(self, late: float, poor: float, small: float) -> Floats:
        """The sum of what each harm that happened counts for."""
        total: Floats = late * self.is_late + poor * self.is_poor + small * self.is_small
        return total


def _harms(parcels: Parcels, turn: Turn, world: World) -> Harms:
    product, count = turn.baskets.products[:, 0], turn.who.size
    of_batch = (product == RUNS_SMALL.number) & world.story.small_batch.holds(turn.at)
    small = np.where(of_batch, causes.SMALL_IN_BATCH, causes.SMALL_ELSEWHERE * IS_SIZED[product])
    return Harms(parcels.is_late, world.dice.random(count) < POOR[product], world.dice.random(count) < small)


def _arms(parcels: Parcels, harms: Harms, world: World) -> Ints:
    coin = (world.dice.random(harms.is_poor.size) < causes.RECOVERY_SHARE).astype(np.int64)
    went_wrong = harms.is_late | harms.is_poor | harms.is_small
    return np.where(went_wrong & (parcels.delivered >= world.story.trial), coin, NOT_IN_TRIAL)


def _leaving(people: People, who: Ints, harms: Harms, arm: Ints) -> Floats:
    harm = harms.added(causes.LATE_LEAVES, causes.POOR_LEAVES, causes.SMALL_LEAVES)
    impatience = 2 * (1 - people.patience[who])
    base = np.where(people.is_core[who], causes.CORE_LEAVES, causes.LEAVES)
    chance: Floats = np.clip(base + impatience * harm - causes.RECOVERY_KEEPS * (arm == TREATED), 0.0, 0.95)
    return chance
