"""The churn risk that a store goes by, as segments and groups ask it: learned where it is told, else by signs."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources
from regard.score.domain.churn.risk import ChurnBand
from regard.score.domain.groups import register_routing

# Learned risks are kept only while a model is in use.
_JOIN = f"""LEFT JOIN predict_churnrisk AS {{0}}_learned
        ON {{0}}_learned.store_id = customer.store_id AND {{0}}_learned.customer_id = customer.id
    LEFT JOIN score_score AS {{0}}_signs ON {{0}}_signs.store_id = customer.store_id
        AND {{0}}_signs.name = 'churn' AND {{0}}_signs.subject_type = 'customer'
        AND {{0}}_signs.subject_id = customer.id AND {{0}}_signs.band <> '{ChurnBand.NOT_ENOUGH_DATA}'"""
_RISK = "COALESCE({0}_learned.value, {0}_signs.value)"
SOURCE = "churn_in_use"


def register_risk_in_use() -> None:
    """Fill the registries of segments; once, at start-up."""
    segment_sources.add(SOURCE, SegmentSource(SOURCE, _JOIN.format("used")))
    field = SegmentField(
        "churn_risk", "number", _("Churn risk (in use)"), _RISK.format("used"), SOURCE, unit=_("percent")
    )
    segment_fields.add(field.name, field)
    register_routing(_JOIN.format("routing"), _RISK.format("routing"))
