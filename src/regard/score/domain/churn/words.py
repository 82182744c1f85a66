"""Why a churn risk is what it is, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.score.domain.churn.signals import CATEGORIES, SIGNS, VALUE_FACTOR
from regard.score.domain.parts import Part
from regard.score.domain.sentences import Known, plain, rounded

WEIGHTS: Mapping[str, float] = {
    "satisfaction": 35, "behaviour": 25, "support": 20, "purchases": 15, "external": 5,
}  # fmt: skip
LABELS: Mapping[str, Promise] = {
    "satisfaction": gettext_lazy("Falling satisfaction"),
    "behaviour": gettext_lazy("Change of behaviour"),
    "support": gettext_lazy("Requests for help"),
    "purchases": gettext_lazy("Pattern of purchases"),
    "external": gettext_lazy("Reviews"),
}
NOT_KNOWN: Mapping[str, Promise] = {
    "satisfaction": gettext_lazy(
        "Known from a second NPS answer or a first answer about satisfaction; it adds nothing now."
    ),
    "behaviour": gettext_lazy(
        "Known once a browser or app of the customer is seen; engagement with messages is not measured yet."
    ),
    "support": gettext_lazy("No ticket of the customer is known; it adds nothing now."),
    "purchases": gettext_lazy("Known from the second order; it adds nothing now."),
    "external": gettext_lazy("No review yet; complaints elsewhere are not read. It adds nothing now."),
}
NO_SIGN: Mapping[str, Promise] = {
    "satisfaction": gettext_lazy("No fall of satisfaction."),
    "behaviour": gettext_lazy("Has visited within 30 days."),
    "support": gettext_lazy("Nothing unresolved, escalated or repeated."),
    "purchases": gettext_lazy("Buys as often and as much as usual."),
    "external": gettext_lazy("No bad review last."),
}


def explain_churn(
    values: Sequence[float | None], _weights: Mapping[str, float], known: Known
) -> Iterator[Part]:
    """A part for each category; its value is its severity in percent."""
    signs = dict(zip(SIGNS, values, strict=True))
    for category, names in CATEGORIES.items():
        there = [name for name in names if signs[name]]
        is_known = any(signs[name] is not None for name in names)
        severity = (0.0, 70.0, 100.0)[min(len(there), 2)]
        weight = WEIGHTS[category] / 100
        words = " ".join(SENTENCES[name](known) for name in there)
        words = words or str((NO_SIGN if is_known else NOT_KNOWN)[category])
        label = str(LABELS[category])
        yield Part(category, label, severity if is_known else None, weight, weight * severity, words)


def _nps_drop(known: Known) -> str:
    features = known.features
    return _("The NPS rating fell from %(before)s to %(after)s.") % {
        "before": plain(features.previous_nps or 0), "after": plain(features.last_nps or 0),
    }  # fmt: skip


def _low_csat(known: Known) -> str:
    return _("The last satisfaction was %(value)s of 5.") % {
        "value": rounded(1 + (known.features.last_csat or 0) / 25, 1)
    }


def _no_visit(known: Known) -> str:
    features = known.features
    seen = max(at for at in (features.last_visit_at, features.last_ordered_at) if at is not None)
    return _("No visit for %(days)s days.") % {"days": (known.at - seen).days}


def _many_tickets(known: Known) -> str:  # noqa: ARG001 - one signature for all
    return _("Asked for help at least twice within 30 days.")


def _escalated(known: Known) -> str:
    at = known.features.last_escalated_at
    return _("A ticket was escalated %(days)s days ago.") % {"days": (known.at - at).days if at else 0}


def _unresolved(known: Known) -> str:
    at = known.features.open_ticket_at
    return _("A ticket has been open for %(days)s days.") % {"days": (known.at - at).days if at else 0}


def _order_gap(known: Known) -> str:
    features = known.features
    days = (known.at - features.last_ordered_at).days if features.last_ordered_at else 0
    return _("The last order was %(days)s days ago, though one came every %(gap)s days.") % {
        "days": days, "gap": rounded(features.own_gap_days or 0, 0),
    }  # fmt: skip


def _order_value(known: Known) -> str:  # noqa: ARG001 - one signature for all
    return _("The last order was worth less than %(percent)s %% of the earlier ones on average.") % {
        "percent": round(100 * VALUE_FACTOR)
    }


def _bad_review(known: Known) -> str:
    return _("The last review gave %(stars)s of 5 stars.") % {"stars": plain(known.features.last_rating or 0)}


SENTENCES: Mapping[str, Callable[[Known], str]] = {
    "nps_drop": _nps_drop, "low_csat": _low_csat, "no_visit": _no_visit, "many_tickets": _many_tickets,
    "escalated": _escalated, "unresolved": _unresolved, "order_gap": _order_gap, "order_value": _order_value,
    "bad_review": _bad_review,
}  # fmt: skip
