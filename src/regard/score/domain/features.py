"""What is known about customers, as columns of numbers: one definition for one customer and for a million."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from regard.listen.models import Topic
from regard.score.domain.columns import Column, Numbers, Times, Whole, days_between, microseconds
from regard.score.domain.grouping import Facts, distinct_of, sorted_facts, things_of
from regard.score.domain.known_facts import CODES, Kind, KnownFacts
from regard.score.domain.trend import trend_of
from regard.score.models import Series

HALF_LIFE_DAYS = 90  # specification: the recency of an answer
ORDERS_FOR_OWN_RHYTHM = 3
SERIES = {
    Kind.REVIEW: Series.REVIEW,
    Kind.NPS: Series.NPS,
    Kind.PRODUCT: Series.PRODUCT,
    Kind.SUPPORT: Series.SUPPORT,
    Kind.OTHER: Series.OTHER,
}
DELIVERY, PURCHASE = (Topic.values.index(topic) + 1 for topic in (Topic.DELIVERY, Topic.PURCHASE))
POSITIVE = 75  # of 100: four stars
ANSWERS = (Kind.NPS, Kind.PRODUCT, Kind.SUPPORT, Kind.OTHER)


@dataclass(frozen=True)
class Features:
    """Columns, a row a customer, named as in CustomerFeatures, which explains them; NaN and NaT: not known."""

    customer_id: Whole
    orders: Whole
    cancelled_orders: Whole
    first_ordered_at: Times
    last_ordered_at: Times
    spent_minor: Numbers
    priced_orders: Whole
    last_total_minor: Numbers
    earlier_mean_minor: Numbers
    own_gap_days: Numbers
    refunds: Whole
    refunded_minor: Numbers
    troubled_orders: Whole
    deliveries: Whole
    late_deliveries: Whole
    reviews: Whole
    last_rating: Numbers
    last_reviewed_at: Times
    answers: Whole
    last_nps: Numbers
    previous_nps: Numbers
    last_nps_at: Times
    nps_answers: Whole
    nps_mean: Numbers
    last_csat: Numbers
    last_csat_at: Times
    support_answers: Whole
    support_mean: Numbers
    product_answers: Whole
    product_mean: Numbers
    direction_series: Column  # a Kind; 0: none
    direction_last: Numbers
    direction_previous: Numbers
    ease_answers: Whole
    ease_mean: Numbers
    delivery_answers: Whole
    delivery_mean: Numbers
    purchase_answers: Whole
    purchase_mean: Numbers
    positive_reviews: Whole
    first_satisfaction: Numbers
    trend_statements: Whole
    trend_slope: Numbers
    trend_expected: Numbers
    last_visit_at: Times
    tickets: Whole
    last_ticket_at: Times
    previous_ticket_at: Times
    last_escalated_at: Times
    open_tickets: Whole
    open_ticket_at: Times

    def __iter__(self) -> Iterator[tuple[str, Column]]:
        for field in fields(self):
            yield field.name, getattr(self, field.name)

    @property
    def known(self) -> Column:
        """Of whom there is any fact."""
        return (self.orders + self.cancelled_orders + self.reviews + self.answers) > 0


def features_of(known: KnownFacts, customers: Whole) -> Features:
    """customers: ids in ascending order; the features have a row for each, in that order."""
    facts = sorted_facts(known, customers)
    parts = (
        _orders(facts, known.home), _parcels(facts), _statements(facts), _direction(facts), _touchpoints(facts),
        _first_satisfaction(facts), trend_of(facts.of(*SERIES)), _visits(facts), _tickets(facts),
    )  # fmt: skip
    return Features(customer_id=customers, **{name: each for part in parts for name, each in part.items()})


def _orders(facts: Facts, home: int) -> dict[str, Column]:
    bought, cancelled, refunds = (facts.of(kind) for kind in (Kind.ORDER, Kind.CANCELLED, Kind.REFUND))
    orders, first, last = bought.count(), bought.first_at(), bought.last_at()
    spent, priced = _sum_at_home(bought, home)
    refunded, _count = _sum_at_home(refunds.about(bought), home)
    span = days_between(first, last)
    own = orders >= ORDERS_FOR_OWN_RHYTHM
    return {
        "orders": orders,
        "cancelled_orders": cancelled.count(),
        "first_ordered_at": first,
        "last_ordered_at": last,
        "spent_minor": spent,
        "priced_orders": priced,
        "last_total_minor": bought.last(),
        "earlier_mean_minor": _earlier_mean(bought),
        "own_gap_days": np.where(own, span / np.maximum(orders - 1, 1), np.nan),
        "refunds": refunds.count(),
        "refunded_minor": refunded,
        "troubled_orders": distinct_of(facts.of(Kind.CANCELLED, Kind.REFUND)),
    }


def _sum_at_home(facts: Facts, home: int) -> tuple[Numbers, Whole]:
    """The sum of the known amounts in the store's currency, NaN where none of some is; and their number."""
    priced = facts.only((facts.code == home) & ~np.isnan(facts.value))
    count = priced.count()
    return np.where((count > 0) | (facts.count() == 0), priced.total(priced.value), np.nan), count


def _earlier_mean(bought: Facts) -> Numbers:
    """The mean amount of the orders before the last, in the currency of that."""
    currency = bought.nth_last(bought.code, 0)[bought.owner]
    is_last = np.ones(len(bought.owner), bool)
    is_last[:-1] = bought.owner[1:] != bought.owner[:-1]
    earlier = bought.only(~is_last & (bought.code == currency) & ~np.isnan(bought.value))
    return _mean(earlier.total(earlier.value), earlier.count())


