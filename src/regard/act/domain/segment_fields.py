"""What a segment may ask of alerts."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

OPEN_ALERTS = SegmentSource(
    "open_alerts",
    """LEFT JOIN (
        SELECT alert.store_id, alert.customer_id, count(*) AS number FROM act_alert AS alert
        WHERE alert.state IN ('new', 'seen') AND alert.customer_id IS NOT NULL
        GROUP BY alert.store_id, alert.customer_id
    ) AS open_alerts ON open_alerts.store_id = customer.store_id AND open_alerts.customer_id = customer.id""",
)


def register_segment_fields() -> None:
    """Alerts stay with the customer they were raised for, also when that was merged."""
    segment_sources.add(OPEN_ALERTS.name, OPEN_ALERTS)
    field = SegmentField(
        "alerts_open", "number", _("Open alerts"), "COALESCE(open_alerts.number, 0)", OPEN_ALERTS.name
    )
    segment_fields.add(field.name, field)
