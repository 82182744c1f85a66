"""How well predictions did on past outcomes, beside what is asked of them: all of them in one list.

Which predictions there are and their targets are given by the product's specification (scoring, section 6). Its
targets are references from others' cases and no promises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_noop as _

from regard.core.models import Store
from regard.predict.domain.fitted import latest_model
from regard.predict.domain.judging_rules import Judged, rule_judges
from regard.predict.models import FittedModel, ModelKind

State = Literal["measured", "told", "dormant"]
Source = Literal["learned", "signs", ""]


@dataclass(frozen=True)
class Prediction:
    """target: in words, empty for none; target_share: the same as a share of those flagged who left.

    kind: of the model whose card holds what was measured. told: it is told though nothing measures it yet. why:
    what keeps it from being measured, or from being told at all. judged_by: what is counted where it is.
    """

    id: str
    name: str
    horizon: str
    target: str = ""
    target_share: float | None = None
    kind: ModelKind | None = None
    told: bool = False
    why: str = ""
    judged_by: str = _("customers")


@dataclass(frozen=True)
class Quality:
    """A prediction, and the last model that was judged; shares: by name, of what was right. n: how many of
    `judged_by`.

    source: whose figures these are, where a learned way and one by signs were judged; that in use. "" elsewhere.
    said: of a score by rule, what it did, in the reader's language.
    """

    prediction: Prediction
    state: State
    model: FittedModel | None = None
    n: int = 0
    shares: Mapping[str, float | None] | None = None
    source: Source = ""
    said: str = ""

    @property
    def meets_target(self) -> bool | None:
        """None where there is no target, or nothing was measured against it."""
        target, precision = self.prediction.target_share, (self.shares or {}).get("precision")
        return None if target is None or precision is None else precision >= target


REACHED = _("89 % of those flagged at risk (reference)")
PREDICTIONS = (
    Prediction("P1", _("Churn"), _("90 days"), REACHED, 0.89, ModelKind.CHURN,
               why=_("No model has been fitted yet: it takes nine months of orders.")),
    Prediction("P2", _("Escalation of a ticket"), _("until it is solved"), _("precision is tracked"), told=True,
               why=_("It is told, but too few tickets were solved to hold it against what came of them."),
               judged_by=_("tickets")),
    Prediction("P3", _("Path of satisfaction"), _("the next answer"), _("89 % (reference)"), 0.89, told=True,
               why=_("It is told, but not held against the answers that followed yet.")),
    Prediction("P4", _("Readiness to refer"), "", told=True,
               why=_("It is told, but referrals are not recorded yet to hold it against.")),
    Prediction("P5", _("Lifetime value"), _("12 months"), kind=ModelKind.LIFETIME_VALUE,
               why=_("No model has been fitted yet: it takes customers who came back.")),
    Prediction("P6", _("Revenue by segment"), _("the next quarter"), why=_("Not computed yet.")),
    Prediction("P7", _("Number of tickets"), _("days and hours"), why=_("Not computed yet.")),
    Prediction("P8", _("Late parcels"), _("until delivery"), told=True,
               why=_("It is told, but not held against what came late yet.")),
    Prediction("P9", _("Faults of products"), _("14 days"), told=True,
               why=_("It is told, but whether there was a fault is not recorded yet.")),
    Prediction("P10", _("Intent to buy"), _("7 days after a visit"), told=True,
               why=_("It is told, but too few visits ended long enough ago to hold it against what was bought."),
               judged_by=_("visits")),
    Prediction("P11", _("Dissatisfaction before contact"), "", _("73 % of actions succeed (reference)"),
               why=_("Needs actions whose success is recorded.")),
    Prediction("P12", _("The next purchase"), "", why=_("Not computed yet.")),
    Prediction("intents", _("Intent of a text"), _("at once"), _("95 % of common inquiries"), 0.95, told=True,
               why=_("It is told; how often it is right is not measured on the store's own texts yet.")),
    Prediction("replies", _("Suggested replies"), _("at once"), _("94 % accepted (reference)"), 0.94,
               why=_("No replies are suggested yet.")),
    Prediction("automation", _("Automated resolution"), _("at once"), _("42 % (reference)"), 0.42,
               why=_("Nothing is resolved by itself yet.")),
)  # fmt: skip


def qualities_for_viewer(store: Store) -> list[Quality]:
    """Every prediction. Two queries, and one for each judge of a rule."""
    latest = {kind: latest_model(store, kind) for kind in (ModelKind.CHURN, ModelKind.LIFETIME_VALUE)}
    judged = {name: rule_judges.get(name)(store) for name in rule_judges.names()}
    return [
        _of_rule(each, found)
        if (found := judged.get(each.id))
        else _quality(each, latest.get(each.kind) if each.kind else None)
        for each in PREDICTIONS
    ]


def _of_rule(prediction: Prediction, found: Judged) -> Quality:
    return Quality(prediction, "measured", n=found.n, shares=found.shares, said=found.said)


def _quality(prediction: Prediction, model: FittedModel | None) -> Quality:
    if model is None:
        return Quality(prediction, "told" if prediction.told else "dormant")
    held_out = model.card["held_out"]
    if prediction.kind == ModelKind.CHURN:
        judged = held_out["judged"]["learned" if model.in_use else "weighted"]
        source: Source = "learned" if model.in_use else "signs"
        return Quality(prediction, "measured", model, judged["n"], _shares(judged), source)
    return Quality(prediction, "measured", model, held_out["customers"])


def _shares(judged: Mapping[str, Any]) -> dict[str, float | None]:
    """Both readings of the reference: it has been called accuracy, and precision."""
    return {name: judged["flagged"][name] for name in ("precision", "recall", "accuracy")}
