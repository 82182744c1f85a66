"""The churn risk that a store goes by, as segments and groups ask it: learned where it is told, else by signs."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources
from regard.score.domain.churn.risk import ROUTED_ABOVE, ChurnBand

# Learned risks are kept only while a model is in use. What a field does not ask of these is not read.
SOURCE = SegmentSource(
    "churn_in_use",
    f"""LEFT JOIN predict_churnrisk AS churn_learned
        ON churn_learned.store_id = customer.store_id AND churn_learned.customer_id = customer.id
    LEFT JOIN score_score AS churn_signs ON churn_signs.store_id = customer.store_id
        AND churn_signs.name = 'churn' AND churn_signs.subject_type = 'customer'
        AND churn_signs.subject_id = customer.id AND churn_signs.band <> '{ChurnBand.NOT_ENOUGH_DATA}'
    LEFT JOIN score_customerfeatures AS routed
        ON routed.store_id = customer.store_id AND routed.customer_id = customer.id
    LEFT JOIN score_spendstanding AS routed_standing ON routed_standing.store_id = customer.store_id""",
)
_RISK = "COALESCE(churn_learned.value, churn_signs.value)"
_SPENT = "routed.net_spent_minor"
_ROUTING = f"""CASE WHEN {_RISK} > {ROUTED_ABOVE} THEN 'at_risk'
    WHEN {_SPENT} > 0 AND {_SPENT} >= routed_standing.top_10_minor THEN 'vip'
    WHEN {_SPENT} > 0 AND {_SPENT} >= routed_standing.top_25_minor THEN 'high'
    WHEN routed.orders > 0 AND {_SPENT} IS NOT NULL THEN 'standard' END"""


def register_risk_in_use() -> None:
    """Fill the registries of segments; once, at start-up."""
    segment_sources.add(SOURCE.name, SOURCE)
    for field in (
        SegmentField("churn_risk", "number", _("Churn risk (in use)"), _RISK, SOURCE.name, unit=_("percent")),
        SegmentField(
            "routing_value",
            "choice",
            _("Value for routing"),
            _ROUTING,
            SOURCE.name,
            choices={
                "at_risk": _("At risk of leaving"),
                "vip": _("VIP: the top 10 % by what they spent"),
                "high": _("High: the top 25 %"),
                "standard": _("Standard"),
            },
            is_group=True,
        ),
    ):
        segment_fields.add(field.name, field)
