"""What journeys tell the log. They stand in the timeline of the customer."""

from __future__ import annotations

from regard.core.registry import Fact, fact


@fact
class JourneyEntered(Fact, frozen=True, kw_only=True):
    """A customer has entered a journey, or would have and was held out, so that its effect can be told."""

    enrolment_id: int
    journey: str
    version: int
    customer_id: int
    instance: str
    held_out: bool


@fact
class JourneyEnded(Fact, frozen=True, kw_only=True):
    """A customer's way through a journey has ended. outcome: done, goal, exited, removed or failed."""

    enrolment_id: int
    journey: str
    customer_id: int
    outcome: str
    reason: str
