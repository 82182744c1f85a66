"""Words and numbers of metrics, as people read them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regard.core.money import to_major
from regard.measure.domain.metric import Target
from regard.measure.domain.showing import Shown
from regard.ui.templatetags.figures import rounded

DIGITS = {"points": 0, "count": 2, "days": 1, "hours": 1, "percent": 1}


def unit_name(unit: str) -> str:
    names = {
        "points": _("points"), "score": _("score"), "percent": _("percent"), "stars": _("stars"),
        "money": _("money"), "hours": _("hours"), "days": _("days"), "count": _("number"), "ratio": _("times"),
        "text": _("text"),
    }  # fmt: skip
    return names[unit]


def split_name(split: str) -> str:
    """What figures are told apart by."""
    names = {
        "topic": _("Topic"), "survey": _("Survey"), "product_id": _("Product number"), "band": _("Health"),
        "category": _("Category"), "channel": _("Channel"), "priority": _("Priority"), "agent": _("Agent"),
        "purchase": _("First or later purchase"), "cohort": _("Month of the first purchase"),
        "carrier": _("Carrier"), "group": _("Recommendation"), "purchases": _("Purchases"),
        "group_and_purchases": _("Recommendation and purchases"), "exposed": _("Went through it"),
    }  # fmt: skip
    return names[split]


def drawn_value(shown: Shown, value: float | None) -> float | None:
    """As it stands on the axis of a drawing: money in its major unit."""
    if value is None or shown.currency is None:
        return value
    return float(to_major(int(value), shown.currency))


def value_text(shown: Shown, value: float | None) -> str:
    if value is None:
        return "–"
    digits = 2 if shown.currency else DIGITS.get(shown.metric.unit, 2)
    return rounded(drawn_value(shown, value), digits)


def drawn_unit(shown: Shown) -> str:
    return shown.currency or ("%" if shown.metric.unit == "percent" else unit_name(shown.metric.unit))


def target_text(target: Target) -> str:
    bound = _("at least %s") if target.bound == "least" else _("at most %s")
    return bound % rounded(target.value, 1)
