"""Why a score is what it is, in plain words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regard.score.domain.inputs import SHORTEST_GAP_DAYS
from regard.score.domain.rhythm import ExpectedGap
from regard.score.models import CustomerFeatures, Series

PILLAR_LABELS: Mapping[str, Promise] = {
    "satisfaction": gettext_lazy("Satisfaction"),
    "behaviour": gettext_lazy("Behaviour"),
    "economy": gettext_lazy("Economy"),
}
INPUT_LABELS: Mapping[str, Promise] = {
    "nps": gettext_lazy("Recommendation (NPS)"),
    "satisfaction_direction": gettext_lazy("Direction of satisfaction"),
    "issue_resolution": gettext_lazy("Satisfaction with help"),
    "product_satisfaction": gettext_lazy("Satisfaction with products"),
    "purchase_frequency": gettext_lazy("Purchase frequency"),
    "message_engagement": gettext_lazy("Engagement with messages"),
    "site_use": gettext_lazy("Use of the site"),
    "social_engagement": gettext_lazy("Social engagement"),
    "order_value_trend": gettext_lazy("Order value"),
    "payment_behaviour": gettext_lazy("Orders kept"),
    "price_acceptance": gettext_lazy("Acceptance of prices"),
    "lifetime_value_path": gettext_lazy("Path of the lifetime value"),
}
# Why an input is not known, and what would make it so.
UNKNOWN: Mapping[str, Promise] = {
    "nps": gettext_lazy("No answer yet: known as soon as the customer says how likely they recommend you."),
    "satisfaction_direction": gettext_lazy(
        "Nothing to compare yet: known from the second review or answer to the same question."
    ),
    "issue_resolution": gettext_lazy(
        "No answer yet: known as soon as the customer rates help that they were given."
    ),
    "product_satisfaction": gettext_lazy(
        "No review yet: known from the first review, or answer about a product."
    ),
    "purchase_frequency": gettext_lazy("No order yet: known from the first one."),
    "message_engagement": gettext_lazy(
        "Not measured yet: opens and clicks of messages are not counted so far."
    ),
    "site_use": gettext_lazy("Not measured yet: visits have no part in health so far."),
    "social_engagement": gettext_lazy("Not measured yet: nothing is read from social networks so far."),
    "order_value_trend": gettext_lazy(
        "Nothing to compare yet: known from the second order with an amount in the same currency."
    ),
    "payment_behaviour": gettext_lazy("Too few orders: known from the second one."),
    "price_acceptance": gettext_lazy("Not measured yet: discounts of orders are not read so far."),
    "lifetime_value_path": gettext_lazy("Not measured yet: there is no prediction to compare with so far."),
}


@dataclass(frozen=True)
class Known:
    """What sentences are made of: the facts in numbers, at the moment that the score was computed."""

    features: CustomerFeatures
    at: datetime
    expected: ExpectedGap


def sentence_of(input_name: str, value: float, known: Known) -> str:
    """The sentence for one known input; value: 0 to 100."""
    return _SENTENCES[input_name](value, known)


def rounded(number: float, places: int) -> str:
    """In the reader's digits; number_format by itself cuts off."""
    return number_format(round(number, places), places)


def plain(number: float) -> str:
    """Without decimals where there are none."""
    return rounded(number, 0 if round(number, 1) == round(number) else 1)


def _nps(value: float, known: Known) -> str:
    features = known.features
    count, last = features.nps_answers, plain(features.last_nps or 0)
    return ngettext(
        "One answer: %(last)s of 10.",
        "%(count)s answers, the last %(last)s of 10, on average %(mean)s, where newer ones count more.",
        count,
    ) % {"count": count, "last": last, "mean": rounded(value / 10, 1)}


def _issue_resolution(value: float, known: Known) -> str:
    count = known.features.support_answers
    return ngettext(
        "One answer after help: %(mean)s of 100.",
        "%(count)s answers after help, on average %(mean)s of 100, where newer ones count more.",
        count,
    ) % {"count": count, "mean": rounded(value, 0)}


