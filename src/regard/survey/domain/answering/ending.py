"""What somebody reads who came to the end, and what they get for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regard.core.registry import ActionCall, actions
from regard.offer.domain.actions import values_of_given
from regard.survey.domain.answering.visits import Visit
from regard.survey.domain.definition.parts import Thanks
from regard.survey.domain.flow import thanks_for
from regard.survey.models import Submission

OFFER = "offer"  # the action that gives one


@dataclass(frozen=True)
class Ending:
    """thanks: None where the survey says nothing of its own. offer: what pages may say of one, {} for none."""

    thanks: Thanks | None
    offer: Mapping[str, Any] = field(default_factory=dict)


def ending_of(visit: Visit) -> Ending:
    """By what was answered, in the language that is active. It only reads: programs follow every link."""
    submission = visit.submission
    is_done = submission is not None and submission.completed_at is not None
    offer = (
        values_of_given(visit.store, _key(submission)) if submission and is_done and _is_due(visit) else {}
    )
    return Ending(thanks_for(visit.definition, visit.answers, visit.person), offer)


def give_offer(visit: Visit, submission: Submission) -> None:
    """One for each sitting that comes to its end, whatever the answers say; in the caller's transaction. The room
    of offers may refuse it or have it approved first."""
    if submission.is_suspect or visit.identity is None or not _is_due(visit):
        return
    call = ActionCall(
        identity_id=visit.identity.pk,
        customer_id=visit.identity.customer_id,
        key=_key(submission),
        origin=f"survey:{visit.definition.key}",
        parameters={"pool": visit.definition.incentive},
    )
    actions.get(OFFER).perform(visit.store, [call])


def _is_due(visit: Visit) -> bool:
    """Whether whoever was invited was told of one."""
    return bool(visit.definition.incentive and visit.invitation and visit.invitation.levers.get("incentive"))


def _key(submission: Submission) -> str:
    return f"survey:{submission.public_id}"
