from regard.listen.models.response import Measure, Response, Topic, WithdrawnResponse
from regard.listen.models.review import Review
from regard.listen.models.understanding import (
    Feeling,
    Lesson,
    Theme,
    ThemeMention,
    Understanding,
    Urgency,
)

__all__ = [
    "Feeling",
    "Lesson",
    "Measure",
    "Response",
    "Review",
    "Theme",
    "ThemeMention",
    "Topic",
    "Understanding",
    "Urgency",
    "WithdrawnResponse",
]
