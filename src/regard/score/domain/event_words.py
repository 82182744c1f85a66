"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.property_values import number_of
from regard.core.registry import event_words
from regard.score.domain.rules.naming import is_score, kind_named
from regard.score.facts import HealthChanged, ScoreChanged
from regard.score.models import HealthBand
from regard.ui.templatetags.ui import full_points


def register_event_words() -> None:
    event_words.add(HealthChanged.__name__, _health_changed)
    event_words.add(ScoreChanged.__name__, _score_changed)


def _health_changed(told: Mapping[str, Any]) -> str:
    """A level that rests on too little is none to fall or rise from."""
    before, after = _known(told, "previous_value", "previous_band"), _known(told, "value", "band")
    if after is None:
        return _("Health is not known any more")
    words = {"after": _value(after, told.get("band"))}
    if before is None:
        return _("Health is %(after)s") % words
    words["before"] = _value(before, told.get("previous_band"))
    if after < before:
        return _("Health fell from %(before)s to %(after)s") % words
    if after > before:
        return _("Health rose from %(before)s to %(after)s") % words
    return _("Health moved from %(before)s to %(after)s") % words


def _known(told: Mapping[str, Any], value: str, band: str) -> Any:
    return None if told.get(band) == HealthBand.NOT_ENOUGH_DATA else number_of(told.get(value))


def _value(value: Any, band: object) -> str:
    """As on the customer's page, with the band's name where it has one."""
    number = str(full_points(value))
    if band not in HealthBand.values:
        return number
    return _("%(number)s (%(band)s)") % {"number": number, "band": HealthBand(band).label}


def _score_changed(told: Mapping[str, Any]) -> str:
    """The band is what such a score says; of one that is known no more, that."""
    name = told.get("score")
    kind = kind_named(str(name)) if is_score(str(name)) else None
    labels = dict(kind.bands.choices) if kind else {}
    words = {
        "score": str(kind.label) if kind else _("A score"),
        "after": labels.get(str(told.get("band")), ""),
    }
    words["before"] = labels.get(str(told.get("previous_band")), "")
    unknown = kind.names[kind.not_enough] if kind else None
    if not words["after"]:
        return _("%(score)s changed") % words
    if told.get("band") == unknown or told.get("previous_band") in (unknown, None):
        return _("%(score)s: %(after)s") % words
    return _("%(score)s: %(after)s, before: %(before)s") % words
