"""One customer's health at a moment gone by, with its reasons: computed when it is asked, and not kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from regard.core import clock
from regard.core.models import Store
from regard.score.domain.columns import Column
from regard.score.domain.computing import compute
from regard.score.domain.features import SERIES, Features
from regard.score.domain.health import health_at
from regard.score.domain.known_facts import Kind
from regard.score.domain.queries import Reason, reasons_of
from regard.score.domain.rhythm import expected_gap, past_rhythm_of_day
from regard.score.domain.sentences import Known
from regard.score.domain.views import View
from regard.score.models import CustomerFeatures, HealthBand


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


def past_health_for_viewer(store: Store, customer_id: int, *, as_of: datetime) -> PastHealth:
    """The health that would have been computed at that moment; what a past view takes is told in docs/scores.md.

    Raises ValidationError for a moment that is yet to come, or before the calendar begins.
    """
    as_of = moment_gone_by(as_of)
    view = View(store, as_of, expected_gap(past_rhythm_of_day(store, as_of=as_of)), past=True)
    found = compute(view, np.array([customer_id], np.int64))
    if not len(found.customers):
        return PastHealth(as_of, None, HealthBand.NOT_ENOUGH_DATA, 0, ())
    health = health_at(found.scores["health"], 0)
    value = None if health.band == HealthBand.NOT_ENOUGH_DATA else health.value
    known = Known(_first_of(found.features), as_of, view.expected)
    return PastHealth(as_of, value, health.band, health.coverage, reasons_of(health.contributions, known))


def moment_gone_by(as_of: datetime) -> datetime:
    """The same in UTC: not every zone that people write is one to the database. Raises ValidationError."""
    if as_of > clock.now():
        raise ValidationError({"as_of": _("This moment is yet to come; name one gone by.")})
    try:
        return as_of.astimezone(UTC)
    except OverflowError:
        raise ValidationError({"as_of": _("This moment is before all calendars.")}) from None


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
