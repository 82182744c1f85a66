"""What the facts of this room say, in words for the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from regard.capture.domain.property_values import number_of
from regard.core.registry import event_words
from regard.predict.facts import ChurnRiskCrossed
from regard.ui.templatetags.ui import full_points


def register_event_words() -> None:
    event_words.add(ChurnRiskCrossed.__name__, _churn_risk_crossed)


def _churn_risk_crossed(told: Mapping[str, Any]) -> str:
    """A fact may lack anything, as after an erasure."""
    value, before = number_of(told.get("value")), number_of(told.get("previous_value"))
    if value is None or before is None:
        return _("The churn risk crossed the line")
    words = {"before": full_points(float(before)), "after": full_points(float(value))}
    if told.get("is_above"):
        return _("The churn risk rose from %(before)s %% to %(after)s %%") % words
    return _("The churn risk fell from %(before)s %% to %(after)s %%") % words
