"""Lifetime value on the customer's page and in the list of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regard.core.models import Store
from regard.core.money import money_text
from regard.predict.domain.lifetime.of_customer import (
    CustomerValue,
    Expected,
    is_likely_high,
    value_for_viewer,
)
from regard.predict.models import LifetimeValue
from regard.ui.templatetags.figures import rounded

PROBABLY, HARDLY = 0.6, 0.3  # active from the one on, and hardly so below the other
MONTH, YEAR = 30.44, 365


def render_lifetime_value(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing of who never bought."""
    value = value_for_viewer(store, customer_id)
    if value is None:
        return ""
    context = {
        "value": value,
        "store": store,
        "bought": bought_sentence(value),
        "active": active_sentence(value.expected) if value.expected else "",
        "expects": expected_sentence(value.expected, store.currency) if value.expected else "",
        "is_likely_high": value.expected is not None and is_likely_high(store, customer_id),
        "windows": [(_window(days), minor) for days, minor in value.windows.items()],
    }
    return render_to_string("predict/lifetime_panel.html", context, request)


def bought_sentence(value: CustomerValue) -> str:
    last = _ago(value.days_since_last)
    if value.purchases == 1:
        return _("Bought once, %(last)s.") % {"last": last}
    span = (value.last_on - value.first_on).days
    told = {"times": value.purchases, "span": _span(span), "last": last}
    return _("Bought %(times)s times in %(span)s, last %(last)s.") % told


def active_sentence(expected: Expected) -> str:
    if expected.alive is None:
        return _("Whether somebody who bought once has left cannot be told from that.")
    percent = {"percent": rounded(100 * expected.alive, 0)}
    if expected.alive >= PROBABLY:
        return _("Probably active (%(percent)s %%).") % percent
    if expected.alive >= HARDLY:
        return _("Perhaps still active (%(percent)s %%).") % percent
    return _("Has probably left (active with %(percent)s %%).") % percent


def expected_sentence(expected: Expected, currency: str) -> str:
    told = {
        "purchases": rounded(expected.purchases, 1 if expected.purchases >= 0.1 else 2),
        "amount": money_text(expected.amount_minor, currency),
    }
    return _("Expected in the next 12 months: %(purchases)s purchases of about %(amount)s.") % told


def expected_cells(store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    """What each is expected to be worth; nothing where no model expects anything."""
    kept = LifetimeValue.objects.filter(store=store, customer_id__in=customer_ids)
    known = kept.values_list("customer_id", "expected_minor")
    return {
        customer_id: money_text(minor, store.currency) for customer_id, minor in known if minor is not None
    }


def _span(days: int) -> str:
    if days < 2 * MONTH:
        return ngettext("%d day", "%d days", days) % days
    if days < 2 * YEAR:
        return _("%d months") % round(days / MONTH)
    return _("%s years") % rounded(days / YEAR, 1)


def _ago(days: int) -> str:
    if days == 0:
        return _("today")
    return ngettext("%d day ago", "%d days ago", days) % days


def _window(days: int) -> str:
    return _("In the last %d days") % days
