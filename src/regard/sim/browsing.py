"""What people do without buying: they look, fill carts, open mail, and leave the list of the newsletter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.sim.catalogue import CATEGORY_FROM, CATEGORY_TO, SOLD_UP_TO
from regard.sim.lives import Orders
from regard.sim.people import People
from regard.sim.plan import DAY, Floats, Ints, Plan, Stream, Truths

VISITS_A_YEAR = 1.3
INTO_CART = 0.3  # of the views
UNKNOWN = 0.3  # of the visits without an order are not signed in
UNSUBSCRIBE = 0.45  # of those who leave and get the newsletter
NEWSLETTER_DAYS = 30.0
AT_EIGHT = 8 * 3_600.0
LEFT_BUT_OPENS = 0.2  # as many as of others


@dataclass(frozen=True)
class Views:
    """who: the place of the person. is_signed_in: whether the shop knew them. in_cart: whether it went there."""

    who: Ints
    at: Floats
    product: Ints
    in_cart: Truths
    is_signed_in: Truths


@dataclass(frozen=True)
class Mails:
    """Newsletters that were opened; clicked: whether something in it was. number: of the newsletter."""

    who: Ints
    at: Floats
    number: Ints
    clicked: Truths


@dataclass(frozen=True)
class Leavings:
    """Who leaves the newsletter's list."""

    who: Ints
    at: Floats


@dataclass(frozen=True)
class Browsing:
    views: Views
    mails: Mails
    leavings: Leavings


def browse(plan: Plan, cell: int, people: People, orders: Orders) -> Browsing:
    """What the people of a cell do beside their orders."""
    dice = plan.dice(cell, Stream.BROWSING)
    gone = np.full(len(people), np.inf)
    gone[orders.who[orders.left]] = orders.delivered[orders.left]
    return Browsing(
        views=_views(plan, people, orders, dice),
        mails=_mails(plan, people, gone, dice),
        leavings=_leavings(people, gone, dice),
    )


def _views(plan: Plan, people: People, orders: Orders, dice: np.random.Generator) -> Views:
    """One before each order, of what is then bought, and some that come to nothing."""
    before = orders.at - dice.uniform(120.0, 0.5 * DAY, len(orders))
    since = np.maximum(people.joined, plan.start)
    visits = dice.poisson(VISITS_A_YEAR * np.maximum(plan.horizon - since, 0) / (365 * DAY))
    who = np.repeat(np.arange(len(people)), visits)
    at = since[who] + dice.random(who.size) * (plan.horizon - since[who])
    taste = people.taste[who]
    lots = CATEGORY_FROM[taste] + dice.random(who.size) * (CATEGORY_TO[taste] - CATEGORY_FROM[taste])
    product = np.minimum(np.searchsorted(SOLD_UP_TO, lots, side="right"), SOLD_UP_TO.size - 1)
    return Views(
        who=np.concatenate((orders.who, who)),
        at=np.concatenate((before, at)),
        product=np.concatenate((orders.products[:, 0], product)),
        in_cart=dice.random(len(orders) + who.size) < INTO_CART,
        is_signed_in=np.concatenate((np.ones(len(orders), bool), dice.random(who.size) >= UNKNOWN)),
    )


def _mails(plan: Plan, people: People, gone: Floats, dice: np.random.Generator) -> Mails:
    first = (plan.start // DAY + 9) * DAY + AT_EIGHT
    sent = np.arange(first, plan.horizon, NEWSLETTER_DAYS * DAY)
    shape = (len(people), sent.size)
    gets = people.accepts_mail[:, None] & (people.joined[:, None] < sent)
    eager = np.where(sent > gone[:, None], LEFT_BUT_OPENS, 1.0) * people.opens[:, None]
    who, number = np.nonzero(gets & (dice.random(shape) < eager))
    at = sent[number] + dice.exponential(0.4 * DAY, who.size)
    return Mails(who, at, number, dice.random(who.size) < people.clicks[who])


def _leavings(people: People, gone: Floats, dice: np.random.Generator) -> Leavings:
    says_so = people.accepts_mail & np.isfinite(gone) & (dice.random(len(people)) < UNSUBSCRIBE)
    who = np.flatnonzero(says_so)
    return Leavings(who, gone[who] + dice.uniform(2.0, 25.0, who.size) * DAY)
