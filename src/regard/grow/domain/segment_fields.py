"""What a segment may ask of programmes."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

PROGRAMMES = SegmentSource(
    "programmes",
    """LEFT JOIN (
        SELECT owner.store_id, owner.customer_id, count(*) FILTER (WHERE member.state = 'accepted') AS number,
            count(*) FILTER (WHERE member.state = 'invited') AS invited
        FROM grow_programmemember AS member JOIN profile_identity AS owner ON owner.id = member.identity_id
        GROUP BY owner.store_id, owner.customer_id
    ) AS programmes ON programmes.store_id = customer.store_id AND programmes.customer_id = customer.id""",
)
FIELDS = (
    SegmentField(
        "programmes", "number", _("Programmes that they take part in"), "COALESCE(programmes.number, 0)",
        PROGRAMMES.name,
    ),
    SegmentField(
        "programme_invitations", "number", _("Programmes that they are invited to"),
        "COALESCE(programmes.invited, 0)", PROGRAMMES.name,
    ),
)  # fmt: skip


def register_segment_fields() -> None:
    """Fill the registries; once, at start-up."""
    segment_sources.add(PROGRAMMES.name, PROGRAMMES)
    for field in FIELDS:
        segment_fields.add(field.name, field)
