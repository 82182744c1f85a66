"""Health in the list of customers and on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.template.loader import render_to_string

from regard.core.models import Store
from regard.score.domain.queries import health_for_viewer, scores_of
from regard.score.models.score import HealthBand

TONES = {
    HealthBand.THRIVING: "good",
    HealthBand.HEALTHY: "good",
    HealthBand.AT_RISK: "warning",
    HealthBand.CRITICAL: "bad",
    HealthBand.LOST: "bad",
}


def render_health(request: HttpRequest, store: Store, customer_id: int) -> str:
    health = health_for_viewer(store, customer_id)
    context = {
        "health": health,
        "tone": TONES.get(HealthBand(health.band), "") if health else "",
        "line": _line([point.value for point in health.changes if point.value is not None]) if health else "",
    }
    return render_to_string("score/health.html", context, request)


def health_cells(store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    return {
        customer_id: render_to_string(
            "ui/score.html",
            {
                "value": score.value,
                "tone": TONES.get(HealthBand(score.band), ""),
                "label": score.get_band_display(),
            },
        )
        for customer_id, score in scores_of(store, customer_ids).items()
    }


def _line(values: Sequence[float]) -> str:
    """The points of a line through the moves, in a box of 120 by 32; nothing for fewer than two."""
    if len(values) < 2:
        return ""
    step = 120 / (len(values) - 1)
    return " ".join(f"{position * step:.1f},{31 - value * 0.30:.1f}" for position, value in enumerate(values))
