"""What members say in meetings and tests, among the texts of customers."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from regard.listen.domain.text_sources import TextSource

SOURCE = "programmes"
SAID = TextSource(
    SOURCE,
    gettext_noop("Said in a programme"),
    gettext_noop("Said in programmes"),
    """
    SELECT attendance.id, attendance.store_id, attendance.external_id, member.identity_id,
        session.held_at AS said_at, attendance.said AS words, '' AS product_external_id,
        NULL::smallint AS rating, false AS history
    FROM grow_attendance AS attendance
    JOIN grow_programmesession AS session ON session.id = attendance.session_id
    JOIN grow_programmemember AS member ON member.id = attendance.member_id
    """,
)
