"""What somebody reads who came to the end, and what they get for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regard.core.registry import ActionCall, actions
from regard.survey.domain.answering.visits import Visit
from regard.survey.domain.definition.parts import Thanks
from regard.survey.domain.flow import thanks_for

OFFER = "offer"  # the action that gives one


@dataclass(frozen=True)
class Ending:
    """thanks: None where the survey says nothing of its own. offer: what messages may say of one, {} for none."""

    thanks: Thanks | None
    offer: Mapping[str, Any] = field(default_factory=dict)


def ending_of(visit: Visit) -> Ending:
    """By what was answered."""
    return Ending(thanks_for(visit.definition, visit.answers, visit.person), _offer(visit))


def _offer(visit: Visit) -> Mapping[str, Any]:
    """One for each sitting, whatever the answers say, and the same whenever it is looked at."""
    submission, invitation = visit.submission, visit.invitation
    if submission is None or invitation is None or submission.completed_at is None or visit.identity is None:
        return {}
    if not visit.definition.incentive or not invitation.levers.get("incentive"):
        return {}
    call = ActionCall(
        identity_id=visit.identity.pk,
        customer_id=visit.identity.customer_id,
        key=f"survey:{submission.public_id}",
        origin=f"survey:{visit.definition.key}",
        parameters={"pool": visit.definition.incentive},
    )
    [outcome] = actions.get(OFFER).perform(visit.store, [call])
    return outcome.values if outcome.is_done else {}
