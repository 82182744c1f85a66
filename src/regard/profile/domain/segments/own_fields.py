"""The fields of profile itself that a segment may ask."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

# Few customers have tags, so that all tags of a store are gathered sooner than looked up one by one.
TAGS = SegmentSource(
    "tags",
    """LEFT JOIN (
        SELECT identity.customer_id, ARRAY_AGG(DISTINCT tag.name) AS names
        FROM profile_customertag AS tag JOIN profile_identity AS identity ON identity.id = tag.identity_id
        WHERE tag.store_id = %(store)s AND NOT tag.is_taken GROUP BY identity.customer_id
    ) AS tagged ON tagged.customer_id = customer.id""",
)
DAYS_SINCE = "FLOOR(EXTRACT(EPOCH FROM %(now)s - {}) / 86400)"
FIELDS = (
    SegmentField("name", "text", _("Name"), "NULLIF(customer.name, '')"),
    SegmentField("email", "text", _("E-mail"), "NULLIF(customer.email, '')"),
    SegmentField("phone", "text", _("Phone"), "NULLIF(customer.phone, '')"),
    SegmentField("first_seen", "time", _("First seen"), "customer.first_seen_at"),
    SegmentField("last_seen", "time", _("Last seen"), "customer.last_seen_at"),
    SegmentField(
        "first_seen_days", "days", _("Days since first seen"), DAYS_SINCE.format("customer.first_seen_at")
    ),
    SegmentField(
        "last_seen_days", "days", _("Days since last seen"), DAYS_SINCE.format("customer.last_seen_at")
    ),
    SegmentField(
        "identities",
        "number",
        _("Names that the customer goes by"),
        """SELECT COUNT(*) FROM profile_identity AS identity
            WHERE identity.store_id = customer.store_id AND identity.customer_id = customer.id""",
    ),
    SegmentField("tags", "texts", _("Tags"), "tagged.names", TAGS.name),
)


def register_own_fields() -> None:
    segment_sources.add(TAGS.name, TAGS)
    for field in FIELDS:
        segment_fields.add(field.name, field)
