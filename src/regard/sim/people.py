"""Who the customers are: traits that nobody sees, and what the shop knows."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from regard.sim.catalogue import CATEGORIES
from regard.sim.causes import CORE_ORDERS, LENIENCY, LOYAL_CORE, OTHER_ORDERS
from regard.sim.places import CHANNELS, COUNTRIES
from regard.sim.plan import CELL, YEAR, Floats, Ints, Plan, Stream, Truths
from regard.sim.season import Season

FIRST_NUMBER = 1_000
BEFORE = 0.4  # share of the customers who joined before the year that is told
OLDEST = 1.5 * YEAR  # how long before it they joined at the most
CITY_SHRINKS = 0.75  # each city has so much of the people of the one before


@dataclass(frozen=True)
class People:
    """Columns, a row a person.

    number: from 0 over the whole store. taste: the category they like best. patience: 0 to 1, how much they
    forgive. price_sensitivity: 1 on average. orders_a_year: on the store's clock. leniency: what they add to any
    satisfaction. reviews, answers, opens, clicks: how likely they are to review an order, to answer a survey, to
    open a mail, to click in it. joined: seconds since 1970, from 1.5 years before the year that is told.
    """

    number: Ints
    taste: Ints
    patience: Floats
    price_sensitivity: Floats
    orders_a_year: Floats
    is_core: Truths
    leniency: Floats
    reviews: Floats
    answers: Floats
    opens: Floats
    clicks: Floats
    accepts_mail: Truths
    joined: Floats
    joins_by_buying: Truths
    country: Ints
    city: Ints
    first_name: Ints
    last_name: Ints
    channel: Ints

    def __len__(self) -> int:
        return len(self.number)

    def first(self, count: int) -> People:
        """The first of them."""
        return People(**{column.name: getattr(self, column.name)[:count] for column in fields(self)})


def people_of(plan: Plan, cell: int, season: Season) -> People:
    """The people of a cell: those of them that the plan's number of customers reaches."""
    dice = plan.dice(cell, Stream.PEOPLE)
    is_core = dice.random(CELL) < LOYAL_CORE
    country = _weighted(dice, [country.share for country in COUNTRIES])
    is_old = dice.random(CELL) < BEFORE
    joined = _joined(plan, season, dice, is_old)
    cell_people = People(
        number=cell * CELL + np.arange(CELL, dtype=np.int64),
        taste=dice.integers(len(CATEGORIES), size=CELL),
        patience=dice.beta(2.0, 2.0, CELL),
        price_sensitivity=dice.gamma(4.0, 1 / 4.0, CELL),
        orders_a_year=_pace(dice, is_core),
        is_core=is_core,
        leniency=dice.uniform(-LENIENCY, LENIENCY, CELL),
        reviews=dice.beta(1.2, 4.0, CELL),
        answers=dice.beta(1.6, 3.0, CELL),
        opens=dice.beta(1.5, 2.5, CELL),
        clicks=dice.beta(1.2, 6.0, CELL),
        accepts_mail=dice.random(CELL) < 0.35 + 0.4 * is_core + 0.2 * (dice.random(CELL) < 0.5),
        joined=joined,
        joins_by_buying=~is_old & (dice.random(CELL) < 0.85),
        country=country,
        city=_city(dice, country),
        first_name=_of_country(dice, country, [len(country.first_names) for country in COUNTRIES]),
        last_name=_of_country(dice, country, [len(country.last_names) for country in COUNTRIES]),
        channel=_weighted(dice, [share for _name, share in CHANNELS]),
    )
    return cell_people.first(min(CELL, plan.customers - cell * CELL))


def _joined(plan: Plan, season: Season, dice: np.random.Generator, is_old: Truths) -> Floats:
    """Old customers joined before the year that is told; the others in it, most when people buy."""
    before = plan.start - dice.random(CELL) * OLDEST
    year = season.passed(np.array([plan.present]))
    return np.where(is_old, before, season.spread(year * dice.random(CELL)))


def _pace(dice: np.random.Generator, is_core: Truths) -> Floats:
    core = dice.gamma(8.0, CORE_ORDERS / 8.0, CELL)
    others = dice.gamma(1.5, OTHER_ORDERS / 1.5, CELL)
    return np.where(is_core, core, others) + 0.05


def _weighted(dice: np.random.Generator, shares: list[int]) -> Ints:
    edges = np.cumsum(shares) / sum(shares)
    return np.searchsorted(edges, dice.random(CELL), side="right").astype(np.int64)


def _city(dice: np.random.Generator, country: Ints) -> Ints:
    """Large cities have more people: the places in a geometric series that is cut off at each country's last."""
    count = np.array([len(country.cities) for country in COUNTRIES])[country]
    whole = 1 - CITY_SHRINKS**count
    place = np.log1p(-dice.random(CELL) * whole) / np.log(CITY_SHRINKS)
    places: Ints = np.minimum(place.astype(np.int64), count - 1)
    return places


def _of_country(dice: np.random.Generator, country: Ints, counts: list[int]) -> Ints:
    places: Ints = (dice.random(CELL) * np.array(counts)[country]).astype(np.int64)
    return places
