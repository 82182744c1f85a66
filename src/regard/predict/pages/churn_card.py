"""The card of a model of churn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regard.predict.domain.churn.backtest import WINDOW_DAYS
from regard.predict.domain.churn.inputs import INPUTS
from regard.predict.models import FittedModel
from regard.predict.pages.card import CardChart, CardPart
from regard.predict.pages.churn_charts import calibration_chart, threshold_chart
from regard.ui.templatetags.figures import rounded, whole

CONTENDERS = {
    "learned": gettext_noop("Learned"),
    "weighted": gettext_noop("Weighted indicators"),
    "recency_frequency": gettext_noop("Recency and frequency alone"),
}


def _purpose(model: FittedModel | None) -> str:
    said = _(
        "How likely each customer is not to buy again within %(days)s days, by how they bought and what they said."
    )
    return said % {"days": WINDOW_DAYS if model is None else model.card["days"]}


def _accuracy(model: FittedModel) -> str:
    judged = model.card["held_out"]["judged"]
    ours, theirs = judged["learned"], judged["weighted"]
    said = _(
        "Of the riskiest tenth %(left)s %% left; AUC %(auc)s, that of the weighted indicators %(theirs)s."
    )
    return said % {
        "left": rounded(100 * ours["riskiest"], 0),
        "auc": share_text(ours["auc"], 3, of=1),
        "theirs": share_text(theirs["auc"], 3, of=1),
    }


def _facts(model: FittedModel) -> Sequence[tuple[str, str]]:
    card = model.card
    history = card["history"]
    terms = sorted(model.parameters["terms"], key=lambda term: -sum(abs(w) for w in term["weights"]))
    cutoffs = {"first": day_text(card["cutoffs"][0]), "last": day_text(card["cutoffs"][-1])}
    return (
        (_("Foresees"), _("that a customer does not buy within %(days)s days") % {"days": card["days"]}),
        (_("Fitted on customers at past moments"), whole(history["rows"])),
        (_("Moments"), _("%(first)s to %(last)s, of which the last calibrated it") % cutoffs),
        (_("Months of history"), whole(history["months"])),
        (_("Form"), _("logistic regression, its parameters kept as numbers")),
        (_("What weighs most"), ", ".join(_(INPUTS[term["name"]].label) for term in terms[:5])),
    )


def _charts(_model: FittedModel) -> Mapping[str, CardChart]:
    return {
        "calibration": CardChart(
            gettext_noop("Foreseen and happened"),
            gettext_noop("Share that left, by the risk that was told"),
            lambda model: calibration_chart(model.card["held_out"]["judged"]["learned"]),
        ),
        "thresholds": CardChart(
            gettext_noop("Precision and recall"),
            gettext_noop("Of those over each risk"),
            lambda model: threshold_chart(model.card["held_out"]["judged"]["learned"]),
        ),
    }


def _context(model: FittedModel) -> dict[str, Any]:
    held = model.card["held_out"]
    rows = [
        judged_row(_(label), held["judged"][name])
        for name, label in CONTENDERS.items()
        if name in held["judged"]
    ]
    return {"rows": rows, "held_out_on": day_text(held["as_of"]), "days": held["days"]}


def judged_row(label: str, judged: Mapping[str, Any]) -> tuple[str, ...]:
    flagged = judged["flagged"]
    return (
        label,
        share_text(judged["auc"], 3, of=1),
        percent_text(judged["riskiest"]),
        whole(flagged["n"]),
        percent_text(flagged["precision"]),
        percent_text(flagged["recall"]),
        percent_text(flagged["accuracy"]),
        rounded(judged["brier"], 4),
        rounded(judged["ece"], 4),
    )


def share_text(value: float | None, digits: int = 1, *, of: int = 100) -> str:
    return "–" if value is None else rounded(of * value, digits)


def percent_text(share: float | None) -> str:
    return "–" if share is None else _("%s %%") % share_text(share)


def day_text(iso: str) -> str:
    return date_format(datetime.fromisoformat(iso), "DATE_FORMAT")


CHURN_CARD = CardPart(
    purpose=_purpose,
    accuracy=_accuracy,
    facts=_facts,
    charts=_charts,
    template="predict/churn_card.html",
    context=_context,
)
