"""Words and numbers of metrics, as people read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.core.models import Store
from regard.core.money import minor_digits, to_major
from regard.listen.domain.labels import intent_label
from regard.listen.domain.text_sources import text_sources
from regard.listen.models import Topic
from regard.measure.domain.metric import BETWEEN_PARTS, Metric, Unit
from regard.measure.domain.showing import Shown
from regard.profile.domain.country_names import country_name
from regard.score.domain.csi.index import CsiBand
from regard.score.models import HealthBand
from regard.ui.templatetags.figures import rounded

DIGITS = {"points": 0, "count": 2, "days": 1, "hours": 1, "percent": 1}

GROUPS = {
    "promoter": gettext_lazy("promoters"),
    "passive": gettext_lazy("passives"),
    "detractor": gettext_lazy("detractors"),
}
PARTS: dict[str, dict[str, Any]] = {
    "band": {**dict(HealthBand.choices), **dict(CsiBand.choices)},
    "topic": dict(Topic.choices),
    "purchase": {"first": gettext_lazy("the first"), "repeat": gettext_lazy("a later one")},
    "group": GROUPS,
    "delivery": {
        "on_time": gettext_lazy("on time"),
        "late_1_2": gettext_lazy("one or two days late"),
        "late_3": gettext_lazy("three days late or more"),
    },
    "exposed": {"exposed": gettext_lazy("yes"), "not exposed": gettext_lazy("no")},
}


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
        "topic": _("Topic"), "survey": _("Survey"), "product_id": _("Product number"),
        "product": _("Product"), "product_category": _("Category of the product"),
        "product_brand": _("Brand"), "source": _("Where it was said"), "language": _("Language"),
        "intent": _("Wish"), "band": _("Level"),
        "category": _("Category"), "channel": _("Channel"), "priority": _("Priority"), "agent": _("Agent"),
        "purchase": _("First or later purchase"), "cohort": _("Month of the first purchase"),
        "traffic_source": _("Source of the visit"), "device": _("Device"),
        "landing_page": _("First page"), "cart_step": _("How far the cart came"),
        "carrier": _("Carrier"), "country": _("Country"),
        "carrier_and_country": _("Carrier and country"), "group": _("Recommendation"), "purchases": _("Purchases"),
        "group_and_purchases": _("Recommendation and purchases"), "exposed": _("Went through it"),
        "delivery": _("How the order came"),
    }  # fmt: skip
    return names[split]


def part_name(split: str, part: str) -> str:
    """A part of what figures are told apart by; the store's own words stay as they are."""
    if not part:
        return _("not told")
    if split in PART_NAMES:
        return PART_NAMES[split](part)
    return str(PARTS.get(split, {}).get(part, part))


def _source_name(part: str) -> str:
    return str(gettext_lazy(text_sources.get(part).label)) if part in text_sources else part


def _month_name(part: str) -> str:
    return date_format(date.fromisoformat(f"{part}-01"), _("M Y"))


def _group_name(part: str) -> str:
    group, _space, purchases = part.partition(" ")
    return _("%(group)s, purchases: %(purchases)s") % {"group": GROUPS[group], "purchases": purchases}


def _carrier_and_country(part: str) -> str:
    carrier, between, country = part.rpartition(BETWEEN_PARTS)
    return f"{part_name('carrier', carrier)}{between}{part_name('country', country)}"


PART_NAMES: dict[str, Callable[[str], str]] = {
    "intent": lambda part: str(intent_label(part)),
    "source": _source_name,
    "cohort": _month_name,
    "country": country_name,
    "carrier_and_country": _carrier_and_country,
    "group_and_purchases": _group_name,
}


def drawn_value(shown: Shown, value: float | None) -> float | None:
    """As it stands on the axis of a drawing: money in its major unit."""
    if value is None or shown.currency is None:
        return value
    return float(to_major(int(value), shown.currency))


def value_text(shown: Shown, value: float | None) -> str:
    return plain_value(shown.metric.unit, shown.currency, value)


def value_in(store: Store, metric: Metric, value: float | None) -> str:
    """With its unit."""
    is_money = metric.unit == "money"
    text = plain_value(metric.unit, store.currency if is_money else None, value)
    named = store.currency if is_money else "%" if metric.unit == "percent" else ""
    return f"{text} {named}".strip()


def amount_text(store: Store, unit: Unit, value: float | None) -> str:
    """What a row adds to a figure; of shares that is yes or no."""
    if unit == "percent" and value in {0.0, 100.0}:
        return _("yes") if value else _("no")
    return plain_value(unit, store.currency if unit == "money" else None, value)


def plain_value(unit: Unit, currency: str | None, value: float | None) -> str:
    """Without its unit; currency: of money, which is in minor units."""
    if value is None:
        return "–"
    digits = minor_digits(currency) if currency else DIGITS.get(unit, 2)
    if unit == "count" and value == int(value):
        digits = 0
    return rounded(float(to_major(int(value), currency)) if currency else value, digits)


def drawn_unit(shown: Shown) -> str:
    return shown.currency or ("%" if shown.metric.unit == "percent" else unit_name(shown.metric.unit))


def target_text(store: Store, metric: Metric) -> str:
    """Of a metric that has one."""
    if metric.target is None:
        return ""
    bound = _("at least %s") if metric.target.bound == "least" else _("at most %s")
    return bound % value_in(store, metric, metric.target.value)
