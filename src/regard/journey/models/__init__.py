from regard.journey.models.broadcast import Broadcast
from regard.journey.models.enrolment import Check, Enrolment, EnrolmentState, Signal, StepEntry
from regard.journey.models.journey import (
    Journey,
    JourneyDay,
    JourneyState,
    JourneyVersion,
    SegmentMember,
    StepTotal,
)

__all__ = [
    "Broadcast", "Check", "Enrolment", "EnrolmentState", "Journey", "JourneyDay", "JourneyState", "JourneyVersion",
    "SegmentMember", "Signal", "StepEntry", "StepTotal",
]  # fmt: skip
