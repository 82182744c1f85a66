from regard.listen.models.response import Measure, Response, Topic
from regard.listen.models.review import Review

__all__ = ["Measure", "Response", "Review", "Topic"]
