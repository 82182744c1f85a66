"""One customer's scores at a moment gone by, with their reasons: computed when asked for, and not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from regard.capture.domain.retention import kept_from
from regard.core.domain.moments import moment_gone_by
from regard.core.models import Store
from regard.score.domain.columns import Column
from regard.score.domain.computing import Computed, compute
from regard.score.domain.features import SERIES, Features
from regard.score.domain.health import health_at
from regard.score.domain.kinds import Scored, ScoreKind, score_kinds
from regard.score.domain.known_facts import Kind
from regard.score.domain.queries import Reason, reasons_of
from regard.score.domain.rhythm import expected_gap, past_rhythm_of_day
from regard.score.domain.score_views import ScoreView, parts_of, view_of
from regard.score.domain.sentences import Known
from regard.score.domain.tuned import weights_by_version
from regard.score.domain.views import View
from regard.score.models import CustomerFeatures, HealthBand, Score


@dataclass(frozen=True)
class PastHealth:
    """As HealthView; value: None where not enough was known. reasons: the weightiest first."""

    as_of: datetime
    value: float | None
    band: HealthBand
    coverage: int
    reasons: tuple[Reason, ...]

    @property
    def band_label(self) -> str:
        return str(self.band.label)


@dataclass(frozen=True)
class PastScores:
    """visits_known_from: where that moment is later than `as_of`, since when visits are known; those of before are
    past the store's retention. None: all that was known then is known now."""

    as_of: datetime
    scores: tuple[ScoreView, ...]
    visits_known_from: datetime | None


def past_health_for_viewer(store: Store, customer_id: int, *, as_of: datetime) -> PastHealth:
    """The health that would have been computed at that moment; what a past view takes is told in docs/scores.md.

    Raises ValidationError for a moment that is yet to come, or of before 1990.
    """
    view = _view_at(store, moment_gone_by(as_of))
    found = compute(view, np.array([customer_id], np.int64))
    if not len(found.customers):
        return PastHealth(view.as_of, None, HealthBand.NOT_ENOUGH_DATA, 0, ())
    health = health_at(found.scores["health"], 0)
    value = None if health.band == HealthBand.NOT_ENOUGH_DATA else health.value
    reasons = reasons_of(health.contributions, _known(found, view))
    return PastHealth(view.as_of, value, health.band, health.coverage, reasons)


def past_scores_for_viewer(store: Store, customer_id: int, *, as_of: datetime) -> PastScores:
    """Every score that would have been told at that moment, with the weights of then; what a past view takes is
    told in docs/scores.md.

    Raises ValidationError for a moment that is yet to come, or of before 1990.
    """
    view = _view_at(store, moment_gone_by(as_of))
    found, chosen = compute(view, np.array([customer_id], np.int64)), weights_by_version(store)
    scores = []
    for kind in score_kinds if len(found.customers) else ():
        row = _row(kind, found.scores[kind.name], view)
        if found.score_digest(kind.name)[0]:
            scores.append(view_of(kind, row, (), parts_of(kind, row, _known(found, view), chosen)))
    return PastScores(view.as_of, tuple(scores), _events_gone(store, view.as_of))


def _view_at(store: Store, as_of: datetime) -> View:
    return View(store, as_of, expected_gap(past_rhythm_of_day(store, as_of=as_of)), past=True)


def _known(found: Computed, view: View) -> Known:
    return Known(_first_of(found.features), view.as_of, view.expected)


def _row(kind: ScoreKind, scored: Scored, view: View) -> Score:
    """The first row as it would be kept; unsaved."""
    value = _plain(scored.value)
    return Score(
        store=view.store,
        name=kind.name,
        value=None if value is None else Decimal(str(value)),
        band=kind.names[int(scored.band[0])],
        coverage=int(scored.coverage[0]),
        weights_version=scored.version,
        input_values=[_plain(scored.inputs[:, number]) for number in range(len(kind.inputs))],
        computed_at=view.as_of,
    )


def _events_gone(store: Store, as_of: datetime) -> datetime | None:
    """From when on events are kept, where that was later: visits of before are not known any more."""
    months = store.event_retention_months
    since = None if months is None else kept_from(months)
    return since if since is not None and as_of < since else None


def _first_of(features: Features) -> CustomerFeatures:
    """The first row as it would be kept; unsaved."""
    told = {name: _plain(column) for name, column in features}
    told["direction_series"] = (
        SERIES.get(Kind(told["direction_series"])) if told["direction_series"] else None
    )
    return CustomerFeatures(**told)


def _plain(column: Column) -> Any:
    """The first value as the model has it: None for NaN and NaT, times in UTC."""
    value = column[0].item()
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC)
    return None if value is None or value != value else value  # noqa: PLR0124 - NaN alone is not itself
