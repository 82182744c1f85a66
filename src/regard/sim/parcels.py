"""Parcels on their way, and which of them are late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regard.sim.causes import CARRIER_FAILS, PEAK_LATENESS
from regard.sim.places import CARRIERS, COUNTRIES, FAILING_CARRIER, FAILING_COUNTRY
from regard.sim.plan import DAY, Floats, Ints, Span, Story, Truths

PROMISED_DAYS = 4
HOUR = 3_600.0
EVENING = 17 * HOUR  # of the promised day, in UTC
LATE_DAYS = (1.6, 9.0)  # after the promised day
SHARES = np.cumsum([country.carriers for country in COUNTRIES], axis=1) / 100
LATENESS = np.array([carrier.late for carrier in CARRIERS])
FAILING = [carrier.name for carrier in CARRIERS].index(FAILING_CARRIER)
WHERE_IT_FAILS = [country.code for country in COUNTRIES].index(FAILING_COUNTRY)


@dataclass(frozen=True)
class Parcels:
    """Columns. A parcel is late when it comes after the day it was promised for."""

    carrier: Ints
    shipped: Floats
    promised: Floats
    delivered: Floats
    is_late: Truths


def send_parcels(country: Ints, at: Floats, story: Story, dice: np.random.Generator) -> Parcels:
    """A parcel for each order: to which country, ordered when."""
    count = at.size
    carrier = (dice.random(count)[:, None] > SHARES[country]).sum(axis=1).astype(np.int64)
    is_late = dice.random(count) < _lateness(carrier, country, at, story)
    midnight = at // DAY * DAY
    promised = midnight + PROMISED_DAYS * DAY + EVENING
    shipped = at + dice.uniform(4 * HOUR, 30 * HOUR, count)
    days_late = dice.uniform(*LATE_DAYS, count)
    hour = dice.uniform(7 * HOUR, 15 * HOUR, count)  # carriers come by day
    early = midnight + dice.integers(2, PROMISED_DAYS, count, endpoint=True) * DAY + hour
    late = midnight + (PROMISED_DAYS + np.floor(days_late)) * DAY + hour
    return Parcels(carrier, shipped, promised, np.where(is_late, late, early), is_late)


def _lateness(carrier: Ints, country: Ints, at: Floats, story: Story) -> Floats:
    """The chance that a parcel is late."""
    chance = LATENESS[carrier]
    rush = Span(story.peak.first, story.peak.last + 4 * DAY)
    chance = chance + PEAK_LATENESS * rush.holds(at)
    fails = (carrier == FAILING) & (country == WHERE_IT_FAILS) & story.carrier_fails.holds(at)
    return np.where(fails, CARRIER_FAILS, chance)
