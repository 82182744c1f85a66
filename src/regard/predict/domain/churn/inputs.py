"""What the learned churn model looks at: numbers made of a customer's features, each with its words.

A kept model names its inputs, so inputs may be added here; one that a kept model names must keep its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from django.utils.translation import gettext_noop as _

from regard.score.domain.columns import Column, Numbers, Times, days_between
from regard.score.domain.features import Features
from regard.score.domain.inputs import SHORTEST_GAP_DAYS, moment

# How a model takes an input: as it is; its logarithm, where a step means less the greater the number is; or that
# and its square, where the risk may fall and rise again, as around the day on which an order is due.
Shape = Literal["plain", "log", "curved"]
YEAR = 365.25
LONG_AGO = 60  # days added to a tenure, so that an order of yesterday makes no habit


@dataclass(frozen=True)
class Seen:
    """Customers as they were known at a moment. expected_gap: days between orders, for those without a rhythm."""

    features: Features
    as_of: datetime
    expected_gap: float

    @property
    def customers(self) -> Column:
        return self.features.customer_id

    def days_since(self, at: Times) -> Numbers:
        return days_between(at, moment(self.as_of))

    def usual_gap(self) -> Numbers:
        own = self.features.own_gap_days
        return np.maximum(np.where(np.isnan(own), self.expected_gap, own), SHORTEST_GAP_DAYS)

    def turn_of_year(self) -> float:
        """Where in the year the moment is, as an angle: the end of a year is beside its beginning."""
        return 2 * np.pi * self.as_of.timetuple().tm_yday / YEAR


@dataclass(frozen=True)
class Input:
    """label: what it is, in a few words. of: a number a customer, NaN where it is not known."""

    label: str
    of: Callable[[Seen], Numbers]
    shape: Shape = "plain"


def _share(part: Column, whole: Column) -> Numbers:
    """NaN of nothing."""
    share: Numbers = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share


def _recency(seen: Seen) -> Numbers:
    return seen.days_since(seen.features.last_ordered_at)


def _tenure(seen: Seen) -> Numbers:
    return seen.days_since(seen.features.first_ordered_at)


def _orders_a_year(seen: Seen) -> Numbers:
    a_year: Numbers = YEAR * seen.features.orders / (_tenure(seen) + LONG_AGO)
    return a_year


def _refunded(seen: Seen) -> Numbers:
    return _share(np.nan_to_num(seen.features.refunded_minor), seen.features.spent_minor)


def _troubled(seen: Seen) -> Numbers:
    placed = seen.features.orders + seen.features.cancelled_orders
    return _share(seen.features.troubled_orders, placed)


def _last_by_earlier(seen: Seen) -> Numbers:
    return _share(seen.features.last_total_minor, seen.features.earlier_mean_minor)


def _everywhere(seen: Seen, value: float) -> Numbers:
    return np.full(len(seen.customers), value)


INPUTS: Mapping[str, Input] = {
    "recency": Input(_("Days since the last order"), _recency, "curved"),
    "recency_by_gap": Input(
        _("Days since the last order, against the usual gap"), lambda s: _recency(s) / s.usual_gap(), "curved"
    ),
    "recency_by_tenure": Input(
        _("Days since the last order, against those since the first"),
        lambda s: _recency(s) / np.maximum(_tenure(s), 1),
    ),
    "orders": Input(_("Number of orders"), lambda s: s.features.orders.astype(float), "log"),
    "orders_a_year": Input(_("Orders a year"), _orders_a_year, "log"),
    "own_gap": Input(_("Days between own orders"), lambda s: s.features.own_gap_days, "log"),
    "average_order": Input(
        _("Average order"), lambda s: _share(s.features.spent_minor, s.features.priced_orders), "log"
    ),
    "last_order_by_earlier": Input(_("Last order, against those before"), _last_by_earlier, "log"),
    "refunded": Input(_("Share of the money paid back"), _refunded),
    "troubled": Input(_("Share of orders called off or paid back"), _troubled),
    "late": Input(
        _("Share of late deliveries"), lambda s: _share(s.features.late_deliveries, s.features.deliveries)
    ),
    "last_rating": Input(_("Stars of the last review"), lambda s: s.features.last_rating),
    "reviews": Input(_("Number of reviews"), lambda s: s.features.reviews.astype(float), "log"),
    "last_nps": Input(_("Last NPS rating"), lambda s: s.features.last_nps),
    "nps_drop": Input(_("Fall of the NPS rating"), lambda s: s.features.previous_nps - s.features.last_nps),
    "last_csat": Input(_("Last satisfaction"), lambda s: s.features.last_csat),
    "support": Input(_("Satisfaction with help"), lambda s: s.features.support_mean),
    "products": Input(_("Satisfaction with products"), lambda s: s.features.product_mean),
    "direction": Input(
        _("Where satisfaction goes"), lambda s: s.features.direction_last - s.features.direction_previous
    ),
    "answers": Input(_("Number of answers to surveys"), lambda s: s.features.answers.astype(float), "log"),
    "first_satisfaction": Input(
        _("Satisfaction with the first order"), lambda s: s.features.first_satisfaction
    ),
    "trend": Input(_("Points of satisfaction gained in ninety days"), lambda s: s.features.trend_slope),
    "visit": Input(_("Days since the last visit"), lambda s: s.days_since(s.features.last_visit_at), "log"),
    "tickets": Input(_("Number of tickets"), lambda s: s.features.tickets.astype(float), "log"),
    "open_ticket": Input(
        _("Days that a ticket has been open"), lambda s: s.days_since(s.features.open_ticket_at), "log"
    ),
    "escalated": Input(
        _("Days since a ticket was escalated"), lambda s: s.days_since(s.features.last_escalated_at), "log"
    ),
    "season_cos": Input(_("Time of the year"), lambda s: _everywhere(s, float(np.cos(s.turn_of_year())))),
    "season_sin": Input(_("Time of the year"), lambda s: _everywhere(s, float(np.sin(s.turn_of_year())))),
}
SEASONAL = frozenset({"season_cos", "season_sin"})  # of which a model learns only in more than a year


def inputs_of(seen: Seen, names: Sequence[str]) -> Numbers:
    """Shape (customers, inputs), in the order of the names. Raises KeyError for a name that is none."""
    found = np.empty((len(seen.customers), len(names)))
    for place, name in enumerate(names):
        found[:, place] = INPUTS[name].of(seen)
    return found
