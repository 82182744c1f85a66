"""What a segment may ask of lifetime values, as they were computed last night."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.money import minor_units_sql
from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

LIFETIME = SegmentSource(
    "lifetime_value",
    """LEFT JOIN predict_lifetimevalue AS lifetime
        ON lifetime.store_id = customer.store_id AND lifetime.customer_id = customer.id
    LEFT JOIN core_store AS lifetime_store ON lifetime_store.id = customer.store_id""",
)


def register_segment_fields() -> None:
    segment_sources.add(LIFETIME.name, LIFETIME)
    for field in (
        SegmentField(
            "expected_value",
            "number",
            _("Expected value of the next 12 months"),
            f"lifetime.expected_minor / {minor_units_sql('lifetime_store.currency')}",
            LIFETIME.name,
            sorts=("lifetime.expected_minor", "lifetime.customer_id"),
            is_money=True,
        ),
        SegmentField(
            "expected_orders",
            "number",
            _("Expected purchases of the next 12 months"),
            "lifetime.expected_purchases",
            LIFETIME.name,
        ),
        SegmentField(
            "probably_active",
            "number",
            _("Probability of being active, in percent"),
            "100 * lifetime.alive",
            LIFETIME.name,
        ),
        SegmentField(
            "likely_high_value", "truth", _("Likely of high value"), "lifetime.is_likely_high", LIFETIME.name
        ),
    ):
        segment_fields.add(field.name, field)
