"""The scores beside health on the customer's page, and the satisfaction index and churn risk in lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from regard.core.edges.pages import once
from regard.core.models import Store
from regard.score.domain.groups import groups_of
from regard.score.domain.kinds import ScoreKind, score_kinds
from regard.score.domain.queries import known_value, named_scores_of
from regard.score.domain.rules.late_risk import LATE_RISK
from regard.score.domain.rules.naming import kind_named
from regard.score.domain.score_views import ScoreView, scores_for_viewer
from regard.score.domain.things import parcel_risks_of
from regard.score.models import Score
from regard.score.pages.panel import HealthLine, line_through
from regard.ui.score_chip import score_chip
from regard.ui.templatetags.ui import full_points


def render_scores(request: HttpRequest, store: Store, customer_id: int) -> str:
    """Those that have no panel of their own."""
    views = once(request, scores_for_viewer, store, customer_id)
    views = [view for view in views if not kind_named(view.name).has_panel]
    if not views:
        return ""
    context = {
        "rows": [(view, _line(view)) for view in views],
        "past_url": reverse("past_scores", args=[store.slug, customer_id]),
    }
    return render_to_string("score/scores.html", context, request)


def render_groups(request: HttpRequest, store: Store, customer_id: int) -> str:
    """The groups that the customer is in."""
    found = groups_of(store, customer_id)
    return render_to_string("score/groups.html", {"groups": found}, request) if found else ""


def render_parcel_risks(request: HttpRequest, store: Store, customer_id: int) -> str:
    """The customer's parcels that may come late."""
    risks = parcel_risks_of(store, customer_id)
    context = {"risks": risks, "how": LATE_RISK.how}
    return render_to_string("score/parcel_risks.html", context, request) if risks else ""


def _line(view: ScoreView) -> HealthLine | None:
    return line_through(view.changes, most=view.most)


def cells_of(name: str) -> Callable[[Store, Sequence[int]], Mapping[int, str]]:
    """What a list of customers shows of a score: the loader of a column."""
    return partial(_cells, name)


def _cells(name: str, store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    kind = score_kinds.get(name)
    return {row.subject_id: _chip(kind, row) for row in named_scores_of(store, name, customer_ids)}


def _chip(kind: ScoreKind, score: Score) -> str:
    value = known_value(score)
    return score_chip(
        value=None if value is None else full_points(value),
        tone=kind.tones.get(score.band, ""),
        label=score.band_label,
    )
