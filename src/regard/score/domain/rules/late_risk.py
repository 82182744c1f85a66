"""How likely a parcel that is on its way comes late: the carrier's past, and what is seen of this one.

The product's specification (scoring, section 6, P8) names the signs: no scan for three days, or an arrival past
the promise. How much each adds is a proposal: a sign takes its share of what was left to certainty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.score.domain.rules.kinds import RuleKind

SILENT_DAYS = 3
SILENT, EXPECTED_LATE = 0.5, 0.8  # of what was left
INPUTS: Mapping[str, Promise] = {
    "past": gettext_lazy("Parcels of the past"),
    "silence": gettext_lazy("No scan"),
    "expected": gettext_lazy("Expected after the promise"),
    "overdue": gettext_lazy("Past the promise"),
}


class LateRiskBand(models.TextChoices):
    LATE = "late_risk:late", gettext_lazy("Late")
    AT_RISK = "late_risk:at_risk", gettext_lazy("May come late")
    ON_TRACK = "late_risk:on_track", gettext_lazy("On track")
    NOTHING = "late_risk:not_enough_data", gettext_lazy("Not on its way")


def late_points(figures: Sequence[float]) -> tuple[float, ...]:
    """figures: percent of the like that came late, days without a scan, days that it is expected late, and days
    past the promise."""
    past, silent, expected, overdue = figures
    left = 100 - past
    added = [past]
    for share in (
        SILENT if silent >= SILENT_DAYS else 0.0,
        EXPECTED_LATE if expected > 0 else 0.0,
        1.0 if overdue > 0 else 0.0,
    ):
        added.append(share * left)
        left -= share * left
    return tuple(added)


def late_band(_value: float, figures: Sequence[float]) -> str:
    _past, silent, expected, overdue = figures
    if overdue > 0:
        return LateRiskBand.LATE
    return LateRiskBand.AT_RISK if silent >= SILENT_DAYS or expected > 0 else LateRiskBand.ON_TRACK


def _sentence(name: str, figures: Sequence[float]) -> str:
    figure = figures[list(INPUTS).index(name)]
    return {
        "past": _("Of parcels like it %s %% came late in the last half year."),
        "silence": _("Days without a scan: %s."),
        "expected": _("Days that the carrier expects it after the promised one: %s."),
        "overdue": _("Days past the promised one: %s."),
    }[name] % int(figure)


LATE_RISK = RuleKind(
    name="late_risk",
    label=gettext_lazy("Risk of coming late"),
    subject="shipment",
    bands=LateRiskBand,
    tones={LateRiskBand.LATE: "bad", LateRiskBand.AT_RISK: "warning", LateRiskBand.ON_TRACK: "good"},
    inputs=INPUTS,
    points=late_points,
    band=late_band,
    sentence=_sentence,
    how=gettext_lazy(
        "The share of the carrier's parcels to the country that came late in the last half year, where 30 came, "
        "else of all of the carrier's, else of all. Three days without a scan add half of what is left to 100, an "
        "arrival expected after the promise four fifths of it, and a promise gone by all of it."
    ),
    high_is_good=False,
)
