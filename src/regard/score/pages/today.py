"""The health of a store's customers on its first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.score.domain.band_totals import BandCount, HealthTotals, health_totals
from regard.score.models import HealthBand
from regard.score.pages.panel import TONES
from regard.ui.templatetags.figures import whole

AT_STAKE = (HealthBand.AT_RISK, HealthBand.CRITICAL)
MOST_SPENT = "-spent"  # the order of the list in which most is at stake first
RISING_IS = {"good": "up", "warning": "down", "bad": "down", "none": ""}


def load_health(store: Store) -> Mapping[str, Any]:
    totals = health_totals(store)
    if totals is None:
        return {"totals": None}
    return {
        "totals": totals,
        "rows": [_row(store, totals, count) for count in totals.bands],
        "than": _than(totals),
    }


def load_money(store: Store) -> Mapping[str, Any]:
    totals = health_totals(store)
    if totals is None or not totals.scored:
        return {"totals": None}
    counts = totals.of(*AT_STAKE)
    spent = sum(count.spent_minor for count in totals.bands)
    at_stake = sum(count.spent_minor for count in counts)
    return {
        "totals": totals,
        "at_stake": at_stake,
        "share": at_stake / spent if spent else 0,
        "percent": round(100 * at_stake / spent) if spent else 0,
        "spent": spent,
        "customers": sum(count.customers for count in counts),
        "counts": [(count, _list_url(store, _asked(count.band), order=MOST_SPENT)) for count in counts],
        "currency": store.currency,
        "url": _list_url(store, _asked(*AT_STAKE), order=MOST_SPENT),
    }


def _row(store: Store, totals: HealthTotals, count: BandCount) -> dict[str, Any]:
    tone = TONES.get(count.band, "none")
    return {
        "label": count.band.label,
        "value": whole(count.customers),
        "share": count.customers / totals.customers if totals.customers else 0,
        "tone": tone,
        "now": count.customers,
        "before": None if count.band == HealthBand.NOT_ENOUGH_DATA else count.before,
        "good": RISING_IS[tone],
        "url": _list_url(store, _asked(count.band)),
    }


def _than(totals: HealthTotals) -> str:
    if totals.compared_with is None:
        return _("There is nothing to compare with yet; how it moves shows later.")
    return _("Changes are against a week ago.")


def _asked(*bands: HealthBand) -> str:
    """The segment of customers in these bands."""
    named = [f'"{band.value.removeprefix("health:")}"' for band in bands]
    return f"health_band in ({', '.join(named)})" if len(named) > 1 else f"health_band = {named[0]}"


def _list_url(store: Store, segment: str, *, order: str = "") -> str:
    asked = {"segment": segment} | ({"order": order} if order else {})
    return reverse("customers", args=[store.slug]) + "?" + urlencode(asked)
