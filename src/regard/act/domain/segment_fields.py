"""What a segment may ask of alerts."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

OPEN_ALERTS = SegmentSource(
    "open_alerts",
    """LEFT JOIN (
        SELECT whose.customer_id, count(*) AS number
        FROM act_alert AS alert JOIN profile_identity AS whose ON whose.id = alert.identity_id
        WHERE alert.store_id = %(store)s AND alert.state IN ('new', 'seen') GROUP BY whose.customer_id
    ) AS open_alerts ON open_alerts.customer_id = customer.id""",
)


def register_segment_fields() -> None:
    segment_sources.add(OPEN_ALERTS.name, OPEN_ALERTS)
    field = SegmentField(
        "alerts_open", "number", _("Open alerts"), "COALESCE(open_alerts.number, 0)", OPEN_ALERTS.name
    )
    segment_fields.add(field.name, field)
