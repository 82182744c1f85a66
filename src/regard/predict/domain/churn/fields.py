"""What a segment may ask of the learned churn risk."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

SOURCE = SegmentSource(
    "churn_risk",
    """LEFT JOIN predict_churnrisk AS churn_risk
        ON churn_risk.store_id = customer.store_id AND churn_risk.customer_id = customer.id""",
)


def register_churn_fields() -> None:
    segment_sources.add(SOURCE.name, SOURCE)
    field = SegmentField(
        "churn_learned",
        "number",
        _("Churn risk (learned)"),
        "churn_risk.value",
        source=SOURCE.name,
        unit=_("percent"),
        sorts=("churn_risk.value", "churn_risk.customer_id"),
    )
    segment_fields.add(field.name, field)
