"""How often, and how much at once, anybody may send to a survey."""

from __future__ import annotations

from django.http import HttpRequest

from regard.core.edges.public_limits import Pace, PublicLimits
from regard.survey.domain.answering.visits import Visit
from regard.survey.domain.answers import LARGEST_FILE

# A file of the largest size, and what a form puts around it.
MOST_WITH_FILE = LARGEST_FILE + 64 * 1024
# The longest words, each sign of which may take twelve in a form, and some more.
MOST_WITHOUT = 128 * 1024
# Proposals, counting answers: a class or a stand at a fair shares an address, and few surveys are answered by more
# than fifty people a second.
LIMITS = PublicLimits(of_caller=Pace(2, 240), of_all=Pace(100, 6_000))


def is_too_large(request: HttpRequest, visit: Visit) -> bool:
    """Whether more is sent than any answer of the survey has. Told before anything of it is read."""
    takes_files = any(question.kind == "file" for question in visit.definition.questions)
    most = MOST_WITH_FILE if takes_files and request.content_type == "multipart/form-data" else MOST_WITHOUT
    return int(request.META.get("CONTENT_LENGTH") or 0) > most


def seconds_to_wait(request: HttpRequest, visit: Visit) -> int:
    """0 when an answer may be taken now. Who was invited is not counted: only they have their address."""
    if visit.invitation is not None:
        return 0
    survey_id = visit.survey.pk
    return LIMITS.seconds_of_caller(request, at=survey_id) or LIMITS.seconds_of_all(survey_id)
