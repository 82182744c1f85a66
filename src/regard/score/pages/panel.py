"""Health in the list of customers and on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.queries import HealthPoint, health_for_viewer, known_value, scores_moved
from regard.score.domain.strategies import INTERVENTION_SEGMENT
from regard.score.models.score import HealthBand, Score
from regard.ui.score_chip import score_chip
from regard.ui.templatetags.ui import full_points

TONES = {
    HealthBand.THRIVING: "good",
    HealthBand.HEALTHY: "good",
    HealthBand.AT_RISK: "warning",
    HealthBand.CRITICAL: "bad",
    HealthBand.LOST: "bad",
}

MOVED_IN = timedelta(days=30)  # over which a list shows how a health has moved
WIDTH, HEIGHT, MARGIN = 160, 40, 4  # of the history's line, in units of its drawing


@dataclass(frozen=True)
class Mark:
    """A move on the line: where it is drawn, and what it was."""

    x: float
    y: float
    at: datetime
    value: float
    band_label: str


@dataclass(frozen=True)
class HealthLine:
    """The moves of a customer's health as a drawing, and the same in words for those who don't see it."""

    marks: tuple[Mark, ...]
    points: str
    first: datetime
    last: datetime
    summary: str


def render_health(request: HttpRequest, store: Store, customer_id: int) -> str:
    health = health_for_viewer(store, customer_id)
    query = urlencode({"segment": INTERVENTION_SEGMENT})
    context = {
        "health": health,
        "tone": TONES.get(HealthBand(health.band), "") if health else "",
        "line": line_through(health.changes) if health else None,
        "list_url": reverse("customers", args=[store.slug]) + "?" + query,
        "past_url": reverse("past_scores", args=[store.slug, customer_id]),
    }
    return render_to_string("score/health.html", context, request)


def health_cells(store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    """Where there is not enough data, that is said in place of a number that would seem to say more."""
    moved = scores_moved(store, customer_ids, since=clock.now() - MOVED_IN)
    return {score.subject_id: _chip(score, before) for score, before in moved}


def _chip(score: Score, before: float | None) -> str:
    value = known_value(score)
    return score_chip(
        value=None if value is None else full_points(value),
        before=None if value is None or before is None else full_points(before),
        than=_("against %d days ago") % MOVED_IN.days,
        tone=TONES.get(HealthBand(score.band), ""),
        label=score.band_label,
    )


def line_through(changes: Sequence[HealthPoint], *, most: int = 100) -> HealthLine | None:
    """Moves by their time; nothing for fewer than two. most: the greatest value there is."""
    known = [(change, change.value) for change in changes if change.value is not None]
    if len(known) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    span = (last.at - first.at).total_seconds() or 1
    marks = tuple(
        Mark(
            x=round(MARGIN + (WIDTH - 2 * MARGIN) * (change.at - first.at).total_seconds() / span, 1),
            y=round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / most, 1),
            at=change.at,
            value=value,
            band_label=change.band_label,
        )
        for change, value in known
    )
    points = " ".join(f"{mark.x},{mark.y}" for mark in marks)
    return HealthLine(marks, points, first.at, last.at, _summary(marks))


def _summary(marks: Sequence[Mark]) -> str:
    moves = [
        _("%(date)s: %(value)s")
        % {"date": date_format(mark.at, "DATE_FORMAT"), "value": full_points(mark.value)}
        for mark in marks[-12:]
    ]
    return _("How it moved: %(moves)s") % {"moves": "; ".join(moves)}
