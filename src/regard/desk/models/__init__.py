from regard.desk.models.feedback_item import (
    FeedbackEvidence,
    FeedbackItem,
    FeedbackKind,
    FeedbackStatus,
    FeedbackUrgency,
    InnovationClass,
)
from regard.desk.models.telling import FeedbackTelling, ImprovementDisplay, TellingState
from regard.desk.models.ticket import Ticket

__all__ = [
    "FeedbackEvidence", "FeedbackItem", "FeedbackKind", "FeedbackStatus", "FeedbackTelling", "FeedbackUrgency",
    "ImprovementDisplay", "InnovationClass", "TellingState", "Ticket",
]  # fmt: skip
