"""The churn risk in the list of customers and on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from regard.core.models import Store
from regard.predict.domain.churn.judging import FLAGGED_ABOVE
from regard.predict.domain.churn.telling import Contribution, churn_for_viewer, risks_of
from regard.score.domain.kinds import score_kinds
from regard.score.domain.queries import known_value, named_scores_of
from regard.score.models import Score
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
        "reasons": [(each.label, _told(each), _signed(each.points)) for each in reasons],
        "rest": _signed(risk.learned - risk.base - shown),
    }
    return render_to_string("predict/churn.html", context, request)


def _told(each: Contribution) -> str:
    return _("not known") if each.value is None else rounded(each.value, 1)


def _signed(points: float) -> str:
    """With a minus as long as the plus, in the reader's language."""
    return ("−" if round(points, 1) < 0 else "+") + rounded(abs(points), 1)


def churn_cells(store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    """The risk in use: the learned one, or the weighted one where no model has learned enough."""
    learned = risks_of(store, customer_ids)
    if learned:
        return {customer_id: _learned_chip(value) for customer_id, value in learned.items()}
    weighted = named_scores_of(store, "churn", customer_ids)
    return {score.subject_id: _weighted_chip(score) for score in weighted}


def _learned_chip(value: float) -> str:
    is_flagged = value > FLAGGED_ABOVE
    context = {
        "value": value,
        "tone": "bad" if is_flagged else "",
        "label": _("learned, likely to leave") if is_flagged else _("learned"),
    }
    return render_to_string("ui/score_chip.html", context)


def _weighted_chip(score: Score) -> str:
    context = {
        "value": known_value(score),
        "tone": score_kinds.get(score.name).tones.get(score.band, ""),
        "label": score.get_band_display(),
    }
    return render_to_string("ui/score_chip.html", context)
