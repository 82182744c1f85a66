"""Signs that a customer may not buy again, each a column: 1 where it is there, 0 where not, NaN where not known.

After the product's specification (scoring, section 4); what is marked proposal is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from regard.score.domain.columns import Column, Numbers, Times, days_between
from regard.score.domain.features import Features
from regard.score.domain.inputs import SHORTEST_GAP_DAYS, moment

NPS_DROP = 2  # of 10: more than twenty points of 100
LOW_CSAT = 62.5  # of 100: 3.5 of 5
NO_VISIT_DAYS = 30
MANY_TICKETS_DAYS = 30
ESCALATED_DAYS = 90  # proposal: what was escalated longer ago is a sign no more
UNRESOLVED_DAYS = 3
GAP_FACTOR = 1.5
VALUE_FACTOR = 0.8
BAD_STARS = 2

# Category -> its signs. Engagement with messages and social complaints are no signs yet: nothing is known of them.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "satisfaction": ("nps_drop", "low_csat"),
    "behaviour": ("no_visit",),
    "support": ("many_tickets", "escalated", "unresolved"),
    "purchases": ("order_gap", "order_value"),
    "external": ("bad_review",),
}
SIGNS = tuple(sign for signs in CATEGORIES.values() for sign in signs)


def signs_of(features: Features, as_of: datetime) -> Numbers:
    """Shape (customers, signs), in the order of SIGNS."""
    now = moment(as_of)
    asked_help = features.tickets > 0
    own_gap = np.maximum(features.own_gap_days, SHORTEST_GAP_DAYS)
    # An order is a visit too; somebody whose browser was never seen may visit unseen.
    visited = np.where(
        features.last_ordered_at > features.last_visit_at, features.last_ordered_at, features.last_visit_at
    )
    found = {
        "nps_drop": _sign(
            features.previous_nps - features.last_nps > NPS_DROP, ~np.isnan(features.previous_nps)
        ),
        "low_csat": _sign(features.last_csat < LOW_CSAT, ~np.isnan(features.last_csat)),
        "no_visit": _sign(
            days_between(visited, now) >= NO_VISIT_DAYS, ~np.isnat(features.last_visit_at)
        ),
        "many_tickets": _sign(_within(features.previous_ticket_at, now, MANY_TICKETS_DAYS), asked_help),
        "escalated": _sign(_within(features.last_escalated_at, now, ESCALATED_DAYS), asked_help),
        "unresolved": _sign(days_between(features.open_ticket_at, now) > UNRESOLVED_DAYS, asked_help),
        "order_gap": _sign(
            days_between(features.last_ordered_at, now) > GAP_FACTOR * own_gap, ~np.isnan(own_gap)
        ),
        "order_value": _sign(
            features.last_total_minor < VALUE_FACTOR * features.earlier_mean_minor,
            ~np.isnan(features.last_total_minor) & (features.earlier_mean_minor > 0),
        ),
        "bad_review": _sign(features.last_rating <= BAD_STARS, features.reviews > 0),
    }  # fmt: skip
    return np.column_stack([found[sign] for sign in SIGNS])


def _sign(there: Column, known: Column) -> Numbers:
    return np.where(known, there.astype(float), np.nan)


def _within(at: Times, now: np.datetime64, days: int) -> Column:
    within: Column = days_between(at, now) <= days  # unknown times are within nothing
    return within
