"""Early signs that somebody becomes a valuable customer: how many of five are there.

After the product's specification (scoring, section 5). Signs add up, so one that is known is worth telling: there
is a score from the first order on as soon as any is, and its coverage says how many are. Three signs and more are
"likely high value".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regard.score.domain.features import Features
from regard.score.domain.kinds import Scored, ScoreKind
from regard.score.domain.parts import Part
from regard.score.domain.sentences import Known
from regard.score.domain.views import View

CONTENT = 87.5  # of 100: 4.5 of 5
LIKELY = 3
SIGNS: Mapping[str, Promise] = {
    "first_satisfaction": gettext_lazy("Content with the first purchase"),
    "adoption": gettext_lazy("Uses the product within a week"),
    "help_articles": gettext_lazy("Reads answers and articles"),
    "social": gettext_lazy("Follows the brand"),
    "referral": gettext_lazy("Speaks well of it to others"),
}
NOT_KNOWN: Mapping[str, Promise] = {
    "first_satisfaction": gettext_lazy("Known once the first purchase is reviewed or rated."),
    "adoption": gettext_lazy("Not measured yet: nothing tells how a product is used."),
    "help_articles": gettext_lazy("Not measured yet: pages with help are not told from others."),
    "social": gettext_lazy("Not measured yet: nothing is read from social networks."),
    "referral": gettext_lazy("Known from the first review; what is shared elsewhere is not measured yet."),
}


class EarlyValueBand(models.TextChoices):
    LIKELY = "early_value:likely_high", gettext_lazy("Likely high value")
    SOME = "early_value:some", gettext_lazy("Some signs")
    NONE = "early_value:none", gettext_lazy("No signs")
    NOT_ENOUGH_DATA = "early_value:not_enough_data", gettext_lazy("Not enough data")


def early_value_of(features: Features, _view: View | None, _others: Mapping[str, Scored]) -> Scored:
    """value: signs that are there, 0 to 5, of those who bought. inputs: 1, 0, or NaN for not known."""
    unknown = np.full(len(features.customer_id), np.nan)
    said_first, reviewed = ~np.isnan(features.first_satisfaction), features.reviews > 0
    known = {
        "first_satisfaction": np.where(said_first, features.first_satisfaction >= CONTENT, np.nan),
        "adoption": unknown,
        "help_articles": unknown,
        "social": unknown,
        "referral": np.where(reviewed, features.positive_reviews > 0, np.nan),
    }
    inputs = np.column_stack([known[name] for name in SIGNS])
    coverage = np.where(features.orders > 0, 20 * (~np.isnan(inputs)).sum(axis=1), 0)
    value = np.where(coverage > 0, np.nansum(inputs, axis=1), np.nan)
    band = np.select([coverage == 0, value >= LIKELY, value >= 1], [3, 0, 1], 2)
    return Scored(value, band.astype(np.int16), coverage.astype(np.int16), inputs)


def explain_early_value(
    values: Sequence[float | None], _weights: Mapping[str, float], _known: Known
) -> Iterator[Part]:
    """A part for each sign."""
    for (name, label), value in zip(SIGNS.items(), values, strict=True):
        if value is None:
            yield Part(name, str(label), None, 1.0, 0.0, str(NOT_KNOWN[name]))
        else:
            yield Part(name, str(label), 100 * value, 1.0, value, _("Yes.") if value else _("No."))


EARLY_VALUE = ScoreKind(
    name="early_value",
    label=gettext_lazy("Early signs of high value"),
    bands=EarlyValueBand,
    tones={EarlyValueBand.LIKELY: "good"},
    columns=early_value_of,
    inputs=tuple(SIGNS),
    explain=explain_early_value,
    most=5,
    how=gettext_lazy("How many of five early signs are there; three or more are likely high value."),
)
