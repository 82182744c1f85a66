"""Where a customer's satisfaction is heading, and what they are expected to say next.

After the product's specification (scoring, section 6, P3); the line is explained in domain/trend.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regard.score.domain.features import Features
from regard.score.domain.kinds import Scored, ScoreKind
from regard.score.domain.parts import Part
from regard.score.domain.sentences import Known, rounded
from regard.score.domain.views import View

FLAT = 5  # proposal: points in ninety days; what changes less goes neither up nor down


class TrajectoryBand(models.TextChoices):
    UP = "trajectory:up", gettext_lazy("Rising")
    FLAT = "trajectory:flat", gettext_lazy("Steady")
    DOWN = "trajectory:down", gettext_lazy("Falling")
    NOT_ENOUGH_DATA = "trajectory:not_enough_data", gettext_lazy("Not enough data")


def trajectory_of(features: Features, _view: View | None, _others: Mapping[str, Scored]) -> Scored:
    """value: what the next statement is expected to say, 0 to 100. inputs: points in ninety days, statements."""
    slope = features.trend_slope
    is_known = ~np.isnan(slope)
    up, flat, down, unknown = range(len(TrajectoryBand))
    band = np.select([~is_known, slope >= FLAT, slope <= -FLAT], [unknown, up, down], flat)
    statements = np.where(is_known, features.trend_statements, np.nan)
    inputs = np.column_stack([slope, statements])
    return Scored(features.trend_expected, band.astype(np.int16), (100 * is_known).astype(np.int16), inputs)


def explain_trajectory(
    values: Sequence[float | None], _weights: Mapping[str, float], known: Known
) -> Iterator[Part]:
    """One part: the line."""
    slope, count = values[0], int(values[1] or 0)
    expected = known.features.trend_expected
    if slope is None or expected is None:
        words = _(
            "Too few things said to compare: known from three reviews, or answers to the same question."
        )
        yield Part("line", _("What was said so far"), None, 1.0, 0.0, words)
        return
    told = {"count": count, "points": rounded(abs(slope), 1)}
    if abs(slope) < FLAT:
        words = ngettext(
            "A line through the last statement is level.",
            "A line through the last %(count)s statements is level: it moves by %(points)s points in 90 days.",
            count,
        )
    elif slope > 0:
        words = _("A line through the last %(count)s statements rises by %(points)s points in 90 days.")
    else:
        words = _("A line through the last %(count)s statements falls by %(points)s points in 90 days.")
    yield Part("line", _("What was said so far"), expected, 1.0, expected, words % told)


TRAJECTORY = ScoreKind(
    name="trajectory",
    label=gettext_lazy("Path of satisfaction"),
    bands=TrajectoryBand,
    tones={TrajectoryBand.UP: "good", TrajectoryBand.DOWN: "bad"},
    columns=trajectory_of,
    inputs=("slope", "statements"),
    explain=explain_trajectory,
    how=gettext_lazy(
        "The next statement that is expected, of 0 to 100: a line through the last eight reviews and answers, "
        "whose slope is the median of the slopes between any two of the same kind. Under 5 points in 90 days it "
        "is steady."
    ),
)
