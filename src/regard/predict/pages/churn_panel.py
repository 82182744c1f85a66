"""The churn risk that the store goes by, in the list of customers and on the customer's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regard.core.edges.pages import once
from regard.core.models import Store
from regard.predict.domain.churn.backtest import WINDOW_DAYS
from regard.predict.domain.churn.telling import CustomerRisk, RiskPoint, learned_risk, risks_of
from regard.predict.models import FittedModel
from regard.predict.pages.churn_words import Told, told_of
from regard.score.domain.churn.risk import ROUTED_ABOVE
from regard.score.domain.kinds import score_kinds
from regard.score.domain.queries import known_value, named_scores_of
from regard.score.domain.score_views import ScoreView, scores_for_viewer
from regard.score.models import Score
from regard.ui.score_chip import score_chip
from regard.ui.templatetags.figures import rounded
from regard.ui.templatetags.ui import full_points

LEAST_POINTS = 0.5  # less moves nothing that people see
MOVES_SHOWN = 12


@dataclass(frozen=True)
class ShownReason:
    """A bar. width: 0 to 100, of the drawing; points: signed, as text; is_worse: whether it raises the risk."""

    label: str
    width: float
    points: str
    is_worse: bool
    sentence: str


@dataclass(frozen=True)
class ShownRisk:
    """The risk in use in the reader's words.

    value: percent, None where too little is known. other: the risk that is not in use, in a sentence. unknown:
    label and sentence. days: the window. model: None for the risk by signs.
    """

    value: str | None
    tone: str
    verdict: str
    about: str
    other: str
    reasons: Sequence[ShownReason]
    unknown: Sequence[tuple[str, str]]
    moves: str
    days: int
    model: FittedModel | None = None


def render_churn(request: HttpRequest, store: Store, customer_id: int) -> str:
    """The learned risk where a model is in use, else that by signs; nothing of whom neither knows anything."""
    learned = learned_risk(store, customer_id)
    if learned is not None:
        risk = _learned(learned, store.currency)
    else:
        views = once(request, scores_for_viewer, store, customer_id)
        signs = next((view for view in views if view.name == "churn"), None)
        if signs is None:
            return ""
        risk = _by_signs(signs)
    return render_to_string("predict/churn.html", {"risk": risk, "store": store}, request)


def _learned(risk: CustomerRisk, currency: str) -> ShownRisk:
    told = told_of(risk.contributions, currency)
    known = [each for each in told if each.sentence and abs(each.points) >= LEAST_POINTS]
    rest = risk.value - risk.base - sum(each.points for each in known)
    if abs(rest) >= LEAST_POINTS:
        known.append(Told(_("All else"), rest, _("what is not known, and what moves the risk by little")))
    most = max((abs(each.points) for each in known), default=1)
    return ShownRisk(
        value=str(full_points(risk.value)),
        tone="bad" if risk.is_flagged else "good",
        verdict=_("Likely to leave") if risk.is_flagged else _("Not among those likely to leave"),
        about=_("Of an average customer it is %(base)s %%; the reasons beneath make the difference.")
        % {"base": rounded(risk.base, 0)},
        other=_signs_sentence(risk.weighted),
        reasons=[_reason(each, 100 * abs(each.points) / most) for each in known],
        unknown=[(each.label, _unknown_words(each.points)) for each in told if not each.sentence],
        moves=_moves(risk.changes),
        days=risk.days,
        model=risk.model,
    )


def _signs_sentence(weighted: float | None) -> str:
    if weighted is None:
        return _("By signs alone nothing can be said.")
    said = _("By signs alone, which foresaw less in the past, it would be %(risk)s %%.")
    return said % {"risk": full_points(weighted)}


def _unknown_words(points: float) -> str:
    if abs(points) < LEAST_POINTS:
        return _("Not known; it moves nothing.")
    return _("Not known; that alone moves the risk by %(points)s points.") % {"points": _signed(points)}


def _by_signs(view: ScoreView) -> ShownRisk:
    return ShownRisk(
        value=None if view.value is None else str(full_points(view.value)),
        tone=view.tone,
        verdict=view.band_label,
        about=_("%(coverage)s %% of what counts is known.") % {"coverage": view.coverage},
        other=_(
            "No learned risk is in use: no model has foreseen better yet, or there is too little history."
        ),
        reasons=[
            _reason(Told(part.label, part.points, part.sentence), part.value or 0) for part in view.parts
        ],
        unknown=[(part.label, part.sentence) for part in view.unknown],
        moves=_moves([RiskPoint(each.at, each.value) for each in view.changes if each.value is not None]),
        days=WINDOW_DAYS,
    )


def _reason(told: Told, width: float) -> ShownReason:
    return ShownReason(told.label, width, _signed(told.points), told.points > 0, told.sentence)


def _signed(points: float) -> str:
    """With a sign, in the reader's digits."""
    shown = round(points)
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return f"{sign}{rounded(abs(shown), 0)}"


def _moves(changes: Sequence[RiskPoint]) -> str:
    """The last ones in words; nothing for fewer than two."""
    if len(changes) < 2:
        return ""
    said = [
        _("%(date)s: %(risk)s %%")
        % {"date": date_format(each.at, "DATE_FORMAT"), "risk": full_points(each.value)}
        for each in changes[-MOVES_SHOWN:]
    ]
    return "; ".join(said)


def churn_cells(store: Store, customer_ids: Sequence[int]) -> Mapping[int, str]:
    """The risk in use: the learned one, or that by signs of whom none is told."""
    signs = {score.subject_id: _signs_chip(score) for score in named_scores_of(store, "churn", customer_ids)}
    learned = risks_of(store, customer_ids)
    return signs | {customer_id: _learned_chip(value) for customer_id, value in learned.items()}


def _learned_chip(value: float) -> str:
    is_flagged = value > ROUTED_ABOVE
    return score_chip(
        value=full_points(value),
        tone="bad" if is_flagged else "",
        label=_("learned, likely to leave") if is_flagged else _("learned"),
    )


def _signs_chip(score: Score) -> str:
    value = known_value(score)
    return score_chip(
        value=None if value is None else full_points(value),
        tone=score_kinds.get(score.name).tones.get(score.band, ""),
        label=score.band_label,
    )
