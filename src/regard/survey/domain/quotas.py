"""How many answers are wanted."""

from __future__ import annotations

from regard.survey.domain.definition.parts import Definition
from regard.survey.models import Submission, Survey


def is_full(survey: Survey, definition: Definition) -> bool:
    """Whether nobody else may answer. One query, none without a quota."""
    if not definition.quota:
        return False
    complete = Submission.objects.filter(
        store=survey.store_id, survey=survey, completed_at__isnull=False, is_suspect=False
    )
    return complete[: definition.quota].count() >= definition.quota
