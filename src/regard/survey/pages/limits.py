"""How often, and how much at once, anybody may send to a survey. Each process allows its share."""

from __future__ import annotations

import math
from functools import cache

from django.http import HttpRequest

from regard.core.config import config
from regard.core.edges.callers import network_of
from regard.core.edges.ratelimit import RateLimits
from regard.survey.domain.answering.visits import Visit
from regard.survey.domain.answers import LARGEST_FILE

# A file of the largest size, and what a form puts around it.
MOST_WITH_FILE = LARGEST_FILE + 64 * 1024
# The longest words, each sign of which may take twelve in a form, and some more.
MOST_WITHOUT = 128 * 1024
# Proposals, in answers a second, and how many at once: a class or a stand at a fair shares an address, and few
# surveys are answered by more than fifty people a second.
OF_A_CALLER, OF_A_LINK = (2, 240), (100, 6_000)


def is_too_large(request: HttpRequest, visit: Visit) -> bool:
    """Whether more is sent than any answer of the survey has. Told before anything of it is read."""
    takes_files = any(question.kind == "file" for question in visit.definition.questions)
    most = MOST_WITH_FILE if takes_files and request.content_type == "multipart/form-data" else MOST_WITHOUT
    return int(request.META.get("CONTENT_LENGTH") or 0) > most


def seconds_to_wait(request: HttpRequest, visit: Visit) -> int:
    """0 when an answer may be taken now. Who was invited is not counted: only they have their address."""
    if visit.invitation is not None:
        return 0
    by_caller, by_link = _limits()
    network = network_of(request)
    wait = by_caller.take((visit.survey.pk, network)).wait if network else 0
    return math.ceil(wait or by_link.take(visit.survey.pk).wait)


@cache
def _limits() -> tuple[RateLimits, RateLimits]:
    processes = config().page_processes
    by_caller, by_link = (
        RateLimits(rate=rate / processes, burst=burst / processes) for rate, burst in (OF_A_CALLER, OF_A_LINK)
    )
    return by_caller, by_link
