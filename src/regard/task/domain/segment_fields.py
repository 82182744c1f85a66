"""What a segment may ask of tasks."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from regard.core.registry import SegmentField, SegmentSource, segment_fields, segment_sources

OPEN_TASKS = SegmentSource(
    "open_tasks",
    """LEFT JOIN (
        SELECT whose.customer_id, count(*) AS number
        FROM task_task AS task JOIN profile_identity AS whose ON whose.id = task.identity_id
        WHERE task.store_id = %(store)s AND task.state = 'open' GROUP BY whose.customer_id
    ) AS open_tasks ON open_tasks.customer_id = customer.id""",
)


def register_segment_fields() -> None:
    """Fill the registries; once, at start-up."""
    segment_sources.add(OPEN_TASKS.name, OPEN_TASKS)
    field = SegmentField(
        "tasks_open", "number", _("Open tasks"), "COALESCE(open_tasks.number, 0)", OPEN_TASKS.name
    )
    segment_fields.add(field.name, field)
