from regard.desk.models.feedback_item import (
    FeedbackEvidence,
    FeedbackItem,
    FeedbackKind,
    FeedbackStatus,
    FeedbackUrgency,
    InnovationClass,
)
from regard.desk.models.ticket import Ticket

__all__ = [
    "FeedbackEvidence", "FeedbackItem", "FeedbackKind", "FeedbackStatus", "FeedbackUrgency", "InnovationClass",
    "Ticket",
]  # fmt: skip