def _product_satisfaction(value: float, known: Known) -> str:
    features = known.features
    count = features.product_answers
    if count > features.reviews:
        return ngettext(
            "One answer about a product: %(mean)s of 100.",
            "%(count)s reviews and answers, on average %(mean)s of 100, where newer ones count more.",
            count,
        ) % {"count": count, "mean": rounded(value, 0)}
    return ngettext(
        "One review, with %(stars)s of 5 stars.",
        "%(count)s reviews, on average %(stars)s of 5 stars, where newer ones count more.",
        count,
    ) % {"count": count, "stars": plain(1 + value / 25) if count == 1 else rounded(1 + value / 25, 1)}


def _direction(value: float, known: Known) -> str:  # noqa: ARG001 - one signature for all
    series, last = known.features.direction_series, known.features.direction_last or 0
    previous = known.features.direction_previous or 0
    said = {"last": _as_said(series, last), "previous": _as_said(series, previous)}
    if last > previous:
        return _("The last statement is better than the one before: %(last)s after %(previous)s.") % said
    if last < previous:
        return _("The last statement is worse than the one before: %(last)s after %(previous)s.") % said
    return _("The last two statements are the same: %(last)s each.") % said


def _as_said(series: str | None, score: float) -> str:
    """A score of 0 to 100 in the scale in which it was given."""
    if series == Series.REVIEW:
        return _("%(stars)s of 5 stars") % {"stars": plain(1 + score / 25)}
    if series == Series.NPS:
        return _("NPS %(rating)s") % {"rating": plain(score / 10)}
    return _("%(score)s of 100") % {"score": rounded(score, 0)}


def _purchase_frequency(value: float, known: Known) -> str:  # noqa: ARG001 - one signature for all
    last = known.features.last_ordered_at
    days = 0 if last is None else max(0, (known.at - last).days)
    since = ngettext("The last order was %(days)s day ago", "The last order was %(days)s days ago", days)
    since = since % {"days": days} if days else _("The last order was less than a day ago")
    own = known.features.own_gap_days
    basis = known.expected.basis if own is None else "own"
    gap = max(known.expected.days if own is None else own, SHORTEST_GAP_DAYS)
    expected = {
        "own": _("this customer usually orders every %(gap)s days"),
        "store": _("customers of this store usually order again after %(gap)s days"),
        "default": _("a next order is expected after %(gap)s days"),
    }[basis] % {"gap": rounded(gap, 0)}
    return _("%(since)s; %(expected)s.") % {"since": since, "expected": expected}


def _order_value_trend(value: float, known: Known) -> str:  # noqa: ARG001 - one signature for all
    features = known.features
    ratio = (features.last_total_minor or 0) / (features.earlier_mean_minor or 1)
    percent = round(100 * (ratio - 1))
    if percent == 0:
        return _("The last order was worth as much as the earlier ones on average.")
    text = {"percent": number_format(abs(percent))}
    if percent > 0:
        return _("The last order was worth %(percent)s %% more than the earlier ones on average.") % text
    return _("The last order was worth %(percent)s %% less than the earlier ones on average.") % text


def _payment_behaviour(value: float, known: Known) -> str:  # noqa: ARG001 - one signature for all
    features = known.features
    placed, troubled = features.orders + features.cancelled_orders, features.troubled_orders
    if not troubled:
        return _("None of %(placed)s orders was cancelled or refunded.") % {"placed": placed}
    return ngettext(
        "%(troubled)s of %(placed)s orders was cancelled or refunded.",
        "%(troubled)s of %(placed)s orders were cancelled or refunded.",
        troubled,
    ) % {"troubled": troubled, "placed": placed}


_SENTENCES: Mapping[str, Callable[[float, Known], str]] = {
    "nps": _nps,
    "satisfaction_direction": _direction,
    "issue_resolution": _issue_resolution,
    "product_satisfaction": _product_satisfaction,
    "purchase_frequency": _purchase_frequency,
    "order_value_trend": _order_value_trend,
    "payment_behaviour": _payment_behaviour,
}