def _parcels(facts: Facts) -> dict[str, Column]:
    delivered = facts.of(Kind.DELIVERY)
    return {
        "deliveries": delivered.count(),
        "late_deliveries": delivered.total(delivered.value).astype(np.int64),
    }


def _statements(facts: Facts) -> dict[str, Column]:
    reviews, nps, support = (facts.of(kind) for kind in (Kind.REVIEW, Kind.NPS, Kind.SUPPORT))
    product = facts.of(Kind.REVIEW, Kind.PRODUCT)
    answers = facts.of(*ANSWERS)
    csat = answers.only(answers.code % 2 == 1)
    return {
        "reviews": reviews.count(),
        "last_rating": 1 + reviews.last() / 25,
        "last_reviewed_at": reviews.last_at(),
        "answers": answers.count(),
        "last_nps": nps.last() / 10,
        "previous_nps": nps.last(back=1) / 10,
        "last_nps_at": nps.last_at(),
        "nps_answers": nps.count(),
        "nps_mean": _recent_mean(nps),
        "last_csat": csat.last(),
        "last_csat_at": csat.last_at(),
        "support_answers": support.count(),
        "support_mean": _recent_mean(support),
        "product_answers": product.count(),
        "product_mean": _recent_mean(product),
    }


def _recent_mean(said: Facts) -> Numbers:
    """The mean on 0 to 100, where a statement counts half as much for every ninety days that it is older.

    Ages are taken from the customer's newest statement: the mean is the same, time alone does not change it, and
    no weight underflows with all of a customer's statements.
    """
    age = days_between(said.at, said.last_at()[said.owner])
    weight = np.exp2(-age / HALF_LIFE_DAYS)
    return _mean(said.total(said.value * weight), said.total(weight))


def _direction(facts: Facts) -> dict[str, Column]:
    """The latest statement that has an earlier one of the same kind and measure, and that earlier one."""
    said = facts.of(*SERIES)
    series = said.kind.astype(np.int64) * CODES + said.code
    order = np.lexsort((series, said.owner))  # stable, so the times of a series stay in order
    owner, series, value = said.owner[order], series[order], said.value[order]
    at, tie = microseconds(said.at)[order], said.tie[order]
    follows = np.zeros(len(owner), bool)
    follows[1:] = (owner[1:] == owner[:-1]) & (series[1:] == series[:-1])
    later = np.flatnonzero(follows)
    later = later[np.lexsort((series[later], tie[later], at[later], owner[later]))]
    latest = later[np.append(owner[later][1:] != owner[later][:-1], True)] if len(later) else later
    columns = {
        "direction_series": np.zeros(said.people, np.int16),
        "direction_last": np.full(said.people, np.nan),
        "direction_previous": np.full(said.people, np.nan),
    }
    columns["direction_series"][owner[latest]] = series[latest] // CODES
    columns["direction_last"][owner[latest]] = value[latest]
    columns["direction_previous"][owner[latest]] = value[latest - 1]
    return columns


def _touchpoints(facts: Facts) -> dict[str, Column]:
    """What was said of the effort that help took, of deliveries and of purchases."""
    other = facts.of(Kind.OTHER)
    said = {
        "ease": facts.only((facts.kind == Kind.SUPPORT) & (facts.code % 2 == 0)),
        "delivery": other.only(other.code // 2 == DELIVERY),
        "purchase": other.only(other.code // 2 == PURCHASE),
    }
    counts = {f"{name}_answers": each.count() for name, each in said.items()}
    reviews = facts.of(Kind.REVIEW)
    positive = reviews.only(reviews.value >= POSITIVE).count()
    return (
        counts
        | {f"{name}_mean": _recent_mean(each) for name, each in said.items()}
        | {"positive_reviews": positive}
    )


def _first_satisfaction(facts: Facts) -> dict[str, Column]:
    """The first review or satisfaction (CSAT) told from the first order on and before the second."""
    bought = facts.of(Kind.ORDER)
    said = facts.only((facts.kind == Kind.REVIEW) | (np.isin(facts.kind, ANSWERS) & (facts.code % 2 == 1)))
    first, second = bought.first_at(), bought.second_at()
    after, before = first[said.owner], second[said.owner]
    theirs = said.only((said.at >= after) & (np.isnat(before) | (said.at < before)))
    return {"first_satisfaction": theirs.first()}


def _visits(facts: Facts) -> dict[str, Column]:
    return {"last_visit_at": facts.of(Kind.VISIT).last_at()}


def _tickets(facts: Facts) -> dict[str, Column]:
    """open_ticket_at: when the oldest ticket was opened that is not solved."""
    opened, solved = facts.of(Kind.TICKET), facts.of(Kind.SOLVED)
    waiting = opened.only(~np.isin(things_of(opened), things_of(solved)))
    return {
        "tickets": opened.count(),
        "last_ticket_at": opened.last_at(),
        "previous_ticket_at": opened.nth_last(opened.at, np.datetime64("NaT"), back=1),
        "last_escalated_at": facts.of(Kind.ESCALATED).last_at(),
        "open_tickets": waiting.count(),
        "open_ticket_at": waiting.first_at(),
    }


def _mean(total: Numbers, count: Column) -> Numbers:
    mean = np.full(len(total), np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    return mean
