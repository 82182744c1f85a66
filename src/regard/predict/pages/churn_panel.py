"""The churn risk in the list of customers and on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.predict.domain.churn.judging import FLAGGED_ABOVE
from regard.predict.domain.churn.telling import Contribution, churn_for_viewer, risks_of
from regard.ui.templatetags.figures import rounded

MOST_REASONS = 8
LEAST_POINTS = 0.5  # less moves nothing that people see


def render_churn(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Nothing while no learned model is in use: the weighted risk is told among the scores."""
    risk = churn_for_viewer(store, customer_id)
    if risk is None:
        return ""
    reasons = [each for each in risk.contributions if abs(each.points) >= LEAST_POINTS][:MOST_REASONS]
    shown = sum(each.points for each in reasons)
    context = {
        "risk": risk,
        "value": rounded(risk.learned, 0),
        "weighted": None if risk.weighted is None else rounded(risk.weighted, 0),
        "base": rounded(risk.base, 1),
        "tone": "bad" if risk.is_flagged else "good",
        "reasons": [(each.label, _told(each), f"{each.points:+.1f}") for each in reasons],
        "rest": f"{risk.learned - risk.base - shown:+.1f}",
    }
    return render_to_string("predict/churn.html", context, request)


def _told(each: Contribution) -> str:
    return _("not known") if each.value is None else rounded(each.value, 1)


def churn_cells(store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    return {
        customer_id: render_to_string(
            "ui/score_chip.html",
            {
                "value": rounded(value, 0),
                "before": None,
                "than": "",
                "tone": "bad" if value > FLAGGED_ABOVE else "",
                "label": _("likely to leave") if value > FLAGGED_ABOVE else "",
            },
        )
        for customer_id, value in risks_of(store, customer_ids).items()
    }
