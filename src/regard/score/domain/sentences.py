"""Why a score is what it is, in plain words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

PILLAR_LABELS: Mapping[str, Promise] = {
    "satisfaction": gettext_lazy("Satisfaction"),
    "behaviour": gettext_lazy("Behaviour"),
    "economy": gettext_lazy("Economy"),
}
INPUT_LABELS: Mapping[str, Promise] = {
    "satisfaction_direction": gettext_lazy("Direction of satisfaction"),
    "product_satisfaction": gettext_lazy("Satisfaction with products"),
    "purchase_frequency": gettext_lazy("Purchase frequency"),
    "order_value_trend": gettext_lazy("Order value"),
}


def sentence_of(input_name: str, value: float, known: Mapping[str, Any]) -> str:
    """The sentence for one input. value: of the input, 0 to 100; known: the `inputs` of its score."""
    return _SENTENCES[input_name](value, known)


def _rounded(number: float, places: int) -> str:
    """In the reader's digits; number_format by itself cuts off."""
    return number_format(round(number, places), places)


def _product_satisfaction(value: float, known: Mapping[str, Any]) -> str:
    count = known["answers"]
    stars = number_format(known["last_rating"]) if count == 1 else _rounded(1 + value / 25, 1)
    return ngettext(
        "One review, with %(stars)s of 5 stars.",
        "%(count)s reviews, on average %(stars)s of 5 stars, where newer ones count more.",
        count,
    ) % {"count": count, "stars": stars}


def _direction(value: float, known: Mapping[str, Any]) -> str:
    stars = {"last": known["last_rating"], "previous": known["previous_rating"]}
    if value > 50:
        return (
            _("The last review is better than the one before: %(last)s of 5 stars after %(previous)s.")
            % stars
        )
    if value < 50:
        return (
            _("The last review is worse than the one before: %(last)s of 5 stars after %(previous)s.") % stars
        )
    return _("The last two reviews have %(last)s of 5 stars each.") % stars


def _purchase_frequency(value: float, known: Mapping[str, Any]) -> str:  # noqa: ARG001 - one signature for all
    days = known["days_since_order"]
    since = ngettext("The last order was %(days)s day ago", "The last order was %(days)s days ago", days)
    since = since % {"days": days} if days else _("The last order was less than a day ago")
    expected = {
        "own": _("this customer usually orders every %(gap)s days"),
        "store": _("customers of this store usually order again after %(gap)s days"),
        "default": _("a next order is expected after %(gap)s days"),
    }[known["gap_basis"]] % {"gap": _rounded(known["expected_gap_days"], 0)}
    return _("%(since)s; %(expected)s.") % {"since": since, "expected": expected}


def _order_value_trend(value: float, known: Mapping[str, Any]) -> str:  # noqa: ARG001 - one signature for all
    percent = round(100 * (known["order_value_ratio"] - 1))
    if percent == 0:
        return _("The last order was worth as much as the earlier ones on average.")
    text = {"percent": number_format(abs(percent))}
    if percent > 0:
        return _("The last order was worth %(percent)s %% more than the earlier ones on average.") % text
    return _("The last order was worth %(percent)s %% less than the earlier ones on average.") % text


_SENTENCES: Mapping[str, Callable[[float, Mapping[str, Any]], str]] = {
    "product_satisfaction": _product_satisfaction,
    "satisfaction_direction": _direction,
    "purchase_frequency": _purchase_frequency,
    "order_value_trend": _order_value_trend,
}
