"""What a segment may ask of what customers wrote."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources
from regard.listen.domain.text_sources import all_texts

JOIN = """LEFT JOIN (
    SELECT owner.customer_id, count(*) AS number, count(*) FILTER (WHERE said.feeling = 'negative') AS negative,
        max(said.said_at) FILTER (WHERE said.feeling = 'negative') AS last_negative_at,
        (array_agg(said.feeling ORDER BY said.said_at DESC, said.id DESC))[1] AS latest
    FROM listen_understanding AS said
    JOIN ({rows}) AS text ON text.name = said.source AND text.id = said.source_id
        AND text.store_id = said.store_id
    JOIN profile_identity AS owner ON owner.id = text.identity_id
    WHERE said.store_id = %(store)s AND said.understood_at IS NOT NULL
    GROUP BY owner.customer_id
) AS texts ON texts.customer_id = customer.id"""
SOURCE = "understood_texts"
FEELINGS = {
    "negative": _("Negative"),
    "neutral": _("Neutral"),
    "positive": _("Positive"),
    "unknown": _("Unknown"),
}
FIELDS = (
    SegmentField("texts", "number", _("Texts written"), "COALESCE(texts.number, 0)", SOURCE),
    SegmentField("negative_texts", "number", _("Negative texts"), "COALESCE(texts.negative, 0)", SOURCE),
    SegmentField(
        "last_negative_text_days", "days", _("Days since the last negative text"),
        "FLOOR(EXTRACT(EPOCH FROM %(now)s - texts.last_negative_at) / 86400)", SOURCE,
    ),
    SegmentField("last_feeling", "choice", _("Feeling of the last text"), "texts.latest", SOURCE, FEELINGS),
)  # fmt: skip


def register_segment_fields() -> None:
    """Once all sources of texts are announced."""
    segment_sources.add(SOURCE, SegmentSource(SOURCE, JOIN.format(rows=all_texts("identity_id"))))
    for field in FIELDS:
        segment_fields.add(field.name, field)
